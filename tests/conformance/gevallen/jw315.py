"""JW315: the verzoek om toewijzing."""

from collections.abc import Sequence
from typing import Final

from ijw.berichten.basis import Product, Verwijzer
from tests.conformance.basis import JW315_BASIS, D, aanvraag, jw315, jw319
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import dubbel, niets, samen, zet
from tests.conformance.toneel import Stap, Toneel

_LIJST: Final = "client.aangevraagde_producten"
_EEN: Final = f"{_LIJST}.0"
_PAD: Final = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]"
_TWEEDE: Final = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[2]"
_45A05 = Product(categorie="45", code="45A05")

B = JW315_BASIS
TWEE = Basis(soort="JW315", maak=lambda t: jw315(t, aanvraag(t), aanvraag(t, 1, product=_45A05)))
"""Two products asked for."""

_ZELFDE_REFERENTIE = zet(f"{_LIJST}.1.referentie_aanbieder", lambda t: t.referentie())
_ANDER = {"referentie_aanbieder": lambda t: t.referentie(1)}


def _verwijzer(type_: str, naam: str | None = None, code: str | None = None) -> object:
    return zet(f"{_EEN}.verwijzer", Verwijzer(type=type_, naam=naam, zorgverlener_code=code))


def _beschikking(nummer: int | None, ingang: D | None) -> object:
    return samen(zet(f"{_EEN}.beschikking_nummer", nummer), zet(f"{_EEN}.beschikking_ingangsdatum", ingang))


def _aangevraagd(t: Toneel) -> Sequence[Stap]:
    """Under another reference, for another product."""
    return (jw315(t, aanvraag(t, 5, product=_45A05), volg=90),)


def _onderzoek(t: Toneel) -> Sequence[Stap]:
    antwoord = {"verzoek_antwoord": "2", "reden_afwijzing_verzoek": None}
    return (*_aangevraagd(t), jw319(t, referentie_aanbieder=t.referentie(5), volg=91, **antwoord))


def _afgewezen(t: Toneel) -> Sequence[Stap]:
    return (*_aangevraagd(t), jw319(t, referentie_aanbieder=t.referentie(5), volg=91))


def _zelfde_afgewezen(t: Toneel) -> Sequence[Stap]:
    return (jw315(t, volg=90), jw319(t, volg=91))


def _een_van_twee_beantwoord(t: Toneel) -> Sequence[Stap]:
    twee = jw315(t, aanvraag(t, 5), aanvraag(t, 6, product=_45A05), volg=90)
    return (twee, jw319(t, referentie_aanbieder=t.referentie(5), volg=91))


GEVALLEN: Final[tuple[Geval, ...]] = (
    TWEE.goed("TR101", "twee-producten"),
    TWEE.fout(
        "TR101",
        "twee-producten-onder-een-referentie",
        _ZELFDE_REFERENTIE,
        _TWEEDE,
        ook=(("TR383", f"{_TWEEDE}/ReferentieAanbieder"),),
    ),
    TWEE.goed("TR383", "eigen-referentie"),
    TWEE.fout(
        "TR383",
        "zelfde-referentie",
        _ZELFDE_REFERENTIE,
        f"{_TWEEDE}/ReferentieAanbieder",
        ervoor=(("TR101", _TWEEDE),),
    ),
    B.goed(
        "TR386",
        "aansluitend",
        dubbel(_LIJST, toewijzing_ingangsdatum=D(2027, 1, 1), toewijzing_einddatum=None, **_ANDER),
    ),
    B.fout(
        "TR386",
        "een-dag-overlap",
        dubbel(_LIJST, toewijzing_ingangsdatum=D(2026, 12, 31), toewijzing_einddatum=None, **_ANDER),
        _TWEEDE,
    ),
    B.fout(
        "TR386",
        "categorie-naast-code",
        dubbel(_LIJST, product=Product(categorie="45"), omvang=None, **_ANDER),
        _TWEEDE,
    ),
    B.goed("CD043", "geen-beschikking"),
    B.goed("CD043", "beschikking-met-ingangsdatum", _beschikking(42, D(2026, 6, 1))),
    B.fout("CD043", "beschikking-zonder-ingangsdatum", _beschikking(42, None), f"{_PAD}/BeschikkingIngangsdatum"),
    B.fout(
        "CD043", "ingangsdatum-zonder-beschikking", _beschikking(None, D(2026, 6, 1)), f"{_PAD}/BeschikkingIngangsdatum"
    ),
    B.goed("CD066", "alleen-code", _verwijzer("02", code="01012345")),
    B.goed("CD066", "gemeente-met-naam", _verwijzer("01", naam="Wijkteam")),
    B.goed("CD067", "alleen-naam", _verwijzer("05", naam="Dr. Smit")),
    B.goed("CD068", "rechter-zonder-code", _verwijzer("06")),
    *(
        geval
        for type_ in ("02", "03", "04", "05")
        for geval in (
            B.fout("CD066", f"type-{type_}-met-beide", _verwijzer(type_, "Smit", "01012345"), f"{_PAD}/Verwijzer/Naam"),
            B.fout("CD067", f"type-{type_}-met-geen-van-beide", _verwijzer(type_), f"{_PAD}/Verwijzer/Naam"),
        )
    ),
    *(
        B.fout(
            "CD068",
            f"type-{type_}-met-code",
            _verwijzer(type_, code="01012345"),
            f"{_PAD}/Verwijzer/ZorgverlenerCode",
        )
        for type_ in ("01", "06", "08")
    ),
    B.goed("TR347", "nieuwe-referentie", eerder=_afgewezen),
    B.fout("TR347", "referentie-eerder-gebruikt", niets, f"{_PAD}/ReferentieAanbieder", eerder=_zelfde_afgewezen),
    TWEE.fout(
        "TR347",
        "een-van-twee",
        zet(f"{_LIJST}.1.referentie_aanbieder", lambda t: t.referentie(5)),
        f"{_TWEEDE}/ReferentieAanbieder",
        eerder=_afgewezen,
    ),
    B.goed("TR374", "vorig-verzoek-afgewezen", eerder=_afgewezen),
    B.goed("TR374", "verzoek-voor-andere-client", zet("client.bsn", lambda t: t.andere_bsn), eerder=_aangevraagd),
    B.fout("TR374", "vorig-verzoek-open", niets, "/Bericht", eerder=_aangevraagd),
    B.fout("TR374", "vorig-verzoek-in-onderzoek", niets, "/Bericht", eerder=_onderzoek),
    B.fout("TR374", "een-van-twee-beantwoord", niets, "/Bericht", eerder=_een_van_twee_beantwoord),
)
