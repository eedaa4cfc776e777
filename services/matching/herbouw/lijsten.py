"""Own lists of product codes: what people put is kept; a list that was lost comes back as allocation has it."""

from typing import Final

from services.matching import events
from services.matching.store.productlijsten import lees
from services.platform import outbox
from services.platform.herbouw.model import Herbouw

HERSTELD: Final = "hersteld"

_ONTBREEKT: Final = """
SELECT DISTINCT g.domein, g.gemeente, g.versie, g.vastgelegd_op FROM getuigd_productlijsten g
WHERE g.versie > coalesce((
  SELECT max(versie) FROM productlijsten l WHERE l.domein = g.domein AND l.gemeente = g.gemeente), 0)
ORDER BY g.domein, g.gemeente
"""

_KOP: Final = """
INSERT INTO productlijsten (domein, gemeente, versie, vastgelegd_op, vastgelegd_door, terugwerkend)
VALUES ($1, $2, $3, $4, $5, false)
"""

_REGELS: Final = """
INSERT INTO productlijst_regels (domein, gemeente, versie, regelnummer, code, categorie, omschrijving, variant,
  geldig_van, geldig_tot)
SELECT domein, gemeente, versie, row_number() OVER (ORDER BY categorie, code, geldig_van) - 1, code, categorie, $4, '',
  geldig_van, geldig_tot
FROM getuigd_productlijsten WHERE domein = $1 AND gemeente = $2 AND versie = $3 AND code IS NOT NULL
"""

_NIET_GEZEGD: Final = """
SELECT l.domein, l.gemeente, l.versie FROM productlijsten l
WHERE NOT EXISTS (
  SELECT 1 FROM outbox o CROSS JOIN LATERAL (SELECT convert_from(o.data, 'UTF8')::jsonb AS inhoud) AS i
  WHERE o.topic = 'productlijsten' AND i.inhoud ->> 'domein' = l.domein AND i.inhoud ->> 'gemeente' = l.gemeente
    AND (i.inhoud ->> 'versie')::int = l.versie)
ORDER BY l.domein, l.gemeente, l.versie
"""

_OMSCHRIJVING: Final = "(omschrijving verloren)"


async def herbouw_lijsten(herbouw: Herbouw) -> None:
    """Take over lists that are only with allocation, and tell of each version that the outbox does not."""
    connection = herbouw.connection
    for domein, gemeente, versie, moment in await connection.fetch(_ONTBREEKT):
        async with connection.transaction():
            await connection.execute(_KOP, domein, gemeente, versie, moment, HERSTELD)
            await connection.execute(_REGELS, domein, gemeente, versie, _OMSCHRIJVING)
        herbouw.verslag.herstelde("productlijsten van gemeenten", 1)
    for domein, gemeente, versie in await connection.fetch(_NIET_GEZEGD):
        lijst = await lees(connection, domein, gemeente, versie)
        assert lijst is not None
        async with connection.transaction():
            uit = events.van_productlijst(lijst)
            herbouw.verslag.opnieuw_gezegd += await outbox.append(connection, uit, herbouw.moment)
