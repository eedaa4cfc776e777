"""Messages to and from XML."""

import copy
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from lxml import etree

from ijw.berichten import BERICHTEN, Bericht
from ijw.berichten.velden import RUIMTE
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

_TAG: Final = re.compile(r"\{http://www\.istandaarden\.nl/ijw/([0-9]{1,3}_[0-9]{1,3})/(jw[0-9]{3})/schema\}Bericht")


class Herkend(NamedTuple):
    """Which message a root element is, and how its release names itself in the namespace (``3_2``)."""

    soort: str
    ruimte: str


def herken(tag: str) -> Herkend | None:
    """What the root element ``tag`` is; None when it is no message that is known here, of whatever release."""
    gevonden = _TAG.fullmatch(tag)
    if gevonden is None or gevonden[2].upper() not in BERICHTEN:
        return None
    return Herkend(gevonden[2].upper(), gevonden[1])


def parse(xml: bytes | etree._Element) -> Bericht:
    """The message in ``xml``, which must be valid against its XSD: values are taken by position, not checked.

    LDT_Tijd keeps its lexical form but for white space around it. ValueError for an unknown root element and
    for a date outside the years 1 to 9999 (``lees`` in ijw.lezen refuses both with an explanation); lxml's
    XMLSyntaxError for bytes that are no XML.
    """
    wortel = etree.fromstring(xml, etree.XMLParser(**PARSEROPTIES)) if isinstance(xml, bytes) else xml
    herkend = herken(str(wortel.tag))
    if herkend is None:
        raise ValueError("het hoofdelement is geen bericht van de iJw")
    bericht: Bericht = lezer(BERICHTEN[herkend.soort], *herkend)(_zonder_commentaar(wortel))
    return bericht


def _zonder_commentaar(wortel: etree._Element) -> etree._Element:
    """The same tree when it has no comments or processing instructions, else a copy without them."""
    if next(wortel.iter(etree.Comment, etree.ProcessingInstruction), None) is None:
        return wortel
    kopie = copy.deepcopy(wortel)
    etree.strip_tags(kopie, etree.Comment, etree.ProcessingInstruction)
    return kopie


def build(bericht: Bericht, ruimte: str = RUIMTE) -> bytes:
    """The message as XML: UTF-8 without byte order mark, CR LF line ends (OP192), the standard's prefixes.

    ``ruimte`` is the release's part of its namespaces (`ijw.releases` knows it by the versions in a Header).
    ValueError for a value with a character XML cannot hold. Values are not checked against the XSD.
    """
    soort = bericht.soort
    delen = [kop(soort, ruimte)]
    schrijver(type(bericht), soort.lower(), 1)(bericht, delen.append)
    delen.append(f"</{soort.lower()}:Bericht>{EINDE}")
    return "".join(delen).encode()
