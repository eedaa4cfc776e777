"""What a toewijzing commits, in cents per budget year. Pure.

The amount is the Budget, or the maximum volume times the contract tariff. With an Einddatum the amount of the
whole toewijzing is spread over the years by the days in each; the exact parts are rounded so that they sum to
the rounded whole. Without one nothing may be said of a year that hangs on how many years follow, or closed
years would change whenever a year turns: each year has the maximum of its own days, and what is agreed as a
total stands in the year it begins in.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import msgspec

from ijw import kalender
from ijw.volume import EURO, MINUUT, TOTAAL, UUR, maximum_over_toewijzing
from services.matching.contract import Contract
from services.matching.feiten import Contractregel, Toewijzing
from services.platform.events import JaarVerplichting

HORIZON_JAREN: Final = 20
"""An Einddatum more years after Ingangsdatum than this is as good as none: nobody budgets for it.

Counted from Ingangsdatum and not from today, so that it does not come within reach as time passes.
"""

MEESTE_CENTEN: Final = 10**15
"""What the grootboek can book for a year at most: an amount above it makes the commitment onbepaald."""

_MEESTE_JAREN: Final = 100
"""Over more years no figure makes sense, and an event could not hold it: onbepaald."""

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
    begin, eind = toewijzing.ingangsdatum, toewijzing.einddatum
    if eind is None or eind.year > begin.year + HORIZON_JAREN:
        return _zonder_eind(toewijzing, contracten, jaar)
    dagen = _dagen_per_jaar(begin, eind)
    if not dagen:
        return ONBEPAALD
    totaal_dagen = sum(dagen.values())
    delen = {}
    for j, n in dagen.items():
        bedrag = _bedrag(toewijzing, contracten, j, begin, eind)
        if bedrag is None:
            return ONBEPAALD
        delen[j] = bedrag * n / totaal_dagen
    return _in_centen(toewijzing, verdeel(delen))


def _zonder_eind(toewijzing: Toewijzing, contracten: Mapping[int, Contract], jaar: int) -> Verplichting:
    """Of a toewijzing that goes on: no year's amount depends on the years after it."""
    begin = toewijzing.ingangsdatum
    laatste_dag = min(date(max(begin.year, jaar), 12, 31), toewijzing.einddatum or date.max)
    jaren = range(begin.year, laatste_dag.year + 1)
    if len(jaren) > _MEESTE_JAREN:
        return ONBEPAALD
    eenmalig = toewijzing.budget is not None or toewijzing.frequentie == TOTAAL
    centen = {}
    for j in jaren[:1] if eenmalig else jaren:
        van, tot = max(begin, date(j, 1, 1)), min(laatste_dag, date(j, 12, 31))
        bedrag = _bedrag(toewijzing, contracten, j, van, tot)
        if bedrag is None:
            return ONBEPAALD
        centen[j] = verdeel({j: bedrag})[j]
    loopt_door = not eenmalig and toewijzing.einddatum != laatste_dag
    return _in_centen(toewijzing, centen, laatste_dag.year if loopt_door else None)


def _dagen_per_jaar(begin: date, eind: date) -> dict[int, int]:
    """Days of begin..eind in each calendar year; empty when there are none."""
    return {
        jaar: kalender.dagen(max(begin, date(jaar, 1, 1)), min(eind, date(jaar, 12, 31)))
        for jaar in (range(begin.year, eind.year + 1) if begin <= eind else ())
    }


def _bedrag(
    toewijzing: Toewijzing, contracten: Mapping[int, Contract], jaar: int, van: date, tot: date
) -> Fraction | None:
    """The Budget, or the maximum of van..tot at the tariff of ``jaar``, in cents; None without Omvang or tariff."""
    if toewijzing.budget is not None:
        return Fraction(toewijzing.budget)
    volume, eenheid, frequentie = toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie
    if volume is None or eenheid is None or frequentie is None:
        return None
    maximum = maximum_over_toewijzing(volume, eenheid, frequentie, van, tot)
    tarief = Fraction(1) if eenheid == EURO else tarief_in(jaar, toewijzing, contracten)
    return None if maximum is None or tarief is None else maximum.waarde * tarief


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
    dient = (toewijzing.eenheid, UUR) if toewijzing.eenheid == MINUUT else (toewijzing.eenheid,)
    passend = [regel for regel in regels if regel.eenheid in dient]
    if not passend:
        return None

    def voorkeur(regel: Contractregel) -> tuple[bool, int, int]:
        # As for a prestatie: a line for the code itself goes before one for the whole categorie.
        return regel.product_code is None, dient.index(regel.eenheid), _afstand(regel, dag)

    return min(passend, key=voorkeur)


def _afstand(regel: Contractregel, dag: date) -> int:
    if dag < regel.geldig_van:
        return (regel.geldig_van - dag).days
    return max(0, (dag - regel.geldig_tot).days)


def _in_centen(toewijzing: Toewijzing, centen: Mapping[int, int], geteld_tot: int | None = None) -> Verplichting:
    if max(centen.values()) > MEESTE_CENTEN:
        return ONBEPAALD
    per_jaar = tuple(JaarVerplichting(jaar=jaar, bedrag=cent) for jaar, cent in centen.items())
    return Verplichting("omvang" if toewijzing.budget is None else "budget", per_jaar, geteld_tot)


def met_reeds_toegekend(verplichting: Verplichting, reeds: Mapping[int, int]) -> Verplichting:
    """The same, telling of each year it commits what had been awarded of it before the toewijzing was known."""
    if not reeds:
        return verplichting
    per_jaar = tuple(
        JaarVerplichting(jaar=deel.jaar, bedrag=deel.bedrag, reeds_toegekend=reeds.get(deel.jaar, 0))
        for deel in verplichting.per_jaar
    )
    return Verplichting(verplichting.grondslag, per_jaar, verplichting.geteld_tot)


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
