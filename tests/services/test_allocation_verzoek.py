"""JW315, JW317 and JW319 through HTTP: every rule with its retour, the life cycle, and two at once."""

import asyncio
from datetime import date

import asyncpg
import pytest

from ijw.berichten import JW315, JW316, JW317, JW318, JW319, JW320
from ijw.berichten.basis import Omvang, Product
from services.allocation.behandelingen import BEHANDELINGEN
from services.platform.berichten.store import DOMEIN
from tests.services.allocation_verkeer import (
    bied_aan,
    codes,
    controle,
    geaccepteerd,
    postbus,
    retour,
    verzoekstand,
    verzoekstatus,
)
from tests.services.systeem import Systeem
from tests.unit.allocation.voorbeelden import AANBIEDER, ANDERE_BSN, BSN, GEMEENTE, jw301, toewijzing
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, jw319, nieuw, te_wijzigen

SERVICES = ("allocation",)
ASPECIFIEK = Product(categorie="46")


def twee(**velden: object) -> JW315:
    """A verzoek of two products, A and B."""
    return jw315(aangevraagd("A"), aangevraagd("B", product=ASPECIFIEK, omvang=None), **velden)  # type: ignore[arg-type]


async def test_an_accepted_verzoek_is_answered_delivered_and_open(systeem: Systeem) -> None:
    antwoord = await retour(systeem, twee())
    assert isinstance(antwoord, JW316)
    assert (antwoord.header.retour_codes, antwoord.client) == ((), None)
    assert (antwoord.header.afzender, antwoord.header.ontvanger) == (AANBIEDER, GEMEENTE)
    assert await postbus(systeem, GEMEENTE) == ["JW315"]
    assert await postbus(systeem, AANBIEDER) == ["JW316"]
    assert await verzoekstand(systeem) == [("A", "open", None), ("B", "open", None)]
    assert await controle(systeem) == {}


async def test_a_refused_verzoek_is_void_and_its_reference_free(systeem: Systeem) -> None:
    vreemd = jw315(aangevraagd(product=Product(categorie="46", code="45A04")))
    antwoord = await retour(systeem, vreemd)
    assert isinstance(antwoord, JW316)
    assert antwoord.header.retour_codes == ("0200",)
    assert antwoord.client is not None
    assert antwoord.client.retour_codes == ("0200",)
    assert [product.retour_codes for product in antwoord.client.aangevraagde_producten] == [("S329",)]
    assert await postbus(systeem, GEMEENTE) == []
    assert await verzoekstand(systeem) == []
    assert await codes(systeem, jw315()) == []
    assert await controle(systeem) == {}


async def test_tr347_a_reference_counts_once_for_the_aanbieder_wherever_it_was_used(systeem: Systeem) -> None:
    await geaccepteerd(systeem, twee())
    elders = jw315(
        aangevraagd("C"), aangevraagd("A", product=ASPECIFIEK, omvang=None), ontvanger="0150", bsn=ANDERE_BSN
    )
    antwoord = await retour(systeem, elders)
    assert isinstance(antwoord, JW316)
    assert antwoord.client is not None
    assert [item.retour_codes for item in antwoord.client.aangevraagde_producten] == [("0200",), ("9347",)]
    ander = jw315(aangevraagd("A"), afzender="87654321")
    assert await codes(systeem, ander) == []
    await geaccepteerd(systeem, jw301(toewijzing(1), bsn=ANDERE_BSN))
    wijziging = jw317(ongewijzigd=[1], nieuwe=[nieuw()], referentie="B", bsn=ANDERE_BSN)
    assert await codes(systeem, wijziging) == ["9347"]


