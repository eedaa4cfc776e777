"""SQL of gemeenten's own lists of product codes: every version stays, the highest counts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from ijw.codelijsten import Productcode, Productcodelijst
from services.platform.database import Connection, copy_rows

_KOLOMMEN: Final = (
    "domein", "gemeente", "versie", "regelnummer", "code", "categorie", "omschrijving", "variant", "geldig_van",
    "geldig_tot",
)  # fmt: skip

_PRODUCT: Final = "code, categorie, omschrijving, variant, geldig_van, geldig_tot"

_VAN_GEMEENTEN: Final = """
SELECT r.gemeente, r.code, r.categorie, r.omschrijving, r.variant, r.geldig_van, r.geldig_tot
FROM (
    SELECT gemeente, max(versie) AS versie FROM productlijsten
    WHERE domein = $1 AND gemeente = ANY($2::text[]) GROUP BY gemeente
) l
JOIN productlijst_regels r ON r.domein = $1 AND r.gemeente = l.gemeente AND r.versie = l.versie
WHERE $3::text[] IS NULL OR r.categorie = ANY($3::text[])
"""


class Productlijst(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a gemeente's own list; without products the gemeente follows the national list."""

    domein: str
    gemeente: str
    versie: int
    vastgelegd_op: datetime
    vastgelegd_door: str
    producten: tuple[Productcode, ...]
    terugwerkend: bool = False


async def eigen_productcodes(
    connection: Connection, domein: str, gemeenten: Collection[str], categorieen: Collection[str] | None = None
) -> dict[str, Productcodelijst]:
    """The own lists that count now, by gemeente; one without is not in it. None asks for every categorie."""
    per_gemeente: dict[str, list[Productcode]] = {}
    gezocht = None if categorieen is None else list(categorieen)
    for rij in await connection.fetch(_VAN_GEMEENTEN, domein, list(gemeenten), gezocht):
        per_gemeente.setdefault(rij[0], []).append(Productcode(*rij[1:]))
    return {gemeente: Productcodelijst(producten) for gemeente, producten in per_gemeente.items()}


async def lees(connection: Connection, domein: str, gemeente: str, versie: int | None = None) -> Productlijst | None:
    """A version of a list, or the one that counts; None when there is none."""
    kop = await connection.fetchrow(
        "SELECT * FROM productlijsten WHERE domein = $1 AND gemeente = $2 AND ($3::int IS NULL OR versie = $3)"
        " ORDER BY versie DESC LIMIT 1",
        domein,
        gemeente,
        versie,
    )
    if kop is None:
        return None
    rijen = await connection.fetch(
        f"SELECT {_PRODUCT} FROM productlijst_regels WHERE domein = $1 AND gemeente = $2 AND versie = $3"
        " ORDER BY regelnummer",
        domein,
        gemeente,
        kop["versie"],
    )
    return Productlijst(**dict(kop), producten=tuple(Productcode(*rij) for rij in rijen))


async def versies(
    connection: Connection, domein: str, gemeente: str, voor: int | None, limit: int
) -> list[asyncpg.Record]:
    """Who put which version when, newest first, ``limit`` + 1 of them below ``voor``."""
    return await connection.fetch(
        "SELECT l.versie, l.vastgelegd_op, l.vastgelegd_door, l.terugwerkend, (SELECT count(*) FROM productlijst_regels"
        " r WHERE (r.domein, r.gemeente, r.versie) = (l.domein, l.gemeente, l.versie)) AS aantal"
        " FROM productlijsten l WHERE l.domein = $1 AND l.gemeente = $2 AND ($3::int IS NULL OR l.versie < $3)"
        " ORDER BY l.versie DESC LIMIT $4",
        domein,
        gemeente,
        voor,
        limit + 1,
    )


async def schrijf(connection: Connection, lijst: Productlijst) -> None:
    """Add a version."""
    await connection.execute(
        "INSERT INTO productlijsten (domein, gemeente, versie, vastgelegd_op, vastgelegd_door, terugwerkend)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        lijst.domein,
        lijst.gemeente,
        lijst.versie,
        lijst.vastgelegd_op,
        lijst.vastgelegd_door,
        lijst.terugwerkend,
    )
    await copy_rows(connection, "productlijst_regels", _KOLOMMEN, _rijen(lijst))


def _rijen(lijst: Productlijst) -> Sequence[tuple[Any, ...]]:
    sleutel = (lijst.domein, lijst.gemeente, lijst.versie)
    return [
        (
            *sleutel,
            nummer,
            product.code,
            product.categorie,
            product.omschrijving,
            product.variant,
            product.geldig_van,
            product.geldig_tot,
        )
        for nummer, product in enumerate(lijst.producten)
    ]
