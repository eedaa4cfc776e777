"""A process that replays dead letters and is killed when it has their effect and has not said so yet."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from services.platform.bus import Subscription
from services.platform.database import Connection, Database
from services.platform.dode_letters.opnieuw import handle_wanted
from services.platform.events import Event
from tests.services.test_platform_bus import TOPIC, record


async def die(connection: Connection, events: Sequence[Event]) -> None:
    """A handler that does its work and no more than that."""
    await record(connection, events)
    assert await connection.fetchval("SELECT count(*) FROM gezien") == 1
    os.kill(os.getpid(), signal.SIGKILL)


async def main(dsn: str) -> None:
    """On the database of invoice."""
    database = Database(dsn, role=None, schema="invoice")
    await database.open()
    await handle_wanted("invoice", database, [Subscription(TOPIC, die)], "0" * 20)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
