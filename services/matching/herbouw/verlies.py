"""What of matching nobody else has: said before anything is done, so that a backup can be put back first."""

from typing import Final

from services.platform.herbouw.model import Herbouw

_VERLOREN: Final = (
    "contracten en hun tarieven: zet ze terug uit een reservekopie of stuur ze opnieuw"
    " (PUT /matching/v1/contracten); wat tot dan toe binnenkomt gaat naar uitval",
    "het eigen beleid van gemeenten: terugzetten uit een reservekopie of opnieuw sturen vóór het starten"
    " (PUT /matching/v1/beleid), want tot dan toe geldt het standaardbeleid",
    "wie in uitval besloot, zijn motivering en de historie: alleen in een reservekopie; de uitkomsten zelf zijn"
    " hersteld uit wat invoice en ledger is verteld",
    "bevindingen met hun berekening van wat al besloten was: alleen in een reservekopie",
    "omschrijvingen, varianten en oudere versies van eigen productlijsten: uit een reservekopie, of de gemeente stuurt"
    " haar lijst opnieuw; de codes zelf zijn hersteld",
    "dode letters en welke daarvan mensen lieten vervallen: die gebeurtenissen worden bij het starten opnieuw verwerkt",
)


_ACHTER: Final = (
    "contracten, beleid, productlijsten en motiveringen van na de reservekopie: stuur ze opnieuw, vóór of meteen na het"
    " starten; wat van een contract afhangt wordt dan opnieuw bepaald"
)


async def meld_verlies(herbouw: Herbouw, *, achter: bool) -> None:
    """Name what cannot be made again; ``achter``: others heard things that are not in the outbox any more."""
    if herbouw.verloren:
        herbouw.verslag.niet_te_herstellen.extend(_VERLOREN)
    elif achter:
        herbouw.verslag.niet_te_herstellen.append(_ACHTER)
