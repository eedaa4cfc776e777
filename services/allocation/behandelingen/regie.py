"""Taking in a JW305 or JW307: what it is held against, and what it does to the starts and stops.

They change no toewijzing, no prestatie and no money, so no other service hears of them (OP364).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ijw.berichten import JW305, JW307
from ijw.bevinding import Bevinding
from services.allocation import rules
from services.allocation.behandeling import client_sleutel, kopfeiten_van, pas_regels_toe
from services.allocation.levensloop.regie import Uitkomst, beoordeel, verloop_van
from services.allocation.omvang import reken
from services.allocation.regie import Aanlevering, aanleveringen_van
from services.allocation.store import regie as store
from services.allocation.store.productlijsten import productcodes_van
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.service import Context

_NIET_VERZONDEN: Final = "deze gemeente zond haar niet aan deze aanbieder voor deze client"
_VERWIJDERD: Final = "zij is verwijderd (reden 13) en telt als nooit verzonden"


class BehandelingRegie:
    """A JW305 or JW307 from an aanbieder for a gemeente."""

    def __init__(self, context: Context, bericht: JW305 | JW307) -> None:
        self.gemeente = bericht.header.ontvanger
        self.aanbieder = bericht.header.afzender
        self._context = context
        self._bericht = bericht
        self._plaats = (DOMEIN, self.gemeente, self.aanbieder, context.crypto.pseudonym(bericht.client.bsn))
        self._aanleveringen = aanleveringen_van(bericht)
        self._historie: Mapping[str, Sequence[Aanlevering]] = {}
        self._uitkomst = Uitkomst((), {})

    def sleutels(self) -> Iterable[str]:
        """The client at this aanbieder, which a JW301 that makes their toewijzingen known or removes them locks too."""
        return {client_sleutel(*self._plaats)}

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """Three questions to the database, whatever the number of starts or stops."""
        nummers = {item.toewijzing_nummer for item in self._aanleveringen if item.toewijzing_nummer is not None}
        gevonden = await store.toewijzingen_bij(connection, DOMEIN, self.gemeente, nummers)
        eigen = {nummer: row for nummer, row in gevonden.items() if self._is_eigen(row)}
        onbekend = {nummer: _waarom_onbekend(eigen.get(nummer)) for nummer in nummers}
        await self._lees_historie(connection, {nummer for nummer in nummers if onbekend[nummer] is None})
        categorieen = {item.product_categorie for item in self._aanleveringen if item.product_categorie is not None}
        feiten = rules.regie.Feiten(
            productcodes=await productcodes_van(
                connection, self._context.productcodes, DOMEIN, self.gemeente, categorieen
            ),
            oordelen=self._uitkomst.oordelen,
            ingangsdatums={nummer: row["ingangsdatum"] for nummer, row in eigen.items()},
            open_code=frozenset(nummer for nummer, row in eigen.items() if row["product_code"] is None),
            onbekend={nummer: reden for nummer, reden in onbekend.items() if reden is not None},
        )
        kopfeiten = kopfeiten_van(
            self._context, eerder_gebruikt=eerder_gebruikt, ingangsdatums=feiten.ingangsdatums.values()
        )
        return await pas_regels_toe(self._bericht, kopfeiten, rules.regie.REGELS, feiten)

    async def verwerk(self, connection: Connection, bericht_id: UUID) -> None:
        """Add to the history in the order of handling, and store the state it comes to."""
        nieuw: dict[str, list[Aanlevering]] = {}
        for oordeel in self._uitkomst.oordelen:
            nieuw.setdefault(oordeel.aanlevering.onderwerp, []).append(oordeel.aanlevering)
        standen = {
            onderwerp: store.Stand(
                self._uitkomst.verlopen[onderwerp], len(self._historie.get(onderwerp, ())), tuple(items)
            )
            for onderwerp, items in nieuw.items()
        }
        await store.bewaar(connection, self._plaats, standen, bericht_id, self._context.clock.now())

    async def _lees_historie(self, connection: Connection, bekend: set[int]) -> None:
        """What was accepted before, and what speaks against each aanlevering on top of that."""
        onderwerpen = {item.onderwerp: item.toewijzing_nummer for item in self._aanleveringen}
        self._historie = await store.historie_bij(connection, self._plaats, onderwerpen)
        self._uitkomst = await reken(self._bericht, self._beoordeel_verlopen, onderwerpen, bekend)

    def _beoordeel_verlopen(self, onderwerpen: Mapping[str, int | None], bekend: Collection[int]) -> Uitkomst:
        verlopen = {
            onderwerp: verloop_van(self._historie.get(onderwerp, ()), bekend=nummer is None or nummer in bekend)
            for onderwerp, nummer in onderwerpen.items()
        }
        return beoordeel(verlopen, self._aanleveringen)

    def _is_eigen(self, row: asyncpg.Record) -> bool:
        """Whether a toewijzing was sent to this aanbieder for this client."""
        return (row["aanbieder"], row["client"]) == (self._plaats[2], self._plaats[3])


def _waarom_onbekend(row: asyncpg.Record | None) -> str | None:
    """Why a toewijzing counts as never sent; None for one that is known."""
    if row is None:
        return _NIET_VERZONDEN
    return _VERWIJDERD if row["verwijderd"] else None
