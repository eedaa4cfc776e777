"""Messages to the allocation service, each sent by its own sender."""

from typing import Any
from uuid import UUID

import httpx

from ijw.berichten import Bericht, Heenbericht
from ijw.codec import build, parse
from services.allocation.service import SERVICE
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, GEMEENTE

BERICHTEN = "/allocation/v1/berichten"
VERZOEKEN = "/allocation/v1/verzoeken"
ADRES = {
    "naamGebruik": "1",
    "contactgegevens": [
        {"soort": "01", "adres": {"huis": {"huisnummer": 1}, "postcode": "7411AB", "landCode": "NL"}},
    ],
}
TOEKENNEN = {"besluit": "toekennen", "client": ADRES}
"""Grant a JW315 for a client nobody knows yet."""


def namens(systeem: Systeem, partij: str) -> dict[str, str]:
    """Headers of a gemeente (four digits) or an aanbieder (eight)."""
    return systeem.headers("aanbieder", agb=partij) if len(partij) == 8 else systeem.headers("gemeente", [partij])


async def bied_aan(systeem: Systeem, bericht: Heenbericht) -> httpx.Response:
    """POST a message as its Afzender."""
    return await systeem.post_xml(BERICHTEN, build(bericht), namens(systeem, bericht.header.afzender))


async def codes(systeem: Systeem, bericht: Heenbericht) -> list[str]:
    """The retourcodes a message meets; none when it is accepted."""
    answer = await bied_aan(systeem, bericht)
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert (body["status"] == "geaccepteerd") == (body["retourcodes"] == [])
    retourcodes: list[str] = body["retourcodes"]
    return retourcodes


async def geaccepteerd(systeem: Systeem, bericht: Heenbericht) -> str:
    """Send a message that must be accepted; its berichtId."""
    answer = await bied_aan(systeem, bericht)
    assert (answer.status_code, answer.json()["retourcodes"]) == (202, []), answer.text
    bericht_id: str = answer.json()["berichtId"]
    return bericht_id


async def retour(systeem: Systeem, bericht: Heenbericht) -> Bericht:
    """Send a message and fetch its retourbericht as the sender."""
    answer = await bied_aan(systeem, bericht)
    wie = namens(systeem, bericht.header.afzender)
    opgehaald = await systeem.client.get(f"{answer.headers['Location']}/retour", headers=wie)
    assert opgehaald.status_code == 200
    return parse(opgehaald.content)


async def postbus(systeem: Systeem, partij: str) -> list[str]:
    """The kinds of message that wait for a party, oldest first."""
    answer = await systeem.client.get("/allocation/v1/postbus", headers=namens(systeem, partij))
    return [item["berichtsoort"] for item in answer.json()["items"]]


async def verzoekstand(systeem: Systeem) -> list[tuple[str, str, str | None]]:
    """Reference, state and kind of the final answer, by reference."""
    connection = await systeem.connect("allocation")
    rows = await connection.fetch(
        "SELECT referentie_aanbieder, toestand, b.berichtsoort FROM referenties r"
        " LEFT JOIN berichten b ON b.bericht_id = r.antwoord_id ORDER BY referentie_aanbieder"
    )
    await connection.close()
    return [tuple(row) for row in rows]


async def verzoekstatus(systeem: Systeem, verzoek_id: str) -> tuple[str, int]:
    """Status and versie of a verzoek."""
    connection = await systeem.connect("allocation")
    row = await connection.fetchrow("SELECT status, versie FROM verzoeken WHERE bericht_id = $1", UUID(verzoek_id))
    await connection.close()
    assert row is not None
    return row["status"], row["versie"]


async def controle(systeem: Systeem) -> dict[str, str]:
    """What ``happyflow check`` finds wrong with this service."""
    return {item.invariant: item.detail for item in await SERVICE.check(systeem.runtime.contexts["allocation"])}


async def beslis(
    systeem: Systeem, verzoek_id: str, besluit: dict[str, Any], if_match: str | None = '"1"', **wie: Any
) -> httpx.Response:
    """POST a decision, by default as the medewerker ``piet`` who saw version 1."""
    kop = systeem.headers(**({"rol": "medewerker", "gemeenten": ["0193"], "sub": "piet"} | wie))
    if if_match is not None:
        kop["If-Match"] = if_match
    return await systeem.client.post(f"{VERZOEKEN}/{verzoek_id}/beslissingen", json=besluit, headers=kop)


async def bericht(systeem: Systeem, bericht_id: str, partij: str = AANBIEDER) -> Any:
    """A message as this party fetches it."""
    koppen = {"Accept": "application/xml", **namens(systeem, partij)}
    answer = await systeem.client.get(f"{BERICHTEN}/{bericht_id}", headers=koppen)
    assert answer.status_code == 200, answer.text
    return parse(answer.content)


async def verzonden(systeem: Systeem, verzoek_id: str, besluit: dict[str, Any], if_match: str = '"1"') -> list[Any]:
    """The messages a decision sends, as the aanbieder fetches them."""
    answer = await beslis(systeem, verzoek_id, besluit, if_match)
    assert answer.status_code == 200, answer.text
    return [await bericht(systeem, item["berichtId"]) for item in answer.json()["berichten"]]


def fouten(answer: Any) -> dict[str, str]:
    return {fout["pad"]: fout["melding"] for fout in answer.json()["fouten"]}


async def meldingen(systeem: Systeem) -> list[tuple[str, list[str]]]:
    answer = await systeem.client.get("/allocation/v1/meldingen", headers=namens(systeem, GEMEENTE))
    return [(item["soort"], item["elementen"]) for item in answer.json()["items"]]
