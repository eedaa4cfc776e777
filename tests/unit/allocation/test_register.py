"""The register without a database: which version counts, and the states of a toewijzing."""

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ijw.berichten.basis import Omvang, Product
from services.allocation.register import (
    Opname,
    Toestand,
    Versie,
    andere_inhoud,
    andere_kenmerken,
    neem_op,
    op_volgorde,
    toestand,
    versies_van,
)
from tests.unit.allocation.voorbeelden import jw301, toewijzing

EERSTE = Versie(
    domein="jw",
    gemeente="0193",
    toewijzing_nummer=10072,
    aanbieder="12345678",
    client="c1",
    product_categorie="45",
    product_code="45A03",
    toewijzingsdatum=date(2026, 4, 1),
    toewijzingstijd="12:00:00",
    ingangsdatum=date(2026, 4, 1),
    einddatum=date(2026, 9, 30),
    volume=3,
    eenheid="04",
    frequentie="2",
)


def op(dag: int, tijd: str = "12:00:00", **velden: object) -> Versie:
    """The first version, decided again on this day of May."""
    return replace(EERSTE, toewijzingsdatum=date(2026, 5, dag), toewijzingstijd=tijd, **velden)


def test_versies_van_takes_over_every_element() -> None:
    bericht = jw301(
        toewijzing(
            7,
            referentie_aanbieder="R7",
            product=Product(categorie="45"),
            omvang=None,
            budget=123_45,
            reden_wijziging="04",
        ),
        toewijzing(8, product=None, omvang=None, budget=5),
        toewijzing(9, omvang=Omvang(volume=2, eenheid="14", frequentie="4")),
    )
    zeven, acht, negen = versies_van("jw", bericht, "c1")
    assert zeven == replace(
        EERSTE,
        toewijzing_nummer=7,
        product_code=None,
        volume=None,
        eenheid=None,
        frequentie=None,
        budget=123_45,
        reden_wijziging="04",
        referentie_aanbieder="R7",
    )
    assert (acht.product_categorie, acht.product_code, acht.budget) == (None, None, 5)
    assert (negen.volume, negen.eenheid, negen.frequentie) == (2, "14", "4")


@pytest.mark.parametrize(
    ("bekend", "nieuw", "opname"),
    [
        ([], EERSTE, Opname.ACTUEEL),
        ([EERSTE], op(1), Opname.ACTUEEL),
        ([op(1)], EERSTE, Opname.OUDER),
        ([EERSTE, op(3)], op(2), Opname.OUDER),
        ([EERSTE], EERSTE, Opname.HERHALING),
        ([EERSTE, op(1)], EERSTE, Opname.HERHALING),
        # A repeat leaves these two out (IV097, IV099).
        ([op(1, reden_wijziging="04", referentie_aanbieder="R1")], op(1), Opname.HERHALING),
        ([op(1)], op(1, einddatum=None), Opname.BOTSING),
        ([op(1)], op(1, volume=4), Opname.BOTSING),
        ([op(1)], op(1, eenheid="01"), Opname.BOTSING),
        ([op(1)], op(1, budget=1), Opname.BOTSING),
        ([op(1)], op(1, reden_wijziging="13"), Opname.BOTSING),
        # The same moment, written otherwise.
        ([op(1, "12:00:00.500")], op(1, "12:00:00.5"), Opname.HERHALING),
        ([op(1, "24:00:00")], op(2, "00:00:00"), Opname.HERHALING),
        ([op(1, "12:00:00.10")], op(1, "12:00:00.09"), Opname.OUDER),
        ([op(1, "12:00:00")], op(1, "12:00:00.000000000000001"), Opname.ACTUEEL),
    ],
)
def test_neem_op(bekend: list[Versie], nieuw: Versie, opname: Opname) -> None:
    assert neem_op(bekend, nieuw) is opname


def test_andere_kenmerken_names_what_makes_it_another_toewijzing() -> None:
    assert andere_kenmerken(EERSTE, op(1, einddatum=None, volume=9, budget=4)) == ()
    assert andere_kenmerken(EERSTE, op(1, client="c2")) == ("andere client",)
    assert andere_kenmerken(EERSTE, op(1, aanbieder="87654321")) == ("andere aanbieder",)
    assert andere_kenmerken(EERSTE, op(1, product_code=None)) == ("ander product",)
    assert andere_kenmerken(EERSTE, op(1, product_categorie="46")) == ("ander product",)
    assert andere_kenmerken(EERSTE, op(1, client="c2", ingangsdatum=date(2026, 4, 2))) == (
        "andere client",
        "andere ingangsdatum",
    )


def test_andere_inhoud_names_elements() -> None:
    assert andere_inhoud(EERSTE, op(1, einddatum=None, frequentie="4", budget=1, reden_wijziging="13")) == (
        "Einddatum",
        "Omvang",
        "Budget",
        "RedenWijziging",
    )


