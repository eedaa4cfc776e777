"""Who a client is, sealed: only what a person needs to recognise one. The rest stays in the message."""

import msgspec

from ijw.berichten.basis import Geboortedatum, VolledigeNaam
from ijw.berichten.jw301 import Client301
from services.platform.crypto import KeyRing

Sleutel = tuple[str, str, str, str]
"""Domein, gemeente, aanbieder and the client's pseudonym."""


class Persoon(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is kept of a Client, in the API's names."""

    bsn: str
    geboortedatum: Geboortedatum
    geslacht: str
    naam: VolledigeNaam


def verzegel(ring: KeyRing, sleutel: Sleutel, client: Client301) -> bytes:
    """The client's document, readable only in the place ``sleutel`` names."""
    persoon = Persoon(bsn=client.bsn, geboortedatum=client.geboortedatum, geslacht=client.geslacht, naam=client.naam)
    return ring.encrypt(msgspec.json.encode(persoon), _plaats(sleutel))


def open_verzegeld(ring: KeyRing, sleutel: Sleutel, document: bytes) -> Persoon:
    """The document in words; ``cryptography.exceptions.InvalidTag`` when it was changed or moved."""
    return msgspec.json.decode(ring.decrypt(document, _plaats(sleutel)), type=Persoon)


def _plaats(sleutel: Sleutel) -> str:
    return f"clienten.document:{':'.join(sleutel)}"
