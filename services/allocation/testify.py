"""What allocation knows of matching's work: the own lists of product codes that count now."""

from services.platform.database import Connection

_LIJSTEN = """
CREATE TEMPORARY TABLE getuigd_productlijsten AS
SELECT l.domein, l.gemeente, l.versie, l.vastgelegd_op, r.categorie, r.code, r.geldig_van, r.geldig_tot
FROM allocation.productlijsten l LEFT JOIN allocation.productlijst_regels r USING (domein, gemeente, versie)
"""


async def testify(connection: Connection) -> None:
    """``getuigd_productlijsten``: a row per product; one with nulls for a list without any."""
    await connection.execute(_LIJSTEN)
