"""What a toewijzing commits, year by year: the generator's own sum, straight from the definition.

A Budget commits itself. An Omvang commits the largest volume of the whole toewijzing at the tariff of the contract
of each year; for Eenheid 83 the volume is money already. The amount is divided over the years by the days in each,
in exact fractions; the parts are whole cents and add up to the rounded whole (the largest fractions are rounded
up). Without Einddatum every year up to this one, or to the first when that is later, commits the largest volume of
its own days, rounded half up; a Budget or a total volume then commits itself in the first year and nothing after
it. Without Omvang and Budget, or without a tariff, nothing is known to be committed; a removed toewijzing commits
nothing.
"""

import datetime as dt
from fractions import Fraction
from typing import Final

from ijw.volume import EURO, MINUUT, TOTAAL, UUR, maximum_over_toewijzing
from services.synthetisch.aanbod import Aanbod, Cel
from services.synthetisch.zorg import Toewijzing

_MINUTEN: Final = 60


def verplichting(toewijzing: Toewijzing, aanbod: Aanbod, vandaag: dt.date) -> dict[int, int]:
    """Cents per year; empty when nothing is committed."""
    if toewijzing.verwijderd:
        return {}
    if toewijzing.eind is None:
        return _open_eind(toewijzing, aanbod, vandaag)
    dagen = dagen_per_jaar(toewijzing.ingang, toewijzing.eind)
    alle_dagen = sum(dagen.values())
    delen = {}
    for jaar, n in dagen.items():
        geheel = _geheel(toewijzing, aanbod, jaar, toewijzing.ingang, toewijzing.eind)
        if geheel is None:
            return {}
        delen[jaar] = geheel * n / alle_dagen
    return afgerond(delen)


def _open_eind(toewijzing: Toewijzing, aanbod: Aanbod, vandaag: dt.date) -> dict[int, int]:
    """Walk the years from the first day on, to the end of this year; what is agreed once has only the first year."""
    som: dict[int, int] = {}
    van = toewijzing.ingang
    while not som or van <= vandaag:
        oudjaar = dt.date(van.year, 12, 31)
        geheel = _geheel(toewijzing, aanbod, van.year, van, oudjaar)
        if geheel is None:
            return {}
        som |= afgerond({van.year: geheel})
        if toewijzing.budget is not None or toewijzing.frequentie == TOTAAL:
            break
        van = oudjaar + dt.timedelta(days=1)
    return som


def _geheel(toewijzing: Toewijzing, aanbod: Aanbod, jaar: int, van: dt.date, tot: dt.date) -> Fraction | None:
    """The Budget, or the largest volume of van..tot at the tariff of a year; None when neither is known."""
    if toewijzing.budget is not None:
        return Fraction(toewijzing.budget)
    if toewijzing.volume is None:
        return None
    assert toewijzing.eenheid is not None
    assert toewijzing.frequentie is not None
    hoogste = maximum_over_toewijzing(toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie, van, tot)
    assert hoogste is not None
    tarief = _tarief(toewijzing, aanbod, jaar)
    return None if tarief is None else tarief * hoogste.waarde


def dagen_per_jaar(begin: dt.date, eind: dt.date) -> dict[int, int]:
    """How many days of begin..eind lie in each year."""
    dagen = {}
    for jaar in range(begin.year, eind.year + 1):
        van, tot = max(begin, dt.date(jaar, 1, 1)), min(eind, dt.date(jaar, 12, 31))
        dagen[jaar] = (tot - van).days + 1
    return dagen


def afgerond(delen: dict[int, Fraction]) -> dict[int, int]:
    """Whole cents that add up to the whole, rounded half up: rounded down first, then the largest fractions up."""
    geheel = (2 * sum(delen.values()) + 1) // 2
    cent = {jaar: int(deel) for jaar, deel in delen.items()}
    over = int(geheel) - sum(cent.values())
    for jaar in sorted(delen, key=lambda jaar: (cent[jaar] - delen[jaar], jaar))[:over]:
        cent[jaar] += 1
    return cent


def _tarief(toewijzing: Toewijzing, aanbod: Aanbod, jaar: int) -> Fraction | None:
    """Cents per unit of the toewijzing in a year; a year without a contract has that of the year before it."""
    if toewijzing.eenheid == EURO:
        return Fraction(1)
    assert toewijzing.code is not None
    assert toewijzing.eenheid is not None
    contractjaar = min(jaar, aanbod.jaren[-1])
    return _per_eenheid(aanbod, toewijzing.cel, contractjaar, toewijzing.code, toewijzing.eenheid)


def _per_eenheid(aanbod: Aanbod, cel: Cel, jaar: int, code: str, eenheid: str) -> Fraction | None:
    eigen = aanbod.tarief(cel, jaar, code, eenheid)
    if eigen is not None:
        return Fraction(eigen)
    per_uur = aanbod.tarief(cel, jaar, code, UUR) if eenheid == MINUUT else None
    return None if per_uur is None else Fraction(per_uur, _MINUTEN)
