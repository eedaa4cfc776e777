"""What no service can verify alone: counts that allocation keeps of matching are those that matching has (TR385)."""

from pathlib import Path

import pytest

from services.cli.check import verify
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.service import Afwijking
from services.platform.settings import SERVICES, Settings
from services.platform.workers import Workers
from tests.conformance.basis import contract, jw301, jw323, prestatie, toewijzing
from tests.conformance.keten import Keten
from tests.services.conftest import load_services
from tests.services.systeem import Systeem

_ALLES = "de services vertellen hetzelfde"


@pytest.mark.parametrize(
    ("schade", "detail"),
    [
        (
            "UPDATE gebruik SET aantal_toegekend = aantal_toegekend + 1 WHERE aantal_toegekend > 0",
            "toegekende prestaties op toewijzingen",
        ),
        ("DELETE FROM gebruik", "toegekende prestaties op toewijzingen"),
        (
            "UPDATE gebruik SET toewijzing_nummer = 999999999 WHERE aantal_toegekend > 0",
            "toegekende prestaties maal hun toewijzingnummer",
        ),
    ],
)
async def test_a_count_that_is_not_true_is_found(systeem: Systeem, schade: str, detail: str) -> None:
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t), jw301(t, toewijzing(t)), jw323(t, prestatie(t, "R1"), volg=4)])
    assert await gevonden(systeem) == []
    connection = await systeem.connect("allocation")
    assert int((await connection.execute(schade)).split()[-1]) > 0
    await connection.close()
    assert any(item.invariant == _ALLES and item.detail.startswith(detail) for item in await gevonden(systeem))


async def test_what_kafka_does_not_have_is_found_also_where_nobody_here_listens(
    systeem: Systeem, postgres: EmbeddedPostgres, database: str, workers: Workers, keys_folder: Path
) -> None:
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t), jw301(t, toewijzing(t)), jw323(t, prestatie(t, "R1"), volg=4)])
    # Nobody publishes: without consumers a runtime connects to no broker.
    settings = Settings(data=keys_folder, kafka_bootstrap="127.0.0.1:1")
    over_kafka = Runtime(settings, Dsn(postgres.dsn(database), login=True), load_services(SERVICES), workers=workers)
    await over_kafka.start(consume=False)
    try:
        deviations, _ = await verify(over_kafka, 0.1)
        assert {item.invariant for item in deviations} == {"outboxen zijn leeg"}
        assert any(item.detail.endswith("staan nog niet in Kafka (antwoorden)") for item in deviations)
        for service in SERVICES:
            connection = await systeem.connect(service)
            await connection.execute(
                "INSERT INTO gepubliceerd (topic, partitie, xid, volgnummer)"
                " SELECT DISTINCT ON (topic) topic, -1, xid, volgnummer FROM outbox ORDER BY topic, xid DESC,"
                " volgnummer DESC"
            )
            await connection.close()
        assert (await verify(over_kafka, 0.1))[0] == []
    finally:
        await over_kafka.stop()


async def gevonden(systeem: Systeem) -> list[Afwijking]:
    return (await verify(systeem.runtime, 60))[0]
