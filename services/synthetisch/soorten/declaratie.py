"""Declaraties that are refused as a whole, and why each gets exactly these codes.

Each is sent in the second round of a month, after the regular declaratie of the same contract and month was
accepted. Nothing in it is judged or booked. Its prestaties are such that they would be awarded otherwise.
"""

import datetime as dt
from typing import Final

from services.synthetisch import kenmerken
from services.synthetisch.soorten.soort import Soort, een_week, maandnummer, ronden, ruime_uren
from services.synthetisch.stukken import Weigering
from services.synthetisch.veld import Ronde, maand_verder
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Prestatie

BESTAAT_NIET: Final = "9999"
"""A gemeente code that the CBS never gave out."""

IN_DE_TOEKOMST: Final = dt.timedelta(days=40)
"""Far enough ahead to be in the future wherever and whenever the region is played."""


def _opening(w: Werkplaats) -> tuple[Ronde, Ronde, Prestatie]:
    """A regular prestatie in the first round, and a further one of the month before for the refused declaratie."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    laat = w.prestatie(toewijzing, tweede, maand_verder(maand, -1), een_week(w, toewijzing), meetellen=False)
    return eerste, tweede, laat


def _9333(w: Werkplaats) -> None:
    """TR333: the DeclaratieNummer is that of the accepted declaratie of the month."""
    eerste, tweede, prestatie = _opening(w)
    w.declaratie(
        tweede, (prestatie,), declaratienummer=kenmerken.declaratienummer(w.cel, eerste),
        declaratie_codes=("9333",), fout="9333",
    )  # fmt: skip


def _8214(w: Werkplaats) -> None:
    """TR318: the DeclaratiePeriode is the month before one that this aanbieder already declared here."""
    _, tweede, prestatie = _opening(w)
    w.declaratie(tweede, (prestatie,), maand=maand_verder(tweede.maand, -1), declaratie_codes=("8214",), fout="8214")


def _9333_8214(w: Werkplaats) -> None:
    """Both of them: the rules look at different elements, so both codes stand on the answer."""
    eerste, tweede, prestatie = _opening(w)
    w.declaratie(
        tweede, (prestatie,), maand=maand_verder(tweede.maand, -1),
        declaratienummer=kenmerken.declaratienummer(w.cel, eerste), declaratie_codes=("8214", "9333"),
        fout="9333-8214",
    )  # fmt: skip


def _9056(w: Werkplaats) -> None:
    """TR056: the Identificatie is that of the accepted declaratie of the month; its own DeclaratieNummer is new."""
    eerste, tweede, prestatie = _opening(w)
    w.declaratie(
        tweede, (prestatie,), identificatie=kenmerken.declaratiebericht(w.cel, eerste),
        header_codes=("9056",), fout="323-9056",
    )  # fmt: skip


def _8848(w: Werkplaats) -> None:
    """TR135: dated after today."""
    _, tweede, prestatie = _opening(w)
    morgen = w.veld.vandaag + IN_DE_TOEKOMST
    w.declaratie(tweede, (prestatie,), dagtekening=morgen, header_codes=("8848",), fout="323-8848")


def _s300(w: Werkplaats) -> None:
    """TR378: sent to a gemeente that does not exist."""
    _, tweede, prestatie = _opening(w)
    w.declaratie(tweede, (prestatie,), ontvanger=BESTAAT_NIET, header_codes=("S300",), fout="323-S300")


def _header_meervoudig(w: Werkplaats) -> None:
    """A used Identificatie (9056) and a date in the future (8848): rules on the same class are all tested."""
    eerste, tweede, prestatie = _opening(w)
    w.declaratie(
        tweede, (prestatie,), identificatie=kenmerken.declaratiebericht(w.cel, eerste),
        dagtekening=w.veld.vandaag + IN_DE_TOEKOMST, header_codes=("8848", "9056"), fout="323-header-meervoudig",
    )  # fmt: skip


def _andere_afzender(w: Werkplaats) -> None:
    """Not a rule of the standard: sent with the token of another aanbieder, so it is not taken in at all."""
    _, tweede, prestatie = _opening(w)
    w.declaratie(
        tweede, (prestatie,), partij="99999999", weigering=Weigering(403, "andere-afzender"),
        fout="323-andere-afzender",
    )  # fmt: skip


def _herhaling(w: Werkplaats) -> None:
    """The bytes of the accepted declaratie again: the first answer, and no effect."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    w.declaratie(tweede, (), herhaal=eerste.nummer, fout="323-herhaling")


SOORTEN = (
    Soort("9333", "declaratie", 3, _9333),
    Soort("8214", "declaratie", 3, _8214),
    Soort("9333-8214", "declaratie", 1, _9333_8214),
    Soort("323-9056", "declaratie", 2, _9056),
    Soort("323-8848", "declaratie", 2, _8848),
    Soort("323-S300", "declaratie", 2, _s300),
    Soort("323-header-meervoudig", "declaratie", 1, _header_meervoudig),
    Soort("323-andere-afzender", "declaratie", 1, _andere_afzender),
    Soort("323-herhaling", "herhaling", 2, _herhaling),
)