async def test_tr374_one_pending_verzoek_per_client_aanbieder_and_gemeente(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    await geaccepteerd(systeem, jw315(aangevraagd("A")))
    antwoord = await retour(systeem, jw315(aangevraagd("C")))
    assert isinstance(antwoord, JW316)
    assert (antwoord.header.retour_codes, antwoord.client) == (("9374",), None)
    assert await codes(systeem, jw317(ongewijzigd=[1], nieuwe=[nieuw()])) == ["9374"]
    for ander in (
        jw315(aangevraagd("D"), bsn=ANDERE_BSN),
        jw315(aangevraagd("D"), afzender="87654321"),
        jw315(aangevraagd("E"), ontvanger="0150"),
    ):
        assert await codes(systeem, ander) == []
    assert await controle(systeem) == {}


async def test_a_verzoek_stays_pending_until_its_last_reference_is_decided(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, twee())
    await geaccepteerd(systeem, jw319("A", "1"))
    assert await verzoekstatus(systeem, verzoek_id) == ("open", 2)
    assert await codes(systeem, jw315(aangevraagd("C"))) == ["9374"]
    await geaccepteerd(systeem, jw319("B", "2"))
    assert await verzoekstatus(systeem, verzoek_id) == ("in_onderzoek", 3)
    assert await codes(systeem, jw315(aangevraagd("C"))) == ["9374"]
    await geaccepteerd(systeem, jw301(toewijzing(1, product=ASPECIFIEK, omvang=None, referentie_aanbieder="B")))
    assert await verzoekstatus(systeem, verzoek_id) == ("deels_toegekend", 4)
    assert await verzoekstand(systeem) == [("A", "afgewezen", "JW319"), ("B", "toegekend_na_onderzoek", "JW301")]
    assert await codes(systeem, jw315(aangevraagd("C"))) == []
    assert await controle(systeem) == {}


async def test_tr355_tr359_tr360_tr365_refuse_answers_that_come_out_of_turn(systeem: Systeem) -> None:
    await geaccepteerd(systeem, twee())

    async def antwoord(referentie: str, soort: str, **velden: str) -> list[str]:
        return await codes(systeem, jw319(referentie, soort, **velden))

    assert await antwoord("X", "1") == ["9355"]
    assert await antwoord("A", "1", afzender="0150") == ["9355"]  # asked of another gemeente
    assert await antwoord("A", "1", ontvanger="87654321") == ["9355"]  # by another aanbieder
    assert await antwoord("A", "2") == []
    assert await antwoord("A", "2") == ["9360"]
    assert await antwoord("A", "1") == []
    assert await antwoord("A", "1") == ["9365"]
    assert await antwoord("A", "2") == ["9360", "9365"]
    await geaccepteerd(systeem, jw301(toewijzing(1, referentie_aanbieder="B")))
    assert await antwoord("B", "1") == ["9359"]
    assert await antwoord("B", "2") == ["9359"]
    assert await codes(systeem, jw301(toewijzing(2, referentie_aanbieder="A"), identificatie="2")) == ["9379"]
    assert await verzoekstand(systeem) == [("A", "afgewezen", "JW319"), ("B", "toegekend", "JW301")]
    assert await controle(systeem) == {}


async def test_the_jw320_repeats_the_answer_with_its_codes(systeem: Systeem) -> None:
    antwoord = await retour(systeem, jw319("X", reden="8", gemeente="0150"))
    assert isinstance(antwoord, JW320)
    assert antwoord.header.retour_codes == ("0200",)
    assert antwoord.antwoord is not None
    assert antwoord.antwoord.retour_codes == ("9355",)
    assert antwoord.antwoord.woonplaatsbeginsel is not None
    assert antwoord.antwoord.woonplaatsbeginsel.retour_codes == ("0200",)
    assert await postbus(systeem, AANBIEDER) == []
    await geaccepteerd(systeem, jw315())
    goed = await retour(systeem, jw319())
    assert isinstance(goed, JW320)
    assert (goed.header.retour_codes, goed.antwoord) == ((), None)
    assert await postbus(systeem, AANBIEDER) == ["JW316", "JW319"]


async def test_woonplaatsbeginsel_is_for_a_verzoek_om_toewijzing(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw315())
    assert await codes(systeem, jw319(reden="8", gemeente="0001")) == ["S300"]
    assert await codes(systeem, jw319(reden="8", gemeente="0150")) == []
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    await geaccepteerd(systeem, jw317(ongewijzigd=[1], nieuwe=[nieuw()]))
    assert await codes(systeem, jw319("VOW-1", reden="8", gemeente="0150")) == []
    connection = await systeem.connect("allocation")
    rows = await connection.fetch("SELECT gemeente, soort, elementen FROM meldingen")
    await connection.close()
    assert [tuple(row) for row in rows] == [("0193", "woonplaatsbeginsel-bij-wijziging", ["RedenAfwijzingVerzoek"])]
    assert await controle(systeem) == {}


@pytest.mark.parametrize(
    ("bericht", "verwacht"),
    [
        (jw317(ongewijzigd=[1], nieuwe=[nieuw()], bsn=ANDERE_BSN), ["8187", "9350"]),
        (jw317(ongewijzigd=[1], nieuwe=[nieuw()]), ["9349"]),
        (jw317(ongewijzigd=[1, 2, 9], nieuwe=[nieuw()]), ["9350"]),
        (jw317(ongewijzigd=[1, 2], wijzigen=[te_wijzigen(9)]), ["9351"]),
        (jw317(ongewijzigd=[2], wijzigen=[te_wijzigen(1, gewenste_ingangsdatum=date(2026, 5, 1))]), ["9357"]),
        (jw317(ongewijzigd=[1, 2], nieuwe=[nieuw(product=Product(categorie="45", code="45A03"))]), ["9361"]),
        (jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2, omvang=None, budget=1)]), ["9373"]),
        (jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2)]), ["9412"]),
        (jw317(ongewijzigd=[2], wijzigen=[te_wijzigen(1, omvang=None)]), ["9411"]),
        (jw317(ongewijzigd=[1, 2], nieuwe=[nieuw(product=Product(categorie="48", code="45A04"))]), ["S329"]),
        (jw317(ongewijzigd=[2], wijzigen=[te_wijzigen(1)], nieuwe=[nieuw()]), []),
    ],
)
async def test_a_jw317_is_held_beside_what_runs(systeem: Systeem, bericht: JW317, verwacht: list[str]) -> None:
    """TR304 TR349 TR350 TR351 TR357 TR361 TR373 TR381 TR411 TR412."""
    tweede = toewijzing(2, product=ASPECIFIEK, omvang=None)
    weg = toewijzing(3, product=Product(categorie="47"), omvang=None, einddatum=date(2026, 4, 1), reden_wijziging="13")
    voorbij = toewijzing(4, product=Product(categorie="48"), omvang=None, einddatum=date(2026, 5, 5))
    await geaccepteerd(systeem, jw301(toewijzing(1), tweede, weg, voorbij))
    assert await codes(systeem, bericht) == verwacht
    assert await controle(systeem) == {}


