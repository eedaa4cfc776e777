"""TR378 after a herindeling: Beemster (0370) went up in Purmerend on 1 January 2022.

Its code stays good for a toewijzing that began before that day, in every message about it, and for nothing else.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ijw.berichten.jw317 import TeWijzigenProduct317
from tests.conformance.basis import (
    UREN,
    D,
    aanvraag,
    contract,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    jw323,
    start,
    stop,
    toewijzing,
)
from tests.conformance.geval import Basis, Geval, Vooraf
from tests.conformance.mutatie import samen, weg, zet
from tests.conformance.toneel import Stap, Toneel

_HEADER: Final = "/Bericht/Header"
_PRESTATIE: Final = "/Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[1]"
_LAATSTE_DAG, _EERSTE_DAG = D(2021, 12, 31), D(2022, 1, 1)


def _beemster(t: Toneel) -> Toneel:
    return Toneel(t.nummer, "0370")


def _daar(soort: str, maak: Callable[[Toneel], Any], vooraf: Vooraf = lambda _: ()) -> Basis:
    """The same at Beemster."""
    return Basis(soort=soort, maak=lambda t: maak(_beemster(t)), vooraf=lambda t: vooraf(_beemster(t)))


def _toegewezen(t: Toneel) -> Sequence[Stap]:
    return (jw301(t, toewijzing(t, ingangsdatum=_LAATSTE_DAG, toewijzingsdatum=D(2021, 11, 1)), volg=90),)


def _start(t: Toneel) -> Any:
    return jw305(t, start(t, toewijzing_ingangsdatum=_LAATSTE_DAG))


def _meer_uren(t: Toneel) -> Any:
    meer = TeWijzigenProduct317(
        toewijzing_nummer=t.toewijzing(), gewenste_ingangsdatum=D(2026, 6, 1), einddatum=D(2026, 12, 31), omvang=UREN
    )
    return jw317(t, ongewijzigde_producten=(), te_wijzigen_producten=(meer,))


def _aanvraag(t: Toneel) -> Any:
    return jw315(t, aanvraag(t, toewijzing_ingangsdatum=_LAATSTE_DAG))


TOEWIJZING = _daar("JW301", lambda t: jw301(t, toewijzing(t, ingangsdatum=_LAATSTE_DAG)))
START = _daar("JW305", _start, _toegewezen)
STOP = _daar(
    "JW307", lambda t: jw307(t, stop(t, toewijzing_ingangsdatum=_LAATSTE_DAG)), lambda t: (*_toegewezen(t), _start(t))
)
AANVRAAG = _daar("JW315", _aanvraag)
WIJZIGING = _daar("JW317", _meer_uren, _toegewezen)
ANTWOORD = _daar("JW319", jw319, lambda t: (_aanvraag(t),))
DECLARATIE = _daar("JW323", jw323, lambda t: (contract(t), *_toegewezen(t)))


def _zonder_nummer(pad: str) -> Any:
    """Taakgericht: there is no toewijzing that could have begun before the herindeling."""
    return samen(weg(f"{pad}.toewijzing_nummer"), weg(f"{pad}.toewijzing_ingangsdatum"))


GEVALLEN: Final[tuple[Geval, ...]] = (
    *(
        basis.goed("TR378", "opgeheven-gemeente-bij-oude-toewijzing")
        for basis in (TOEWIJZING, START, STOP, AANVRAAG, WIJZIGING, ANTWOORD, DECLARATIE)
    ),
    TOEWIJZING.fout(
        "TR378",
        "opgeheven-gemeente-bij-nieuwe-toewijzing",
        zet("client.toegewezen_producten.0.ingangsdatum", _EERSTE_DAG),
        f"{_HEADER}/Afzender",
    ),
    AANVRAAG.fout(
        "TR378",
        "opgeheven-gemeente-bij-nieuwe-aanvraag",
        zet("client.aangevraagde_producten.0.toewijzing_ingangsdatum", _EERSTE_DAG),
        f"{_HEADER}/Ontvanger",
    ),
    START.fout(
        "TR378",
        "opgeheven-gemeente-zonder-toewijzing",
        _zonder_nummer("client.start_producten.0"),
        f"{_HEADER}/Ontvanger",
    ),
    STOP.fout(
        "TR378",
        "opgeheven-gemeente-zonder-toewijzing",
        _zonder_nummer("client.stop_producten.0"),
        f"{_HEADER}/Ontvanger",
    ),
    WIJZIGING.fout(
        "TR378",
        "opgeheven-gemeente-zonder-toewijzing",
        zet("client.verzoek.te_wijzigen_producten.0.toewijzing_nummer", lambda t: t.toewijzing(9)),
        f"{_HEADER}/Ontvanger",
    ),
    DECLARATIE.fout(
        "TR378",
        "opgeheven-gemeente-zonder-toewijzing",
        zet("declaratie.clienten.0.prestaties.0.toewijzing_nummer", lambda t: t.toewijzing(9)),
        _PRESTATIE,
        ervoor=(("TR338", _PRESTATIE),),
    ),
    ANTWOORD.fout(
        "TR378",
        "opgeheven-gemeente-zonder-verzoek",
        zet("antwoord.referentie_aanbieder", "NOOIT-GEVRAAGD"),
        f"{_HEADER}/Afzender",
    ),
)
