"""The rules on the Header of every message that a party sends: TR056, TR135 and TR378."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.conformance.basis import BASES, D, jw319
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import samen, zet
from tests.conformance.toneel import Stap, Toneel

_BERICHT: Final = "/Bericht/Header/BerichtIdentificatie"
_IDENTIFICATIE: Final = "header.bericht_identificatie.identificatie"
_DAGTEKENING: Final = "header.bericht_identificatie.dagtekening"
_VAN_GEMEENTE: Final = frozenset({"JW301", "JW319"})


def _eerste(basis: Basis, t: Toneel) -> Sequence[Stap]:
    """The conforming message under its Identificatie, a little different to the byte; a verzoek is answered."""
    bericht: Stap = zet("header.xsd_versie.bericht_xsd_versie", "1.0.9")(basis.maak(t), t)
    return (bericht, jw319(t, volg=97)) if basis.soort in {"JW315", "JW317"} else (bericht,)


def _van_een_ander(basis: Basis, t: Toneel) -> Sequence[Stap]:
    """Another party uses the same Identificatie for the same kind of message."""
    bericht = zet(_IDENTIFICATIE, t.identificatie())(basis.maak(t.ander), t)
    return (*basis.vooraf(t.ander), bericht)


def _gevallen(basis: Basis) -> Iterator[Geval]:
    gemeente = "Afzender" if basis.soort in _VAN_GEMEENTE else "Ontvanger"
    veld = f"header.{gemeente.lower()}"
    yield basis.goed("TR056", "van-een-andere-afzender", eerder=lambda t: _van_een_ander(basis, t))
    yield basis.fout(
        "TR056",
        "eerder-gebruikt",
        zet("header.xsd_versie.bericht_xsd_versie", "1.0.0"),
        f"{_BERICHT}/Identificatie",
        eerder=lambda t: _eerste(basis, t),
    )
    yield basis.goed("TR135", "vandaag")
    yield basis.fout("TR135", "morgen", zet(_DAGTEKENING, D(2026, 5, 7)), f"{_BERICHT}/Dagtekening")
    yield basis.goed("TR378", "bestaande-gemeente")
    yield basis.fout("TR378", "onbekende-gemeente", zet(veld, "9999"), f"/Bericht/Header/{gemeente}")
    yield basis.fout(
        "TR378",
        "alles-in-de-header",
        samen(zet(veld, "9999"), zet(_DAGTEKENING, D(2026, 5, 7))),
        f"/Bericht/Header/{gemeente}",
        ervoor=(("TR135", f"{_BERICHT}/Dagtekening"),),
    )


GEVALLEN: Final[tuple[Geval, ...]] = tuple(geval for basis in BASES.values() for geval in _gevallen(basis))
