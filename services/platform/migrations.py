"""Alembic per service: a schema and a role each, versions in ``services/<name>/migrations/versions``.

``python -m services.platform.migrations revision <service> "what and why"`` writes a new version from
the difference between ``models.py`` and the migrated database.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.platform.scram import set_password_sql
from services.platform.service import Service

BUS_ROLE = "happyflow_bus"
_FOLDER = Path(__file__).resolve().parent / "alembic"
_SERVICES = Path(__file__).resolve().parents[1]
_LOCK = 727_2015
"""Advisory lock: two processes started together must not both migrate."""

_one_at_a_time = asyncio.Lock()
"""Within this process: Alembic keeps what it works on in globals."""


def role_of(service: str) -> str:
    """The database role a service works as."""
    return f"happyflow_{service}"


async def migrate(
    dsn: str,
    services: Sequence[Service],
    *,
    password: str | None = None,
    role_passwords: Mapping[str, str] | None = None,
) -> None:
    """Bring schemas, roles and tables up to date. Safe to run again and by several processes at once.

    ``password`` is that of the user in ``dsn``; ``role_passwords`` are given to the roles of these names.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        # asyncpg reads more in an address than SQLAlchemy passes on, for example sslmode and sslrootcert.
        async_creator=partial(asyncpg.connect, dsn, password=password),
        poolclass=NullPool,
    )
    try:
        async with _one_at_a_time, engine.connect() as connection:
            # Held until the connection closes, however this ends.
            await connection.execute(text("SELECT pg_advisory_lock(:k)"), {"k": _LOCK})
            await connection.run_sync(_prepare_roles, [service.name for service in services])
            for role, secret in (role_passwords or {}).items():
                await connection.exec_driver_sql(set_password_sql(role, secret))
            await connection.commit()
            for service in services:
                await connection.run_sync(_upgrade, service)
                await connection.run_sync(_grant, service)
                await connection.commit()
    finally:
        await engine.dispose()


async def outdated(dsn: str, services: Sequence[Service], *, password: str | None = None) -> list[str]:
    """The services whose tables are not of the version of this program; changes nothing."""
    connection = await asyncpg.connect(dsn, password=password)
    try:
        return [service.name for service in services if not (await tables_of(connection, service)).fit]
    finally:
        await connection.close()


@dataclass(frozen=True)
class Tables:
    """The version of a service's tables (None: there are none), beside the one that this program works with."""

    found: str | None
    wanted: str | None
    known: bool
    """Whether this program has the migration to ``found``; otherwise the tables are of a later program."""

    @property
    def fit(self) -> bool:
        """Whether the service can work on them."""
        return self.found is not None and self.found == self.wanted


async def tables_of(connection: "asyncpg.Connection[asyncpg.Record]", service: Service) -> Tables:
    """As this connection sees them: an administrator's, or one of the service's own role."""
    scripts = ScriptDirectory.from_config(_config(service))
    table = f'"{service.name}".alembic_version'
    try:
        found = await connection.fetchval(f"SELECT version_num FROM {table}")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError, asyncpg.InsufficientPrivilegeError):
        found = None  # A schema is there before its tables, and they before the right to read them.
    known = found is None or found in {script.revision for script in scripts.walk_revisions()}
    return Tables(found, scripts.get_current_head(), known)


def _prepare_roles(connection: Connection, names: Sequence[str]) -> None:
    """Roles are the cluster's, and the advisory lock is one database's: another database may make them just now."""
    superuser = connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar()
    for role in [BUS_ROLE, *map(role_of, names)]:
        connection.execute(text(_CREATE_ROLE.format(role=role)))
        if not superuser:
            # To take the role on after login; a superuser may do that anyway.
            connection.execute(text(f'GRANT "{role}" TO CURRENT_USER'))
    for name in names:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{name}"'))
        connection.execute(text(f'GRANT USAGE ON SCHEMA "{name}" TO "{role_of(name)}", "{BUS_ROLE}"'))


_CREATE_ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN
        CREATE ROLE "{role}" LOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


