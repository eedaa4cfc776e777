"""``happyflow check`` reads every JW325 as it was sent, beside the JW323 as it was received."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from ijw.berichten import JW325
from ijw.codec import build, parse
from services.invoice.service import SERVICE
from services.platform.berichten.store import bericht_by_id, document, place
from services.platform.crypto import compress
from tests.services.systeem import Systeem
from tests.services.test_invoice_verdicten import dien_in, oordeel
from tests.unit.invoice.bouwen import BSN, prestatie

SERVICES = ("invoice",)
replace = msgspec.structs.replace


def ander_volume(jw325: JW325) -> JW325:
    assert jw325.declaratie_antwoord is not None
    (client,) = jw325.declaratie_antwoord.clienten
    (terug,) = client.prestaties
    clienten = (replace(client, prestaties=(replace(terug, geleverd_volume=99),)),)
    return replace(jw325, declaratie_antwoord=replace(jw325.declaratie_antwoord, clienten=clienten))


def andere_declaratie(jw325: JW325) -> JW325:
    vreemd = replace(jw325.header.declaratie_identificatie, identificatie="ANDER")
    return replace(jw325, header=replace(jw325.header, declaratie_identificatie=vreemd))


@pytest.mark.parametrize(
    ("verander", "regel"), [(ander_volume, "TR367"), (andere_declaratie, "TR337")], ids=["tr367", "tr337"]
)
async def test_a_jw325_that_does_not_fit_its_jw323_is_found(systeem: Systeem, verander: Any, regel: str) -> None:
    declaratie_id = await dien_in(systeem, {BSN: [prestatie("R1"), prestatie("R2", toewijzing_nummer=2)]})
    await systeem.publish("matching", oordeel(declaratie_id, [1], {2: ["9321"]}))
    await systeem.drained()
    context = systeem.runtime.contexts["invoice"]
    assert await SERVICE.check(context) == []

    connection = await systeem.connect("invoice")
    bericht_id: UUID = await connection.fetchval("SELECT antwoord_bericht_id FROM declaraties")
    row = await bericht_by_id(connection, bericht_id)
    assert row is not None
    jw325 = parse(document(row, context.crypto.ring))
    assert isinstance(jw325, JW325)
    vervalst = context.crypto.ring.encrypt(compress(build(verander(jw325))), place(bericht_id))
    await connection.execute("UPDATE berichten SET xml = $2 WHERE bericht_id = $1", bericht_id, vervalst)
    await connection.close()

    afwijkingen = await SERVICE.check(context)
    assert [afwijking.invariant for afwijking in afwijkingen] == [f"een JW325 hoort bij haar JW323 ({regel})"]
    assert declaratie_id in afwijkingen[0].detail
