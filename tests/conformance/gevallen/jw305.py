"""JW305: the start of a delivery."""

from collections.abc import Sequence
from typing import Final

from ijw.berichten.basis import Product
from tests.conformance.basis import JW305_BASIS, D, jw301, jw305, jw307, start, stop, toewijzing, twee_toewijzingen
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import dubbel, niets, samen, weg, zet
from tests.conformance.toneel import Stap, Toneel

_LIJST: Final = "client.start_producten"
_EEN: Final = f"{_LIJST}.0"
_PAD: Final = "/Bericht/Client/StartProducten/StartProduct[1]"
_TWEEDE: Final = "/Bericht/Client/StartProducten/StartProduct[2]"

B = JW305_BASIS
TWEE = Basis(
    soort="JW305",
    maak=lambda t: jw305(t, start(t), start(t, 1, product=Product(categorie="45", code="45A05"))),
    vooraf=twee_toewijzingen,
)
"""Two starts on two toewijzingen."""

_VERWIJDER = zet(f"{_EEN}.status_aanlevering", "3")
_LATER = zet(f"{_EEN}.begindatum", D(2026, 5, 4))


def _gestart(t: Toneel) -> Sequence[Stap]:
    return (jw305(t, volg=91),)


def _gestopt(t: Toneel) -> Sequence[Stap]:
    return (*_gestart(t), jw307(t, volg=92))


def _tijdelijk_gestopt(t: Toneel) -> Sequence[Stap]:
    return (*_gestart(t), jw307(t, stop(t, reden_beeindiging="20"), volg=92))


def _stop_verwijderd(t: Toneel) -> Sequence[Stap]:
    return (*_gestopt(t), jw307(t, stop(t, status_aanlevering="3"), volg=93))


def _start_verwijderd(t: Toneel) -> Sequence[Stap]:
    return (*_gestart(t), jw305(t, start(t, status_aanlevering="3"), volg=92))


GEVALLEN: Final[tuple[Geval, ...]] = (
    TWEE.goed("TR101", "twee-toewijzingen"),
    B.fout("TR101", "dubbele-start", dubbel(_LIJST), _TWEEDE),
    B.fout("TR101", "status-hoort-niet-bij-de-sleutel", dubbel(_LIJST, status_aanlevering="3"), _TWEEDE),
    B.goed("TR134", "vandaag-begonnen", zet(f"{_EEN}.begindatum", D(2026, 5, 6))),
    B.fout("TR134", "morgen-begonnen", zet(f"{_EEN}.begindatum", D(2026, 5, 7)), f"{_PAD}/Begindatum"),
    B.goed("CS058", "eerste-aanlevering"),
    B.goed("CS058", "verwijdering", _VERWIJDER, eerder=_gestart),
    *(
        B.fout("CS058", f"status-{status}", zet(f"{_EEN}.status_aanlevering", status), f"{_PAD}/StatusAanlevering")
        for status in "29"
    ),
    B.goed("TR019", "bekende-toewijzing"),
    B.goed("TR019", "taakgericht", samen(weg(f"{_EEN}.toewijzing_nummer"), weg(f"{_EEN}.toewijzing_ingangsdatum"))),
    B.fout("TR019", "onbekend-nummer", zet(f"{_EEN}.toewijzing_nummer", lambda t: t.toewijzing(9)), _PAD),
    B.fout(
        "TR019",
        "toewijzing-van-een-andere-aanbieder",
        zet(f"{_EEN}.toewijzing_nummer", lambda t: t.toewijzing(9)),
        _PAD,
        eerder=lambda t: (zet("header.ontvanger", t.ander.aanbieder)(jw301(t, toewijzing(t, 9), volg=94), t),),
    ),
    TWEE.fout("TR019", "een-van-twee", zet(f"{_LIJST}.1.toewijzing_nummer", lambda t: t.toewijzing(9)), _TWEEDE),
    B.goed("TR063", "aangeleverde-start", _VERWIJDER, eerder=_gestart),
    B.fout("TR063", "nooit-aangeleverd", _VERWIJDER, f"{_PAD}/StatusAanlevering"),
    B.fout("TR063", "andere-begindatum", samen(_VERWIJDER, _LATER), f"{_PAD}/StatusAanlevering", eerder=_gestart),
    B.fout("TR063", "al-verwijderd", _VERWIJDER, f"{_PAD}/StatusAanlevering", eerder=_start_verwijderd),
    B.goed("TR071", "stop-eerst-verwijderd", _VERWIJDER, eerder=_stop_verwijderd),
    B.fout("TR071", "na-een-stop", _VERWIJDER, f"{_PAD}/StatusAanlevering", eerder=_gestopt),
    B.fout("TR071", "na-een-tijdelijke-stop", _VERWIJDER, f"{_PAD}/StatusAanlevering", eerder=_tijdelijk_gestopt),
    B.goed("TR074", "na-verwijdering-opnieuw", niets, eerder=_start_verwijderd),
    B.fout("TR074", "zelfde-start-na-een-stop", niets, _PAD, eerder=_gestopt),
    B.fout("TR074", "zelfde-start", niets, _PAD, eerder=_gestart, ook=(("TR326", _PAD),)),
    B.goed("TR326", "na-een-stop", _LATER, eerder=_gestopt),
    B.goed("TR326", "na-een-tijdelijke-stop", _LATER, eerder=_tijdelijk_gestopt),
    B.goed(
        "TR326",
        "verwijdering-en-nieuwe-start-samen",
        samen(_VERWIJDER, dubbel(_LIJST, begindatum=D(2026, 1, 6), status_aanlevering="1")),
        eerder=_gestart,
    ),
    B.fout("TR326", "tweede-start", _LATER, _PAD, eerder=_gestart),
    B.goed("TR381", "code-van-zijn-categorie"),
    B.fout("TR381", "code-van-een-andere-categorie", zet(f"{_EEN}.product.categorie", "46"), f"{_PAD}/Product/Code"),
)
