"""Dead letters on a real PostgreSQL: what is kept of them, counted and told of them."""

from services.platform.bus import MAX_ATTEMPTS
from services.platform.dode_letters import beheer
from services.platform.dode_letters.beheer import Keuze
from services.platform.dode_letters.opnieuw import event_of_letter
from services.platform.dode_letters.terzijde import MAX_DATA_BYTES
from services.platform.events import headers_of
from services.platform.lag import measure_once
from services.platform.metrics import DEAD_LETTERS
from tests.services.dode_letters_hulp import OIN, Consument, consument, leg_terzijde, onbekend
from tests.services.test_platform_bus import TOPIC, databases, seen

__all__ = ["consument", "databases"]
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


async def test_a_letter_holds_reason_stack_place_and_headers(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("a", 1), ("gif", 2), ("c", 3))
    (letter,) = await consument.rijen()
    assert (letter["reden"], letter["melding"]) == ("StukError", "cannot stomach … of …")
    assert "tests/services/dode_letters_hulp.py" in letter["stapel"]
    assert "9999" not in letter["stapel"]
    async with consument.producer.connection() as connection:
        (sent,) = await connection.fetch("SELECT * FROM outbox WHERE sleutel = 'gif'")
    for name in ("event_id", "topic", "partitie", "xid", "volgnummer", "sleutel", "type", "data"):
        assert letter[name] == sent[name], name
    event = event_of_letter(letter, OIN)
    assert event == next(each for each in consument.gezien if each.key == "gif")
    assert list(zip(letter["kopnamen"], letter["kopwaarden"], strict=True)) == headers_of(event)
    assert letter["pogingen"] == MAX_ATTEMPTS
    assert letter["eerst_op"] < letter["laatst_op"] == letter["vastgelegd_op"]
    assert await consument.acties() == [("terzijde", "", MAX_ATTEMPTS, "StukError")]
    assert await seen(consument.database) == [("a", [1]), ("c", [3])]


async def test_word_of_it_stands_in_the_outbox_of_the_service(consument: Consument) -> None:
    """In the same transaction: with Kafka it is published from there, and without it stays there."""
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    (letter,), (actie,), (sent,) = (
        await consument.rijen(),
        await consument.rijen("dode_letter_acties", "volgnummer"),
        await consument.rijen("outbox", "xid, volgnummer"),
    )
    assert (sent["topic"], sent["event_id"]) == ("happyflow.invoice.dlq", actie["actie_id"])
    assert (sent["data"], sent["sleutel"], sent["type"]) == (letter["data"], "gif", letter["type"])


async def test_an_event_that_comes_past_again_and_fails_again_is_open_again(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 2))
    async with consument.database.connection() as connection:
        assert await beheer.laat_vervallen(connection, [1], "beheerder", "is niet nodig") == [1]
        await connection.execute("UPDATE posities SET xid = 0, volgnummer = 0")
    await consument.verwerk(("a", 1))
    (letter,) = await consument.rijen()
    assert (letter["opgelost_op"], letter["oplossing"]) == (None, None)
    assert letter["pogingen"] == 2 * MAX_ATTEMPTS


async def test_a_record_that_is_no_event_is_kept_once_and_cannot_be_replayed_but_let_go(consument: Consument) -> None:
    await leg_terzijde(consument, onbekend())
    assert await consument.vraag() == []
    async with consument.database.connection() as connection:
        assert await beheer.laat_vervallen(connection, [1], "beheerder", "van een ander systeem") == [1]
        assert await beheer.laat_vervallen(connection, [1], "een ander", "nog eens") == []
    await leg_terzijde(consument, onbekend())
    (letter,) = await consument.rijen()
    assert (letter["oplossing"], letter["opgelost_door"]) == ("vervallen", "beheerder")
    assert (letter["ruwe_sleutel"], letter["kopnamen"], letter["kopwaarden"]) == (
        b"\xff\x00", ["x\ufffdy", "leeg"], [b"\x00\xff", b""],
    )  # fmt: skip
    assert [soort for soort, *_ in await consument.acties()] == ["terzijde", "vervallen"]


async def test_of_a_record_too_large_to_keep_the_beginning_stays_and_its_size(consument: Consument) -> None:
    headers = [("h", b"x" * 40_000)] * 3
    await leg_terzijde(consument, onbekend(data=b"x" * (MAX_DATA_BYTES + 5), headers=headers))
    (letter,) = await consument.rijen()
    assert (len(letter["data"]), letter["omvang"], len(letter["kopnamen"])) == (MAX_DATA_BYTES, MAX_DATA_BYTES + 5, 1)


async def test_what_waits_for_a_person_is_counted_and_what_is_solved_is_not(consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1), ("gif", 2))
    assert await geteld(consument) == 2
    consument.stuk = set()
    await consument.vraag(Keuze(nummers=[1]))
    assert await geteld(consument) == 2
    await consument.opnieuw()
    assert await geteld(consument) == 1


async def geteld(consument: Consument) -> float:
    await measure_once(consument.producer, [("invoice", consument.database, TOPIC)])
    return DEAD_LETTERS.labels("invoice")._value.get()  # type: ignore[no-any-return]


async def test_letters_are_grouped_by_what_went_wrong_where(consument: Consument) -> None:
    consument.stuk = {"gif", "ook"}
    await consument.verwerk(("gif", 1), ("ook", 2), ("goed", 3))
    await leg_terzijde(consument, onbekend())
    async with consument.database.connection() as connection:
        oorzaken = await beheer.oorzaken(connection)
        assert await beheer.vraag_opnieuw(connection, Keuze(reden="StukError", topic=TOPIC), "ik", "") == [1, 2]
        assert [each.gevraagd for each in await beheer.oorzaken(connection)] == [2, 0]
    assert [(each.reden, each.aantal, each.eerste, each.laatste) for each in oorzaken] == [
        ("StukError", 2, 1, 2), ("a record without key or value", 1, 3, 3),
    ]  # fmt: skip
    assert oorzaken[0].plaats.startswith("services/platform/")
