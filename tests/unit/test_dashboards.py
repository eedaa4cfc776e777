"""Dashboards: the files are what their source says, and every panel asks for what exists and can be read."""

import json
import re
from typing import Any

import pytest

from deploy.grafana.bord import COLUMNS, SOURCE
from deploy.grafana.borden import BORDEN
from deploy.grafana.maak import FOLDER, text
from tests.leesyaml import lees
from tests.metingen import metrics, series
from tests.promql import Call, Selector, parse, parts
from tests.unit.test_alerts import faults

UNITS = {"s", "short", "percentunit", "reqps", "cps", "currencyEUR"}
ENGLISH = re.compile(r"\b(?:the|and|by|requests?|messages?|events?|rate|errors?|without)\b", re.IGNORECASE)


def boards() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def panels() -> list[Any]:
    return [
        pytest.param(panel, id=f"{name}-{panel['title']}")
        for name, board in boards().items()
        for panel in board["panels"]
        if panel["type"] != "row"
    ]


def selectors(panel: dict[str, Any]) -> list[Selector]:
    trees = [parse(target["expr"]) for target in panel["targets"]]
    return [part for tree in trees for part in parts(tree) if isinstance(part, Selector)]


def test_the_files_are_what_the_source_says() -> None:
    """``python -m deploy.grafana.maak`` writes them after a change."""
    assert {bord.uid: text(bord) for bord in BORDEN} == {
        path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")
    }
    assert set(boards()) == {"operations", "matching", "budgets"}


@pytest.mark.parametrize("panel", panels())
def test_a_panel_asks_for_what_exists(panel: dict[str, Any]) -> None:
    known = {name: labels for name, (_, labels) in series(metrics()).items()}
    for target in panel["targets"]:
        assert faults(target["expr"]) == []
        assert target["datasource"] == SOURCE
        tree = parse(target["expr"])
        groups = [part.by for part in parts(tree) if isinstance(part, Call) and part.by is not None]
        for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
            assert all(label in by for by in groups)
            assert all(label in known[selector.name] for selector in selectors(panel))
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"]) > 0


@pytest.mark.parametrize("panel", panels())
def test_a_panel_can_be_read(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["title"][0].isupper()
    assert not ENGLISH.search(panel["title"] + panel["description"])
    seconds = any(selector.name.endswith(("_seconds", "_seconds_bucket")) for selector in selectors(panel))
    assert (panel["fieldConfig"]["defaults"]["unit"] == "s") == seconds or "taak" in panel["description"]


@pytest.mark.parametrize("name", boards())
def test_panels_stand_beside_and_not_over_each_other(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in boards()[name]["panels"]:
        grid = panel["gridPos"]
        cells = {
            (x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken
        assert grid["x"] + grid["w"] <= COLUMNS
        assert panel["type"] == "row" or (grid["w"] >= 6 and grid["h"] >= 4)
        taken |= cells
    ids = [panel["id"] for panel in boards()[name]["panels"]]
    assert len(set(ids)) == len(ids)


def test_every_metric_is_shown_somewhere() -> None:
    shown = {selector.name for param in panels() for selector in selectors(param.values[0])}
    known = series(metrics())
    assert {known[name][0].name for name in shown} == set(metrics())


def test_grafana_finds_the_dashboards_and_the_source_they_ask() -> None:
    folder = FOLDER.parent / "provisioning"
    (provider,) = lees((folder / "dashboards.yml").read_text(encoding="utf-8"))["providers"]
    assert (provider["type"], provider["options"]["path"]) == ("file", "/var/lib/grafana/dashboards/happyflow")
    (source,) = lees((folder / "datasources.yml").read_text(encoding="utf-8"))["datasources"]
    assert {"type": source["type"], "uid": source["uid"]} == SOURCE
