"""``/v1/verzoeken``: lists with their terms, one verzoek whole, and who sees what."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from ijw.berichten.basis import Product
from services.allocation.store import verzoeklezen
from services.platform.database import Connection
from tests.services.allocation_verkeer import (
    TOEKENNEN,
    VERZOEKEN,
    beslis,
    geaccepteerd,
    namens,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, ANDERE_BSN, BSN, GEMEENTE, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, jw319, nieuw, te_wijzigen

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


async def lijst(systeem: Systeem, vraag: str = "", koppen: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await systeem.client.get(f"{VERZOEKEN}{vraag}", headers=koppen or namens(systeem, GEMEENTE))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def een(systeem: Systeem, verzoek_id: str, koppen: dict[str, str] | None = None) -> Any:
    answer = await systeem.client.get(f"{VERZOEKEN}/{verzoek_id}", headers=koppen or namens(systeem, GEMEENTE))
    assert answer.status_code == 200, answer.text
    return answer


async def test_thousands_of_references_are_read_at_once_and_in_the_order_of_the_message(systeem: Systeem) -> None:
    namen = [f"R{nummer}" for nummer in range(4000, 0, -1)]
    dag = date(2027, 1, 1)
    producten = (
        aangevraagd(naam, toewijzing_ingangsdatum=dag + timedelta(n), toewijzing_einddatum=dag + timedelta(n))
        for n, naam in enumerate(namen)
    )
    verzoek_id = UUID(await geaccepteerd(systeem, jw315(*producten)))
    connection = await systeem.connect("allocation")
    # Held beside each other all with all they would take many times as long, every time.
    await connection.execute("SET statement_timeout = '1s'")
    gevonden = await _gelezen(connection, verzoek_id, 5)
    await connection.close()
    assert [row["referentie_aanbieder"] for row in gevonden[verzoek_id]] == namen


async def _gelezen(connection: Connection, verzoek_id: UUID, keer: int) -> Any:
    """Within the connection's limit, in one of so many attempts: the machine may stand still for a second."""
    for _ in range(keer - 1):
        with suppress(asyncpg.QueryCanceledError):
            return await verzoeklezen.referenties_van(connection, [verzoek_id])
    return await verzoeklezen.referenties_van(connection, [verzoek_id])


async def test_a_verzoek_in_the_list_says_what_is_asked_and_until_when(systeem: Systeem) -> None:
    beide = jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None))
    verzoek_id = await geaccepteerd(systeem, beide)
    await geaccepteerd(systeem, jw319("B", "2"))
    (item,) = await lijst(systeem)
    assert (item["verzoekId"], item["berichtsoort"], item["status"], item["versie"]) == (verzoek_id, "JW315", "open", 2)
    assert (item["gemeente"], item["aanbieder"], len(item["client"])) == (GEMEENTE, AANBIEDER, 24)
    assert (item["dagtekening"], item["ontvangenOp"]) == ("2026-05-06", "2026-05-06T10:00:00Z")
    assert (item["uiterlijkOp"], item["teLaat"]) == ("2026-05-13", False)
    assert item["woonplaatsbeginselUiterlijkOp"] == "2026-05-20"
    een, ander = item["referenties"]
    assert (een["referentieAanbieder"], een["status"], een["uiterlijkOp"]) == ("A", "open", "2026-05-13")
    assert (ander["referentieAanbieder"], ander["status"], ander["uiterlijkOp"]) == ("B", "in_onderzoek", "2026-07-01")
    assert (ander["antwoordBerichtId"], ander["onderzoekBerichtId"] is None) == (None, False)
    assert item["producten"][0] == {
        "volgnummer": 1,
        "soort": "aangevraagd",
        "referentieAanbieder": "A",
        "toewijzingnummer": None,
        "productcategorie": "45",
        "productcode": "45A04",
        "ingangsdatum": "2026-06-01",
        "einddatum": "2026-11-30",
        "omvang": {"volume": 2, "eenheid": "04", "frequentie": "2"},
        "budget": None,
    }
    assert item["producten"][1]["omvang"] is None


