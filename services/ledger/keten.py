"""The hash chain that ties the boekingen of one grootboek together.

The content of a boeking is a JSON array without spaces, in UTF-8: the columns of ``boeking.VELDEN`` in that
order, then its lines as ``[rekening, productcategorie, bedrag]``. Dates are ISO 8601, instants end in Z,
bytes are base64. Its hash is SHA-256 over the previous boeking's hash (32 bytes) and that content, so that
changing, removing or moving a boeking shows, and whoever noted a hash can prove all that came before it.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder()


def begin(domein: str, gemeente: str) -> bytes:
    """What the first boeking of a grootboek builds on: another one for every grootboek."""
    return sha256(f"happyflow:grootboek:1:{domein}:{gemeente}".encode()).digest()


def inhoud(velden: Sequence[Any], regels: Sequence[Any]) -> bytes:
    """The canonical content of a boeking."""
    return _ENCODER.encode((*velden, regels))


def schakel(vorige: bytes, inhoud_van_boeking: bytes) -> bytes:
    """The hash of a boeking, given the hash of the one before it."""
    return sha256(vorige + inhoud_van_boeking).digest()


def vingerafdruk(*waarden: Any) -> bytes:
    """SHA-256 of what was asked for under an idempotency key: asking for something else gives another."""
    return sha256(_ENCODER.encode(waarden)).digest()
