"""Level 1 and 2 in a worker process: bytes in, a checked message or a list of errors out."""

from datetime import date

import msgspec

from ijw.berichten import Bericht
from ijw.bevinding import Bevinding
from ijw.codec import decode, encode
from ijw.lezen import Fout, LeesFout
from ijw.regels import niveau2
from services.platform.auth import Identiteit
from services.platform.problems import Problem
from services.platform.releases import Releasebron, releases_uit
from services.platform.service import Context


class Onleesbaar(msgspec.Struct, frozen=True):
    """Level 1 failed: ``soort`` is xml-onleesbaar, xml-onveilig, xsd-ongeldig or onbekend-bericht."""

    soort: str
    fouten: tuple[Fout, ...]


class Gelezen(msgspec.Struct, frozen=True):
    """A message that passed level 1, with what level 2 found."""

    berichtsoort: str
    gecodeerd: bytes
    bevindingen: tuple[Bevinding, ...]

    @property
    def bericht(self) -> Bericht:
        """The typed message."""
        return decode(self.gecodeerd)


def lees_bericht(data: bytes, bron: Releasebron, verwacht: frozenset[str], op: date) -> Gelezen | Onleesbaar:
    """The task of a worker process: read in the release of the message, in force on ``op``; validate, check level 2."""
    try:
        bericht = releases_uit(bron).lees_bericht(data, verwacht, op)
    except LeesFout as error:
        return Onleesbaar(error.soort, error.fouten)
    return Gelezen(type(bericht).__name__, encode(bericht), niveau2(bericht))


async def lees_in_worker(context: Context, data: bytes, verwacht: frozenset[str]) -> Gelezen:
    """As ``lees_bericht`` in a worker process; what cannot be read becomes a 400 problem."""
    vandaag = context.clock.today()
    uitkomst = await context.workers.run(lees_bericht, data, context.settings.releases, verwacht, vandaag)
    if isinstance(uitkomst, Onleesbaar):
        raise unreadable(uitkomst)
    return uitkomst


_TITELS = {
    "xml-onleesbaar": "Het bericht is geen leesbare XML",
    "xml-onveilig": "Het bericht bevat onveilige XML",
    "xsd-ongeldig": "Het bericht voldoet niet aan het schema van de standaard",
    "onbekend-bericht": "Dit bericht hoort hier niet",
    "te-groot": "Het bericht is te groot",
}


def unreadable(uitkomst: Onleesbaar) -> Problem:
    """The problem of a level 1 failure: there is no retourbericht then."""
    return Problem(
        413 if uitkomst.soort == "te-groot" else 400,
        uitkomst.soort,
        _TITELS[uitkomst.soort],
        "Er is niets opgeslagen en er komt geen retourbericht.",
        fouten=uitkomst.fouten,
    )


def check_sender(wie: Identiteit, partij: str, element: str = "Afzender") -> None:
    """A party sends only its own messages: 403 when the party that sends, as ``element`` says, is somebody else."""
    if partij not in wie.partijen:
        raise Problem(
            403,
            "andere-afzender",
            "Dit is een bericht van een andere partij",
            f"De {element} in het bericht is niet de partij van uw token. Er is niets opgeslagen.",
        )
