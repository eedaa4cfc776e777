"""When a declaratie has to be answered. Pure."""

from datetime import date, datetime
from typing import Final

from ijw.kalender import tel_werkdagen_op
from services.platform.clock import AMSTERDAM

WERKDAGEN: Final = 10
"""Term for the JW325, counted from the day after receipt (OP090)."""


def uiterlijk_op(ontvangen_op: datetime) -> date:
    """The last day on which the answer is in time."""
    return tel_werkdagen_op(ontvangen_op.astimezone(AMSTERDAM).date(), WERKDAGEN)
