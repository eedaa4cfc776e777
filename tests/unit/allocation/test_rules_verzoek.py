"""Every level 3 and 4 rule on JW315 and JW319, and those a JW317 shares: a case that passes and one that fails."""

from datetime import date
from typing import Any

import pytest

from ijw.berichten import JW315, JW317, JW319
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst, Productcode, Productcodelijst
from ijw.regels import niveau2
from ijw.teksten import uitleg
from services.allocation import rules
from services.allocation.levensloop.verzoek import Toestand
from tests.unit.allocation.voorbeelden_verzoek import aangevraagd, jw315, jw317, jw319, nieuw, te_wijzigen

PRODUCT = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct"
GEMEENTEN = Gemeentelijst(
    [Gemeente("0193", "Zwolle", "Overijssel"), Gemeente("0999", "Oud", "Overijssel", None, date(2025, 12, 31))]
)
PRODUCTCODES = Productcodelijst(
    [
        Productcode("45A04", "45", "Behandeling", "inspanningsgericht"),
        Productcode("45A99", "45", "Vervallen", "inspanningsgericht", None, date(2026, 5, 31)),
    ]
)


def kopfeiten(**anders: Any) -> rules.Kopfeiten:
    return rules.Kopfeiten(**{"vandaag": date(2026, 5, 6), "gemeenten": GEMEENTEN, "eerder_gebruikt": False, **anders})


def verzoekfeiten(**anders: Any) -> rules.verzoek.Feiten:
    return rules.verzoek.Feiten(**{"productcodes": PRODUCTCODES, "gebruikt": frozenset(), "openstaand": (), **anders})


def bevindingen(bericht: JW315 | JW317, **anders: Any) -> tuple[Bevinding, ...]:
    """What the rules that both share find, those on the message as a whole first."""
    feiten = verzoekfeiten(**anders)
    return rules.beoordeel(bericht, kopfeiten(), rules.verzoek.REGELS, feiten, rules.verzoek.OP_BERICHT)


def gevonden(bericht: JW315 | JW317, **anders: Any) -> list[tuple[str, str, str]]:
    return [(item.regel, item.retourcode, item.pad) for item in bevindingen(bericht, **anders)]


def antwoord(bericht: JW319, toestand: Toestand, **kop: Any) -> tuple[Bevinding, ...]:
    return rules.beoordeel(bericht, kopfeiten(**kop), rules.antwoord.REGELS, rules.antwoord.Feiten(toestand=toestand))


def test_the_examples_pass_level_2() -> None:
    assert niveau2(jw315()) == ()
    assert niveau2(jw317(wijzigen=[te_wijzigen()], nieuwe=[nieuw()])) == ()
    for bericht in (jw319(), jw319(antwoord="2"), jw319(reden="8", gemeente="0150")):
        assert niveau2(bericht) == ()


def test_tr347_referentie_niet_eerder_gebruikt() -> None:
    bericht = jw315(aangevraagd("A"), aangevraagd("B", product=Product(categorie="46"), omvang=None))
    assert gevonden(bericht) == []
    assert gevonden(bericht, gebruikt=frozenset({"B"})) == [("TR347", "9347", f"{PRODUCT}[2]/ReferentieAanbieder")]
    wijziging = jw317(ongewijzigd=[1], nieuwe=[nieuw()], referentie="A")
    assert gevonden(wijziging) == []
    pad = "/Bericht/Client/Verzoek/ReferentieAanbieder"
    assert gevonden(wijziging, gebruikt=frozenset({"A"})) == [("TR347", "9347", pad)]


@pytest.mark.parametrize("bericht", [jw315(), jw317(ongewijzigd=[1], nieuwe=[nieuw()])], ids=["JW315", "JW317"])
def test_tr374_geen_ander_verzoek_openstaand(bericht: JW315 | JW317) -> None:
    assert gevonden(bericht) == []
    assert gevonden(bericht, openstaand=("VOT-0",)) == [("TR374", "9374", "/Bericht")]


def test_tr374_is_answered_in_the_header_and_hides_what_follows() -> None:
    assert [item.regel for item in bevindingen(jw315(), openstaand=("VOT-0",), gebruikt=frozenset({"VOT-1"}))] == [
        "TR374"
    ]
    te_laat = jw315(dagtekening=date(2026, 5, 7))
    assert [item.regel for item in bevindingen(te_laat, openstaand=("VOT-0",))] == ["TR135", "TR374"]


def test_tr381_productcode_past_bij_categorie() -> None:
    def met(categorie: str, code: str | None, begin: date = date(2026, 6, 1)) -> JW315:
        product = Product(categorie=categorie, code=code)
        return jw315(aangevraagd(product=product, toewijzing_ingangsdatum=begin))

    pad = f"{PRODUCT}[1]/Product/Code"
    assert gevonden(met("45", "45A04")) == []
    assert gevonden(met("45", None)) == []
    assert gevonden(met("46", "45A04")) == [("TR381", "S329", pad)]
    assert gevonden(met("45", "45A99", date(2026, 5, 31))) == []
    assert gevonden(met("45", "45A99", date(2026, 6, 1))) == [("TR381", "S329", pad)]
    wijziging = jw317(ongewijzigd=[1], nieuwe=[nieuw(), nieuw(product=Product(categorie="46", code="45A04"))])
    pad = "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[2]/Product/Code"
    assert gevonden(wijziging) == [("TR381", "S329", pad)]


