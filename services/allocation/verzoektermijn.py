"""Until when a verzoek is to be answered (OP274, OP346, OP359), as pure logic on the terms of ``ijw.termijnen``."""

from collections.abc import Iterable
from datetime import date

from ijw.termijnen import Soort, uiterlijk_op
from services.allocation.levensloop.verzoek import Toestand


def antwoord_uiterlijk(toestand: Toestand, ontvangen: date, dagtekening: date) -> date | None:
    """Last day for the next answer on one reference; None when it has its final one.

    ``ontvangen`` is the day of receipt in the Netherlands, ``dagtekening`` that of the verzoek.
    """
    if toestand is Toestand.OPEN:
        return uiterlijk_op(Soort.VERZOEK_ANTWOORD, ontvangen)
    return uiterlijk_op(Soort.ONDERZOEK, dagtekening) if toestand is Toestand.IN_ONDERZOEK else None


def verzoek_uiterlijk(toestanden: Iterable[Toestand], ontvangen: date, dagtekening: date) -> date | None:
    """Last day for the next answer on a verzoek: the first that comes of its references."""
    dagen = (antwoord_uiterlijk(toestand, ontvangen, dagtekening) for toestand in toestanden)
    return min((dag for dag in dagen if dag is not None), default=None)