async def test_a_list_has_the_first_of_each_verzoek_and_the_detail_has_all(systeem: Systeem) -> None:
    """However many there are to one: what is due and how it stands is that of all of them."""
    dag = date(2027, 1, 1)
    namen = [f"R{nummer}" for nummer in range(300, 0, -1)]
    producten = (
        aangevraagd(naam, toewijzing_ingangsdatum=dag + timedelta(n), toewijzing_einddatum=dag + timedelta(n))
        for n, naam in enumerate(namen)
    )
    veel = await geaccepteerd(systeem, jw315(*producten))
    weinig = await geaccepteerd(systeem, jw315(aangevraagd("A"), afzender="87654321"))
    for nummer, naam in enumerate(namen[:5]):
        await geaccepteerd(systeem, jw319(naam, identificatie=f"X{nummer}"))
    answer = await systeem.client.get(VERZOEKEN, headers=namens(systeem, GEMEENTE))
    groot, klein = answer.json()["items"]
    assert (groot["verzoekId"], groot["aantalReferenties"], groot["aantalProducten"]) == (veel, 300, 300)
    assert [item["referentieAanbieder"] for item in groot["referenties"]] == namen[:5]
    assert [item["referentieAanbieder"] for item in groot["producten"]] == namen[:5]
    assert {item["status"] for item in groot["referenties"]} == {"afgewezen"}
    assert (groot["status"], groot["uiterlijkOp"], groot["woonplaatsbeginselUiterlijkOp"]) == (
        "open",
        "2026-05-13",
        "2026-05-20",
    )
    assert (klein["verzoekId"], klein["aantalReferenties"], len(klein["referenties"])) == (weinig, 1, 1)
    assert len(answer.content) < 10_000
    heel = (await een(systeem, veel)).json()
    assert [item["referentieAanbieder"] for item in heel["referenties"]] == namen
    assert (len(heel["producten"]), heel["aantalReferenties"], heel["uiterlijkOp"]) == (300, 300, "2026-05-13")


async def test_overdue_is_shown_the_day_after_the_last_day_and_ends_with_the_answer(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    for dag, te_laat in ((13, False), (14, True)):
        systeem.clock.instant = datetime(2026, 5, dag, 10, 0, tzinfo=UTC)
        (item,) = await lijst(systeem)
        assert (item["teLaat"], item["referenties"][0]["teLaat"]) == (te_laat, te_laat)
    await geaccepteerd(systeem, jw319(antwoord="2"))
    (item,) = await lijst(systeem, "?status=in_onderzoek")
    assert (item["uiterlijkOp"], item["teLaat"]) == ("2026-07-01", False)
    await geaccepteerd(systeem, jw319())
    (item,) = await lijst(systeem, "?status=afgewezen")
    assert (item["verzoekId"], item["uiterlijkOp"], item["teLaat"]) == (verzoek_id, None, False)
    assert item["woonplaatsbeginselUiterlijkOp"] is None
    assert item["referenties"][0]["redenAfwijzingVerzoek"] == "2"
    assert await lijst(systeem, "?status=open") == []


async def test_a_verzoek_whole_shows_the_client_what_runs_and_what_was_decided(systeem: Systeem) -> None:
    voorbij = toewijzing(71, product=Product(categorie="47"), omvang=None, einddatum=toewijzing().ingangsdatum)
    await geaccepteerd(systeem, jw301(toewijzing(70), voorbij))
    verzoek_id = await geaccepteerd(systeem, jw315(commentaar="graag snel"))
    answer = await een(systeem, verzoek_id)
    body = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert (body["persoon"]["bsn"], body["persoon"]["naam"]["geslachtsnaam"]["achternaam"]) == (BSN, "Jansen")
    assert (body["gezagsdragerBekend"], body["commentaar"], body["redenVerzoek"]) == ("1", "graag snel", None)
    assert body["producten"][0]["verwijzer"] == {"type": "02", "zorgverlenerCode": "01234567"}
    assert [item["toewijzingnummer"] for item in body["lopendeToewijzingen"]] == [70]
    assert body["lopendeToewijzingen"][0]["toestand"] == "nieuw"
    assert (body["beslissingen"], body["meldingen"]) == ([], [])
    beslist = (await beslis(systeem, verzoek_id, TOEKENNEN)).json()
    answer = await een(systeem, verzoek_id)
    assert answer.headers["ETag"] == '"2"'
    assert answer.json()["beslissingen"] == [
        {
            "beslissingId": beslist["beslissingId"],
            "besluit": "toekennen",
            "door": "piet",
            "op": "2026-05-06T10:00:00Z",
            "berichtIds": [beslist["berichten"][0]["berichtId"]],
            "toewijzingnummers": [72],
        }
    ]
    assert [item["toewijzingnummer"] for item in answer.json()["lopendeToewijzingen"]] == [70, 72]
    anders = (await een(systeem, verzoek_id, namens(systeem, AANBIEDER))).json()
    assert anders["beslissingen"][0]["door"] is None


async def test_a_jw317_whole_takes_the_client_from_what_was_sent_before(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1), toewijzing(2, product=ASPECIFIEK, omvang=None)))
    bericht = jw317(ongewijzigd=[2], wijzigen=[te_wijzigen(1)], nieuwe=[nieuw()])
    verzoek_id = await geaccepteerd(systeem, bericht)
    body = (await een(systeem, verzoek_id)).json()
    assert (body["berichtsoort"], body["redenVerzoek"], body["woonplaatsbeginselUiterlijkOp"]) == ("JW317", "1", None)
    assert (body["persoon"]["bsn"], body["persoon"]["geboortedatum"]) == (BSN, {"datum": "2015-03-02"})
    assert [(p["volgnummer"], p["soort"], p["toewijzingnummer"]) for p in body["producten"]] == [
        (1, "ongewijzigd", 2),
        (2, "te_wijzigen", 1),
        (3, "nieuw", None),
    ]
    assert [item["referentieAanbieder"] for item in body["referenties"]] == ["VOW-1"]


