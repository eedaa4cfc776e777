"""From where matching reads on: past everything that is here, so that it is not handled twice for nothing."""

from typing import Final

from services.platform.herbouw.model import Herbouw

_ZET: Final = """
WITH events AS (
  SELECT e.partitie, e.xid, e.volgnummer, ({hier}) AS hier FROM {producer}.outbox e
  LEFT JOIN posities p ON p.topic = e.topic AND p.partitie = e.partitie
  CROSS JOIN LATERAL (SELECT convert_from(e.data, 'UTF8')::jsonb AS inhoud OFFSET 0) AS i
  WHERE e.topic = $1 AND e.xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    AND (e.xid, e.volgnummer) > (coalesce(p.xid, 0), coalesce(p.volgnummer, 0))
), eerste AS (
  SELECT DISTINCT ON (partitie) partitie, xid, volgnummer FROM events WHERE NOT hier ORDER BY partitie, xid, volgnummer
), klaar AS (
  SELECT DISTINCT ON (e.partitie) e.partitie, e.xid, e.volgnummer
  FROM events e LEFT JOIN eerste n USING (partitie)
  WHERE n.partitie IS NULL OR (e.xid, e.volgnummer) < (n.xid, n.volgnummer)
  ORDER BY e.partitie, e.xid DESC, e.volgnummer DESC
)
INSERT INTO posities AS p (topic, partitie, xid, volgnummer)
SELECT $1, partitie, xid, volgnummer FROM klaar
ON CONFLICT (topic, partitie) DO UPDATE SET xid = excluded.xid, volgnummer = excluded.volgnummer
WHERE (p.xid, p.volgnummer) < (excluded.xid, excluded.volgnummer)
"""
"""Up to the first event of the partition of which something is not here. No place goes back."""

_DECLARATIE: Final = """
NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(i.inhoud -> 'prestaties') AS g
  WHERE NOT EXISTS (
    SELECT 1 FROM prestaties b
    WHERE b.declaratie_id = (i.inhoud ->> 'declaratieId')::uuid AND b.volgnummer = (g ->> 'volgnummer')::int))
"""

_TOEWIJZING: Final = """
EXISTS (
  SELECT 1 FROM jsonb_to_record(i.inhoud) AS v(domein text, gemeente text,
    "toewijzingNummer" bigint, volgnummer bigint)
  JOIN toewijzingen t ON t.toewijzing_nummer = v."toewijzingNummer" AND t.gemeente = v.gemeente
    AND t.domein = v.domein AND t.volgnummer >= v.volgnummer)
"""

_VRAGEN: Final = (("declaraties", "invoice", _DECLARATIE), ("toewijzingen", "allocation", _TOEWIJZING))


async def zet_plaatsen(herbouw: Herbouw) -> None:
    """Move the places of both topics forward, and those of their lanes with them."""
    for topic, producer, hier in _VRAGEN:
        herbouw.voortgang(f"plaats in {topic}", 0, 0)
        async with herbouw.connection.transaction():
            verzet = await herbouw.telt(_ZET.format(hier=hier, producer=producer), topic)
            if verzet:
                # They are found again from the partitions, at the one that is least far.
                await herbouw.connection.execute("DELETE FROM posities WHERE topic = $1 AND partitie < 0", topic)
        herbouw.verslag.herstelde("plaatsen in andermans outbox", verzet)
