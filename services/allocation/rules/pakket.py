"""Rules of level 3 on a verzoek om wijziging (JW317) against the toewijzingen that run now.

A JW317 states the whole situation wanted (OP308), so it is held beside every current toewijzing. A number that is
none of those is TR350's or TR351's; the other rules pass over it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from ijw.berichten import JW317
from ijw.berichten.basis import Omvang, Product
from ijw.berichten.jw317 import TeWijzigenProduct317
from ijw.bevinding import Bevinding
from ijw.regels import Regel
from ijw.regels.overlap import Looptijd, overlappingen
from ijw.volume import euro, omvang_tekst
from services.allocation.register import Versie
from services.allocation.rules.toepassing import bevinding
from services.allocation.rules.verzoek import REGELS as VERZOEKREGELS
from services.allocation.rules.verzoek import Feiten

_VERZOEK: Final = "/Bericht/Client/Verzoek"
_ONGEWIJZIGD: Final = f"{_VERZOEK}/OngewijzigdeProducten/OngewijzigdProduct"
_TE_WIJZIGEN: Final = f"{_VERZOEK}/TeWijzigenProducten/TeWijzigenProduct"

_IN_TOTAAL: Final = "6"
_OUDE_STIJL_TOT: Final = date(2020, 12, 31)


def tr304_client_bekend(_bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """The aanbieder has, or had, a toewijzing of this gemeente for the client."""
    if not feiten.client_bekend:
        yield bevinding(_PER_CODE["TR304"], "/Bericht/Client/Bsn")


def tr349_elke_lopende_toewijzing_komt_voor(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """Every current toewijzing is in the verzoek, to stay or to be changed."""
    verzoek = bericht.client.verzoek
    genoemd = {product.toewijzing_nummer for product in verzoek.ongewijzigde_producten}
    genoemd |= {product.toewijzing_nummer for product in verzoek.te_wijzigen_producten}
    for nummer in sorted(feiten.lopend.keys() - genoemd):
        yield bevinding(_PER_CODE["TR349"], _VERZOEK, toewijzing=str(nummer))


def tr350_ongewijzigd_product_loopt(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """An OngewijzigdProduct is a current toewijzing of the client at this aanbieder."""
    for plaats, product in enumerate(bericht.client.verzoek.ongewijzigde_producten, 1):
        if product.toewijzing_nummer not in feiten.lopend:
            pad = f"{_ONGEWIJZIGD}[{plaats}]"
            yield bevinding(_PER_CODE["TR350"], pad, toewijzing=str(product.toewijzing_nummer))


def tr351_te_wijzigen_product_loopt(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """A TeWijzigenProduct is a current toewijzing of the client at this aanbieder."""
    for plaats, product in enumerate(bericht.client.verzoek.te_wijzigen_producten, 1):
        if product.toewijzing_nummer not in feiten.lopend:
            pad = f"{_TE_WIJZIGEN}[{plaats}]"
            yield bevinding(_PER_CODE["TR351"], pad, toewijzing=str(product.toewijzing_nummer))


def tr357_ingangsdatum_van_een_lopende_wijziging(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """A change that does not lie in the future holds for the whole run: it begins where the toewijzing began."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    for pad, product, versie in _wijzigingen(bericht, feiten):
        gewenst = product.gewenste_ingangsdatum
        if gewenst <= dagtekening and gewenst != versie.ingangsdatum:
            yield bevinding(
                _PER_CODE["TR357"],
                f"{pad}/GewensteIngangsdatum",
                waarde=gewenst.isoformat(),
                dagtekening=dagtekening.isoformat(),
                toewijzing=str(versie.toewijzing_nummer),
                verwacht=versie.ingangsdatum.isoformat(),
            )


