"""What a person should know and no message can say: the kinds of melding, and each in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GELIJK_TIJDSTIP: Final = "gelijk-tijdstip"
VERWIJDERD_IN_GEBRUIK: Final = "verwijderd-in-gebruik"
AFGEKEURD_DOOR_ONTVANGER: Final = "afgekeurd-door-ontvanger"
WIJKT_AF_VAN_VERZOEK: Final = "wijkt-af-van-verzoek"
WOONPLAATSBEGINSEL_BIJ_WIJZIGING: Final = "woonplaatsbeginsel-bij-wijziging"

UITLEG: Final[Mapping[str, str]] = MappingProxyType(
    {
        GELIJK_TIJDSTIP: "Een bericht gaf dit nummer een andere inhoud met dezelfde toewijzingsdatum en -tijd."
        " De eerst ontvangen inhoud is aangehouden; vraag de gemeente welke juist is.",
        VERWIJDERD_IN_GEBRUIK: "De toewijzing is verwijderd terwijl er een prestatie op is toegekend."
        " De aanbieder moet die prestatie crediteren.",
        AFGEKEURD_DOOR_ONTVANGER: "De ontvanger keurt het bericht af, nadat het hier namens hem was goedgekeurd."
        " Wat het bericht teweegbracht is blijven gelden; spreek met beide partijen af wie wat herstelt.",
        WIJKT_AF_VAN_VERZOEK: "Een verzoek om wijziging is toegekend met iets anders dan is gevraagd (OP348, IV093)."
        " Geen regel keurt dat af; ga na of de aanbieder ermee instemt.",
        WOONPLAATSBEGINSEL_BIJ_WIJZIGING: "Een verzoek om wijziging is afgewezen op het woonplaatsbeginsel (reden 8)."
        " Die reden is er alleen voor een verzoek om toewijzing; voor een andere gemeente is er verder reden 5.",
    }
)
"""A sentence per kind, for whoever has to act on it."""
