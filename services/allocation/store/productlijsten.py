"""SQL of the copy of gemeenten's own product codes, which matching keeps and tells of (TR381)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from ijw.codelijsten import Productcode, Productcodelijst, Productcodes
from ijw.eigenlijst import EigenProductcodelijst
from services.platform.database import Connection
from services.platform.events import ProductlijstVastgesteld


def productlijst_sleutel(domein: str, gemeente: str) -> str:
    """Lock of the copy of one gemeente's list."""
    return f"productlijst:{domein}:{gemeente}"


async def productcodes_van(
    connection: Connection, landelijk: Productcodelijst, domein: str, gemeente: str, categorieen: Iterable[str]
) -> Productcodes:
    """The product codes of these categorieen for a gemeente: its own where it has them, else the national ones."""
    rijen = await connection.fetch(
        "SELECT r.code, r.categorie, r.geldig_van, r.geldig_tot FROM productlijsten l"
        " JOIN productlijst_regels r USING (domein, gemeente, versie)"
        " WHERE l.domein = $1 AND l.gemeente = $2 AND r.categorie = ANY($3::text[])",
        domein,
        gemeente,
        sorted(set(categorieen)),
    )
    if not rijen:
        return landelijk
    eigen = (Productcode(rij["code"], rij["categorie"], "", "", rij["geldig_van"], rij["geldig_tot"]) for rij in rijen)
    return EigenProductcodelijst(landelijk, Productcodelijst(eigen))


_VOEG_TOE: Final = """
INSERT INTO productlijst_regels (domein, gemeente, versie, categorie, code, geldig_van, geldig_tot)
SELECT $1, $2, $3, p.* FROM unnest($4::text[], $5::text[], $6::date[], $7::date[]) AS p ON CONFLICT DO NOTHING
"""

_LAAT_GELDEN: Final = """
INSERT INTO productlijsten (domein, gemeente, versie, vastgelegd_op) VALUES ($1, $2, $3, $4)
ON CONFLICT (domein, gemeente) DO UPDATE SET versie = excluded.versie, vastgelegd_op = excluded.vastgelegd_op
"""


async def bewaar(connection: Connection, delen: Sequence[ProductlijstVastgesteld], moment: datetime) -> None:
    """Keep parts of lists in the order they came; a list counts from its last part on.

    A part that was set aside and comes again changes nothing once a later version counts. ValueError when the
    last part comes while another is missing: the list before it stays.
    """
    for deel in delen:
        sleutel = (deel.domein, deel.gemeente)
        geldend = await connection.fetchval(
            "SELECT versie FROM productlijsten WHERE domein = $1 AND gemeente = $2", *sleutel
        )
        if geldend is not None and deel.versie <= geldend:
            continue
        await connection.execute(
            _VOEG_TOE,
            *sleutel,
            deel.versie,
            [product.product_categorie for product in deel.producten],
            [product.product_code for product in deel.producten],
            [product.geldig_van for product in deel.producten],
            [product.geldig_tot for product in deel.producten],
        )
        if deel.deel == deel.delen:
            await _laat_gelden(connection, deel, moment)


async def _laat_gelden(connection: Connection, laatste: ProductlijstVastgesteld, moment: datetime) -> None:
    sleutel = (laatste.domein, laatste.gemeente, laatste.versie)
    aantal = await connection.fetchval(
        "SELECT count(*) FROM productlijst_regels WHERE domein = $1 AND gemeente = $2 AND versie = $3", *sleutel
    )
    if aantal != laatste.aantal:
        raise ValueError(f"{aantal} products of version {laatste.versie} are here, {laatste.aantal} were sent")
    await connection.execute(_LAAT_GELDEN, *sleutel, moment)
    await connection.execute(
        "DELETE FROM productlijst_regels WHERE domein = $1 AND gemeente = $2 AND versie < $3", *sleutel
    )
