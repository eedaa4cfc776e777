"""Where the same thing stands in different messages, so that one rule can serve them all.

Every view yields values of the message beside the place they have in it. A place is turned into a path only
when a rule has something to report.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW323, JW325
from ijw.berichten.basis import Geboortedatum, Omvang, Product, VolledigeNaam
from ijw.berichten.jw301 import Contact301
from ijw.berichten.jw323 import Client323, Prestatie323
from ijw.berichten.jw325 import Client325

MetGeboortedatum: TypeAlias = JW301 | JW305 | JW307 | JW315
MetAanspraken: TypeAlias = JW301 | JW315 | JW317
MetPrestaties: TypeAlias = JW323 | JW325


class Plek(NamedTuple):
    """A class or element in a message; `nummer` is 1-based, 0 where the element cannot be repeated."""

    wortel: str
    nummer: int = 0
    rest: str = ""

    def pad(self, element: str = "") -> str:
        """The path of this place, or of an element below it ("Adres/Postcode")."""
        index = f"[{self.nummer}]" if self.nummer else ""
        return f"{self.wortel}{index}{self.rest}" + (f"/{element}" if element else "")


class Aanspraak(NamedTuple):
    """An entitlement in the making: what ToegewezenProduct, AangevraagdProduct, NieuwProduct and
    TeWijzigenProduct have in common. `heeft_product` is False for the class that cannot name a Product."""

    plek: Plek
    product: Product | None
    begin: dt.date
    eind: dt.date | None
    eind_element: str
    omvang: Omvang | None
    budget: int | None
    heeft_product: bool = True


CLIENT = Plek("/Bericht/Client")
_RELATIE = "/Bericht/Client/Relaties/Relatie"
_CONTACT = "/Bericht/Client/Contactgegevens/Contact"
TOEGEWEZEN_PRODUCT = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct"
AANGEVRAAGD_PRODUCT = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct"
_TE_WIJZIGEN_PRODUCT = "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct"
NIEUW_PRODUCT = "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct"
START_PRODUCT = "/Bericht/Client/StartProducten/StartProduct"
STOP_PRODUCT = "/Bericht/Client/StopProducten/StopProduct"


def geboortedata(bericht: MetGeboortedatum) -> Iterator[tuple[Plek, Geboortedatum]]:
    """Birth dates of the client and, in JW301, of each relatie that has one."""
    yield Plek("/Bericht/Client/Geboortedatum"), bericht.client.geboortedatum
    if isinstance(bericht, JW301):
        for nummer, relatie in enumerate(bericht.client.relaties, 1):
            if relatie.geboortedatum is not None:
                yield Plek(_RELATIE, nummer, "/Geboortedatum"), relatie.geboortedatum


def namen(bericht: JW301) -> Iterator[tuple[Plek, VolledigeNaam]]:
    """Names of the client and of every relatie."""
    yield Plek("/Bericht/Client/Naam"), bericht.client.naam
    for nummer, relatie in enumerate(bericht.client.relaties, 1):
        yield Plek(_RELATIE, nummer, "/Naam"), relatie.naam


def contacten(bericht: JW301) -> Iterator[tuple[Plek, Contact301]]:
    """Every Contact: those of the client and the one of each relatie."""
    for nummer, contact in enumerate(bericht.client.contactgegevens, 1):
        yield Plek(_CONTACT, nummer), contact
    for nummer, relatie in enumerate(bericht.client.relaties, 1):
        yield Plek(_RELATIE, nummer, "/Contact"), relatie.contact


def aanspraken(bericht: MetAanspraken) -> Iterator[Aanspraak]:
    """Everything in the message that grants or asks for a product, a period and a size."""
    if isinstance(bericht, JW301):
        for n, t in enumerate(bericht.client.toegewezen_producten, 1):
            plek = Plek(TOEGEWEZEN_PRODUCT, n)
            yield Aanspraak(plek, t.product, t.ingangsdatum, t.einddatum, "Einddatum", t.omvang, t.budget)
    elif isinstance(bericht, JW315):
        for n, a in enumerate(bericht.client.aangevraagde_producten, 1):
            plek = Plek(AANGEVRAAGD_PRODUCT, n)
            begin, eind = a.toewijzing_ingangsdatum, a.toewijzing_einddatum
            yield Aanspraak(plek, a.product, begin, eind, "ToewijzingEinddatum", a.omvang, a.budget)
    else:
        for n, w in enumerate(bericht.client.verzoek.te_wijzigen_producten, 1):
            plek = Plek(_TE_WIJZIGEN_PRODUCT, n)
            begin, eind = w.gewenste_ingangsdatum, w.einddatum
            yield Aanspraak(plek, None, begin, eind, "Einddatum", w.omvang, w.budget, heeft_product=False)
        for n, p in enumerate(bericht.client.verzoek.nieuwe_producten, 1):
            plek = Plek(NIEUW_PRODUCT, n)
            begin, eind = p.gewenste_ingangsdatum, p.einddatum
            yield Aanspraak(plek, p.product, begin, eind, "Einddatum", p.omvang, p.budget)


def clienten(bericht: MetPrestaties) -> Sequence[Client323 | Client325]:
    """The clients of a declaratie, or those that come back in its answer."""
    if isinstance(bericht, JW323):
        return bericht.declaratie.clienten
    return () if bericht.declaratie_antwoord is None else bericht.declaratie_antwoord.clienten


def prestaties(bericht: MetPrestaties) -> Iterator[tuple[int, int, Prestatie323]]:
    """Every Prestatie after the numbers of its Client and of itself (both 1-based)."""
    for nummer, client in enumerate(clienten(bericht), 1):
        for volgnummer, prestatie in enumerate(client.prestaties, 1):
            yield nummer, volgnummer, prestatie


def client_pad(bericht: MetPrestaties, client: int) -> str:
    """Path of the `client`-th Client of a declaratie or its answer."""
    wortel = "Declaratie" if isinstance(bericht, JW323) else "DeclaratieAntwoord"
    return f"/Bericht/{wortel}/Clienten/Client[{client}]"


def prestatie_pad(bericht: MetPrestaties, client: int, prestatie: int, element: str = "") -> str:
    """Path of a Prestatie, or of an element in it ("ProductPeriode/Einddatum")."""
    pad = f"{client_pad(bericht, client)}/Prestaties/Prestatie[{prestatie}]"
    return f"{pad}/{element}" if element else pad
