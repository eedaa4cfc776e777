"""Rules of level 3 and 4 on the Header, the same for every message that gets a retourbericht."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from ijw.berichten import Heenbericht
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeentelijst
from ijw.regels import Regel, header


class Kopfeiten(msgspec.Struct, frozen=True, kw_only=True):
    """What these rules need to know beside the message.

    ``ingangsdatums`` are those of the toewijzingen concerned as far as the message does not state them itself
    (``ijw.regels.header.tr378``): under a dissolved gemeente one of them must have begun.
    """

    vandaag: date
    gemeenten: Gemeentelijst
    eerder_gebruikt: bool
    ingangsdatums: tuple[date, ...] = ()


def tr056_identificatie_niet_eerder_gebruikt(bericht: Heenbericht, feiten: Kopfeiten) -> Iterator[Bevinding]:
    """The sender used this Identificatie for no earlier message of the type."""
    return header.tr056(bericht, eerder_gebruikt=feiten.eerder_gebruikt)


def tr135_dagtekening_niet_in_de_toekomst(bericht: Heenbericht, feiten: Kopfeiten) -> Iterator[Bevinding]:
    """The message is not dated after the day we received it."""
    return header.tr135(bericht, feiten.vandaag)


def tr378_gemeente_bestaat(bericht: Heenbericht, feiten: Kopfeiten) -> Iterator[Bevinding]:
    """The gemeente exists, or did when one of the toewijzingen concerned began."""
    return header.tr378(bericht, feiten.gemeenten, feiten.vandaag, feiten.ingangsdatums)


_ALLE: Final = frozenset({"JW301", "JW305", "JW307", "JW315", "JW317", "JW319"})

REGELS: Final = (
    Regel("TR056", 3, "9056", _ALLE, tr056_identificatie_niet_eerder_gebruikt),
    Regel("TR135", 4, "8848", _ALLE, tr135_dagtekening_niet_in_de_toekomst),
    Regel("TR378", 4, "S300", _ALLE, tr378_gemeente_bestaat),
)
