"""Every alert rule on a running system: silent when all is well, and set off by what it is for."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from ijw.codec import build
from services.platform.events import DeclaratieGeregistreerd
from services.platform.outbox import Outgoing
from services.platform.problems import Problem
from services.platform.settings import SERVICES
from tests.conformance.basis import contract, jw301, jw315, jw323, prestatie
from tests.conformance.keten import INVOICE, Keten
from tests.logboek import logging_as_in_production
from tests.metingen import metrics
from tests.promql import History, Selector, parse, parts, value
from tests.services.schrapen import Scrape, lees_af, schraap
from tests.services.systeem import Systeem
from tests.services.toneelstuk import speel
from tests.unit.test_alerts import EXTERNAL, rules
from tests.unit.test_dashboards import panels

SETTINGS = {"pool_wait_seconds": 5.0}
"""So that who finds the pool empty hears it soon."""

ONLY_WITH_KAFKA = {
    "happyflow_outbox_unpublished_events",
    "happyflow_outbox_oldest_unpublished_seconds",
    "happyflow_bus_gaps_open",
}
"""Gauges of the bus over Kafka: on a system without a broker nobody sets them (``tests/kafka/bus/test_alarm.py``)."""


def met_up(scrape: Scrape, up: float = 1, jobs: Sequence[str] = SERVICES) -> Scrape:
    """With what Prometheus adds itself."""
    return scrape | {("up", frozenset({("job", f"happyflow-{job}"), ("instance", "x")})): up for job in jobs}


def alarm(history: History) -> set[str]:
    """The alerts whose expression holds for some series."""
    return {name for name, rule in rules().items() if value(parse(rule["expr"]), history)}


def na(*scrapes: Scrape, seconds: float = 240) -> History:
    """Scrapes of which the last is of now and each so long after the one before it."""
    nu = time.time()
    return [(nu - seconds * (len(scrapes) - 1 - n), met_up(scrape)) for n, scrape in enumerate(scrapes)]


async def voer_uit(systeem: Systeem, schema: str, *opdrachten: str) -> None:
    """As superuser, with triggers and foreign keys aside."""
    connection = await systeem.connect(schema)
    await connection.execute("SET session_replication_role = replica")
    for opdracht in opdrachten:
        await connection.execute(opdracht)
    await connection.close()


async def test_nothing_goes_off_when_all_is_well_and_rules_and_dashboards_see_their_gauges(systeem: Systeem) -> None:
    eerst = await schraap(systeem)
    await speel(systeem)
    daarna = await schraap(systeem)
    assert alarm(na(eerst, daarna)) == set()
    gauges = {name for name, metric in metrics().items() if metric.kind == "gauge"} | EXTERNAL.keys()
    assert gauges >= ONLY_WITH_KAFKA
    gauges -= ONLY_WITH_KAFKA
    gevraagd = [rule["expr"] for rule in rules().values()]
    gevraagd += [target["expr"] for panel in panels() for target in panel.values[0]["targets"]]
    for expr in gevraagd:
        for part in parts(parse(expr)):
            if isinstance(part, Selector) and part.name in gauges:
                # Also by the values of labels: what is asked of a value that nobody sets is silent for ever.
                assert any(part.matches(*key) for key in met_up(daarna)), part


async def test_a_service_that_is_gone(systeem: Systeem) -> None:
    history = [(time.time(), met_up(await schraap(systeem), up=0))]
    assert alarm(history) == {"HappyflowDown"}
    for service in SERVICES:
        overige = [job for job in SERVICES if job != service]
        assert alarm([(time.time(), met_up(await schraap(systeem), jobs=overige))]) == {"HappyflowGone"}


async def test_a_task_that_stopped(systeem: Systeem) -> None:
    ((nu, scrape),) = na(await schraap(systeem))
    assert alarm([(nu + 200, scrape)]) == {"HappyflowTaskSilent"}


async def test_requests_that_fail(systeem: Systeem) -> None:
    await voer_uit(
        systeem, "matching", "ALTER TABLE uitval_historie RENAME TO weg", "ALTER TABLE beleid RENAME TO zoek"
    )
    wie = systeem.headers("gemeente", ["0193"])
    # Elsewhere every failure would be drawn with all its variables, which takes ten seconds.
    with logging_as_in_production():
        assert (await systeem.client.get("/matching/v1/beleid/0193", headers=wie)).status_code == 500
        eerst = await schraap(systeem)
        for _ in range(5):
            assert (await systeem.client.get("/matching/v1/beleid/0193", headers=wie)).status_code == 500
        assert alarm(na(eerst, await schraap(systeem))) == {"HappyflowErrorsFast", "HappyflowErrorsSlow"}


async def test_few_requests_that_fail_are_no_reason(systeem: Systeem) -> None:
    """Five in a thousand: within both allowances."""
    eerst = await schraap(systeem)
    daarna = dict(eerst)
    for status, aantal in (("500", 5.0), ("200", 995.0)):
        key = {"service": "matching", "method": "GET", "route": "/x", "status": status}
        eerst["happyflow_http_requests_total", frozenset(key.items())] = 0.0
        daarna["happyflow_http_requests_total", frozenset(key.items())] = aantal
    assert alarm(na(eerst, daarna)) == set()


async def test_a_pool_that_is_empty(systeem: Systeem) -> None:
    eerst = await schraap(systeem)
    database = systeem.runtime.contexts["ledger"].database
    async with AsyncExitStack() as vast:
        for _ in range(6):
            await vast.enter_async_context(database.connection())
        with pytest.raises(Problem):
            await schraap(systeem)
        gezien = await lees_af(systeem)
    assert alarm(na(eerst, gezien)) >= {"HappyflowPoolFull", "HappyflowPoolExhausted"}


def registraties(aantal: int) -> Sequence[Outgoing]:
    return [
        Outgoing(
            "0193",
            DeclaratieGeregistreerd(
                domein="jw", declaratie_id=f"d{n}", declaratienummer=f"D{n}", gemeente="0193", aanbieder="12345678",
                declaratieperiode=202604, totalen=(),
            ),
        )
        for n in range(aantal)
    ]  # fmt: skip


async def test_events_that_wait(systeem: Systeem) -> None:
    """The consumer cannot get at its books; the events are from the clock's day, long before the database's."""
    houder: asyncpg.Connection = await systeem.connect("ledger")
    async with houder.transaction():
        await houder.execute("LOCK TABLE grootboeken IN ACCESS EXCLUSIVE MODE")
        await systeem.publish("invoice", *registraties(1))
        await asyncio.sleep(0.2)
        een = await schraap(systeem)
        assert alarm(na(een)) == {"HappyflowOutboxOld"}
        await systeem.publish("invoice", *registraties(1100))
        assert alarm(na(een, await schraap(systeem))) == {"HappyflowOutboxOld", "HappyflowLagGrows"}
    await houder.close()


async def test_money_that_is_wrong_or_nearly_gone(systeem: Systeem) -> None:
    saldo = "INSERT INTO saldi VALUES ('jw', '0193', 2026, {}, '', {}, {})".format
    await voer_uit(systeem, "ledger", saldo(9100, 1000, 0), saldo(9190, 0, 1000), saldo(4400, 940, 0))
    assert alarm(na(await schraap(systeem))) == {"HappyflowLedgerImbalance"}
    await voer_uit(systeem, "ledger", saldo(1600, 0, 940), saldo(9200, 10, 0), saldo(9290, 0, 10))
    assert alarm(na(await schraap(systeem))) == {"HappyflowBudgetNearlyUsed"}


async def test_an_event_set_aside(systeem: Systeem) -> None:
    await voer_uit(
        systeem,
        "ledger",
        "INSERT INTO dode_letters VALUES (gen_random_uuid(), 'mutaties', 0, 1, 1, '0193', 'x', '{}', 5, 'ValueError')",
    )
    assert alarm(na(await schraap(systeem))) == {"HappyflowDeadLetters"}


async def test_terms_that_run_out(systeem: Systeem) -> None:
    """A declaratie in uitval and a verzoek without an answer, of 6 May. The 14th is no werkdag."""
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t), jw301(t), jw315(t, volg=1)])
    stuk = jw323(t, prestatie(t, toewijzing_nummer=t.toewijzing(9)), volg=2)
    assert (await keten.post(build(stuk), t.aanbieder, INVOICE)).json()["status"] == "in_behandeling"
    await systeem.drained()
    gegaan = {}
    for dag in (6, 13, 14, 15, 18, 20, 21, 22, 26):
        systeem.clock.instant = datetime(2026, 5, 1, 10, tzinfo=UTC) + timedelta(days=dag - 1)
        gegaan[dag] = alarm(na(await schraap(systeem)))
    uitval = {"HappyflowUitvalOld", "HappyflowTermsOverdue"}
    assert gegaan[6] == gegaan[13] == set()
    assert gegaan[14] == {"HappyflowTermsOverdue"}
    assert gegaan[15] == gegaan[18] == gegaan[20] == uitval
    assert gegaan[21] == uitval | {"HappyflowAnswersDueToday"}
    assert gegaan[22] == gegaan[26] == uitval | {"HappyflowAnswersOverdue"}
