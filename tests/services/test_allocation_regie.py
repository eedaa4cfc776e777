"""JW305 and JW307 through HTTP: taken in once, answered once, forwarded, and every refusal with its exact retour."""

import asyncio
from datetime import date
from typing import Any

import pytest

from ijw.berichten import JW305, JW306, JW307, JW308
from ijw.berichten.basis import Product
from ijw.berichten.jw306 import Client306, Header306, StartProduct306
from ijw.berichten.jw308 import Client308, Header308, StopProduct308
from ijw.codec import build, parse
from tests.services.allocation_verkeer import bied_aan, codes, controle, geaccepteerd, namens, postbus, retour
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, jw307, start, stop, weg
from tests.unit.allocation.voorbeelden import AANBIEDER, ANDERE_BSN, GEMEENTE, jw301, toewijzing

SERVICES = ("allocation",)
ANDERE_AANBIEDER = "87654321"
TIJDELIJK = stop(reden_beeindiging="20")


async def begin(systeem: Systeem) -> None:
    """The toewijzing that the examples are about, which a gemeente sent."""
    await geaccepteerd(systeem, jw301())


async def stand(systeem: Systeem, nummer: int = 10072) -> dict[str, Any]:
    """State of a toewijzing's delivery, and its starts and stops."""
    answer = await systeem.client.get(
        f"/allocation/v1/toewijzingen/{GEMEENTE}/{nummer}", headers=namens(systeem, GEMEENTE)
    )
    assert answer.status_code == 200, answer.text
    regie: dict[str, Any] = answer.json()["regie"]
    return regie


def van(waarde: Any, **extra: Any) -> dict[str, Any]:
    """The fields of a class of a message, and what a retour adds."""
    return {veld: getattr(waarde, veld) for veld in waarde.__struct_fields__} | extra


def verwacht(bericht: JW305 | JW307, nummer: int, header: tuple[str, ...], *producten: tuple[str, ...]) -> Any:
    """The retour on a message: Header alone, or with the Client copied and these codes on its products (IV028)."""
    start = isinstance(bericht, JW305)
    kop: dict[str, Any] = van(
        bericht.header,
        bericht_code="439" if start else "441",
        identificatie_retour=f"HF{nummer:010d}",
        dagtekening_retour=date(2026, 5, 6),
        xsd_versie_retour=bericht.header.xsd_versie,
        retour_codes=header,
    )
    client: dict[str, Any] = van(bericht.client, retour_codes=("0200",))
    if isinstance(bericht, JW305):
        starts = zip(bericht.client.start_producten, producten, strict=True) if producten else ()
        client["start_producten"] = tuple(StartProduct306(**van(item, retour_codes=code)) for item, code in starts)
        return JW306(header=Header306(**kop), client=Client306(**client) if producten else None)
    stops = zip(bericht.client.stop_producten, producten, strict=True) if producten else ()
    client["stop_producten"] = tuple(StopProduct308(**van(item, retour_codes=code)) for item, code in stops)
    return JW308(header=Header308(**kop), client=Client308(**client) if producten else None)


