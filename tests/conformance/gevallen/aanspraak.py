"""The rules on what is asked for: product, dates, size and budget, in JW315 and in both classes of JW317."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from ijw.berichten.basis import Omvang, Product
from ijw.berichten.jw317 import NieuwProduct317, OngewijzigdProduct317, TeWijzigenProduct317
from tests.conformance.basis import JW315_BASIS, JW317_BASIS, UREN, D, aanvraag, jw301, jw315, jw317, toewijzing
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import samen, weg, zet
from tests.conformance.toneel import Toneel

BUDGET: Final[dict[str, Any]] = {"product": Product(categorie="46"), "omvang": None, "budget": 500_000}
"""What makes a product aspecific with a budget."""
_BEGIN, _EIND = D(2026, 6, 1), D(2026, 12, 31)


class Plaats(NamedTuple):
    """Where in a message the product stands: field and path of its class, names of its end date; ``naam`` for ids."""

    naam: str
    veld: str
    pad: str
    eind: str
    element: str


class Bases(NamedTuple):
    """The class with hours, with a budget, and with neither; the last two without Code."""

    uren: Basis
    budget: Basis
    geen: Basis | None


def _nieuw(**anders: Any) -> NieuwProduct317:
    velden: dict[str, Any] = {
        "product": Product(categorie="43", code="43A03"),
        "gewenste_ingangsdatum": _BEGIN,
        "einddatum": _EIND,
        "omvang": Omvang(volume=10, eenheid="14", frequentie="4"),
    }
    return NieuwProduct317(**(velden | anders))


def _met_nieuw(**anders: Any) -> Basis:
    """A product is asked beside the two toewijzingen that stay."""

    def maak(t: Toneel) -> Any:
        blijft = tuple(OngewijzigdProduct317(toewijzing_nummer=t.toewijzing(volg)) for volg in (0, 1))
        nieuw = (_nieuw(**anders),)
        return jw317(t, ongewijzigde_producten=blijft, te_wijzigen_producten=(), nieuwe_producten=nieuw)

    return Basis(soort="JW317", maak=maak, vooraf=JW317_BASIS.vooraf)


def _ander_budget(t: Toneel) -> Any:
    meer = TeWijzigenProduct317(
        toewijzing_nummer=t.toewijzing(), gewenste_ingangsdatum=D(2026, 1, 1), einddatum=_EIND, budget=600_000
    )
    return jw317(t, ongewijzigde_producten=(), te_wijzigen_producten=(meer,))


NIEUW: Final = _met_nieuw()
"""A JW317 that asks for a product beside what stays."""
ANDER_BUDGET: Final = Basis(
    soort="JW317",
    maak=_ander_budget,
    vooraf=lambda t: (jw301(t, toewijzing(t, **BUDGET), volg=90),),
)
"""A JW317 that asks for more budget on the only toewijzing."""


def _aangevraagd(**anders: Any) -> Basis:
    return Basis(soort="JW315", maak=lambda t: jw315(t, aanvraag(t, **anders)))


_GEEN: Final[dict[str, Any]] = {"product": Product(categorie="46"), "omvang": None}
_PLAATSEN: Final = (
    (
        Plaats(
            "",
            "client.aangevraagde_producten.0",
            "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]",
            "toewijzing_einddatum",
            "ToewijzingEinddatum",
        ),
        Bases(JW315_BASIS, _aangevraagd(**BUDGET), _aangevraagd(**_GEEN)),
    ),
    (
        Plaats(
            "nieuw-",
            "client.verzoek.nieuwe_producten.0",
            "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[1]",
            "einddatum",
            "Einddatum",
        ),
        Bases(NIEUW, _met_nieuw(**BUDGET), _met_nieuw(**_GEEN)),
    ),
    (
        Plaats(
            "wijziging-",
            "client.verzoek.te_wijzigen_producten.0",
            "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct[1]",
            "einddatum",
            "Einddatum",
        ),
        Bases(JW317_BASIS, ANDER_BUDGET, None),
    ),
)


def _grootte(p: Plaats, b: Bases) -> Iterator[Geval]:
    """Omvang and Budget, and the end date they need."""
    eind, naam = f"{p.veld}.{p.eind}", p.naam
    yield b.budget.goed("CD075", f"{naam}budget-met-einddatum")
    yield b.budget.fout("CD075", f"{naam}budget-zonder-einddatum", weg(eind), f"{p.pad}/{p.element}")
    yield b.uren.goed("CD076", f"{naam}per-maand-zonder-einddatum", weg(eind))
    per_week = samen(weg(eind), zet(f"{p.veld}.omvang.frequentie", "2"))
    yield b.uren.fout("CD076", f"{naam}per-week-zonder-einddatum", per_week, f"{p.pad}/{p.element}")
    omvang, budget = ("CD077", f"{p.pad}/Omvang"), ("CD078", f"{p.pad}/Budget")
    yield b.budget.goed("CD077", f"{naam}budget-zonder-omvang")
    yield b.uren.fout("CD077", f"{naam}omvang-met-budget", zet(f"{p.veld}.budget", 500_000), omvang[1], ook=(budget,))
    yield b.uren.goed("CD078", f"{naam}omvang-zonder-budget")
    yield b.uren.fout("CD078", f"{naam}budget-met-omvang", zet(f"{p.veld}.budget", 0), budget[1], ervoor=(omvang,))


def _datums(p: Plaats, b: Bases) -> Iterator[Geval]:
    eind, naam = f"{p.veld}.{p.eind}", p.naam
    yield b.uren.goed("CS003", f"{naam}een-dag", zet(eind, _BEGIN))
    yield b.uren.fout("CS003", f"{naam}eindigt-voor-begin", zet(eind, D(2026, 5, 31)), f"{p.pad}/{p.element}")


def _eenheden(p: Plaats, b: Bases) -> Iterator[Geval]:
    regel, naam, omvang = "CS343" if b.uren.soort == "JW315" else "CS338", p.naam, f"{p.veld}.omvang"
    yield b.uren.goed(regel, f"{naam}uren-per-dag", zet(omvang, replace(UREN, frequentie="1")))
    yield b.uren.goed(regel, f"{naam}etmaal-in-totaal", zet(omvang, Omvang(volume=5, eenheid="14", frequentie="6")))
    for eenheid in ("14", "16", "83", "84"):
        per_dag = Omvang(volume=5, eenheid=eenheid, frequentie="1")
        pad = f"{p.pad}/Omvang/Frequentie"
        yield b.uren.fout(regel, f"{naam}eenheid-{eenheid}-per-dag", zet(omvang, per_dag), pad)


def _product(p: Plaats, b: Bases) -> Iterator[Geval]:
    """Only where a Product can be named."""
    if b.geen is None:
        return
    naam, zonder_code = p.naam, "CD095" if b.uren.soort == "JW315" else "CD096"
    yield b.uren.goed("CD041", f"{naam}code-met-omvang")
    yield b.uren.fout("CD041", f"{naam}code-zonder-omvang", weg(f"{p.veld}.omvang"), f"{p.pad}/Omvang")
    yield b.budget.goed("CD079", f"{naam}aspecifiek-met-budget")
    yield b.geen.fout("CD079", f"{naam}generiek-zonder-budget", weg(f"{p.veld}.product"), f"{p.pad}/Product")
    yield b.geen.goed(zonder_code, f"{naam}categorie-zonder-omvang")
    met_omvang = zet(f"{p.veld}.omvang", UREN)
    yield b.geen.fout(zonder_code, f"{naam}categorie-met-omvang", met_omvang, f"{p.pad}/Omvang")
    open_eind = samen(met_omvang, weg(f"{p.veld}.{p.eind}"))
    yield b.geen.fout(zonder_code, f"{naam}categorie-met-omvang-zonder-einddatum", open_eind, f"{p.pad}/Omvang")
    yield b.uren.goed("TR381", f"{naam}code-van-zijn-categorie")
    ander = zet(f"{p.veld}.product.categorie", "47")
    yield b.uren.fout("TR381", f"{naam}code-van-een-andere-categorie", ander, f"{p.pad}/Product/Code")


GEVALLEN: Final[tuple[Geval, ...]] = tuple(
    geval
    for plaats, bases in _PLAATSEN
    for maak in (_grootte, _datums, _eenheden, _product)
    for geval in maak(plaats, bases)
)
