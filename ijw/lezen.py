"""Bytes from outside to a message: level 1 of the standard's control levels.

Safe for hostile bytes as far as a parser in this process can be: nothing is fetched or expanded, a DOCTYPE is
refused, time and memory are bounded by the size. Callers still run it where it can be killed.
"""

from collections.abc import Container
from typing import Final, NamedTuple, cast

from lxml import etree

from ijw.berichten import Bericht
from ijw.berichten.velden import RUIMTE
from ijw.codec import PARSEROPTIES, herken, parse
from ijw.leesfout import (
    Fout,
    LeesFout,
    OnbekendBericht,
    OnbekendeRelease,
    TeGroot,
    XmlOnleesbaar,
    XmlOnveilig,
    XsdOngeldig,
    enkel,
)
from ijw.schemas import Schemas
from ijw.uitleg_xsd import MAXIMUM_FOUTEN, verklaar, waardefouten, welgevormdheidsfout
from ijw.xml_controle import MAXIMUM_BYTES, controleer

__all__ = [
    "MAXIMUM_BYTES",
    "Fout",
    "Kop",
    "LeesFout",
    "OnbekendBericht",
    "OnbekendeRelease",
    "TeGroot",
    "XmlOnleesbaar",
    "XmlOnveilig",
    "XsdOngeldig",
    "berichtsoort",
    "lees",
    "lees_kop",
]

_BLOK = 16384  # libxml2's push parser is fastest with small blocks
_HEADER = 1024  # holds the versions in any ordinary message

# With resolve_entities=False and a schema lxml's feed interface takes XML that breaks off for complete: it decides
# by its log then, which lacks the parser's own errors. Without a DOCTYPE there is no entity to resolve anyway.
_OPTIES = {**PARSEROPTIES, "resolve_entities": "internal"}

_MEESTE: Final = 32
"""Elements looked at for the versions in a Header, which are its second and third."""


class Kop(NamedTuple):
    """What the bytes claim to be, before anything is known to be valid: only good for choosing an XSD.

    ``versies`` are BerichtVersie and BerichtSubversie, None when they are not where they belong.
    """

    soort: str
    ruimte: str
    versies: tuple[int, int] | None


def lees(data: bytes, schemas: Schemas, verwacht: frozenset[str] | None) -> Bericht:
    """The message in ``data``, valid against its XSD; else a subclass of LeesFout with every fault found.

    ``verwacht`` names the messages that are welcome (``JW301``); None takes any of the fourteen. At most
    ``MAXIMUM_FOUTEN`` faults are explained. Dates outside the years 1 to 9999 and times with endless fractions are
    refused as xsd-ongeldig, although the XSD allows them: nothing here can hold or compare them. Of several releases
    side by side `ijw.releases` chooses the one to read by.
    """
    data = controleer(data)
    kop = _kop(data)
    if kop.ruimte != schemas.ruimte:
        raise andere_release(kop, schemas.ruimte.replace("_", "."))
    return lees_als(data, kop.soort, schemas, verwacht)


def lees_als(data: bytes, soort: str, schemas: Schemas, verwacht: frozenset[str] | None) -> Bericht:
    """As ``lees``, for bytes that `ijw.xml_controle.controleer` passed and of which the Kop was read."""
    if verwacht is not None and soort not in verwacht:
        hier = ", ".join(sorted(verwacht))
        raise OnbekendBericht(enkel(f"Een {soort} kan hier niet worden aangeboden; wel: {hier}.", 1, "/Bericht"))
    wortel = _ontleed(data, schemas.schema(soort))
    if wortel is None:
        raise verklaar(data, soort, schemas)
    try:
        return parse(wortel)
    except ValueError:
        fouten = waardefouten(wortel, soort, schemas)
        if not fouten:
            raise
        raise XsdOngeldig(fouten) from None


def berichtsoort(data: bytes, ruimten: Container[str] = (RUIMTE,)) -> str:
    """Which message the bytes claim to be by their first element (``JW301``), reading no further than the Header.

    ``ruimten`` are the releases known, as their namespaces have them. LeesFout when they are no XML, unsafe, or
    no message of these releases.
    """
    kop = _kop(controleer(data))
    if kop.ruimte not in ruimten:
        raise andere_release(kop)
    return kop.soort


