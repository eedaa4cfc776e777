"""Rebuilding one service, with what the other three testify: the work behind ``happyflow rebuild``."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import asyncpg

from services.cli.ongelezen import Kafka, refuse_unread
from services.cli.samenstelling import all_services
from services.ledger.rules import mutatie_inhoud, verplichting_inhoud
from services.platform.clock import Clock
from services.platform.database import Connection
from services.platform.dsn import Dsn
from services.platform.events import TOPICS
from services.platform.herbouw import Herbouw, Toestand, Verslag, Vingerafdrukken
from services.platform.herbouw.model import RebuildRefusedError, Voortgang
from services.platform.herbouw.slot import alone, mark, marked
from services.platform.migrations import migrate, outdated
from services.platform.posities import BEGIN
from services.platform.runtime import Runtime
from services.platform.service import Afwijking, Service
from services.platform.settings import Settings

FROM_OTHERS = ("matching", "ledger")
"""Who can be made again when their tables are gone; the others are where messages came in."""

_LEAP: Final = 10_000_000
"""Over the numbers of messages that were sent after a backup: nobody here knows how many those were."""

_AFTER_THE_BACKUP: Final = (
    "berichten van na de reservekopie: wat toen binnenkwam moet opnieuw worden ingestuurd, en wat toen is geantwoord"
    " wordt opnieuw geantwoord, met een andere Identificatie; waarschuw wie het eerste antwoord al ophaalde"
)

VINGERAFDRUKKEN = Vingerafdrukken(mutatie_inhoud, verplichting_inhoud)


@dataclass(frozen=True)
class Uitkomst:
    """What came of it: the report, what the service's own check then finds, and how long it took."""

    service: str
    toestand: Toestand
    verslag: Verslag
    afwijkingen: Sequence[Afwijking]
    seconden: float


@dataclass(frozen=True)
class Beheerder:
    """How the administrator reaches the database; the password only where it stands in a folder."""

    dsn: str
    password: str | None = None

    async def connect(self, schema: str) -> Connection:
        """Without a limit on how long a statement may take: some look at everything."""
        settings = {"search_path": schema, "application_name": "happyflow-rebuild"}
        return cast(
            Connection, await asyncpg.connect(self.dsn, password=self.password, server_settings=settings, timeout=10)
        )

    async def outdated(self, services: Sequence[Service]) -> list[str]:
        """Those whose tables are not of this version."""
        return await outdated(self.dsn, services, password=self.password)


async def state_of(admin: Beheerder, name: str) -> Toestand:
    """What there is of a service's tables, to tell before anything is done; raises ``RebuildRefusedError``."""
    connection = await admin.connect(name)
    try:
        return await _state(connection, admin, _named(name))
    finally:
        await connection.close()


async def rebuild_service(
    settings: Settings,
    dsn: Dsn,
    admin: Beheerder,
    name: str,
    voortgang: Voortgang,
    *,
    clock: Clock | None = None,
    kafka: Kafka = Kafka(),
) -> Uitkomst:
    """Rebuild a service that does not run.

    Raises ``RebuildRefusedError`` when nothing was changed because it may not. What was cut off is done by doing
    it again.
    """
    begun = time.monotonic()
    service = _named(name)
    connection = await admin.connect(name)
    try:
        async with alone(connection, name):
            toestand = await _state(connection, admin, service)
            await _refuse_young_counter(connection, name)
            await refuse_unread(settings, connection, name, kafka, voortgang)
            await _prepare(connection, admin, service, toestand)
            for other in all_services():
                if other.testify is not None and other.name != name:
                    await other.testify(connection)
            runtime = Runtime(settings, dsn, [service], clock=clock)
            await runtime.start(consume=False)
            try:
                context = runtime.contexts[name]
                verslag = Verslag()
                if name not in FROM_OTHERS and await _is_behind(connection, name):
                    await connection.execute("SELECT setval('berichtnummers', nextval('berichtnummers') + $1)", _LEAP)
                    verslag.niet_te_herstellen.append(_AFTER_THE_BACKUP)
                herbouw = Herbouw(
                    context=context,
                    connection=connection,
                    toestand=toestand,
                    moment=context.clock.now(),
                    vingerafdrukken=VINGERAFDRUKKEN,
                    verslag=verslag,
                    voortgang=voortgang,
                )
                await _run(service, herbouw)
                afwijkingen = await service.check(context)
            finally:
                await runtime.stop()
    finally:
        await connection.close()
    return Uitkomst(name, toestand, verslag, afwijkingen, time.monotonic() - begun)


def _named(name: str) -> Service:
    return next(service for service in all_services() if service.name == name)


async def _run(service: Service, herbouw: Herbouw) -> None:
    if service.rebuild is None:
        raise RebuildRefusedError(f"van {service.name} valt niets te herbouwen")
    before = await marked(herbouw.connection, service.name)
    await mark(herbouw.connection, service.name, herbouw.toestand)
    try:
        await service.rebuild(herbouw)
    except RebuildRefusedError:
        await mark(herbouw.connection, service.name, before)
        raise
    await mark(herbouw.connection, service.name, None)


async def _prepare(connection: Connection, admin: Beheerder, service: Service, toestand: Toestand) -> None:
    if toestand is Toestand.VERLOREN:
        await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{service.name}"')
        await mark(connection, service.name, toestand)
        await migrate(admin.dsn, [service], password=admin.password)
    await _refuse_old_sources(connection, service.name)
    await _number_on(connection, service.name)


