"""invoice and matching together: a trial says what sending then does, and a person's decision ends in the JW325."""

from typing import Any

from ijw.berichten import JW325
from ijw.codec import parse
from services.invoice.service import SERVICE
from tests.services.matching_bouwen import toewijzing
from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import AANBIEDER, BSN, BSN2, GEMEENTE, prestatie, xml

SERVICES = ("invoice", "matching")
PAD = "/invoice/v1/declaraties"


async def leg_klaar(systeem: Systeem) -> None:
    """A toewijzing of 12 uur a month for the first client, and a contract of 15 euro an hour."""
    client = systeem.runtime.contexts["invoice"].crypto.pseudonym(BSN)
    await systeem.publish("allocation", toewijzing(client=client))
    regel = {"productcategorie": "45", "productcode": "45A04", "eenheid": "04", "tarief": 1500}
    answer = await systeem.client.put(
        f"/matching/v1/contracten/{GEMEENTE}/{AANBIEDER}/2026",
        json={"regels": [regel]},
        headers=systeem.headers("gemeente", [GEMEENTE]),
    )
    assert answer.is_success, answer.text
    await systeem.drained()


async def post(systeem: Systeem, pad: str, data: bytes) -> dict[str, Any]:
    answer = await systeem.post_xml(pad, data, systeem.headers("aanbieder", agb=AANBIEDER))
    assert answer.status_code in {200, 202}, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def get(systeem: Systeem, pad: str) -> Any:
    return await systeem.client.get(pad, headers=systeem.headers("aanbieder", agb=AANBIEDER))


async def terug(systeem: Systeem, declaratie_id: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Codes of DeclaratieAntwoord; BSN, its codes, ReferentieNummer and its codes of what comes back."""
    jw325 = parse((await get(systeem, f"{PAD}/{declaratie_id}/antwoord")).content)
    assert isinstance(jw325, JW325)
    assert jw325.declaratie_antwoord is not None
    return jw325.declaratie_antwoord.retour_codes, [
        (client.bsn, client.retour_codes, p.product_referentie.referentie_nummer, p.retour_codes)
        for client in jw325.declaratie_antwoord.clienten
        for p in client.prestaties
    ]


async def test_what_pairs_is_answered_without_anybody_touching_it(systeem: Systeem) -> None:
    await leg_klaar(systeem)
    declaratie_id = (await post(systeem, PAD, xml({BSN: [prestatie("R1", 7500)]})))["declaratieId"]
    await systeem.drained()
    assert await terug(systeem, declaratie_id) == (("8001",), [])
    await post(systeem, PAD, xml({BSN: [prestatie("R2", -7500, vorige="R1")]}, identificatie="B2", nummer="D2"))
    await systeem.drained()
    antwoorden = (await get(systeem, f"{PAD}?status=beantwoord")).json()["items"]
    assert [item["totaalToegekend"] for item in antwoorden] == [-7500, 7500]
    assert await SERVICE.check(systeem.runtime.contexts["invoice"]) == []


async def test_a_trial_says_what_sending_then_does(systeem: Systeem) -> None:
    await leg_klaar(systeem)
    await post(systeem, PAD, xml({BSN: [prestatie("R0", 1500)]}, identificatie="B0", nummer="D0"))
    await systeem.drained()
    data = xml(
        {
            BSN: [
                prestatie("R0", 1500, toewijzing_nummer=1002),
                prestatie("R2", 3000, toewijzing_nummer=1003),
                prestatie("R3", 3100, geleverd_volume=2, toewijzing_nummer=1004),
            ],
            BSN2: [prestatie("R4", 1500, toewijzing_nummer=1005)],
        }
    )
    proef = await post(systeem, f"{PAD}?proef=true", data)
    uitkomsten = {p["referentie"]: p["uitkomst"] for p in proef["prestaties"]}
    assert uitkomsten == {"R0": "afgewezen", "R2": "inUitval", "R3": "afgewezen", "R4": "inUitval"}
    codes = {p["referentie"]: {b["retourcode"] for b in p["bevindingen"]} for p in proef["prestaties"]}
    assert {"8021", "9338"} <= codes["R0"]
    assert codes["R2"] == {"9338"}
    assert {"9346", "9338"} <= codes["R3"]
    assert "8187" in codes["R4"]
    assert proef["uitkomst"] == "getoetst"
    declaratie_id = (await post(systeem, PAD, data))["declaratieId"]
    await systeem.drained()
    echt = (await get(systeem, f"{PAD}/{declaratie_id}/prestaties")).json()["items"]
    assert {p["referentie"]: p["uitkomst"] for p in echt} == uitkomsten
    stand = (await get(systeem, f"{PAD}/{declaratie_id}")).json()
    assert (stand["status"], stand["aantalAfgewezen"], stand["aantalInUitval"]) == ("in_uitval", 2, 2)


async def test_a_decision_on_a_client_ends_in_the_jw325(systeem: Systeem) -> None:
    await leg_klaar(systeem)
    data = xml({BSN: [prestatie("R1", 7500)], BSN2: [prestatie("R2"), prestatie("R3", toewijzing_nummer=1002)]})
    declaratie_id = (await post(systeem, PAD, data))["declaratieId"]
    await systeem.drained()
    assert (await get(systeem, f"{PAD}/{declaratie_id}/antwoord")).status_code == 404
    medewerker = systeem.headers("medewerker", [GEMEENTE])
    lijst = await systeem.client.get("/matching/v1/uitval", headers=medewerker)
    assert lijst.status_code == 200, lijst.text
    (item,) = lijst.json()["items"]
    detail = await systeem.client.get(f"/matching/v1/uitval/{item['uitvalId']}", headers=medewerker)
    besluit = await systeem.client.post(
        f"/matching/v1/uitval/{item['uitvalId']}/besluit",
        json={"besluit": "afwijzen", "retourcodes": ["8187"], "motivering": "Niet bij ons bekend"},
        headers={**medewerker, "If-Match": detail.headers["ETag"]},
    )
    assert besluit.is_success, besluit.text
    await systeem.drained()
    codes, prestaties = await terug(systeem, declaratie_id)
    assert codes == ("0200",)
    assert prestaties == [(BSN2, ("8187",), "R2", ("0233",)), (BSN2, ("8187",), "R3", ("0233",))]
    stand = (await get(systeem, f"{PAD}/{declaratie_id}")).json()
    assert (stand["status"], stand["totaalToegekend"], stand["totaalIngediend"]) == ("beantwoord", 7500, 22500)
    assert await SERVICE.check(systeem.runtime.contexts["invoice"]) == []
