"""Events in: toewijzingen and declaraties, whole batches at a time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

import asyncpg

from services.matching import events, verplichtingen
from services.matching.beoordeling import beoordeel
from services.matching.feiten import Declaratie, Prestatiesleutel, Toewijzingsleutel, Zaak
from services.matching.herbeoordeling import herbeoordeel
from services.matching.metrics import BEOORDELEN, tel_doorlooptijd, tel_oordelen
from services.matching.partities import alle_partities, partities_van
from services.matching.store import herbeoordeling as store_uitval
from services.matching.store import toewijzingen as store_toewijzingen
from services.matching.store.feiten import bekende_prestaties, lees_feitenboek
from services.matching.store.lijsten import lijsten_van
from services.matching.store.schrijven import schrijf_declaraties, schrijf_oordelen, schrijf_saldi
from services.platform import breekpunten, outbox
from services.platform.bus import Subscription
from services.platform.database import Connection
from services.platform.events import DeclaratieIngediend, Event, ToewijzingVastgesteld, decode
from services.platform.outbox import Outgoing
from services.platform.service import Context
from services.platform.tracing.spans import note


def subscriptions(context: Context) -> Sequence[Subscription]:
    """What matching listens to.

    A toewijzing takes the locks of all partitions: it can make a client known, whose prestaties wait in
    one uitval item whatever toewijzing they name.
    """
    return (
        Subscription("toewijzingen", partial(verwerk_toewijzingen, context), locks=alle_partities, max_events=1000),
        Subscription("declaraties", partial(verwerk_declaraties, context), locks=partities_van, lanes=2),
    )


async def verwerk_declaraties(context: Context, connection: Connection, batch: Sequence[Event]) -> None:
    """Judge the prestaties of a batch, except those judged before."""
    per_domein: defaultdict[str, dict[Prestatiesleutel, Zaak]] = defaultdict(dict)
    ontvangen = []
    oorzaken: dict[str, str | None] = {}
    for event in batch:
        payload = decode(event, DeclaratieIngediend)
        ontvangen.append(payload.ontvangen_op)
        declaratie = _declaratie(payload)
        oorzaken[declaratie.declaratie_id] = event.traceparent
        zaken = per_domein[payload.domein]
        for prestatie in payload.prestaties:
            zaken.setdefault((declaratie.declaratie_id, prestatie.volgnummer), Zaak(declaratie, prestatie))
    for domein, zaken in per_domein.items():
        with BEOORDELEN.labels(context.database.schema).time():
            await _beoordeel_eenmaal(context, connection, domein, zaken, oorzaken)
    tel_doorlooptijd(ontvangen, context.clock.now())
    note("happyflow.prestaties", sum(map(len, per_domein.values())))


def _declaratie(payload: DeclaratieIngediend) -> Declaratie:
    return Declaratie(
        domein=payload.domein,
        declaratie_id=payload.declaratie_id,
        declaratienummer=payload.declaratienummer,
        gemeente=payload.gemeente,
        aanbieder=payload.aanbieder,
        periode_begin=payload.periode_begin,
        periode_eind=payload.periode_eind,
        dagtekening=payload.declaratie_dagtekening,
        ontvangen_op=payload.ontvangen_op,
    )


async def _beoordeel_eenmaal(
    context: Context,
    connection: Connection,
    domein: str,
    zaken: Mapping[Prestatiesleutel, Zaak],
    oorzaken: events.Oorzaken,
) -> None:
    """Judge what was not judged before.

    Positions see to it that a batch comes once, so nearly always that is all of it. Only when a prestatie turns
    out to be there, the table of prestaties is asked which; what was done until then is undone.
    """
    try:
        async with connection.transaction():
            await _beoordeel_nieuw(context, connection, domein, list(zaken.values()), oorzaken)
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "pk_prestaties":
            raise
        bekend = await bekende_prestaties(connection, zaken.keys())
        nieuw = [zaak for sleutel, zaak in zaken.items() if sleutel not in bekend]
        if nieuw:
            await _beoordeel_nieuw(context, connection, domein, nieuw, oorzaken)


async def _beoordeel_nieuw(
    context: Context, connection: Connection, domein: str, zaken: Sequence[Zaak], oorzaken: events.Oorzaken
) -> None:
    moment = context.clock.now()
    boek = await lees_feitenboek(connection, domein, zaken, lijsten_van(context))
    uitslag = beoordeel(zaken, boek)
    await schrijf_oordelen(connection, domein, uitslag.oordelen, moment)
    await schrijf_saldi(connection, domein, uitslag.saldi)
    breekpunten.raak("matching.in-declaraties")
    uit = events.van_overgangen([events.overgang(oordeel) for oordeel in uitslag.oordelen], oorzaken)
    uit += events.van_gebruik(domein, boek.saldi, uitslag.saldi)
    await outbox.append(connection, uit, moment)
    await schrijf_declaraties(connection, (zaak.declaratie for zaak in zaken))
    tel_oordelen("binnenkomst", uitslag.oordelen)


async def verwerk_toewijzingen(context: Context, connection: Connection, batch: Sequence[Event]) -> None:
    """Keep the newest version of each toewijzing, say what it commits, and judge again what waited for it."""
    nieuwste: dict[str, dict[tuple[str, int], ToewijzingVastgesteld]] = {}
    oorzaken: dict[Toewijzingsleutel, str | None] = {}
    for event in batch:
        versie = decode(event, ToewijzingVastgesteld)
        per_nummer = nieuwste.setdefault(versie.domein, {})
        eerder = per_nummer.get((versie.gemeente, versie.toewijzing_nummer))
        if eerder is None or versie.volgnummer > eerder.volgnummer:
            per_nummer[versie.gemeente, versie.toewijzing_nummer] = versie
            oorzaken[versie.gemeente, versie.toewijzing_nummer] = event.traceparent
    for domein, per_nummer in nieuwste.items():
        geschreven = await store_toewijzingen.schrijf_toewijzingen(connection, per_nummer.values(), context.clock.now())
        breekpunten.raak("matching.in-toewijzingen")
        versies = [per_nummer[sleutel] for sleutel in sorted(geschreven)]
        if versies:
            uit = await _gevolgen(context, connection, domein, versies, oorzaken)
            await outbox.append(connection, uit, context.clock.now())


async def _gevolgen(
    context: Context,
    connection: Connection,
    domein: str,
    versies: Sequence[ToewijzingVastgesteld],
    oorzaken: Mapping[Toewijzingsleutel, str | None],
) -> list[Outgoing]:
    """Everything that follows from new versions of toewijzingen."""
    sleutels = [(versie.gemeente, versie.toewijzing_nummer) for versie in versies]
    await store_toewijzingen.maak_saldi(connection, domein, sleutels)
    oud, nieuw = await store_toewijzingen.herstel_saldi(connection, domein, sleutels)
    await schrijf_saldi(connection, domein, nieuw)
    vastgesteld = await store_toewijzingen.lees_vastgesteld(connection, domein, sleutels)
    uit = await verplichtingen.stel_vast(connection, domein, vastgesteld, context.clock.today().year, oorzaken)
    uit += events.van_gebruik(domein, oud, nieuw)
    clienten = {(versie.gemeente, versie.aanbieder, versie.client) for versie in versies}
    zaken = await store_uitval.open_zaken_van_toewijzingen(connection, domein, sleutels, clienten)
    return uit + await herbeoordeel(context, connection, domein, zaken)
