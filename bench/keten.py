"""Happyflow's whole path, as its users have it: a running system, XML over HTTP in, JW325 and ledger out."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from bench.gegevens import CATEGORIE, CODE, GEMEENTE, TARIEF, UREN, Toegewezen, aanbieder
from services.platform import outbox
from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.crypto import load_crypto
from services.platform.events import ToewijzingVastgesteld, toewijzing_key
from services.platform.outbox import Outgoing
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import ROOT, Settings

_PARALLEL = 4
"""Declaraties that aanbieders send at the same time."""


class Systeem:
    """A Happyflow process on a data folder and port of its own."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data, port=_free_port())
        self._environment = {
            **os.environ,
            "HAPPYFLOW_DATA": str(data),
            "HAPPYFLOW_PORT": str(self.settings.port),
            "HAPPYFLOW_LOG_LEVEL": "WARNING",
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.issuer = LocalIssuer(self.settings.keys, self.settings, SystemClock())

    @property
    def dsn(self) -> str:
        """The superuser's connection string of the embedded server."""
        return EmbeddedPostgres(self.settings.data / "postgres").dsn("happyflow")

    def headers(self, rol: Rol, **claims: Any) -> dict[str, str]:
        """The Authorization header of a caller."""
        return {"Authorization": f"Bearer {self.issuer.mint(rol, **claims)}"}

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "up"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.settings.base_url}/ledger/health/ready").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
            if self.process.poll() is not None:
                break
        raise RuntimeError("happyflow up did not become ready")

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and wait."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def memory_mb(self) -> int:
        """Resident memory of the process and its workers, in MB (the database not counted)."""
        if self.process is None:
            return 0
        try:
            main = psutil.Process(self.process.pid)
            family = [main, *main.children(recursive=True)]
            sizes = [p.memory_info().rss for p in family if "postgres" not in p.name()]
        except psutil.NoSuchProcess:
            return 0
        return sum(sizes) // (1024 * 1024)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def prepare(systeem: Systeem, regels: list[Toegewezen], declaraties: int) -> None:
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
            path = f"/matching/v1/contracten/{GEMEENTE}/{aanbieder(nummer)}/2026"
            (await client.put(path, json=contract, headers=beheer)).raise_for_status()
        posten = {"posten": [{"post": "Ambulant", "productcategorieen": [CATEGORIE], "bedrag": 10_000_000_00}]}
        answer = await client.put(f"/ledger/v1/gemeenten/{GEMEENTE}/begrotingen/2026", json=posten, headers=beheer)
        answer.raise_for_status()
    crypto = load_crypto(systeem.settings.keys)
    connection = await asyncpg.connect(systeem.dsn, server_settings={"search_path": "allocation"})
    async with connection.transaction():
        events = [
            Outgoing(
                toewijzing_key(GEMEENTE, regel.nummer),
                ToewijzingVastgesteld(
                    domein="jw",
                    gemeente=GEMEENTE,
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
        "SELECT (SELECT count(*) FROM matching.outbox WHERE topic = 'verplichtingen') >= $1"
        " AND NOT EXISTS (SELECT 1 FROM matching.outbox o WHERE topic = 'verplichtingen' AND (o.xid, o.volgnummer) >"
        " (SELECT p.xid, p.volgnummer FROM ledger.posities p WHERE p.topic = 'verplichtingen'"
        "  ORDER BY p.xid DESC, p.volgnummer DESC LIMIT 1))",
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
async def watched_memory(systeem: Systeem) -> AsyncIterator[list[int]]:
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


async def measure(systeem: Systeem, berichten: list[bytes], prestaties: int) -> float:
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
    value = await connection.fetchval("SELECT coalesce(sum(saldo), 0) FROM ledger.saldi WHERE rekening = '4400'")
    return int(value)


def _afzender(bericht: bytes) -> str:
    return bericht.split(b"Afzender>", 1)[1][:8].decode()
