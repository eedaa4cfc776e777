"""Alert rules: every expression is read, asks for what really exists, and has its line in the manual."""

import re
import shutil
import subprocess
from typing import Any

import pytest

from services.platform.settings import ROOT
from tests.leesyaml import lees
from tests.metingen import metrics, series
from tests.promql import RANGE_FUNCTIONS, Binary, Call, PromqlError, Scrape, Selector, parse, parts, value

PATH = ROOT / "deploy" / "prometheus" / "alerts.yml"
EXTERNAL = {"up": ("gauge", ("job", "instance"))}
"""What Prometheus makes itself."""


VAN_HET_PROCES = {
    "happyflow_database_connections_in_use",
    "happyflow_database_connections_max",
    "happyflow_task_interval_seconds",
    "happyflow_task_last_success_timestamp_seconds",
}
"""Gauges that are each copy's own; every other one says how the tables stand, which all copies measure alike."""


def rules() -> dict[str, dict[str, Any]]:
    groups = lees(PATH.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def faults(expr: str) -> list[str]:
    """What an expression asks for that nobody measures, or in a way that says nothing."""
    known = {name: (metric.kind, labels) for name, (metric, labels) in series(metrics()).items()} | EXTERNAL
    found = []
    tree = parse(expr)
    for part in parts(tree):
        if isinstance(part, Selector):
            if part.name not in known:
                found.append(f"no metric {part.name}")
                continue
            found += [
                f"{part.name} has no label {label}" for label, _, _ in part.matchers if label not in known[part.name][1]
            ]
        if isinstance(part, Call) and part.function in RANGE_FUNCTIONS:
            (selector,) = part.arguments
            if not isinstance(selector, Selector) or selector.seconds is None:
                found.append(f"{part.function} needs a range")
            elif (known.get(selector.name, ("", ()))[0] == "gauge") != (part.function == "delta"):
                found.append(f"{part.function} of {selector.name}")
        elif isinstance(part, Call | Binary):
            inside = part.arguments if isinstance(part, Call) else (part.left, part.right)
            found += [f"{i.name} has a range" for i in inside if isinstance(i, Selector) and i.seconds is not None]
        if isinstance(part, Selector) and _is_stand(part.name, known) and not _highest(tree, part):
            found.append(f"{part.name} is measured by every copy: take the highest")
        if isinstance(part, Call) and part.by:
            names = {i.name for i in parts(part) if isinstance(i, Selector)}
            found += [f"{n} has no label {b}" for n in names & known.keys() for b in part.by if b not in known[n][1]]
    return found


def _is_stand(name: str, known: dict[str, Any]) -> bool:
    return bool(known.get(name, ("",))[0] == "gauge" and name not in VAN_HET_PROCES | EXTERNAL.keys())


def _highest(tree: Any, selector: Selector) -> bool:
    """Whether the first thing done with it, but for a difference in time, is to take the highest of the copies."""
    for part in parts(tree):
        if isinstance(part, Call) and part.function == "max":
            (argument,) = part.arguments
            if argument is selector or (isinstance(argument, Call) and argument.arguments == (selector,)):
                return True
    return False


@pytest.mark.parametrize("name", rules())
def test_a_rule_asks_for_what_exists_and_can_be_acted_on(name: str) -> None:
    rule = rules()[name]
    assert faults(rule["expr"]) == []
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["runbook"] == "docs/beheer.md#alerts"
    assert rule["annotations"]["summary"]
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "1m"))
    used = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
    known = {name: labels for name, (_, labels) in series(metrics()).items()} | {"up": EXTERNAL["up"][1]}
    for part in parts(parse(rule["expr"])):
        if isinstance(part, Selector):
            assert used <= set(known[part.name])


@pytest.mark.parametrize(("verplicht", "gaat_af"), [(0.6, False), (0.97, True)])
def test_a_budget_is_not_used_twice_where_two_copies_measure_it(verplicht: float, gaat_af: bool) -> None:
    scrape: Scrape = {
        (
            "happyflow_budget_used_ratio",
            frozenset({"service": "ledger", "gemeente": "0193", "deel": deel, "instance": copy}.items()),
        ): ratio
        for copy in ("een", "twee")
        for deel, ratio in (("verplicht", verplicht), ("toegekend", 0.0))
    }
    alarm = value(parse(rules()["HappyflowBudgetNearlyUsed"]["expr"]), [(0.0, scrape)])
    assert len(alarm) == gaat_af  # type: ignore[arg-type]


def test_every_alert_has_one_line_in_the_manual_and_no_other_has() -> None:
    text = (ROOT / "docs" / "beheer.md").read_text(encoding="utf-8")
    section = text.partition("## Alerts")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(Happyflow\w+)` \|", section, re.MULTILINE) == list(rules())


@pytest.mark.parametrize(
    "expr",
    [
        "happyflow_onbekend > 0",
        "happyflow_dead_letters > 0",
        "sum by (service) (happyflow_dead_letters) > 0",
        'happyflow_dead_letters{topic="x"} > 0',
        "rate(happyflow_dead_letters[5m]) > 0",
        "delta(happyflow_events_handled_total[5m]) > 0",
        "rate(happyflow_events_handled_total) > 0",
        "happyflow_dead_letters[5m] > 0",
        "sum by (topic) (happyflow_dead_letters) > 0",
        "happyflow_http_requests > 0",
    ],
)
def test_a_rule_that_asks_for_something_else_is_seen(expr: str) -> None:
    assert faults(expr) != []


@pytest.mark.parametrize("expr", ["a >", "sum by (a", "a[5x]", "avg(a)", "a unless b", 'a{b="c}', "a b"])
def test_what_is_no_expression_of_ours_is_refused(expr: str) -> None:
    with pytest.raises(PromqlError):
        parse(expr)


def test_an_expression_is_computed() -> None:
    def at(**values: float) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
        return {("x", frozenset({("s", name), ("c", "1")})): v for name, v in values.items()}

    history = [(0.0, at(a=1, b=1)), (3000.0, at(a=2, b=1)), (3300.0, at(a=5, b=1))]
    a = frozenset({("s", "a")})
    assert value(parse("sum by (s) (increase(x[5m])) > 0"), history) == {a: 3}
    assert value(parse("sum by (s) (rate(x[1h])) * 3600 >= 4 and sum by (s) (x) == 5"), history) == {a: 4}
    assert value(parse('time() - x{s=~"a|c",c!="2"} > 2 * (1 + 2) - 1'), history) == {
        frozenset({("s", "a"), ("c", "1")}): 3295
    }
    assert value(parse('absent(x{s="a"}) or absent(x{s="z"})'), history) == {frozenset({("s", "z")}): 1}
    assert value(parse('x{s="b"} > 0 or x > 4'), history) == {
        frozenset({("s", "a"), ("c", "1")}): 5,
        frozenset({("s", "b"), ("c", "1")}): 1,
    }
    new = [(0.0, at(a=1)), (60.0, at(a=1, b=7))]
    assert value(parse("increase(x[5m]) > 0"), new) == {}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on the path")
@pytest.mark.parametrize("what", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")])
def test_promtool_agrees(what: tuple[str, ...]) -> None:
    """Prometheus's own tool also computes what a single scrape cannot show: rates over hours, and ``for``."""
    done = subprocess.run(["promtool", *what], cwd=PATH.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
