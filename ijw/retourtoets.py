"""A retourbericht held beside the message it answers: does it say about that message what a retour can say?

Nobody answers a retour, so what is found here cannot be sent back as a retourcode: it goes back as faults with
their place. Pairs with ``ijw.retour``, which makes retouren: what that makes is never faulted here.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from types import MappingProxyType
from typing import Any, Final

from ijw.berichten import Heenbericht, Retourbericht, boom
from ijw.berichten.boom import HEADER, WORTEL
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import velden
from ijw.leesfout import Fout
from ijw.retour import RETOUR_VAN
from ijw.retourcodes import GOED, NIET_GECONTROLEERD

HEEN_VAN: Final[Mapping[str, str]] = MappingProxyType({retour.soort: heen.soort for heen, retour in RETOUR_VAN.items()})
"""Which message each retourbericht answers: ``JW302`` -> ``JW301``."""

MAXIMUM_FOUTEN: Final = 100

_OORDEELLOOS: Final = frozenset({GOED, NIET_GECONTROLEERD})
_CODES: Final = "RetourCodes"


def toets(heen: Heenbericht, terug: Retourbericht) -> tuple[Fout, ...]:
    """What is wrong with ``terug`` as the retour on ``heen``, at most ``MAXIMUM_FOUTEN`` of it; () when nothing is.

    The Header repeats that of the heenbericht (IV028, IV033); what comes back below it is a copy of the
    heenbericht, class by class, in its order (IV034); and the retourcodes say one of the four things of the
    table in ``ijw.retour``. ValueError when it is not the retour on this kind of message.
    """
    if RETOUR_VAN[type(heen)] is not type(terug):
        raise ValueError(f"een {terug.soort} is niet de retour op een {heen.soort}")
    inhoud = velden(type(terug))[1].naam
    oud, nieuw = getattr(heen, inhoud), getattr(terug, inhoud)
    pad = f"{WORTEL}/{velden(type(terug))[1].element}"
    in_header = (
        _anders(f"{HEADER}/{veld.element}")
        for veld in velden(type(heen.header))
        if veld.naam != "bericht_code" and getattr(heen.header, veld.naam) != getattr(terug.header, veld.naam)
    )
    eronder = () if nieuw is None else chain(_verschillen(oud, nieuw, pad), _codes_van_klassen(nieuw, pad))
    return tuple(islice(chain(in_header, _codes_van_header(terug, nieuw is not None), eronder), MAXIMUM_FOUTEN))


def foutcodes(terug: Retourbericht) -> tuple[str, ...]:
    """Every retourcode in a retour that is a fault, once, in the order of the message; () when it approves."""
    alle = (getattr(waarde, "retour_codes", ()) for _, waarde in boom.klassen(terug))
    return tuple(code for code in dict.fromkeys(chain.from_iterable(alle)) if code not in _OORDEELLOOS)


def _codes_van_header(terug: Retourbericht, met_inhoud: bool) -> Iterator[Fout]:
    pad, gegeven = f"{HEADER}/{_CODES}", terug.header.retour_codes
    if met_inhoud and gegeven != (GOED,):
        yield Fout(None, pad, "Boven teruggestuurde klassen staat in de Header precies retourcode 0200 (IV028).")
    elif not met_inhoud and any(code in _OORDEELLOOS for code in gegeven):
        melding = "Een Header alleen heeft geen retourcodes als alles goed is, en anders die van de fouten (IV028)."
        yield Fout(None, pad, melding)


def _codes_van_klassen(inhoud: Klasse, pad: str) -> Iterator[Fout]:
    """A class is fine, or not checked, or has faults; and one of them has, since what is faultless stays (OP065)."""
    afgekeurd = False
    for plaats, waarde in boom.klassen(inhoud, pad):
        gegeven = frozenset(getattr(waarde, "retour_codes", ()))
        afgekeurd = afgekeurd or not gegeven <= _OORDEELLOOS
        if len(gegeven) > 1 and gegeven & _OORDEELLOOS:
            yield Fout(None, f"{plaats}/{_CODES}", "Naast 0200 of 0233 staat geen andere retourcode (IV028).")
    if not afgekeurd:
        yield Fout(None, pad, "Klassen gaan alleen terug als in een ervan een fout is gevonden (OP065).")


def _verschillen(oud: Klasse, nieuw: Klasse, pad: str) -> Iterator[Fout]:
    """Where a class that came back is not the one that was sent."""
    for veld in velden(type(oud)):
        was, werd = getattr(oud, veld.naam), getattr(nieuw, veld.naam)
        if not boom.is_klasse(veld):
            if was != werd:
                yield _anders(f"{pad}/{veld.element}")
        elif _aantal(was) != _aantal(werd):
            yield Fout(None, f"{pad}/{veld.element}", "Niet dezelfde klassen als in het heenbericht (IV034).")
        elif was:
            paren = zip(boom.delen(was, veld, pad), boom.delen(werd, veld, pad), strict=True)
            for (plaats, deel), (_, ander) in paren:
                yield from _verschillen(deel, ander, plaats)


def _aantal(waarde: Any) -> int:
    """How many classes a field holds."""
    return len(waarde) if isinstance(waarde, tuple) else int(waarde is not None)


def _anders(pad: str) -> Fout:
    return Fout(None, pad, "Niet gelijk aan het heenbericht (IV028, IV034).")
