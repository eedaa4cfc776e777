"""Expressions that several panels ask."""

RANGE = "[$__rate_interval]"
VERZOEKEN = "happyflow_http_requests_total"
PRESTATIES = "happyflow_matching_prestaties_total"
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


def stand(metric: str, *by: str) -> str:
    """A gauge of what stands in the tables, which each copy of a service measures alike: the highest, not the sum."""
    return f"max by ({', '.join(by)}) ({metric})" if by else f"max({metric})"


SAMEN = (
    f"""sum by (gemeente) ({stand('happyflow_budget_used_ratio{deel=~"verplicht|toegekend"}', "gemeente", "deel")})"""
)
