"""JW307: the end of a delivery, for good or for a while."""

from collections.abc import Sequence
from typing import Final

from ijw.berichten.basis import Product
from tests.conformance.basis import JW307_BASIS, D, jw305, jw307, start, stop, twee_toewijzingen
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import dubbel, niets, samen, zet
from tests.conformance.toneel import Stap, Toneel

_LIJST: Final = "client.stop_producten"
_EEN: Final = f"{_LIJST}.0"
_PAD: Final = "/Bericht/Client/StopProducten/StopProduct[1]"
_TWEEDE: Final = "/Bericht/Client/StopProducten/StopProduct[2]"
_45A05 = Product(categorie="45", code="45A05")

B = JW307_BASIS
TWEE = Basis(
    soort="JW307",
    maak=lambda t: jw307(t, stop(t), stop(t, 1, product=_45A05)),
    vooraf=lambda t: (*twee_toewijzingen(t), jw305(t, start(t), start(t, 1, product=_45A05), volg=91)),
)
"""Two stops of two starts."""

_VERWIJDER = zet(f"{_EEN}.status_aanlevering", "3")
_TIJDELIJK = zet(f"{_EEN}.reden_beeindiging", "20")


def _eind(dag: D) -> object:
    return zet(f"{_EEN}.einddatum", dag)


def _gestopt(t: Toneel) -> Sequence[Stap]:
    return (jw307(t, volg=92),)


def _tijdelijk(t: Toneel) -> Sequence[Stap]:
    return (jw307(t, stop(t, reden_beeindiging="20"), volg=92),)


def _stop_verwijderd(t: Toneel) -> Sequence[Stap]:
    return (*_gestopt(t), jw307(t, stop(t, status_aanlevering="3"), volg=93))


def _tijdelijk_en_hervat(t: Toneel) -> Sequence[Stap]:
    return (*_tijdelijk(t), jw305(t, start(t, begindatum=D(2026, 5, 1)), volg=93))


GEVALLEN: Final[tuple[Geval, ...]] = (
    B.goed("TR018", "een-dag", _eind(D(2026, 1, 5))),
    B.fout("TR018", "eindigt-voor-begin", _eind(D(2026, 1, 4)), f"{_PAD}/Einddatum"),
    TWEE.goed("TR101", "twee-toewijzingen"),
    B.fout("TR101", "dubbele-stop", dubbel(_LIJST), _TWEEDE),
    B.goed("TR134", "vandaag-gestopt", _eind(D(2026, 5, 6))),
    B.fout("TR134", "morgen-gestopt", _eind(D(2026, 5, 7)), f"{_PAD}/Einddatum"),
    B.goed("CS058", "eerste-aanlevering"),
    B.goed("CS058", "verwijdering", _VERWIJDER, eerder=_gestopt),
    *(
        B.fout("CS058", f"status-{status}", zet(f"{_EEN}.status_aanlevering", status), f"{_PAD}/StatusAanlevering")
        for status in "29"
    ),
    B.goed("TR019", "bekende-toewijzing"),
    B.fout(
        "TR019",
        "onbekend-nummer",
        zet(f"{_EEN}.toewijzing_nummer", lambda t: t.toewijzing(9)),
        _PAD,
        ook=(("TR382", _PAD),),
    ),
    B.goed("TR063", "aangeleverde-stop", _VERWIJDER, eerder=_gestopt),
    B.fout("TR063", "nooit-aangeleverd", _VERWIJDER, f"{_PAD}/StatusAanlevering"),
    B.fout(
        "TR063",
        "andere-reden",
        samen(_VERWIJDER, zet(f"{_EEN}.reden_beeindiging", "32")),
        f"{_PAD}/StatusAanlevering",
        eerder=_gestopt,
    ),
    B.fout(
        "TR063",
        "andere-einddatum",
        samen(_VERWIJDER, _eind(D(2026, 4, 29))),
        f"{_PAD}/StatusAanlevering",
        eerder=_gestopt,
    ),
    B.goed("TR074", "na-verwijdering-opnieuw", niets, eerder=_stop_verwijderd),
    B.fout("TR074", "zelfde-stop", niets, _PAD, eerder=_gestopt, ook=(("TR415", _PAD),)),
    B.fout("TR074", "zelfde-tijdelijke-stop", _TIJDELIJK, _PAD, eerder=_tijdelijk, ook=(("TR413", _PAD),)),
    B.goed("TR381", "code-van-zijn-categorie"),
    B.fout(
        "TR381",
        "code-van-een-andere-categorie",
        zet(f"{_EEN}.product.categorie", "46"),
        f"{_PAD}/Product/Code",
        ook=(("TR382", _PAD),),
    ),
    B.goed("TR382", "laatste-start"),
    B.goed(
        "TR382",
        "hervatte-start",
        samen(zet(f"{_EEN}.begindatum", D(2026, 5, 1)), _eind(D(2026, 5, 5))),
        eerder=_tijdelijk_en_hervat,
    ),
    B.fout("TR382", "andere-begindatum", zet(f"{_EEN}.begindatum", D(2026, 1, 6)), _PAD),
    B.fout("TR382", "ander-product", zet(f"{_EEN}.product", _45A05), _PAD),
    TWEE.fout("TR382", "een-van-twee", zet(f"{_LIJST}.1.begindatum", D(2026, 1, 6)), _TWEEDE),
    B.goed("TR413", "definitief-na-tijdelijk", _eind(D(2026, 5, 1)), eerder=_tijdelijk),
    B.fout("TR413", "tweede-tijdelijke-stop", samen(_TIJDELIJK, _eind(D(2026, 5, 1))), _PAD, eerder=_tijdelijk),
    B.goed("TR414", "zelfde-einddatum", niets, eerder=_tijdelijk),
    B.fout("TR414", "eerder-dan-de-tijdelijke", _eind(D(2026, 4, 29)), f"{_PAD}/Einddatum", eerder=_tijdelijk),
    B.goed("TR415", "eerste-definitieve-stop"),
    B.fout("TR415", "tweede-definitieve-stop", _eind(D(2026, 5, 1)), _PAD, eerder=_gestopt),
    B.fout(
        "TR415",
        "tijdelijk-na-definitief",
        samen(_TIJDELIJK, _eind(D(2026, 5, 1))),
        _PAD,
        eerder=_gestopt,
    ),
)