async def test_tr375_and_tr412_on_a_toewijzing_without_product(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1, product=None, omvang=None, budget=500_00)))
    bericht = jw317(wijzigen=[te_wijzigen(1, gewenste_ingangsdatum=date(2026, 4, 1))])
    antwoord = await retour(systeem, bericht)
    assert isinstance(antwoord, JW318)
    assert antwoord.header.retour_codes == ("0200",)
    assert antwoord.client is not None
    verzoek = antwoord.client.verzoek
    assert (antwoord.client.retour_codes, verzoek.retour_codes) == (("0200",), ("0200",))
    assert [item.retour_codes for item in verzoek.te_wijzigen_producten] == [("9375", "9412")]


async def test_a_granted_jw317_is_answered_as_a_whole(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw301(toewijzing(1)))
    verzoek_id = await geaccepteerd(systeem, jw317(ongewijzigd=[1], nieuwe=[nieuw()]))
    nieuwe = toewijzing(
        2,
        product=Product(categorie="45", code="45A04"),
        ingangsdatum=date(2026, 7, 1),
        einddatum=date(2026, 12, 31),
        omvang=Omvang(volume=2, eenheid="04", frequentie="2"),
        referentie_aanbieder="VOW-1",
    )
    await geaccepteerd(systeem, jw301(toewijzing(1, referentie_aanbieder="VOW-1"), nieuwe, identificatie="2"))
    assert await verzoekstatus(systeem, verzoek_id) == ("toegekend", 2)
    assert await controle(systeem) == {}


async def test_two_verzoeken_at_once_leave_one_pending(systeem: Systeem) -> None:
    berichten = [jw315(aangevraagd(f"R{nummer}")) for nummer in range(6)]
    uitkomsten = await asyncio.gather(*(codes(systeem, bericht) for bericht in berichten))
    assert sorted(uitkomsten) == [[], *([["9374"]] * 5)]
    assert await controle(systeem) == {}


async def test_one_reference_for_two_clients_at_once_counts_once(systeem: Systeem) -> None:
    berichten = [jw315(aangevraagd("SAMEN"), bsn=bsn) for nummer, bsn in enumerate((BSN, ANDERE_BSN))]
    assert sorted(await asyncio.gather(*(codes(systeem, bericht) for bericht in berichten))) == [[], ["9347"]]


async def test_a_grant_and_a_rejection_at_once_give_one_answer(systeem: Systeem) -> None:
    for ronde in range(4):
        bsn = (BSN, ANDERE_BSN)[ronde % 2]
        referentie = f"R{ronde}"
        await geaccepteerd(systeem, jw315(aangevraagd(referentie), bsn=bsn))
        product = toewijzing(ronde, product=Product(categorie="46"), omvang=None, referentie_aanbieder=referentie)
        toekennen = jw301(product, identificatie=str(ronde), bsn=bsn)
        afwijzen = jw319(referentie)
        een, ander = await asyncio.gather(codes(systeem, toekennen), codes(systeem, afwijzen))
        assert (een, ander) in (([], ["9359"]), (["9379"], [])), ronde
        assert await controle(systeem) == {}


