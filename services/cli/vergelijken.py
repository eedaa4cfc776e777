"""What no service can verify alone: that allocation, invoice, matching and ledger tell the same story.

Each figure is read through the service that owns it, on its own connection; only here are they compared.
"""

from collections.abc import Mapping
from typing import Any

from services.platform.pages import euro
from services.platform.runtime import Runtime
from services.platform.service import Afwijking

Key = tuple[Any, ...]

_REGISTER = """
SELECT domein, gemeente, count(*) AS waarde FROM toewijzingen GROUP BY 1, 2
"""
_CURRENT = """
SELECT domein, gemeente, count(DISTINCT toewijzing_nummer) AS waarde FROM toewijzingen GROUP BY 1, 2
"""
_INVOICE = """
SELECT d.domein, d.gemeente,
    coalesce(sum(p.bedrag), 0)::bigint AS ingediend,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst = 'toegekend'), 0)::bigint AS toegekend,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst = 'afgewezen'), 0)::bigint AS afgewezen,
    coalesce(sum(p.bedrag) FILTER (WHERE v.uitkomst IS NULL), 0)::bigint AS "inUitval"
FROM declaraties d
JOIN prestaties p ON p.declaratie_id = d.declaratie_id
LEFT JOIN verdicten v ON v.declaratie_id = p.declaratie_id AND v.volgnummer = p.volgnummer
WHERE d.status <> 'afgekeurd'
GROUP BY 1, 2
"""
_MATCHING = """
SELECT domein, gemeente,
    sum(CASE debet_credit WHEN 'C' THEN -bedrag ELSE bedrag END)::bigint AS ingediend,
    coalesce(sum(CASE debet_credit WHEN 'C' THEN -bedrag ELSE bedrag END)
        FILTER (WHERE toestand = 'toegekend'), 0)::bigint AS toegekend,
    coalesce(sum(CASE debet_credit WHEN 'C' THEN -bedrag ELSE bedrag END)
        FILTER (WHERE toestand = 'afgewezen'), 0)::bigint AS afgewezen,
    coalesce(sum(CASE debet_credit WHEN 'C' THEN -bedrag ELSE bedrag END)
        FILTER (WHERE toestand = 'inUitval'), 0)::bigint AS "inUitval"
FROM prestaties GROUP BY 1, 2
"""
_LEDGER = """
SELECT domein, gemeente,
    coalesce(sum(debet - credit) FILTER (WHERE rekening IN (4400, 9310, 9320, 9340)), 0)::bigint AS ingediend,
    coalesce(sum(debet - credit) FILTER (WHERE rekening = 4400), 0)::bigint AS toegekend,
    coalesce(sum(debet - credit) FILTER (WHERE rekening = 9340), 0)::bigint AS afgewezen,
    coalesce(sum(debet - credit) FILTER (WHERE rekening = 9320), 0)::bigint AS "inUitval"
FROM saldi GROUP BY 1, 2
"""
_COMMITTED_BY_MATCHING = """
SELECT domein, gemeente, coalesce(sum((j ->> 'bedrag')::bigint), 0)::bigint AS waarde
FROM toewijzingen CROSS JOIN jsonb_array_elements(verplichting -> 'perJaar') AS j
GROUP BY 1, 2
"""
_COMMITTED_IN_LEDGER = """
SELECT domein, gemeente, sum(verplicht)::bigint AS waarde FROM toewijzing_saldi GROUP BY 1, 2
"""
# The sum by number besides, since counts that stand at each other's number have the same sum.
_USED = """
SELECT domein, gemeente, sum(aantal_toegekend)::bigint AS waarde,
    sum(aantal_toegekend::numeric * toewijzing_nummer) AS op_nummer
FROM {table} WHERE aantal_toegekend <> 0 GROUP BY 1, 2
"""
_MONEY = ("ingediend", "toegekend", "afgewezen", "inUitval")


async def across_services(runtime: Runtime) -> tuple[list[Afwijking], str]:
    """Deviations between services, and in words what was compared."""
    invoice = await _figures(runtime, "invoice", _INVOICE)
    matching = await _figures(runtime, "matching", _MATCHING)
    ledger = await _figures(runtime, "ledger", _LEDGER)
    deviations = _compare("invoice", invoice, "matching", matching) + _compare("invoice", invoice, "ledger", ledger)
    deviations += _compare_one(
        "aantal toewijzingen",
        await _figures(runtime, "allocation", _CURRENT),
        await _figures(runtime, "matching", _REGISTER),
    )
    deviations += _compare_one(
        "verplicht bedrag",
        await _figures(runtime, "matching", _COMMITTED_BY_MATCHING),
        await _figures(runtime, "ledger", _COMMITTED_IN_LEDGER),
    )
    used_here = await _figures(runtime, "allocation", _USED.format(table="gebruik"))
    used_there = await _figures(runtime, "matching", _USED.format(table="toewijzing_saldi"))
    deviations += _compare_one("toegekende prestaties op toewijzingen", used_here, used_there)
    deviations += _compare_one(
        "toegekende prestaties maal hun toewijzingnummer", used_here, used_there, column="op_nummer"
    )
    async with runtime.contexts["ledger"].database.connection() as connection:
        bookings = await connection.fetchval("SELECT count(*) FROM boekingen")
    async with runtime.contexts["invoice"].database.connection() as connection:
        declared = await connection.fetchrow(
            "SELECT count(*) AS declaraties, coalesce(sum(aantal_prestaties), 0) AS prestaties FROM declaraties"
        )
    async with runtime.contexts["allocation"].database.connection() as connection:
        assigned = await connection.fetchval("SELECT count(DISTINCT (gemeente, toewijzing_nummer)) FROM toewijzingen")
    assert declared is not None
    counted = (
        f"{assigned} toewijzingen, {declared['declaraties']} declaraties met {declared['prestaties']} prestaties,"
        f" {bookings} boekingen"
    )
    return deviations, counted


async def _figures(runtime: Runtime, service: str, query: str) -> dict[Key, Mapping[str, Any]]:
    async with runtime.contexts[service].database.connection() as connection:
        rows = await connection.fetch(query)
    return {tuple(row.values())[:2]: dict(row) for row in rows}


def _compare(
    one: str, ones: Mapping[Key, Mapping[str, Any]], other: str, others: Mapping[Key, Mapping[str, Any]]
) -> list[Afwijking]:
    deviations = []
    for key in sorted(set(ones) | set(others)):
        for name in _MONEY:
            left, right = (figures.get(key, {}).get(name, 0) for figures in (ones, others))
            if left != right:
                detail = f"{name} van gemeente {key[1]}: {one} {euro(left)}, {other} {euro(right)}"
                deviations.append(Afwijking("de services vertellen hetzelfde", detail))
    return deviations


def _compare_one(
    name: str,
    ones: Mapping[Key, Mapping[str, Any]],
    others: Mapping[Key, Mapping[str, Any]],
    *,
    column: str = "waarde",
) -> list[Afwijking]:
    deviations = []
    for key in sorted(set(ones) | set(others)):
        left, right = (figures[key][column] if key in figures else 0 for figures in (ones, others))
        if left != right:
            detail = f"{name} van gemeente {key[1]}: {left} tegenover {right}"
            deviations.append(Afwijking("de services vertellen hetzelfde", detail))
    return deviations
