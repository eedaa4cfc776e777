"""Identificaties and numbers of the regular messages: unique for their sender, at most 12 characters."""

from services.synthetisch.aanbod import Cel
from services.synthetisch.veld import Ronde


def toewijzingsbericht(client: int, plek: int) -> str:
    """Identificatie of the JW301 with a client's first toewijzingen at its first or second aanbieder (0 or 1)."""
    return f"A{client:07d}{plek}"


def declaratienummer(cel: Cel, ronde: Ronde) -> str:
    """DeclaratieNummer of the regular declaratie of a round; an aanbieder has one per gemeente."""
    return f"D{ronde.maand:%y%m}{'B' if ronde.tweede else 'A'}{cel.gemeente}"


def declaratiebericht(cel: Cel, ronde: Ronde) -> str:
    """Identificatie of the JW323 of a round."""
    return f"J{ronde.maand:%y%m}{'B' if ronde.tweede else 'A'}{cel.gemeente}"


def sleutel301(cel: Cel, client: int) -> str:
    """Key of the JW301 with a client's first toewijzingen at one aanbieder."""
    return f"jw301-{cel.gemeente}-{client:07d}-{cel.aanbieder}"


def sleutel323(cel: Cel, ronde: Ronde) -> str:
    """Key of the regular declaratie of a round."""
    return f"jw323-{cel.gemeente}-{cel.aanbieder}-{ronde.naam}"
