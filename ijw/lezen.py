"""Bytes from outside to a message: level 1 of the standard's control levels.

Safe for hostile bytes as far as a parser in this process can be: nothing is fetched or expanded, a DOCTYPE is
refused, time and memory are bounded by the size. Callers still run it where it can be killed.
"""

from typing import cast

from lxml import etree

from ijw.berichten import BERICHTEN, Bericht
from ijw.berichten.velden import namespace
from ijw.codec import PARSEROPTIES, parse
from ijw.leesfout import (
    Fout,
    LeesFout,
    OnbekendBericht,
    TeGroot,
    XmlOnleesbaar,
    XmlOnveilig,
    XsdOngeldig,
    enkel,
)
from ijw.schemas import Schemas
from ijw.uitleg_xsd import MAXIMUM_FOUTEN, datumfouten, verklaar, welgevormdheidsfout
from ijw.xml_controle import MAXIMUM_BYTES, controleer

__all__ = [
    "MAXIMUM_BYTES",
    "Fout",
    "LeesFout",
    "OnbekendBericht",
    "TeGroot",
    "XmlOnleesbaar",
    "XmlOnveilig",
    "XsdOngeldig",
    "berichtsoort",
    "lees",
]

_BLOK = 16384  # libxml2's push parser is fastest with small blocks

# With resolve_entities=False and a schema lxml's feed interface takes XML that breaks off for complete: it decides
# by its log then, which lacks the parser's own errors. Without a DOCTYPE there is no entity to resolve anyway.
_OPTIES = {**PARSEROPTIES, "resolve_entities": "internal"}
_SOORT_VAN_TAG = {f"{{{namespace(soort)}}}Bericht": soort for soort in BERICHTEN}


def lees(data: bytes, schemas: Schemas, verwacht: frozenset[str] | None) -> Bericht:
    """The message in ``data``, valid against its XSD; else a subclass of LeesFout with every fault found.

    ``verwacht`` names the messages that are welcome (``JW301``); None takes any of the fourteen. At most
    ``MAXIMUM_FOUTEN`` faults are explained. Dates outside the years 1 to 9999 are refused as xsd-ongeldig,
    although xs:date allows them: nothing here can hold or compare them.
    """
    data = controleer(data)
    soort = _soort(data)
    if verwacht is not None and soort not in verwacht:
        hier = ", ".join(sorted(verwacht))
        raise OnbekendBericht(enkel(f"Een {soort} kan hier niet worden aangeboden; wel: {hier}.", 1, "/Bericht"))
    wortel = _ontleed(data, schemas.schema(soort))
    if wortel is None:
        raise verklaar(data, soort, schemas)
    try:
        return parse(wortel)
    except ValueError:
        fouten = datumfouten(wortel, soort, schemas)
        if not fouten:
            raise
        raise XsdOngeldig(fouten) from None


def berichtsoort(data: bytes) -> str:
    """Which message the bytes claim to be by their first element (``JW301``), without reading further.

    LeesFout when they are no XML, unsafe, or no message of iJw 3.2.
    """
    return _soort(controleer(data))


def _soort(data: bytes) -> str:
    parser = etree.XMLPullParser(events=("start",), **_OPTIES)
    try:
        for begin in range(0, len(data), _BLOK):
            parser.feed(data[begin : begin + _BLOK])
            if element := _eerste(parser):
                return _soort_van_tag(element)
        parser.close()
    except etree.XMLSyntaxError:
        # A fault after the first element is explained better when the message is known; one inside its tag not.
        if soort := _SOORT_VAN_TAG.get(_eerste(parser)):
            return soort
    raise welgevormdheidsfout(data, frozenset()) or XmlOnleesbaar(enkel("Er is geen element gevonden."))


def _eerste(parser: etree.XMLPullParser) -> str:
    """Tag of the first element read; "" when there is none yet."""
    for _, element in parser.read_events():
        return str(cast(etree._Element, element).tag)
    return ""


def _soort_van_tag(tag: str) -> str:
    soort = _SOORT_VAN_TAG.get(tag)
    if soort is not None:
        return soort
    melding = "Het eerste element is geen Bericht van iJw 3.2: naam of namespace hoort bij geen van de berichten."
    raise OnbekendBericht(enkel(melding))


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
