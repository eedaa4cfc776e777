"""Every level 3 and 4 rule on JW305 and JW307: a case that passes, a case that fails, and the exact finding."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten import JW305, JW307
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst, Productcode, Productcodelijst
from ijw.teksten import uitleg
from services.allocation import rules
from services.allocation.levensloop.regie import beoordeel, verloop_van
from services.allocation.regie import aanleveringen_van
from tests.unit.allocation.regievoorbeelden import PRODUCT, jw305, jw307, start, stop, weg

STARTS = "/Bericht/Client/StartProducten/StartProduct"
STOPS = "/Bericht/Client/StopProducten/StopProduct"
APRIL, MEI = date(2026, 4, 3), date(2026, 5, 1)
GEMEENTEN = Gemeentelijst(
    [Gemeente("0193", "Zwolle", "Overijssel"), Gemeente("0999", "Oud", "Overijssel", None, date(2026, 4, 1))]
)
PRODUCTCODES = Productcodelijst(
    [
        Productcode("45A03", "45", "Behandeling", "inspanningsgericht"),
        Productcode("45A99", "45", "Vervallen", "inspanningsgericht", None, date(2026, 4, 1)),
    ]
)
Bericht = JW305 | JW307


def feiten(bericht: Bericht, eerder: Iterable[Bericht] = (), onbekend: Mapping[int, str] | None = None) -> Any:
    """Facts beside a message after earlier ones were accepted; every toewijzing but ``onbekend`` is known."""
    onbekend = onbekend or {}
    historie = [item for ander in eerder for item in aanleveringen_van(ander)]
    nieuw = aanleveringen_van(bericht)
    verlopen = {
        item.onderwerp: verloop_van(
            (oud for oud in historie if oud.onderwerp == item.onderwerp),
            bekend=item.toewijzing_nummer not in onbekend,
        )
        for item in nieuw
    }
    return rules.regie.Feiten(
        productcodes=PRODUCTCODES,
        oordelen=beoordeel(verlopen, nieuw).oordelen,
        ingangsdatums={item.toewijzing_nummer: date(2026, 4, 1) for item in nieuw if item.toewijzing_nummer},
        onbekend=onbekend,
    )


def gevonden(bericht: Bericht, *eerder: Bericht, onbekend: Mapping[int, str] | None = None) -> list[Bevinding]:
    """What all rules on a JW305 or JW307 find below the Header."""
    bevindingen = list(rules.pas_toe(rules.regie.REGELS, bericht, feiten(bericht, eerder, onbekend)))
    for bevinding in bevindingen:
        (regel,) = (regel for regel in rules.regie.REGELS if regel.code == bevinding.regel)
        assert (bevinding.retourcode, bevinding.niveau) == (regel.retourcode, regel.niveau)
        assert bericht.soort in regel.berichten
    return bevindingen


def codes(bericht: Bericht, *eerder: Bericht, onbekend: Mapping[int, str] | None = None) -> list[tuple[str, str]]:
    """Retourcode and place of every finding."""
    return [(bevinding.retourcode, bevinding.pad) for bevinding in gevonden(bericht, *eerder, onbekend=onbekend)]


def woorden(code: str, bericht: Bericht, *eerder: Bericht, onbekend: Mapping[int, str] | None = None) -> str:
    """The sentence of the one finding of a rule."""
    (bevinding,) = (b for b in gevonden(bericht, *eerder, onbekend=onbekend) if b.regel == code)
    return uitleg(bevinding)


def kop(bericht: Bericht, *, eerder_gebruikt: bool = False, ingangsdatums: tuple[date, ...] = ()) -> list[str]:
    """Retourcodes of the rules on the Header."""
    kopfeiten = rules.Kopfeiten(
        vandaag=date(2026, 5, 6), gemeenten=GEMEENTEN, eerder_gebruikt=eerder_gebruikt, ingangsdatums=ingangsdatums
    )
    return [bevinding.retourcode for bevinding in rules.pas_toe(rules.kop.REGELS, bericht, kopfeiten)]


@pytest.mark.parametrize("bericht", [jw305, jw307])
def test_tr056_and_tr135_on_the_header(bericht: Any) -> None:
    assert kop(bericht()) == []
    assert kop(bericht(), eerder_gebruikt=True) == ["9056"]
    assert kop(bericht(dagtekening=date(2026, 5, 7))) == ["8848"]


@pytest.mark.parametrize("bericht", [jw305, jw307])
def test_tr378_dissolved_gemeente_is_good_when_the_toewijzing_began_under_it(bericht: Any) -> None:
    assert kop(bericht(ontvanger="9998")) == ["S300"]
    assert kop(bericht(ontvanger="0999")) == ["S300"]
    assert kop(bericht(ontvanger="0999"), ingangsdatums=(date(2026, 4, 1),)) == []
    assert kop(bericht(ontvanger="0999"), ingangsdatums=(date(2026, 4, 2),)) == ["S300"]


def test_tr019_toewijzing_is_known() -> None:
    onbekend = {2: "zij is verwijderd (reden 13) en telt als nooit verzonden"}
    assert codes(jw305(start(1))) == []
    assert codes(jw305(start(1), start(2)), onbekend=onbekend) == [("9019", f"{STARTS}[2]")]
    assert codes(jw307(stop(2)), jw305(start(2)), onbekend=onbekend) == [("9019", f"{STOPS}[1]")]
    assert woorden("TR019", jw305(start(2)), onbekend=onbekend) == (
        "toewijzing 2 is niet bekend: zij is verwijderd (reden 13) en telt als nooit verzonden (TR019, IV096)"
    )


def test_tr019_not_for_taakgericht_nor_for_what_is_taken_back() -> None:
    assert codes(jw305(start(None))) == []
    assert codes(jw307(stop(None)), jw305(start(None))) == []
    assert codes(jw305(weg(start(2))), jw305(start(2)), onbekend={2: "x"}) == []


def test_tr063_only_what_is_in_force_can_be_taken_back() -> None:
    assert codes(jw305(weg(start())), jw305(start())) == []
    assert codes(jw307(weg(stop())), jw305(start()), jw307(stop())) == []
    assert codes(jw305(weg(start()))) == [("9063", f"{STARTS}[1]/StatusAanlevering")]
    assert codes(jw305(weg(start())), jw305(start()), jw305(weg(start()))) == [
        ("9063", f"{STARTS}[1]/StatusAanlevering")
    ]
    assert woorden("TR063", jw305(weg(start()))) == (
        "er is geen start van 03-04-2026 op toewijzing 10072, product 45 45A03 om te verwijderen (TR063, OP033)"
    )


@pytest.mark.parametrize(
    "anders",
    [
        {"begindatum": date(2026, 4, 4)},
        {"product": Product(categorie="45")},
        {"product": None},
        {"einddatum": date(2026, 4, 21)},
        {"reden_beeindiging": "32"},
    ],
)
def test_tr063_every_part_of_the_key_counts(anders: dict[str, Any]) -> None:
    eerder = (jw305(start()), jw307(stop()))
    assert codes(jw307(weg(stop(**anders))), *eerder) == [("9063", f"{STOPS}[1]/StatusAanlevering")]
    assert codes(jw307(weg(stop(toewijzing_ingangsdatum=None))), *eerder) == []


def test_tr063_the_last_stop_is_taken_back_first() -> None:
    tijdelijk = stop(reden_beeindiging="20")
    eerder = (jw305(start()), jw307(tijdelijk), jw307(stop()))
    assert codes(jw307(weg(tijdelijk)), *eerder) == [("9063", f"{STOPS}[1]/StatusAanlevering")]
    assert "als ook de stop per 20-04-2026 (reden 31) van de start" in woorden("TR063", jw307(weg(tijdelijk)), *eerder)
    # In one message their order does not matter: the last one in force goes first.
    assert codes(jw307(weg(tijdelijk), weg(stop())), *eerder) == []
    assert codes(jw307(weg(stop()), weg(tijdelijk)), *eerder) == []


def test_tr063_a_stop_under_a_later_start_cannot_be_taken_back() -> None:
    eerder = (jw305(start()), jw307(stop()), jw305(start(begindatum=MEI)))
    assert codes(jw307(weg(stop())), *eerder) == [("9063", f"{STOPS}[1]/StatusAanlevering")]
    assert "als ook de start van 01-05-2026 op toewijzing 10072" in woorden("TR063", jw307(weg(stop())), *eerder)


@pytest.mark.parametrize("reden", ["20", "31"])
def test_tr071_a_start_with_a_stop_cannot_be_taken_back(reden: str) -> None:
    gestopt = stop(reden_beeindiging=reden)
    eerder = (jw305(start()), jw307(gestopt))
    assert codes(jw305(weg(start())), *eerder) == [("9071", f"{STARTS}[1]/StatusAanlevering")]
    assert woorden("TR071", jw305(weg(start())), *eerder) == (
        f"de start van 03-04-2026 kan niet worden verwijderd: de stop per 20-04-2026 (reden {reden}) van de start van"
        " 03-04-2026 op toewijzing 10072, product 45 45A03 hoort er nog bij (TR071, OP033)"
    )
    assert codes(jw305(weg(start())), *eerder, jw307(weg(gestopt))) == []


def test_tr071_also_for_an_earlier_start() -> None:
    eerder = (jw305(start()), jw307(stop()), jw305(start(begindatum=MEI)))
    assert codes(jw305(weg(start())), *eerder) == [("9071", f"{STARTS}[1]/StatusAanlevering")]
    assert codes(jw305(weg(start(begindatum=MEI))), *eerder) == []


def test_tr074_a_key_in_force_is_not_used_again() -> None:
    assert codes(jw305(start()), jw305(start()), jw307(stop())) == [("9074", f"{STARTS}[1]")]
    assert codes(jw305(start(begindatum=MEI)), jw305(start()), jw307(stop())) == []
    assert codes(jw307(stop()), jw305(start()), jw307(stop())) == [("9074", f"{STOPS}[1]"), ("9415", f"{STOPS}[1]")]
    assert woorden("TR074", jw305(start()), jw305(start())) == (
        "de start van 03-04-2026 op toewijzing 10072, product 45 45A03 is al aangeleverd en niet verwijderd"
        " (TR074, IV008)"
    )


def test_tr074_what_was_taken_back_counts_as_never_sent() -> None:
    assert codes(jw305(start()), jw305(start()), jw305(weg(start()))) == []
    assert codes(jw307(stop()), jw305(start()), jw307(stop()), jw307(weg(stop()))) == []


def test_tr326_one_current_start_per_toewijzing() -> None:
    nieuw = jw305(start(begindatum=MEI))
    assert codes(nieuw) == []
    assert codes(nieuw, jw305(start())) == [("9326", f"{STARTS}[1]")]
    assert codes(jw305(start(9, begindatum=MEI)), jw305(start())) == []
    assert woorden("TR326", nieuw, jw305(start())) == (
        "de start van 01-05-2026 kan niet: de start van 03-04-2026 op hetzelfde toegewezen product loopt nog"
        " (TR326, OP289)"
    )


@pytest.mark.parametrize("reden", ["20", "31"])
def test_tr326_after_any_stop_a_new_start_is_allowed(reden: str) -> None:
    assert codes(jw305(start(begindatum=MEI)), jw305(start()), jw307(stop(reden_beeindiging=reden))) == []


def test_tr326_a_correction_is_one_message_in_which_3_goes_before_1() -> None:
    juist = start(begindatum=date(2026, 4, 4))
    assert codes(jw305(juist, weg(start())), jw305(start())) == []
    assert codes(jw305(weg(start()), juist), jw305(start())) == []
    assert codes(jw305(juist, start(begindatum=MEI), weg(start())), jw305(start())) == [("9326", f"{STARTS}[2]")]


def test_tr326_taakgericht_goes_by_product_and_begindatum() -> None:
    eerder = jw305(start(None))
    assert codes(jw305(start(None, begindatum=MEI)), eerder) == []
    assert codes(jw305(start(None, product=Product(categorie="46"))), eerder) == []
    assert codes(jw305(start(None)), eerder) == [("9074", f"{STARTS}[1]"), ("9326", f"{STARTS}[1]")]


def test_tr381_code_belongs_to_its_category() -> None:
    fout = Product(categorie="46", code="45A03")
    for product in (PRODUCT, Product(categorie="46"), None):
        assert codes(jw305(start(product=product))) == []
    assert codes(jw305(start(product=fout))) == [("S329", f"{STARTS}[1]/Product/Code")]
    assert codes(jw307(stop(product=fout)), jw305(start(product=fout))) == [("S329", f"{STOPS}[1]/Product/Code")]
    assert codes(jw305(weg(start(product=fout))), jw305(start(product=fout))) == []


def test_tr381_a_running_toewijzing_keeps_a_code_that_left_the_list() -> None:
    vervallen = Product(categorie="45", code="45A99")
    assert codes(jw305(start(product=vervallen))) == []
    assert codes(jw305(start(None, product=vervallen))) == [("S329", f"{STARTS}[1]/Product/Code")]
    assert codes(jw305(start(None, product=vervallen, begindatum=date(2026, 4, 1)))) == []


def test_tr381_taakgericht_beside_toewijzing_0_goes_by_its_own_day() -> None:
    vervallen = Product(categorie="45", code="45A99")
    beide = jw305(start(0, product=vervallen), start(None, product=vervallen))
    f = replace(feiten(beide), ingangsdatums={0: date(2026, 4, 1)})
    gevonden = rules.pas_toe(rules.regie.REGELS, beide, f)
    assert [(bevinding.regel, bevinding.pad) for bevinding in gevonden] == [("TR381", f"{STARTS}[2]/Product/Code")]


def test_tr381_a_toewijzing_without_a_code_may_be_started_with_a_new_one() -> None:
    nieuw = jw305(start(product=Product(categorie="45", code="45A98")))
    f = feiten(nieuw)
    (nummer,) = f.ingangsdatums
    lijst = Productcodelijst([Productcode("45A98", "45", "Nieuw", "", date(2026, 4, 2))])
    voor_specifiek = replace(f, productcodes=lijst)
    assert [b.regel for b in rules.pas_toe(rules.regie.REGELS, nieuw, voor_specifiek)] == ["TR381"]
    voor_open = replace(voor_specifiek, open_code=frozenset({nummer}))
    assert list(rules.pas_toe(rules.regie.REGELS, nieuw, voor_open)) == []


def test_tr382_a_stop_quotes_the_latest_start() -> None:
    assert codes(jw307(stop()), jw305(start())) == []
    assert codes(jw307(stop())) == [("9069", f"{STOPS}[1]")]
    assert codes(jw307(stop()), jw305(start()), jw305(weg(start()))) == [("9069", f"{STOPS}[1]")]
    assert woorden("TR382", jw307(stop())) == (
        "de stop noemt de start van 03-04-2026 op toewijzing 10072, product 45 45A03, en die is niet gemeld"
        " (TR382, OP155)"
    )


@pytest.mark.parametrize("anders", [{"begindatum": date(2026, 4, 4)}, {"product": Product(categorie="45")}])
def test_tr382_every_part_of_the_key_of_the_start_counts(anders: dict[str, Any]) -> None:
    assert codes(jw307(stop(**anders)), jw305(start())) == [("9069", f"{STOPS}[1]")]
    assert codes(jw307(stop(**anders)), jw305(start(**anders))) == []
    assert "de laatst gemelde start is de start van 03-04-2026" in woorden(
        "TR382", jw307(stop(**anders)), jw305(start())
    )


def test_tr382_an_earlier_start_is_not_stopped_any_more() -> None:
    eerder = (jw305(start()), jw307(stop(reden_beeindiging="20")), jw305(start(begindatum=MEI)))
    assert codes(jw307(stop()), *eerder) == [("9069", f"{STOPS}[1]")]
    assert codes(jw307(stop(begindatum=MEI, einddatum=date(2026, 5, 5))), *eerder) == []


def test_tr413_no_second_temporary_stop() -> None:
    eerste, tweede = stop(reden_beeindiging="20"), stop(reden_beeindiging="20", einddatum=date(2026, 4, 25))
    assert codes(jw307(tweede), jw305(start())) == []
    assert codes(jw307(tweede), jw305(start()), jw307(eerste)) == [("9413", f"{STOPS}[1]")]
    assert woorden("TR413", jw307(tweede), jw305(start()), jw307(eerste)) == (
        "de start van 03-04-2026 is al tijdelijk gestopt per 20-04-2026; er kan alleen een definitieve stop bij"
        " (TR413, OP378)"
    )
    assert codes(jw307(weg(eerste), tweede), jw305(start()), jw307(eerste)) == []


def test_tr414_definitive_stop_not_before_the_temporary_one() -> None:
    eerder = (jw305(start()), jw307(stop(reden_beeindiging="20")))
    for dag in (20, 21):
        assert codes(jw307(stop(einddatum=date(2026, 4, dag))), *eerder) == []
    vroeger = jw307(stop(einddatum=date(2026, 4, 19)))
    assert codes(vroeger, *eerder) == [("9414", f"{STOPS}[1]/Einddatum")]
    assert woorden("TR414", vroeger, *eerder) == (
        "de definitieve stop per 19-04-2026 ligt voor de tijdelijke stop per 20-04-2026 (TR414)"
    )


def test_tr415_no_stop_after_a_definitive_one() -> None:
    eerder = (jw305(start()), jw307(stop()))
    assert codes(jw307(stop(reden_beeindiging="32")), *eerder) == [("9415", f"{STOPS}[1]")]
    assert codes(jw307(stop(reden_beeindiging="20")), *eerder) == [("9415", f"{STOPS}[1]")]
    assert codes(jw307(stop(reden_beeindiging="32")), *eerder, jw307(weg(stop()))) == []
    assert woorden("TR415", jw307(stop(reden_beeindiging="32")), *eerder) == (
        "de start van 03-04-2026 is al definitief gestopt per 20-04-2026 (TR415, OP377)"
    )


def test_temporary_and_definitive_stop_in_one_message_whatever_their_order() -> None:
    tijdelijk, definitief = stop(reden_beeindiging="20"), stop(einddatum=date(2026, 4, 25))
    assert codes(jw307(tijdelijk, definitief), jw305(start())) == []
    assert codes(jw307(definitief, tijdelijk), jw305(start())) == []
    te_vroeg = replace(definitief, einddatum=date(2026, 4, 19))
    assert codes(jw307(te_vroeg, tijdelijk), jw305(start())) == [("9414", f"{STOPS}[1]/Einddatum")]


def test_findings_on_the_header_hide_those_on_the_client() -> None:
    bericht = jw307(stop(), dagtekening=date(2027, 1, 1))
    kopfeiten = rules.Kopfeiten(vandaag=date(2026, 5, 6), gemeenten=GEMEENTEN, eerder_gebruikt=False)
    assert [b.regel for b in rules.beoordeel(bericht, kopfeiten, rules.regie.REGELS, feiten(bericht))] == ["TR135"]
    later = replace(kopfeiten, vandaag=date(2027, 1, 1))
    assert [b.regel for b in rules.beoordeel(bericht, later, rules.regie.REGELS, feiten(bericht))] == ["TR382"]