def test_tr378_dissolved_gemeente_of_a_verzoek() -> None:
    oud = jw315(aangevraagd(toewijzing_ingangsdatum=date(2025, 12, 31)), ontvanger="0999")
    assert gevonden(oud) == []
    assert gevonden(jw315(ontvanger="0999")) == [("TR378", "S300", "/Bericht/Header/Ontvanger")]
    wijziging = jw317(ongewijzigd=[1], nieuwe=[nieuw()], ontvanger="0999")
    for ingangsdatums, verwacht in (((date(2025, 1, 1),), []), ((date(2026, 1, 1),), ["TR378"])):
        feiten = kopfeiten(ingangsdatums=ingangsdatums)
        uitkomst = rules.beoordeel(wijziging, feiten, rules.verzoek.REGELS, verzoekfeiten())
        assert [item.regel for item in uitkomst] == verwacht


def test_tr378_of_a_woonplaatsbeginsel_is_no_finding_on_the_header() -> None:
    onbekend = jw319(reden="8", gemeente="0001")
    pad = "/Bericht/Antwoord/Woonplaatsbeginsel/Gemeente"
    assert [(item.regel, item.pad) for item in antwoord(onbekend, Toestand.OPEN)] == [("TR378", pad)]
    samen = antwoord(onbekend, Toestand.AFGEWEZEN)
    assert [item.regel for item in samen] == ["TR378", "TR365"]
    alles_fout = jw319(reden="8", gemeente="0001", afzender="0001")
    assert [item.pad for item in antwoord(alles_fout, Toestand.OPEN)] == ["/Bericht/Header/Afzender"]


AFWIJZING, ONDERZOEK = jw319(antwoord="1"), jw319(antwoord="2")


@pytest.mark.parametrize(
    ("toestand", "afwijzing", "onderzoek"),
    [
        (Toestand.GEEN, ["TR355"], ["TR355"]),
        (Toestand.OPEN, [], []),
        (Toestand.IN_ONDERZOEK, [], ["TR360"]),
        (Toestand.TOEGEKEND, ["TR359"], ["TR359"]),
        (Toestand.TOEGEKEND_NA_ONDERZOEK, ["TR359"], ["TR359", "TR360"]),
        (Toestand.AFGEWEZEN, ["TR365"], ["TR360", "TR365"]),
    ],
)
def test_tr355_tr359_tr360_tr365_follow_the_life_cycle(
    toestand: Toestand, afwijzing: list[str], onderzoek: list[str]
) -> None:
    assert [item.regel for item in antwoord(AFWIJZING, toestand)] == afwijzing
    assert [item.regel for item in antwoord(ONDERZOEK, toestand)] == onderzoek


def een(bericht: JW319, toestand: Toestand) -> Bevinding:
    (bevinding,) = antwoord(bericht, toestand)
    return bevinding


def test_tr355_referentie_bekend() -> None:
    assert antwoord(AFWIJZING, Toestand.OPEN) == ()
    bevinding = een(AFWIJZING, Toestand.GEEN)
    assert (bevinding.retourcode, bevinding.pad) == ("9355", "/Bericht/Antwoord/ReferentieAanbieder")
    assert "referentie VOT-1 is niet van een verzoek" in uitleg(bevinding)


def test_tr359_geen_antwoord_na_toewijzing() -> None:
    bevinding = een(AFWIJZING, Toestand.TOEGEKEND)
    assert (bevinding.retourcode, bevinding.pad) == ("9359", "/Bericht/Antwoord")
    assert "VOT-1 is al toegekend met een JW301" in uitleg(bevinding)


def test_tr360_onderzoek_hoogstens_een_keer() -> None:
    assert antwoord(ONDERZOEK, Toestand.OPEN) == ()
    bevinding = een(ONDERZOEK, Toestand.IN_ONDERZOEK)
    assert (bevinding.retourcode, bevinding.pad) == ("9360", "/Bericht/Antwoord")
    assert "VOT-1 is al in onderzoek genomen" in uitleg(bevinding)


def test_tr365_geen_antwoord_na_afwijzing() -> None:
    assert antwoord(AFWIJZING, Toestand.IN_ONDERZOEK) == ()
    bevinding = een(AFWIJZING, Toestand.AFGEWEZEN)
    assert (bevinding.retourcode, bevinding.pad) == ("9365", "/Bericht/Antwoord")
    assert "VOT-1 is al afgewezen" in uitleg(bevinding)


def test_tr056_and_tr135_on_the_header_of_each() -> None:
    berichten = (jw315(), jw317(ongewijzigd=[1], nieuwe=[nieuw()]), jw319())
    for bericht in berichten:
        kop = kopfeiten(eerder_gebruikt=True, vandaag=date(2026, 5, 5))
        assert [item.retourcode for item in rules.pas_toe(rules.kop.REGELS, bericht, kop)] == ["9056", "8848"]


def test_every_finding_on_a_verzoek_has_a_sentence_with_its_facts() -> None:
    vreemd = aangevraagd(product=Product(categorie="46", code="45A04"))
    zinnen = [uitleg(item) for item in bevindingen(jw315(vreemd), gebruikt=frozenset({"VOT-1"}))]
    assert "referentie VOT-1 is door deze aanbieder al in een eerder verzoek gebruikt" in zinnen[0]
    assert "productcode 45A04 hoort niet bij categorie 46" in zinnen[1]
    (zin,) = [uitleg(item) for item in bevindingen(jw315(), openstaand=("VOT-0",))]
    assert "wacht nog een antwoord van de gemeente: VOT-0 (" in zin
    (zin,) = [uitleg(item) for item in bevindingen(jw315(), openstaand=("VOT-0", "VOT-8", "VOT-9"))]
    assert "VOT-0 en nog 2 (" in zin