def tr361_geen_overlap_van_hetzelfde_product(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """In the situation wanted no two entries of the same product share a day; what was removed does not count."""
    namen: list[str] = []
    looptijden: list[Looptijd] = []
    for naam, product, begin, eind in _situatie(bericht, feiten):
        namen.append(naam)
        looptijden.append(Looptijd(begin, len(namen), eind or date.max, product))
    for nummer, eerder in overlappingen(looptijden):
        een, ander = looptijden[nummer - 1], looptijden[eerder - 1]
        yield bevinding(
            _PER_CODE["TR361"],
            _VERZOEK,
            waarde=f"{namen[nummer - 1]}, {_periode(een)}",
            eerder=f"{namen[eerder - 1]}, {_periode(ander)}",
        )


def tr373_budget_en_totaal_vanaf_de_ingangsdatum(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """Another Budget, or another Volume of a total (Frequentie 6), holds from the Ingangsdatum of the toewijzing."""
    for pad, product, versie in _wijzigingen(bericht, feiten):
        ander_budget = product.budget != versie.budget
        ander_totaal = (
            versie.frequentie == _IN_TOTAAL and product.omvang is not None and product.omvang.volume != versie.volume
        )
        if product.gewenste_ingangsdatum != versie.ingangsdatum and (ander_budget or ander_totaal):
            yield bevinding(
                _PER_CODE["TR373"],
                f"{pad}/GewensteIngangsdatum",
                waarde=product.gewenste_ingangsdatum.isoformat(),
                toewijzing=str(versie.toewijzing_nummer),
                verwacht=versie.ingangsdatum.isoformat(),
                toegewezen=_toegewezen(versie),
                berekening=_grootte(product.omvang, product.budget),
            )


def tr375_geen_omvang_bij_generiek(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """A toewijzing without Product is changed without Omvang."""
    for pad, product, versie in _wijzigingen(bericht, feiten):
        if versie.product_categorie is None and _loopt_na_2020(versie) and product.omvang is not None:
            yield _omvang_te_veel("TR375", pad, product, versie)


def tr411_omvang_bij_productcode(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """A toewijzing with a Code is changed with its Omvang stated, also when that stays the same."""
    for pad, product, versie in _wijzigingen(bericht, feiten):
        if versie.product_code is not None and product.omvang is None:
            invoer = {"toewijzing": str(versie.toewijzing_nummer), "code": versie.product_code}
            yield bevinding(_PER_CODE["TR411"], f"{pad}/Omvang", **invoer)


def tr412_geen_omvang_zonder_productcode(bericht: JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """A toewijzing without a Code is changed without Omvang."""
    for pad, product, versie in _wijzigingen(bericht, feiten):
        if versie.product_code is None and _loopt_na_2020(versie) and product.omvang is not None:
            yield _omvang_te_veel("TR412", pad, product, versie)


_JW317: Final = frozenset({"JW317"})

REGELS: Final = (
    Regel("TR304", 3, "8187", _JW317, tr304_client_bekend),
    *VERZOEKREGELS,
    Regel("TR349", 3, "9349", _JW317, tr349_elke_lopende_toewijzing_komt_voor),
    Regel("TR350", 3, "9350", _JW317, tr350_ongewijzigd_product_loopt),
    Regel("TR351", 3, "9351", _JW317, tr351_te_wijzigen_product_loopt),
    Regel("TR357", 3, "9357", _JW317, tr357_ingangsdatum_van_een_lopende_wijziging),
    Regel("TR361", 3, "9361", _JW317, tr361_geen_overlap_van_hetzelfde_product),
    Regel("TR373", 3, "9373", _JW317, tr373_budget_en_totaal_vanaf_de_ingangsdatum),
    Regel("TR375", 3, "9375", _JW317, tr375_geen_omvang_bij_generiek),
    Regel("TR411", 3, "9411", _JW317, tr411_omvang_bij_productcode),
    Regel("TR412", 3, "9412", _JW317, tr412_geen_omvang_zonder_productcode),
)
"""All rules on what follows the Header of a JW317."""

_PER_CODE: Final = {regel.code: regel for regel in REGELS}


def _wijzigingen(bericht: JW317, feiten: Feiten) -> Iterator[tuple[str, TeWijzigenProduct317, Versie]]:
    """Every TeWijzigenProduct of a current toewijzing, with its path and that toewijzing."""
    for plaats, product in enumerate(bericht.client.verzoek.te_wijzigen_producten, 1):
        versie = feiten.lopend.get(product.toewijzing_nummer)
        if versie is not None:
            yield f"{_TE_WIJZIGEN}[{plaats}]", product, versie


def _situatie(bericht: JW317, feiten: Feiten) -> Iterator[tuple[str, Product | None, date, date | None]]:
    """What the client is to have: a name for it, the product, first and last day."""
    verzoek = bericht.client.verzoek
    for blijft in verzoek.ongewijzigde_producten:
        versie = feiten.lopend.get(blijft.toewijzing_nummer)
        if versie is not None:
            naam = f"toewijzing {versie.toewijzing_nummer}"
            yield naam, _product(versie), versie.ingangsdatum, versie.einddatum
    for _, anders, versie in _wijzigingen(bericht, feiten):
        naam = f"gewijzigde toewijzing {versie.toewijzing_nummer}"
        yield naam, _product(versie), anders.gewenste_ingangsdatum, anders.einddatum
    for plaats, nieuw in enumerate(verzoek.nieuwe_producten, 1):
        yield f"nieuw product {plaats}", nieuw.product, nieuw.gewenste_ingangsdatum, nieuw.einddatum


def _product(versie: Versie) -> Product | None:
    if versie.product_categorie is None:
        return None
    return Product(categorie=versie.product_categorie, code=versie.product_code)


def _loopt_na_2020(versie: Versie) -> bool:
    return versie.einddatum is None or versie.einddatum > _OUDE_STIJL_TOT


def _omvang_te_veel(code: str, pad: str, product: TeWijzigenProduct317, versie: Versie) -> Bevinding:
    invoer = {"toewijzing": str(versie.toewijzing_nummer), "waarde": _grootte(product.omvang, None)}
    return bevinding(_PER_CODE[code], f"{pad}/Omvang", **invoer)


def _toegewezen(versie: Versie) -> str:
    if versie.volume is None or versie.eenheid is None or versie.frequentie is None:
        return _grootte(None, versie.budget)
    return _grootte(Omvang(volume=versie.volume, eenheid=versie.eenheid, frequentie=versie.frequentie), versie.budget)


def _grootte(omvang: Omvang | None, budget: int | None) -> str:
    """How much, in words."""
    if omvang is not None:
        return omvang_tekst(omvang.volume, omvang.eenheid, omvang.frequentie)
    return "geen omvang of budget" if budget is None else f"een budget van {euro(budget)}"


def _periode(looptijd: Looptijd) -> str:
    eind = "zonder einddatum" if looptijd.eind == date.max else f"tot en met {looptijd.eind}"
    return f"vanaf {looptijd.begin} {eind}"
