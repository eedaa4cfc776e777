"""The task of this service in a worker process: what needs a whole heenbericht read again."""

from typing import cast

import msgspec

from ijw.berichten import Heenbericht, Retourbericht
from ijw.codec import decode, parse
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
