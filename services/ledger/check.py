"""The ledger's part of ``happyflow check``: everything that must hold in every grootboek."""

from collections.abc import Sequence

from services.ledger.grootboek import Plaats
from services.ledger.nazien import zie_na
from services.platform.database import Connection
from services.platform.service import Afwijking, Context

_SPIEGEL = """
SELECT t.gemeente, t.nummer FROM boekingen t
WHERE t.domein = $1 AND t.gemeente = $2 AND t.soort = 'tegenboeking' AND EXISTS (
  SELECT 1 FROM (
    SELECT rekening, productcategorie, bedrag FROM boekingsregels r
    WHERE r.domein = t.domein AND r.gemeente = t.gemeente AND r.nummer IN (t.nummer, t.tegenboeking_van)) AS samen
  GROUP BY rekening, productcategorie, abs(bedrag) HAVING sum(bedrag) <> 0)
"""
"""A tegenboeking is the mirror image of what it takes back."""

_TWEE_UITKOMSTEN = """
SELECT declaratie_id, volgnummer FROM boekingen
WHERE domein = $1 AND gemeente = $2 AND soort IN ('toekenning', 'afwijzing')
GROUP BY declaratie_id, volgnummer HAVING count(*) > 1
"""
"""A prestatie ends once."""

_LOSSE_CREDIT = """
SELECT b.nummer FROM boekingen b JOIN boekingsregels r USING (domein, gemeente, nummer)
WHERE b.domein = $1 AND b.gemeente = $2 AND b.soort = 'toekenning' AND b.tegenboeking_van IS NULL
  AND r.rekening = 4400 AND r.bedrag < 0
"""
"""An awarded credit prestatie takes back an award."""

_OPEN = """
SELECT coalesce(s.jaar, v.jaar) AS jaar FROM (
  SELECT boekjaar AS jaar, productcategorie, sum(debet - credit) AS open FROM saldi
  WHERE domein = $1 AND gemeente = $2 AND rekening = 9200 GROUP BY boekjaar, productcategorie) AS s
FULL JOIN (
  SELECT jaar, productcategorie,
    sum(least(verplicht, greatest(0, verplicht - toegekend - reeds_toegekend))) AS open
  FROM toewijzing_saldi
  WHERE domein = $1 AND gemeente = $2 GROUP BY jaar, productcategorie) AS v
ON s.jaar = v.jaar AND s.productcategorie = v.productcategorie
WHERE coalesce(s.open, 0) <> coalesce(v.open, 0)
"""
"""What is open in the grootboek is what is open by toewijzing."""


async def check(context: Context) -> Sequence[Afwijking]:
    """Every deviation in every grootboek."""
    async with context.database.connection() as connection:
        rows = await connection.fetch(
            "SELECT domein, gemeente FROM grootboeken UNION SELECT domein, gemeente FROM boekingen ORDER BY 1, 2"
        )
    afwijkingen: list[Afwijking] = []
    for row in rows:
        plaats = Plaats(*row)
        uitslag = await zie_na(context.database, plaats)
        afwijkingen += [
            Afwijking("het grootboek klopt", f"gemeente {plaats.gemeente}: {fout.fout}") for fout in uitslag.fouten
        ]
        async with context.database.connection() as connection:
            afwijkingen += await _samenhang(connection, plaats)
    return afwijkingen


async def _samenhang(connection: Connection, plaats: Plaats) -> list[Afwijking]:
    bij = f"gemeente {plaats.gemeente}"
    return [
        *[
            Afwijking("een correctie is een tegenboeking", f"{bij}: boeking {row['nummer']} is geen spiegelbeeld")
            for row in await connection.fetch(_SPIEGEL, *plaats)
        ],
        *[
            Afwijking("een credit neemt een debet terug", f"{bij}: boeking {row['nummer']} noemt geen boeking")
            for row in await connection.fetch(_LOSSE_CREDIT, *plaats)
        ],
        *[
            Afwijking(
                "elke prestatie heeft één uitkomst",
                f"{bij}: prestatie {row['volgnummer']} van declaratie {row['declaratie_id']} heeft er meer",
            )
            for row in await connection.fetch(_TWEE_UITKOMSTEN, *plaats)
        ],
        *[
            Afwijking("open verplichtingen kloppen", f"{bij}: de verplichtingen van {row['jaar']} zijn niet hun som")
            for row in await connection.fetch(_OPEN, *plaats)
        ],
    ]
