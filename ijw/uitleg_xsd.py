"""What is wrong with bytes that could not be read, and where: line and path of every fault.

Runs only after reading failed. libxml2 knows neither path nor line while it validates a stream, and validating
a tree costs time that is quadratic in the number of faults. So the bytes are parsed once more, with a target
that keeps the path, in pieces that end where a line with a tag ends: whatever libxml2 reports between two events
belongs to the first of them. Linear in the number of bytes, and it stops at ``MAXIMUM_FOUTEN``.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any, cast

from lxml import etree

from ijw.berichten import BERICHTEN
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, velden
from ijw.codec import PARSEROPTIES
from ijw.codec.lezer import MAXIMUM_TIJD
from ijw.leesfout import Fout, LeesFout, TeGroot, XmlOnleesbaar, XsdOngeldig, enkel
from ijw.schemas import Schemas
from ijw.uitleg_teksten import schemafout, welgevormdheid

MAXIMUM_FOUTEN = 100
_LANGSTE_NAAM = 64  # element names are the sender's too; no name of the standard is as long
_DIEPST = 20
_NESTING = 256
_GROOTSTE_STUK = 16384
_STUK = re.compile(rb"[^<>]*[^\n]*\n?")


def verklaar(data: bytes, soort: str, schemas: Schemas) -> LeesFout:
    """Why ``data`` is not a valid message of this ``soort``."""
    herhaalbaar = schemas.herhaalbaar(soort)
    onleesbaar = welgevormdheidsfout(data, herhaalbaar)
    if onleesbaar is not None:
        return onleesbaar
    spoor = _Spoor(herhaalbaar)
    spoor.volg(data, schemas.schema(soort))
    return XsdOngeldig(_begrensd(spoor.fouten) or enkel("Het bericht voldoet niet aan het schema."))


def welgevormdheidsfout(data: bytes, herhaalbaar: frozenset[tuple[str, str]]) -> LeesFout | None:
    """Why ``data`` is no XML at all; None when it is well-formed. ``herhaalbaar`` as Schemas has it."""
    try:
        etree.fromstring(data, etree.XMLParser(**PARSEROPTIES))
    except etree.XMLSyntaxError as fout:
        soort_fout = str(etree.ErrorTypes._getName(getattr(fout, "code", 0), ""))
        regel = fout.lineno or None
    else:
        return None
    spoor = _Spoor(herhaalbaar)
    spoor.volg(data, None)
    pad = spoor.fouten[0].pad if spoor.fouten else spoor.pad()
    if soort_fout == "ERR_RESOURCE_LIMIT":
        melding = "Het bericht is te diep genest of heeft een waarde die te lang is."
        return TeGroot(enkel(melding, regel, pad))
    return XmlOnleesbaar(enkel(welgevormdheid(soort_fout), regel, pad))


def waardefouten(wortel: etree._Element, soort: str, schemas: Schemas) -> tuple[Fout, ...]:
    """What the XSD allows but nothing here can hold: dates before year 1 and after 9999, times without end."""
    herhaalbaar, fouten = schemas.herhaalbaar(soort), []
    datums = _namen(BERICHTEN[soort], lambda veld: veld.waardetype is datetime.date)
    tijden = _namen(BERICHTEN[soort], lambda veld: veld.ldt == "LDT_Tijd")
    for element in wortel.iter("{*}*"):
        naam, tekst, melding = _lokaal(str(element.tag)), element.text or "", ""
        if naam in datums and not _is_datum(tekst):
            melding = f"{naam}: verwacht een datum in de jaren 0001 tot en met 9999."
        elif naam in tijden and len(tekst.strip()) > MAXIMUM_TIJD:
            melding = f"{naam}: verwacht een tijd van hoogstens {MAXIMUM_TIJD} tekens."
        if melding:
            fouten.append(Fout(cast(int | None, element.sourceline), _pad_in_boom(element, herhaalbaar), melding))
            if len(fouten) > MAXIMUM_FOUTEN:
                break
    return _begrensd(fouten)


class _TeDiep(Exception):  # noqa: N818  never leaves this module
    """Elements are nested deeper than libxml2 allows when it builds a tree; for a target it sets no bound."""


class _Open:
    """An element that is open: name, 1-based index (0 when not repeatable), line of its start tag."""

    __slots__ = ("index", "naam", "regel", "tellers")

    def __init__(self, naam: str, index: int, regel: int) -> None:
        self.naam, self.index, self.regel = naam, index, regel
        self.tellers: dict[str, int] | None = None  # of the repeatable children by name, made when there is one


class _Spoor:
    """Parser target that keeps the path and gives every fault the element it belongs to."""

    def __init__(self, herhaalbaar: frozenset[tuple[str, str]]) -> None:
        self.fouten: list[Fout] = []
        self._herhaalbaar = herhaalbaar
        self._open: list[_Open] = []
        self._net_dicht: _Open | None = None  # set while the last event is an end tag
        self._tekst = ""  # set while the last event is text
        self._regel = 1  # of the piece that is being parsed
        self._tot_regel = 1  # where the last event ends
        self._gezien = 0
        self._parser: Any = None

    def volg(self, data: bytes, schema: etree.XMLSchema | None) -> None:
        """Parse ``data`` up to its end, the first fault in well-formedness, or enough faults."""
        self._parser = etree.XMLParser(target=cast(Any, self), schema=schema, **PARSEROPTIES)
        with suppress(etree.XMLSyntaxError, _TeDiep):
            for stuk, regel in _stukken(data):
                self._regel = regel
                self._parser.feed(stuk)
                if len(self.fouten) > MAXIMUM_FOUTEN:
                    return
            self._parser.close()
            self._verwerk(None)

    def pad(self) -> str:
        """Path of the innermost element that is open now; broken off where no message of the standard reaches."""
        delen = [f"/{deel.naam}[{deel.index}]" if deel.index else f"/{deel.naam}" for deel in self._open[:_DIEPST]]
        return "".join(delen) + ("/..." if len(self._open) > _DIEPST else "")

    def start(self, tag: str, attrib: Any) -> None:
        naam = _lokaal(tag)[:_LANGSTE_NAAM]
        index = 0
        if self._open and (self._open[-1].naam, naam) in self._herhaalbaar:
            tellers = self._open[-1].tellers = self._open[-1].tellers or {}
            index = tellers[naam] = tellers.get(naam, 0) + 1
        nieuw = _Open(naam, index, self._regel)
        self._verwerk(nieuw)
        self._open.append(nieuw)
        self._tot_regel = self._regel
        if len(self._open) > _NESTING:
            raise _TeDiep

    def end(self, tag: str) -> None:
        self._verwerk(None)
        self._net_dicht = self._open.pop()
        self._tot_regel = self._regel

    def data(self, tekst: str) -> None:
        self._verwerk(None)
        self._tekst = tekst
        self._tot_regel += tekst.count("\n")

    def close(self) -> None:
        return None

    def _verwerk(self, nieuw: _Open | None) -> None:
        """Take the faults reported since the last event; ``nieuw`` is the element about to be opened."""
        meldingen = self._parser.feed_error_log
        dicht, self._net_dicht = self._net_dicht, None
        tekst, self._tekst = self._tekst, ""
        if len(meldingen) == self._gezien:
            return
        for melding in list(meldingen)[self._gezien :]:
            self._voeg_toe(melding, dicht, nieuw, tekst)
        self._gezien = len(meldingen)

    def _voeg_toe(self, melding: etree._LogEntry, dicht: _Open | None, nieuw: _Open | None, tekst: str) -> None:
        schemamelding = melding.domain == etree.ErrorDomains.SCHEMASV
        # libxml2 looks at prefixes before it announces an element, at all else after it.
        binnen = dicht if schemamelding else nieuw
        if binnen is not None:
            self._open.append(binnen)
        if self._open:
            element, pad = self._open[-1], self.pad()
            zin = schemafout(melding.type_name, melding.message, element.naam)  # of others only the place is used
            # Loose text has the line of its first visible character, anything else that of the start tag.
            regel = self._tot_regel - tekst.lstrip().count("\n") if tekst else element.regel
            fout = Fout(regel, pad, zin)
            if fout not in self.fouten[-3:]:
                self.fouten.append(fout)
        if binnen is not None:
            self._open.pop()


def _stukken(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Pieces of ``data`` to be parsed one by one, each with the line (1-based) on which it ends."""
    regel = 1
    for gevonden in _STUK.finditer(data):
        begin, eind = gevonden.span()
        regels = data.count(b"\n", begin, eind)
        op = regel + regels - (regels > 0 and data[eind - 1 : eind] == b"\n")
        for deel in range(begin, eind, _GROOTSTE_STUK):
            yield data[deel : min(eind, deel + _GROOTSTE_STUK)], op
        regel += regels


