"""JW317: the verzoek om wijziging, in itself and beside the toewijzingen that run."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from ijw.berichten.basis import Omvang, Product
from ijw.berichten.jw317 import OngewijzigdProduct317, TeWijzigenProduct317
from tests.conformance.basis import (
    JW317_BASIS,
    UREN,
    D,
    aanvraag,
    jw301,
    jw315,
    jw317,
    jw319,
    toewijzing,
)
from tests.conformance.geval import Basis, Geval
from tests.conformance.gevallen.aanspraak import ANDER_BUDGET, NIEUW
from tests.conformance.mutatie import dubbel, erbij, niets, samen, zet
from tests.conformance.toneel import Stap, Toneel

_VERZOEK: Final = "/Bericht/Client/Verzoek"
_BLIJFT: Final = f"{_VERZOEK}/OngewijzigdeProducten/OngewijzigdProduct"
_ANDERS: Final = f"{_VERZOEK}/TeWijzigenProducten/TeWijzigenProduct"
_ERBIJ: Final = f"{_VERZOEK}/NieuweProducten/NieuwProduct"
_WIJZIG: Final = "client.verzoek.te_wijzigen_producten"
_NIEUW: Final = "client.verzoek.nieuwe_producten"
_BEGIN, _EIND = D(2026, 1, 1), D(2026, 12, 31)

B = JW317_BASIS


def _op(toewijzing_anders: dict[str, Any], **wijziging: Any) -> Basis:
    """A change of the only toewijzing, from 1 June."""

    def maak(t: Toneel) -> Any:
        velden: dict[str, Any] = {"gewenste_ingangsdatum": D(2026, 6, 1), "einddatum": _EIND} | wijziging
        anders = TeWijzigenProduct317(toewijzing_nummer=t.toewijzing(), **velden)
        return jw317(t, ongewijzigde_producten=(), te_wijzigen_producten=(anders,))

    return Basis(
        soort="JW317",
        maak=maak,
        vooraf=lambda t: (jw301(t, toewijzing(t, **toewijzing_anders), volg=90),),
    )


IN_TOTAAL: Final = replace(UREN, volume=100, frequentie="6")
TOTAAL = _op({"omvang": IN_TOTAAL}, gewenste_ingangsdatum=_BEGIN, omvang=replace(IN_TOTAAL, volume=150))
GENERIEK = _op({"product": None, "omvang": None, "budget": 500_000}, gewenste_ingangsdatum=_BEGIN, budget=600_000)
ASPECIFIEK = _op({"product": Product(categorie="46"), "omvang": None}, einddatum=D(2026, 9, 30))


def _nog_een(nummer: Any) -> Any:
    return erbij(
        "client.verzoek.ongewijzigde_producten",
        lambda _, t: OngewijzigdProduct317(toewijzing_nummer=nummer(t)),
    )


def _nog_een_wijziging(nummer: Any) -> Any:
    return dubbel(_WIJZIG, toewijzing_nummer=nummer)


def _verwijderd(t: Toneel) -> Sequence[Stap]:
    """A third toewijzing that was removed again."""
    velden = {"product": Product(categorie="45", code="45A06")}
    weg = {"einddatum": _BEGIN, "reden_wijziging": "13", "toewijzingsdatum": D(2026, 5, 4)}
    return (
        jw301(t, toewijzing(t, 3, **velden), volg=92),
        jw301(t, toewijzing(t, 3, **(velden | weg)), volg=93),
    )


def _aangevraagd(t: Toneel) -> Sequence[Stap]:
    return (jw315(t, aanvraag(t, 5, product=Product(categorie="46"), omvang=None), volg=94),)


def _afgewezen(t: Toneel) -> Sequence[Stap]:
    return (*_aangevraagd(t), jw319(t, referentie_aanbieder=t.referentie(5), volg=95))


_INHOUD: Final = (
    B.goed("TR101", "elk-nummer-een-keer"),
    B.fout("TR101", "ongewijzigd-dubbel", _nog_een(lambda t: t.toewijzing(1)), f"{_BLIJFT}[2]"),
    B.fout("TR101", "wijziging-dubbel", _nog_een_wijziging(lambda t: t.toewijzing()), f"{_ANDERS}[2]"),
    NIEUW.fout("TR101", "nieuw-dubbel", dubbel(_NIEUW), f"{_ERBIJ}[2]", ook=(("TR410", f"{_ERBIJ}[2]"),)),
    NIEUW.goed("TR352", "iets-blijft"),
    NIEUW.fout("TR352", "alleen-nieuw", zet("client.verzoek.ongewijzigde_producten", ()), _VERZOEK),
    B.goed("TR353", "iets-wijzigt"),
    B.fout("TR353", "alleen-ongewijzigd", zet(_WIJZIG, ()), _VERZOEK),
    NIEUW.goed("TR380", "morgen", zet(f"{_NIEUW}.0.gewenste_ingangsdatum", D(2026, 5, 7))),
    NIEUW.fout(
        "TR380",
        "vandaag",
        zet(f"{_NIEUW}.0.gewenste_ingangsdatum", D(2026, 5, 6)),
        f"{_ERBIJ}[1]/GewensteIngangsdatum",
    ),
    NIEUW.goed(
        "TR410",
        "aansluitend",
        dubbel(_NIEUW, gewenste_ingangsdatum=D(2027, 1, 1), einddatum=D(2027, 6, 30)),
    ),
    NIEUW.fout("TR410", "een-dag-overlap", dubbel(_NIEUW, gewenste_ingangsdatum=_EIND, einddatum=None), f"{_ERBIJ}[2]"),
)

_VERZOEKEN: Final = (
    B.goed("TR304", "client-met-toewijzing"),
    B.fout(
        "TR304",
        "client-zonder-toewijzing",
        zet("client.bsn", lambda t: t.andere_bsn),
        "/Bericht/Client/Bsn",
        ook=(("TR350", f"{_BLIJFT}[1]"), ("TR351", f"{_ANDERS}[1]")),
    ),
    B.goed("TR347", "nieuwe-referentie", eerder=_afgewezen),
    B.fout(
        "TR347",
        "referentie-eerder-gebruikt",
        zet("client.verzoek.referentie_aanbieder", lambda t: t.referentie(5)),
        f"{_VERZOEK}/ReferentieAanbieder",
        eerder=_afgewezen,
    ),
    B.goed("TR374", "vorig-verzoek-afgewezen", eerder=_afgewezen),
    B.fout("TR374", "vorig-verzoek-open", niets, "/Bericht", eerder=_aangevraagd),
)

_PAKKET: Final = (
    B.goed("TR349", "elke-toewijzing-komt-voor"),
    B.goed("TR349", "verwijderde-hoeft-niet", niets, eerder=_verwijderd),
    B.fout("TR349", "een-ontbreekt", zet("client.verzoek.ongewijzigde_producten", ()), _VERZOEK),
    B.goed("TR350", "lopende-toewijzing"),
    B.fout("TR350", "onbekend-nummer", _nog_een(lambda t: t.toewijzing(9)), f"{_BLIJFT}[2]"),
    B.fout("TR350", "verwijderd", _nog_een(lambda t: t.toewijzing(3)), f"{_BLIJFT}[2]", eerder=_verwijderd),
    B.goed("TR351", "lopende-toewijzing"),
    B.fout("TR351", "onbekend-nummer", _nog_een_wijziging(lambda t: t.toewijzing(9)), f"{_ANDERS}[2]"),
    B.goed("TR357", "vanaf-de-ingangsdatum", zet(f"{_WIJZIG}.0.gewenste_ingangsdatum", _BEGIN)),
    B.goed("TR357", "vanaf-morgen", zet(f"{_WIJZIG}.0.gewenste_ingangsdatum", D(2026, 5, 7))),
    B.fout(
        "TR357",
        "vanaf-vandaag",
        zet(f"{_WIJZIG}.0.gewenste_ingangsdatum", D(2026, 5, 6)),
        f"{_ANDERS}[1]/GewensteIngangsdatum",
    ),
    NIEUW.goed(
        "TR361",
        "na-wat-loopt",
        samen(
            zet(f"{_NIEUW}.0.product", Product(categorie="45", code="45A05")),
            zet(f"{_NIEUW}.0.gewenste_ingangsdatum", D(2027, 1, 1)),
            zet(f"{_NIEUW}.0.einddatum", D(2027, 12, 31)),
        ),
    ),
    NIEUW.fout("TR361", "naast-wat-loopt", zet(f"{_NIEUW}.0.product", Product(categorie="45", code="45A05")), _VERZOEK),
    ANDER_BUDGET.goed("TR373", "ander-budget-vanaf-de-ingangsdatum"),
    ANDER_BUDGET.fout(
        "TR373",
        "ander-budget-later",
        zet(f"{_WIJZIG}.0.gewenste_ingangsdatum", D(2026, 6, 1)),
        f"{_ANDERS}[1]/GewensteIngangsdatum",
    ),
    TOTAAL.goed("TR373", "ander-totaal-vanaf-de-ingangsdatum"),
    TOTAAL.fout(
        "TR373",
        "ander-totaal-later",
        zet(f"{_WIJZIG}.0.gewenste_ingangsdatum", D(2026, 6, 1)),
        f"{_ANDERS}[1]/GewensteIngangsdatum",
    ),
    GENERIEK.goed("TR375", "generiek-met-budget"),
    GENERIEK.fout(
        "TR375",
        "generiek-met-omvang",
        samen(zet(f"{_WIJZIG}.0.budget", None), zet(f"{_WIJZIG}.0.omvang", UREN)),
        f"{_ANDERS}[1]/Omvang",
        ook=(("TR412", f"{_ANDERS}[1]/Omvang"),),
    ),
    B.goed("TR411", "code-met-omvang"),
    B.fout("TR411", "code-zonder-omvang", zet(f"{_WIJZIG}.0.omvang", None), f"{_ANDERS}[1]/Omvang"),
    ASPECIFIEK.goed("TR412", "aspecifiek-zonder-omvang"),
    ASPECIFIEK.fout(
        "TR412",
        "aspecifiek-met-omvang",
        zet(f"{_WIJZIG}.0.omvang", Omvang(volume=5, eenheid="04", frequentie="4")),
        f"{_ANDERS}[1]/Omvang",
    ),
)

GEVALLEN: Final[tuple[Geval, ...]] = (*_INHOUD, *_VERZOEKEN, *_PAKKET)
