"""A gemeente's own product codes: put once at matching, and both allocation and matching decide by them."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest

from ijw.berichten.basis import Product
from ijw.codec import build
from ijw.eigenlijst import KOLOMMEN
from services.allocation.store.productlijsten import bewaar, productcodes_van
from services.platform.events import ProductlijstVastgesteld
from tests.services.matching_bouwen import (
    declaratie,
    gezegd,
    klopt,
    open_uitval,
    prestatie,
    regel,
    stuur,
    toewijzing,
    uitkomsten,
    zet_beleid,
    zet_contract,
)
from tests.services.systeem import START, Systeem
from tests.unit.allocation.voorbeelden import jw301
from tests.unit.allocation.voorbeelden import toewijzing as toegewezen

SERVICES = ("allocation", "matching")
PAD = "/matching/v1/productlijsten/0193"
KOP = ",".join(KOLOMMEN) + "\n"
CSV = {"Content-Type": "text/csv"}
VANAF_MORGEN = KOP + "45Z01,45,Gezin in balans,inspanningsgericht,2026-05-07,\n54Z01,54,Jeugd-ggz,,2026-05-07,\n"


async def zet(systeem: Systeem, csv: str, vraag: str = "", **headers: str) -> httpx.Response:
    """As the gemeente."""
    alle = {**CSV, **systeem.headers("gemeente", ["0193"], sub="jan"), **headers}
    return await systeem.client.put(f"{PAD}{vraag}", content=csv.encode(), headers=alle)


async def lees(systeem: Systeem, pad: str = PAD, **headers: str) -> httpx.Response:
    return await systeem.client.get(pad, headers={**systeem.headers("gemeente", ["0193"]), **headers})


async def test_a_list_is_put_read_back_and_kept_by_version(systeem: Systeem) -> None:
    leeg = (await lees(systeem)).json()
    assert (leeg["versie"], leeg["producten"], leeg["vastgelegdOp"]) == (0, [], None)
    gezet = await zet(systeem, VANAF_MORGEN)
    assert (gezet.status_code, gezet.headers["ETag"]) == (200, '"1"')
    assert gezet.json() == {
        "gemeente": "0193",
        "versie": 1,
        "vastgelegdOp": "2026-05-06T10:00:00Z",
        "vastgelegdDoor": "jan",
        "producten": [
            {
                "productcode": "45Z01",
                "productcategorie": "45",
                "omschrijving": "Gezin in balans",
                "variant": "inspanningsgericht",
                "geldigVan": "2026-05-07",
                "geldigTot": None,
            },
            {
                "productcode": "54Z01",
                "productcategorie": "54",
                "omschrijving": "Jeugd-ggz",
                "variant": None,
                "geldigVan": "2026-05-07",
                "geldigTot": None,
            },
        ],
    }
    assert (await lees(systeem)).json() == gezet.json()
    als_csv = await lees(systeem, Accept="text/csv")
    assert als_csv.headers["Content-Type"].startswith("text/csv")
    assert (als_csv.text.replace("\r\n", "\n"), als_csv.headers["ETag"]) == (VANAF_MORGEN, '"1"')
    await klopt(systeem)


async def test_the_same_list_again_changes_nothing_and_another_is_a_version_more(systeem: Systeem) -> None:
    await zet(systeem, VANAF_MORGEN)
    kop, een, twee = VANAF_MORGEN.splitlines()
    for zelfde in (VANAF_MORGEN, "\n".join([kop, twee, een]).replace(",", ";")):
        assert (await zet(systeem, zelfde)).json()["versie"] == 1
    assert len(await gezegd(systeem, ProductlijstVastgesteld)) == 1
    assert (await zet(systeem, "\n".join([kop, een]))).json()["versie"] == 2
    assert (await zet(systeem, kop)).json()["versie"] == 3, "an empty list is no own list"
    versies = (await lees(systeem, f"{PAD}/versies?limit=2")).json()
    assert [(rij["versie"], rij["aantalProducten"], rij["vastgelegdDoor"]) for rij in versies["items"]] == [
        (3, 0, "jan"),
        (2, 1, "jan"),
    ]
    rest = (await lees(systeem, f"{PAD}/versies?cursor={versies['volgende']}")).json()
    assert [(rij["versie"], rij["terugwerkend"]) for rij in rest["items"]] == [(1, False)]
    assert len((await lees(systeem, f"{PAD}?versie=1")).json()["producten"]) == 2
    assert (await lees(systeem, f"{PAD}?versie=9")).status_code == 404


async def test_who_saw_another_version_is_told_so(systeem: Systeem) -> None:
    assert (await zet(systeem, VANAF_MORGEN, **{"If-Match": '"0"'})).status_code == 200
    eerder = await zet(systeem, KOP, **{"If-Match": '"0"'})
    assert (eerder.status_code, eerder.json()["type"]) == (412, "urn:happyflow:probleem:intussen-gewijzigd")
    assert (await zet(systeem, KOP, **{"If-Match": '"1"'})).status_code == 200


async def test_every_fault_of_every_row_is_told_and_nothing_changes(systeem: Systeem) -> None:
    fout = await zet(systeem, KOP + "45Z01,99,x,,2026-05-07,\n45Z02,45\n45Z0003,45,x,half,,\n")
    assert (fout.status_code, fout.headers["Content-Type"]) == (400, "application/problem+json")
    assert [(f["regel"], f["melding"].split(":")[0]) for f in fout.json()["fouten"]] == [
        (2, "categorie"),
        (3, "verwacht 6 velden, gevonden 2"),
        (4, "code"),
        (4, "variant"),
        (4, "geldig_van"),
    ]
    rij = {"productcode": "45Z01", "productcategorie": "45", "omschrijving": "x", "geldigVan": "2026-05-07"}
    headers = systeem.headers("gemeente", ["0193"])
    for producten, paden in (
        ([rij | {"productcode": ""}, rij | {"geldigTot": "2026-01-01"}], ["0/productcode", "1/geldigTot"]),
        ([rij, rij], ["1/geldigVan"]),
    ):
        antwoord = await systeem.client.put(PAD, json={"producten": producten}, headers=headers)
        assert antwoord.status_code == 400
        assert [f["pad"] for f in antwoord.json()["fouten"]] == [f"/producten/{pad}" for pad in paden]
    vorm = await systeem.client.put(PAD, json={"producten": [rij | {"prijs": 1}, {}]}, headers=headers)
    assert vorm.status_code == 400
    assert {"/body/producten/0/prijs", "/body/producten/1/productcode"} <= {f["pad"] for f in vorm.json()["fouten"]}
    assert (await lees(systeem)).json()["versie"] == 0
    assert (await systeem.client.put(PAD, json={"producten": [rij]}, headers=headers)).json()["versie"] == 1


@pytest.mark.parametrize(
    ("inhoud", "soort", "status"),
    [(KOP.encode("utf-16"), "text/csv", 400), (b"{", "application/json", 400), (b"<x/>", "application/xml", 415)],
    ids=["not UTF-8", "no JSON", "another type"],
)
async def test_what_is_no_list_is_refused(systeem: Systeem, inhoud: bytes, soort: str, status: int) -> None:
    headers = {**systeem.headers("gemeente", ["0193"]), "Content-Type": soort}
    assert (await systeem.client.put(PAD, content=inhoud, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("rol", "van", "lezen", "schrijven", "versies"),
    [
        ("gemeente", {"gemeenten": ["0193"]}, 200, 200, 200),
        ("gemeente", {"gemeenten": ["0150"]}, 404, 404, 404),
        ("medewerker", {"gemeenten": ["0193"]}, 200, 403, 200),
        ("aanbieder", {"agb": "12345678"}, 200, 403, 403),
        ("accountant", {"gemeenten": ["0193"]}, 403, 403, 403),
        ("beheer", {}, 200, 200, 200),
    ],
    ids=str,
)
async def test_whose_list_it_is(
    systeem: Systeem, rol: str, van: dict[str, Any], lezen: int, schrijven: int, versies: int
) -> None:
    await zet(systeem, VANAF_MORGEN)
    headers = systeem.headers(rol, **van)
    gelezen = await systeem.client.get(PAD, headers=headers)
    assert gelezen.status_code == lezen
    assert ("vastgelegdDoor" in gelezen.json()) == (lezen == 200 and rol != "aanbieder")
    put = await systeem.client.put(PAD, content=VANAF_MORGEN.encode(), headers={**headers, **CSV})
    assert put.status_code == schrijven
    assert (await systeem.client.get(f"{PAD}/versies", headers=headers)).status_code == versies
    assert (await systeem.client.get(PAD)).status_code == 401
    assert (await systeem.client.get(PAD.replace("0193", "0001"), headers=headers)).status_code in {403, 404}


async def test_a_list_takes_no_codes_from_the_past_by_mistake(systeem: Systeem) -> None:
    eerder = VANAF_MORGEN.replace("2026-05-07", "2026-01-01")
    geweigerd = await zet(systeem, eerder)
    assert (geweigerd.status_code, geweigerd.json()["type"]) == (400, "urn:happyflow:probleem:terugwerkende-kracht")
    assert any("45A04" in fout["melding"] and "01-01-2026" in fout["melding"] for fout in geweigerd.json()["fouten"])
    assert (await zet(systeem, eerder, "?terugwerkend=true")).json()["versie"] == 1
    (versie,) = (await lees(systeem, f"{PAD}/versies")).json()["items"]
    assert versie["terugwerkend"]


async def test_tr381_both_services_decide_by_the_own_list(systeem: Systeem) -> None:
    await zet_contract(systeem, regel(), regel(productcode=None))
    # Toewijzingen from before and from under the own list, each with a national and with an own code.
    oud, nieuw = date(2026, 1, 1), date(2026, 5, 7)
    soorten = {1: (oud, "45A04"), 2: (oud, "45Z01"), 3: (nieuw, "45A04"), 4: (nieuw, "45Z01")}
    await stuur(systeem, *(toewijzing(n, ingangsdatum=op, product_code=code) for n, (op, code) in soorten.items()))
    await zet(systeem, VANAF_MORGEN)
    await systeem.drained()

    headers = systeem.headers("gemeente", ["0193"])
    for nummer, (op, code) in soorten.items():
        bericht = jw301(
            toegewezen(nummer, ingangsdatum=op, product=Product(categorie="45", code=code)), identificatie=str(nummer)
        )
        antwoord = await systeem.post_xml("/allocation/v1/berichten", build(bericht), headers)
        assert antwoord.json()["retourcodes"] == ([] if nummer in {1, 4} else ["S329"]), nummer
    # A categorie that the own list leaves alone keeps the national codes.
    ander = toegewezen(5, ingangsdatum=nieuw, product=Product(categorie="46", code="46A03"))
    antwoord = await systeem.post_xml("/allocation/v1/berichten", build(jw301(ander, identificatie="5")), headers)
    assert antwoord.json()["retourcodes"] == []

    juni = {"begindatum": date(2026, 6, 1), "einddatum": date(2026, 6, 30)}
    prestaties = [prestatie(n, toewijzing_nummer=n, product_code=code, **juni) for n, (_, code) in soorten.items()]
    systeem.clock.instant = datetime(2026, 7, 1, tzinfo=UTC)
    await stuur(systeem, *declaratie(*prestaties, periode_begin=juni["begindatum"], periode_eind=juni["einddatum"]))
    gevonden = await uitkomsten(systeem)
    assert {r: u for r, u in gevonden.items() if "S329" in u} == {
        "R2": ("afgewezen", "S329"),
        "R3": ("afgewezen", "S329"),
    }
    assert (gevonden["R1"], gevonden["R4"]) == (("toegekend",), ("toegekend",))
    await klopt(systeem)


async def test_tr381_uitval_is_judged_again_when_the_list_changes(systeem: Systeem) -> None:
    await zet_beleid(systeem, ("S329", "uitval"))
    await stuur(systeem, toewijzing(product_code="45Z01"))
    await zet_contract(systeem, regel(productcode=None))
    await stuur(systeem, *declaratie(prestatie(product_code="45Z01")))
    assert await open_uitval(systeem) == [("prestatie", ("S329",), 1)]
    sinds_januari = KOP + "45Z01,45,Gezin in balans,,2026-01-01,\n"
    await zet(systeem, sinds_januari, "?terugwerkend=true")
    await systeem.drained()
    assert await open_uitval(systeem) == []
    assert (await uitkomsten(systeem))["R1"] == ("toegekend",)
    await klopt(systeem)


async def test_a_contract_prices_own_codes_and_codes_that_left_the_list(systeem: Systeem) -> None:
    await zet(systeem, VANAF_MORGEN.replace("45Z01,45,Gezin in balans,inspanningsgericht,2026-05-07,", VERLOPEN))
    await zet_contract(systeem, regel(productcode="45Z01"), regel(), jaar=2027)
    pad = "/matching/v1/contracten/0193/12345678/2025"
    headers = systeem.headers("gemeente", ["0193"])
    te_vroeg = await systeem.client.put(pad, json={"regels": [regel(productcode="45Z01")]}, headers=headers)
    assert [fout["pad"] for fout in te_vroeg.json()["fouten"]] == ["/regels/0/productcode"]


async def test_check_finds_a_list_that_was_not_told_of_or_did_not_arrive_whole(systeem: Systeem) -> None:
    await zet(systeem, VANAF_MORGEN)
    await systeem.drained()
    services = {service.name: service for service in systeem.runtime.services}
    for naam, schade, detail in (
        ("matching", "DELETE FROM outbox WHERE topic = 'productlijsten'", "0193:1"),
        ("allocation", "DELETE FROM productlijsten", "0193:1"),
    ):
        context = systeem.runtime.contexts[naam]
        assert await services[naam].check(context) == []
        connection = await systeem.connect(naam)
        assert int((await connection.execute(schade)).split()[-1]) == 1
        await connection.close()
        (gevonden,) = await services[naam].check(context)
        assert "productlijst" in gevonden.invariant
        assert gevonden.detail == detail


VERLOPEN = "45Z01,45,Gezin in balans,,2026-05-07,2026-12-31"


async def test_a_list_larger_than_an_event_arrives_whole(systeem: Systeem) -> None:
    codes = [f"Z{nummer:04d}" for nummer in range(2000)]
    gezet = await zet(systeem, KOP + "".join(f"{code},45,Product {code},,2026-05-07,\n" for code in codes))
    assert gezet.status_code == 200, gezet.text
    await systeem.drained()
    delen = await gezegd(systeem, ProductlijstVastgesteld)
    assert len(delen) > 1
    assert [(deel.deel, deel.delen, deel.aantal) for deel in delen] == [
        (nummer, len(delen), 2000) for nummer in range(1, len(delen) + 1)
    ]
    assert await goed(systeem, "Z0000", "Z1999", "45A04") == [True, True, False]

    # What was set aside and comes again, or comes without its other parts, changes nothing.
    context = systeem.runtime.contexts["allocation"]
    async with context.database.transaction() as connection:
        await bewaar(connection, delen[:1], START)
    verder = [msgspec.structs.replace(deel, versie=2) for deel in delen[1:]]
    with pytest.raises(ValueError, match="2000 were sent"):
        async with context.database.transaction() as connection:
            await bewaar(connection, verder, START)
    assert await goed(systeem, "Z0000", "Z1999", "45A04") == [True, True, False]

    await zet(systeem, KOP)
    await systeem.drained()
    assert await goed(systeem, "Z0000", "Z1999", "45A04") == [False, False, True]
    connection = await systeem.connect("allocation")
    assert await connection.fetchval("SELECT count(*) FROM productlijst_regels") == 0
    await connection.close()


async def goed(systeem: Systeem, *codes: str) -> list[bool]:
    """Which codes allocation takes in categorie 45 in June."""
    context = systeem.runtime.contexts["allocation"]
    async with context.database.connection() as connection:
        lijst = await productcodes_van(connection, context.productcodes, "jw", "0193", ["45"])
    return [lijst.hoort_bij(code, "45", date(2026, 6, 1)) for code in codes]


async def test_tr378_a_running_toewijzing_of_a_dissolved_gemeente_stays_declarable(systeem: Systeem) -> None:
    """Brielle went up in Voorne aan Zee on 1 January 2023."""
    brielle = {"gemeente": "0501"}
    await stuur(
        systeem,
        toewijzing(1, ingangsdatum=date(2022, 7, 1), einddatum=None, **brielle),
        toewijzing(2, ingangsdatum=date(2023, 1, 1), einddatum=None, **brielle),
    )
    await zet_contract(systeem, gemeente="0501")
    prestaties = [prestatie(nummer, toewijzing_nummer=nummer) for nummer in (1, 2, 3)]
    await stuur(systeem, *declaratie(*prestaties, **brielle))
    gevonden = await uitkomsten(systeem)
    assert (gevonden["R1"], gevonden["R2"]) == (("toegekend",), ("afgewezen", "S300"))
    # Of the third no toewijzing is known: then only its ProductPeriode could save it.
    assert gevonden["R3"][:1] == ("afgewezen",)
    assert "S300" in gevonden["R3"]