def _begrensd(fouten: list[Fout]) -> tuple[Fout, ...]:
    if len(fouten) <= MAXIMUM_FOUTEN:
        return tuple(fouten)
    slot = f"Er zijn meer fouten; alleen de eerste {MAXIMUM_FOUTEN} staan hier."
    return (*fouten[:MAXIMUM_FOUTEN], Fout(None, "", slot))


def _lokaal(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _pad_in_boom(element: etree._Element, herhaalbaar: frozenset[tuple[str, str]]) -> str:
    delen: list[str] = []
    while True:
        naam, ouder = _lokaal(str(element.tag)), element.getparent()
        if ouder is None:
            return "".join(f"/{deel}" for deel in reversed([*delen, naam]))
        if (_lokaal(str(ouder.tag)), naam) in herhaalbaar:
            naam += f"[{1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))}]"
        delen.append(naam)
        element = ouder


@cache
def _namen(klasse: type[Klasse], past: Callable[[Veld], bool]) -> frozenset[str]:
    """Names of the elements of a kind in a message; none of them is used for anything else."""
    namen: set[str] = set()
    for veld in velden(klasse):
        if veld.klasse is not None:
            namen |= _namen(veld.klasse, past)
        elif past(veld):
            namen.add(veld.element)
    return frozenset(namen)


def _is_datum(tekst: str) -> bool:
    try:
        datetime.date.fromisoformat(tekst.strip())
    except ValueError:
        return False
    return True
