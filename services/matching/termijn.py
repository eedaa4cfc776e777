"""When a declaratie has to be answered. Pure."""

from datetime import date, datetime

from ijw import termijnen
from services.platform.clock import dag_van


def uiterlijk_op(ontvangen_op: datetime) -> date:
    """The last day on which the answer is in time."""
    return termijnen.uiterlijk_op(termijnen.Soort.DECLARATIE_ANTWOORD, dag_van(ontvangen_op))
