"""From verdicts to the JW325: every prestatie once, in any order of arrival, and one answer."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from ijw.berichten import JW325
from ijw.codec import parse
from ijw.regels import niveau2
from services.invoice.handlers import verzamel
from services.invoice.service import SERVICE
from services.invoice.store.verdicten import OngeldigVerdictError, leg_vast
from services.platform.events import DeclaratieBeantwoord, DeclaratieBeoordeeld, PrestatieAfgewezen
from services.platform.outbox import Outgoing
from tests.services.systeem import Systeem
from tests.unit.invoice.bouwen import AANBIEDER, BSN, BSN2, prestatie, xml

SERVICES = ("invoice",)
PAD = "/invoice/v1/declaraties"
DRIE = {
    BSN: [prestatie("R1", 7500), prestatie("R2", -3000, vorige="R0", toewijzing_nummer=1002)],
    BSN2: [prestatie("R3", 4500, toewijzing_nummer=1003)],
}


async def dien_in(systeem: Systeem, clienten: Any = None, **rest: Any) -> str:
    answer = await systeem.post_xml(PAD, xml(clienten or DRIE, **rest), systeem.headers("aanbieder", agb=AANBIEDER))
    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "in_behandeling"
    declaratie_id: str = answer.json()["declaratieId"]
    return declaratie_id


def oordeel(
    declaratie_id: str,
    toegekend: Sequence[int] = (),
    afgewezen: dict[int, Sequence[str]] | None = None,
    client: dict[int, Sequence[str]] | None = None,
    uitval: Sequence[int] = (),
) -> Outgoing:
    """The event matching sends: ``afgewezen`` and ``client`` by volgnummer."""
    weg = [PrestatieAfgewezen(volgnummer=n, retourcodes=tuple(codes)) for n, codes in (afgewezen or {}).items()]
    weg += [
        PrestatieAfgewezen(volgnummer=n, retourcodes=(), client_retourcodes=tuple(codes))
        for n, codes in (client or {}).items()
    ]
    return Outgoing(
        declaratie_id,
        DeclaratieBeoordeeld(
            domein="jw",
            declaratie_id=declaratie_id,
            gemeente="0193",
            toegekend=tuple(toegekend),
            afgewezen=tuple(weg),
            in_uitval=tuple(uitval),
        ),
    )


async def stand(systeem: Systeem, declaratie_id: str) -> dict[str, Any]:
    answer = await systeem.client.get(f"{PAD}/{declaratie_id}", headers=systeem.headers("aanbieder", agb=AANBIEDER))
    body: dict[str, Any] = answer.json()
    return body


async def kern(systeem: Systeem, declaratie_id: str) -> tuple[Any, ...]:
    """Status, numbers awarded, rejected and in uitval, total awarded."""
    declaratie = await stand(systeem, declaratie_id)
    velden = ("status", "aantalToegekend", "aantalAfgewezen", "aantalInUitval", "totaalToegekend")
    return tuple(declaratie[veld] for veld in velden)


async def antwoord(systeem: Systeem, declaratie_id: str) -> JW325 | None:
    answer = await systeem.client.get(
        f"{PAD}/{declaratie_id}/antwoord", headers=systeem.headers("aanbieder", agb=AANBIEDER)
    )
    if answer.status_code == 404:
        return None
    bericht = parse(answer.content)
    assert isinstance(bericht, JW325)
    assert niveau2(bericht) == ()
    return bericht


def terug(jw325: JW325 | None) -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    """(BSN, its codes, ReferentieNummer, its codes) of everything that comes back."""
    assert jw325 is not None
    assert jw325.declaratie_antwoord is not None
    return [
        (client.bsn, client.retour_codes, p.product_referentie.referentie_nummer, p.retour_codes)
        for client in jw325.declaratie_antwoord.clienten
        for p in client.prestaties
    ]


async def beantwoord(systeem: Systeem) -> list[DeclaratieBeantwoord]:
    rows = await systeem.sent("invoice", "antwoorden")
    return [msgspec.json.decode(row["data"], type=DeclaratieBeantwoord) for row in rows]


async def check_green(systeem: Systeem) -> None:
    assert await SERVICE.check(systeem.runtime.contexts["invoice"]) == []


async def test_all_awarded_is_answered_with_8001(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    assert await antwoord(systeem, declaratie_id) is None
    await systeem.publish("matching", oordeel(declaratie_id, [1, 3]))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("in_behandeling", 2, 0, 0, 12000)
    await check_green(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [2]))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("beantwoord", 3, 0, 0, 9000)
    jw325 = await antwoord(systeem, declaratie_id)
    assert jw325 is not None
    assert jw325.declaratie_antwoord is not None
    assert jw325.declaratie_antwoord.retour_codes == ("8001",)
    assert jw325.declaratie_antwoord.totaal_toegekend_bedrag.met_teken == 9000
    assert jw325.header.declaratie_identificatie.identificatie == "B1"
    assert jw325.header.xsd_versie_declaratie.bericht_xsd_versie == "1.0.1"
    (event,) = await beantwoord(systeem)
    assert event == DeclaratieBeantwoord(
        domein="jw",
        declaratie_id=declaratie_id,
        declaratienummer="D1",
        gemeente="0193",
        aanbieder=AANBIEDER,
        totaal_ingediend=9000,
        totaal_toegekend=9000,
        aantal_toegekend=3,
        aantal_afgewezen=0,
        retourcodes=("8001",),
    )
    await check_green(systeem)


async def test_rejected_prestaties_come_back_with_sorted_codes(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [3], {1: ("9322", "0611", "9322"), 2: ("9390",)}))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("beantwoord", 1, 2, 0, 4500)
    assert terug(await antwoord(systeem, declaratie_id)) == [
        (BSN, ("0200",), "R1", ("0611", "9322")),
        (BSN, ("0200",), "R2", ("9390",)),
    ]
    await check_green(systeem)


async def test_a_rejected_client_comes_back_whole_with_0233(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [3], {2: ("8017",)}, client={1: ("8187",)}))
    await systeem.drained()
    assert terug(await antwoord(systeem, declaratie_id)) == [
        (BSN, ("8187",), "R1", ("0233",)),
        (BSN, ("8187",), "R2", ("0233",)),
    ]
    await check_green(systeem)


async def test_in_uitval_until_a_person_decides(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [1], uitval=[2, 3]))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("in_uitval", 1, 0, 2, 7500)
    await check_green(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [2]))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("in_uitval", 2, 0, 1, 4500)
    await systeem.publish("matching", oordeel(declaratie_id, afgewezen={3: ("9338",)}))
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("beantwoord", 2, 1, 0, 4500)
    await check_green(systeem)


async def test_the_order_of_verdicts_does_not_matter(systeem: Systeem) -> None:
    ids = []
    for n, volgorde in enumerate(permutations(range(4))):
        eigen = {
            BSN: [prestatie(f"A{n}", 7500), prestatie(f"B{n}", -3000, vorige=f"X{n}", toewijzing_nummer=2)],
            BSN2: [prestatie(f"C{n}", 4500)],
        }
        ids.append(declaratie_id := await dien_in(systeem, eigen, identificatie=f"B{n}", nummer=f"D{n}"))
        events = [
            oordeel(declaratie_id, uitval=[2]),
            oordeel(declaratie_id, [2]),
            oordeel(declaratie_id, [1], uitval=[3]),
            oordeel(declaratie_id, afgewezen={3: ("9338",)}),
        ]
        for nummer in volgorde:
            await systeem.publish("matching", events[nummer])
    await systeem.drained()
    for n, declaratie_id in enumerate(ids):
        assert await kern(systeem, declaratie_id) == ("beantwoord", 2, 1, 0, 4500)
        assert terug(await antwoord(systeem, declaratie_id)) == [(BSN2, ("0200",), f"C{n}", ("9338",))]
    assert len(await beantwoord(systeem)) == len(ids)
    await check_green(systeem)


async def test_the_same_verdict_again_changes_nothing(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    events = [oordeel(declaratie_id, [1, 2], uitval=[3]), oordeel(declaratie_id, afgewezen={3: ("9338",)})]
    await systeem.publish("matching", events[0], events[0])
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("in_uitval", 2, 0, 1, 4500)
    await systeem.publish("matching", events[1], events[1], *events)
    await systeem.drained()
    await systeem.publish("matching", *events)
    await systeem.drained()
    assert await kern(systeem, declaratie_id) == ("beantwoord", 2, 1, 0, 4500)
    assert len(await beantwoord(systeem)) == 1
    assert await dode_letters(systeem) == []
    await check_green(systeem)


async def dode_letters(systeem: Systeem) -> list[str]:
    connection = await systeem.connect("invoice")
    rows = await connection.fetch("SELECT reden FROM dode_letters")
    await connection.close()
    return [row["reden"] for row in rows]


async def test_an_impossible_verdict_is_refused_with_nothing_done(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [1], uitval=[2]))
    await systeem.drained()
    for mogelijk in (
        oordeel(declaratie_id, [3], {1: ("9338",)}),
        oordeel(declaratie_id, [3], client={1: ("8187",)}),
        oordeel(declaratie_id, [3, 4]),
        oordeel(declaratie_id, [3], uitval=[9]),
        oordeel(declaratie_id, [3], {3: ("9338",)}),
        oordeel(str(uuid4()), [1]),
    ):
        assert isinstance(mogelijk.payload, DeclaratieBeoordeeld)
        with pytest.raises(OngeldigVerdictError):
            async with systeem.runtime.contexts["invoice"].database.transaction() as connection:
                await leg_vast(connection, verzamel([mogelijk.payload]), systeem.clock.now())
    assert await kern(systeem, declaratie_id) == ("in_uitval", 1, 0, 1, 7500)
    await check_green(systeem)


async def test_a_rejection_stays_as_it_is(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [1], {3: ("9338", "9321")}))
    await systeem.drained()
    database = systeem.runtime.contexts["invoice"].database
    for mogelijk, nieuw in (
        (oordeel(declaratie_id, [3]), None),
        (oordeel(declaratie_id, [1, 2, 3]), None),
        (oordeel(declaratie_id, afgewezen={3: ("9338",)}), None),
        (oordeel(declaratie_id, client={3: ("8187",)}), None),
        (oordeel(declaratie_id, [1], {3: ("9321", "9338")}), []),
        (oordeel(declaratie_id, [1, 2], {3: ("9321", "9338")}), [declaratie_id]),
    ):
        assert isinstance(mogelijk.payload, DeclaratieBeoordeeld)
        verdicten = verzamel([mogelijk.payload])
        if nieuw is None:
            with pytest.raises(OngeldigVerdictError):
                async with database.transaction() as connection:
                    await leg_vast(connection, verdicten, systeem.clock.now())
            continue
        async with database.connection() as connection:
            transactie = connection.transaction()
            await transactie.start()
            assert [str(id_) for id_ in await leg_vast(connection, verdicten, systeem.clock.now())] == nieuw
            await transactie.rollback()
    assert await kern(systeem, declaratie_id) == ("in_behandeling", 1, 1, 0, 7500)
    await check_green(systeem)


async def test_an_impossible_verdict_is_set_aside_and_the_rest_goes_on(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [4]), oordeel(declaratie_id, [1, 2], {3: ("9321",)}))
    await systeem.drained()
    assert await dode_letters(systeem) == ["OngeldigVerdictError"]
    assert await kern(systeem, declaratie_id) == ("beantwoord", 2, 1, 0, 4500)
    await check_green(systeem)


async def test_many_declaraties_in_one_batch_each_get_their_own_answer(systeem: Systeem) -> None:
    ids = []
    for n in range(12):
        eigen = {
            BSN: [prestatie(f"A{n}", 1500 * (n + 1)), prestatie(f"B{n}", 3000, toewijzing_nummer=2)],
            BSN2: [prestatie(f"C{n}", 4500, toewijzing_nummer=3)],
        }
        ids.append(await dien_in(systeem, eigen, identificatie=f"B{n}", nummer=f"D{n}"))
    events = []
    for n, declaratie_id in enumerate(ids):
        if n % 3 == 0:
            events.append(oordeel(declaratie_id, [1, 2, 3]))
        elif n % 3 == 1:
            events += [oordeel(declaratie_id, [1]), oordeel(declaratie_id, [2], {3: ("9321",)})]
        else:
            events += [oordeel(declaratie_id, [3], client={2: ("8187",)}), oordeel(declaratie_id, uitval=[1])]
    await systeem.publish("matching", *events)
    await systeem.drained()
    for n, declaratie_id in enumerate(ids):
        jw325 = await antwoord(systeem, declaratie_id)
        if n % 3 == 2:
            assert jw325 is None
            assert (await stand(systeem, declaratie_id))["status"] == "in_uitval"
            continue
        verwacht = [] if n % 3 == 0 else [(BSN2, ("0200",), f"C{n}", ("9321",))]
        assert terug(jw325) == verwacht
        assert (await stand(systeem, declaratie_id))["totaalToegekend"] == 1500 * (n + 1) + (
            7500 if n % 3 == 0 else 3000
        )
    events = await systeem.sent("invoice", "antwoorden")
    assert len(events) == 8
    identificaties = set()
    for declaratie_id in ids:
        jw325 = await antwoord(systeem, declaratie_id)
        if jw325 is not None:
            identificaties.add(jw325.header.bericht_identificatie.identificatie)
    assert len(identificaties) == 8
    await check_green(systeem)


async def test_a_long_answer_names_every_rejected_prestatie(systeem: Systeem) -> None:
    aantal = 700
    eigen = {BSN: [prestatie(f"R{n}", 1500, toewijzing_nummer=n) for n in range(1, aantal + 1)]}
    declaratie_id = await dien_in(systeem, eigen)
    await systeem.publish("matching", oordeel(declaratie_id, [700], dict.fromkeys(range(1, aantal), ("9338",))))
    await systeem.drained()
    terugkomend = terug(await antwoord(systeem, declaratie_id))
    assert [regel[2] for regel in terugkomend] == [f"R{n}" for n in range(1, aantal)]
    assert await kern(systeem, declaratie_id) == ("beantwoord", 1, 699, 0, 1500)
    await check_green(systeem)


BREUKEN = [
    ("UPDATE declaraties SET aantal_toegekend = 1, aantal_afgewezen = 1", "aantallen"),
    ("UPDATE declaraties SET totaal_toegekend = totaal_toegekend + 1", "totaal toegekend"),
    ("UPDATE declaraties SET totaal_ingediend = totaal_ingediend + 1", "totaal ingediend"),
    ("UPDATE prestaties SET bedrag = bedrag + 1", "totaal ingediend"),
    ("DELETE FROM toekenningen", "helemaal beslist"),
    (
        "INSERT INTO afwijzingen SELECT declaratie_id, 2, '{9322}', '{}', now() FROM declaraties",
        "hoogstens een oordeel",
    ),
    ("DELETE FROM prestaties", "horen bij elkaar"),
    ("UPDATE declaraties SET status = 'in_behandeling', antwoord_bericht_id = NULL, beantwoord_op = NULL", "JW325"),
    ("UPDATE declaraties SET status = 'in_uitval', antwoord_bericht_id = NULL, beantwoord_op = NULL", "is beantwoord"),
    ("UPDATE declaraties SET declaratienummer = 'X'", "TR342"),
    ("INSERT INTO uitval SELECT declaratie_id, 2, now() FROM declaraties", ""),
]


async def test_check_names_what_is_off(systeem: Systeem) -> None:
    ids = []
    for n in range(len(BREUKEN) + 2):
        eigen = {BSN: [prestatie(f"A{n}", 7500), prestatie(f"B{n}", 3000, toewijzing_nummer=2)]}
        ids.append(declaratie_id := await dien_in(systeem, eigen, identificatie=f"B{n}", nummer=f"D{n}"))
        await systeem.publish("matching", oordeel(declaratie_id, [1, 2]))
    await systeem.drained()
    await check_green(systeem)
    connection = await systeem.connect("invoice")
    for declaratie_id, (breuk, _) in zip(ids, BREUKEN, strict=False):
        await connection.execute(f"{breuk} WHERE declaratie_id = '{declaratie_id}'")
    antwoord_van = "(SELECT antwoord_bericht_id FROM declaraties WHERE declaratie_id = '{}')"
    await connection.execute(f"DELETE FROM postbus WHERE bericht_id = {antwoord_van.format(ids[-1])}")
    await connection.execute(
        f"UPDATE berichten SET heenbericht_id = NULL WHERE bericht_id = {antwoord_van.format(ids[-2])}"
    )
    await connection.close()
    afwijkingen = await SERVICE.check(systeem.runtime.contexts["invoice"])
    verwacht = [invariant for _, invariant in BREUKEN] + ["hoogstens een JW325", "wacht op de aanbieder"]
    for declaratie_id, invariant in zip(ids, verwacht, strict=True):
        genoemd = [afwijking.invariant for afwijking in afwijkingen if declaratie_id in afwijking.detail]
        if invariant:
            assert any(invariant in naam for naam in genoemd), (invariant, genoemd)
        else:
            assert genoemd == []
    assert all(any(declaratie_id in afwijking.detail for declaratie_id in ids) for afwijking in afwijkingen)


async def test_verdicts_cannot_be_changed_by_the_service_itself(systeem: Systeem) -> None:
    declaratie_id = await dien_in(systeem)
    await systeem.publish("matching", oordeel(declaratie_id, [1]))
    await systeem.drained()
    async with systeem.runtime.contexts["invoice"].database.connection() as connection:
        kolommen = {
            "toekenningen": "eerste",
            "afwijzingen": "volgnummer",
            "prestaties": "volgnummer",
            "uitval": "volgnummer",
        }
        for tabel, kolom in kolommen.items():
            for opdracht in (f"UPDATE {tabel} SET {kolom} = 9", f"DELETE FROM {tabel}"):
                with pytest.raises(Exception, match="permission denied"):
                    await connection.execute(opdracht)
