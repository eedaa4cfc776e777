"""Messages as trees, read with the XSDs alone: types of elements, paths, and whether a tree is valid.

Nothing here comes from the message library, so that its answers are compared with something else than itself.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lxml import etree

from services.platform.settings import ROOT

XSDS = ROOT / "schemas" / "ijw-3.2"
BASIS = "http://www.istandaarden.nl/ijw/3_2/basisschema/schema"
_XS = "{http://www.w3.org/2001/XMLSchema}"


class Kind(NamedTuple):
    """An element of a class: its type, and whether it may be repeated."""

    type: str
    herhaalbaar: bool


@cache
def _klassen(bestand: str) -> dict[str, dict[str, Kind]]:
    """The complex types of a schema by name, each with its elements."""
    klassen: dict[str, dict[str, Kind]] = {}
    for klasse in etree.parse(XSDS / bestand).getroot().iterfind(f"{_XS}complexType"):
        inhoud = klassen[klasse.attrib["name"]] = {}
        for element in klasse.iter(f"{_XS}element"):
            beperking = element.find(f"{_XS}simpleType/{_XS}restriction")
            soort = element.get("type") if beperking is None else beperking.get("base")
            herhaalbaar = element.get("maxOccurs") == "unbounded"
            inhoud[element.attrib["name"]] = Kind((soort or "").rpartition(":")[2], herhaalbaar)
    return klassen


@cache
def schema(soort: str) -> etree.XMLSchema:
    """The compiled XSD of a message."""
    return etree.XMLSchema(etree.parse(XSDS / f"{soort}.xsd"))


def xsd_versie(soort: str) -> tuple[str, str]:
    """BasisschemaXsdVersie and BerichtXsdVersie in the appinfo of a message's XSD."""
    bron = etree.parse(XSDS / f"{soort}.xsd").getroot()
    basis, bericht = (bron.findtext(f".//{{{BASIS}}}{naam}") for naam in ("BasisschemaXsdVersie", "BerichtXsdVersie"))
    assert basis
    assert bericht
    return basis, bericht


def namespace(soort: str) -> str:
    return f"http://www.istandaarden.nl/ijw/3_2/{soort.lower()}/schema"


def lees(xml: bytes) -> etree._Element:
    """The tree without white space between elements."""
    return etree.fromstring(xml, etree.XMLParser(remove_blank_text=True))


def soort_van(wortel: etree._Element) -> str:
    """JW301 and so on."""
    return str(etree.QName(wortel).namespace).split("/")[-2].upper()


def lokaal(element: etree._Element) -> str:
    return etree.QName(element).localname


def geldig(wortel: etree._Element) -> bool:
    """Whether a message is valid against its XSD."""
    return schema(soort_van(wortel)).validate(wortel)


class Plaats(NamedTuple):
    """An element in a message: its path as findings name it, and its type."""

    element: etree._Element
    pad: str
    type: str


def plaatsen(wortel: etree._Element) -> Iterator[Plaats]:
    """Every element of a message with its path and its type, classes included."""
    yield from _plaatsen(wortel, "/Bericht", "Root", soort_van(wortel))


def _plaatsen(element: etree._Element, pad: str, type_: str, soort: str) -> Iterator[Plaats]:
    yield Plaats(element, pad, type_)
    klassen = _klassen("basisschema.xsd" if type_.startswith("CDT_") else f"{soort}.xsd")
    tellers: dict[str, int] = {}
    for kind in element:
        naam = lokaal(kind)
        feit = klassen[type_][naam]
        tellers[naam] = tellers.get(naam, 0) + 1
        index = f"[{tellers[naam]}]" if feit.herhaalbaar else ""
        yield from _plaatsen(kind, f"{pad}/{naam}{index}", feit.type, soort)


def canoniek(wortel: etree._Element) -> str:
    """One text for equal trees, whatever prefixes they use: indented, with local names and namespaces in short."""
    return "\n".join(_regels(wortel, 0))


def _regels(element: etree._Element, diepte: int) -> Iterator[str]:
    naam = etree.QName(element)
    ruimte = "ijw" if naam.namespace == BASIS else str(naam.namespace).split("/")[-2]
    tekst = element.text if element.text is not None and not len(element) else ""
    yield (
        f"{'  ' * diepte}{ruimte}:{naam.localname} {tekst!r}" if tekst else f"{'  ' * diepte}{ruimte}:{naam.localname}"
    )
    for kind in element:
        yield from _regels(kind, diepte + 1)
