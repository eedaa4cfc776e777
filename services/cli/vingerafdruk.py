"""A fingerprint of what a system ended up with: two that took in the same must have the same, whatever the order.

What chance and the clock decide is left out (ids, pseudonyms, moments, the order of arrival), and so is how the
ledger got to a balance: a commitment may be made and used in another order with the same end.
"""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec

from services.platform.runtime import Runtime

_SALDI: Final = """
SELECT domein, gemeente, boekjaar, rekening, productcategorie, (debet - credit) AS saldo
FROM saldi WHERE debet <> credit
"""
_REGISTER: Final = """
SELECT t.domein, t.gemeente, t.toewijzing_nummer, t.tijdstip, t.aanbieder, t.product_categorie, t.product_code,
    t.ingangsdatum, t.einddatum, t.reden_wijziging, t.volume, t.eenheid, t.frequentie, t.budget,
    a.tijdstip AS actueel, a.verwijderd, coalesce(g.aantal_toegekend, 0) AS gebruikt
FROM toewijzingen t
LEFT JOIN actueel a USING (domein, gemeente, toewijzing_nummer)
LEFT JOIN gebruik g USING (domein, gemeente, toewijzing_nummer)
"""
_OORDELEN: Final = """
SELECT d.domein, d.gemeente, d.aanbieder, d.declaratienummer, p.volgnummer, p.bedrag, p.debet_credit, p.toestand,
    p.gecrediteerd, p.retourcodes, p.client_retourcodes,
    u.soort, u.status, u.retourcodes AS gevonden, u.besluit, u.besluit_retourcodes
FROM prestaties p
JOIN declaraties d USING (declaratie_id)
LEFT JOIN uitval u ON u.uitval_id = p.uitval_id
"""
_ANTWOORDEN: Final = """
SELECT d.domein, d.gemeente, d.aanbieder, d.declaratienummer, d.status, d.retourcodes, d.aantal_prestaties,
    d.aantal_toegekend, d.aantal_afgewezen, d.aantal_in_uitval, d.totaal_ingediend, d.totaal_toegekend,
    d.antwoord_bericht_id IS NOT NULL AS beantwoord,
    (SELECT jsonb_agg(jsonb_build_array(a.volgnummer, a.retourcodes, a.client_retourcodes) ORDER BY a.volgnummer)
     FROM (SELECT volgnummer, retourcodes, client_retourcodes FROM afwijzingen
           WHERE declaratie_id = d.declaratie_id ORDER BY volgnummer) AS a) AS afgewezen
FROM declaraties d
"""
DELEN: Final = {
    "ledger": ("grootboek", _SALDI),
    "allocation": ("register", _REGISTER),
    "matching": ("oordelen", _OORDELEN),
    "invoice": ("antwoorden", _ANTWOORDEN),
}
"""By service: what is taken of it, by name, and how."""


@dataclass(frozen=True)
class Vingerafdruk:
    """One part of a system: how many rows it has and the SHA-256 of all of them."""

    deel: str
    aantal: int
    hash: str


async def vingerafdrukken(runtime: Runtime) -> dict[str, Vingerafdruk]:
    """The fingerprint of each part: grootboek, register, oordelen, antwoorden. Only of use when nothing waits."""
    found = {}
    for service, (deel, sql) in DELEN.items():
        async with runtime.contexts[service].database.connection() as connection:
            rows = await connection.fetch(sql)
        found[deel] = await asyncio.to_thread(_of, deel, [tuple(row) for row in rows])
    return found


def _of(deel: str, rows: list[tuple[Any, ...]]) -> Vingerafdruk:
    lines = sorted(msgspec.json.encode([_ordered(value) for value in row]) for row in rows)
    return Vingerafdruk(deel, len(lines), sha256(b"\n".join(lines)).hexdigest())


def _ordered(value: Any) -> Any:
    """Codes have no order among each other."""
    return sorted(value) if isinstance(value, list) else value
