"""Putting a gemeente's own list of product codes, with everything that follows from it."""

import asyncio

from ijw.codelijsten import Productcode
from ijw.eigenlijst import Gelezen
from ijw.leesfout import Fout
from ijw.lijstverschil import verschil, vervallen
from services.matching import events
from services.matching.herbeoordeling import herbeoordeel
from services.matching.partities import ALLE_PARTITIES
from services.matching.store import herbeoordeling as store_uitval
from services.matching.store import productlijsten as store
from services.matching.store.productlijsten import Productlijst
from services.platform import outbox
from services.platform.database import lock_keys
from services.platform.problems import Problem
from services.platform.service import Context

_NIETS = "Er is niets gewijzigd."


async def zet_productlijst(
    context: Context,
    plaats: tuple[str, str],
    gelezen: Gelezen,
    door: str,
    *,
    gezien: int | None = None,
    terugwerkend: bool = False,
) -> Productlijst:
    """Put an own list in the place of the one before: a version more, told to whoever keeps a copy.

    ``plaats`` is domein and gemeente. The same list once more changes nothing. 400 with every fault when it is
    not sound, or when it takes codes from days in the past without ``terugwerkend``; 412 when ``gezien`` is
    given and another version counts now.
    """
    if gelezen.fouten:
        raise Problem(400, "productlijst-ongeldig", "Deze productlijst kan zo niet", _NIETS, fouten=gelezen.fouten)
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, ALLE_PARTITIES)
        oud = await store.lees(connection, *plaats)
        versie, bekend = (oud.versie, oud.producten) if oud is not None else (0, ())
        if gezien is not None and gezien != versie:
            raise Problem(412, "intussen-gewijzigd", "De productlijst is intussen gewijzigd", _NIETS)
        if oud is not None and verschil(bekend, gelezen.producten).leeg:
            return oud
        if not terugwerkend:
            await _weiger_terugwerkend(context, bekend, gelezen.producten)
        lijst = Productlijst(
            domein=plaats[0],
            gemeente=plaats[1],
            versie=versie + 1,
            vastgelegd_op=context.clock.now(),
            vastgelegd_door=door,
            producten=gelezen.producten,
            terugwerkend=terugwerkend,
        )
        await store.schrijf(connection, lijst)
        geraakt = {product.categorie for product in (*bekend, *gelezen.producten)}
        zaken = await store_uitval.open_zaken_van_categorieen(connection, *plaats, geraakt)
        uit = events.van_productlijst(lijst)
        uit += await herbeoordeel(context, connection, plaats[0], zaken)
        await outbox.append(connection, uit, lijst.vastgelegd_op)
    return lijst


async def _weiger_terugwerkend(context: Context, oud: tuple[Productcode, ...], nieuw: tuple[Productcode, ...]) -> None:
    """Toewijzingen that began in the past keep their codes, so no list takes those away by mistake: 400."""
    verloren = await asyncio.to_thread(vervallen, context.productcodes, oud, nieuw, context.clock.today())
    if verloren:
        raise Problem(
            400,
            "terugwerkende-kracht",
            "Deze productlijst neemt codes weg over dagen die voorbij zijn",
            "Toewijzingen die toen begonnen zouden hun code verliezen. Laat de codes staan met een geldigTot, of"
            f" bevestig met terugwerkend=true dat dit de bedoeling is. {_NIETS}",
            fouten=[
                Fout(None, "", f"code {rij.code} (categorie {rij.categorie}) geldt niet meer op {rij.dag:%d-%m-%Y}")
                for rij in verloren
            ],
        )
