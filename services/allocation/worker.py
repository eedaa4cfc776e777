"""The tasks of this service in a worker process: what needs a whole message read again."""

from typing import cast

import msgspec

from ijw.berichten import JW301, Heenbericht, Retourbericht
from ijw.berichten.jw301 import ToegewezenProduct301
from ijw.codec import decode, encode, parse
from ijw.leesfout import Fout
from ijw.retourtoets import foutcodes, toets


class Retouroordeel(msgspec.Struct, frozen=True):
    """What is wrong with a retour, and the fault codes it gives its heenbericht."""

    fouten: tuple[Fout, ...]
    retourcodes: tuple[str, ...]


def toets_retour(gecodeerd: bytes, heen_xml: bytes) -> Retouroordeel:
    """A retour (as ``Gelezen.gecodeerd``) held beside the heenbericht it names, of which the XSD was checked before."""
    terug = cast("Retourbericht", decode(gecodeerd))
    heen = cast("Heenbericht", parse(heen_xml))
    return Retouroordeel(toets(heen, terug), foutcodes(terug))


def herlees(xml: bytes) -> bytes:
    """A message that was kept, as ``ijw.codec.encode`` gives it; its XSD was checked when it came in."""
    return encode(parse(xml))


def toegewezen_producten(xml: bytes, nummers: frozenset[int]) -> tuple[ToegewezenProduct301, ...]:
    """The toewijzingen with these numbers in a JW301 that was kept; TR101 lets each be there once."""
    bericht = cast("JW301", parse(xml))
    return tuple(p for p in bericht.client.toegewezen_producten if p.toewijzing_nummer in nummers)
