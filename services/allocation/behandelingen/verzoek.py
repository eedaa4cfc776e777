"""Taking in a verzoek om toewijzing (JW315) or om wijziging (JW317)."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from ijw.berichten import JW315, JW317
from ijw.bevinding import Bevinding
from ijw.codelijsten import Productcodes
from services.allocation import rules
from services.allocation.behandeling import client_sleutel, kopfeiten_van, pas_regels_toe, referentie_sleutels
from services.allocation.beslissing.gevraagd import gevraagd_in, referenties_van
from services.allocation.register import lopend
from services.allocation.store import register as registerstore
from services.allocation.store import verzoeken as store
from services.allocation.store.productlijsten import productcodes_van
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.service import Context


class _Verzoek:
    """What both have in common: locks, references, and what becomes of one that is accepted."""

    def __init__(self, context: Context, bericht: JW315 | JW317) -> None:
        self.gemeente = bericht.header.ontvanger
        self.aanbieder = bericht.header.afzender
        self._context = context
        self._dagtekening = bericht.header.bericht_identificatie.dagtekening
        self._berichtsoort = bericht.soort
        self._client = context.crypto.pseudonym(bericht.client.bsn)
        self._referenties = referenties_van(bericht)
        self._producten = gevraagd_in(bericht)

    def sleutels(self) -> Iterable[str]:
        """What is pending about the client, and the references."""
        return {client_sleutel(*self._plaats), *referentie_sleutels(DOMEIN, self.aanbieder, self._referenties)}

    async def verwerk(self, connection: Connection, bericht_id: UUID) -> None:
        """Keep it, open."""
        await store.insert_verzoek(
            connection,
            store.NieuwVerzoek(
                bericht_id=bericht_id,
                domein=DOMEIN,
                gemeente=self.gemeente,
                aanbieder=self.aanbieder,
                client=self._client,
                berichtsoort=self._berichtsoort,
                referenties=self._referenties,
                producten=self._producten,
            ),
        )

    @property
    def _plaats(self) -> tuple[str, str, str, str]:
        return DOMEIN, self.gemeente, self.aanbieder, self._client

    async def _productcodes(self, connection: Connection) -> Productcodes:
        categorieen = {product.product_categorie for product in self._producten if product.product_categorie}
        landelijk = self._context.productcodes
        return await productcodes_van(connection, landelijk, DOMEIN, self.gemeente, categorieen)

    async def _gebruikt(self, connection: Connection) -> frozenset[str]:
        return frozenset(await store.bekende_referenties(connection, DOMEIN, self.aanbieder, self._referenties))

    async def _openstaand(self, connection: Connection) -> tuple[str, ...]:
        return tuple(sorted(await store.open_referenties(connection, *self._plaats)))


class Behandeling315(_Verzoek):
    """A JW315 from an aanbieder for a gemeente."""

    def __init__(self, context: Context, bericht: JW315) -> None:
        super().__init__(context, bericht)
        self._bericht = bericht

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """Three questions to the database, whatever the number of products."""
        feiten = rules.verzoek.Feiten(
            productcodes=await self._productcodes(connection),
            gebruikt=await self._gebruikt(connection),
            openstaand=await self._openstaand(connection),
        )
        kopfeiten = kopfeiten_van(self._context, eerder_gebruikt=eerder_gebruikt)
        return await pas_regels_toe(self._bericht, kopfeiten, rules.verzoek.REGELS, feiten, rules.verzoek.OP_BERICHT)


class Behandeling317(_Verzoek):
    """A JW317 from an aanbieder for a gemeente."""

    def __init__(self, context: Context, bericht: JW317) -> None:
        super().__init__(context, bericht)
        self._bericht = bericht

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """Four questions to the database, whatever the number of products.

        Current is what runs on Dagtekening: the sender cannot know the day of receipt (OP095).
        """
        bekend = await registerstore.actueel_van_client(connection, *self._plaats)
        feiten = rules.verzoek.Feiten(
            productcodes=await self._productcodes(connection),
            gebruikt=await self._gebruikt(connection),
            openstaand=await self._openstaand(connection),
            lopend=lopend(bekend, self._dagtekening),
            client_bekend=bool(bekend),
        )
        kopfeiten = kopfeiten_van(
            self._context, eerder_gebruikt=eerder_gebruikt, ingangsdatums=self._ingangsdatums(feiten)
        )
        return await pas_regels_toe(self._bericht, kopfeiten, rules.pakket.REGELS, feiten, rules.verzoek.OP_BERICHT)

    def _ingangsdatums(self, feiten: rules.verzoek.Feiten) -> list[date]:
        """When the toewijzingen that it names began."""
        genoemd = {product.toewijzing_nummer for product in self._producten}
        return [versie.ingangsdatum for nummer, versie in feiten.lopend.items() if nummer in genoemd]
