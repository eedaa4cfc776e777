"""Level 2 rules about a JW319: the reason of a rejection, and the gemeente that is responsible instead."""

from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW319
from ijw.bevinding import Bevinding
from ijw.regels.regel import fout

_REDEN: Final = "/Bericht/Antwoord/RedenAfwijzingVerzoek"
_WOONPLAATS: Final = "/Bericht/Antwoord/Woonplaatsbeginsel"
_AFGEWEZEN: Final = "1"
_IN_ONDERZOEK: Final = "2"
_WOONPLAATSBEGINSEL: Final = "8"


def tr377_woonplaatsbeginsel_noemt_gemeente(bericht: JW319) -> Iterator[Bevinding]:
    """Reason 8 comes with class Woonplaatsbeginsel, which names the gemeente responsible (`TR377`, IV095)."""
    antwoord = bericht.antwoord
    if antwoord.reden_afwijzing_verzoek == _WOONPLAATSBEGINSEL and antwoord.woonplaatsbeginsel is None:
        yield fout("TR377", _WOONPLAATS)


def tr409_andere_gemeente_alleen_bij_woonplaatsbeginsel(bericht: JW319) -> Iterator[Bevinding]:
    """Any other reason, and none at all, comes without class Woonplaatsbeginsel (`TR409`)."""
    antwoord = bericht.antwoord
    reden, woonplaats = antwoord.reden_afwijzing_verzoek, antwoord.woonplaatsbeginsel
    if woonplaats is not None and reden != _WOONPLAATSBEGINSEL:
        invoer = {} if reden is None else {"waarde": reden}
        yield fout("TR409", _WOONPLAATS, code=woonplaats.gemeente, **invoer)


def cd085_reden_bij_afwijzing(bericht: JW319) -> Iterator[Bevinding]:
    """A rejection (VerzoekAntwoord 1) has a RedenAfwijzingVerzoek (`CD085`)."""
    antwoord = bericht.antwoord
    if antwoord.verzoek_antwoord == _AFGEWEZEN and antwoord.reden_afwijzing_verzoek is None:
        yield fout("CD085", _REDEN)


def cd086_geen_reden_bij_onderzoek(bericht: JW319) -> Iterator[Bevinding]:
    """What is under investigation (VerzoekAntwoord 2) has no RedenAfwijzingVerzoek yet (`CD086`)."""
    antwoord = bericht.antwoord
    if antwoord.verzoek_antwoord == _IN_ONDERZOEK and antwoord.reden_afwijzing_verzoek is not None:
        yield fout("CD086", _REDEN, waarde=antwoord.reden_afwijzing_verzoek)
