"""The lists that count now, for whoever judges."""

from services.matching.lijsten import Lijsten
from services.platform.service import Context


def lijsten_van(context: Context) -> Lijsten:
    """The lists this process was started with."""
    return Lijsten(gemeenten=context.gemeenten, productcodes=context.productcodes)
