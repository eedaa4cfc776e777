"""What somebody wants to see of the queue, and what they fill in to decide."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from services.matching.api.inzien import eigen
from services.matching.api.velden import AGB, GEMEENTE
from services.matching.api.weergave import mogelijke_retourcodes
from services.matching.besluiten import MEESTE_TEKENS
from services.matching.rules import RETOURCODES
from services.matching.rules.fout import INTERN
from services.matching.saldi import Besluit
from services.matching.store.uitval import Detail, Filter
from services.platform.auth import Identiteit

STATUSSEN: Final = {"open": "open", "besloten": "besloten", "vervallen": "vervallen", "alle": "alle"}
ZOEKCODES: Final = (*sorted(RETOURCODES), INTERN)

VAKJE: Final = "code-"
"""Begin of the name of a retourcode's checkbox."""


class Keuze(NamedTuple):
    """Filters as typed; "" is no filter. ``fouten`` by field."""

    gemeente: str
    aanbieder: str
    retourcode: str
    status: str
    fouten: Mapping[str, str]

    @property
    def gefilterd(self) -> bool:
        """Whether anything was asked for beyond what is open."""
        return bool(self.gemeente or self.aanbieder or self.retourcode or self.status != "open")

    def filter_(self, wie: Identiteit) -> Filter:
        """Within what is the caller's."""
        return eigen(
            wie,
            gemeente=self.gemeente or None,
            aanbieder=self.aanbieder or None,
            retourcode=self.retourcode or None,
            status=None if self.status == "alle" else self.status,
        )

    def als_vraag(self, cursor: str = "") -> str:
        """The query of the page that begins after ``cursor``."""
        velden = {
            "gemeente": self.gemeente,
            "aanbieder": self.aanbieder,
            "retourcode": self.retourcode,
            "status": self.status,
            "cursor": cursor,
        }
        return urlencode({naam: waarde for naam, waarde in velden.items() if waarde})


def keuze_van(gemeente: str, aanbieder: str, retourcode: str, status: str) -> Keuze:
    """The filters of a query, with what is wrong with them."""
    gemeente, aanbieder, retourcode = gemeente.strip(), aanbieder.strip(), retourcode.strip()
    fouten = {}
    if gemeente and not re.fullmatch(GEMEENTE, gemeente):
        fouten["gemeente"] = "Een gemeentecode bestaat uit 4 cijfers."
    if aanbieder and not re.fullmatch(AGB, aanbieder):
        fouten["aanbieder"] = "Een AGB-code bestaat uit 8 cijfers."
    if retourcode and retourcode not in ZOEKCODES:
        fouten["retourcode"] = "Deze bevinding komt hier niet voor."
    if status and status not in STATUSSEN:
        fouten["status"] = "Kies open, besloten, vervallen of alle."
    return Keuze(gemeente, aanbieder, retourcode, status or "open", fouten)


class Formulier(NamedTuple):
    """The decision as filled in; ``fouten`` by field, "formulier" for the whole."""

    besluit: str
    motivering: str
    codes: frozenset[str]
    fouten: Mapping[str, str]

    def als_besluit(self) -> Besluit:
        """For the decision; the ticked codes only count when rejecting. ValueError when nothing was chosen."""
        if self.besluit == "toekennen":
            return Besluit(besluit="toekennen", motivering=self.motivering)
        if self.besluit == "afwijzen":
            return Besluit(besluit="afwijzen", motivering=self.motivering, retourcodes=tuple(sorted(self.codes)))
        raise ValueError("geen besluit gekozen")


def leeg_formulier(gevonden: Detail) -> Formulier:
    """Nothing chosen, the retourcodes that were found ticked."""
    mogelijk = mogelijke_retourcodes(gevonden.regel.soort)
    return Formulier("", "", frozenset(gevonden.regel.retourcodes) & frozenset(mogelijk), {})


def formulier_van(gevonden: Detail, velden: Mapping[str, str]) -> Formulier:
    """What was sent, with what is wrong with it; a client's item has one code, which needs no ticking."""
    mogelijk = mogelijke_retourcodes(gevonden.regel.soort)
    if gevonden.regel.soort == "client":
        codes = frozenset(mogelijk)
    else:
        codes = frozenset(code for code in mogelijk if f"{VAKJE}{code}" in velden)
    besluit, motivering = velden.get("besluit", ""), velden.get("motivering", "").replace("\r\n", "\n")
    fouten = {}
    if besluit not in {"toekennen", "afwijzen"}:
        fouten["besluit"] = "Kies toekennen of afwijzen."
    if besluit == "afwijzen" and not codes:
        fouten["codes"] = "Kies bij afwijzen ten minste één retourcode."
    if not motivering.strip():
        fouten["motivering"] = "Schrijf waarom u dit besluit neemt."
    elif len(motivering) > MEESTE_TEKENS:
        fouten["motivering"] = f"De motivering is langer dan {MEESTE_TEKENS} tekens."
    return Formulier(besluit, motivering, codes, fouten)
