"""How much of a toewijzing fits in a period, and how hours and minutes are turned into each other.

Volumes are whole numbers in the Eenheid of the toewijzing; for Eenheid 83 that is eurocents.
"""

import datetime as dt
from functools import lru_cache
from typing import Final, Literal

import msgspec

from ijw import kalender

Variant = Literal["inspanningsgericht", "outputgericht"]

MINUUT: Final = "01"
UUR: Final = "04"
EURO: Final = "83"

PER_DAG: Final = "1"
PER_WEEK: Final = "2"
PER_MAAND: Final = "4"
TOTAAL: Final = "6"

_MINUTEN_PER_UUR: Final = 60
_ZONDAG: Final = 7

_VARIANTEN: Final[dict[str, Variant]] = {
    "01": "inspanningsgericht",
    "04": "inspanningsgericht",
    "14": "inspanningsgericht",
    "16": "inspanningsgericht",
    "82": "outputgericht",
    "83": "outputgericht",
    "84": "inspanningsgericht",
}

_FREQUENTIES: Final = {
    PER_DAG: "per dag",
    PER_WEEK: "per week",
    PER_MAAND: "per maand",
    TOTAAL: "in totaal",
}

_EENHEDEN: Final = {
    "01": ("minuut", "minuten"),
    "04": ("uur", "uur"),
    "14": ("etmaal", "etmalen"),
    "16": ("dagdeel", "dagdelen"),
    "82": ("stuk", "stuks"),
    "83": ("euro", "euro"),
    "84": ("stuk", "stuks"),
}


class Maximum(msgspec.Struct, frozen=True):
    """A largest volume and, for the reader, how it came about ("4 weken x 3 uur")."""

    waarde: int
    berekening: str


def variant(eenheid: str) -> Variant:
    """How a product in this Eenheid is delivered (`OP305`). ValueError for an unknown Eenheid."""
    try:
        return _VARIANTEN[eenheid]
    except KeyError:
        raise ValueError(f"onbekende eenheid {eenheid}") from None


def eenheid_tekst(eenheid: str, aantal: int = 2) -> str:
    """The Eenheid in words, singular for `aantal` 1; an unknown code is given back as it is."""
    enkel, meer = _EENHEDEN.get(eenheid, (eenheid, eenheid))
    return enkel if aantal == 1 else meer


def euro(cent: int) -> str:
    """An amount in eurocents as Dutch text: "€ 1.234,50", negative "-€ 0,05"."""
    heel, rest = divmod(abs(cent), 100)
    return f"{'-' if cent < 0 else ''}€ {_met_punten(heel)},{rest:02}"


def hoeveelheid(volume: int, eenheid: str) -> str:
    """A volume with its unit in words: "3 uur", "1.380 minuten", and for Eenheid 83 "€ 300,00"."""
    return euro(volume) if eenheid == EURO else f"{_met_punten(volume)} {eenheid_tekst(eenheid, volume)}"


def omvang_tekst(volume: int, eenheid: str, frequentie: str) -> str:
    """An Omvang in words: "3 uur per week"; an unknown Frequentie is given as it is."""
    return f"{hoeveelheid(volume, eenheid)} {_FREQUENTIES.get(frequentie, f'met frequentie {frequentie}')}"


# The declaraties of a month ask for the same few volumes and periods again and again.
@lru_cache(maxsize=4096)
def maximum_in_periode(
    volume: int,
    eenheid: str,
    frequentie: str,
    ingang: dt.date,
    eind: dt.date | None,
    periode_begin: dt.date,
    periode_eind: dt.date,
) -> Maximum:
    """Largest GeleverdVolume of one ProductPeriode of the toewijzing ingang..eind (`TR321`, `IV076`-`IV078`).

    For Frequentie 6 this is the whole volume; what other prestaties used is the total's business
    (`TR322`). ValueError for an unknown Eenheid or Frequentie.
    """
    per_keer = hoeveelheid(volume, eenheid)
    soort = variant(eenheid)
    if frequentie == PER_WEEK and soort == "inspanningsgericht":
        weken = kalender.iso_weken(periode_begin, periode_eind)
        return Maximum(volume * weken, f"{_aantal(weken, 'week', 'weken')} x {per_keer}")
    if frequentie == PER_WEEK:
        weken, tekst = _output_weken(ingang, eind, periode_begin, periode_eind)
        return Maximum(volume * weken, f"{tekst} x {per_keer}")
    if frequentie == PER_MAAND:
        return Maximum(volume, f"1 maand x {per_keer}")
    if frequentie == PER_DAG:
        dagen = kalender.dagen(periode_begin, periode_eind)
        return Maximum(volume * dagen, f"{_aantal(dagen, 'dag', 'dagen')} x {per_keer}")
    if frequentie == TOTAAL:
        return Maximum(volume, f"{per_keer} voor de hele toewijzing")
    raise ValueError(f"onbekende frequentie {frequentie}")


