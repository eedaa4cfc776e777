"""Rebuilding the ledger: boekingen are never rewritten, everything that follows from them is made anew.

Only when there are none, because the tables were lost, is every event booked again, as on its own day.
"""

from services.ledger.herbouw.keten import verifieer
from services.ledger.herbouw.opnieuw import boek_opnieuw
from services.ledger.herbouw.standen import herbouw_standen, lees_gebeurtenissen
from services.ledger.herbouw.totalen import herbouw_koppen, herbouw_totalen
from services.platform.herbouw.model import Herbouw

_WEG = (
    "begrotingen en wie ze vaststelde: zet ze terug uit een reservekopie, of stuur ze opnieuw"
    " (PUT /ledger/v1/gemeenten/{code}/begrotingen/{jaar})",
    "de nummers en hashes van de boekingen van voorheen: de nieuwe keten bevat dezelfde feiten, met de dag van hun"
    " gebeurtenis als boekdatum; wie een oude hash bewaarde, bewijst daarmee niets meer",
    "dode letters en welke daarvan mensen lieten vervallen: ook die gebeurtenissen zijn geboekt, of liggen weer open",
)


async def rebuild(herbouw: Herbouw) -> None:
    """Make the derived tables anew; raises ``RebuildRefusedError`` when a boeking was changed or is missing."""
    if herbouw.verloren:
        herbouw.verslag.niet_te_herstellen.extend(_WEG)
        await boek_opnieuw(herbouw)
        return
    await verifieer(herbouw)
    await lees_gebeurtenissen(herbouw)
    await herbouw_koppen(herbouw)
    await herbouw_totalen(herbouw)
    await herbouw_standen(herbouw)
