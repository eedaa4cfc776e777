"""The life cycle of a start and its stops: where an event leads, and what speaks against it.

What is in force piles up: a stop stands on the latest start (OP155), a start on what stopped before it (OP379),
and only the top can be taken away, which brings back the state before it. ``OVERGANGEN`` says where an event
leads, ``WEIGERINGEN`` what speaks against it; an event without a row in the first always meets one of the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from services.allocation.regie import Aanlevering, Gebeurtenis, Stap, Toestand, Verloop

_GEEN, _GESTART = Toestand.GEEN_START, Toestand.GESTART
_TIJDELIJK, _GESTOPT = Toestand.TIJDELIJK_GESTOPT, Toestand.GESTOPT
_ELKE: Final = tuple(Toestand)
_NA_EEN_START: Final = (_GESTART, _TIJDELIJK, _GESTOPT)
STOPS: Final = (Gebeurtenis.TIJDELIJKE_STOP, Gebeurtenis.DEFINITIEVE_STOP)
_NIEUW: Final = (Gebeurtenis.START, *STOPS)
_VERWIJDEREN: Final = (Gebeurtenis.START_VERWIJDEREN, Gebeurtenis.STOP_VERWIJDEREN)

OVERGANGEN: Final[Mapping[tuple[Toestand, Gebeurtenis], Toestand | None]] = MappingProxyType(
    {
        (_GEEN, Gebeurtenis.START): _GESTART,
        (_GESTART, Gebeurtenis.START_VERWIJDEREN): None,
        (_GESTART, Gebeurtenis.TIJDELIJKE_STOP): _TIJDELIJK,
        (_GESTART, Gebeurtenis.DEFINITIEVE_STOP): _GESTOPT,
        (_TIJDELIJK, Gebeurtenis.START): _GESTART,
        (_TIJDELIJK, Gebeurtenis.DEFINITIEVE_STOP): _GESTOPT,
        (_TIJDELIJK, Gebeurtenis.STOP_VERWIJDEREN): None,
        (_GESTOPT, Gebeurtenis.START): _GESTART,
        (_GESTOPT, Gebeurtenis.STOP_VERWIJDEREN): None,
    }
)
"""Where an event leads when nothing speaks against it; None is the state before what is taken back."""


def na(verloop: Verloop, aanlevering: Aanlevering) -> Verloop:
    """What is in force after an aanlevering that nothing speaks against; KeyError for another."""
    naar = OVERGANGEN[verloop.toestand, aanlevering.gebeurtenis]
    if naar is None:
        return msgspec.structs.replace(verloop, stappen=verloop.stappen[:-1])
    return msgspec.structs.replace(verloop, stappen=(*verloop.stappen, Stap(aanlevering, naar)))


def _toewijzing_onbekend(verloop: Verloop, _nieuw: Aanlevering) -> bool:
    return not verloop.bekend


def _sleutel_onbekend(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) is None


def _sleutel_in_gebruik(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) is not None


def _later_gevolgd(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) not in {None, len(verloop.stappen) - 1}


def _altijd(_verloop: Verloop, _nieuw: Aanlevering) -> bool:
    return True


def _start_gestopt(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.stop_bij(nieuw, *STOPS) is not None


def _start_tijdelijk_gestopt(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.stop_bij(nieuw, Gebeurtenis.TIJDELIJKE_STOP) is not None


def _start_definitief_gestopt(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.stop_bij(nieuw, Gebeurtenis.DEFINITIEVE_STOP) is not None


def _voor_de_tijdelijke(verloop: Verloop, nieuw: Aanlevering) -> bool:
    tijdelijk = verloop.stop_bij(nieuw, Gebeurtenis.TIJDELIJKE_STOP)
    return bool(tijdelijk and tijdelijk.einddatum and nieuw.einddatum and nieuw.einddatum < tijdelijk.einddatum)


def _andere_start(verloop: Verloop, nieuw: Aanlevering) -> bool:
    start = verloop.laatste_start
    return start is None or start.start_sleutel != nieuw.start_sleutel


class Weigering(NamedTuple):
    """A rule that refuses an event in these states when its condition holds; ``als`` is the condition in words."""

    regel: str
    retourcode: str
    van: tuple[Toestand, ...]
    bij: tuple[Gebeurtenis, ...]
    als: str
    geldt: Callable[[Verloop, Aanlevering], bool]


WEIGERINGEN: Final = (
    Weigering("TR019", "9019", _ELKE, _NIEUW, "the toewijzing is unknown", _toewijzing_onbekend),
    Weigering("TR063", "9063", _ELKE, _VERWIJDEREN, "no such key is in force", _sleutel_onbekend),
    Weigering(
        "TR063", "9063", _NA_EEN_START, (Gebeurtenis.STOP_VERWIJDEREN,), "something later is in force", _later_gevolgd
    ),
    Weigering(
        "TR071", "9071", _NA_EEN_START, (Gebeurtenis.START_VERWIJDEREN,), "that start has a stop", _start_gestopt
    ),
    Weigering("TR074", "9074", _NA_EEN_START, _NIEUW, "the key is in force already", _sleutel_in_gebruik),
    Weigering("TR326", "9326", (_GESTART,), (Gebeurtenis.START,), "always", _altijd),
    Weigering("TR382", "9069", (_GEEN,), STOPS, "always", _altijd),
    Weigering("TR382", "9069", _NA_EEN_START, STOPS, "it quotes another start than the latest", _andere_start),
    Weigering(
        "TR413",
        "9413",
        _NA_EEN_START,
        (Gebeurtenis.TIJDELIJKE_STOP,),
        "that start has a temporary stop",
        _start_tijdelijk_gestopt,
    ),
    Weigering(
        "TR414",
        "9414",
        _NA_EEN_START,
        (Gebeurtenis.DEFINITIEVE_STOP,),
        "Einddatum lies before that of the temporary stop",
        _voor_de_tijdelijke,
    ),
    Weigering("TR415", "9415", _NA_EEN_START, STOPS, "that start has a definitive stop", _start_definitief_gestopt),
)
"""What speaks against an event, in the order in which it is reported; several may at once."""


def weigeringen(verloop: Verloop, nieuw: Aanlevering) -> tuple[Weigering, ...]:
    """Everything that speaks against an aanlevering."""
    return tuple(
        weigering
        for weigering in WEIGERINGEN
        if verloop.toestand in weigering.van and nieuw.gebeurtenis in weigering.bij and weigering.geldt(verloop, nieuw)
    )


class Oordeel(NamedTuple):
    """One aanlevering of a message: its 1-based place, what was in force before it, what speaks against it."""

    nummer: int
    aanlevering: Aanlevering
    verloop: Verloop
    weigeringen: tuple[Weigering, ...]


def beoordeel(verlopen: Mapping[str, Verloop], aanleveringen: Sequence[Aanlevering]) -> tuple[Oordeel, ...]:
    """The aanleveringen of one message in the order in which they are handled, which is not that of the message.

    What is taken back goes first (IV008), the last one in force before the others; of new stops the temporary ones
    precede the definitive ones. ``verlopen`` has every onderwerp of the message.
    """
    standen = dict(verlopen)

    def rang(nummer: int) -> tuple[int, int]:
        aanlevering = aanleveringen[nummer - 1]
        if aanlevering.verwijdert:
            return 0, -(verlopen[aanlevering.onderwerp].plaats(aanlevering) or 0)
        return 1, int(aanlevering.gebeurtenis is Gebeurtenis.DEFINITIEVE_STOP)

    oordelen = []
    for nummer in sorted(range(1, len(aanleveringen) + 1), key=rang):
        nieuw = aanleveringen[nummer - 1]
        verloop = standen[nieuw.onderwerp]
        oordeel = Oordeel(nummer, nieuw, verloop, weigeringen(verloop, nieuw))
        if not oordeel.weigeringen:
            standen[nieuw.onderwerp] = na(verloop, nieuw)
        oordelen.append(oordeel)
    return tuple(oordelen)


def verloop_van(historie: Iterable[Aanlevering], *, bekend: bool = True) -> Verloop:
    """What is in force after these accepted aanleveringen, oldest first; KeyError when they contradict each other."""
    verloop = Verloop(bekend=bekend)
    for aanlevering in historie:
        verloop = na(verloop, aanlevering)
    return verloop
