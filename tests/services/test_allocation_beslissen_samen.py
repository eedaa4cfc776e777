"""Who decides, when and how often: repeats, versions, roles, and several at once."""

import asyncio
from datetime import UTC, date, datetime

import httpx
import pytest

from ijw.berichten.basis import Product
from services.allocation.store import beslissingen
from services.platform.database import Connection
from tests.services.allocation_verkeer import (
    TOEKENNEN,
    beslis,
    codes,
    controle,
    geaccepteerd,
    postbus,
    verzoekstatus,
    verzonden,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw319

BEZIG = 503
SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


async def test_the_same_decision_again_gets_the_first_answer_and_another_is_too_late(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    eerste = await beslis(systeem, verzoek_id, TOEKENNEN)
    tweede = await beslis(systeem, verzoek_id, TOEKENNEN)
    assert (eerste.status_code, tweede.status_code) == (200, 200)
    assert (eerste.json(), eerste.headers["ETag"]) == (tweede.json(), tweede.headers["ETag"])
    afwijzen = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"}
    for besluit, wie in ((afwijzen, {}), (TOEKENNEN, {"sub": "klaas"})):
        answer = await beslis(systeem, verzoek_id, besluit, **wie)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:happyflow:probleem:al-beslist")
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW301"]


async def test_a_decision_is_about_the_verzoek_as_it_was_seen(systeem: Systeem) -> None:
    beide = jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None))
    verzoek_id = await geaccepteerd(systeem, beide)
    assert (await beslis(systeem, verzoek_id, TOEKENNEN, None)).status_code == 428
    await geaccepteerd(systeem, jw319("A"))
    for verkeerd in ('"1"', '"9"', 'W/"2"', "2"):
        answer = await beslis(systeem, verzoek_id, TOEKENNEN, verkeerd)
        assert (answer.status_code, answer.json()["type"]) == (412, "urn:happyflow:probleem:gewijzigd"), verkeerd
    answer = await beslis(systeem, verzoek_id, {**TOEKENNEN, "referenties": ["A"]}, '"2"')
    assert (answer.status_code, answer.json()["title"]) == (409, "Een referentie is al beantwoord")
    assert (await beslis(systeem, verzoek_id, TOEKENNEN, '"2"')).status_code == 200


