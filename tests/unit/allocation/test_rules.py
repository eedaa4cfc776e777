"""Every level 3 and 4 rule on JW301: a case that passes, a case that fails, and the exact finding."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from ijw.berichten import JW301
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst, Productcode, Productcodelijst
from ijw.teksten import uitleg
from services.allocation import rules
from services.allocation.register import versies_van
from tests.unit.allocation.voorbeelden import TOEWIJZING, jw301, toewijzing

PAD = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct"
GEMEENTEN = Gemeentelijst(
    [
        Gemeente("0193", "Zwolle", "Overijssel"),
        Gemeente("0999", "Oud", "Overijssel", None, date(2025, 12, 31)),
    ]
)
PRODUCTCODES = Productcodelijst(
    [
        Productcode("45A03", "45", "Behandeling", "inspanningsgericht"),
        Productcode("45A99", "45", "Vervallen", "inspanningsgericht", None, date(2026, 4, 30)),
    ]
)


def kopfeiten(*, eerder_gebruikt: bool = False) -> rules.Kopfeiten:
    """Facts about the Header of an unremarkable message."""
    return rules.Kopfeiten(vandaag=date(2026, 5, 6), gemeenten=GEMEENTEN, eerder_gebruikt=eerder_gebruikt)


def feiten(bericht: JW301, **anders: Any) -> rules.toewijzing.Feiten:
    """Facts that go with an unremarkable message; ``anders`` says what is different."""
    return rules.toewijzing.Feiten(
        **{
            "productcodes": PRODUCTCODES,
            "versies": versies_van("jw", bericht, "c1"),
            "bekend": {},
            "open_verzoeken": frozenset(),
            "toegekend": {},
            **anders,
        }
    )


def bevindingen(code: str, bericht: JW301, **anders: Any) -> list[Bevinding]:
    """What one rule finds."""
    regel = next(regel for regel in rules.REGELS if regel.code == code)
    bekend = kopfeiten(**anders) if regel in rules.kop.REGELS else feiten(bericht, **anders)
    gevonden = list(regel.functie(bericht, bekend))
    assert all((b.regel, b.retourcode, b.niveau) == (regel.code, regel.retourcode, regel.niveau) for b in gevonden)
    return gevonden


def beoordeel(bericht: JW301, *, eerder_gebruikt: bool = False, **anders: Any) -> tuple[Bevinding, ...]:
    """What all rules on a JW301 find."""
    kop = kopfeiten(eerder_gebruikt=eerder_gebruikt)
    return rules.beoordeel(bericht, kop, rules.toewijzing.REGELS, feiten(bericht, **anders))


def paden(code: str, bericht: JW301, **anders: Any) -> list[str]:
    return [bevinding.pad for bevinding in bevindingen(code, bericht, **anders)]


def test_tr056_identificatie_niet_eerder_gebruikt() -> None:
    assert paden("TR056", jw301()) == []
    assert paden("TR056", jw301(), eerder_gebruikt=True) == ["/Bericht/Header/BerichtIdentificatie/Identificatie"]


def test_tr135_dagtekening_niet_in_de_toekomst() -> None:
    assert paden("TR135", jw301(dagtekening=date(2026, 5, 6))) == []
    assert paden("TR135", jw301(dagtekening=date(2026, 5, 7))) == ["/Bericht/Header/BerichtIdentificatie/Dagtekening"]


def test_tr378_gemeente_bestaat() -> None:
    assert paden("TR378", jw301()) == []
    assert paden("TR378", jw301(afzender="0001")) == ["/Bericht/Header/Afzender"]


def test_tr378_dissolved_gemeente_is_good_when_a_toewijzing_began_under_it() -> None:
    oud = toewijzing(1, ingangsdatum=date(2025, 12, 31))
    nieuw = toewijzing(2, ingangsdatum=date(2026, 1, 1))
    assert paden("TR378", jw301(nieuw, oud, afzender="0999")) == []
    assert paden("TR378", jw301(nieuw, afzender="0999")) == ["/Bericht/Header/Afzender"]


@pytest.mark.parametrize(
    ("verandering", "eerder"),
    [
        ({"client": "c2"}, "andere client"),
        ({"aanbieder": "87654321"}, "andere aanbieder"),
        ({"product_code": "45A04"}, "ander product"),
        ({"product_code": None}, "ander product"),
        (
            {"ingangsdatum": date(2026, 4, 2), "product_categorie": "46", "client": "c2"},
            "andere client, ander product en andere ingangsdatum",
        ),
    ],
)
def test_tr332_nummer_van_een_andere_toewijzing(verandering: dict[str, Any], eerder: str) -> None:
    bericht = jw301(toewijzing(1), toewijzing(2))
    (bekend,) = versies_van("jw", jw301(toewijzing(2)), "c1")
    gevonden = bevindingen("TR332", bericht, bekend={2: replace(bekend, **verandering)})
    assert [(b.pad, b.invoer) for b in gevonden] == [
        (f"{PAD}[2]/ToewijzingNummer", {"toewijzing": "2", "eerder": eerder})
    ]


def test_tr332_new_number_and_new_version_pass() -> None:
    bericht = jw301(toewijzing(1), toewijzing(2, einddatum=None, omvang=None, budget=100, reden_wijziging="04"))
    (bekend,) = versies_van("jw", jw301(toewijzing(2)), "c1")
    assert paden("TR332", bericht, bekend={2: bekend}) == []


def test_tr379_referentie_van_open_verzoek() -> None:
    bericht = jw301(
        toewijzing(1), toewijzing(2, referentie_aanbieder="VOT-1"), toewijzing(3, referentie_aanbieder="VOT-2")
    )
    assert paden("TR379", bericht, open_verzoeken=frozenset({"VOT-1", "VOT-2"})) == []
    assert paden("TR379", bericht, open_verzoeken=frozenset({"VOT-1"})) == [f"{PAD}[3]/ReferentieAanbieder"]
    assert paden("TR379", bericht) == [f"{PAD}[2]/ReferentieAanbieder", f"{PAD}[3]/ReferentieAanbieder"]


def test_tr381_productcode_past_bij_categorie() -> None:
    def met(categorie: str, code: str | None) -> JW301:
        return jw301(toewijzing(1, product=Product(categorie=categorie, code=code)))

    assert paden("TR381", met("45", "45A03")) == []
    assert paden("TR381", met("45", None)) == []
    assert paden("TR381", jw301(toewijzing(1, product=None))) == []
    assert paden("TR381", met("46", "45A03")) == [f"{PAD}[1]/Product/Code"]
    assert paden("TR381", met("45", "45A98")) == [f"{PAD}[1]/Product/Code"]


def test_tr381_a_running_toewijzing_keeps_a_code_that_left_the_list() -> None:
    vervallen = Product(categorie="45", code="45A99")
    assert paden("TR381", jw301(toewijzing(1, product=vervallen, ingangsdatum=date(2026, 4, 30)))) == []
    assert paden("TR381", jw301(toewijzing(1, product=vervallen, ingangsdatum=date(2026, 5, 1)))) == [
        f"{PAD}[1]/Product/Code"
    ]


def test_tr385_niet_verwijderd_bij_toegekende_prestaties() -> None:
    verwijderd = toewijzing(2, einddatum=TOEWIJZING.ingangsdatum, reden_wijziging="13")
    bericht = jw301(toewijzing(1), verwijderd)
    assert paden("TR385", bericht) == []
    assert paden("TR385", bericht, toegekend={1: 3, 2: 0}) == []
    assert paden("TR385", bericht, toegekend={2: 1}) == [f"{PAD}[2]"]
    ingetrokken = toewijzing(2, einddatum=TOEWIJZING.ingangsdatum, reden_wijziging="05")
    assert paden("TR385", jw301(ingetrokken), toegekend={2: 1}) == []


def test_findings_on_the_header_hide_those_on_the_client() -> None:
    bericht = jw301(
        toewijzing(1, referentie_aanbieder="R"), dagtekening=date(2027, 1, 1), afzender="0001", identificatie="abc"
    )
    gevonden = beoordeel(bericht, eerder_gebruikt=True)
    assert [bevinding.regel for bevinding in gevonden] == ["TR056", "TR135", "TR378"]
    schoon = jw301(toewijzing(1, referentie_aanbieder="R"))
    assert [bevinding.regel for bevinding in beoordeel(schoon)] == ["TR379"]
    assert beoordeel(jw301()) == ()


def test_every_finding_has_a_sentence_with_its_facts() -> None:
    (bekend,) = versies_van("jw", jw301(toewijzing(2)), "c2")
    product = toewijzing(
        2,
        referentie_aanbieder="VOT-9",
        reden_wijziging="13",
        einddatum=TOEWIJZING.ingangsdatum,
        product=Product(categorie="46", code="45A03"),
    )
    bericht = jw301(product)
    zinnen = [uitleg(bevinding) for bevinding in beoordeel(bericht, bekend={2: bekend}, toegekend={2: 1})]
    assert [zin.rpartition("(")[2] for zin in zinnen] == [
        "TR332, OP275)",
        "TR379, IV097)",
        "TR381, IV075)",
        "TR385, OP362)",
    ]
    assert "andere client en ander product" in zinnen[0]
    assert "VOT-9" in zinnen[1]
    assert "45A03" in zinnen[2]
    assert "46" in zinnen[2]
    assert "toewijzing 2 " in zinnen[3]
    assert "(aantal: 1)" in zinnen[3]
