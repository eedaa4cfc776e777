"""A Grafana dashboard from a few rows of panels: what is asked stands in ``borden/``, how it looks here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SOURCE = {"type": "prometheus", "uid": "happyflow-prometheus"}
COLUMNS = 24


@dataclass(frozen=True)
class Vraag:
    """An expression, and what its lines are called (``{{label}}``)."""

    expr: str
    naam: str = ""


@dataclass(frozen=True)
class Paneel:
    """One panel; ``soort`` is Grafana's type, ``grens`` the value from which it is red, ``uitleg`` its help text."""

    titel: str
    eenheid: str
    vragen: Sequence[Vraag]
    soort: str = "timeseries"
    grens: float | None = None
    uitleg: str = ""
    stapel: bool = False


@dataclass(frozen=True)
class Rij:
    """Panels beside each other, of one height, under a title."""

    titel: str
    panelen: Sequence[Paneel]
    hoogte: int = 8


@dataclass(frozen=True)
class Bord:
    """A dashboard; ``uid`` is its address and the name of its file."""

    uid: str
    titel: str
    rijen: Sequence[Rij]


def render(bord: Bord) -> dict[str, Any]:
    """As Grafana imports it."""
    return {
        "uid": f"happyflow-{bord.uid}",
        "title": f"Happyflow: {bord.titel}",
        "tags": ["happyflow"],
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "schemaVersion": 39,
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Europe/Amsterdam",
        "panels": list(_panels(bord)),
    }


def _panels(bord: Bord) -> Iterator[dict[str, Any]]:
    number, y = 0, 0
    for rij in bord.rijen:
        number += 1
        yield {
            "id": number, "type": "row", "title": rij.titel, "collapsed": False, "panels": [],
            "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
        }  # fmt: skip
        y += 1
        width = COLUMNS // len(rij.panelen)
        for place, paneel in enumerate(rij.panelen):
            number += 1
            grid = {"x": place * width, "y": y, "w": width, "h": rij.hoogte}
            yield {"id": number, "gridPos": grid, **_panel(paneel)}
        y += rij.hoogte


def _panel(paneel: Paneel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if paneel.grens is not None:
        steps.append({"color": "red", "value": paneel.grens})
    defaults: dict[str, Any] = {"unit": paneel.eenheid, "thresholds": {"mode": "absolute", "steps": steps}}
    if paneel.soort == "timeseries":
        defaults["min"] = 0
        defaults["custom"] = {
            "fillOpacity": 20 if paneel.stapel else 5,
            "stacking": {"mode": "normal" if paneel.stapel else "none"},
            "thresholdsStyle": {"mode": "off" if paneel.grens is None else "line"},
        }
    instant = paneel.soort != "timeseries"
    return {
        "type": paneel.soort,
        "title": paneel.titel,
        "description": paneel.uitleg,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _options(paneel.soort),
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": SOURCE,
                "expr": vraag.expr,
                "legendFormat": vraag.naam or "__auto",
                "instant": instant,
                "range": not instant,
            }
            for number, vraag in enumerate(paneel.vragen)
        ],
    }


def _options(soort: str) -> dict[str, Any]:
    if soort == "timeseries":
        return {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }
    last = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    if soort == "stat":
        return {"reduceOptions": last, "colorMode": "value", "graphMode": "area", "textMode": "auto"}
    return {"reduceOptions": last, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": True}
