"""The plain baseline: what the job costs at the least with the same tools, without rules, states or a ledger.

Per message: lxml parse with XSD, positional extraction. Per prestatie: one JSON event out and in, one
row of a set-based lookup, three rows written with COPY. Batches of 1,000, one process per core.
"""

import asyncio
import json
import multiprocessing
import time
from pathlib import Path
from typing import Any

import asyncpg
from lxml import etree

from bench.gegevens import Toegewezen

BATCH = 1_000
_TABLES = """
DROP SCHEMA IF EXISTS basis CASCADE;
CREATE SCHEMA basis;
CREATE TABLE basis.toewijzing (gemeente text, nummer int, aanbieder text, volume int, tarief int,
    PRIMARY KEY (gemeente, nummer));
CREATE TABLE basis.prestatie (referentie text, nummer int, bedrag int);
CREATE TABLE basis.verdict (referentie text, uitkomst text);
CREATE TABLE basis.boeking (nummer int, bedrag int);
"""


async def prepare(dsn: str, regels: list[Toegewezen], gemeente: str) -> None:
    """Tables of the baseline, analysed."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TABLES)
    await connection.copy_records_to_table(
        "toewijzing",
        schema_name="basis",
        records=[(gemeente, regel.nummer, regel.aanbieder, 10, 8_750) for regel in regels],
    )
    await connection.execute("ANALYZE basis.toewijzing")
    await connection.close()


def measure(dsn: str, schema: Path, berichten: list[bytes], processes: int) -> float:
    """Prestaties per second of the baseline over all messages."""
    context = multiprocessing.get_context("forkserver")
    barrier = context.Barrier(processes + 1)
    results = context.Queue()
    workers = [
        context.Process(target=_work, args=(dsn, schema, berichten[n::processes], barrier, results))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    started = time.perf_counter()
    total = sum(results.get() for _ in workers)
    took = time.perf_counter() - started
    for worker in workers:
        worker.join()
    return float(total / took)


def _work(dsn: str, schema: Path, berichten: list[bytes], barrier: Any, results: Any) -> None:
    results.put(asyncio.run(_run(dsn, schema, berichten, barrier)))


async def _run(dsn: str, schema: Path, berichten: list[bytes], barrier: Any) -> int:
    connection = await asyncpg.connect(dsn)
    compiled = etree.XMLSchema(etree.parse(schema))
    parser_options = {"resolve_entities": False, "no_network": True, "huge_tree": False}
    barrier.wait()
    done = 0
    for bericht in berichten:
        root = etree.fromstring(bericht, etree.XMLParser(schema=compiled, **parser_options))
        rows = _extract(root)
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            done += await _handle(connection, batch)
    await connection.close()
    return done


def _extract(root: Any) -> list[tuple[str, str, int, int, int]]:
    """Positional children: gemeente, referentie, toewijzingnummer, volume, bedrag."""
    header, body = root[0], root[1]
    gemeente = header[4].text
    rows = []
    for client in body[4]:
        for prestatie in client[1]:
            rows.append(
                (
                    gemeente,
                    prestatie[0][0].text,
                    int(prestatie[1].text),
                    int(prestatie[5].text),
                    int(prestatie[8][0].text),
                )
            )
    return rows


async def _handle(connection: Any, batch: list[tuple[str, str, int, int, int]]) -> int:
    events = [json.loads(json.dumps(row)) for row in batch]
    known = {
        row["nummer"]: row["volume"]
        for row in await connection.fetch(
            "SELECT t.nummer, t.volume FROM basis.toewijzing t"
            " JOIN unnest($1::text[], $2::int[]) AS k(gemeente, nummer) USING (gemeente, nummer)",
            [event[0] for event in events],
            [event[2] for event in events],
        )
    }
    verdicts = [(event[1], "toegekend" if known[event[2]] >= event[3] else "uitval") for event in events]
    answers = [json.loads(json.dumps(verdict)) for verdict in verdicts]
    async with connection.transaction():
        await connection.copy_records_to_table(
            "prestatie", schema_name="basis", records=[(event[1], event[2], event[4]) for event in events]
        )
        await connection.copy_records_to_table("verdict", schema_name="basis", records=[tuple(a) for a in answers])
        await connection.copy_records_to_table(
            "boeking", schema_name="basis", records=[(event[2], event[4]) for event in events]
        )
    return len(batch)
