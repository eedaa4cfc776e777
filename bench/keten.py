"""Happyflow's whole path, as its users have it: a running system, XML over HTTP in, JW325 and ledger out."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg
import httpx
import psutil

from bench.gegevens import CATEGORIE, CODE, GEMEENTEN, TARIEF, UREN, Toegewezen, aanbieder, gemeente
from services.cli.proces import Proces
from services.platform import outbox
from services.platform.auth import Rol
from services.platform.clock import SystemClock
from services.platform.crypto import load_crypto
from services.platform.events import ToewijzingVastgesteld, toewijzing_key
from services.platform.outbox import Outgoing

_PARALLEL = 4
"""Declaraties that aanbieders send at the same time."""


async def prepare(systeem: Proces, regels: list[Toegewezen], declaraties: int) -> None:
    """Contracts and a begroting over HTTP; the toewijzingen as events, which is how matching learns of them."""
    async with httpx.AsyncClient(base_url=systeem.settings.base_url, timeout=60) as client:
        beheer = systeem.headers(Rol.BEHEER)
        contract = {
            "regels": [
                {
                    "productcategorie": CATEGORIE,
                    "productcode": CODE,
                    "eenheid": "04",
                    "tarief": TARIEF,
                    "variant": "inspanningsgericht",
                    "geldigVan": "2026-01-01",
                    "geldigTot": "2026-12-31",
                }
            ]
        }
        for nummer in range(declaraties):
            path = f"/matching/v1/contracten/{gemeente(nummer)}/{aanbieder(nummer)}/2026"
            (await client.put(path, json=contract, headers=beheer)).raise_for_status()
        posten = {"posten": [{"post": "Ambulant", "productcategorieen": [CATEGORIE], "bedrag": 10_000_000_00}]}
        for code in GEMEENTEN:
            answer = await client.put(f"/ledger/v1/gemeenten/{code}/begrotingen/2026", json=posten, headers=beheer)
            answer.raise_for_status()
    crypto = load_crypto(systeem.settings.keys)
    connection = await asyncpg.connect(systeem.dsn, server_settings={"search_path": "allocation"})
    async with connection.transaction():
        events = [
            Outgoing(
                toewijzing_key(regel.gemeente, regel.nummer),
                ToewijzingVastgesteld(
                    domein="jw",
                    gemeente=regel.gemeente,
                    toewijzing_nummer=regel.nummer,
                    volgnummer=1,
                    aanbieder=regel.aanbieder,
                    client=crypto.pseudonym(regel.bsn),
                    toewijzingsdatum=date(2025, 12, 15),
                    toewijzingstijd="12:00:00",
                    ingangsdatum=date(2026, 1, 1),
                    einddatum=date(2026, 12, 31),
                    verwijderd=False,
                    product_categorie=CATEGORIE,
                    product_code=CODE,
                    volume=UREN,
                    eenheid="04",
                    frequentie="2",
                ),
            )
            for regel in regels
        ]
        await outbox.append(connection, events, SystemClock().now())
    await wait_for(connection, "SELECT count(*) >= $1 FROM matching.toewijzingen", len(regels))
    await wait_for(
        connection,
        "SELECT count(*) >= $1 FROM ledger.verplichtingen",
        len(regels),
    )
    for schema in ("allocation", "invoice", "matching", "ledger"):
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", schema):
            await connection.execute(f'ANALYZE "{schema}"."{row["tablename"]}"')
    await connection.close()


async def wait_for(connection: Any, query: str, *arguments: Any, seconds: float = 300) -> None:
    """Poll until the query answers true."""
    deadline = time.monotonic() + seconds
    while not await connection.fetchval(query, *arguments):
        if time.monotonic() > deadline:
            raise RuntimeError(f"not reached in {seconds} s: {query}")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def watched_memory(systeem: Proces) -> AsyncIterator[list[int]]:
    """Samples of the resident memory while the body runs, in MB."""
    samples: list[int] = []

    async def sample() -> None:
        while True:
            samples.append(systeem.memory_mb())
            await asyncio.sleep(0.1)

    task = asyncio.create_task(sample())
    try:
        yield samples
    finally:
        task.cancel()


def cpu_seconds(systeem: Proces) -> float:
    """What the process itself used until now; its workers, which only parse, not counted."""
    times = psutil.Process(systeem.pid).cpu_times()
    return float(times.user + times.system)


async def events(systeem: Proces) -> int:
    """Events committed until now, by all services."""
    connection = await asyncpg.connect(systeem.dsn)
    try:
        return sum(
            [
                await connection.fetchval(f"SELECT count(*) FROM {service}.outbox")
                for service in ("allocation", "invoice", "matching", "ledger")
            ]
        )
    finally:
        await connection.close()


async def measure(systeem: Proces, berichten: list[bytes], prestaties: int) -> float:
    """Prestaties per second, from the first byte sent to the last JW325 made and the last euro booked."""
    connection = await asyncpg.connect(systeem.dsn)
    bedrag = prestaties * TARIEF * UREN
    before = await _booked(connection)
    started = time.perf_counter()
    waiting = list(enumerate(berichten))
    async with httpx.AsyncClient(base_url=systeem.settings.base_url, timeout=300) as client:

        async def send() -> None:
            while waiting:
                nummer, bericht = waiting.pop()
                answer = await client.post(
                    "/invoice/v1/declaraties",
                    content=bericht,
                    headers={
                        "Content-Type": "application/xml",
                        **systeem.headers(Rol.AANBIEDER, agb=_afzender(bericht)),
                    },
                )
                if answer.status_code != 202:
                    raise RuntimeError(f"declaratie {nummer}: {answer.status_code} {answer.text[:500]}")

        await asyncio.gather(*(send() for _ in range(_PARALLEL)))
    await wait_for(connection, "SELECT NOT EXISTS (SELECT 1 FROM invoice.declaraties WHERE status <> 'beantwoord')")
    while await _booked(connection) - before < bedrag:
        await asyncio.sleep(0.02)
    took = time.perf_counter() - started
    booked = await _booked(connection) - before
    await connection.close()
    if booked != bedrag:
        raise RuntimeError(f"the ledger awarded {booked} cents, the benchmark declared {bedrag}")
    return prestaties / took


async def _booked(connection: Any) -> int:
    value = await connection.fetchval("SELECT coalesce(sum(debet - credit), 0) FROM ledger.saldi WHERE rekening = 4400")
    return int(value)


def _afzender(bericht: bytes) -> str:
    return bericht.split(b"Afzender>", 1)[1][:8].decode()