async def test_everyone_sees_their_own_and_nothing_else(systeem: Systeem) -> None:
    eigen = await geaccepteerd(systeem, jw315(aangevraagd("A")))
    elders = await geaccepteerd(systeem, jw315(aangevraagd("B"), ontvanger="0150"))
    ander = await geaccepteerd(systeem, jw315(aangevraagd("C"), afzender="87654321"))
    gezien: dict[str, Any] = {
        "gemeente": (namens(systeem, GEMEENTE), [eigen, ander]),
        "andere gemeente": (namens(systeem, "0150"), [elders]),
        "aanbieder": (namens(systeem, AANBIEDER), [eigen, elders]),
        "medewerker": (systeem.headers("medewerker", ["0193", "0150"]), [eigen, elders, ander]),
        "beheer": (systeem.headers("beheer"), [eigen, elders, ander]),
    }
    for wie, (koppen, verwacht) in gezien.items():
        assert [item["verzoekId"] for item in await lijst(systeem, "", koppen)] == verwacht, wie
        for verzoek_id in (eigen, elders, ander):
            answer = await systeem.client.get(f"{VERZOEKEN}/{verzoek_id}", headers=koppen)
            assert answer.status_code == (200 if verzoek_id in verwacht else 404), wie
    beheer = systeem.headers("beheer")
    assert [i["verzoekId"] for i in await lijst(systeem, f"?gemeente=0193&aanbieder={AANBIEDER}", beheer)] == [eigen]
    assert await lijst(systeem, "?gemeente=0150", namens(systeem, GEMEENTE)) == []
    assert await lijst(systeem, "?aanbieder=87654321", namens(systeem, AANBIEDER)) == []
    answer = await systeem.client.get(VERZOEKEN, headers=systeem.headers("accountant", ["0193"]))
    assert answer.status_code == 403


async def test_pages_follow_each_other_in_order_of_arrival(systeem: Systeem) -> None:
    ids = [await geaccepteerd(systeem, jw315(aangevraagd(f"R{n}"), afzender=f"1000000{n}")) for n in range(5)]
    gezien: list[str] = []
    pad: str | None = f"{VERZOEKEN}?limit=2&status=open"
    while pad:
        answer = await systeem.client.get(pad, headers=namens(systeem, GEMEENTE))
        gezien += [item["verzoekId"] for item in answer.json()["items"]]
        volgende = answer.json()["volgende"]
        assert ("Link" in answer.headers) == (volgende is not None)
        pad = f"{VERZOEKEN}?limit=2&status=open&cursor={volgende}" if volgende else None
    assert gezien == ids


@pytest.mark.parametrize("vraag", ["?status=weg", "?gemeente=19", "?aanbieder=1", "?cursor=zomaar", "/geen-uuid"])
async def test_what_cannot_be_asked_is_a_400(systeem: Systeem, vraag: str) -> None:
    answer = await systeem.client.get(f"{VERZOEKEN}{vraag}", headers=namens(systeem, GEMEENTE))
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


async def test_no_bsn_or_name_of_a_verzoek_is_stored_in_the_clear(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw315(bsn=ANDERE_BSN))
    (item,) = await lijst(systeem)
    await beslis(systeem, item["verzoekId"], TOEKENNEN)
    connection = await systeem.connect("allocation")
    tabellen = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'allocation'")
    for tabel in tabellen:
        inhoud = b"".join(
            value if isinstance(value, bytes) else str(value).encode()
            for row in await connection.fetch(f"SELECT * FROM {tabel['tablename']}")
            for value in row.values()
        )
        for geheim in (ANDERE_BSN.encode(), b"Jansen", b"7411AB"):
            assert geheim not in inhoud, tabel["tablename"]
    await connection.close()
