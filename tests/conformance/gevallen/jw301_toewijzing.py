"""JW301, inside the message: what is assigned."""

from typing import Final

from ijw.berichten.basis import Omvang, Product
from tests.conformance.basis import JW301_BASIS, UREN, D, jw301, toewijzing
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import dubbel, samen, weg, zet

_LIJST: Final = "client.toegewezen_producten"
_EEN: Final = f"{_LIJST}.0"
_PAD: Final = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"
_TWEEDE: Final = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[2]"

B = JW301_BASIS
BUDGET = Basis(
    soort="JW301",
    maak=lambda t: jw301(t, toewijzing(t, product=Product(categorie="45"), omvang=None, budget=500_000)),
)
"""Aspecific with a budget."""
ASPECIFIEK = Basis(soort="JW301", maak=lambda t: jw301(t, toewijzing(t, product=Product(categorie="45"), omvang=None)))
"""Aspecific without a budget."""

_NIEUW = {"toewijzing_nummer": lambda t: t.toewijzing(1)}


def _omvang(eenheid: str, frequentie: str) -> Omvang:
    return Omvang(volume=5, eenheid=eenheid, frequentie=frequentie)


GEVALLEN: Final[tuple[Geval, ...]] = (
    B.goed(
        "TR101",
        "toewijzingen-met-eigen-nummer",
        dubbel(_LIJST, product=Product(categorie="45", code="45A05"), **_NIEUW),
    ),
    B.fout(
        "TR101",
        "toewijzingen-met-een-nummer",
        dubbel(_LIJST, product=Product(categorie="45", code="45A05")),
        _TWEEDE,
    ),
    B.goed("TR134", "vandaag-toegewezen", zet(f"{_EEN}.toewijzingsdatum", D(2026, 5, 6))),
    B.fout("TR134", "morgen-toegewezen", zet(f"{_EEN}.toewijzingsdatum", D(2026, 5, 7)), f"{_PAD}/Toewijzingsdatum"),
    B.goed(
        "TR302",
        "aansluitend",
        dubbel(_LIJST, ingangsdatum=D(2027, 1, 1), einddatum=D(2027, 12, 31), **_NIEUW),
    ),
    B.goed(
        "TR302",
        "verwijderd-telt-niet",
        dubbel(_LIJST, einddatum=D(2026, 1, 1), reden_wijziging="13", **_NIEUW),
    ),
    B.fout(
        "TR302",
        "een-dag-overlap",
        dubbel(_LIJST, ingangsdatum=D(2026, 12, 31), einddatum=None, **_NIEUW),
        _TWEEDE,
    ),
    B.fout(
        "TR302",
        "categorie-naast-code",
        dubbel(_LIJST, product=Product(categorie="45"), omvang=None, ingangsdatum=D(2026, 3, 1), **_NIEUW),
        _TWEEDE,
    ),
    B.fout(
        "TR302",
        "generiek-naast-alles",
        dubbel(_LIJST, product=None, omvang=None, budget=1000, ingangsdatum=D(2026, 3, 1), **_NIEUW),
        _TWEEDE,
    ),
    B.goed("CD041", "code-met-omvang"),
    B.fout("CD041", "code-zonder-omvang", weg(f"{_EEN}.omvang"), f"{_PAD}/Omvang"),
    BUDGET.goed("CD075", "budget-met-einddatum"),
    BUDGET.fout("CD075", "budget-zonder-einddatum", weg(f"{_EEN}.einddatum"), f"{_PAD}/Einddatum"),
    B.goed("CD076", "per-maand-zonder-einddatum", weg(f"{_EEN}.einddatum")),
    B.fout(
        "CD076",
        "per-week-zonder-einddatum",
        samen(weg(f"{_EEN}.einddatum"), zet(f"{_EEN}.omvang.frequentie", "2")),
        f"{_PAD}/Einddatum",
    ),
    BUDGET.goed("CD077", "budget-zonder-omvang"),
    B.fout(
        "CD077",
        "omvang-met-budget",
        zet(f"{_EEN}.budget", 500_000),
        f"{_PAD}/Omvang",
        ook=(("CD078", f"{_PAD}/Budget"),),
    ),
    B.goed("CD078", "omvang-zonder-budget"),
    B.fout(
        "CD078",
        "budget-met-omvang",
        zet(f"{_EEN}.budget", 0),
        f"{_PAD}/Budget",
        ervoor=(("CD077", f"{_PAD}/Omvang"),),
    ),
    BUDGET.goed("CD079", "generiek-met-budget", weg(f"{_EEN}.product")),
    ASPECIFIEK.fout("CD079", "generiek-zonder-budget", weg(f"{_EEN}.product"), f"{_PAD}/Product"),
    ASPECIFIEK.goed("CD080", "categorie-zonder-omvang"),
    B.goed(
        "CD080",
        "oude-categorie-met-omvang",
        samen(
            weg(f"{_EEN}.product.code"),
            zet(f"{_EEN}.ingangsdatum", D(2020, 1, 1)),
            zet(f"{_EEN}.einddatum", D(2020, 12, 31)),
        ),
    ),
    ASPECIFIEK.fout("CD080", "categorie-met-omvang", zet(f"{_EEN}.omvang", UREN), f"{_PAD}/Omvang"),
    ASPECIFIEK.fout(
        "CD080",
        "categorie-met-omvang-zonder-einddatum",
        samen(zet(f"{_EEN}.omvang", UREN), weg(f"{_EEN}.einddatum")),
        f"{_PAD}/Omvang",
    ),
    B.goed("CS003", "een-dag", zet(f"{_EEN}.einddatum", D(2026, 1, 1))),
    B.fout("CS003", "eindigt-voor-begin", zet(f"{_EEN}.einddatum", D(2025, 12, 31)), f"{_PAD}/Einddatum"),
    B.goed(
        "CS335",
        "verwijderd-op-ingangsdatum",
        samen(zet(f"{_EEN}.reden_wijziging", "13"), zet(f"{_EEN}.einddatum", D(2026, 1, 1))),
    ),
    B.fout(
        "CS335",
        "verwijderd-met-looptijd",
        zet(f"{_EEN}.reden_wijziging", "13"),
        f"{_PAD}/RedenWijziging",
    ),
    B.fout(
        "CS335",
        "verwijderd-zonder-einddatum",
        samen(zet(f"{_EEN}.reden_wijziging", "13"), weg(f"{_EEN}.einddatum")),
        f"{_PAD}/RedenWijziging",
    ),
    B.goed("CS336", "administratieve-correctie-14", zet(f"{_EEN}.reden_wijziging", "14")),
    B.fout("CS336", "vervallen-correctie-01", zet(f"{_EEN}.reden_wijziging", "01"), f"{_PAD}/RedenWijziging"),
    B.goed("CS338", "uren-per-dag", zet(f"{_EEN}.omvang", _omvang("04", "1"))),
    *(B.goed("CS338", f"etmaal-frequentie-{f}", zet(f"{_EEN}.omvang", _omvang("14", f))) for f in "246"),
    *(
        B.fout(
            "CS338",
            f"eenheid-{eenheid}-per-dag",
            zet(f"{_EEN}.omvang", _omvang(eenheid, "1")),
            f"{_PAD}/Omvang/Frequentie",
        )
        for eenheid in ("14", "16", "83", "84")
    ),
)
