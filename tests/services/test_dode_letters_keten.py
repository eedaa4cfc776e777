"""After a play three services cannot handle what they hear of one declaratie, and a person has it handled later."""

import asyncio
from typing import Final

from ijw.codec import build
from services.cli.check import verify
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from tests.conformance.basis import jw323, prestatie
from tests.conformance.keten import INVOICE, Keten
from tests.services.systeem import Systeem
from tests.services.toneelstuk import speel

KAPOT: Final = {
    "ledger": {"boekingen": "soort <> 'toekenning'"},
    "allocation": {"gebruik": "false"},
    "invoice": {"toekenningen": "false", "afwijzingen": "false", "uitval": "false"},
}
"""A mistake in a service: what it may write into some of its tables, and no more."""


async def voer_uit(systeem: Systeem, sql: str) -> None:
    connection = await systeem.connect("public")
    await connection.execute(sql)
    await connection.close()


async def open_letters(systeem: Systeem, service: str) -> list[int]:
    async with systeem.runtime.contexts[service].database.connection() as connection:
        return [row["nummer"] for row in await beheer.lijst(connection)]


async def test_after_everything_set_aside_was_handled_nothing_is_off(systeem: Systeem) -> None:
    gespeeld = await speel(systeem)
    for service, tabellen in KAPOT.items():
        for tabel, mag in tabellen.items():
            await voer_uit(systeem, f"ALTER TABLE {service}.{tabel} ADD CONSTRAINT kapot CHECK ({mag}) NOT VALID")
    t = gespeeld.toneel
    stuk = jw323(t, prestatie(t, "R8"), volg=9)
    assert (await Keten(systeem).post(build(stuk), t.aanbieder, INVOICE)).status_code == 202
    # Each event that is set aside takes its five attempts.
    assert await systeem.runtime.drained(240)
    gevonden, _ = await verify(systeem.runtime, 60)
    terzijde = [
        afwijking.detail for afwijking in gevonden if afwijking.invariant == "elke gebeurtenis heeft één gevolg"
    ]
    assert {detail.split()[0] for detail in terzijde} == set(KAPOT)
    assert all("(CheckViolationError); zie happyflow dlq list" in detail for detail in terzijde)
    assert len(gevonden) > len(terzijde), "the services do not tell the same either"
    for service, tabellen in KAPOT.items():
        for tabel in tabellen:
            await voer_uit(systeem, f"ALTER TABLE {service}.{tabel} DROP CONSTRAINT kapot")
    for service in KAPOT:
        await laat_verwerken(systeem, service)
    assert await systeem.runtime.drained(240)
    assert (await verify(systeem.runtime, 60))[0] == []


async def laat_verwerken(systeem: Systeem, service: str) -> None:
    """Ask for it and let the running service do it."""
    async with systeem.runtime.contexts[service].database.connection() as connection:
        assert await beheer.vraag_opnieuw(connection, Keuze(), "beheerder", "gemaakt")
    async with asyncio.timeout(120):
        while await open_letters(systeem, service):
            await asyncio.sleep(0.1)
