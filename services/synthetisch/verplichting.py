"""What a toewijzing commits, year by year: the generator's own sum, straight from the definition.

A Budget commits itself. An Omvang commits the largest volume of the whole toewijzing at the tariff of the contract
of each year; for Eenheid 83 the volume is money already. The amount is divided over the years by the days in each,
in exact fractions; the parts are whole cents and add up to the rounded whole (the largest fractions are rounded
up). Without Omvang and Budget, or without a tariff, nothing is known to be committed; a removed toewijzing commits
nothing.
"""

import datetime as dt
from fractions import Fraction
from typing import Final

from ijw.volume import EURO, MINUUT, UUR, maximum_over_toewijzing
from services.synthetisch.aanbod import Aanbod, Cel
from services.synthetisch.zorg import Toewijzing

_MINUTEN: Final = 60


def verplichting(toewijzing: Toewijzing, aanbod: Aanbod, vandaag: dt.date) -> dict[int, int]:
    """Cents per year; empty when nothing is committed.

    A toewijzing without Einddatum counts to the end of this year, or of the year it begins in when that is later.
    """
    if toewijzing.verwijderd:
        return {}
    eind = toewijzing.eind or dt.date(max(toewijzing.ingang.year, vandaag.year), 12, 31)
    dagen = dagen_per_jaar(toewijzing.ingang, eind)
    alle_dagen = sum(dagen.values())
    if toewijzing.budget is not None:
        return afgerond({jaar: Fraction(toewijzing.budget * n, alle_dagen) for jaar, n in dagen.items()})
    if toewijzing.volume is None:
        return {}
    assert toewijzing.eenheid is not None
    assert toewijzing.frequentie is not None
    hoogste = maximum_over_toewijzing(
        toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie, toewijzing.ingang, eind
    )
    assert hoogste is not None
    delen = {}
    for jaar, n in dagen.items():
        tarief = _tarief(toewijzing, aanbod, jaar)
        if tarief is None:
            return {}
        delen[jaar] = tarief * hoogste.waarde * n / alle_dagen
    return afgerond(delen)


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
