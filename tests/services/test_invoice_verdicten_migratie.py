"""Verdicts given before awards were kept as ranges are the same verdicts after the migration, and after going back."""

import secrets

import asyncpg
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.platform.migrations import _config, _prepare_roles, create_database, sqlalchemy_url
from services.platform.postgres import EmbeddedPostgres
from services.platform.service import Service
from tests.services.conftest import load_services

ERVOOR, ERNA = "0005", "0006"

VERDICTEN = """
INSERT INTO verdicten (declaratie_id, volgnummer, uitkomst, retourcodes, client_retourcodes, besluit_op)
SELECT ('00000000-0000-0000-0000-00000000000' || d)::uuid, nummer, uitkomst, retour::text[], client::text[],
  op::timestamptz
FROM (VALUES
  (1, 1, 'toegekend', '{}', '{}', '2026-05-06 10:00Z'),
  (1, 2, 'toegekend', '{}', '{}', '2026-05-06 10:00Z'),
  (1, 4, 'toegekend', '{}', '{}', '2026-05-06 10:00Z'),
  (1, 3, 'toegekend', '{}', '{}', '2026-05-08 12:30Z'),
  (1, 5, 'afgewezen', '{9321,9322}', '{}', '2026-05-06 10:00Z'),
  (2, 1, 'afgewezen', '{0233}', '{8187}', '2026-05-07 10:00Z'),
  (3, 7, 'toegekend', '{}', '{}', '2026-05-06 10:00Z')
) AS v(d, nummer, uitkomst, retour, client, op)
"""
GELEZEN = """
SELECT declaratie_id, volgnummer, uitkomst, retourcodes, client_retourcodes, besluit_op FROM verdicten ORDER BY 1, 2
"""


def naar(connection: Connection, service: Service, versie: str) -> None:
    _prepare_roles(connection, [service.name])
    connection.execute(text(f'SET search_path TO "{service.name}"'))
    terug = versie == ERVOOR and connection.execute(text("SELECT to_regclass('toekenningen')")).scalar() is not None
    (command.downgrade if terug else command.upgrade)(_config(service, connection), versie)


async def test_verdicts_given_before_stay_what_they_were(postgres: EmbeddedPostgres) -> None:
    database = f"oud_{secrets.token_hex(4)}"
    await create_database(postgres.dsn("postgres"), database)
    (service,) = load_services(["invoice"])
    engine = create_async_engine(sqlalchemy_url(postgres.dsn(database)), poolclass=NullPool)

    async def breng_naar(versie: str) -> None:
        async with engine.connect() as opened:
            await opened.run_sync(naar, service, versie)
            await opened.commit()

    await breng_naar(ERVOOR)
    connection = await asyncpg.connect(postgres.dsn(database), server_settings={"search_path": "invoice"})
    try:
        await connection.execute(VERDICTEN)
        eerst = [tuple(row) for row in await connection.fetch(GELEZEN)]
        assert len(eerst) == 7
        await breng_naar(ERNA)
        assert [tuple(row) for row in await connection.fetch(GELEZEN)] == eerst
        assert await connection.fetchval("SELECT count(*) FROM toekenningen") == 3
        assert await connection.fetchval("SELECT count(*) FROM afwijzingen") == 2
        await breng_naar(ERVOOR)
        assert [tuple(row) for row in await connection.fetch(GELEZEN)] == eerst
        await breng_naar(ERNA)
        assert [tuple(row) for row in await connection.fetch(GELEZEN)] == eerst
    finally:
        await connection.close()
        await engine.dispose()
        admin = await asyncpg.connect(postgres.dsn("postgres"))
        await admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        await admin.close()
