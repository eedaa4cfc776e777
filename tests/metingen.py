"""Every metric of ours, as the code declares it."""

import importlib
import pkgutil
from typing import NamedTuple

import prometheus_client
from prometheus_client.metrics import MetricWrapperBase

import services

OWN = "happyflow_"


class Metric(NamedTuple):
    """One metric: counter, gauge or histogram, under the name without the endings that Prometheus adds."""

    name: str
    kind: str
    labels: tuple[str, ...]
    says: str


def metrics() -> dict[str, Metric]:
    """By name, of everything below ``services``."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if "migrations" not in module.name and not module.name.endswith("__main__") and ".alembic" not in module.name:
            importlib.import_module(module.name)
    collectors = {id(c): c for c in prometheus_client.REGISTRY._names_to_collectors.values()}.values()
    found = [c for c in collectors if isinstance(c, MetricWrapperBase) and c._name.startswith(OWN)]
    return {c._name: Metric(c._name, c._type, tuple(c._labelnames), c._documentation) for c in found}


def series(found: dict[str, Metric]) -> dict[str, tuple[Metric, tuple[str, ...]]]:
    """What can be asked for: each name as Prometheus has it, with its labels."""
    endings = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    return {
        metric.name + ending: (metric, (*metric.labels, *(("le",) if ending == "_bucket" else ())))
        for metric in found.values()
        for ending in endings[metric.kind]
    }


def row(metric: Metric) -> str:
    """Of the table in docs/beheer.md."""
    name = metric.name + ("_total" if metric.kind == "counter" else "")
    return f"| `{name}` | {metric.kind} | {', '.join(metric.labels)} | {metric.says} |"