async def test_a_start_and_its_stop_are_answered_forwarded_and_shown(systeem: Systeem) -> None:
    await begin(systeem)
    assert (await stand(systeem))["toestand"] == "geen-start"
    answer = await bied_aan(systeem, jw305())
    start_id = answer.json()["berichtId"]
    assert (answer.status_code, answer.json()) == (
        202,
        {
            "berichtId": start_id,
            "berichtsoort": "JW305",
            "identificatie": "1",
            "afzender": AANBIEDER,
            "ontvanger": GEMEENTE,
            "status": "geaccepteerd",
            "retourcodes": [],
        },
    )
    assert (await stand(systeem))["toestand"] == "gestart"
    stop_id = await geaccepteerd(systeem, jw307())
    assert await stand(systeem) == {
        "toestand": "gestopt",
        "aanleveringen": [
            {
                "soort": "stop",
                "statusAanlevering": "1",
                "productcategorie": "45",
                "productcode": "45A03",
                "toewijzingIngangsdatum": "2026-04-01",
                "begindatum": "2026-04-03",
                "redenBeeindiging": "31",
                "einddatum": "2026-04-20",
                "geldig": True,
                "afwijkingen": [],
                "berichtId": stop_id,
                "vastgelegdOp": "2026-05-06T10:00:00Z",
            },
            {
                "soort": "start",
                "statusAanlevering": "1",
                "productcategorie": "45",
                "productcode": "45A03",
                "toewijzingIngangsdatum": "2026-04-01",
                "begindatum": "2026-04-03",
                "redenBeeindiging": None,
                "einddatum": None,
                "geldig": True,
                "afwijkingen": [],
                "berichtId": start_id,
                "vastgelegdOp": "2026-05-06T10:00:00Z",
            },
        ],
    }
    assert await postbus(systeem, GEMEENTE) == ["JW302", "JW305", "JW307"]
    assert await postbus(systeem, AANBIEDER) == ["JW301", "JW306", "JW308"]
    # Starts and stops change no toewijzing, so the other services hear of the JW301 alone.
    assert len(await systeem.sent("allocation", "toewijzingen")) == 1
    assert await controle(systeem) == {}


async def test_the_gemeente_fetches_the_message_to_the_byte(systeem: Systeem) -> None:
    await begin(systeem)
    xml = build(jw305())
    bericht_id = await geaccepteerd(systeem, jw305())
    opgehaald = await systeem.client.get(f"/allocation/v1/postbus/{bericht_id}", headers=namens(systeem, GEMEENTE))
    assert opgehaald.content == xml


async def test_the_retour_on_an_accepted_message_is_a_header(systeem: Systeem) -> None:
    await begin(systeem)
    assert await retour(systeem, jw305()) == verwacht(jw305(), 2, ())
    assert await retour(systeem, jw307()) == verwacht(jw307(), 3, ())


async def test_the_same_bytes_again_get_the_first_answer(systeem: Systeem) -> None:
    await begin(systeem)
    for bericht, retourcodes in (
        (jw305(), []),
        (jw305(start(begindatum=date(2026, 4, 4)), identificatie="2"), ["9326"]),
    ):
        eerste, tweede = await bied_aan(systeem, bericht), await bied_aan(systeem, bericht)
        assert (eerste.status_code, tweede.status_code) == (202, 200)
        assert eerste.json() == tweede.json()
        assert tweede.json()["retourcodes"] == retourcodes
    assert len((await stand(systeem))["aanleveringen"]) == 1
    assert await controle(systeem) == {}


