"""The metrics as a whole: named by the conventions, bounded, nobody's own, and all in the manual."""

import re

import pytest

from services.platform.settings import ROOT
from tests.metingen import Metric, metrics, row

LABELS = {
    "service": "four",
    "method": "those of HTTP, and ander",
    "route": "templates",
    "status": "of HTTP, of a message, of a declaratie, of a term",
    "topic": "those of the table",
    "task": "those that services declare",
    "soort": "of a term",
    "berichtsoort": "fourteen",
    "richting": "in and uit",
    "retourcode": "the standard's code list, and ours",
    "aanleiding": "three",
    "uitkomst": "three",
    "besluit": "two",
    "werkdagen": "four ages of uitval, or what is left of ten",
    "gemeente": "342, and those that were",
    "kind": "producer and consumer",
    "reason": "why Kafka does not let us work, ten",
    "deel": "four parts of a budget",
}
"""Every label there may be, and what bounds it. A number of a message, a party or a person is no label."""


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda metric: metric.name)
def test_a_metric_follows_the_conventions(metric: Metric) -> None:
    assert re.fullmatch(r"happyflow(_[a-z]+)+", metric.name)
    assert "service" in metric.labels
    assert set(metric.labels) <= set(LABELS)
    assert metric.says
    assert not re.search(r"_(ms|milliseconds|minutes|hours|days|percent|kb|mb)(_|$)", metric.name)
    if metric.kind == "histogram":
        assert metric.name.endswith("_seconds")


def test_the_manual_has_every_metric_and_no_other() -> None:
    text = (ROOT / "docs" / "beheer.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `happyflow_[a-z_]+` \| (?:counter|gauge|histogram) \|.*$", text, re.MULTILINE)
    assert told == [row(metric) for metric in sorted(metrics().values())]
