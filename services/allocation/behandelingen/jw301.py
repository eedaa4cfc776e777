"""Taking in a JW301: its facts, its rules, and what it does to the register."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from ijw.berichten import JW301
from ijw.bevinding import Bevinding
from ijw.codelijsten import Productcodes
from services.allocation import clienten, events, rules
from services.allocation.behandeling import (
    client_sleutel,
    kopfeiten_van,
    pas_regels_toe,
    referentie_sleutels,
    toewijzing_sleutels,
)
from services.allocation.beslissing.toekenning import afwijkingen, wijziging_toekennen
from services.allocation.levensloop.verzoek import Gebeurtenis, Toestand, volgende
from services.allocation.meldingen import WIJKT_AF_VAN_VERZOEK
from services.allocation.register import Opname, Versie, andere_inhoud, neem_op, versies_van
from services.allocation.store import register as store
from services.allocation.store import verzoeken as verzoekstore
from services.allocation.store.meldingen import meld_bericht
from services.allocation.store.productlijsten import productcodes_van
from services.allocation.store.verzoeklezen import gevraagd_van, producten_van
from services.platform import outbox
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.service import Context


class Behandeling301:
    """A JW301 from a gemeente for an aanbieder."""

    def __init__(self, context: Context, bericht: JW301) -> None:
        self.gemeente = bericht.header.afzender
        self.aanbieder = bericht.header.ontvanger
        self._context = context
        self._bericht = bericht
        self._client = context.crypto.pseudonym(bericht.client.bsn)
        self._versies = versies_van(DOMEIN, bericht, self._client)
        self._referenties = {v.referentie_aanbieder for v in self._versies if v.referentie_aanbieder}
        self._bekend: dict[int, list[Versie]] = {}
        self._openstaand: dict[str, Toestand] = {}

    def sleutels(self) -> Iterable[str]:
        """The toewijzingen, and the verzoeken of this client that the message may grant."""
        nummers = ((versie.gemeente, versie.toewijzing_nummer) for versie in self._versies)
        return {
            client_sleutel(*self._plaats),
            *referentie_sleutels(DOMEIN, self.aanbieder, self._referenties),
            *toewijzing_sleutels(DOMEIN, nummers),
        }

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """Two to four questions to the database, whatever the number of toewijzingen."""
        nummers = [versie.toewijzing_nummer for versie in self._versies]
        self._bekend = await store.versies_bij(connection, DOMEIN, self.gemeente, nummers)
        if self._referenties:
            self._openstaand = await verzoekstore.open_referenties(connection, *self._plaats)
        feiten = rules.toewijzing.Feiten(
            productcodes=await self._productcodes(connection),
            versies=self._versies,
            bekend={nummer: versies[0] for nummer, versies in self._bekend.items()},
            open_verzoeken=frozenset(self._openstaand),
            toegekend=await self._toegekend(connection),
        )
        kopfeiten = kopfeiten_van(self._context, eerder_gebruikt=eerder_gebruikt)
        return await pas_regels_toe(self._bericht, kopfeiten, rules.toewijzing.REGELS, feiten)

    async def verwerk(self, connection: Connection, bericht_id: UUID) -> None:
        """Store new versions, raise collisions, tell the others what counts now.

        Goes by the versions that ``beoordeel`` read: under the locks of this transaction no others can come.
        """
        moment = self._context.clock.now()
        per_opname: dict[Opname, list[Versie]] = {opname: [] for opname in Opname}
        for versie in self._versies:
            per_opname[neem_op(self._bekend.get(versie.toewijzing_nummer, ()), versie)].append(versie)
        actueel = per_opname[Opname.ACTUEEL]
        await store.insert_versies(connection, [*actueel, *per_opname[Opname.OUDER]], bericht_id, moment)
        await store.insert_botsingen(
            connection,
            [
                (versie, _verschil(self._bekend[versie.toewijzing_nummer], versie))
                for versie in per_opname[Opname.BOTSING]
            ],
            bericht_id,
            moment,
        )
        await self._bewaar_client(connection, bericht_id)
        await self._ken_verzoeken_toe(connection, bericht_id)
        volgnummers = await store.maak_actueel(connection, actueel) if actueel else {}
        await outbox.append(
            connection,
            [events.vastgesteld(versie, volgnummers[versie.gemeente, versie.toewijzing_nummer]) for versie in actueel],
            moment,
        )

    @property
    def _plaats(self) -> tuple[str, str, str, str]:
        return DOMEIN, self.gemeente, self.aanbieder, self._client

    async def _productcodes(self, connection: Connection) -> Productcodes:
        categorieen = {versie.product_categorie for versie in self._versies if versie.product_categorie is not None}
        return await productcodes_van(connection, self._context.productcodes, DOMEIN, self.gemeente, categorieen)

    async def _toegekend(self, connection: Connection) -> dict[int, int]:
        """Only for what the message removes: TR385 asks of nothing else."""
        nummers = [versie.toewijzing_nummer for versie in self._versies if versie.verwijderd]
        return await store.toegekend_op(connection, DOMEIN, self.gemeente, nummers) if nummers else {}

    async def _bewaar_client(self, connection: Connection, bericht_id: UUID) -> None:
        document = clienten.verzegel(self._context.crypto.ring, self._plaats, self._bericht.client)
        dagtekening = self._bericht.header.bericht_identificatie.dagtekening
        await store.bewaar_client(
            connection,
            self._plaats,
            document,
            bericht_id=bericht_id,
            dagtekening=dagtekening,
            moment=self._context.clock.now(),
        )

    async def _ken_verzoeken_toe(self, connection: Connection, bericht_id: UUID) -> None:
        antwoorden = {
            referentie: verzoekstore.Antwoord(
                toestand=volgende(self._openstaand[referentie], Gebeurtenis.TOEKENNING), bericht_id=bericht_id
            )
            for referentie in self._referenties
        }
        if antwoorden:
            moment = self._context.clock.now()
            await self._meld_afwijkingen(connection, bericht_id)
            await verzoekstore.beantwoord(connection, DOMEIN, self.aanbieder, antwoorden, moment)

    async def _meld_afwijkingen(self, connection: Connection, bericht_id: UUID) -> None:
        """Raise where a granted verzoek om wijziging is not as asked (OP348): no rule refuses that.

        Before anything becomes current: what is asked is held beside what was there.
        """
        bekend = await verzoekstore.bekende_referenties(connection, DOMEIN, self.aanbieder, self._referenties)
        wijzigingen = {gevonden.verzoek_id for gevonden in bekend.values() if gevonden.berichtsoort == "JW317"}
        if not wijzigingen:
            return
        actueel = {v.toewijzing_nummer: v for v in await store.actueel_van_client(connection, *self._plaats)}
        vandaag = self._context.clock.today()
        for rows in (await producten_van(connection, wijzigingen)).values():
            producten = {row["volgnummer"]: gevraagd_van(row) for row in rows}
            afwijkend = tuple(afwijkingen(wijziging_toekennen(producten, actueel, vandaag), self._versies))
            if afwijkend:
                moment = self._context.clock.now()
                await meld_bericht(
                    connection, WIJKT_AF_VAN_VERZOEK, DOMEIN, self.gemeente, bericht_id, moment, afwijkend
                )


def _verschil(bekend: Sequence[Versie], nieuw: Versie) -> tuple[str, ...]:
    """The elements in which a version differs from the stored one of the same moment."""
    return next(andere_inhoud(versie, nieuw) for versie in bekend if versie.tijdstip == nieuw.tijdstip)
