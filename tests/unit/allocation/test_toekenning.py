"""What a granting JW301 comes to: the worked cases of OP257, OP380, IV066, IV093 and IV094, one row each."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.allocation.beslissing.gevraagd import Gevraagd, Soort, gevraagd_in
from services.allocation.beslissing.toekenning import (
    Deel,
    afwijkingen,
    toewijzing_toekennen,
    wijziging_toekennen,
    zelfde_nummer,
)
from services.allocation.register import Versie
from tests.unit.allocation.test_register import EERSTE
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, nieuw, te_wijzigen

VANDAAG = date(2026, 5, 6)
APRIL, JULI, OKTOBER = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
JUNI_15, JUNI_30, SEPT_30, DEC_31 = date(2026, 6, 15), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31)
VERLOPEN = date(2026, 4, 30)

PER_WEEK = EERSTE  # number 10072, three hours a week from April to September
LATER_BEGIN = replace(PER_WEEK, ingangsdatum=JULI)
PER_MAAND = replace(EERSTE, frequentie="4")
TOTAAL = replace(EERSTE, frequentie="6", volume=100)
ASPECIFIEK = replace(EERSTE, product_code=None, volume=None, eenheid=None, frequentie=None)
BUDGET = replace(ASPECIFIEK, budget=500_00)
GENERIEK = replace(BUDGET, product_categorie=None)


def wens(versie: Versie, ingang: date = APRIL, **anders: Any) -> Gevraagd:
    """The toewijzing as it is, asked for from this day; ``anders`` says what is to be different."""
    return Gevraagd(
        **{
            "soort": Soort.TE_WIJZIGEN,
            "referentie_aanbieder": "VOW",
            "toewijzing_nummer": versie.toewijzing_nummer,
            "ingangsdatum": ingang,
            "einddatum": versie.einddatum,
            "volume": versie.volume,
            "eenheid": versie.eenheid,
            "frequentie": versie.frequentie,
            "budget": versie.budget,
            **anders,
        }
    )


def regel(deel: Deel) -> tuple[Any, ...]:
    """What of a product tells the cases apart: number, period, size, reason."""
    grootte = deel.budget if deel.volume is None else (deel.volume, deel.eenheid, deel.frequentie)
    return deel.nummer, deel.ingangsdatum, deel.einddatum, grootte, deel.reden_wijziging


UREN_3, UREN_2 = (3, "04", "2"), (2, "04", "2")


@pytest.mark.parametrize(
    ("versie", "gevraagd", "verwacht"),
    [
        # Einddatum earlier: same number.
        (PER_WEEK, wens(PER_WEEK, einddatum=JUNI_30), [(10072, APRIL, JUNI_30, UREN_3, "12")]),
        # Einddatum later, all else equal, not passed: same number, compulsory (OP380); whatever day is asked for.
        (PER_WEEK, wens(PER_WEEK, einddatum=DEC_31), [(10072, APRIL, DEC_31, UREN_3, "12")]),
        (PER_WEEK, wens(PER_WEEK, JULI, einddatum=DEC_31), [(10072, APRIL, DEC_31, UREN_3, "12")]),
        (ASPECIFIEK, wens(ASPECIFIEK, einddatum=None), [(10072, APRIL, None, None, "12")]),
        (
            replace(PER_WEEK, einddatum=VANDAAG),
            wens(PER_WEEK, einddatum=DEC_31),
            [(10072, APRIL, DEC_31, UREN_3, "12")],
        ),
        # Einddatum later in other cases: same number, preferred (OP257).
        (TOTAAL, wens(TOTAAL, einddatum=DEC_31), [(10072, APRIL, DEC_31, (100, "04", "6"), "12")]),
        (
            replace(TOTAAL, einddatum=VERLOPEN),
            wens(TOTAAL, einddatum=DEC_31),
            [(10072, APRIL, DEC_31, (100, "04", "6"), "12")],
        ),
        # Budget: same number, with its Einddatum or not.
        (BUDGET, wens(BUDGET, budget=600_00), [(10072, APRIL, SEPT_30, 600_00, "12")]),
        (GENERIEK, wens(GENERIEK, budget=400_00, einddatum=DEC_31), [(10072, APRIL, DEC_31, 400_00, "12")]),
        (ASPECIFIEK, wens(ASPECIFIEK, budget=400_00), [(10072, APRIL, SEPT_30, 400_00, "12")]),
        # Volume of a total: same number.
        (TOTAAL, wens(TOTAAL, volume=120), [(10072, APRIL, SEPT_30, (120, "04", "6"), "12")]),
        # Volume, Eenheid or Frequentie in other cases: ended on the day before, a new number from that day.
        (
            PER_WEEK,
            wens(PER_WEEK, JULI, volume=2),
            [(10072, APRIL, JUNI_30, UREN_3, "12"), (None, JULI, SEPT_30, UREN_2, None)],
        ),
        (
            PER_WEEK,
            wens(PER_WEEK, JULI, volume=2, einddatum=DEC_31),
            [(10072, APRIL, JUNI_30, UREN_3, "12"), (None, JULI, DEC_31, UREN_2, None)],
        ),
        (
            PER_WEEK,
            wens(PER_WEEK, JULI, frequentie="4"),
            [(10072, APRIL, JUNI_30, UREN_3, "12"), (None, JULI, SEPT_30, (3, "04", "4"), None)],
        ),
        (
            PER_MAAND,
            wens(PER_MAAND, JULI, eenheid="01"),
            [(10072, APRIL, JUNI_30, (3, "04", "4"), "12"), (None, JULI, SEPT_30, (3, "01", "4"), None)],
        ),
        (
            TOTAAL,
            wens(TOTAAL, JULI, frequentie="4"),
            [(10072, APRIL, JUNI_30, (100, "04", "6"), "12"), (None, JULI, SEPT_30, (100, "04", "4"), None)],
        ),
        (
            replace(PER_WEEK, einddatum=None),
            wens(PER_WEEK, JULI, volume=2),
            [(10072, APRIL, JUNI_30, UREN_3, "12"), (None, JULI, SEPT_30, UREN_2, None)],
        ),
        # From its very first day: nothing is left of it, so it is removed.
        (
            PER_WEEK,
            wens(PER_WEEK, APRIL, volume=2),
            [(10072, APRIL, APRIL, UREN_3, "13"), (None, APRIL, SEPT_30, UREN_2, None)],
        ),
        (
            replace(PER_WEEK, ingangsdatum=OKTOBER, einddatum=DEC_31),
            wens(PER_WEEK, JULI, volume=2, einddatum=DEC_31),
            [(10072, OKTOBER, OKTOBER, UREN_3, "13"), (None, JULI, DEC_31, UREN_2, None)],
        ),
        # From the second day: one day is left of it.
        (
            PER_WEEK,
            wens(PER_WEEK, date(2026, 4, 2), volume=2),
            [(10072, APRIL, APRIL, UREN_3, "12"), (None, date(2026, 4, 2), SEPT_30, UREN_2, None)],
        ),
        # From after its end: it stays as it is.
        (
            PER_WEEK,
            wens(PER_WEEK, OKTOBER, volume=2, einddatum=DEC_31),
            [(10072, APRIL, SEPT_30, UREN_3, None), (None, OKTOBER, DEC_31, UREN_2, None)],
        ),
        # Ended before the decision: what was to be extended gets a successor, what is past is not sent again.
        (
            replace(PER_WEEK, einddatum=VERLOPEN),
            wens(PER_WEEK, einddatum=DEC_31),
            [(None, date(2026, 5, 1), DEC_31, UREN_3, None)],
        ),
        (
            replace(PER_WEEK, einddatum=VERLOPEN),
            wens(PER_WEEK, JULI, volume=2),
            [(None, JULI, SEPT_30, UREN_2, None)],
        ),
        # From before its Ingangsdatum, so much per week: the days before are an extra toewijzing, the number stays.
        (
            LATER_BEGIN,
            wens(LATER_BEGIN, JUNI_15),
            [(None, JUNI_15, JUNI_30, UREN_3, None), (10072, JULI, SEPT_30, UREN_3, None)],
        ),
        (
            LATER_BEGIN,
            wens(LATER_BEGIN, JUNI_15, einddatum=DEC_31),
            [(None, JUNI_15, JUNI_30, UREN_3, None), (10072, JULI, DEC_31, UREN_3, "12")],
        ),
        (
            replace(ASPECIFIEK, ingangsdatum=JULI),
            wens(ASPECIFIEK, JUNI_15),
            [(None, JUNI_15, JUNI_30, None, None), (10072, JULI, SEPT_30, None, None)],
        ),
        # The same of a total or Budget, which two numbers would give twice; or that ends before it begins.
        (
            replace(TOTAAL, ingangsdatum=JULI),
            wens(TOTAAL, JUNI_15),
            [(10072, JULI, JULI, (100, "04", "6"), "13"), (None, JUNI_15, SEPT_30, (100, "04", "6"), None)],
        ),
        (
            replace(BUDGET, ingangsdatum=JULI),
            wens(BUDGET, JUNI_15),
            [(10072, JULI, JULI, 500_00, "13"), (None, JUNI_15, SEPT_30, 500_00, None)],
        ),
        (
            LATER_BEGIN,
            wens(LATER_BEGIN, JUNI_15, einddatum=JUNI_30),
            [(10072, JULI, JULI, UREN_3, "13"), (None, JUNI_15, JUNI_30, UREN_3, None)],
        ),
        # And of one that has ended since: no number is left that could stay.
        (
            replace(PER_WEEK, einddatum=VERLOPEN),
            wens(PER_WEEK, date(2026, 3, 1), einddatum=DEC_31),
            [(10072, APRIL, APRIL, UREN_3, "13"), (None, date(2026, 3, 1), DEC_31, UREN_3, None)],
        ),
        # Nothing different after all: sent again as it is.
        (PER_WEEK, wens(PER_WEEK, JULI), [(10072, APRIL, SEPT_30, UREN_3, None)]),
    ],
)
def test_op257_op380_same_number_or_new_number(versie: Versie, gevraagd: Gevraagd, verwacht: list[Any]) -> None:
    delen = wijziging_toekennen({1: gevraagd}, {versie.toewijzing_nummer: versie}, VANDAAG)
    assert [regel(deel) for deel in delen] == verwacht
    assert {deel.referentie_aanbieder for deel in delen} == {"VOW"}


def test_iv093_the_reference_is_on_every_product_that_runs() -> None:
    """Unchanged, changed, new, and what the gemeente issued since; not what has ended or was removed."""
    bericht = jw317(ongewijzigd=[1], wijzigen=[te_wijzigen(2)], nieuwe=[nieuw()])
    actueel = {
        nummer: replace(EERSTE, toewijzing_nummer=nummer, **anders)
        for nummer, anders in {
            1: {"product_code": "45A05"},
            2: {},
            3: {"product_code": "45A06"},
            4: {"product_code": "45A07", "einddatum": VERLOPEN},
            5: {"product_code": "45A08", "einddatum": APRIL, "reden_wijziging": "13"},
        }.items()
    }
    delen = wijziging_toekennen(dict(enumerate(gevraagd_in(bericht), 1)), actueel, VANDAAG)
    assert [(deel.nummer, deel.referentie_aanbieder, deel.reden_wijziging, deel.volgnummer) for deel in delen] == [
        (1, "VOW-1", None, 0),
        (2, "VOW-1", "12", 0),
        (None, "VOW-1", None, 2),
        (3, "VOW-1", None, 0),
        (None, "VOW-1", None, 3),
    ]
    assert [deel.herhaalt is not None for deel in delen] == [True, False, False, True, False]
    assert (delen[2].product_code, delen[4].product_code) == ("45A03", "45A04")


def test_iv094_a_jw315_has_each_reference_on_its_own_product_and_none_on_the_rest() -> None:
    bericht = jw315(aangevraagd("A"), aangevraagd("B", product=None, omvang=None, budget=5))
    producten = dict(enumerate(gevraagd_in(bericht), 1))
    delen = toewijzing_toekennen(producten, {10072: EERSTE})
    assert [(deel.nummer, deel.referentie_aanbieder, deel.volgnummer) for deel in delen] == [
        (10072, None, 0),
        (None, "A", 1),
        (None, "B", 2),
    ]
    assert delen[0].herhaalt is EERSTE
    assert (delen[1].product_code, delen[1].einddatum) == ("45A04", date(2026, 11, 30))
    assert (delen[2].product_categorie, delen[2].budget) == (None, 5)
    assert [deel.volgnummer for deel in toewijzing_toekennen({2: producten[2]}, {})] == [2]


dagen = st.dates(date(2026, 3, 1), date(2027, 3, 1))
groottes = st.one_of(
    st.tuples(st.integers(1, 3), st.sampled_from(["01", "04"]), st.sampled_from(["2", "4", "6"]), st.none()),
    st.tuples(st.none(), st.none(), st.none(), st.sampled_from([None, 100, 200])),
)
VELDEN = ("volume", "eenheid", "frequentie", "budget")


@given(st.data(), dagen, groottes, groottes, dagen)
def test_any_granted_change_gives_what_was_asked_on_every_day_from_then_on(
    data: st.DataObject, begin: date, oud: tuple[Any, ...], wil: tuple[Any, ...], vandaag: date
) -> None:
    """Day by day: from the day asked for exactly what was asked, whenever the toewijzing began, and never twice."""
    eind = data.draw(st.one_of(st.none(), st.dates(begin, date(2027, 4, 1))))
    versie = replace(EERSTE, ingangsdatum=begin, einddatum=eind, **dict(zip(VELDEN, oud, strict=True)))
    ingang = data.draw(dagen)
    einde = data.draw(st.one_of(st.none(), st.dates(ingang, date(2027, 4, 1))))
    gevraagd = wens(versie, ingang, einddatum=einde, **dict(zip(VELDEN, wil, strict=True)))
    delen = wijziging_toekennen({1: gevraagd}, {10072: versie}, vandaag)
    na = [deel for deel in delen if deel.reden_wijziging != "13"]
    if not any(deel.nummer == 10072 for deel in delen):
        na.append(wijziging_toekennen({1: wens(versie, begin)}, {10072: versie}, date.min)[0])  # past, not sent again

    def geldt(dag: date) -> list[tuple[Any, ...]]:
        lopend = [deel for deel in na if deel.ingangsdatum <= dag <= (deel.einddatum or date.max)]
        return [(deel.volume, deel.eenheid, deel.frequentie, deel.budget) for deel in lopend]

    for dag in (ingang, einde or date(2027, 5, 1), data.draw(dagen)):
        assert len(geldt(dag)) <= 1, "no two at once"
        if ingang <= dag <= (einde or date.max):
            assert geldt(dag) == [wil]
        if dag > (einde or date.max) and zelfde_nummer(versie, gevraagd, vandaag):
            assert geldt(dag) == []


def verzonden(delen: tuple[Deel, ...]) -> list[Versie]:
    """The versions of a message that does exactly this; new numbers from 500."""
    return [
        replace(
            EERSTE,
            toewijzing_nummer=deel.nummer or 500 + plaats,
            **{
                veld: getattr(deel, veld)
                for veld in ("product_categorie", "product_code", "ingangsdatum", "einddatum", *VELDEN)
            },
            reden_wijziging=deel.reden_wijziging,
            referentie_aanbieder=deel.referentie_aanbieder,
        )
        for plaats, deel in enumerate(delen)
    ]


def test_op348_what_deviates_from_a_granted_jw317_is_named() -> None:
    bericht = jw317(wijzigen=[te_wijzigen()], nieuwe=[nieuw()])
    verwacht = wijziging_toekennen(dict(enumerate(gevraagd_in(bericht), 1)), {10072: EERSTE}, VANDAAG)
    goed = verzonden(verwacht)
    assert list(afwijkingen(verwacht, goed)) == []
    assert list(afwijkingen(verwacht, goed[::-1])) == []
    oud, vervolg, extra = goed
    zonder = replace(oud, referentie_aanbieder=None, reden_wijziging="05")
    assert list(afwijkingen(verwacht, [zonder, vervolg, extra])) == [
        "toewijzing 10072: RedenWijziging",
        "toewijzing 10072: ReferentieAanbieder",
    ]
    assert list(afwijkingen(verwacht, [oud, vervolg])) == ["nieuwe toewijzing vanaf 01-07-2026 ontbreekt of is anders"]
    assert list(afwijkingen(verwacht, [vervolg, extra])) == ["toewijzing 10072 ontbreekt"]
    assert list(afwijkingen(verwacht, [oud, replace(vervolg, volume=9), extra])) == [
        "nieuwe toewijzing vanaf 01-07-2026 ontbreekt of is anders",
        "toewijzing 501 is niet gevraagd",
    ]
