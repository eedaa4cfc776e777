"""The Client of a JW301 that is made here: from the verzoek, from what was sent before, and from what is stated. Pure.

A JW315 tells who the client is but not where, a JW317 only the Bsn. What the gemeente sent before about the client
has it all; what it has not must be stated with the decision.
"""

from typing import Any, Final

import msgspec

from ijw.berichten import JW315, JW317
from ijw.berichten.basis import Communicatie, VolledigeNaam
from ijw.berichten.jw301 import Client301, Contact301, Relatie301
from ijw.lezen import Fout

_VELDEN: Final = (
    "communicatie",
    "juridische_status",
    "wettelijke_vertegenwoordiging",
    "commentaar",
    "relaties",
    "contactgegevens",
)

_VOOR_WIE_HET_KREEG: Final = ("communicatie", "juridische_status", "wettelijke_vertegenwoordiging")
"""What a JW301 can do without, and was told to one aanbieder for the care that it gives."""


class Opgave(msgspec.Struct, frozen=True, kw_only=True):
    """What a decider states about the client; it goes before what is known. Empty means: as it is known."""

    naam: VolledigeNaam | None = None
    naam_gebruik: str | None = None
    communicatie: Communicatie | None = None
    juridische_status: str | None = None
    wettelijke_vertegenwoordiging: str | None = None
    commentaar: str | None = None
    relaties: tuple[Relatie301, ...] = ()
    contactgegevens: tuple[Contact301, ...] = ()


class Eerder(msgspec.Struct, frozen=True):
    """What the gemeente sent before about the client; ``zelfde_aanbieder`` when it went to this one."""

    client: Client301
    zelfde_aanbieder: bool


def ontbreekt(bericht: JW315 | JW317, eerder: Eerder | None, opgave: Opgave) -> tuple[Fout, ...]:
    """What a JW301 needs and nothing tells, to be stated with the decision."""
    if eerder is not None or isinstance(bericht, JW317):
        return ()
    fouten = []
    if opgave.naam is None and opgave.naam_gebruik is None:
        melding = (
            "verplicht: het verzoek vermeldt niet hoe de client de naam gebruikt, en er is geen eerdere toewijzing"
        )
        fouten.append(Fout(None, "/body/client/naamGebruik", melding))
    if not opgave.contactgegevens:
        melding = "verplicht: het verzoek vermeldt geen adres, en er is geen eerdere toewijzing waar het in staat"
        fouten.append(Fout(None, "/body/client/contactgegevens", melding))
    return tuple(fouten)


def client_van(bericht: JW315 | JW317, eerder: Eerder | None, opgave: Opgave) -> Client301:
    """The Client, without toewijzingen; ``ontbreekt`` must have found nothing."""
    basis = _nieuw(bericht, opgave) if eerder is None else _bekend(eerder)
    naam = opgave.naam or basis.naam
    if opgave.naam_gebruik is not None:
        naam = msgspec.structs.replace(naam, naam_gebruik=opgave.naam_gebruik)
    opgegeven = {veld: getattr(opgave, veld) for veld in _VELDEN if getattr(opgave, veld)}
    return msgspec.structs.replace(basis, naam=naam, **opgegeven)


def _bekend(eerder: Eerder) -> Client301:
    """A remark was about that message; another aanbieder is told who the client is and where, the rest when stated."""
    weg: dict[str, Any] = {"toegewezen_producten": (), "commentaar": None}
    if not eerder.zelfde_aanbieder:
        weg |= dict.fromkeys(_VOOR_WIE_HET_KREEG) | {"relaties": ()}
    return msgspec.structs.replace(eerder.client, **weg)


def _nieuw(bericht: JW315 | JW317, opgave: Opgave) -> Client301:
    assert isinstance(bericht, JW315), "a client of a JW317 has a toewijzing (TR304), which told who it is"
    client = bericht.client
    naam = opgave.naam or VolledigeNaam(
        geslachtsnaam=client.naam.geslachtsnaam,
        voornamen=client.naam.voornamen,
        voorletters=client.naam.voorletters,
        naam_gebruik=opgave.naam_gebruik or "",
    )
    return Client301(
        bsn=client.bsn,
        geboortedatum=client.geboortedatum,
        geslacht=client.geslacht,
        naam=naam,
        contactgegevens=opgave.contactgegevens,
        toegewezen_producten=(),
    )
