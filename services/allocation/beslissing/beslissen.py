"""A decision about a verzoek: build the message that the standard prescribes, send it and let it take effect, at once.

What HTTP has to offer for it is ``beslis``. Of two deciders at the same moment one decides and the other is told;
the same decision by the same person again gets the first answer.
"""

from collections.abc import Sequence
from typing import Any, Final, cast
from uuid import UUID, uuid4

import asyncpg
import msgspec

from ijw.berichten import JW301, JW315, JW317, JW319, Heenbericht
from ijw.lezen import Fout
from services.allocation.behandeling import Behandeling, bericht_sleutel, client_sleutel, referentie_sleutels
from services.allocation.behandelingen import BEHANDELINGEN
from services.allocation.beslissing import toekennen
from services.allocation.beslissing.besluit import Besluit, Verzoekstand, bezwaren, niet_meer, referenties_van
from services.allocation.beslissing.bewaard import lees_bewaard
from services.allocation.beslissing.clientgegevens import Eerder, ontbreekt
from services.allocation.beslissing.genomen import Genomen, genomen_van, herhaald, kenmerk
from services.allocation.beslissing.opstellen import Kop, Moment, jw319
from services.allocation.beslissing.verzonden import lees_verzonden
from services.allocation.intake import verstuur
from services.allocation.levensloop.verzoek import AFGEWEZEN, IN_ONDERZOEK, OPENSTAAND
from services.allocation.store import beslissingen as store
from services.allocation.store import verzoeklezen
from services.platform.auth import Identiteit
from services.platform.berichten import store as berichtenstore
from services.platform.berichten.intake import Gelezen, lees_in_worker
from services.platform.clock import AMSTERDAM
from services.platform.database import Connection, lock_keys
from services.platform.problems import Problem, not_found, overloaded
from services.platform.service import Context

_POGINGEN: Final = 3
"""How often it is tried anew when the register changed between looking and locking."""