async def _state(connection: Connection, admin: Beheerder, service: Service) -> Toestand:
    """Raises ``RebuildRefusedError`` when the tables of this service or another one are not to be worked with."""
    others = [other for other in all_services() if other.name != service.name]
    if other := await admin.outdated(others):
        raise RebuildRefusedError(
            f"ook de tabellen van {', '.join(other)} zijn er niet of zijn van een andere versie;"
            " zet die eerst terug uit een reservekopie of start deze versie daarmee"
        )
    if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f'"{service.name}".alembic_version'):
        if service.name not in FROM_OTHERS:
            raise RebuildRefusedError(
                f"de tabellen van {service.name} zijn weg; wat daarin stond heeft niemand anders:"
                " zet een reservekopie terug en herbouw dan"
            )
        return Toestand.VERLOREN
    if await marked(connection, service.name) is Toestand.VERLOREN:
        return Toestand.VERLOREN
    if await admin.outdated([service]):
        raise RebuildRefusedError(f"de tabellen van {service.name} zijn van een andere versie van Happyflow")
    missing = [
        name for name in service.metadata.tables
        if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f'"{service.name}"."{name}"')
    ]  # fmt: skip
    if missing:
        raise RebuildRefusedError(
            f"van {service.name} ontbreken tabellen ({', '.join(missing)}): zet een reservekopie van het schema terug"
            " en herbouw dan"
            + (f', of verwijder het schema (DROP SCHEMA "{service.name}" CASCADE) en herbouw alles wat anderen weten'
               if service.name in FROM_OTHERS else "")
        )  # fmt: skip
    return Toestand.AANWEZIG


async def _number_on(connection: Connection, producer: str) -> None:
    """Let the outbox number its events on from the last that anybody handled: some keep that as an order."""
    consumers = sorted(
        {consumer for topic in TOPICS.values() if topic.producer == producer for consumer in topic.consumers}
    )
    for consumer in consumers:
        await connection.execute(
            "SELECT setval(s, greatest(nextval(s), (SELECT coalesce(max(p.volgnummer), 0) + 1"
            f' FROM "{consumer}".posities p WHERE p.topic = ANY($2::text[]))))'
            " FROM pg_get_serial_sequence($1, 'volgnummer') AS s",
            f'"{producer}".outbox',
            [topic.name for topic in TOPICS.values() if topic.producer == producer],
        )


async def _refuse_young_counter(connection: Connection, producer: str) -> None:
    """Places in an outbox begin with PostgreSQL's transaction number: a new event must stand after all handled ones."""
    topics = [topic for topic in TOPICS.values() if topic.producer == producer]
    readers = sorted({(consumer, topic.name) for topic in topics for consumer in topic.consumers})
    handled = [
        await connection.fetchval(f'SELECT max(xid) FROM "{consumer}".posities WHERE topic = $1', topic)
        for consumer, topic in readers
    ]
    now = await connection.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    if any(xid is not None and xid >= now for xid in handled):
        raise RebuildRefusedError(
            "de transactieteller van PostgreSQL loopt achter op wat anderen al verwerkten: verhoog hem eerst"
            " (pg_resetwal --next-transaction-id), anders slaan zij nieuwe gebeurtenissen over"
        )


_LAST: Final = """
SELECT o.xid, o.volgnummer FROM unnest($1::text[]) AS t(topic) CROSS JOIN LATERAL (
  SELECT xid, volgnummer FROM "{producer}".outbox WHERE topic = t.topic ORDER BY xid DESC, volgnummer DESC LIMIT 1) AS o
ORDER BY o.xid DESC, o.volgnummer DESC LIMIT 1
"""
_HANDLED: Final = (
    'SELECT xid, volgnummer FROM "{consumer}".posities WHERE topic = $1 ORDER BY xid DESC, volgnummer DESC LIMIT 1'
)


async def _refuse_old_sources(connection: Connection, consumer: str) -> None:
    """An outbox that ends before what the service handled of it is older than what was made of it."""
    for topic in TOPICS.values():
        if consumer not in topic.consumers:
            continue
        handled = await connection.fetchrow(_HANDLED.format(consumer=consumer), topic.name)
        beside = [other.name for other in TOPICS.values() if other.producer == topic.producer]
        last = await connection.fetchrow(_LAST.format(producer=topic.producer), beside)
        if handled is not None and tuple(handled) > (tuple(last) if last is not None else BEGIN):
            raise RebuildRefusedError(
                f"{consumer} verwerkte gebeurtenissen van {topic.name} die niet meer in de outbox van"
                f" {topic.producer} staan; is daar een oudere reservekopie teruggezet? Herbouw dan eerst"
                f" {topic.producer}, of zet ook van {consumer} de reservekopie van dat moment terug"
            )


async def _is_behind(connection: Connection, producer: str) -> bool:
    """Whether others handled what its outbox does not hold: its schema is of a backup, and theirs are not."""
    topics = [topic for topic in TOPICS.values() if topic.producer == producer]
    last = await connection.fetchrow(_LAST.format(producer=producer), [topic.name for topic in topics])
    for topic in topics:
        for consumer in topic.consumers:
            handled = await connection.fetchrow(_HANDLED.format(consumer=consumer), topic.name)
            if handled is not None and tuple(handled) > (tuple(last) if last is not None else BEGIN):
                return True
    return False