def _upgrade(connection: Connection, service: Service) -> None:
    connection.execute(text(f'SET search_path TO "{service.name}"'))
    command.upgrade(_config(service, connection), "head")
    connection.execute(text(f'SET search_path TO "{service.name}"'))


def _grant(connection: Connection, service: Service) -> None:
    """What the service's role may do with its tables."""
    role = role_of(service.name)
    for statement in (
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{service.name}" TO "{role}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA "{service.name}" TO "{role}"',
        f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "{service.name}" TO "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON "{service.name}".alembic_version FROM "{role}"',
        f'REVOKE UPDATE, DELETE ON "{service.name}".outbox FROM "{role}"',
        f'GRANT SELECT ON "{service.name}".outbox TO "{BUS_ROLE}"',
    ):
        connection.execute(text(statement))
    for table in service.metadata.tables.values():
        # Append-only tables say so in their model: not even their own service may change a row.
        if table.info.get("append_only"):
            connection.execute(text(f'REVOKE UPDATE, DELETE ON "{service.name}"."{table.name}" FROM "{role}"'))


def _config(service: Service, connection: Connection | None = None) -> Config:
    config = Config()
    versions = _SERVICES / service.name / "migrations" / "versions"
    config.set_main_option("path_separator", "os")
    # Alembic would expand a percent sign in the name of a folder.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.attributes.update(connection=connection, metadata=service.metadata, schema=service.name)
    return config


def differences(connection: Connection, service: Service) -> list[Any]:
    """What autogenerate would still change: empty when models and migrations agree."""
    connection.execute(text(f'SET search_path TO "{service.name}"'))
    context = MigrationContext.configure(connection, opts={"include_object": include_object, "compare_type": True})
    return list(compare_metadata(context, service.metadata))


def include_object(item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Alembic's own table is nobody's model."""
    return not (kind == "table" and name == "alembic_version")


def sqlalchemy_url(dsn: str) -> str:
    """A libpq URL as SQLAlchemy wants it for asyncpg."""
    scheme, rest = dsn.split("://", 1)
    return f"{'postgresql+asyncpg' if scheme in {'postgres', 'postgresql'} else scheme}://{rest}"


async def create_database(admin_dsn: str, name: str, template: str | None = None) -> None:
    """Create a database when it is missing; of several processes that want it, one makes it."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    finally:
        await connection.close()


async def _write_revision(service: Service, message: str) -> None:
    import tempfile

    from services.platform.postgres import EmbeddedPostgres

    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "pg")
        server.start()
        try:
            await create_database(server.dsn("postgres"), "happyflow")
            dsn = server.dsn("happyflow")
            versions = _SERVICES / service.name / "migrations" / "versions"
            versions.mkdir(parents=True, exist_ok=True)
            engine = create_async_engine(sqlalchemy_url(dsn), poolclass=NullPool)
            async with engine.connect() as connection:
                await connection.run_sync(_prepare_roles, [service.name])
                # Without the grants: a table that is new in the models is not in the database yet.
                if any(versions.glob("*.py")):
                    await connection.run_sync(_upgrade, service)
                await connection.run_sync(_autogenerate, service, message)
            await engine.dispose()
        finally:
            server.stop("immediate")


def _autogenerate(connection: Connection, service: Service, message: str) -> None:
    connection.execute(text(f'SET search_path TO "{service.name}"'))
    versions = _SERVICES / service.name / "migrations" / "versions"
    number = len(list(versions.glob("[0-9]*.py"))) + 1
    command.revision(
        _config(service, connection),
        message,
        autogenerate=True,
        rev_id=f"{number:04d}",
        version_path=str(versions),
    )


def main(arguments: Sequence[str]) -> int:
    """The developer's command."""
    if len(arguments) != 3 or arguments[0] != "revision":
        sys.stderr.write(__doc__ or "")
        return 2
    from importlib import import_module

    service: Service = import_module(f"services.{arguments[1]}.service").SERVICE
    asyncio.run(_write_revision(service, arguments[2]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