class _Zaak(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was looked up before the locks. The messages are there for a grant only."""

    row: asyncpg.Record
    stand: Verzoekstand
    identificaties: tuple[str, ...]
    bronnen: toekennen.Bronnen | None = None
    bron_id: UUID | None = None

    @property
    def plaats(self) -> toekennen.Plaats:
        return self.row["domein"], self.row["gemeente"], self.row["aanbieder"], self.row["client"]


async def beslis(context: Context, wie: Identiteit, verzoek_id: UUID, besluit: Besluit, versie: int | None) -> Genomen:
    """Decide as the caller, who saw the verzoek in this ``versie`` (If-Match).

    Raises a Problem: 404 for no such verzoek or not the caller's to decide, 400 with everything that is wrong with
    the decision, 428 without ``versie``, 412 when the verzoek changed since, 409 when it was decided already or the
    message that follows would be refused for what was sent before.
    """
    for _ in range(_POGINGEN):
        zaak = await _zaak(context, wie, verzoek_id, besluit, versie)
        if isinstance(zaak, Genomen):
            return zaak
        genomen = await _Beslissing(context, zaak, besluit, versie, wie.sub).neem()
        if genomen is not None:
            return genomen
    raise overloaded("Het register veranderde steeds tijdens het besluit. Er is niets opgeslagen.")


async def _zaak(
    context: Context, wie: Identiteit, verzoek_id: UUID, besluit: Besluit, versie: int | None
) -> _Zaak | Genomen:
    """Look up the verzoek and, to grant it, what is known of the client; or the answer to this very decision.

    Raises a Problem as ``beslis`` does.
    """
    async with context.database.connection() as connection:
        row = await verzoeklezen.verzoek(connection, verzoek_id)
        if row is None or not wie.ziet_gemeente(row["gemeente"]):
            raise not_found("Verzoek")
        # After the row: whoever sees what this very decision changed also finds the decision.
        eerder_genomen = await herhaald(context, connection, verzoek_id, besluit, versie, wie.sub)
        if eerder_genomen is not None:
            return eerder_genomen
        stand = await verzoeklezen.stand(connection, row)
        _controleer_versie(row, stand, versie)
        aantal = 1 if besluit.besluit == "toekennen" else max(len(referenties_van(besluit, stand)), 1)
        zaak = _Zaak(
            row=row,
            stand=stand,
            identificaties=tuple(await berichtenstore.next_identificaties(connection, aantal)),
        )
        bericht = await berichtenstore.bericht_by_id(connection, verzoek_id)
        bron = await store.bron_van_client(connection, *zaak.plaats)
        versies = await store.bronnen_van_versies(
            connection,
            *zaak.plaats,
            vandaag=context.clock.today(),
            genoemd=toekennen.genoemde_nummers(stand),
        )
    fouten = bezwaren(besluit, stand, context.clock.today())
    if besluit.besluit == "toekennen":
        assert bericht is not None
        gevraagd = cast("JW315 | JW317", await lees_bewaard(context, bericht))
        eerder = None
        if bron is not None:
            eerder = Eerder(cast("JW301", await lees_bewaard(context, bron)).client, bron["zelfde_aanbieder"])
        fouten += ontbreekt(gevraagd, eerder, besluit.client)
        bron_id = bron["bericht_id"] if bron is not None else None
        # Only for a decision that can be: what is read here can be many messages.
        verzonden = {} if fouten else await lees_verzonden(context, versies)
        bronnen = toekennen.Bronnen(verzoek=gevraagd, eerder=eerder, verzonden=verzonden)
        zaak = msgspec.structs.replace(zaak, bronnen=bronnen, bron_id=bron_id)
    if fouten:
        raise Problem(400, "besluit-ongeldig", "Dit besluit kan zo niet", fouten=fouten)
    return zaak


def _controleer_versie(row: asyncpg.Record, stand: Verzoekstand, gezien: int | None) -> None:
    if not OPENSTAAND & set(stand.referenties.values()):
        raise Problem(409, "al-beslist", "Over dit verzoek is al beslist", "Bekijk het antwoord dat er ligt.")
    if gezien is None:
        raise Problem(428, "if-match-verplicht", "Stuur If-Match mee", "Gebruik de ETag van het verzoek dat u zag.")
    if row["versie"] != gezien:
        raise Problem(412, "gewijzigd", "Het verzoek is intussen gewijzigd", "Haal het opnieuw op en beslis dan.")


class _Beslissing:
    """One decision, from taking its locks on."""

    def __init__(self, context: Context, zaak: _Zaak, besluit: Besluit, versie: int | None, door: str) -> None:
        self._context = context
        self._zaak = zaak
        self._besluit = besluit
        self._versie = versie
        self._door = door
        self._op = context.clock.now()
        # One look at the clock: day and time of two would not be one moment at midnight.
        hier = self._op.astimezone(AMSTERDAM)
        self._moment = Moment(hier.date(), f"{hier:%H:%M:%S}")

    async def neem(self) -> Genomen | None:
        """All of it in one transaction; None when what was looked up before is not so any more."""
        async with self._context.database.transaction() as connection:
            await lock_keys(connection, self._context.database.schema, self._sleutels())
            eerder = await self._controleer(connection)
            if eerder is not None:
                return eerder
            if self._besluit.besluit != "toekennen":
                return await self._antwoord(connection)
            return await self._ken_toe(connection)

    def _sleutels(self) -> set[str]:
        """Locks of all that the decision reads; those of toewijzingen come later, and stand later in their order."""
        domein, gemeente, aanbieder, _ = self._zaak.plaats
        sleutels = {
            client_sleutel(*self._zaak.plaats),
            *referentie_sleutels(domein, aanbieder, self._zaak.stand.referenties),
            *(bericht_sleutel(self._berichtsoort, gemeente, naam) for naam in self._zaak.identificaties),
        }
        return sleutels | ({f"nummers:{domein}:{gemeente}"} if self._besluit.besluit == "toekennen" else set())

    @property
    def _berichtsoort(self) -> str:
        return JW301.soort if self._besluit.besluit == "toekennen" else JW319.soort

    async def _controleer(self, connection: Connection) -> Genomen | None:
        """The first answer to this very decision; else a Problem when it comes too late."""
        verzoek_id = self._zaak.row["bericht_id"]
        row = await verzoeklezen.verzoek(connection, verzoek_id)
        assert row is not None
        eerder = await herhaald(self._context, connection, verzoek_id, self._besluit, self._versie, self._door)
        if eerder is not None:
            return eerder
        stand = await verzoeklezen.stand(connection, row)
        _controleer_versie(row, stand, self._versie)
        geweest = niet_meer(self._besluit, stand)
        if geweest:
            wat = "al in onderzoek of beantwoord" if self._besluit.besluit == "onderzoek" else "al beantwoord"
            raise Problem(
                409, "al-beslist", f"Een referentie is {wat}", "Bekijk het verzoek en de status per referentie."
            )
        return None

    def _kop(self, soort: str, nummer: int) -> Kop:
        _, gemeente, aanbieder, _ = self._zaak.plaats
        release = self._context.releases.geldend(self._moment.datum)
        return Kop(
            gemeente=gemeente,
            aanbieder=aanbieder,
            identificatie=self._zaak.identificaties[nummer],
            dagtekening=self._moment.datum,
            xsd_versie=release.schemas.xsd_versie(soort),
            versies=release.versies,
        )

    async def _antwoord(self, connection: Connection) -> Genomen:
        """A JW319 per reference."""
        code = IN_ONDERZOEK if self._besluit.besluit == "onderzoek" else AFGEWEZEN
        referenties = referenties_van(self._besluit, self._zaak.stand)
        berichten = [
            jw319(self._kop(JW319.soort, nummer), referentie, code, self._besluit.reden, self._besluit.gemeente)
            for nummer, referentie in enumerate(referenties)
        ]
        return await self._verstuur(connection, [await self._toets(bericht) for bericht in berichten], ())

    async def _ken_toe(self, connection: Connection) -> Genomen | None:
        """One JW301 with everything that runs for the client at this aanbieder (OP087)."""
        zaak = self._zaak
        assert zaak.bronnen is not None
        bron = await store.bron_van_client(connection, *zaak.plaats)
        if (bron["bericht_id"] if bron is not None else None) != zaak.bron_id:
            return None
        toewijzing = await toekennen.stel_toewijzing_op(
            connection,
            zaak.plaats,
            self._kop(JW301.soort, 0),
            self._besluit,
            zaak.stand,
            zaak.bronnen,
            self._moment,
        )
        if toewijzing is None:
            return None
        getoetst = await self._toets(toewijzing.bericht)
        await lock_keys(connection, self._context.database.schema, getoetst.behandeling.sleutels())
        domein, gemeente, *_ = zaak.plaats
        if await store.bezette_nummers(connection, domein, gemeente, toewijzing.uitgegeven):
            return None  # a JW301 that came in took one before its lock was ours
        try:
            return await self._verstuur(connection, [getoetst], toewijzing.nummers)
        except Problem as problem:
            raise toekennen.zoals_gevraagd(problem, self._besluit, zaak.stand, self._moment.datum) from problem

    async def _toets(self, bericht: Heenbericht) -> "_Getoetst":
        """The message to the byte, through level 1 and 2 as one that comes in."""
        try:
            xml = self._context.releases.build(bericht)
        except ValueError as error:  # a character that XML cannot hold
            raise _ongeldig([Fout(None, "/body", f"{error}")]) from error
        try:
            gelezen = await lees_in_worker(self._context, xml, frozenset({bericht.soort}))
        except Problem as problem:
            if problem.status != 400:
                raise
            raise _ongeldig(problem.fouten) from problem
        behandeling: Any = BEHANDELINGEN[bericht.soort](self._context, gelezen.bericht)
        return _Getoetst(xml, gelezen, behandeling)

    async def _verstuur(
        self, connection: Connection, berichten: Sequence["_Getoetst"], toewijzing_nummers: Sequence[int]
    ) -> Genomen:
        """Send them in this order, and keep who decided it."""
        ontvangsten = [
            await verstuur(self._context, connection, bericht.behandeling, bericht.gelezen, bericht.xml)
            for bericht in berichten
        ]
        verzoek_id, beslissing_id = self._zaak.row["bericht_id"], uuid4()
        assert self._versie is not None
        await store.bewaar(
            connection,
            beslissing_id,
            verzoek_id,
            versie=self._versie,
            invoer_sha256=kenmerk(self._context, self._besluit),
            besluit=self._besluit.besluit,
            door=self._door,
            bericht_ids=[ontvangst.bericht_id for ontvangst in ontvangsten],
            toewijzing_nummers=toewijzing_nummers,
            moment=self._op,
        )
        bewaard = await store.eerdere(connection, verzoek_id, self._versie)
        assert bewaard is not None
        return await genomen_van(connection, bewaard)


def _ongeldig(fouten: Sequence[Fout]) -> Problem:
    titel = "Het bericht dat hieruit volgt is niet geldig"
    return Problem(400, "besluit-ongeldig", titel, "Er is niets verzonden en niets opgeslagen.", fouten=fouten)


class _Getoetst(msgspec.Struct, frozen=True):
    """A message of ours that passed level 1, ready to be sent."""

    xml: bytes
    gelezen: Gelezen
    behandeling: Behandeling