async def test_a_decision_at_midnight_is_of_one_moment(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    systeem.clock.instant = datetime(2026, 5, 6, 21, 59, 59, 999_999, tzinfo=UTC)
    verzoek_id = await geaccepteerd(systeem, jw315())
    # Whoever asks for the day a moment later is told of the next one.
    monkeypatch.setattr(systeem.clock, "today", lambda: date(2026, 5, 7))
    (gemaakt,) = await verzonden(systeem, verzoek_id, TOEKENNEN)
    (product,) = gemaakt.client.toegewezen_producten
    assert (product.toewijzingsdatum, product.toewijzingstijd) == (date(2026, 5, 6), "23:59:59")


async def test_who_may_decide(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    afwijzen = {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"}
    for wie, status in (
        ({"rol": "medewerker", "gemeenten": ["0150"]}, 404),
        ({"rol": "gemeente", "gemeenten": ["0150"]}, 404),
        ({"rol": "accountant", "gemeenten": ["0193"]}, 403),
        ({"rol": "aanbieder", "gemeenten": [], "agb": AANBIEDER}, 403),
    ):
        assert (await beslis(systeem, verzoek_id, afwijzen, **wie)).status_code == status, wie
    onbekend = "00000000-0000-0000-0000-000000000000"
    assert (await beslis(systeem, onbekend, afwijzen)).status_code == 404
    assert (await beslis(systeem, verzoek_id, afwijzen, rol="gemeente", gemeenten=["0193"])).status_code == 200
    ander = await geaccepteerd(systeem, jw315(aangevraagd("B")))
    assert (await beslis(systeem, ander, afwijzen, rol="beheer", gemeenten=[])).status_code == 200


async def test_of_two_deciders_at_once_one_decides(systeem: Systeem) -> None:
    for ronde in range(3):
        verzoek_id = await geaccepteerd(systeem, jw315(aangevraagd(f"R{ronde}")))
        later = {"volgnummer": 1, "ingangsdatum": f"202{7 + ronde}-01-01", "einddatum": f"202{7 + ronde}-12-31"}
        besluiten = (
            {**TOEKENNEN, "producten": [later]},
            {"besluit": "afwijzen", "redenAfwijzingVerzoek": "2"},
            {"besluit": "onderzoek"},
        )
        uitkomsten = await asyncio.gather(
            *(beslis(systeem, verzoek_id, besluit, sub=f"m{n}") for n, besluit in enumerate(besluiten))
        )
        statussen = sorted(answer.status_code for answer in uitkomsten)
        assert statussen[0] == 200, [answer.text for answer in uitkomsten]
        assert set(statussen[1:]) <= {409, 412}
        if (await verzoekstatus(systeem, verzoek_id))[0] == "in_onderzoek":
            await geaccepteerd(systeem, jw319(f"R{ronde}"))
    assert await controle(systeem) == {}


async def test_a_decision_sent_five_times_at_once_is_taken_once(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    uitkomsten = await asyncio.gather(*(beslis(systeem, verzoek_id, TOEKENNEN) for _ in range(5)))
    assert {answer.status_code for answer in uitkomsten} == {200}
    assert len({answer.text for answer in uitkomsten}) == 1
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW301"]
    assert await controle(systeem) == {}


async def test_decisions_of_one_gemeente_at_once_never_share_a_number(systeem: Systeem) -> None:
    aanbieders = [f"1000000{nummer}" for nummer in range(5)]
    ids = [await geaccepteerd(systeem, jw315(afzender=agb)) for agb in aanbieders]
    gelijk = jw301(toewijzing(1, product=ASPECIFIEK, omvang=None))

    async def beslist(verzoek_id: str) -> httpx.Response:
        """Who hears that it is busy asks again."""
        async with asyncio.timeout(180):
            while (answer := await beslis(systeem, verzoek_id, TOEKENNEN)).status_code == BEZIG:
                await asyncio.sleep(0.05)
            return answer

    uitkomsten = await asyncio.gather(*(beslist(i) for i in ids), codes(systeem, gelijk))
    besluiten = uitkomsten[:-1]
    assert [answer.status_code for answer in besluiten] == [200] * 5, [answer.text for answer in besluiten]
    nummers = [nummer for answer in besluiten for nummer in answer.json()["toewijzingnummers"]]
    assert len(set(nummers)) == 5
    assert await controle(systeem) == {}


async def test_a_granting_jw301_and_a_decision_at_once_give_one_answer(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    zelf = jw301(toewijzing(900, referentie_aanbieder="VOT-1"))
    answer, retourcodes = await asyncio.gather(beslis(systeem, verzoek_id, TOEKENNEN), codes(systeem, zelf))
    assert (answer.status_code, retourcodes) in ((200, ["9379"]), (409, []), (412, []))
    assert await controle(systeem) == {}


async def test_a_number_taken_in_the_meantime_is_chosen_anew(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(70)))
    verzoek_id = await geaccepteerd(systeem, jw315())
    gewoon = beslissingen.vrije_nummers
    antwoorden = [[70], [70]]

    async def eerst_bezet(connection: Connection, domein: str, gemeente: str, aantal: int) -> list[int]:
        return antwoorden.pop() if antwoorden else await gewoon(connection, domein, gemeente, aantal)

    monkeypatch.setattr(beslissingen, "vrije_nummers", eerst_bezet)
    answer = await beslis(systeem, verzoek_id, TOEKENNEN)
    assert (answer.status_code, answer.json()["toewijzingnummers"]) == (200, [71])
    ander = await geaccepteerd(systeem, jw315(aangevraagd("B", product=ASPECIFIEK, omvang=None)))
    antwoorden = [[70]] * 3
    assert (await beslis(systeem, ander, TOEKENNEN)).status_code == 503
    assert await verzoekstatus(systeem, ander) == ("open", 1)
    assert await controle(systeem) == {}


@pytest.mark.parametrize(
    "schade",
    [
        "DELETE FROM postbus WHERE partij = '12345678'",
        "UPDATE referenties SET antwoord_id = NULL",
        "UPDATE beslissingen SET bericht_ids = '{}'",
        "UPDATE verzoeken SET versie = 1",
    ],
)
async def test_a_decision_that_was_not_sent_is_found(systeem: Systeem, schade: str) -> None:
    verzoek_id = await geaccepteerd(systeem, jw315())
    await beslis(systeem, verzoek_id, TOEKENNEN)
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert "beslissing-is-verzonden" in await controle(systeem)
