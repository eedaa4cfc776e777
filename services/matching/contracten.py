"""Putting a contract or a policy, with everything that follows from it."""

from collections.abc import Sequence

from services.matching import verplichtingen
from services.matching.beleid import NOOIT_AFWIJZEN, Beleid
from services.matching.contract import NieuweRegel, contractregels, controleer
from services.matching.herbeoordeling import herbeoordeel
from services.matching.partities import ALLE_PARTITIES
from services.matching.rules import RETOURCODES
from services.matching.store import contracten as store
from services.matching.store import herbeoordeling as store_uitval
from services.matching.store import toewijzingen as store_toewijzingen
from services.matching.store.contracten import Contractsleutel, OpgeslagenBeleid, OpgeslagenContract
from services.matching.store.lijsten import productcodes_van
from services.platform import outbox
from services.platform.database import lock_keys
from services.platform.problems import Problem
from services.platform.service import Context


async def zet_contract(
    context: Context, sleutel: Contractsleutel, regels: Sequence[NieuweRegel], plafond_cent: int | None, door: str
) -> OpgeslagenContract:
    """Put a contract: commitments are worked out again, and the uitval of that year judged again.

    The same contract once more changes nothing. 400 with every fault when it is not sound.
    """
    async with context.database.connection() as connection:
        productcodes = await productcodes_van(connection, context, sleutel.domein, sleutel.gemeente)
    fouten = controleer(sleutel.jaar, regels, productcodes)
    if fouten:
        raise Problem(400, "contract-ongeldig", "Dit contract kan zo niet", fouten=fouten)
    nieuw = contractregels(sleutel.jaar, regels)
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, ALLE_PARTITIES)
        oud = await store.lees_contract(connection, sleutel)
        if oud is not None and (oud.regels, oud.plafond_cent) == (nieuw, plafond_cent):
            return oud
        moment = context.clock.now()
        contract = OpgeslagenContract(
            sleutel=sleutel,
            versie=1 if oud is None else oud.versie + 1,
            regels=nieuw,
            plafond_cent=plafond_cent,
            gewijzigd_op=moment,
        )
        await store.schrijf_contract(connection, contract, door)
        partijen = (sleutel.domein, sleutel.gemeente, sleutel.aanbieder)
        toewijzingen = await store_toewijzingen.van_partijen(connection, *partijen)
        uit = await verplichtingen.stel_vast(connection, sleutel.domein, toewijzingen, context.clock.today().year)
        zaken = await store_uitval.open_zaken_van_contract(connection, *partijen, sleutel.jaar)
        uit += await herbeoordeel(context, connection, sleutel.domein, zaken)
        await outbox.append(connection, uit, moment)
    return contract


async def zet_beleid(context: Context, domein: str, gemeente: str, regels: Beleid, door: str) -> OpgeslagenBeleid:
    """Put a gemeente's own policy; it counts for what is judged from now on. 400 for codes that have no policy."""
    vreemd = sorted(regels.keys() - RETOURCODES)
    if vreemd:
        detail = f"Hier is geen beleid voor {', '.join(vreemd)}; wel voor {', '.join(sorted(RETOURCODES))}."
        raise Problem(400, "beleid-ongeldig", "Dit beleid kan zo niet", detail)
    te_vroeg = sorted(code for code in NOOIT_AFWIJZEN if regels.get(code) == "afwijzen")
    if te_vroeg:
        detail = (
            f"Bij {' en '.join(te_vroeg)} kan niet vanzelf worden afgewezen: een declaratie kan haar toewijzing"
            " inhalen, en een toewijzing die later komt moet haar dan nog kunnen herstellen. Kies uitval."
        )
        raise Problem(400, "beleid-ongeldig", "Dit beleid kan zo niet", detail)
    async with context.database.transaction() as connection:
        await lock_keys(connection, context.database.schema, [f"beleid:{domein}:{gemeente}"])
        oud = await store.lees_beleid(connection, domein, gemeente)
        if oud is not None and oud.regels == regels:
            return oud
        beleid = OpgeslagenBeleid(gemeente=gemeente, versie=0, regels=regels, gewijzigd_op=context.clock.now())
        return await store.schrijf_beleid(connection, domein, beleid, door)
