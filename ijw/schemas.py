"""The XSDs of the standard: compiled when first asked for, and the facts about them that others need."""

import re
from pathlib import Path

from lxml import etree

from ijw.berichten import BERICHTEN
from ijw.berichten.basis import XsdVersie

_XS = "{http://www.w3.org/2001/XMLSchema}"
_BASIS = re.compile(r"http://www\.istandaarden\.nl/ijw/([0-9]{1,3}_[0-9]{1,3})/basisschema/schema")


class SchemaOntbreektError(Exception):
    """The folder does not hold a usable XSD for a message; the text is Dutch and names file and reason."""


class Schemas:
    """A folder with ``basisschema.xsd`` and ``JW301.xsd`` to ``JW325.xsd``: ours or the official release.

    An XSD is read and compiled at its first use and kept. Asking from several threads is safe: at worst a
    schema is compiled twice. Unknown names of messages are a KeyError.
    """

    def __init__(self, map: Path) -> None:  # noqa: A002  the standard interface of this library
        self.map = map
        self._gecompileerd: dict[str, etree.XMLSchema] = {}
        self._bronnen: dict[str, etree._Element] = {}
        self._herhaalbaar: dict[str, frozenset[tuple[str, str]]] = {}
        self._waarden: dict[str, frozenset[str]] = {}
        self._ruimte = ""

    @property
    def ruimte(self) -> str:
        """How the release names itself in its namespaces: ``3_2``."""
        if not self._ruimte:
            naam = str(self.basisschema().get("targetNamespace", ""))
            gevonden = _BASIS.fullmatch(naam)
            if gevonden is None:
                raise SchemaOntbreektError(f"{self.map / 'basisschema.xsd'} is niet dat van de iJw")
            self._ruimte = gevonden[1]
        return self._ruimte

    @property
    def release(self) -> str:
        """What the appinfo calls the release (``3.2``), "" when it does not say."""
        element = self._in_appinfo("JW301", "release")
        return element.text.strip() if element is not None and element.text else ""

    def schema(self, soort: str) -> etree.XMLSchema:
        """The compiled schema of a message, ``JW301``."""
        if soort not in self._gecompileerd:
            bron = self.bron(soort)
            try:
                self._gecompileerd[soort] = etree.XMLSchema(bron)
            except etree.XMLSchemaParseError as fout:
                raise SchemaOntbreektError(f"{self.bestand(soort)} is geen geldig XSD: {fout}") from None
        return self._gecompileerd[soort]

    def xsd_versie(self, soort: str) -> XsdVersie:
        """The versions in the appinfo of a message's XSD, which a message states as its XsdVersie (IV034)."""
        return XsdVersie(
            basisschema_xsd_versie=self._appinfo(soort, "BasisschemaXsdVersie"),
            bericht_xsd_versie=self._appinfo(soort, "BerichtXsdVersie"),
        )

    def herhaalbaar(self, soort: str) -> frozenset[tuple[str, str]]:
        """Pairs (parent, child) of a message in which the child may occur more than once: ``("Relaties", "Relatie")``.

        The parent is the name of the complex type, which in the standard is the name of the element too.
        """
        if soort not in self._herhaalbaar:
            paren = set()
            for element in self.bron(soort).iter(f"{_XS}element"):
                if element.get("maxOccurs", "1") != "1":
                    ouder = next(boven.attrib["name"] for boven in element.iterancestors() if "name" in boven.attrib)
                    kind = element.attrib["name"] if "name" in element.attrib else element.attrib["ref"]
                    paren.add((str(ouder), str(kind).rpartition(":")[2]))
            self._herhaalbaar[soort] = frozenset(paren)
        return self._herhaalbaar[soort]

    def waarden(self, ldt: str) -> frozenset[str]:
        """The values that a type of the basisschema lists (``LDT_ProductCategorie``); none when it lists none."""
        if ldt not in self._waarden:
            types = self.basisschema().iterfind(f"{_XS}simpleType[@name='{ldt}']")
            self._waarden[ldt] = frozenset(
                str(waarde.attrib["value"]) for soort in types for waarde in soort.iter(f"{_XS}enumeration")
            )
        return self._waarden[ldt]

    def basisschema(self) -> etree._Element:
        """The document with the types that all messages share."""
        if "" not in self._bronnen:
            self._bronnen[""] = self._lees(self.map / "basisschema.xsd")
        return self._bronnen[""]

    def bestand(self, soort: str) -> Path:
        """Where the XSD of a message is."""
        if soort not in BERICHTEN:
            raise KeyError(soort)
        return self.map / f"{soort}.xsd"

    def bron(self, soort: str) -> etree._Element:
        """The document of a message's XSD."""
        if soort not in self._bronnen:
            self._bronnen[soort] = self._lees(self.bestand(soort))
        return self._bronnen[soort]

    def _lees(self, pad: Path) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.parse(str(pad), parser).getroot()
        except (OSError, etree.XMLSyntaxError) as fout:
            raise SchemaOntbreektError(f"{pad} kan niet gelezen worden: {fout}") from None

    def _appinfo(self, soort: str, naam: str) -> str:
        element = self._in_appinfo(soort, naam)
        if element is None or not element.text:
            raise SchemaOntbreektError(f"{self.bestand(soort)} vermeldt geen {naam} in zijn appinfo")
        return element.text.strip()

    def _in_appinfo(self, soort: str, naam: str) -> etree._Element | None:
        return self.bron(soort).find(f"{_XS}annotation/{_XS}appinfo/{{*}}{naam}")
