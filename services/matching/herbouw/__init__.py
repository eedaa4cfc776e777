"""Rebuilding matching: from the outboxes of allocation and invoice, its own, and what invoice and ledger were told.

A verdict is never judged again: what matching said stands in its outbox, and what of it was lost stands with those it
was said to. Only for what waits for a person are the findings established anew, and then only where they are gone.
"""

from services.matching.herbouw.bronnen import lees_bronnen
from services.matching.herbouw.herhalen import herhaal, vind_wat_ontbreekt
from services.matching.herbouw.lijsten import herbouw_lijsten
from services.matching.herbouw.plaatsen import zet_plaatsen
from services.matching.herbouw.prestaties import herbouw_prestaties
from services.matching.herbouw.saldi import herbouw_saldi
from services.matching.herbouw.toewijzingen import herbouw_toewijzingen
from services.matching.herbouw.uitkomsten import bepaal_uitkomsten
from services.matching.herbouw.uitval import herbouw_uitval
from services.matching.herbouw.verlies import meld_verlies
from services.matching.herbouw.verplichtingen import herbouw_verplichtingen
from services.platform.herbouw.model import Herbouw


async def rebuild(herbouw: Herbouw) -> None:
    """Make what was derived anew, in steps that may each be done again; raises before it changes anything.

    ``RebuildRefusedError`` when those who were told of a prestatie disagree on its verdict.
    """
    await lees_bronnen(herbouw)
    await bepaal_uitkomsten(herbouw)
    achter = await vind_wat_ontbreekt(herbouw)
    await meld_verlies(herbouw, achter=achter)
    await herbouw_lijsten(herbouw)
    await herbouw_toewijzingen(herbouw)
    await herbouw_prestaties(herbouw)
    await herbouw_saldi(herbouw)
    await herbouw_uitval(herbouw)
    await herbouw_verplichtingen(herbouw, achter=achter)
    await herhaal(herbouw)
    # Last: until then a rebuild that was cut off begins again with everything it had.
    await zet_plaatsen(herbouw)
