"""The life cycle of a start and its stops: where an event leads, and what speaks against it.

What is in force piles up: a stop stands on the latest start (OP155), a start on what stopped before it (OP379),
and only the top can be taken away, which brings back the state before it. ``OVERGANGEN`` says where an event
leads, ``BEZWAREN`` what speaks against it; an event without a row in the first always meets one of the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from services.allocation.levensloop import Levensloop, Stap, Weigering
from services.allocation.regie import Aanlevering, Gebeurtenis, Toestand, Trede, Verloop

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
        return msgspec.structs.replace(verloop, treden=verloop.treden[:-1])
    return msgspec.structs.replace(verloop, treden=(*verloop.treden, Trede(aanlevering, naar)))


def _toewijzing_onbekend(verloop: Verloop, _nieuw: Aanlevering) -> bool:
    return not verloop.bekend


def _sleutel_onbekend(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) is None


def _sleutel_in_gebruik(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) is not None


def _later_gevolgd(verloop: Verloop, nieuw: Aanlevering) -> bool:
    return verloop.plaats(nieuw) not in {None, len(verloop.treden) - 1}


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


class Bezwaar(NamedTuple):
    """A rule that refuses these events in these states when ``geldt``; ``als`` says when in words, "" for always."""

    weigering: Weigering
    van: tuple[Toestand, ...]
    bij: tuple[Gebeurtenis, ...]
    als: str
    geldt: Callable[[Verloop, Aanlevering], bool]


_TR019 = Weigering("TR019", "9019")
_TR063 = Weigering("TR063", "9063")
_TR071 = Weigering("TR071", "9071")
_TR074 = Weigering("TR074", "9074")
_TR326 = Weigering("TR326", "9326")
_TR382 = Weigering("TR382", "9069")
_TR413 = Weigering("TR413", "9413")
_TR414 = Weigering("TR414", "9414")
_TR415 = Weigering("TR415", "9415")
_WEG = Gebeurtenis.STOP_VERWIJDEREN

BEZWAREN: Final = (
    Bezwaar(_TR019, _ELKE, _NIEUW, "the toewijzing is unknown", _toewijzing_onbekend),
    Bezwaar(_TR063, _ELKE, _VERWIJDEREN, "no such key is in force", _sleutel_onbekend),
    Bezwaar(_TR063, _NA_EEN_START, (_WEG,), "something later is in force", _later_gevolgd),
    Bezwaar(_TR071, _NA_EEN_START, (Gebeurtenis.START_VERWIJDEREN,), "that start has a stop", _start_gestopt),
    Bezwaar(_TR074, _NA_EEN_START, _NIEUW, "the key is in force already", _sleutel_in_gebruik),
    Bezwaar(_TR326, (_GESTART,), (Gebeurtenis.START,), "", _altijd),
    Bezwaar(_TR382, (_GEEN,), STOPS, "", _altijd),
    Bezwaar(_TR382, _NA_EEN_START, STOPS, "it quotes another start than the latest", _andere_start),
    Bezwaar(
        _TR413,
        _NA_EEN_START,
        (Gebeurtenis.TIJDELIJKE_STOP,),
        "that start has a temporary stop",
        _start_tijdelijk_gestopt,
    ),
    Bezwaar(
        _TR414,
        _NA_EEN_START,
        (Gebeurtenis.DEFINITIEVE_STOP,),
        "Einddatum lies before that of the temporary stop",
        _voor_de_tijdelijke,
    ),
    Bezwaar(_TR415, _NA_EEN_START, STOPS, "that start has a definitive stop", _start_definitief_gestopt),
)
"""What speaks against an event; several may at once."""

_VAN: Final = {_ELKE: "any", _NA_EEN_START: f"any but {_GEEN}"}

LEVENSLOOP: Final = Levensloop(
    titel="Start and stop (JW305, JW307), per toewijzing",
    uitleg="Taakgericht delivery has no toewijzing and goes by Product and Begindatum. The key of a start is"
    " ToewijzingNummer, Product and Begindatum; a stop adds Einddatum and RedenBeeindiging. What is taken back counts"
    " as never sent. In one message what is taken back goes first, the last one before the others, and of new stops"
    " the temporary one. An event that leads nowhere is always refused, for one or more of the reasons below.",
    stappen=(
        *(
            Stap(van=van, gebeurtenis=gebeurtenis, naar=naar or "the state before it")
            for (van, gebeurtenis), naar in OVERGANGEN.items()
        ),
        *(
            Stap(
                van=_VAN.get(bezwaar.van, bezwaar.van[0]),
                gebeurtenis="; ".join(filter(None, (gebeurtenis, bezwaar.als))),
                weigeringen=(bezwaar.weigering,),
            )
            for bezwaar in BEZWAREN
            for gebeurtenis in bezwaar.bij
        ),
    ),
)


def weigeringen(verloop: Verloop, nieuw: Aanlevering) -> tuple[Weigering, ...]:
    """The rules that refuse an aanlevering; empty when it may be taken in."""
    return tuple(
        bezwaar.weigering
        for bezwaar in BEZWAREN
        if verloop.toestand in bezwaar.van and nieuw.gebeurtenis in bezwaar.bij and bezwaar.geldt(verloop, nieuw)
    )


class Oordeel(NamedTuple):
    """One aanlevering of a message: its 1-based place, what was in force before it, what speaks against it."""

    nummer: int
    aanlevering: Aanlevering
    verloop: Verloop
    weigeringen: tuple[Weigering, ...]


class Uitkomst(NamedTuple):
    """What comes of the aanleveringen of one message: each with what speaks against it, in the order in which they
    are handled, and what is in force per onderwerp after those that nothing speaks against."""

    oordelen: tuple[Oordeel, ...]
    verlopen: Mapping[str, Verloop]


def beoordeel(verlopen: Mapping[str, Verloop], aanleveringen: Sequence[Aanlevering]) -> Uitkomst:
    """Handle the aanleveringen of one message; ``verlopen`` has every onderwerp of it.

    The order of handling is not that of the message (OP080): what is taken back goes first (IV008), the last one in
    force before the others; of new stops the temporary ones precede the definitive ones.
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
    return Uitkomst(tuple(oordelen), standen)


def verloop_van(historie: Iterable[Aanlevering], *, bekend: bool = True) -> Verloop:
    """What is in force after these accepted aanleveringen, oldest first; KeyError when they contradict each other."""
    verloop = Verloop(bekend=bekend)
    for aanlevering in historie:
        verloop = na(verloop, aanlevering)
    return verloop
