"""Taking in the answer to a verzoek that is not (yet) granted (JW319)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from ijw.berichten import JW319
from ijw.bevinding import Bevinding
from services.allocation import rules
from services.allocation.behandeling import kopfeiten_van, pas_regels_toe, referentie_sleutels
from services.allocation.levensloop.verzoek import WOONPLAATSBEGINSEL, Toestand, gebeurtenis_van, volgende
from services.allocation.meldingen import WOONPLAATSBEGINSEL_BIJ_WIJZIGING
from services.allocation.store import verzoeken as store
from services.allocation.store.meldingen import meld_bericht
from services.platform.berichten.store import DOMEIN
from services.platform.database import Connection
from services.platform.service import Context


class Behandeling319:
    """A JW319 from a gemeente for an aanbieder: it names a reference, and no client."""

    def __init__(self, context: Context, bericht: JW319) -> None:
        self.gemeente = bericht.header.afzender
        self.aanbieder = bericht.header.ontvanger
        self._context = context
        self._bericht = bericht
        self._referentie = bericht.antwoord.referentie_aanbieder
        self._bekend: store.Bekend | None = None

    def sleutels(self) -> Iterable[str]:
        """The reference."""
        return referentie_sleutels(DOMEIN, self.aanbieder, (self._referentie,))

    async def beoordeel(self, connection: Connection, *, eerder_gebruikt: bool) -> Sequence[Bevinding]:
        """At most two questions to the database; a verzoek to another gemeente is not this one's to answer."""
        bekend = await store.bekende_referenties(connection, DOMEIN, self.aanbieder, (self._referentie,))
        gevonden = bekend.get(self._referentie)
        self._bekend = gevonden if gevonden is not None and gevonden.gemeente == self.gemeente else None
        ingangsdatums = await store.ingangsdatums_van(connection, self._bekend.verzoek_id) if self._bekend else []
        feiten = rules.antwoord.Feiten(toestand=self._bekend.toestand if self._bekend else Toestand.GEEN)
        kopfeiten = kopfeiten_van(self._context, eerder_gebruikt=eerder_gebruikt, ingangsdatums=ingangsdatums)
        return await pas_regels_toe(self._bericht, kopfeiten, rules.antwoord.REGELS, feiten)

    async def verwerk(self, connection: Connection, bericht_id: UUID) -> None:
        """Take the reference to its next state."""
        assert self._bekend is not None
        antwoord = self._bericht.antwoord
        woonplaats = antwoord.woonplaatsbeginsel
        nieuw = store.Antwoord(
            toestand=volgende(self._bekend.toestand, gebeurtenis_van(self._bericht)),
            bericht_id=bericht_id,
            reden_afwijzing=antwoord.reden_afwijzing_verzoek,
            woonplaats_gemeente=woonplaats.gemeente if woonplaats else None,
        )
        moment = self._context.clock.now()
        await store.beantwoord(connection, DOMEIN, self.aanbieder, {self._referentie: nieuw}, moment)
        if antwoord.reden_afwijzing_verzoek == WOONPLAATSBEGINSEL and self._bekend.berichtsoort == "JW317":
            # Only a verzoek om toewijzing goes to another gemeente this way, but no rule refuses it.
            await meld_bericht(
                connection,
                WOONPLAATSBEGINSEL_BIJ_WIJZIGING,
                DOMEIN,
                self.gemeente,
                bericht_id,
                moment,
                ("RedenAfwijzingVerzoek",),
            )
