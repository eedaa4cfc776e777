"""From event to boeking: pure decisions on what is booked; who books it gives it a number and a date.

Every rule takes the event and what the grootboek knows, and answers with concepts. What is open of a
verplichting is a function of what the toewijzing committed and what was awarded on it, never of the order
in which those became known; so every event that changes either books the difference.
"""

from services.ledger.rules.begroting import (
    BRON_BEGROTING,
    Post,
    Postbesluit,
    begroting_boekingen,
)
from services.ledger.rules.declaraties import (
    gebruikt_verplichting,
    indiening,
    mutatie_boeking,
    mutatie_inhoud,
    mutatiesleutel,
)
from services.ledger.rules.stand import OngeldigeGebeurtenis, Stand, boekjaar_van
from services.ledger.rules.verplichtingen import (
    delen_per_jaar,
    verplichting_boekingen,
    verplichting_inhoud,
)

__all__ = [
    "BRON_BEGROTING",
    "OngeldigeGebeurtenis",
    "Post",
    "Postbesluit",
    "Stand",
    "begroting_boekingen",
    "boekjaar_van",
    "delen_per_jaar",
    "gebruikt_verplichting",
    "indiening",
    "mutatie_boeking",
    "mutatie_inhoud",
    "mutatiesleutel",
    "verplichting_boekingen",
    "verplichting_inhoud",
]
