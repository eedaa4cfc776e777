"""Messages as trees of elements, built from the classes and not from the XSDs, so that tests can compare both.

``bericht("JW301", alles=True)`` has every optional element and two of everything that may be repeated;
``alles=False`` has none of the first and one of the second.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from ijw.berichten import BERICHTEN
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import BASIS, Veld, is_basis, namespace, velden

XSDS = Path(__file__).parents[3] / "schemas" / "ijw-3.2"

BERICHTCODES = dict(
    regel.split()
    for regel in """JW301 436
    JW302 437
    JW305 438
    JW306 439
    JW307 440
    JW308 441
    JW315 446
    JW316 447
    JW317 486
    JW318 487
    JW319 488
    JW320 489
    JW323 490
    JW325 491""".splitlines()
)

# One valid value per type, where the first guess ("1") is none.
WAARDEN = {
    "LDT_AanduidingWoonadres": "BY",
    "LDT_AdresSoort": "01",
    "LDT_AgbCode": "12345678",
    "LDT_BerichtSubversie": "2",
    "LDT_BerichtVersie": "3",
    "LDT_BurgerServicenummer": "999900006",
    "LDT_Datum": "2026-04-01",
    "LDT_DebetCredit": "D",
    "LDT_Eenheid": "04",
    "LDT_Gemeente": "0193",
    "LDT_JuridischeStatus": "01",
    "LDT_LandCode": "NL",
    "LDT_ProductCategorie": "45",
    "LDT_RedenBeeindiging": "31",
    "LDT_RedenWijziging": "01",
    "LDT_RetourCode": "0200",
    "LDT_SoortRelatie": "10",
    "LDT_Tijd": "12:34:56",
    "LDT_TypeVerwijzer": "01",
    "LDT_Versie": "1.0.0",
    "LDT_Voorletters": "A",
    "LDT_WettelijkeVertegenwoordiging": "06",
}


@cache
def xsd(soort: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSDS / f"{soort}.xsd"))


def bericht(soort: str, *, alles: bool) -> etree._Element:
    ruimte = namespace(soort)
    wortel = etree.Element(f"{{{ruimte}}}Bericht", nsmap={soort.lower(): ruimte, "ijw": BASIS})
    _vul(wortel, BERICHTEN[soort], soort, alles)
    return wortel


def als_bytes(wortel: etree._Element, *, regels: bool = True) -> bytes:
    """With CR LF and one element a line, or everything on one line."""
    kopie = etree.fromstring(etree.tostring(wortel))
    if regels:
        etree.indent(kopie, "\t")
    xml = etree.tostring(kopie, encoding="UTF-8", xml_declaration=regels)
    return xml.replace(b"\n", b"\r\n")


def pad(element: etree._Element) -> str:
    """Path of an element in the form of Bevinding.pad; only what is listed in a wrapper has an index."""
    delen = []
    while (ouder := element.getparent()) is not None:
        naam = etree.QName(element).localname
        if (etree.QName(ouder).localname, naam) in herhaalbaar():
            naam += f"[{[kind for kind in ouder if kind.tag == element.tag].index(element) + 1}]"
        delen.append(naam)
        element = ouder
    return "/" + "/".join(["Bericht", *reversed(delen)])


@cache
def herhaalbaar() -> frozenset[tuple[str, str]]:
    """Pairs of wrapper and listed element in the classes of all messages."""
    return frozenset(_lijsten(list(BERICHTEN.values())))


def _lijsten(klassen: list[type[Klasse]]) -> set[tuple[str, str]]:
    gevonden: set[tuple[str, str]] = set()
    for klasse in klassen:
        for veld in velden(klasse):
            if veld.lijst:
                gevonden.add((veld.element, veld.lijst))
            if veld.klasse:
                gevonden |= _lijsten([veld.klasse])
    return gevonden


def _vul(ouder: etree._Element, klasse: type[Klasse], soort: str, alles: bool) -> None:
    ruimte = BASIS if is_basis(klasse) else namespace(soort)
    for veld in velden(klasse):
        if not (alles or veld.verplicht):
            continue
        element = etree.SubElement(ouder, f"{{{ruimte}}}{veld.element}")
        if veld.lijst:
            for _ in range(2 if alles else 1):
                _vul_veld(etree.SubElement(element, f"{{{ruimte}}}{veld.lijst}"), veld, soort, alles)
        else:
            _vul_veld(element, veld, soort, alles)


def _vul_veld(element: etree._Element, veld: Veld, soort: str, alles: bool) -> None:
    if veld.klasse:
        _vul(element, veld.klasse, soort, alles)
    elif veld.ldt == "LDT_BerichtCode":
        element.text = BERICHTCODES[soort]
    else:
        element.text = WAARDEN.get(veld.ldt, "1")
