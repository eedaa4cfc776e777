"""Header rules at level 3 and 4, for every message with a sender's Identificatie.

The services know the facts (what was received before, what day it is, which gemeenten exist) and pass them
in, so that toewijzingen and declaraties are judged by one and the same rule.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final, Protocol, TypeAlias

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW319, JW323, JW325
from ijw.bevinding import Bevinding

MetEigenHeader: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW317 | JW319 | JW323 | JW325

_IDENTIFICATIE: Final = "/Bericht/Header/BerichtIdentificatie"


class Gemeenten(Protocol):
    """What TR378 asks of the list of the CBS (`ijw.codelijsten.Gemeentelijst`)."""

    def bestaat(self, code: str, op: dt.date, /) -> bool:
        """Whether the code was in force on that day."""
        ...


def tr056(bericht: MetEigenHeader, *, eerder_gebruikt: bool) -> Iterator[Bevinding]:
    """Identificatie was not used before by this Afzender for this BerichtCode (`TR056`, 9056)."""
    if eerder_gebruikt:
        yield Bevinding(
            regel="TR056",
            retourcode="9056",
            niveau=3,
            pad=f"{_IDENTIFICATIE}/Identificatie",
            invoer={"referentie": bericht.header.bericht_identificatie.identificatie},
        )


def tr135(bericht: MetEigenHeader, vandaag: dt.date) -> Iterator[Bevinding]:
    """Dagtekening is not later than the receiver's day `vandaag` (`TR135`, 8848)."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    if dagtekening > vandaag:
        yield Bevinding(
            regel="TR135",
            retourcode="8848",
            niveau=4,
            pad=f"{_IDENTIFICATIE}/Dagtekening",
            invoer={"dagtekening": dagtekening.isoformat(), "grens": vandaag.isoformat()},
        )


def tr378(
    bericht: MetEigenHeader, gemeenten: Gemeenten, op: dt.date, ook_op: Iterable[dt.date] = ()
) -> Iterator[Bevinding]:
    """The gemeente code is in the list of the CBS on `op`, or was on one of the days `ook_op` (`TR378`, S300).

    `op` is the day of receipt. After a herindeling the old code stays good for a toewijzing that began
    under it: `ook_op` holds the Ingangsdatum of every toewijzing concerned, and for JW301 and JW315 the
    message names those days itself. One such day is enough for the whole message.
    """
    if isinstance(bericht, JW301 | JW319 | JW325):
        element, code = "Afzender", bericht.header.afzender
    else:
        element, code = "Ontvanger", bericht.header.ontvanger
    peildata = [op, *ook_op, *_ingangsdatums(bericht)]
    if not any(gemeenten.bestaat(code, peildatum) for peildatum in peildata):
        yield _tr378(f"/Bericht/Header/{element}", code, op)
    if isinstance(bericht, JW319) and bericht.antwoord.woonplaatsbeginsel is not None:
        code = bericht.antwoord.woonplaatsbeginsel.gemeente
        if not gemeenten.bestaat(code, op):
            yield _tr378("/Bericht/Antwoord/Woonplaatsbeginsel/Gemeente", code, op)


def _tr378(pad: str, code: str, op: dt.date) -> Bevinding:
    invoer = {"code": code, "grens": op.isoformat()}
    return Bevinding(regel="TR378", retourcode="S300", niveau=4, pad=pad, invoer=invoer)


def _ingangsdatums(bericht: MetEigenHeader) -> Iterator[dt.date]:
    if isinstance(bericht, JW301):
        yield from (t.ingangsdatum for t in bericht.client.toegewezen_producten)
    elif isinstance(bericht, JW315):
        yield from (a.toewijzing_ingangsdatum for a in bericht.client.aangevraagde_producten)