@lru_cache(maxsize=4096)
def maximum_over_toewijzing(
    volume: int, eenheid: str, frequentie: str, ingang: dt.date, eind: dt.date | None
) -> Maximum | None:
    """Largest sum of GeleverdVolume over the whole toewijzing (`TR322`); None when there is no such limit.

    Without Einddatum only Frequentie 6 has one. Weeks count as ISO weeks touched for both variants: for
    output that equals the sum over the product periods. ValueError as in `maximum_in_periode`.
    """
    per_keer = hoeveelheid(volume, eenheid)
    variant(eenheid)
    if frequentie == TOTAAL:
        return Maximum(volume, f"{per_keer} voor de hele toewijzing")
    if frequentie not in (PER_DAG, PER_WEEK, PER_MAAND):
        raise ValueError(f"onbekende frequentie {frequentie}")
    if eind is None:
        return None
    if frequentie == PER_WEEK:
        aantal, tekst = kalender.iso_weken(ingang, eind), ("week", "weken")
    elif frequentie == PER_MAAND:
        aantal, tekst = kalender.maanden(ingang, eind), ("maand", "maanden")
    else:
        aantal, tekst = kalender.dagen(ingang, eind), ("dag", "dagen")
    return Maximum(volume * aantal, f"{_aantal(aantal, *tekst)} x {per_keer}")


def _output_weken(
    ingang: dt.date, eind: dt.date | None, periode_begin: dt.date, periode_eind: dt.date
) -> tuple[int, str]:
    """Weeks of an outputgericht product in a period, with the words for them.

    A week belongs to the period of its Sunday; the broken last week goes where the last Sunday of the
    toewijzing is. A toewijzing without any Sunday counts as one week, in the period of its Einddatum.
    """
    zondagen = kalender.zondagen(periode_begin, periode_eind)
    tekst = _aantal(zondagen, "zondag", "zondagen")
    if eind is None or eind < ingang or eind.isoweekday() == _ZONDAG:
        return zondagen, tekst
    # day 0 of the calendar does not exist, so in its first week there is no Sunday before `eind`
    laatste_zondag = eind.toordinal() - eind.isoweekday()
    drager = laatste_zondag if laatste_zondag >= ingang.toordinal() else eind.toordinal()
    if periode_begin.toordinal() <= drager <= periode_eind.toordinal():
        return zondagen + 1, f"({tekst} + 1 gebroken week)"
    return zondagen, tekst


def _met_punten(getal: int) -> str:
    return f"{getal:,}".replace(",", ".")


def _aantal(aantal: int, enkel: str, meer: str) -> str:
    return f"{aantal} {enkel if aantal == 1 else meer}"


def in_minuten(maximum: Maximum) -> Maximum:
    """The same maximum for a toewijzing in uur of which the prestatie is in minuut (`TR341`)."""
    return Maximum(maximum.waarde * _MINUTEN_PER_UUR, f"{maximum.berekening} x {_MINUTEN_PER_UUR} minuten")


def uren_van_minuten(minuten: int) -> int:
    """GeleverdVolume in uur for the summed minutes of one prestatie (`IV079`).

    Fewer than 30 minutes over go down, 30 or more go up, and care given is never less than 1 uur.
    0 minutes gives 0: then there is nothing to declare. ValueError when negative.
    """
    if minuten < 0:
        raise ValueError("minuten kunnen niet negatief zijn")
    if minuten == 0:
        return 0
    return max(1, _afgerond_delen(minuten, _MINUTEN_PER_UUR))


def minuuttarief(uurtarief_cent: int) -> int:
    """ProductTarief in cents of a minute under an hour tariff, half up; only for show (`IV081`)."""
    return _afgerond_delen(uurtarief_cent, _MINUTEN_PER_UUR)


def bedrag_bij_uurtarief(uurtarief_cent: int, minuten: int) -> int:
    """IngediendBedrag in cents of minutes under an hour tariff: rounded once, half up (`IV081`, `TR346`)."""
    return _afgerond_delen(uurtarief_cent * minuten, _MINUTEN_PER_UUR)


def _afgerond_delen(teller: int, noemer: int) -> int:
    return (2 * teller + noemer) // (2 * noemer)
