"""What a toewijzing commits, in cents per budget year. Pure.

The amount is the Budget, or the maximum volume over the whole toewijzing times the contract tariff. It is
spread over the years by the days in each; the exact parts are rounded so that they sum to the rounded whole.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import msgspec

from ijw import kalender
from ijw.volume import EURO, MINUUT, UUR, maximum_over_toewijzing
from services.matching.contract import Contract
from services.matching.feiten import Contractregel, Toewijzing
from services.platform.events import JaarVerplichting

HORIZON_JAREN: Final = 20
"""An Einddatum further ahead than this is as good as none: nobody budgets for it."""

_MEESTE_JAREN: Final = 100
_MEESTE_CENTEN: Final = 2**53 - 1
"""Beyond these no figure makes sense, and an event or a column could not hold it: onbepaald."""

_MINUTEN_PER_UUR: Final = 60


class Verplichting(msgspec.Struct, frozen=True, rename="camel"):
    """``per_jaar`` is empty for onbepaald and verwijderd.

    ``geteld_tot`` is the year an open-ended toewijzing was counted to, and has to be extended after; None
    when nothing has to follow.
    """

    grondslag: Literal["omvang", "budget", "onbepaald", "verwijderd"]
    per_jaar: tuple[JaarVerplichting, ...] = ()
    geteld_tot: int | None = None


ONBEPAALD: Final = Verplichting("onbepaald")


def bepaal(toewijzing: Toewijzing, contracten: Mapping[int, Contract], jaar: int) -> Verplichting:
    """What ``toewijzing`` commits, seen from calendar year ``jaar``.

    ``contracten`` are those of its gemeente and aanbieder by year. Without Einddatum it counts to the end of
    this year, or of the year it begins in, and has to be counted on when a year turns.
    """
    if toewijzing.verwijderd:
        return Verplichting("verwijderd")
    laatste_jaar = max(toewijzing.ingangsdatum.year, jaar)
    eind, geteld_tot = toewijzing.einddatum, None
    if eind is None or eind.year > laatste_jaar + HORIZON_JAREN:
        eind, geteld_tot = date(laatste_jaar, 12, 31), laatste_jaar
    dagen = _dagen_per_jaar(toewijzing.ingangsdatum, eind)
    if not dagen:
        return ONBEPAALD
    if toewijzing.budget is not None:
        return _verdeeld("budget", {j: Fraction(toewijzing.budget) for j in dagen}, dagen, geteld_tot)
    bedragen = _bedragen(toewijzing, contracten, eind, dagen)
    if bedragen is None:
        return msgspec.structs.replace(ONBEPAALD, geteld_tot=geteld_tot)
    return _verdeeld("omvang", bedragen, dagen, geteld_tot)


def _dagen_per_jaar(begin: date, eind: date) -> dict[int, int]:
    """Days of begin..eind in each calendar year; empty when there are none or far too many years."""
    if eind < begin or eind.year - begin.year >= _MEESTE_JAREN:
        return {}
    return {
        jaar: kalender.dagen(max(begin, date(jaar, 1, 1)), min(eind, date(jaar, 12, 31)))
        for jaar in range(begin.year, eind.year + 1)
    }


def _bedragen(
    toewijzing: Toewijzing, contracten: Mapping[int, Contract], eind: date, jaren: Iterable[int]
) -> dict[int, Fraction] | None:
    """The whole toewijzing at each year's tariff, in cents; None without Omvang or tariff."""
    volume, eenheid, frequentie = toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie
    if volume is None or eenheid is None or frequentie is None:
        return None
    maximum = maximum_over_toewijzing(volume, eenheid, frequentie, toewijzing.ingangsdatum, eind)
    if maximum is None:
        return None
    if eenheid == EURO:
        return {jaar: Fraction(maximum.waarde) for jaar in jaren}
    bedragen = {}
    for jaar in jaren:
        tarief = tarief_in(jaar, toewijzing, contracten)
        if tarief is None:
            return None
        bedragen[jaar] = maximum.waarde * tarief
    return bedragen


def tarief_in(jaar: int, toewijzing: Toewijzing, contracten: Mapping[int, Contract]) -> Fraction | None:
    """Cents per Eenheid of the toewijzing in a budget year.

    The contract of that year, else the latest earlier one, else the earliest later one: an estimate is
    better than a hole in the budget.
    """
    eerder = sorted((j for j in contracten if j <= jaar), reverse=True)
    later = sorted(j for j in contracten if j > jaar)
    for contractjaar in (*eerder, *later):
        dag = max(toewijzing.ingangsdatum, date(jaar, 1, 1))
        regel = _regel(contracten[contractjaar], toewijzing, dag)
        if regel is not None and regel.tarief_cent is not None:
            per_uur = regel.eenheid == UUR and toewijzing.eenheid == MINUUT
            return Fraction(regel.tarief_cent, _MINUTEN_PER_UUR if per_uur else 1)
    return None


def _regel(contract: Contract, toewijzing: Toewijzing, dag: date) -> Contractregel | None:
    """The line in the toewijzing's unit that is in force on ``dag``, or comes closest to it in time."""
    if toewijzing.product_categorie is None:
        return None
    regels = contract.van_product(toewijzing.product_categorie, toewijzing.product_code or "")
    for eenheid in (toewijzing.eenheid, UUR if toewijzing.eenheid == MINUUT else None):
        passend = [regel for regel in regels if regel.eenheid == eenheid]
        if passend:
            return min(passend, key=lambda regel: _afstand(regel, dag))
    return None


def _afstand(regel: Contractregel, dag: date) -> int:
    if dag < regel.geldig_van:
        return (regel.geldig_van - dag).days
    return max(0, (dag - regel.geldig_tot).days)


def _verdeeld(
    grondslag: Literal["omvang", "budget"],
    bedragen: Mapping[int, Fraction],
    dagen: Mapping[int, int],
    geteld_tot: int | None,
) -> Verplichting:
    totaal_dagen = sum(dagen.values())
    delen = {jaar: bedragen[jaar] * dagen[jaar] / totaal_dagen for jaar in dagen}
    centen = verdeel(delen)
    if sum(centen.values()) > _MEESTE_CENTEN:
        return ONBEPAALD
    per_jaar = tuple(JaarVerplichting(jaar=jaar, bedrag=cent) for jaar, cent in centen.items())
    return Verplichting(grondslag, per_jaar, geteld_tot)


def verdeel(delen: Mapping[int, Fraction]) -> dict[int, int]:
    """Whole cents per year that sum to the half-up rounded sum of the exact parts (largest remainder).

    What is left after rounding down goes to the largest remainders, the earlier year first when equal.
    """
    heel = {jaar: deel.numerator // deel.denominator for jaar, deel in delen.items()}
    som = sum(delen.values(), Fraction(0))
    rest = (2 * som.numerator + som.denominator) // (2 * som.denominator) - sum(heel.values())
    op_grootte = sorted(delen, key=lambda jaar: (heel[jaar] - delen[jaar], jaar))
    for jaar in op_grootte[:rest]:
        heel[jaar] += 1
    return heel
