"""Invented clients: name, address, relaties, so that a JW301 about them passes every rule on the client."""

import datetime as dt
from typing import Final

from ijw.berichten.basis import (
    Achternaam,
    Adres,
    Communicatie,
    Geboortedatum,
    Huis,
    OpenPeriode,
    Telefoon,
    Telefoonnummers,
    VolledigeNaam,
)
from ijw.berichten.jw301 import Client301, Contact301, Relatie301
from services.synthetisch.namen import (
    ACHTERNAMEN,
    LETTERS,
    STRATEN,
    TALEN,
    VOORNAMEN_JONGEN,
    VOORNAMEN_MEISJE,
)
from services.synthetisch.opties import naam_van
from services.synthetisch.toeval import Toeval
from services.synthetisch.veld import Veld

_JONGSTE_DAGEN: Final = 800
_OUDSTE_DAGEN: Final = 7_600
_OUDER: Final = "10"
_VOOGD: Final = "11"


def persoon(veld: Veld, client: int) -> Client301:
    """The client without toewijzingen; the same number is always the same child."""
    toeval = Toeval(veld.zaad, "persoon", client)
    meisje = toeval.kans(49)
    familie = _achternaam(toeval)
    voornaam = toeval.kies(VOORNAMEN_MEISJE if meisje else VOORNAMEN_JONGEN)
    adres = _adres(toeval, naam_van(veld.gemeente_van(client)))
    return Client301(
        bsn=veld.bsn(client),
        geboortedatum=_geboortedatum(toeval, veld.vandaag),
        geslacht="2" if meisje else "1",
        naam=_naam(familie, voornaam),
        communicatie=_communicatie(toeval),
        juridische_status="04" if toeval.kans(6) else None,
        wettelijke_vertegenwoordiging="06" if toeval.kans(5) else None,
        commentaar="Graag eerst bellen < 17:00 uur & niet mailen." if toeval.kans(3) else None,
        relaties=_relaties(toeval, familie, adres),
        contactgegevens=_contactgegevens(toeval, adres, veld.vandaag),
        toegewezen_producten=(),
    )


def _achternaam(toeval: Toeval) -> Achternaam:
    naam, voorvoegsel = toeval.kies(ACHTERNAMEN)
    return Achternaam(achternaam=naam, voorvoegsel=voorvoegsel)


def _naam(familie: Achternaam, voornaam: str) -> VolledigeNaam:
    return VolledigeNaam(geslachtsnaam=familie, voornamen=voornaam, voorletters=voornaam[0].upper(), naam_gebruik="1")


def _geboortedatum(toeval: Toeval, vandaag: dt.date) -> Geboortedatum:
    datum = vandaag - dt.timedelta(days=toeval.geheel(_JONGSTE_DAGEN, _OUDSTE_DAGEN))
    if toeval.kans(2):
        return Geboortedatum(datum=datum.replace(month=1, day=1), datum_gebruik="2")
    if toeval.kans(1):
        return Geboortedatum(datum=dt.date(1900, 1, 1), datum_gebruik="3")
    return Geboortedatum(datum=datum)


def _communicatie(toeval: Toeval) -> Communicatie | None:
    if not toeval.kans(10):
        return None
    if toeval.kans(70):
        return Communicatie(vorm="1", taal=toeval.kies(TALEN))
    return Communicatie(vorm=toeval.kies(("2", "3")))


def _adres(toeval: Toeval, plaats: str) -> Adres:
    """A Dutch address; postcodes from 9999, which are used nowhere."""
    huis = Huis(
        huisnummer=toeval.geheel(1, 220),
        huisletter=toeval.kies(LETTERS) if toeval.kans(10) else None,
        huisnummer_toevoeging="bis" if toeval.kans(4) else None,
    )
    return Adres(
        huis=huis,
        postcode=f"9999{toeval.kies(LETTERS)}{toeval.kies(LETTERS)}",
        straatnaam=toeval.kies(STRATEN),
        plaatsnaam=plaats,
        land_code="NL",
    )


def _telefoon(toeval: Toeval) -> Telefoonnummers:
    return Telefoonnummers(
        telefoon01=Telefoon(telefoonnummer=f"0990{toeval.geheel(0, 999_999):06d}", landnummer="0031")
    )


def _relaties(toeval: Toeval, familie: Achternaam, adres: Adres) -> tuple[Relatie301, ...]:
    relaties = []
    for nummer in range(1, toeval.geheel(0, 2) + 1):
        voornaam = toeval.kies(VOORNAMEN_MEISJE if nummer == 1 else VOORNAMEN_JONGEN)
        naam = _naam(_achternaam(toeval) if nummer == 1 else familie, voornaam)
        if nummer == 1 and toeval.kans(60):
            naam = VolledigeNaam(
                geslachtsnaam=naam.geslachtsnaam,
                partnernaam=familie,
                voornamen=naam.voornamen,
                voorletters=naam.voorletters,
                naam_gebruik=toeval.kies(("2", "3", "4")),
            )
        contact = Contact301(
            soort="03", adres=adres if toeval.kans(85) else _adres(toeval, "Zwolle"), telefoon=_telefoon(toeval)
        )
        relaties.append(
            Relatie301(
                nummer=str(nummer),
                volgorde=nummer,
                soort=_OUDER,
                geslacht="2" if nummer == 1 else "1",
                naam=naam,
                contact=contact,
            )
        )
    if toeval.kans(4):
        instelling = VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Stichting Voogdij Oost"), naam_gebruik="6")
        contact = Contact301(soort="02", organisatie="Stichting Voogdij Oost", telefoon=_telefoon(toeval))
        nummer_voogd = str(len(relaties) + 1)
        relaties.append(Relatie301(nummer=nummer_voogd, soort=_VOOGD, naam=instelling, contact=contact))
    return tuple(relaties)


def _contactgegevens(toeval: Toeval, adres: Adres, vandaag: dt.date) -> tuple[Contact301, ...]:
    thuis = Contact301(soort="01", adres=adres, telefoon=_telefoon(toeval) if toeval.kans(70) else None)
    if not toeval.kans(8):
        return (thuis,)
    periode = OpenPeriode(begindatum=vandaag - dt.timedelta(days=toeval.geheel(10, 200)))
    tijdelijk = Contact301(
        soort="04",
        adres=_adres(toeval, "Deventer"),
        organisatie="Logeerhuis De Brug",
        emailadres="logeerhuis@voorbeeld.invalid",
        periode=periode,
    )
    return thuis, tijdelijk
