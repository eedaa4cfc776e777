"""The lists that count now, for whoever judges."""

from collections.abc import Iterable

from msgspec.structs import replace

from ijw.codelijsten import Productcodes
from services.matching.feiten import Zaak
from services.matching.lijsten import Lijsten
from services.matching.store.productlijsten import eigen_productcodes
from services.platform.database import Connection
from services.platform.service import Context


def lijsten_van(context: Context) -> Lijsten:
    """The lists this process was started with, the same for every gemeente."""
    return Lijsten(gemeenten=context.gemeenten, productcodes=context.productcodes)


async def met_eigen(connection: Connection, lijsten: Lijsten, domein: str, zaken: Iterable[Zaak]) -> Lijsten:
    """With the own lists of the gemeenten of a batch, as far as its prestaties ask."""
    gemeenten, categorieen = set(), set()
    for zaak in zaken:
        gemeenten.add(zaak.declaratie.gemeente)
        categorieen.add(zaak.prestatie.product_categorie)
    eigen = await eigen_productcodes(connection, domein, gemeenten, categorieen)
    return replace(lijsten, eigen=eigen) if eigen else lijsten


async def productcodes_van(connection: Connection, context: Context, domein: str, gemeente: str) -> Productcodes:
    """Every product code of a gemeente."""
    eigen = await eigen_productcodes(connection, domein, (gemeente,))
    return replace(lijsten_van(context), eigen=eigen).van(gemeente)
