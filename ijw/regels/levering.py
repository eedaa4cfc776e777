"""Level 2 rules about a StartProduct of a JW305 and a StopProduct of a JW307.

They hold for every row, one that takes an earlier row back (StatusAanlevering 3) included: what it repeats
complied when it was sent.
"""

from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW305, JW307
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import START_PRODUCT, STOP_PRODUCT, Plek
from ijw.regels.regel import fout

_EERSTE: Final = "1"
_VERWIJDEREN: Final = "3"


def tr018_stop_niet_voor_start(bericht: JW307) -> Iterator[Bevinding]:
    """Einddatum of a StopProduct is on or after its Begindatum (`TR018`)."""
    for nummer, stop in enumerate(bericht.client.stop_producten, 1):
        if stop.einddatum < stop.begindatum:
            invoer = {"begin": stop.begindatum.isoformat(), "eind": stop.einddatum.isoformat()}
            yield fout("TR018", Plek(STOP_PRODUCT, nummer).pad("Einddatum"), **invoer)


def cs058_status_is_eerste_of_verwijderen(bericht: JW305 | JW307) -> Iterator[Bevinding]:
    """StatusAanlevering is 1 (first) or 3 (removed); 2 and 9 are in the type but out of use (`CS058`, OP033)."""
    if isinstance(bericht, JW305):
        wortel, statussen = START_PRODUCT, [start.status_aanlevering for start in bericht.client.start_producten]
    else:
        wortel, statussen = STOP_PRODUCT, [stop.status_aanlevering for stop in bericht.client.stop_producten]
    for nummer, status in enumerate(statussen, 1):
        if status not in {_EERSTE, _VERWIJDEREN}:
            yield fout("CS058", Plek(wortel, nummer).pad("StatusAanlevering"), waarde=status)
