"""Level 2 rules about the client and the relaties: identity, birth date, name, communication."""

import datetime as dt
from collections.abc import Iterator
from typing import TypeAlias

from ijw import bsn, kalender
from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW323, JW325
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import (
    CLIENT,
    MetGeboortedatum,
    client_pad,
    clienten,
    geboortedata,
    namen,
)
from ijw.regels.regel import fout

MetBsn: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW317 | JW323 | JW325

_ONBEKENDE_DATUM = dt.date(1900, 1, 1)
_HOOGSTE_LEEFTIJD = 120
_ONBEKEND_WORDT = {"1": "dag 1", "2": "1 januari", "3": "1 januari 1900"}


def tr002_geboortedatum_hoogstens_120_jaar_geleden(bericht: MetGeboortedatum) -> Iterator[Bevinding]:
    """Nobody is older than 120 years on Dagtekening; a wholly unknown date is exempt (`TR002`)."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    for plek, geboortedatum in geboortedata(bericht):
        if geboortedatum.datum_gebruik == "3" and geboortedatum.datum == _ONBEKENDE_DATUM:
            continue
        if kalender.plus_jaren(geboortedatum.datum, _HOOGSTE_LEEFTIJD) < dagtekening:
            yield fout("TR002", plek.pad("Datum"), dagtekening=dagtekening.isoformat())


def tr061_client_heeft_vast_adres(bericht: JW301) -> Iterator[Bevinding]:
    """Among the client's own contacts is a Soort 01, 02 or 03; contacts of relaties do not count (`TR061`)."""
    if not any(contact.soort in {"01", "02", "03"} for contact in bericht.client.contactgegevens):
        soorten = sorted({contact.soort for contact in bericht.client.contactgegevens})
        yield fout("TR061", CLIENT.pad(), waarde=" en ".join(soorten))


def cd007_taal_alleen_bij_tolk(bericht: JW301) -> Iterator[Bevinding]:
    """Taal is there for Vorm 1 (interpreter) and for no other Vorm (`CD007`)."""
    communicatie = bericht.client.communicatie
    if communicatie is not None and (communicatie.vorm == "1") != (communicatie.taal is not None):
        taal = "geen taal" if communicatie.taal is None else "een taal"
        yield fout("CD007", CLIENT.pad("Communicatie/Taal"), code=communicatie.vorm, waarde=taal)


def cs002_bsn_voldoet_aan_elfproef(bericht: MetBsn) -> Iterator[Bevinding]:
    """The Bsn passes the eleven-test; the finding never shows it (`CS002`)."""
    if isinstance(bericht, JW323 | JW325):
        for nummer, client in enumerate(clienten(bericht), 1):
            if not bsn.elfproef(client.bsn):
                yield fout("CS002", f"{client_pad(bericht, nummer)}/Bsn")
    elif not bsn.elfproef(bericht.client.bsn):
        yield fout("CS002", CLIENT.pad("Bsn"))


def cs050_naamgebruik_past_bij_partnernaam(bericht: JW301) -> Iterator[Bevinding]:
    """With Partnernaam 1 to 4, without it 1 or 6 (`CS050`)."""
    for plek, naam in namen(bericht):
        toegestaan = {"1", "6"} if naam.partnernaam is None else {"1", "2", "3", "4"}
        if naam.naam_gebruik not in toegestaan:
            zonder = naam.partnernaam is None
            invoer = {"eerder": "zonder" if zonder else "met", "verwacht": "1 of 6" if zonder else "1, 2, 3 of 4"}
            yield fout("CS050", plek.pad("NaamGebruik"), waarde=naam.naam_gebruik, **invoer)


def cs139_datumgebruik_past_bij_datum(bericht: MetGeboortedatum) -> Iterator[Bevinding]:
    """What DatumGebruik calls unknown must be 1 in the date: 3 means 1900-01-01 (`CS139`)."""
    for plek, geboortedatum in geboortedata(bericht):
        datum, gebruik = geboortedatum.datum, geboortedatum.datum_gebruik
        if gebruik is None:
            continue
        klopt = (
            (gebruik == "1" and datum.day == 1)
            or (gebruik == "2" and datum.day == datum.month == 1)
            or (gebruik == "3" and datum == _ONBEKENDE_DATUM)
        )
        if not klopt:
            yield fout("CS139", plek.pad("DatumGebruik"), waarde=gebruik, verwacht=_ONBEKEND_WORDT[gebruik])


def cs318_client_is_natuurlijk_persoon(bericht: JW301) -> Iterator[Bevinding]:
    """NaamGebruik 6 (an organisation) is for relaties, not for the client (`CS318`)."""
    if bericht.client.naam.naam_gebruik == "6":
        yield fout("CS318", CLIENT.pad("Naam"))
