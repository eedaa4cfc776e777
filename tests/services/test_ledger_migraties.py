"""Migrations of the ledger on books that hold something: nothing is lost, and every hash stays what it was."""

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from services.platform import migrations
from tests.services.conftest import load_services
from tests.services.ledger_hulp import VERHAAL, klopt, rijen, stand, stuur
from tests.services.systeem import Systeem

SERVICES = ("ledger",)


async def terug_naar(systeem: Systeem, versie: str) -> None:
    """Back to this version of the tables."""
    (service,) = load_services(SERVICES)

    def verhuis(connection: Connection) -> None:
        connection.execute(text("SET search_path TO ledger"))
        command.downgrade(migrations._config(service, connection), versie)

    engine = create_async_engine(migrations.sqlalchemy_url(systeem.dsn), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(verhuis)
        await connection.commit()
    await engine.dispose()


async def test_lines_move_into_their_boeking_and_out_again(systeem: Systeem) -> None:
    await stuur(systeem, *VERHAAL)
    voor = await stand(systeem)
    await terug_naar(systeem, "0001")
    apart = await rijen(systeem, "SELECT * FROM boekingsregels ORDER BY domein, gemeente, nummer, regel")
    assert len(apart) == len(voor[1])
    await migrations.migrate(systeem.dsn, load_services(SERVICES))
    assert await stand(systeem) == voor
    assert await rijen(systeem, "SELECT * FROM boekingsregels ORDER BY domein, gemeente, nummer, regel") == apart
    await klopt(systeem)


@pytest.mark.parametrize(
    "schade",
    [
        "DELETE FROM boekingsregels WHERE gemeente = '0193' AND nummer = 3",
        "DELETE FROM boekingsregels WHERE gemeente = '0193' AND nummer = 3 AND regel = 1",
        "UPDATE boekingsregels SET bedrag = bedrag + 1 WHERE gemeente = '0193' AND nummer = 3 AND regel = 1",
        "UPDATE boekingsregels SET regel = regel + 3 WHERE gemeente = '0193' AND nummer = 3",
        "UPDATE boekingsregels SET nummer = 4711 WHERE gemeente = '0193' AND nummer = 3",
    ],
)
async def test_damaged_books_are_not_moved_but_named(systeem: Systeem, schade: str) -> None:
    await stuur(systeem, *VERHAAL)
    await terug_naar(systeem, "0001")
    connection = await systeem.connect("ledger")
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(schade)
    await connection.close()
    with pytest.raises(RuntimeError, match="0193/3"):
        await migrations.migrate(systeem.dsn, load_services(SERVICES))
