"""The plain baseline: what the job costs at the least with the same tools, without rules, states or a ledger.

Per message: lxml parse with XSD, positional extraction of every element of a prestatie. Per prestatie: one
JSON event out and one back in (the standard library's json), one row of a set-based lookup, three rows written
with COPY (the prestatie with all it declares, its verdict, its boeking). Batches of 1,000, one process per core.
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
CREATE TABLE basis.prestatie (gemeente text, aanbieder text, bsn text, referentie text, nummer int, categorie text,
    code text, begindatum text, einddatum text, volume int, eenheid text, tarief int, bedrag int, debet_credit text);
CREATE TABLE basis.verdict (referentie text, uitkomst text);
CREATE TABLE basis.boeking (nummer int, bedrag int);
"""


async def prepare(dsn: str, regels: list[Toegewezen]) -> None:
    """Tables of the baseline, analysed."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(_TABLES)
    await connection.copy_records_to_table(
        "toewijzing",
        schema_name="basis",
        records=[(regel.gemeente, regel.nummer, regel.aanbieder, 10, 8_750) for regel in regels],
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


def _extract(root: Any) -> list[dict[str, Any]]:
    """Every element of every prestatie, by position."""
    header, body = root[0], root[1]
    aanbieder, gemeente = header[3].text, header[4].text
    rows = []
    for client in body[4]:
        bsn = client[0].text
        for prestatie in client[1]:
            referentie, nummer, categorie, code, periode, volume, eenheid, tarief, bedrag = prestatie
            rows.append(
                {
                    "gemeente": gemeente,
                    "aanbieder": aanbieder,
                    "bsn": bsn,
                    "referentie": referentie[0].text,
                    "nummer": int(nummer.text),
                    "categorie": categorie.text,
                    "code": code.text,
                    "begindatum": periode[0].text,
                    "einddatum": periode[1].text,
                    "volume": int(volume.text),
                    "eenheid": eenheid.text,
                    "tarief": int(tarief.text),
                    "bedrag": int(bedrag[0].text),
                    "debet_credit": bedrag[1].text,
                }
            )
    return rows


async def _handle(connection: Any, batch: list[dict[str, Any]]) -> int:
    events = [json.loads(json.dumps(row)) for row in batch]
    known = {
        row["nummer"]: row["volume"]
        for row in await connection.fetch(
            "SELECT t.nummer, t.volume FROM basis.toewijzing t"
            " JOIN unnest($1::text[], $2::int[]) AS k(gemeente, nummer) USING (gemeente, nummer)",
            [event["gemeente"] for event in events],
            [event["nummer"] for event in events],
        )
    }
    verdicts = [
        {
            "referentie": event["referentie"],
            "uitkomst": "toegekend" if known[event["nummer"]] >= event["volume"] else "uitval",
        }
        for event in events
    ]
    answers = [json.loads(json.dumps(verdict)) for verdict in verdicts]
    async with connection.transaction():
        for table, rows in (
            ("prestatie", [tuple(event.values()) for event in events]),
            ("verdict", [tuple(answer.values()) for answer in answers]),
            ("boeking", [(event["nummer"], event["bedrag"]) for event in events]),
        ):
            await connection.copy_records_to_table(table, schema_name="basis", records=rows)
    return len(batch)
