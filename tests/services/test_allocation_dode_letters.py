"""A count that was set aside and comes late is not the last word on a toewijzing."""

import asyncio
from datetime import date

from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from tests.services.systeem import Systeem
from tests.services.test_allocation_retour import aangeboden, gebruikt, jw301, toewijzing

SERVICES = ("allocation",)


async def gebruik(systeem: Systeem) -> dict[int, int]:
    connection = await systeem.connect("allocation")
    rows = await connection.fetch("SELECT toewijzing_nummer, aantal_toegekend FROM gebruik")
    await connection.close()
    return {row[0]: row[1] for row in rows}


async def meldingen(systeem: Systeem) -> int:
    connection = await systeem.connect("allocation")
    aantal: int = await connection.fetchval("SELECT count(*) FROM meldingen")
    await connection.close()
    return aantal


async def voer_uit(systeem: Systeem, sql: str) -> None:
    connection = await systeem.connect("allocation")
    await connection.execute(sql)
    await connection.close()


async def laat_verwerken(systeem: Systeem) -> None:
    async with systeem.runtime.contexts["allocation"].database.connection() as connection:
        assert await beheer.vraag_opnieuw(connection, Keuze(), "beheerder", "gemaakt")
        async with asyncio.timeout(60):
            while await beheer.lijst(connection):
                await asyncio.sleep(0.1)


async def test_an_older_count_changes_nothing_where_a_newer_one_is_known(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1, einddatum=date(2026, 4, 1), reden_wijziging="13")))
    await voer_uit(systeem, "ALTER TABLE gebruik ADD CONSTRAINT kapot CHECK (aantal_toegekend <> 7) NOT VALID")
    await gebruikt(systeem, {1: 7})
    await gebruikt(systeem, {1: 0})
    assert (await gebruik(systeem), await meldingen(systeem)) == ({1: 0}, 0)
    await voer_uit(systeem, "ALTER TABLE gebruik DROP CONSTRAINT kapot")
    await laat_verwerken(systeem)
    assert (await gebruik(systeem), await meldingen(systeem)) == ({1: 0}, 0)


async def test_a_count_that_nothing_followed_counts_and_raises_what_it_should_have(systeem: Systeem) -> None:
    await aangeboden(systeem, jw301(toewijzing(1, einddatum=date(2026, 4, 1), reden_wijziging="13")))
    await voer_uit(systeem, "ALTER TABLE gebruik ADD CONSTRAINT kapot CHECK (aantal_toegekend <> 7) NOT VALID")
    await gebruikt(systeem, {1: 7})
    assert await gebruik(systeem) == {}
    await voer_uit(systeem, "ALTER TABLE gebruik DROP CONSTRAINT kapot")
    await laat_verwerken(systeem)
    assert (await gebruik(systeem), await meldingen(systeem)) == ({1: 7}, 1)
