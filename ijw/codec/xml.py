"""Messages to and from XML."""

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from ijw.berichten import BERICHTEN, Bericht
from ijw.berichten.velden import namespace
from ijw.codec.lezer import lezer
from ijw.codec.schrijver import EINDE, kop, schrijver

PARSEROPTIES: Mapping[str, Any] = MappingProxyType(
    {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "huge_tree": False,
        "remove_comments": True,
        "remove_pis": True,
    }
)
"""What any parser of a message needs: nothing is fetched or expanded, comments do not split a value."""

_SOORT_VAN_TAG = {f"{{{namespace(soort)}}}Bericht": soort for soort in BERICHTEN}


def parse(xml: bytes | etree._Element) -> Bericht:
    """The message in ``xml``, which must be valid against its XSD: values are taken by position, not checked.

    LDT_Tijd keeps its lexical form but for white space around it. ValueError for an unknown root element and
    for a date outside the years 1 to 9999 (``lees`` in ijw.lezen refuses both with an explanation); lxml's
    XMLSyntaxError for bytes that are no XML.
    """
    wortel = etree.fromstring(xml, etree.XMLParser(**PARSEROPTIES)) if isinstance(xml, bytes) else xml
    soort = _SOORT_VAN_TAG.get(str(wortel.tag))
    if soort is None:
        raise ValueError("het hoofdelement is geen bericht van iJw 3.2")
    bericht: Bericht = lezer(BERICHTEN[soort], soort)(_zonder_commentaar(wortel))
    return bericht


def _zonder_commentaar(wortel: etree._Element) -> etree._Element:
    """The same tree when it has no comments or processing instructions, else a copy without them."""
    if next(wortel.iter(etree.Comment, etree.ProcessingInstruction), None) is None:
        return wortel
    kopie = copy.deepcopy(wortel)
    etree.strip_tags(kopie, etree.Comment, etree.ProcessingInstruction)
    return kopie


def build(bericht: Bericht) -> bytes:
    """The message as XML: UTF-8 without byte order mark, CR LF line ends (OP192), the standard's prefixes.

    ValueError for a value with a character XML cannot hold. Values are not checked against the XSD.
    """
    soort = bericht.soort
    delen = [kop(soort)]
    schrijver(type(bericht), soort.lower(), 1)(bericht, delen.append)
    delen.append(f"</{soort.lower()}:Bericht>{EINDE}")
    return "".join(delen).encode()
