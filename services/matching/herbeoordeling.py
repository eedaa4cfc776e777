"""Judging open uitval again because its facts changed: a toewijzing, a contract, or room that a decision made."""

from collections.abc import Sequence

from services.matching import events
from services.matching.beoordeling import beoordeel
from services.matching.feiten import Zaak
from services.matching.metrics import tel_oordelen
from services.matching.store.feiten import lees_feitenboek
from services.matching.store.herbeoordeling import schrijf_herbeoordeling
from services.matching.store.lijsten import lijsten_van
from services.matching.store.schrijven import schrijf_saldi
from services.platform.database import Connection
from services.platform.outbox import Outgoing
from services.platform.service import Context


async def herbeoordeel(context: Context, connection: Connection, domein: str, zaken: Sequence[Zaak]) -> list[Outgoing]:
    """Judge prestaties in uitval once more, in the order they came in, and write what that changes.

    The outcome is what it would have been had the facts been there at first, so it does not depend on the
    order in which events arrive: awarded or rejected without a person, or still in uitval with the findings
    of now. The caller holds the locks of the partitions of all ``zaken``.
    """
    if not zaken:
        return []
    boek = await lees_feitenboek(connection, domein, zaken, lijsten_van(context))
    uitslag = beoordeel(zaken, boek)
    await schrijf_herbeoordeling(connection, uitslag.oordelen, context.clock.now())
    await schrijf_saldi(connection, domein, uitslag.saldi)
    tel_oordelen("herbeoordeling", uitslag.oordelen)
    overgangen = [events.overgang(oordeel) for oordeel in uitslag.oordelen if oordeel.uitkomst != "inUitval"]
    return events.van_overgangen(overgangen) + events.van_gebruik(domein, boek.saldi, uitslag.saldi)
