"""The XSDs of the messages against the classes: which elements, in which order, how often.

Both were written from the standard's tables, apart from each other. Every change of one element in a message
with everything in it must be judged by the XSD as the classes say.
"""

import copy

import pytest
from lxml import etree
from xsd_voorbeelden import BERICHTCODES, XSDS, bericht, herhaalbaar, xsd

from ijw.berichten import BERICHTEN
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import elementnaam, is_basis, velden

SOORTEN = sorted(BERICHTEN)
XS = "{http://www.w3.org/2001/XMLSchema}"


def naam(element: etree._Element) -> str:
    return etree.QName(element).localname


def optioneel(klasse: type[Klasse], weg: tuple[str, ...] = ("Bericht",)) -> set[tuple[str, ...]]:
    """Paths of names of all elements that may be absent."""
    gevonden = set()
    for veld in velden(klasse):
        verder = (*weg, veld.element)
        if not veld.verplicht:
            gevonden.add(verder)
        if veld.klasse:
            gevonden |= optioneel(veld.klasse, (*verder, veld.lijst) if veld.lijst else verder)
    return gevonden


def weg(element: etree._Element) -> tuple[str, ...]:
    return (*(naam(boven) for boven in reversed(list(element.iterancestors()))), naam(element))


def in_lijst(element: etree._Element) -> bool:
    return (naam(element.getparent()), naam(element)) in herhaalbaar()


def elementen(soort: str) -> list[etree._Element]:
    """Every element under the root, each in its own copy of the message with everything in it."""
    geheel = bericht(soort, alles=True)
    aantal = sum(1 for _ in geheel.iter())
    return [list(copy.deepcopy(geheel).iter())[nummer] for nummer in range(1, aantal)]


def geldig(element: etree._Element) -> bool:
    wortel = element.getroottree().getroot()
    return xsd(etree.QName(wortel).namespace.split("/")[-2].upper()).validate(wortel)


@pytest.mark.parametrize("soort", SOORTEN)
def test_alles_en_het_minste_zijn_geldig(soort):
    xsd(soort).assertValid(bericht(soort, alles=True))
    xsd(soort).assertValid(bericht(soort, alles=False))


@pytest.mark.parametrize("soort", SOORTEN)
def test_weglaten_mag_precies_wat_optioneel_is(soort):
    mag_weg = optioneel(BERICHTEN[soort])
    for element in elementen(soort):
        wegen, ouder, lijst = weg(element), element.getparent(), in_lijst(element)
        ouder.remove(element)
        assert geldig(ouder) == (lijst or wegen in mag_weg), wegen


@pytest.mark.parametrize("soort", SOORTEN)
def test_een_lijst_heeft_ten_minste_een_element(soort):
    for element in elementen(soort):
        if (naam(element.getparent()), naam(element)) in herhaalbaar():
            ouder = element.getparent()
            ouder[:] = []
            assert not geldig(ouder), weg(ouder)


@pytest.mark.parametrize("soort", SOORTEN)
def test_herhalen_mag_precies_in_een_lijst(soort):
    for element in elementen(soort):
        element.addnext(copy.deepcopy(element))
        assert geldig(element) == in_lijst(element), weg(element)


@pytest.mark.parametrize("soort", SOORTEN)
def test_de_volgorde_ligt_vast(soort):
    for element in elementen(soort):
        volgende = element.getnext()
        if volgende is not None and volgende.tag != element.tag:
            volgende.addnext(element)
            assert not geldig(element), weg(element)


@pytest.mark.parametrize("soort", SOORTEN)
def test_niets_anders_mag_erbij(soort):
    for element in elementen(soort):
        vreemd = etree.Element(f"{{{etree.QName(element).namespace}}}Extra")
        element.addprevious(vreemd)
        assert not geldig(element), weg(element)
        element.getparent().remove(vreemd)
        element.set("extra", "1")
        assert not geldig(element), weg(element)
        del element.attrib["extra"]
        assert geldig(element)
        if len(element):
            element.text = "los"
            assert not geldig(element), weg(element)


@pytest.mark.parametrize("soort", SOORTEN)
def test_een_element_in_een_andere_namespace_telt_niet(soort):
    for element in elementen(soort):
        element.tag = f"{{urn:anders}}{naam(element)}"
        assert not geldig(element.getparent()), weg(element)


def types_in_klassen(klasse: type[Klasse]) -> dict[tuple[str, str], str]:
    """XSD type of every element with a value, by the name of the complex type it stands in."""
    if is_basis(klasse):
        eigen = f"CDT_{klasse.__name__}"
    else:
        eigen = "Root" if klasse in BERICHTEN.values() else elementnaam(klasse)
    gevonden = {}
    for veld in velden(klasse):
        if veld.klasse:
            gevonden |= types_in_klassen(veld.klasse)
        elif veld.lijst:
            gevonden[veld.element, veld.lijst] = veld.ldt
        else:
            gevonden[eigen, veld.element] = veld.ldt
    return gevonden


def types_in_xsd(bestand: str) -> dict[tuple[str, str], str]:
    gevonden = {}
    for groep in etree.parse(XSDS / bestand).getroot().findall(f"{XS}complexType"):
        for element in groep.iter(f"{XS}element"):
            beperkt = element.find(f"{XS}simpleType/{XS}restriction")
            soort = element.get("type") if beperkt is None else beperkt.get("base")
            if soort.startswith("ijw:LDT_"):
                gevonden[groep.get("name"), element.get("name")] = soort.removeprefix("ijw:")
    return gevonden


@pytest.mark.parametrize("soort", SOORTEN)
def test_elke_waarde_heeft_het_type_van_de_klasse(soort):
    in_klassen = types_in_klassen(BERICHTEN[soort])
    eigen = {plaats: ldt for plaats, ldt in in_klassen.items() if not plaats[0].startswith("CDT_")}
    basis = {plaats: ldt for plaats, ldt in in_klassen.items() if plaats[0].startswith("CDT_")}
    assert types_in_xsd(f"{soort}.xsd") == eigen
    assert basis.items() <= types_in_xsd("basisschema.xsd").items()


@pytest.mark.parametrize("soort", SOORTEN)
def test_berichtcode_en_versie_horen_bij_het_bericht(soort):
    wortel = bericht(soort, alles=True)
    code, versie, subversie = wortel[0][0], wortel[0][1], wortel[0][2]
    assert [naam(code), naam(versie), naam(subversie)] == ["BerichtCode", "BerichtVersie", "BerichtSubversie"]
    for andere in [*BERICHTCODES.values(), "", " 436", "43"]:
        code.text = andere
        assert geldig(code) == (andere == BERICHTCODES[soort]), andere
    code.text = BERICHTCODES[soort]
    for andere in ["2", "4", "03", "+3", "3.0", ""]:
        versie.text = andere
        assert not geldig(versie), andere
    versie.text = " 3 "  # white space around an integer is not part of it
    assert geldig(versie)
    for andere in ["1", "3", "02", ""]:
        subversie.text = andere
        assert not geldig(subversie), andere


def test_declaratienummer_is_alleen_in_de_declaratie_beperkt_tot_letters_en_cijfers():
    for soort, mag in {"JW323": False, "JW325": True}.items():
        wortel = bericht(soort, alles=True)
        nummer = next(wortel.iter("{*}DeclaratieNummer"))
        for waarde in ["D-1", "D 1", "é"]:
            nummer.text = waarde
            assert geldig(nummer) == mag, (soort, waarde)
        nummer.text = "abcXYZ012345"
        assert geldig(nummer)
        nummer.text = "abcXYZ0123456"
        assert not geldig(nummer)
