"""All services over a broker that asks who comes."""

import logging
from pathlib import Path

import pytest
import structlog

from services.cli.check import verify
from services.platform.clock import FixedClock
from services.platform.kafka.rechten import rights_of
from services.platform.postgres import EmbeddedPostgres
from services.platform.runtime import Dsn, Runtime
from services.platform.settings import SERVICES
from services.platform.workers import Workers
from tests.kafka.beveiligd.conftest import PASSWORD, Secured
from tests.services.conftest import load_services
from tests.services.systeem import START, Systeem
from tests.services.toneelstuk import speel


async def test_the_play_with_a_password_over_tls(
    secured: Secured,
    postgres: EmbeddedPostgres,
    database: str,
    workers: Workers,
    prefix: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With the rights of the table and no more; the password stands nowhere, however much is logged."""
    caplog.set_level(logging.DEBUG)
    settings = secured.settings("password", prefix, tmp_path, **secured.user("ledger"))
    await secured.allow("User:ledger", [right for service in SERVICES for right in rights_of(settings, service)])
    clock = FixedClock(START)
    dsn = Dsn(postgres.dsn(database), login=True)
    runtime = Runtime(settings, dsn, load_services(SERVICES), clock=clock, workers=workers)
    with structlog.testing.capture_logs() as lines:
        await runtime.start()
        systeem = Systeem(runtime, clock, postgres.dsn(database))
        try:
            await speel(systeem)
            deviations, _ = await verify(runtime, 180)
        finally:
            await systeem.client.aclose()
            await runtime.stop()
    assert deviations == []
    assert PASSWORD not in caplog.text + str(lines)
