"""Reading a message again that was kept."""

import asyncio

import asyncpg

from ijw.berichten import Bericht
from ijw.codec import decode
from services.allocation.worker import herlees
from services.platform.berichten.store import document
from services.platform.service import Context


async def lees_bewaard(context: Context, row: asyncpg.Record) -> Bericht:
    """The message of a row of ``berichten``; in a worker process, since it can be as large as its sender liked."""
    xml = await asyncio.to_thread(document, row, context.crypto.ring)
    return decode(await context.workers.run(herlees, xml))
