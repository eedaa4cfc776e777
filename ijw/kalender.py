"""Dates as the standard counts them: ISO weeks, calendar months, product periods, werkdagen.

All functions are total on `datetime.date`: a date at the edge of the calendar never overflows.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import Final

import holidays

_DAG: Final = dt.timedelta(days=1)
_ZATERDAG: Final = 5
_EERSTE_FEESTJAAR: Final = 1966
_LAATSTE_FEESTJAAR: Final = 2100
_TIJD: Final = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?", re.ASCII)


def maandag(dag: dt.date) -> dt.date:
    """The Monday of the ISO week of `dag` (on or before it)."""
    return dt.date.fromordinal(dag.toordinal() - dag.weekday())


def iso_weken(begin: dt.date, eind: dt.date) -> int:
    """Number of ISO weeks touched by begin..eind, both inclusive (`IV077`); 0 when eind < begin.

    Counted as the distance between two Mondays, which needs no week numbers: those restart at New Year
    and 31 December can lie in week 1.
    """
    if eind < begin:
        return 0
    return (maandag(eind) - maandag(begin)).days // 7 + 1


def zondagen(begin: dt.date, eind: dt.date) -> int:
    """Number of Sundays in begin..eind, both inclusive (`IV076`); 0 when eind < begin."""
    if eind < begin:
        return 0
    # ordinal 7 is a Sunday (day 1 of the calendar is a Monday), so whole sevens count Sundays
    return eind.toordinal() // 7 - (begin.toordinal() - 1) // 7


def dagen(begin: dt.date, eind: dt.date) -> int:
    """Number of days in begin..eind, both inclusive; 0 when eind < begin."""
    return max(0, (eind - begin).days + 1)


def maanden(begin: dt.date, eind: dt.date) -> int:
    """Number of calendar months touched by begin..eind, both inclusive; 0 when eind < begin."""
    if eind < begin:
        return 0
    return (eind.year - begin.year) * 12 + eind.month - begin.month + 1


def eerste_van_maand(dag: dt.date) -> dt.date:
    """The first day of the calendar month of `dag`."""
    return dag.replace(day=1)


@lru_cache(maxsize=4096)
def laatste_van_maand(dag: dt.date) -> dt.date:
    """The last day of the calendar month of `dag`."""
    if dag.month == 12:
        return dag.replace(day=31)
    return dag.replace(month=dag.month + 1, day=1) - _DAG


def product_periode(maand: dt.date, ingang: dt.date, eind: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """The one ProductPeriode of a toewijzing in the calendar month that holds `maand` (`IV089`).

    That month cut to ingang..eind (no eind: open ended); None when they have no day in common.
    """
    begin = max(eerste_van_maand(maand), ingang)
    einde = laatste_van_maand(maand)
    if eind is not None:
        einde = min(einde, eind)
    return (begin, einde) if begin <= einde else None


def product_perioden(ingang: dt.date, eind: dt.date) -> list[tuple[dt.date, dt.date]]:
    """Every ProductPeriode of a toewijzing in order: one per calendar month, cut to it (`IV089`)."""
    perioden: list[tuple[dt.date, dt.date]] = []
    begin = ingang
    while begin <= eind:
        einde = min(laatste_van_maand(begin), eind)
        perioden.append((begin, einde))
        if einde == eind:
            break
        begin = einde + _DAG
    return perioden


def min_jaren(dag: dt.date, jaren: int) -> dt.date:
    """`dag` minus whole years; 29 February becomes 28 February where it must (`TR335`)."""
    return plus_jaren(dag, -jaren)


def plus_jaren(dag: dt.date, jaren: int) -> dt.date:
    """`dag` plus whole years, 29 February as in `min_jaren`; clamped to the calendar (years 1..9999)."""
    jaar = dag.year + jaren
    if jaar < dt.MINYEAR:
        return dt.date.min
    if jaar > dt.MAXYEAR:
        return dt.date.max
    try:
        return dag.replace(year=jaar)
    except ValueError:
        return dag.replace(year=jaar, day=28)


@lru_cache(maxsize=256)
def _feestdagen(jaar: int) -> frozenset[dt.date]:
    # "optional" adds Liberation Day in the years between two lustra: the law on time limits
    # (Algemene termijnenwet, art. 3) counts 5 May every year, and Good Friday as well.
    # The package knows these years; outside them only weekends are free.
    if not _EERSTE_FEESTJAAR <= jaar <= _LAATSTE_FEESTJAAR:
        return frozenset()
    return frozenset(holidays.country_holidays("NL", years=jaar, categories=("public", "optional")))


def feestdag(dag: dt.date) -> bool:
    """True on a recognised Dutch holiday (Algemene termijnenwet, art. 3) and on Easter and Whit Sunday."""
    return dag in _feestdagen(dag.year)


def werkdag(dag: dt.date) -> bool:
    """True from Monday to Friday except on recognised holidays (the standard's Begrippenlijst)."""
    return dag.weekday() < _ZATERDAG and not feestdag(dag)


def tel_werkdagen_op(dag: dt.date, aantal: int) -> dt.date:
    """The `aantal`-th werkdag after `dag`; `dag` itself never counts, 0 gives `dag` back.

    For terms such as "within 10 werkdagen of receipt" (`OP090`). ValueError when `aantal` is negative.
    """
    if aantal < 0:
        raise ValueError("het aantal werkdagen kan niet negatief zijn")
    uitkomst = dag
    while aantal > 0 and uitkomst < dt.date.max:
        uitkomst += _DAG
        aantal -= werkdag(uitkomst)
    return uitkomst


def werkdagen_tussen(na: dt.date, tot: dt.date) -> int:
    """Number of werkdagen after `na` up to and including `tot`; 0 when tot <= na.

    Whole weeks by arithmetic and the holidays in them by name, so that a far date costs no more than a near one.
    """
    if tot <= na:
        return 0
    dagen_ertussen = (tot - na).days
    weken, rest = divmod(dagen_ertussen, 7)
    doordeweeks = weken * 5 + sum((na + dt.timedelta(days=dag)).weekday() < _ZATERDAG for dag in range(1, rest + 1))
    jaren = range(max(na.year, _EERSTE_FEESTJAAR), min(tot.year, _LAATSTE_FEESTJAAR) + 1)
    vrij = (dag for jaar in jaren for dag in _feestdagen(jaar))
    return doordeweeks - sum(na < dag <= tot and dag.weekday() < _ZATERDAG for dag in vrij)


def tijdstip(datum: dt.date, tijd: str) -> str:
    """Moment of a date and an xs:time without zone, as ISO 8601 text whose string order is time order.

    Exact for a fraction of any length ("12:00:00.50" equals "12:00:00.5"), and 24:00:00 is the first
    moment of the next day. Compare by code point (in PostgreSQL: COLLATE "C"). ValueError when `tijd` is
    not such a time.
    """
    delen = _TIJD.fullmatch(tijd.strip(" \t\r\n"))
    if delen is None:
        raise ValueError("geen tijd van de vorm uu:mm:ss")
    uur, minuut, seconde, fractie = delen.groups(default="")
    fractie = fractie.rstrip("0")
    if uur == "24" and minuut == seconde == "00" and not fractie:
        if datum == dt.date.max:
            return f"{datum.isoformat()}T24:00:00"
        return f"{(datum + _DAG).isoformat()}T00:00:00"
    if uur > "23" or minuut > "59" or seconde > "59":
        raise ValueError("geen bestaande tijd")
    return f"{datum.isoformat()}T{uur}:{minuut}:{seconde}" + (f".{fractie}" if fractie else "")
