"""Messages as bytes for another process: five letters that name the message, then MessagePack."""

from typing import Any

import msgspec

from ijw.berichten import BERICHTEN, Bericht

_NAAM = 5
_codeer = msgspec.msgpack.Encoder().encode
_decodeer: dict[bytes, msgspec.msgpack.Decoder[Any]] = {
    soort.encode(): msgspec.msgpack.Decoder(klasse) for soort, klasse in BERICHTEN.items()
}


def encode(bericht: Bericht) -> bytes:
    """Bytes that ``decode`` turns back into the same message; for a process of the same version only."""
    return bericht.soort.encode() + _codeer(bericht)


def decode(data: bytes) -> Bericht:
    """The message ``encode`` wrote. ValueError when the bytes are something else."""
    decodeer = _decodeer.get(bytes(data[:_NAAM]))
    if decodeer is None:
        raise ValueError("geen bericht in binaire vorm")
    bericht: Bericht = decodeer.decode(memoryview(data)[_NAAM:])
    return bericht
