"""The tasks of this service in a worker process: what needs a whole message read again."""

from typing import cast

import msgspec

from ijw.berichten import Heenbericht, Retourbericht
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
