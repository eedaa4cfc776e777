"""JW301 against what came before and what others know: numbers, requests, awarded prestaties."""

from collections.abc import Sequence
from typing import Final

from ijw.berichten.basis import Product
from tests.conformance.basis import JW301_BASIS, D, aanvraag, contract, credit, jw301, jw315, jw323, prestatie
from tests.conformance.geval import Geval
from tests.conformance.mutatie import dubbel, samen, zet
from tests.conformance.toneel import Stap, Toneel

_EEN: Final = "client.toegewezen_producten.0"
_PAD: Final = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"

B = JW301_BASIS


def _toegewezen(t: Toneel) -> Sequence[Stap]:
    return (jw301(t, volg=90),)


def _toegekend(t: Toneel) -> Sequence[Stap]:
    return (contract(t), *_toegewezen(t), jw323(t, volg=91))


def _gecrediteerd(t: Toneel) -> Sequence[Stap]:
    return (*_toegekend(t), jw323(t, credit(prestatie(t), "A2"), volg=92))


def _aangevraagd(t: Toneel) -> Sequence[Stap]:
    return (jw315(t, volg=90),)


def _al_verleend(t: Toneel) -> Sequence[Stap]:
    return (*_aangevraagd(t), zet(f"{_EEN}.referentie_aanbieder", t.referentie())(jw301(t, volg=91), t))


_VERWIJDERD = samen(
    zet(f"{_EEN}.reden_wijziging", "13"),
    zet(f"{_EEN}.einddatum", D(2026, 1, 1)),
    zet(f"{_EEN}.toewijzingsdatum", D(2026, 5, 4)),
)

GEVALLEN: Final[tuple[Geval, ...]] = (
    B.goed(
        "TR332",
        "nieuwe-versie-onder-zelfde-nummer",
        samen(
            zet(f"{_EEN}.toewijzingsdatum", D(2026, 5, 4)),
            zet(f"{_EEN}.einddatum", D(2026, 9, 30)),
            zet(f"{_EEN}.reden_wijziging", "05"),
        ),
        eerder=_toegewezen,
    ),
    B.goed(
        "TR332",
        "nummer-van-een-andere-gemeente",
        zet(f"{_EEN}.toewijzing_nummer", lambda t: t.ander.toewijzing()),
        eerder=lambda t: _toegewezen(t.ander),
    ),
    *(
        B.fout("TR332", f"ander-kenmerk-{naam}", mutatie, f"{_PAD}/ToewijzingNummer", eerder=_toegewezen)
        for naam, mutatie in (
            ("client", zet("client.bsn", lambda t: t.andere_bsn)),
            ("aanbieder", zet("header.ontvanger", lambda t: t.ander.aanbieder)),
            ("product", zet(f"{_EEN}.product", Product(categorie="45", code="45A05"))),
            ("ingangsdatum", zet(f"{_EEN}.ingangsdatum", D(2026, 2, 1))),
        )
    ),
    B.fout(
        "TR332",
        "een-van-twee",
        samen(
            zet(f"{_EEN}.ingangsdatum", D(2026, 2, 1)),
            dubbel(
                "client.toegewezen_producten",
                toewijzing_nummer=lambda t: t.toewijzing(1),
                product=Product(categorie="45", code="45A05"),
            ),
        ),
        f"{_PAD}/ToewijzingNummer",
        eerder=_toegewezen,
    ),
    B.goed(
        "TR379",
        "referentie-van-open-verzoek",
        zet(f"{_EEN}.referentie_aanbieder", lambda t: t.referentie()),
        eerder=_aangevraagd,
    ),
    B.fout(
        "TR379",
        "onbekende-referentie",
        zet(f"{_EEN}.referentie_aanbieder", "NOOIT-GEVRAAGD"),
        f"{_PAD}/ReferentieAanbieder",
    ),
    B.fout(
        "TR379",
        "verzoek-van-andere-client",
        zet(f"{_EEN}.referentie_aanbieder", lambda t: t.referentie()),
        f"{_PAD}/ReferentieAanbieder",
        eerder=lambda t: (jw315(t, aanvraag(t), volg=90, bsn=t.andere_bsn),),
    ),
    B.fout(
        "TR379",
        "verzoek-al-toegewezen",
        samen(
            zet(f"{_EEN}.toewijzing_nummer", lambda t: t.toewijzing(1)),
            zet(f"{_EEN}.referentie_aanbieder", lambda t: t.referentie()),
        ),
        f"{_PAD}/ReferentieAanbieder",
        eerder=_al_verleend,
    ),
    B.goed("TR381", "code-van-zijn-categorie"),
    B.fout("TR381", "code-van-een-andere-categorie", zet(f"{_EEN}.product.categorie", "46"), f"{_PAD}/Product/Code"),
    B.fout("TR381", "onbekende-code", zet(f"{_EEN}.product.code", "45Z99"), f"{_PAD}/Product/Code"),
    B.goed("TR385", "nooit-gedeclareerd", _VERWIJDERD, eerder=_toegewezen),
    B.goed("TR385", "toegekend-en-gecrediteerd", _VERWIJDERD, eerder=_gecrediteerd),
    B.fout("TR385", "toegekende-prestatie", _VERWIJDERD, _PAD, eerder=_toegekend),
)
