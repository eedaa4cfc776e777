"""Scraping a running system as Prometheus does: every service's own text, parsed."""

from prometheus_client.parser import text_string_to_metric_families

from services.platform.lag import measure_once
from services.platform.settings import SERVICES
from tests.services.conftest import load_services
from tests.services.systeem import Systeem

Labels = frozenset[tuple[str, str]]
Scrape = dict[tuple[str, Labels], float]
"""Value by name and labels."""


async def schraap(systeem: Systeem) -> Scrape:
    """All services, after every periodic gauge was measured once more; the counters are those of this process."""
    await measure_once(systeem.runtime._outboxes, systeem.runtime._consumers())
    for service in load_services(SERVICES):
        for task in service.tasks:
            if task.seconds <= 60:
                await task.run(systeem.runtime.contexts[service.name])
    return await lees_af(systeem)


async def lees_af(systeem: Systeem) -> Scrape:
    """All services, as they were last measured."""
    found: Scrape = {}
    for name in SERVICES:
        answer = await systeem.client.get(f"/{name}/metrics")
        assert answer.status_code == 200
        for family in text_string_to_metric_families(answer.text):
            for sample in family.samples:
                if sample.name.startswith("happyflow_") and not sample.name.endswith("_created"):
                    key = (sample.name, frozenset(sample.labels.items()))
                    assert key not in found, "scraped twice"
                    found[key] = sample.value
    return found


def waarde(scrape: Scrape, name: str, **labels: str) -> float:
    """The sum of the samples that have these labels; 0 when there are none."""
    wanted = set(labels.items())
    return sum(value for (found, own), value in scrape.items() if found == name and wanted <= own)
