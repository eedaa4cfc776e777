"""The lists beside the standard as matching asks them: of a gemeente's code and of product codes, by day. Pure."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import msgspec

from ijw.codelijsten import Gemeentelijst, Productcodelijst, Productcodes
from ijw.eigenlijst import EigenProductcodelijst
from services.matching.feiten import Declaratie, Toewijzing
from services.platform.clock import AMSTERDAM
from services.platform.events import PrestatieIngediend


class Lijsten(msgspec.Struct, frozen=True, kw_only=True):
    """What counts for the prestaties of one batch."""

    gemeenten: Gemeentelijst
    productcodes: Productcodelijst
    """The national list."""
    eigen: Mapping[str, Productcodelijst] = MappingProxyType({})
    """The own lists that count now, by gemeente; of a batch only its categorieen."""

    def van(self, gemeente: str) -> Productcodes:
        """The product codes of a gemeente."""
        eigen = self.eigen.get(gemeente)
        return self.productcodes if eigen is None else EigenProductcodelijst(self.productcodes, eigen)


class Codetoets:
    """Asks the lists each question once: a batch has thousands of prestaties and few gemeenten, codes and days."""

    def __init__(self, lijsten: Lijsten) -> None:
        self._lijsten = lijsten
        self._gemeenten: dict[tuple[str, date], bool] = {}
        self._producten: dict[tuple[str, str, str, date], bool] = {}
        self._ontvangen: dict[str, date] = {}

    def gemeente_bekend(
        self, declaratie: Declaratie, prestatie: PrestatieIngediend, toewijzing: Toewijzing | None
    ) -> bool:
        """Whether the gemeente exists, or did when the toewijzing began (TR378)."""
        ontvangen = self._ontvangen.get(declaratie.declaratie_id)
        if ontvangen is None:
            ontvangen = declaratie.ontvangen_op.astimezone(AMSTERDAM).date()
            self._ontvangen[declaratie.declaratie_id] = ontvangen
        return self._gemeente(declaratie.gemeente, ontvangen) or self._gemeente(
            declaratie.gemeente, begin_van(prestatie, toewijzing)
        )

    def product_bekend(self, gemeente: str, prestatie: PrestatieIngediend, toewijzing: Toewijzing | None) -> bool:
        """Whether the code was on the list, under that categorie, when the toewijzing began (TR381).

        A toewijzing that leaves the code open binds nobody to the codes of its first day: then a code that was on
        the list when the care was given is good too.
        """
        if self._product(gemeente, prestatie, begin_van(prestatie, toewijzing)):
            return True
        open_code = toewijzing is not None and toewijzing.product_code is None
        return open_code and self._product(gemeente, prestatie, prestatie.begindatum)

    def _gemeente(self, gemeente: str, dag: date) -> bool:
        bekend = self._gemeenten.get((gemeente, dag))
        if bekend is None:
            bekend = self._gemeenten[gemeente, dag] = self._lijsten.gemeenten.bestaat(gemeente, dag)
        return bekend

    def _product(self, gemeente: str, prestatie: PrestatieIngediend, dag: date) -> bool:
        sleutel = (gemeente, prestatie.product_code, prestatie.product_categorie, dag)
        bekend = self._producten.get(sleutel)
        if bekend is None:
            codes = self._lijsten.van(gemeente)
            bekend = codes.hoort_bij(prestatie.product_code, prestatie.product_categorie, dag)
            self._producten[sleutel] = bekend
        return bekend


def begin_van(prestatie: PrestatieIngediend, toewijzing: Toewijzing | None) -> date:
    """The day whose lists count: the Ingangsdatum, since a running toewijzing keeps its codes."""
    return prestatie.begindatum if toewijzing is None else toewijzing.ingangsdatum
