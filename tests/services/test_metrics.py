"""What a scraper sees of a played scene: counts that add up, nothing of a person, nothing that was rolled back."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from services.platform.database import after_commit
from services.platform.settings import SERVICES
from tests.metingen import metrics, series
from tests.services.schrapen import schraap, waarde
from tests.services.systeem import Systeem
from tests.services.toneelstuk import speel


async def test_a_played_scene_is_counted_once_and_names_nobody(systeem: Systeem) -> None:
    eerst = await schraap(systeem)
    gespeeld = await speel(systeem)
    daarna = await schraap(systeem)

    def erbij(name: str, **labels: str) -> float:
        return waarde(daarna, name, **labels) - waarde(eerst, name, **labels)

    berichten = "happyflow_berichten_total"
    assert erbij(berichten, service="invoice", berichtsoort="JW323", richting="in") == 4
    assert erbij(berichten, service="invoice", berichtsoort="JW323", status="afgekeurd") == 1
    assert erbij(berichten, service="invoice", berichtsoort="JW325", richting="uit") == 4
    assert erbij(berichten, berichtsoort="JW301", richting="in", status="afgekeurd") == 1
    assert erbij(berichten, berichtsoort="JW301") == erbij(berichten, berichtsoort="JW302", richting="uit") == 2
    assert erbij("happyflow_berichten_retourcodes_total", berichtsoort="JW301") >= 1

    prestaties = "happyflow_matching_prestaties_total"
    per_uitkomst = {u: erbij(prestaties, aanleiding="binnenkomst", uitkomst=u) for u in ("toegekend", "afgewezen")}
    assert per_uitkomst == {"toegekend": 2, "afgewezen": 1}
    assert erbij(prestaties, aanleiding="binnenkomst", uitkomst="inUitval") == 1
    assert erbij(prestaties, aanleiding="besluit", uitkomst="afgewezen") == 1
    assert erbij("happyflow_matching_retourcodes_total", aanleiding="binnenkomst", retourcode="8021") == 1
    assert erbij("happyflow_matching_besluiten_total", besluit="afwijzen") == 1
    assert erbij("happyflow_matching_seconds_count") >= 3
    # One declaratie came in two parts: its toewijzingen are in two partitions.
    assert erbij("happyflow_matching_after_receipt_seconds_count") == 4

    assert waarde(daarna, "happyflow_grootboek_imbalance_cents") == 0
    assert waarde(daarna, "happyflow_bus_lag_events") == 0
    assert waarde(daarna, "happyflow_uitval_open") == waarde(daarna, "happyflow_declaraties_open") == 0
    assert waarde(daarna, "happyflow_budget_euros", deel="begroot") == 100_000
    assert waarde(daarna, "happyflow_budget_used_ratio", gemeente="0193", deel="verplicht") > 0
    known = series(metrics())
    for (name, labels), _ in daarna.items():
        assert {label for label, _ in labels} == set(known[name][1])
        for _, value in labels:
            assert not re.search(r"\d{8}", value)
            assert not any(woord in value for woord in gespeeld.persoonlijk)
    assert {name for name, _ in daarna} <= set(known)
    assert {dict(labels)["service"] for _, labels in daarna} == set(SERVICES)


async def test_what_waits_shows_by_age_and_by_what_is_left(systeem: Systeem) -> None:
    """Ontstaan 8 werkdagen ago, and a declaratie with 3 werkdagen left and one that is late."""
    connection = await systeem.connect("matching")
    nu = systeem.clock.now()
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(
        "INSERT INTO uitval (uitval_id, domein, gemeente, aanbieder, soort, declaratie_id, client, status, versie,"
        " retourcodes, ontstaan_op) SELECT gen_random_uuid(), 'jw', '0193', '12345678', 'prestatie',"
        " gen_random_uuid(), 'x', 'open', 1, '{9338}', t FROM unnest($1::timestamptz[]) AS t",
        [nu, nu - timedelta(days=13), datetime(2025, 12, 1, tzinfo=UTC)],
    )
    await connection.close()
    gezien = await schraap(systeem)
    telling = {w: waarde(gezien, "happyflow_uitval_open", werkdagen=w) for w in ("0-2", "3-5", "6-9", "10+")}
    assert telling == {"0-2": 1, "3-5": 0, "6-9": 1, "10+": 1}
    oudste = (nu - datetime(2025, 12, 1, tzinfo=UTC)).total_seconds()
    assert waarde(gezien, "happyflow_uitval_oldest_seconds") == oudste


async def test_a_broken_grootboek_shows(systeem: Systeem) -> None:
    connection = await systeem.connect("ledger")
    await connection.execute("SET session_replication_role = replica")
    for rekening, debet, credit in ((4400, 500, 0), (1600, 0, 300), (9100, 200, 0)):
        await connection.execute(
            "INSERT INTO saldi VALUES ('jw', '0193', 2026, $1, '45', $2, $3)", rekening, debet, credit
        )
    await connection.close()
    gezien = await schraap(systeem)
    # Each circle of accounts on its own: what one has too much does not make up for another.
    assert waarde(gezien, "happyflow_grootboek_imbalance_cents") == 400
    assert waarde(gezien, "happyflow_gemeenten_zonder_begroting") == 0


async def test_only_what_was_committed_is_counted(systeem: Systeem) -> None:
    geteld: list[str] = []
    database = systeem.runtime.contexts["ledger"].database
    after_commit(geteld.append)
    async with database.transaction():
        after_commit(geteld.append)
        assert geteld == []
    assert geteld == ["ledger"]


async def test_what_is_rolled_back_is_not_counted(systeem: Systeem) -> None:
    geteld: list[str] = []

    async def mislukt() -> None:
        async with systeem.runtime.contexts["ledger"].database.transaction():
            after_commit(geteld.append)
            raise LookupError

    with pytest.raises(LookupError):
        await mislukt()
    assert geteld == []