def lees_kop(data: bytes) -> tuple[bytes, Kop]:
    """The bytes as `ijw.xml_controle.controleer` passes them, and what they claim to be; LeesFout for no message."""
    data = controleer(data)
    return data, _kop(data)


def andere_release(kop: Kop, geldig: str = "") -> OnbekendeRelease:
    """A message of a release that nobody here knows; ``geldig`` names those that are in force."""
    hier = f" Hier geldt: iJw {geldig}." if geldig else ""
    melding = f"Dit bericht is van iJw {kop.ruimte.replace('_', '.')}, en die release is hier niet bekend.{hier}"
    return OnbekendeRelease(enkel(melding))


def _kop(data: bytes) -> Kop:
    """From the first elements; libxml2 reads no further than the bytes fed with them."""
    parser = etree.XMLPullParser(events=("start", "end"), **_OPTIES)
    spoor = _Kopspoor()
    try:
        begin, eind = 0, _HEADER
        while begin < len(data):
            parser.feed(data[begin:eind])
            if spoor.volg(parser):
                return spoor.kop()
            begin, eind = eind, eind + _BLOK
        parser.close()
    except etree.XMLSyntaxError:
        spoor.volg(parser)
    # A fault after the first element is explained better when the message is known; one inside its tag not.
    if spoor.is_bericht:
        return spoor.kop()
    raise welgevormdheidsfout(data, frozenset()) or XmlOnleesbaar(enkel("Er is geen element gevonden."))


class _Kopspoor:
    """Follows the events of a parser up to the versions in the Header."""

    def __init__(self) -> None:
        self._tag = ""
        self._gezien = 0
        self._versies: dict[str, int] = {}

    @property
    def is_bericht(self) -> bool:
        """Whether the first element is that of a message."""
        return herken(self._tag) is not None

    def volg(self, parser: etree.XMLPullParser) -> bool:
        """Take what the parser read since last time; whether nothing more is needed."""
        for gebeurtenis, element in parser.read_events():
            if self._neem(gebeurtenis, cast(etree._Element, element)):
                return True
        return False

    def kop(self) -> Kop:
        """What was found; OnbekendBericht when the first element is no message."""
        herkend = herken(self._tag)
        if herkend is None:
            melding = (
                "Het eerste element is geen Bericht van de iJw: naam of namespace hoort bij geen van de berichten."
            )
            raise OnbekendBericht(enkel(melding))
        versie, subversie = self._versies.get("BerichtVersie"), self._versies.get("BerichtSubversie")
        return Kop(*herkend, None if versie is None or subversie is None else (versie, subversie))

    def _neem(self, gebeurtenis: str, element: etree._Element) -> bool:
        if gebeurtenis == "start":
            self._gezien += 1
            if not self._tag:
                self._tag = str(element.tag)
                return herken(self._tag) is None
            return self._gezien > _MEESTE
        ruimte, _, naam = str(element.tag).rpartition("}")
        if naam in {"BerichtVersie", "BerichtSubversie"} and self._tag.startswith(f"{ruimte}}}"):
            tekst = (element.text or "").strip()
            if tekst.isascii() and tekst.isdigit() and len(tekst) <= 4:
                self._versies.setdefault(naam, int(tekst))
        return naam == "Header" or len(self._versies) == 2


def _ontleed(data: bytes, schema: etree.XMLSchema) -> etree._Element | None:
    """The root element when ``data`` is well-formed and valid, else None.

    Validating while parsing takes time linear in the number of faults, but libxml2 keeps a text for each, so
    parsing stops as soon as there are more than will be explained.
    """
    parser = etree.XMLParser(schema=schema, **_OPTIES)
    try:
        for begin in range(0, len(data), _BLOK):
            parser.feed(data[begin : begin + _BLOK])
            if len(parser.feed_error_log) > MAXIMUM_FOUTEN:
                return None
        return parser.close()
    except etree.XMLSyntaxError:
        return None