async def test_the_same_bytes_at_the_same_moment_are_taken_in_once(systeem: Systeem) -> None:
    await begin(systeem)
    answers = await asyncio.gather(*(bied_aan(systeem, jw305()) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 202]
    assert len({answer.text for answer in answers}) == 1
    assert len((await stand(systeem))["aanleveringen"]) == 1
    assert await controle(systeem) == {}


async def test_of_two_starts_at_the_same_moment_one_is_current(systeem: Systeem) -> None:
    await begin(systeem)
    uitkomsten = await asyncio.gather(
        *(codes(systeem, jw305(start(begindatum=date(2026, 4, dag)), identificatie=f"{dag}")) for dag in (3, 4, 5, 6))
    )
    assert sorted(uitkomsten) == [[], ["9326"], ["9326"], ["9326"]]
    assert await controle(systeem) == {}


async def test_a_start_beside_the_toewijzing_it_is_about(systeem: Systeem) -> None:
    """Whichever comes first, what was accepted fits what was known."""
    for nummer in range(1, 6):
        twee = toewijzing(nummer)
        _, uitkomst = await asyncio.gather(
            geaccepteerd(systeem, jw301(twee, identificatie=f"T{nummer}")),
            codes(systeem, jw305(start(nummer), identificatie=f"S{nummer}")),
        )
        assert uitkomst in ([], ["9019"])
        assert (await stand(systeem, nummer))["toestand"] == ("geen-start" if uitkomst else "gestart")
    assert await controle(systeem) == {}


# --- refused: the retour of every rule


@pytest.mark.parametrize(
    ("eerder", "bericht", "klassen"),
    [
        ([], jw305(start(99)), [("9019",)]),
        ([], jw305(start(), start(99)), [("0200",), ("9019",)]),
        ([jw305()], jw307(stop(99)), [("9019", "9069")]),
        ([], jw305(weg(start())), [("9063",)]),
        ([jw305()], jw307(weg(stop())), [("9063",)]),
        ([jw305(), jw307(TIJDELIJK), jw307(stop(), identificatie="2")], jw307(weg(TIJDELIJK)), [("9063",)]),
        ([jw305(), jw307()], jw305(weg(start())), [("9071",)]),
        ([jw305(), jw307()], jw305(), [("9074",)]),
        ([jw305()], jw305(start(begindatum=date(2026, 5, 1))), [("9326",)]),
        ([], jw305(start(product=Product(categorie="46", code="45A03"))), [("S329",)]),
        ([], jw307(), [("9069",)]),
        ([jw305()], jw307(stop(begindatum=date(2026, 4, 4))), [("9069",)]),
        ([jw305(), jw307(TIJDELIJK)], jw307(stop(reden_beeindiging="20", einddatum=date(2026, 4, 21))), [("9413",)]),
        ([jw305(), jw307(TIJDELIJK)], jw307(stop(einddatum=date(2026, 4, 19))), [("9414",)]),
        ([jw305(), jw307()], jw307(stop(reden_beeindiging="32")), [("9415",)]),
        ([jw305(), jw307()], jw307(), [("9074", "9415")]),
    ],
)
async def test_a_refused_class_comes_back_with_its_codes(
    systeem: Systeem, eerder: list[Any], bericht: Any, klassen: list[tuple[str, ...]]
) -> None:
    await begin(systeem)
    for ander in eerder:
        await geaccepteerd(systeem, ander)
    voor = await stand(systeem)
    bericht = _onder(bericht, "NIEUW")
    assert await retour(systeem, bericht) == verwacht(bericht, len(eerder) + 2, ("0200",), *klassen)
    assert await stand(systeem) == voor
    assert await postbus(systeem, GEMEENTE) == ["JW302", *(ander.soort for ander in eerder)]
    assert await controle(systeem) == {}


def _onder(bericht: Any, identificatie: str) -> Any:
    """The same message under another Identificatie."""
    producten = bericht.client.start_producten if isinstance(bericht, JW305) else bericht.client.stop_producten
    return (jw305 if isinstance(bericht, JW305) else jw307)(*producten, identificatie=identificatie)


@pytest.mark.parametrize("maak", [jw305, jw307])
async def test_refused_on_the_header(systeem: Systeem, maak: Any) -> None:
    bericht = maak(dagtekening=date(2026, 5, 7))
    assert await retour(systeem, bericht) == verwacht(bericht, 1, ("8848",))
    bericht = maak(identificatie="2", ontvanger="9998")
    assert await retour(systeem, bericht) == verwacht(bericht, 2, ("S300",))
    bericht = maak(identificatie="2")
    assert await retour(systeem, bericht) == verwacht(bericht, 3, ("9056",))


async def test_tr056_goes_by_message_type(systeem: Systeem) -> None:
    await begin(systeem)
    assert await codes(systeem, jw305(identificatie="X")) == []
    assert await codes(systeem, jw307(identificatie="X")) == []


async def test_cs058_level_2_comes_back_as_0001(systeem: Systeem) -> None:
    await begin(systeem)
    bericht = jw305(start(status_aanlevering="2"))
    assert await retour(systeem, bericht) == verwacht(bericht, 2, ("0001",))


@pytest.mark.parametrize("status", ["1", "3"])
async def test_tr378_a_dissolved_gemeente_and_a_toewijzing_of_before(systeem: Systeem, status: str) -> None:
    """Winsum (0053) was dissolved on 1 January 2019; what began under it is reported to it."""
    oud = toewijzing(1, ingangsdatum=date(2018, 6, 1))
    await geaccepteerd(systeem, jw301(oud, afzender="0053"))
    bericht = start(1, begindatum=date(2018, 6, 2), status_aanlevering=status)
    uitkomst = [] if status == "1" else ["9063"]
    assert await codes(systeem, jw305(bericht, ontvanger="0053")) == uitkomst
    assert await codes(systeem, jw305(start(None), ontvanger="0053", identificatie="2")) == ["S300"]


# --- known and unknown toewijzingen


async def test_tr019_a_removed_toewijzing_counts_as_never_sent(systeem: Systeem) -> None:
    await begin(systeem)
    await geaccepteerd(systeem, jw305())
    verwijderd = toewijzing(toewijzingstijd="13:00:00", einddatum=date(2026, 4, 1), reden_wijziging="13")
    await geaccepteerd(systeem, jw301(verwijderd, identificatie="2"))
    answer = await bied_aan(systeem, jw307())
    assert answer.json()["retourcodes"] == ["9019"]
    toelichting = await systeem.client.get(answer.headers["Location"], headers=namens(systeem, AANBIEDER))
    assert [bevinding["uitleg"] for bevinding in toelichting.json()["bevindingen"]] == [
        "toewijzing 10072 is niet bekend: zij is verwijderd (reden 13) en telt als nooit verzonden (TR019, IV096)"
    ]
    assert await codes(systeem, jw305(weg(start()), identificatie="2")) == []
    assert await codes(systeem, jw305(identificatie="3")) == ["9019"]
    assert await controle(systeem) == {}


async def test_tr019_every_version_ever_accepted_makes_a_toewijzing_known(systeem: Systeem) -> None:
    await begin(systeem)
    ingetrokken = toewijzing(toewijzingstijd="13:00:00", einddatum=date(2026, 4, 2), reden_wijziging="05")
    await geaccepteerd(systeem, jw301(ingetrokken, identificatie="2"))
    assert await codes(systeem, jw305()) == []


async def test_tr019_a_toewijzing_of_another_client_or_aanbieder_is_not_known(systeem: Systeem) -> None:
    await begin(systeem)
    assert await codes(systeem, jw305(bsn=ANDERE_BSN)) == ["9019"]
    assert await codes(systeem, jw305(afzender=ANDERE_AANBIEDER)) == ["9019"]
    assert await codes(systeem, jw305(ontvanger="0150", identificatie="2")) == ["9019"]
    assert await codes(systeem, jw305(identificatie="3")) == []


async def test_taakgericht_has_no_toewijzing_and_goes_by_product_and_begindatum(systeem: Systeem) -> None:
    assert await codes(systeem, jw305(start(None, toewijzing_ingangsdatum=None))) == []
    assert await codes(systeem, jw305(start(None, begindatum=date(2026, 4, 4)), identificatie="2")) == []
    assert await codes(systeem, jw307(stop(None))) == []
    assert await codes(systeem, jw307(stop(None), identificatie="2")) == ["9074", "9415"]
    assert await codes(systeem, jw307(stop(None, begindatum=date(2026, 4, 5)), identificatie="3")) == ["9069"]
    assert await codes(systeem, jw305(weg(start(None)), identificatie="3")) == ["9071"]
    assert await codes(systeem, jw307(weg(stop(None)), identificatie="4")) == []
    assert await codes(systeem, jw305(weg(start(None)), identificatie="4")) == []
    assert await controle(systeem) == {}


# --- the whole way


async def test_from_start_to_correction_to_the_end(systeem: Systeem) -> None:
    await begin(systeem)
    juist = date(2026, 4, 4)
    stappen = [
        (jw305(), "gestart"),
        (jw305(weg(start()), start(begindatum=juist)), "gestart"),
        (jw307(stop(begindatum=juist, reden_beeindiging="20")), "tijdelijk-gestopt"),
        (jw305(start(begindatum=date(2026, 4, 25))), "gestart"),
        (jw305(weg(start(begindatum=date(2026, 4, 25)))), "tijdelijk-gestopt"),
        (jw307(stop(begindatum=juist, einddatum=date(2026, 4, 20))), "gestopt"),
        (
            jw307(
                stop(begindatum=juist, einddatum=date(2026, 4, 21)),
                weg(stop(begindatum=juist, einddatum=date(2026, 4, 20))),
            ),
            "gestopt",
        ),
        (jw307(weg(stop(begindatum=juist, einddatum=date(2026, 4, 21)))), "tijdelijk-gestopt"),
        (jw307(weg(stop(begindatum=juist, reden_beeindiging="20"))), "gestart"),
        (jw305(weg(start(begindatum=juist))), "geen-start"),
    ]
    for nummer, (bericht, toestand) in enumerate(stappen, 1):
        assert await codes(systeem, _onder(bericht, f"{nummer}")) == []
        assert (await stand(systeem))["toestand"] == toestand
        assert await controle(systeem) == {}
    aanleveringen = (await stand(systeem))["aanleveringen"]
    assert len(aanleveringen) == 12
    assert not any(item["geldig"] for item in aanleveringen)


async def test_a_refused_message_keeps_nothing_also_not_what_was_fine(systeem: Systeem) -> None:
    twee = toewijzing(2, product=Product(categorie="46"), omvang=None)
    await geaccepteerd(systeem, jw301(toewijzing(1), twee))
    goed, fout = start(1), start(2, product=Product(categorie="46", code="45A03"))
    bericht = jw305(goed, fout)
    assert await retour(systeem, bericht) == verwacht(bericht, 2, ("0200",), ("0200",), ("S329",))
    assert (await stand(systeem, 1))["toestand"] == "geen-start"
    assert await codes(systeem, jw305(goed, start(2, product=Product(categorie="46")), identificatie="2")) == []


async def test_what_does_not_repeat_the_toewijzing_is_shown(systeem: Systeem) -> None:
    await begin(systeem)
    anders = start(product=Product(categorie="45"), toewijzing_ingangsdatum=date(2026, 4, 2))
    await geaccepteerd(systeem, jw305(anders))
    (aanlevering,) = (await stand(systeem))["aanleveringen"]
    assert aanlevering["afwijkingen"] == ["Product", "ToewijzingIngangsdatum"]


async def test_a_gemeente_cannot_send_a_start_and_another_aanbieder_neither(systeem: Systeem) -> None:
    for headers in (namens(systeem, GEMEENTE), namens(systeem, ANDERE_AANBIEDER)):
        answer = await systeem.post_xml("/allocation/v1/berichten", build(jw305()), headers)
        assert answer.status_code == 403
    assert await postbus(systeem, GEMEENTE) == []


async def test_a_message_of_many_starts_takes_as_many_questions_as_one(systeem: Systeem) -> None:
    """Set-based: two thousand taakgericht starts in one message, then their stops."""
    dagen = [date.fromordinal(date(2020, 1, 1).toordinal() + dag) for dag in range(2000)]
    await geaccepteerd(systeem, jw305(*(start(None, begindatum=dag) for dag in dagen)))
    stops = [stop(None, begindatum=dag, einddatum=date(2026, 5, 1)) for dag in dagen]
    await geaccepteerd(systeem, jw307(*stops))
    connection = await systeem.connect("allocation")
    rows = await connection.fetch("SELECT toestand, volgnummer, count(*) FROM regie GROUP BY 1, 2")
    await connection.close()
    assert [tuple(row) for row in rows] == [("gestopt", 2, 2000)]
    assert await controle(systeem) == {}


async def test_the_history_can_only_be_added_to(systeem: Systeem) -> None:
    await begin(systeem)
    await geaccepteerd(systeem, jw305())
    async with systeem.runtime.contexts["allocation"].database.connection() as connection:
        for opdracht in ("UPDATE aanleveringen SET begindatum = '2026-01-01'", "DELETE FROM aanleveringen"):
            with pytest.raises(Exception, match="permission denied"):
                await connection.execute(opdracht)


async def test_a_retour_reads_back_as_it_was_written(systeem: Systeem) -> None:
    await begin(systeem)
    bericht = jw305(weg(start()))
    antwoord = await retour(systeem, bericht)
    assert isinstance(antwoord, JW306)
    assert antwoord.client is not None
    assert (antwoord.header.retour_codes, antwoord.client.retour_codes) == (("0200",), ("0200",))
    assert [item.retour_codes for item in antwoord.client.start_producten] == [("9063",)]
    assert parse(build(antwoord)) == antwoord
