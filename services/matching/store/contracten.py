"""SQL of contracts and policy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from services.matching.beleid import Beleid
from services.matching.feiten import Contractregel
from services.platform.database import Connection, copy_rows

_KOLOMMEN: Final = (
    "domein", "gemeente", "aanbieder", "jaar", "regelnummer", "product_categorie", "product_code", "eenheid",
    "tarief_cent", "geldig_van", "geldig_tot", "variant",
)  # fmt: skip


class Contractsleutel(msgspec.Struct, frozen=True):
    """One contract: between a gemeente and an aanbieder, for a year."""

    domein: str
    gemeente: str
    aanbieder: str
    jaar: int

    @property
    def delen(self) -> tuple[str, str, str, int]:
        """In the order of the table's key."""
        return (self.domein, self.gemeente, self.aanbieder, self.jaar)


class OpgeslagenContract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract as it stands."""

    sleutel: Contractsleutel
    versie: int
    regels: tuple[Contractregel, ...]
    plafond_cent: int | None
    gewijzigd_op: datetime


class OpgeslagenBeleid(msgspec.Struct, frozen=True, kw_only=True):
    """A gemeente's own policy as it stands."""

    gemeente: str
    versie: int
    regels: Beleid
    gewijzigd_op: datetime


async def lees_contract(connection: Connection, sleutel: Contractsleutel) -> OpgeslagenContract | None:
    """The contract, or None when there is none."""
    waar = "WHERE domein = $1 AND gemeente = $2 AND aanbieder = $3 AND jaar = $4"
    kop = await connection.fetchrow(f"SELECT versie, plafond_cent, gewijzigd_op FROM contracten {waar}", *sleutel.delen)
    if kop is None:
        return None
    rijen = await connection.fetch(
        "SELECT product_categorie, product_code, eenheid, tarief_cent, geldig_van, geldig_tot, variant"
        f" FROM contractregels {waar} ORDER BY regelnummer",
        *sleutel.delen,
    )
    return OpgeslagenContract(
        sleutel=sleutel,
        versie=kop["versie"],
        regels=tuple(Contractregel(**dict(rij)) for rij in rijen),
        plafond_cent=kop["plafond_cent"],
        gewijzigd_op=kop["gewijzigd_op"],
    )


async def schrijf_contract(connection: Connection, contract: OpgeslagenContract, door: str) -> None:
    """Put a contract in the place of the one before."""
    await connection.execute(
        "INSERT INTO contracten (domein, gemeente, aanbieder, jaar, versie, plafond_cent, gewijzigd_op, gewijzigd_door)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (domein, gemeente, aanbieder, jaar) DO UPDATE"
        " SET versie = excluded.versie, plafond_cent = excluded.plafond_cent, gewijzigd_op = excluded.gewijzigd_op,"
        " gewijzigd_door = excluded.gewijzigd_door",
        *contract.sleutel.delen,
        contract.versie,
        contract.plafond_cent,
        contract.gewijzigd_op,
        door,
    )
    await connection.execute(
        "DELETE FROM contractregels WHERE domein = $1 AND gemeente = $2 AND aanbieder = $3 AND jaar = $4",
        *contract.sleutel.delen,
    )
    await copy_rows(connection, "contractregels", _KOLOMMEN, _rijen(contract))


def _rijen(contract: OpgeslagenContract) -> Sequence[tuple[object, ...]]:
    return [
        (
            *contract.sleutel.delen,
            nummer,
            regel.product_categorie,
            regel.product_code,
            regel.eenheid,
            regel.tarief_cent,
            regel.geldig_van,
            regel.geldig_tot,
            regel.variant,
        )
        for nummer, regel in enumerate(contract.regels)
    ]


def _beleid(rij: asyncpg.Record) -> OpgeslagenBeleid:
    regels: Beleid = msgspec.json.decode(rij["regels"], type=dict)
    return OpgeslagenBeleid(
        gemeente=rij["gemeente"], versie=rij["versie"], regels=regels, gewijzigd_op=rij["gewijzigd_op"]
    )


async def lees_beleid(connection: Connection, domein: str, gemeente: str) -> OpgeslagenBeleid | None:
    """The gemeente's own policy, or None when it follows the default in everything."""
    rij = await connection.fetchrow("SELECT * FROM beleid WHERE domein = $1 AND gemeente = $2", domein, gemeente)
    return _beleid(rij) if rij is not None else None


async def schrijf_beleid(connection: Connection, domein: str, beleid: OpgeslagenBeleid, door: str) -> OpgeslagenBeleid:
    """Put a policy in the place of the one before; its version is counted here."""
    rij = await connection.fetchrow(
        "INSERT INTO beleid AS b (domein, gemeente, regels, versie, gewijzigd_op, gewijzigd_door)"
        " VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT (domein, gemeente) DO UPDATE"
        " SET regels = excluded.regels, versie = b.versie + 1, gewijzigd_op = excluded.gewijzigd_op,"
        " gewijzigd_door = excluded.gewijzigd_door RETURNING *",
        domein,
        beleid.gemeente,
        msgspec.json.encode(beleid.regels).decode(),
        beleid.gewijzigd_op,
        door,
    )
    assert rij is not None
    return _beleid(rij)
