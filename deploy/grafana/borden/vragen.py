"""Expressions that several panels ask."""

RANGE = "[$__rate_interval]"
VERZOEKEN = "happyflow_http_requests_total"
PRESTATIES = "happyflow_matching_prestaties_total"
SAMEN = 'sum by (gemeente) (happyflow_budget_used_ratio{deel=~"verplicht|toegekend"})'
FOUT = VERZOEKEN + '{status=~"5.."}'


def p95(metric: str, *by: str) -> str:
    """Within what nineteen of twenty stay, of a histogram."""
    labels = ", ".join(("le", *by))
    return f"histogram_quantile(0.95, sum by ({labels}) (rate({metric}_bucket{RANGE})))"


def per(label: str, metric: str) -> str:
    """A second, by label."""
    return f"sum by ({label}) (rate({metric}{RANGE}))"


def per_uur(by: str, metric: str) -> str:
    """An hour, by label."""
    return f"sum by ({by}) (increase({metric}[1h]))"