async def test_two_references_of_one_verzoek_answered_at_once_both_count(systeem: Systeem) -> None:
    verzoek_id = await geaccepteerd(systeem, twee())
    toekennen = jw301(toewijzing(1, referentie_aanbieder="A"))
    uitkomsten = await asyncio.gather(codes(systeem, toekennen), codes(systeem, jw319("B")))
    assert uitkomsten == [[], []]
    assert await verzoekstatus(systeem, verzoek_id) == ("deels_toegekend", 3)
    assert await controle(systeem) == {}


async def test_the_same_bytes_again_get_the_first_answer(systeem: Systeem) -> None:
    berichten: list[JW315 | JW319] = [jw315(), jw319()]
    for bericht in berichten:
        eerste, tweede = await bied_aan(systeem, bericht), await bied_aan(systeem, bericht)
        assert (eerste.status_code, tweede.status_code) == (202, 200)
        assert eerste.json() == tweede.json()
    assert await verzoekstand(systeem) == [("VOT-1", "afgewezen", "JW319")]


@pytest.mark.parametrize(
    ("schade", "invariant"),
    [
        ("DELETE FROM referenties", "verzoek-komt-uit-een-geaccepteerd-bericht"),
        ("UPDATE verzoeken SET aanbieder = '87654321'", "verzoek-komt-uit-een-geaccepteerd-bericht"),
        ("UPDATE referenties SET toestand = 'open' WHERE referentie_aanbieder = 'A'", "verzoek-is-beantwoord-of-open"),
        ("UPDATE referenties SET antwoord_id = NULL WHERE referentie_aanbieder = 'A'", "verzoek-is-beantwoord-of-open"),
        (
            "UPDATE referenties SET antwoord_id = verzoek_id WHERE toestand = 'afgewezen'",
            "antwoord-is-van-een-referentie",
        ),
        ("UPDATE referenties SET reden_afwijzing = NULL", "verzoek-is-beantwoord-of-open"),
        ("UPDATE referenties SET toestand = 'onbekend'", "verzoek-is-beantwoord-of-open"),
        ("UPDATE verzoeken SET status = 'afgewezen'", "status-volgt-uit-de-referenties"),
    ],
)
async def test_every_breach_of_a_verzoek_is_found(systeem: Systeem, schade: str, invariant: str) -> None:
    await geaccepteerd(systeem, twee())
    await geaccepteerd(systeem, jw319("A"))
    assert await controle(systeem) == {}
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert invariant in await controle(systeem)


async def test_a_second_pending_verzoek_is_found_and_cannot_be_stored(systeem: Systeem) -> None:
    await geaccepteerd(systeem, jw315())
    await geaccepteerd(systeem, jw315(aangevraagd("B"), bsn=ANDERE_BSN))
    connection = await systeem.connect("allocation")
    zelfde = "UPDATE verzoeken SET client = (SELECT min(client) FROM verzoeken) WHERE domein = $1"
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_verzoeken_openstaand"):
        await connection.execute(zelfde, DOMEIN)
    await connection.execute("DROP INDEX uq_verzoeken_openstaand")
    await connection.execute(zelfde, DOMEIN)
    await connection.close()
    assert "een-openstaand-verzoek-per-client" in await controle(systeem)


async def vragen(systeem: Systeem, bericht: JW315 | JW317 | JW319) -> int:
    """How many questions to the database it takes to judge a message."""
    context = systeem.runtime.contexts["allocation"]
    behandeling = BEHANDELINGEN[bericht.soort](context, bericht)
    gesteld: list[object] = []
    async with context.database.connection() as connection:
        with connection.query_logger(gesteld.append):
            await behandeling.beoordeel(connection, eerder_gebruikt=False)
    return len(gesteld)


async def test_the_size_of_a_verzoek_does_not_change_the_number_of_questions(systeem: Systeem) -> None:
    nummers = range(1, 121)
    lopend = [
        toewijzing(n, product=Product(categorie="46"), omvang=None, ingangsdatum=dag, einddatum=dag)
        for n, dag in ((n, date(2026 + n, 1, 1)) for n in nummers)
    ]
    await geaccepteerd(systeem, jw301(*lopend))
    veel = [aangevraagd(f"R{n}", product=Product(categorie="45", code="45A04")) for n in nummers]
    assert await vragen(systeem, jw315(*veel)) == await vragen(systeem, jw315()) == 3
    groot = jw317(ongewijzigd=list(nummers), nieuwe=[nieuw()] * 50)
    assert await vragen(systeem, groot) == await vragen(systeem, jw317(ongewijzigd=[1], nieuwe=[nieuw()])) == 4
    await geaccepteerd(systeem, jw315())
    assert await vragen(systeem, jw319()) == 2
