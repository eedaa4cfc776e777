"""Level 2 rules about the order of dates, in the message and against the day of the message."""

import datetime as dt
from collections.abc import Iterator
from typing import Final, TypeAlias

from ijw.berichten import JW301, JW305, JW307, JW315, JW323, JW325
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import (
    START_PRODUCT,
    STOP_PRODUCT,
    TOEGEWEZEN_PRODUCT,
    MetAanspraken,
    MetPrestaties,
    Plek,
    aanspraken,
    contacten,
    geboortedata,
    prestatie_pad,
    prestaties,
)
from ijw.regels.regel import fout

MetVerledenDatums: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW323 | JW325

_DECLARATIE_PERIODE: Final = "/Bericht/Declaratie/DeclaratiePeriode"
_EERSTE_DECLARATIEDAG: Final = dt.date(2021, 1, 1)


def tr134_datum_niet_na_dagtekening(bericht: MetVerledenDatums) -> Iterator[Bevinding]:
    """Birth, decision, start, stop and the begin of a period lie on or before Dagtekening (`TR134`)."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    grens = dagtekening.isoformat()
    if isinstance(bericht, JW323 | JW325):
        if isinstance(bericht, JW323):
            begin = bericht.declaratie.declaratie_periode.begindatum
            if begin > dagtekening:
                pad = f"{_DECLARATIE_PERIODE}/Begindatum"
                yield fout("TR134", pad, waarde=begin.isoformat(), dagtekening=grens)
        for client, nummer, prestatie in prestaties(bericht):
            begin = prestatie.product_periode.begindatum
            if begin > dagtekening:
                pad = prestatie_pad(bericht, client, nummer, "ProductPeriode/Begindatum")
                yield fout("TR134", pad, waarde=begin.isoformat(), dagtekening=grens)
        return
    for plek, geboortedatum in geboortedata(bericht):
        if geboortedatum.datum > dagtekening:
            yield fout("TR134", plek.pad("Datum"), dagtekening=grens)
    for plek, element, datum in _meldingen(bericht):
        if datum > dagtekening:
            yield fout("TR134", plek.pad(element), waarde=datum.isoformat(), dagtekening=grens)


def _meldingen(bericht: JW301 | JW305 | JW307 | JW315) -> Iterator[tuple[Plek, str, dt.date]]:
    """The dates besides birth dates that cannot lie after the day of the message."""
    if isinstance(bericht, JW301):
        for nummer, toewijzing in enumerate(bericht.client.toegewezen_producten, 1):
            yield Plek(TOEGEWEZEN_PRODUCT, nummer), "Toewijzingsdatum", toewijzing.toewijzingsdatum
    elif isinstance(bericht, JW305):
        for nummer, start in enumerate(bericht.client.start_producten, 1):
            yield Plek(START_PRODUCT, nummer), "Begindatum", start.begindatum
    elif isinstance(bericht, JW307):
        for nummer, stop in enumerate(bericht.client.stop_producten, 1):
            yield Plek(STOP_PRODUCT, nummer), "Einddatum", stop.einddatum


def tr137_einddatum_tussen_begindatum_en_dagtekening(bericht: MetPrestaties) -> Iterator[Bevinding]:
    """A period ends on or after its begin and on or before Dagtekening (`TR137`)."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    if isinstance(bericht, JW323):
        periode = bericht.declaratie.declaratie_periode
        if not periode.begindatum <= periode.einddatum <= dagtekening:
            pad = f"{_DECLARATIE_PERIODE}/Einddatum"
            yield _tr137(pad, periode.begindatum, periode.einddatum, dagtekening)
    for client, nummer, prestatie in prestaties(bericht):
        periode = prestatie.product_periode
        if not periode.begindatum <= periode.einddatum <= dagtekening:
            pad = prestatie_pad(bericht, client, nummer, "ProductPeriode/Einddatum")
            yield _tr137(pad, periode.begindatum, periode.einddatum, dagtekening)


def _tr137(pad: str, begin: dt.date, eind: dt.date, dagtekening: dt.date) -> Bevinding:
    invoer = {"begin": begin.isoformat(), "eind": eind.isoformat(), "dagtekening": dagtekening.isoformat()}
    return fout("TR137", pad, **invoer)


def cs003_einddatum_niet_voor_begindatum(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """An end date is on or after its begin date (`CS003`).

    A Periode of a Contact with an end but no begin is refused as well, as the published XSLT does.
    """
    if isinstance(bericht, JW301):
        for plek, contact in contacten(bericht):
            periode = contact.periode
            if periode is None or periode.einddatum is None:
                continue
            if periode.begindatum is None or periode.einddatum < periode.begindatum:
                invoer = {"eind": periode.einddatum.isoformat()}
                if periode.begindatum is not None:
                    invoer["begin"] = periode.begindatum.isoformat()
                yield fout("CS003", plek.pad("Periode/Einddatum"), **invoer)
    for a in aanspraken(bericht):
        if a.eind is not None and a.eind < a.begin:
            invoer = {"begin": a.begin.isoformat(), "eind": a.eind.isoformat()}
            yield fout("CS003", a.plek.pad(a.eind_element), **invoer)


def cs100_periode_niet_voor_2021(bericht: JW323) -> Iterator[Bevinding]:
    """DeclaratiePeriode and ProductPeriode begin on or after 1 January 2021 (`CS100`)."""
    begin = bericht.declaratie.declaratie_periode.begindatum
    if begin < _EERSTE_DECLARATIEDAG:
        yield fout("CS100", _DECLARATIE_PERIODE, waarde=begin.isoformat())
    for client, nummer, prestatie in prestaties(bericht):
        begin = prestatie.product_periode.begindatum
        if begin < _EERSTE_DECLARATIEDAG:
            pad = prestatie_pad(bericht, client, nummer, "ProductPeriode")
            yield fout("CS100", pad, waarde=begin.isoformat())
