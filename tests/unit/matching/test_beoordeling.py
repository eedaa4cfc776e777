"""Judging batches: prestaties see each other, and how they are cut into batches makes no difference."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ijw.kalender import laatste_van_maand
from services.matching.beoordeling import Feitenboek, Oordeel, beoordeel
from services.matching.contract import Contract
from services.matching.feiten import (
    CREDIT,
    Clientitem,
    Lopend,
    Saldo,
    Vorige,
    Zaak,
    genormaliseerd,
    leveringsleutel,
)
from services.platform.events import PrestatieIngediend
from tests.unit.matching.bouwen import (
    AANBIEDER,
    CLIENT,
    GEMEENTE,
    LIJSTEN,
    contractregel,
    credit,
    declaratie,
    prestatie,
    regels_van,
    toewijzing,
    vorige,
    zaak,
)

SLEUTEL = (GEMEENTE, 1001)


def boek(**anders: object) -> Feitenboek:
    """One toewijzing of 12 uur in total, and a contract."""
    velden: dict[str, object] = {
        "lijsten": LIJSTEN,
        "toewijzingen": {SLEUTEL: toewijzing(frequentie="6")},
        "saldi": {SLEUTEL: Saldo()},
        "contracten": {(GEMEENTE, AANBIEDER, 2026): Contract([contractregel()])},
    }
    return Feitenboek(**(velden | anders))  # type: ignore[arg-type]


def maand(nummer: int, referentie: str, volume: int) -> PrestatieIngediend:
    """Some hours in a month of 2026."""
    begin = date(2026, nummer, 1)
    return prestatie(
        referentie=referentie,
        begindatum=begin,
        einddatum=laatste_van_maand(begin),
        volume=volume,
        bedrag=volume * 9_000,
    )


def uitkomsten(oordelen: Sequence[Oordeel]) -> dict[str, str]:
    return {oordeel.zaak.prestatie.referentie: oordeel.uitkomst for oordeel in oordelen}


def test_prestaties_on_one_toewijzing_see_each_others_volume() -> None:
    uitslag = beoordeel([zaak(maand(1, "a", 8)), zaak(maand(2, "b", 4), 2), zaak(maand(3, "c", 1), 3)], boek())
    assert uitkomsten(uitslag.oordelen) == {"a": "toegekend", "b": "toegekend", "c": "inUitval"}
    assert uitslag.saldi == {SLEUTEL: Saldo(13 * 60, 13 * 9_000, 2)}


def test_a_rejected_prestatie_uses_nothing() -> None:
    fout = msgspec.structs.replace(maand(1, "a", 12), bedrag=1)
    uitslag = beoordeel([zaak(fout), zaak(maand(1, "b", 12), 2)], boek())
    assert uitkomsten(uitslag.oordelen) == {"a": "afgewezen", "b": "toegekend"}


def test_a_batch_leaves_the_facts_it_got_alone() -> None:
    feitenboek = boek()
    eerst = beoordeel([zaak(maand(1, "a", 8))], feitenboek)
    nogmaals = beoordeel([zaak(maand(1, "a", 8))], feitenboek)
    assert eerst == nogmaals
    assert feitenboek.saldi == {SLEUTEL: Saldo()}


def test_op366_credits_of_a_declaratie_go_before_its_debets() -> None:
    """The correction stands before the credit in the message, and fits only after it."""
    oud, nieuw = maand(1, "oud", 12), maand(1, "nieuw", 10)
    feitenboek = boek(
        saldi={SLEUTEL: Saldo(720, 108_000, 1)},
        debetten={(AANBIEDER, "oud"): (vorige(oud),)},
        leveringen={leveringsleutel(declaratie(), oud): ("oud",)},
    )
    uitslag = beoordeel([zaak(nieuw, 2), zaak(credit(oud), 2)], feitenboek)
    assert uitkomsten(uitslag.oordelen) == {"oudc": "toegekend", "nieuw": "toegekend"}
    assert uitslag.saldi == {SLEUTEL: Saldo(600, 90_000, 1)}


def test_a_credit_in_a_later_declaratie_does_not_help_an_earlier_debet() -> None:
    oud, nieuw = maand(1, "oud", 12), maand(1, "nieuw", 10)
    uitslag = beoordeel([zaak(oud, 1), zaak(nieuw, 2), zaak(credit(oud), 3)], boek())
    assert uitkomsten(uitslag.oordelen) == {"oud": "toegekend", "nieuw": "afgewezen", "oudc": "toegekend"}
    assert uitslag.saldi == {}
    assert uitslag.oordelen[2].credit_op == (declaratie(1).declaratie_id, 1)


def test_a_credit_counts_as_its_debet_did() -> None:
    """A debet that a person awarded without a toewijzing used nothing, so its credit gives nothing back."""
    debet = maand(1, "a", 4)
    feitenboek = boek(debetten={(AANBIEDER, "a"): (vorige(debet, gekoppeld=False, verplicht=False),)})
    (oordeel,) = beoordeel([zaak(credit(debet), 2)], feitenboek).oordelen
    assert (oordeel.uitkomst, oordeel.gekoppeld, oordeel.verplicht) == ("toegekend", False, False)


def test_of_two_debets_under_one_reference_the_one_repeated_is_meant() -> None:
    een, twee = maand(1, "a", 4), maand(2, "a", 5)
    feitenboek = boek(debetten={(AANBIEDER, "a"): (vorige(een), Vorige("ander", GEMEENTE, twee, True, True))})
    (oordeel,) = beoordeel([zaak(credit(twee), 2)], feitenboek).oordelen
    assert (oordeel.uitkomst, oordeel.credit_op) == ("toegekend", ("ander", 1))


def test_judging_again_gives_back_first_what_was_used() -> None:
    """All 12 uur are its own; without giving back it would need 24."""
    p = maand(1, "a", 12)
    lopend = Lopend("u", "prestatie", True, ())
    feitenboek = boek(saldi={SLEUTEL: Saldo(720, 108_000, 0)}, leveringen={leveringsleutel(declaratie(), p): ("a",)})
    uitslag = beoordeel([Zaak(declaratie(), p, lopend)], feitenboek)
    assert uitkomsten(uitslag.oordelen) == {"a": "toegekend"}
    assert uitslag.saldi == {SLEUTEL: Saldo(720, 108_000, 1)}


def test_an_unknown_client_waits_or_follows_the_decision_on_it() -> None:
    p = prestatie(toewijzing_nummer=5)
    sleutel = (declaratie().declaratie_id, CLIENT)
    for besluit, uitkomst, soort, codes, clientcodes in (
        (None, "inUitval", "client", (), ()),
        ("toekennen", "toegekend", "", (), ()),
        ("afwijzen", "afgewezen", "", ("0233",), ("8187",)),
    ):
        items = {sleutel: Clientitem("u", besluit)}  # type: ignore[arg-type]
        (oordeel,) = beoordeel([zaak(p)], boek(clientitems=items)).oordelen
        assert regels_van(oordeel.bevindingen) == {"TR304", "TR338"}
        assert (oordeel.uitkomst, oordeel.soort, oordeel.retourcodes, oordeel.client_retourcodes) == (
            uitkomst,
            soort,
            codes,
            clientcodes,
        )
        assert not oordeel.gekoppeld


def test_a_prestatie_of_an_unknown_client_that_is_rejected_at_once_says_so_of_its_client() -> None:
    """Unless a person accepted the client; a client with a toewijzing is not mentioned."""
    p = prestatie(toewijzing_nummer=5, bedrag=1)
    sleutel = (declaratie().declaratie_id, CLIENT)
    for besluit, clientcodes in ((None, ("8187",)), ("afwijzen", ("8187",)), ("toekennen", ())):
        items = {sleutel: Clientitem("u", besluit)}  # type: ignore[arg-type]
        (oordeel,) = beoordeel([zaak(p)], boek(clientitems=items)).oordelen
        assert (oordeel.uitkomst, oordeel.retourcodes) == ("afgewezen", ("9338", "9346"))
        assert (oordeel.soort, oordeel.client_retourcodes) == ("", clientcodes)
    bekend = frozenset({(GEMEENTE, AANBIEDER, CLIENT)})
    (oordeel,) = beoordeel([zaak(p)], boek(clienten=bekend)).oordelen
    assert (oordeel.retourcodes, oordeel.client_retourcodes) == (("9338", "9346"), ())


def test_a_toewijzing_of_somebody_else_is_as_good_as_none() -> None:
    bekend = frozenset({(GEMEENTE, AANBIEDER, CLIENT)})
    for anders, eerder in (({"client": "f" * 24}, True), ({"aanbieder": "87654321"}, False)):
        feitenboek = boek(toewijzingen={SLEUTEL: toewijzing(**anders)}, clienten=bekend)
        (oordeel,) = beoordeel([zaak(prestatie())], feitenboek).oordelen
        (bevinding,) = oordeel.bevindingen
        assert bevinding.regel == "TR338"
        assert ("eerder" in bevinding.invoer) == eerder, "whose toewijzing it is stays hidden from another aanbieder"


def test_policy_of_the_gemeente_counts() -> None:
    p = msgspec.structs.replace(prestatie(), tarief=8_000, bedrag=32_000)
    (oordeel,) = beoordeel([zaak(p)], boek(beleid={GEMEENTE: {"0611": "afwijzen"}})).oordelen
    assert (oordeel.uitkomst, oordeel.retourcodes) == ("afgewezen", ("0611",))


@st.composite
def _stroom(draw: st.DrawFn) -> list[Zaak]:
    """Debets on three toewijzingen in a year, some of them repeated, some credited later, some wrong."""
    zaken: list[Zaak] = []
    debetten: list[PrestatieIngediend] = []
    for nummer in range(draw(st.integers(1, 25))):
        if debetten and draw(st.booleans()) and draw(st.booleans()):
            p = credit(draw(st.sampled_from(debetten)), referentie=f"c{nummer}", volgnummer=1)
        else:
            p = maand(draw(st.integers(1, 12)), f"d{nummer}", draw(st.integers(1, 9)))
            anders: dict[str, object] = {"toewijzing_nummer": draw(st.integers(1001, 1003))}
            if draw(st.integers(0, 9)) == 0:
                anders["bedrag"] = p.bedrag + 1
            p = msgspec.structs.replace(p, **anders)
            debetten.append(p)
        zaken.append(zaak(p, nummer + 1))
    return zaken


def _na(feitenboek: Feitenboek, oordelen: Sequence[Oordeel], saldi: dict[tuple[str, int], Saldo]) -> Feitenboek:
    """The facts as a database would hold them after a batch."""
    debetten, credits_ = dict(feitenboek.debetten), dict(feitenboek.credits)
    leveringen = dict(feitenboek.leveringen)
    for oordeel in oordelen:
        p, d = oordeel.zaak.prestatie, oordeel.zaak.declaratie
        if oordeel.uitkomst == "afgewezen":
            continue
        if p.debet_credit == CREDIT:
            sleutel = (d.aanbieder, p.vorige_referentie or "")
            credits_[sleutel] = (*credits_.get(sleutel, ()), p.referentie)
            if oordeel.credit_op:
                leveringen[leveringsleutel(d, p)] = tuple(
                    r for r in leveringen[leveringsleutel(d, p)] if r != p.vorige_referentie
                )
            continue
        leveringen[leveringsleutel(d, p)] = (*leveringen.get(leveringsleutel(d, p), ()), p.referentie)
        if oordeel.uitkomst == "toegekend":
            debetten[d.aanbieder, p.referentie] = (
                Vorige(d.declaratie_id, d.gemeente, p, oordeel.gekoppeld, oordeel.verplicht),
            )
    return msgspec.structs.replace(
        feitenboek,
        debetten=debetten,
        credits=credits_,
        leveringen=leveringen,
        saldi={**feitenboek.saldi, **saldi},
    )


@settings(max_examples=200, deadline=None)
@given(zaken=_stroom(), grenzen=st.lists(st.integers(0, 25), max_size=6))
def test_any_split_over_batches_gives_the_same_verdicts_and_saldi(zaken: list[Zaak], grenzen: list[int]) -> None:
    nummers = (1001, 1002, 1003)
    begin = boek(
        toewijzingen={(GEMEENTE, n): toewijzing(toewijzing_nummer=n, frequentie="6", volume=20) for n in nummers},
        saldi={(GEMEENTE, n): Saldo() for n in nummers},
    )
    ineens = beoordeel(zaken, begin)
    feitenboek, los = begin, []
    knippen = sorted({0, len(zaken), *(grens for grens in grenzen if grens < len(zaken))})
    for van, tot in pairwise(knippen):
        uitslag = beoordeel(zaken[van:tot], feitenboek)
        los.extend(uitslag.oordelen)
        feitenboek = _na(feitenboek, uitslag.oordelen, uitslag.saldi)
    assert uitkomsten(los) == uitkomsten(ineens.oordelen)
    assert [o.bevindingen for o in los] == [o.bevindingen for o in ineens.oordelen]
    assert feitenboek.saldi == {**begin.saldi, **ineens.saldi}


@settings(max_examples=200, deadline=None)
@given(zaken=_stroom())
def test_saldi_are_the_sum_of_what_counts(zaken: list[Zaak]) -> None:
    """Debets awarded or in uitval, less awarded credits; and never a credit of something that does not count."""
    nummers = (1001, 1002, 1003)
    begin = boek(
        toewijzingen={(GEMEENTE, n): toewijzing(toewijzing_nummer=n, frequentie="6", volume=20) for n in nummers},
        saldi={(GEMEENTE, n): Saldo() for n in nummers},
    )
    uitslag = beoordeel(zaken, begin)
    for n in nummers:
        volume = bedrag = aantal = 0
        for oordeel in uitslag.oordelen:
            p = oordeel.zaak.prestatie
            if p.toewijzing_nummer != n or oordeel.uitkomst == "afgewezen":
                continue
            teken = -1 if p.debet_credit == CREDIT else 1
            volume += teken * genormaliseerd(p.volume, p.eenheid)
            bedrag += teken * p.bedrag
            aantal += teken if oordeel.uitkomst == "toegekend" else 0
        assert uitslag.saldi.get((GEMEENTE, n), Saldo()) == Saldo(volume, bedrag, aantal)
        assert volume >= 0