JUNI = date(2026, 6, 30)
DECEMBER = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("versies", "verwacht"),
    [
        ([EERSTE], Toestand.NIEUW),
        ([op(1, reden_wijziging="05")], Toestand.GEWIJZIGD),  # an earlier version has not come in
        ([EERSTE, op(1)], Toestand.NIEUW),  # decided again without any change
        ([EERSTE, op(1, reden_wijziging="14")], Toestand.GEWIJZIGD),
        ([EERSTE, op(1, volume=5, reden_wijziging="12")], Toestand.GEWIJZIGD),
        ([EERSTE, op(1, einddatum=DECEMBER, reden_wijziging="04")], Toestand.OPGEREKT),
        ([EERSTE, op(1, einddatum=None, reden_wijziging="04")], Toestand.OPGEREKT),
        ([EERSTE, op(1, einddatum=JUNI, reden_wijziging="05")], Toestand.INGETROKKEN),
        ([replace(EERSTE, einddatum=None), op(1, reden_wijziging="07")], Toestand.INGETROKKEN),
        ([EERSTE, op(1, einddatum=DECEMBER), op(2, einddatum=DECEMBER)], Toestand.OPGEREKT),
        ([EERSTE, op(1, einddatum=DECEMBER), op(2, einddatum=JUNI)], Toestand.INGETROKKEN),
        ([EERSTE, op(1, einddatum=DECEMBER), op(2, einddatum=DECEMBER, volume=4)], Toestand.GEWIJZIGD),
        ([EERSTE, op(1, einddatum=date(2026, 4, 1), reden_wijziging="13")], Toestand.VERWIJDERD),
        # What was removed counts as never sent, also for whoever compares with it.
        ([EERSTE, op(1, einddatum=date(2026, 4, 1), reden_wijziging="13"), op(2)], Toestand.NIEUW),
        ([op(1, reden_wijziging="13"), op(2, reden_wijziging="14")], Toestand.GEWIJZIGD),
    ],
)
def test_toestand(versies: list[Versie], verwacht: Toestand) -> None:
    assert toestand(versies) is verwacht


def test_toestand_expires_the_day_after_einddatum() -> None:
    assert toestand([EERSTE], date(2026, 9, 30)) is Toestand.NIEUW
    assert toestand([EERSTE], date(2026, 10, 1)) is Toestand.VERLOPEN
    assert toestand([replace(EERSTE, einddatum=None)], date(2999, 1, 1)) is Toestand.NIEUW
    verwijderd = op(1, einddatum=date(2026, 4, 1), reden_wijziging="13")
    assert toestand([EERSTE, verwijderd], date(2026, 10, 1)) is Toestand.VERWIJDERD


def ontvang(versies: Iterable[Versie]) -> tuple[list[Versie], Versie | None, int]:
    """A register that takes versions in one by one: what it holds, what counts, how often that changed."""
    register: list[Versie] = []
    actueel: Versie | None = None
    wisselingen = 0
    for versie in versies:
        opname = neem_op(register, versie)
        if opname in {Opname.ACTUEEL, Opname.OUDER}:
            register.append(versie)
        if opname is Opname.ACTUEEL:
            actueel, wisselingen = versie, wisselingen + 1
    return register, actueel, wisselingen


tijden = st.sampled_from(["00:00:00", "09:30:00", "09:30:00.1", "09:30:00.10000001", "23:59:59.999", "24:00:00"])
versies_op = st.builds(
    op,
    st.integers(1, 9),
    tijden,
    einddatum=st.sampled_from([None, JUNI, DECEMBER]),
    volume=st.integers(0, 3),
    reden_wijziging=st.sampled_from([None, "04", "13"]),
)


@given(st.data(), st.lists(versies_op, min_size=1, max_size=8, unique_by=lambda versie: versie.tijdstip))
def test_any_order_with_repeats_ends_in_the_same_register(data: st.DataObject, versies: list[Versie]) -> None:
    herhalingen = data.draw(st.lists(st.sampled_from(versies), max_size=4))
    aankomst = data.draw(st.permutations(versies + herhalingen))
    register, actueel, wisselingen = ontvang(aankomst)
    assert op_volgorde(register) == op_volgorde(versies)
    assert actueel == max(versies, key=lambda versie: versie.tijdstip) == op_volgorde(register)[-1]
    assert 1 <= wisselingen <= len(versies)


@given(st.permutations([op(3), op(3, einddatum=JUNI), EERSTE]))
def test_of_two_contents_of_one_moment_the_first_to_arrive_stays(aankomst: list[Versie]) -> None:
    register, actueel, _ = ontvang(aankomst)
    eerste_van_de_twee = next(versie for versie in aankomst if versie is not EERSTE)
    assert actueel is eerste_van_de_twee
    assert len(register) == 2
