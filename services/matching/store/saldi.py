"""What stands on a toewijzing, counted from its prestaties: what ``toewijzing_saldi`` must hold."""

from typing import Final

GETELD: Final = """
coalesce(sum(CASE WHEN p.debet_credit = 'C' THEN -1 ELSE 1 END
    * CASE WHEN p.eenheid = t.eenheid OR (p.eenheid IN ('01', '04') AND t.eenheid IN ('01', '04'))
        THEN CASE WHEN p.eenheid = '04' THEN p.volume * 60 ELSE p.volume END
        ELSE 0 END), 0)::bigint AS volume,
coalesce(sum(CASE WHEN p.debet_credit = 'C' THEN -p.bedrag ELSE p.bedrag END), 0)::bigint AS bedrag,
(count(*) FILTER (
    WHERE p.debet_credit = 'D' AND p.toestand = 'toegekend' AND NOT p.gecrediteerd AND p.bedrag <> 0
))::int AS aantal
"""
"""Columns over the rows ``p`` of prestaties for which TELT holds, with ``t`` their toewijzing (``feiten.Saldo``)."""

TELT: Final = "p.gekoppeld AND (p.toestand = 'toegekend' OR (p.toestand = 'inUitval' AND p.debet_credit = 'D'))"
"""Whether a prestatie counts: awarded, or a debet that waits."""
