"""The service's part of the invariant: green at rest, and each breach found and named. Also: models and migrations."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ijw.berichten.basis import Product
from ijw.codec import build
from services.allocation.service import SERVICE
from services.platform.migrations import differences
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import ANDERE_BSN, jw301, toewijzing

SERVICES = ("allocation",)


async def gevonden(systeem: Systeem) -> dict[str, str]:
    return {item.invariant: item.detail for item in await SERVICE.check(systeem.runtime.contexts["allocation"])}


async def vul(systeem: Systeem) -> None:
    """Two versions of one toewijzing, a refused message, a collision."""
    for bericht in (
        jw301(toewijzing(1), identificatie="1"),
        jw301(toewijzing(1, toewijzingsdatum=date(2026, 5, 1), reden_wijziging="14"), identificatie="2"),
        jw301(toewijzing(1), identificatie="3", bsn=ANDERE_BSN),
        jw301(toewijzing(1, einddatum=date(2026, 12, 31)), identificatie="4"),
    ):
        await systeem.post_xml("/allocation/v1/berichten", build(bericht), systeem.headers("gemeente", ["0193"]))


@pytest.mark.parametrize(
    ("schade", "invariant", "detail"),
    [
        (
            "UPDATE berichten SET heenbericht_id = NULL WHERE identificatie = 'HF0000000001'",
            "heenbericht-heeft-een-retour",
            "",
        ),
        ("DELETE FROM postbus WHERE partij = '12345678'", "bericht-in-de-juiste-postbus", ""),
        ("UPDATE postbus SET partij = '87654321' WHERE partij = '0193'", "bericht-in-de-juiste-postbus", ""),
        ("DELETE FROM bevindingen", "afkeuring-heeft-een-reden", ""),
        ("UPDATE berichten SET retourcodes = '{}' WHERE status = 'afgekeurd'", "afkeuring-heeft-een-reden", ""),
        (
            "UPDATE toewijzingen SET bericht_id = b.bericht_id FROM berichten b WHERE b.status = 'afgekeurd'",
            "versie-komt-uit-een-geaccepteerd-bericht",
            "0193:1",
        ),
        (
            "UPDATE toewijzingen SET product_code = '45A04' WHERE toewijzingsdatum = '2026-05-01'",
            "nummer-is-van-een-toewijzing",
            "0193:1",
        ),
        (
            "UPDATE actueel SET tijdstip = (SELECT min(tijdstip) FROM toewijzingen)",
            "nieuwste-versie-is-actueel",
            "0193:1",
        ),
        ("UPDATE actueel SET volgnummer = 3", "nieuwste-versie-is-actueel", "0193:1"),
        ("UPDATE actueel SET einddatum = '2027-01-01'", "nieuwste-versie-is-actueel", "0193:1"),
        ("DELETE FROM actueel", "nieuwste-versie-is-actueel", "0193:1"),
        ("DELETE FROM outbox", "actuele-versie-is-verzonden", "0193:1"),
        (
            "DELETE FROM outbox WHERE volgnummer = (SELECT max(volgnummer) FROM outbox)",
            "actuele-versie-is-verzonden",
            "0193:1",
        ),
        ("UPDATE toewijzingen SET volume = 4", "actuele-versie-is-verzonden", "0193:1"),
        ("UPDATE toewijzingen SET volume = NULL, budget = 100", "actuele-versie-is-verzonden", "0193:1"),
        (
            "WITH weg AS (DELETE FROM actueel) DELETE FROM toewijzingen",
            "actuele-versie-is-verzonden",
            "0193:1",
        ),
        ("DELETE FROM clienten", "client-is-bekend", "0193:1"),
    ],
)
async def test_every_breach_is_found(systeem: Systeem, schade: str, invariant: str, detail: str) -> None:
    await vul(systeem)
    assert await gevonden(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    gebroken = await gevonden(systeem)
    assert invariant in gebroken
    assert detail in gebroken[invariant]


async def test_the_ends_of_the_calendar_are_no_breach(systeem: Systeem) -> None:
    altijd = toewijzing(1, product=Product(categorie="46"), omvang=None, ingangsdatum=date.min, einddatum=date.max)
    answer = await systeem.post_xml(
        "/allocation/v1/berichten", build(jw301(altijd)), systeem.headers("gemeente", ["0193"])
    )
    assert answer.json()["retourcodes"] == []
    assert await gevonden(systeem) == {}


async def test_models_and_migrations_agree(systeem: Systeem) -> None:
    engine = create_async_engine(systeem.dsn.replace("://", "+asyncpg://"), poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, SERVICE) == []
    await engine.dispose()
