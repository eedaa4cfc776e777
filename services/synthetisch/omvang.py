"""How much of a toewijzing may be declared, in the unit in which it is declared."""

import datetime as dt
from typing import Final

from ijw import volume
from ijw.volume import MINUUT, UUR
from services.synthetisch.zorg import Toewijzing

_MINUTEN: Final = 60


def factor(toewijzing: Toewijzing, eenheid: str) -> int:
    """What a Volume of the toewijzing is multiplied by for a prestatie in `eenheid`: 60 for minutes of hours."""
    return _MINUTEN if (toewijzing.eenheid, eenheid) == (UUR, MINUUT) else 1


def maximum_in(toewijzing: Toewijzing, periode: tuple[dt.date, dt.date], eenheid: str) -> int:
    """The largest volume of one ProductPeriode; the toewijzing has an Omvang."""
    assert toewijzing.volume is not None
    assert toewijzing.eenheid is not None
    assert toewijzing.frequentie is not None
    hoogste = volume.maximum_in_periode(
        toewijzing.volume,
        toewijzing.eenheid,
        toewijzing.frequentie,
        toewijzing.ingang,
        toewijzing.eind,
        *periode,
    )
    return hoogste.waarde * factor(toewijzing, eenheid)


def maximum_totaal(toewijzing: Toewijzing, eenheid: str) -> int | None:
    """The largest volume over the whole toewijzing, None when there is no such limit."""
    assert toewijzing.volume is not None
    assert toewijzing.eenheid is not None
    assert toewijzing.frequentie is not None
    hoogste = volume.maximum_over_toewijzing(
        toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie, toewijzing.ingang, toewijzing.eind
    )
    return None if hoogste is None else hoogste.waarde * factor(toewijzing, eenheid)
