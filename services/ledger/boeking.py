"""What a boeking is: first a concept that a rule made, then a row with its place in the grootboek."""

from datetime import date, datetime
from typing import Final, Literal, NamedTuple

import msgspec

from services.ledger.posting import Regels

Soort = Literal["begroting", "verplichting", "indiening", "uitval", "afwijzing", "toekenning", "tegenboeking"]


class Concept(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is to be booked. ``sleutel`` names the fact booked, ``inhoud`` is the fingerprint of what was asked.

    ``boekjaar`` is the year that bears it: of the ProductPeriode, or of the begroting. Periods are yyyymm.
    ``tegenboeking_van`` is the boeking that this one takes back; each is taken back once at most.
    """

    boekjaar: int
    soort: Soort
    omschrijving: str
    bron: str
    sleutel: str
    inhoud: bytes
    regels: Regels
    dienstperiode: int | None = None
    declaratieperiode: int | None = None
    declaratie_id: str | None = None
    declaratienummer: str | None = None
    aanbieder: str | None = None
    volgnummer: int | None = None
    referentie: str | None = None
    toewijzing_nummer: int | None = None
    tegenboeking_van: int | None = None


class Boekingsrij(NamedTuple):
    """A row of ``boekingen``, columns in table order; all but the two hashes are its content in the chain."""

    domein: str
    gemeente: str
    nummer: int
    boekjaar: int
    dienstperiode: int | None
    declaratieperiode: int | None
    boekperiode: int
    boekdatum: date
    vastgelegd_op: datetime
    soort: str
    omschrijving: str
    bron: str
    declaratie_id: str | None
    declaratienummer: str | None
    aanbieder: str | None
    volgnummer: int | None
    referentie: str | None
    toewijzing_nummer: int | None
    sleutel: str
    inhoud: bytes
    tegenboeking_van: int | None
    aantal_regels: int
    vorige_hash: bytes
    hash: bytes


KOLOMMEN: Final = Boekingsrij._fields
VELDEN: Final = KOLOMMEN[:-2]
"""The columns that the hash of a boeking covers, in the order of the chain."""
