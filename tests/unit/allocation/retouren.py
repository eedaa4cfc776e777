"""Retouren as the receiver of a message makes them; a test changes the one thing it is about."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from ijw import retour
from ijw.berichten import Heenbericht
from ijw.berichten.basis import XsdVersie
from ijw.bevinding import Bevinding
from ijw.codec import build

PRODUCT = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"


def bevinding(pad: str = PRODUCT, code: str = "9332", niveau: int = 3) -> Bevinding:
    """A finding of the receiver's own."""
    return Bevinding(regel="TR332", retourcode=code, niveau=niveau, pad=pad)


def retour_op(
    heen: Heenbericht, *bevindingen: Bevinding, identificatie: str = "R1", **header: Any
) -> retour.Retourbericht:
    """The retour of the receiver of ``heen``; ``header`` says what is different in its Header."""
    terug = retour.retour(
        heen,
        bevindingen,
        identificatie=identificatie,
        dagtekening=date(2026, 5, 6),
        xsd_versie_retour=XsdVersie(basisschema_xsd_versie="1.1.0", bericht_xsd_versie="1.2.0"),
    )
    anders: Any = terug
    uitkomst: retour.Retourbericht = replace(anders, header=replace(anders.header, **header))
    return uitkomst


def xml_op(heen: Heenbericht, *bevindingen: Bevinding, **anders: Any) -> bytes:
    """The same as bytes."""
    return build(retour_op(heen, *bevindingen, **anders))
