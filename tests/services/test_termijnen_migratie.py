"""What was delivered before terms were known gets them from the migration, and what is late stays late."""

import secrets

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.allocation.check.termijnen import VRAGEN
from services.platform.migrations import _config, _prepare_roles, create_database, migrate, sqlalchemy_url
from services.platform.postgres import EmbeddedPostgres
from services.platform.service import Service
from tests.services.conftest import load_services

ERVOOR = {"allocation": "0006", "invoice": "0003"}
"""The version before the one that brings the terms."""

BERICHTEN = """
INSERT INTO berichten (bericht_id, domein, berichtsoort, richting, identificatie, dagtekening, van, aan, gemeente,
  aanbieder, sha256, xml, vastgelegd_op, status, heenbericht_id)
SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'jw', soort, richting, n, '2026-05-01', van, aan, '0193',
  '12345678', n::bytea, '', moment::timestamptz, status, ('00000000-0000-0000-0000-00000000000' || heen)::uuid
FROM (VALUES
  ('1', 'JW301', 'in', '0193', '12345678', '2026-05-06 21:30Z', 'geaccepteerd', NULL),
  ('2', 'JW302', 'uit', '12345678', '0193', '2026-05-06 21:30Z', 'geaccepteerd', '1'),
  ('3', 'JW301', 'in', '0193', '12345678', '2026-05-06 22:30Z', 'geaccepteerd', NULL),
  ('4', 'JW302', 'in', '12345678', '0193', '2026-05-08 10:00Z', 'geaccepteerd', '3'),
  ('5', 'JW301', 'in', '0193', '12345678', '2026-05-07 10:00Z', 'afgekeurd', NULL)
) AS b(n, soort, richting, van, aan, moment, status, heen)
"""
POSTBUS = """
INSERT INTO postbus (partij, bericht_id, klaargezet_op)
SELECT aan, bericht_id, vastgelegd_op FROM berichten WHERE richting = 'uit' OR status = 'geaccepteerd'
"""


def tot(connection: Connection, service: Service, versie: str) -> None:
    _prepare_roles(connection, [service.name])
    connection.execute(text(f'SET search_path TO "{service.name}"'))
    command.upgrade(_config(service, connection), versie)


@pytest.mark.parametrize("name", sorted(ERVOOR))
async def test_what_waited_already_gets_its_last_days(postgres: EmbeddedPostgres, name: str) -> None:
    database = f"oud_{secrets.token_hex(4)}"
    await create_database(postgres.dsn("postgres"), database)
    (service,) = load_services([name])
    engine = create_async_engine(sqlalchemy_url(postgres.dsn(database)), poolclass=NullPool)
    async with engine.connect() as opened:
        await opened.run_sync(tot, service, ERVOOR[name])
        await opened.commit()
    await engine.dispose()
    connection = await asyncpg.connect(postgres.dsn(database), server_settings={"search_path": name})
    try:
        await connection.execute(BERICHTEN)
        await connection.execute(POSTBUS)
        await migrate(postgres.dsn(database), [service])
        rows = await connection.fetch(
            "SELECT b.identificatie, p.uiterlijk_op::text FROM postbus p JOIN berichten b USING (bericht_id) ORDER BY 1"
        )
        assert [tuple(row) for row in rows] == [
            ("1", "2026-05-11"),
            ("2", "2026-05-11"),
            ("3", "2026-05-12"),
            ("4", "2026-05-13"),
        ]
        if name == "allocation":
            rows = await connection.fetch(
                "SELECT b.identificatie, t.wie, t.uiterlijk_op::text, m.identificatie FROM termijnen t JOIN berichten b"
                " USING (bericht_id) LEFT JOIN berichten m ON m.bericht_id = t.voldaan_door ORDER BY 1"
            )
            assert [tuple(row) for row in rows] == [
                ("1", "12345678", "2026-05-11", None),
                ("3", "12345678", "2026-05-12", "4"),
            ]
            for vraag in VRAGEN.values():
                assert await connection.fetch(vraag) == []
    finally:
        await connection.close()
        admin = await asyncpg.connect(postgres.dsn("postgres"))
        await admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        await admin.close()
