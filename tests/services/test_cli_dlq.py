"""``happyflow dlq`` at a terminal of 80 columns, on a real PostgreSQL, with and without a service that runs."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import dlq_verbinding
from services.cli.main import app
from services.cli.uitvoer import console, meldingen
from services.platform.bus import Subscription
from services.platform.database import Connection, Database
from services.platform.dode_letters import opnieuw
from services.platform.events import Event, PrestatiesVerwerkt, encode
from services.platform.herbouw.slot import at_work
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn
from tests.services.dode_letters_hulp import OIN, Consument, consument, leg_terzijde, onbekend
from tests.services.test_platform_bus import databases, seen
from tests.unit.ledger.bouwen import mutatie, verwerkt

__all__ = ["consument", "databases"]
SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""


class Opdrachtregel:
    """The command line, on the database of a test."""

    async def __call__(self, *arguments: str) -> Result:
        def run() -> Result:
            return CliRunner().invoke(app, ["dlq", *arguments], env={"COLUMNS": "80"})

        return await asyncio.to_thread(run)


@pytest.fixture
def dlq(postgres: EmbeddedPostgres, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opdrachtregel:
    """As superuser, since no service of this database was migrated."""

    class AsSuperuser(Dsn):
        def database(self, role: str, schema: str, settings: Any, least: int = 1) -> Any:
            return Database(postgres.dsn(database), role=None, schema=schema)

    @asynccontextmanager
    async def reached(*_: Any) -> AsyncIterator[Dsn]:
        yield AsSuperuser(postgres.dsn(database), login=True)

    monkeypatch.setattr(dlq_verbinding, "_reached", reached)
    monkeypatch.setenv("HAPPYFLOW_DATA", str(tmp_path))
    for each in (console, meldingen):
        monkeypatch.setattr(each, "_width", None)
        monkeypatch.setattr(each, "_height", None)
    return Opdrachtregel()


def regels(result: Result) -> list[str]:
    lines = result.output.splitlines()
    assert all(len(line) <= 80 for line in lines), [line for line in lines if len(line) > 80]
    return lines


async def test_nothing_set_aside_is_said(dlq: Opdrachtregel, consument: Consument) -> None:
    result = await dlq("list")
    assert (result.exit_code, regels(result)) == (0, ["✓ Er ligt niets terzijde."])
    assert json.loads((await dlq("list", "--json")).output) == []


async def test_what_is_set_aside_is_listed_by_cause_and_each_and_as_json(
    dlq: Opdrachtregel, consument: Consument
) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1), ("gif", 2), ("goed", 3))
    await leg_terzijde(consument, onbekend())
    lines = regels(await dlq("list"))
    assert lines[0] == "invoice  2 x StukError in beoordelingen"
    assert lines[1] == "  cannot stomach … of …"
    assert lines[2].startswith("  services/platform/bus.py:")
    assert lines[3].startswith("  nummer 1 tot en met 2, ")
    assert "invoice  1 x a record without key or value in beoordelingen" in lines
    assert any(line.startswith("3 gebeurtenis(sen) terzijde.") for line in lines)
    assert await dlq("list", "ledger") is not None
    assert regels(await dlq("list", "ledger")) == ["✓ Er ligt niets terzijde."]
    each = regels(await dlq("list", "invoice", "--elk"))
    assert [line.split()[:2] for line in each if line.startswith("invoice")] == [["invoice", n] for n in "123"]
    found = json.loads((await dlq("list", "--json")).output)
    assert [(one["nummer"], one["reden"], one["sleutel"], one["oplossing"]) for one in found[:2]] == [
        (1, "StukError", "gif", None), (2, "StukError", "gif", None),
    ]  # fmt: skip


async def test_one_is_shown_whole_without_what_could_be_a_bsn(dlq: Opdrachtregel, consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1))
    result = await dlq("show", "invoice", "1")
    text = "\n".join(regels(result))
    for part in ("StukError cannot stomach", "sleutel      gif", "pogingen     5", "ce_id: ", '"declaratieId": "gif"',
                 "wordt niet beantwoord",
                 "terzijde gelegd: StukError", "tests/services/dode_letters_hulp.py"):  # fmt: skip
        assert part in text, part
    await leg_terzijde(consument, onbekend(data=b'{"bsn": "999900006"}', headers=[("bsn", b"999900006")]))
    for arguments in (["2"], ["2", "--json"], ["5f0d2f37-6c8c-4b6f-9d0f-0b9f3c8c5a01"]):
        shown = await dlq("show", "invoice", *arguments)
        assert shown.exit_code == 0
        assert "bsn" in shown.output
        assert "999900006" not in shown.output


async def test_what_is_not_there_is_said_in_a_sentence(dlq: Opdrachtregel, consument: Consument) -> None:
    for arguments, code, said in (
        (["show", "invoice", "9"], 1, "invoice heeft geen dode letter 9"),
        (["show", "invoice", "zomaar[red]"], 1, "geen dode letter zomaar[red]"),
        (["replay", "invoice", "9"], 1, "geen open dode letter 9"),
        (["replay", "invoice"], 2, "noem nummers, of kies alles met --all"),
        (["replay", "invoice", "1", "--all"], 2, "noem nummers, of kies alles met --all"),
        (["replay", "invoice", "een"], 2, "een is geen nummer"),
        (["replay", "invoice", "1", "--motivering", "voor 999900006"], 2, "burgerservicenummer"),
        (["replay", "invoice", "1", "--motivering", "gemeld", "--door", "999900006"], 2, "naam of gebruiker"),
        (["list", "facturen"], 2, "facturen is geen service"),
        (["drop", "invoice", "1", "--motivering", "zomaar"], 2, "in een zin waarom"),
        (["list", "--opgelost"], 2, "samen met --elk of --json"),
    ):
        result = await dlq(*arguments)
        assert result.exit_code == code, arguments
        assert said in " ".join(regels(result)), arguments


@asynccontextmanager
async def draaiend(consument: Consument) -> AsyncIterator[None]:
    """The part of the service that handles what is asked for."""
    async with at_work(consument.database, ["invoice"], lambda _: None):
        task = asyncio.create_task(opnieuw.watch("invoice", consument.database, [consument.subscription], OIN))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])


async def test_replay_waits_for_the_service_and_tells_what_became_of_it(
    dlq: Opdrachtregel, consument: Consument
) -> None:
    consument.stuk = {"gif", "anders"}
    await consument.verwerk(("gif", 1), ("anders", 2), ("gif", 3))
    consument.stuk = {"anders"}
    async with draaiend(consument):
        result = await dlq("replay", "invoice", "--all", "--reden", "StukError", "--wacht", "60", "--door", "Jo")
    assert result.exit_code == 1
    assert regels(result)[:2] == ["✓ Verwerkt: 2 (1, 3).", "✗ Opnieuw gestrand op StukError: 1 (2)."]
    assert await seen(consument.database) == [("gif", [1]), ("gif", [3])]
    consument.stuk = set()
    async with draaiend(consument):
        result = await dlq("replay", "invoice", "2", "--wacht", "60")
    assert (result.exit_code, regels(result)) == (0, ["✓ Verwerkt: 1 (2)."])
    found = json.loads((await dlq("list", "--json", "--opgelost")).output)
    assert [(one["oplossing"], one["opgelostDoor"]) for one in found][::2] == [("afgehandeld", "Jo")] * 2
    assert regels(await dlq("list")) == ["✓ Er ligt niets terzijde."]


async def test_without_a_service_the_request_stays_and_is_done_once_it_runs(
    dlq: Opdrachtregel, consument: Consument
) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1))
    consument.stuk = set()
    for _ in range(2):
        # Nobody is there to wait for, so it does not.
        result = await dlq("replay", "invoice", "1", "--wacht", "86400")
        assert result.exit_code == 1
        assert regels(result)[0].startswith("! Nog niet opgepakt: 1 (1).")
        assert "invoice draait nu niet" in " ".join(" ".join(regels(result)).split())
    assert "1 ervan worden opnieuw verwerkt" in "\n".join(regels(await dlq("list")))
    assert (await dlq("drop", "invoice", "1", "--motivering", "is niet nodig", "--bedrag", "0")).exit_code == 1
    assert await consument.opnieuw() == 1
    assert await seen(consument.database) == [("gif", [1])]


async def test_what_is_no_event_may_go_with_a_reason_and_is_never_replayed(
    dlq: Opdrachtregel, consument: Consument
) -> None:
    await leg_terzijde(consument, onbekend())
    assert "kan alleen vervallen" in " ".join(" ".join(regels(await dlq("replay", "invoice", "1"))).split())
    result = await dlq("drop", "invoice", "1", "--motivering", "van een ander systeem", "--door", "Jo")
    assert result.exit_code == 0, result.output
    assert "Vervallen: 1 van invoice" in regels(result)[0]
    text = "\n".join(regels(await dlq("show", "invoice", "1")))
    assert "vervallen door Jo: van een ander systeem" in text
    assert (await dlq("drop", "invoice", "1", "--motivering", "van een ander systeem")).exit_code == 1


async def test_an_event_with_money_in_it_goes_only_when_the_amount_is_named(
    dlq: Opdrachtregel, consument: Consument
) -> None:
    event = verwerkt("d1", mutatie(1, 4_000), mutatie(2, -1_500))
    await leg_terzijde(
        consument, onbekend(topic="mutaties", type=PrestatiesVerwerkt.type_name, data=encode(event), xid=7)
    )
    why = ("--motivering", "de gemeente boekt dit zelf")
    for wrong in ([], ["--bedrag", "5400"], ["--bedrag", "onbekend"]):
        result = await dlq("drop", "invoice", "1", *why, *wrong)
        assert result.exit_code == 1
        said = " ".join(" ".join(regels(result)).split())
        assert "staat niet in het grootboek" in said
        assert "bevestig met --bedrag 5500" in said
    assert (await dlq("drop", "invoice", "1", *why, "--bedrag", "5500")).exit_code == 0


async def test_thousands_of_one_cause_fit_on_a_screen(dlq: Opdrachtregel, consument: Consument) -> None:
    async with consument.database.connection() as connection:
        await connection.execute(
            "INSERT INTO dode_letters (event_id, topic, partitie, xid, volgnummer, sleutel, type, data, pogingen,"
            " reden) SELECT gen_random_uuid(), 'mutaties', 0, n, n, '0193', 'x', '{}', 5, 'SleutelConflict'"
            " FROM generate_series(1, 5000) AS n"
        )
    lines = regels(await dlq("list"))
    assert lines[0] == "invoice  5000 x SleutelConflict in mutaties"
    assert len(lines) < 10
    result = await dlq("replay", "invoice", "--all", "--topic", "mutaties", "--wacht", "0")
    assert "Nog niet opgepakt: 5000 (1-5000)." in regels(result)[0]


async def never(_connection: Connection, _events: Sequence[Event]) -> None:
    raise AssertionError


async def test_what_is_let_go_is_never_handled(dlq: Opdrachtregel, consument: Consument) -> None:
    consument.stuk = {"gif"}
    await consument.verwerk(("gif", 1))
    assert (await dlq("drop", "invoice", "1", "--motivering", "is al hersteld", "--bedrag", "0")).exit_code == 0
    assert await consument.vraag() == []
    assert await opnieuw.handle_wanted("invoice", consument.database, [Subscription("beoordelingen", never)], OIN) == 0
