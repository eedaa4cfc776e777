"""A broker that asks who comes: who is right comes in and works, who is not is told why in one word, and goes on."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from services.platform.database import Database
from services.platform.kafka.rechten import Right, rights_of
from services.platform.kafka.reden import Reason
from services.platform.metrics import KAFKA_FAILURES
from services.platform.settings import Settings
from tests.kafka.beveiligd.certificaten import Authority
from tests.kafka.beveiligd.conftest import PASSWORD, Secured
from tests.kafka.bus.hulp import beoordeeld, bus_of, drained, lag, seen, until, write

SERVICES = ()
"""No service at work: every schema holds just the platform's tables."""

Databases = tuple[Database, Database]


def rights(settings: Settings, *services: str) -> list[Right]:
    return [right for service in services for right in rights_of(settings, service)]


def failures(service: str, reason: Reason) -> float:
    return KAFKA_FAILURES.labels(service, reason)._value.get()  # type: ignore[no-any-return]


async def test_each_end_has_enough_with_its_own_rights(
    secured: Secured, databases: Databases, tmp_path: Path, prefix: str
) -> None:
    producer, consumer = databases
    sender = secured.settings("password", prefix, tmp_path, **secured.user("matching"))
    reader = secured.settings("password", prefix, tmp_path, **secured.user("invoice"))
    await secured.allow("User:matching", rights(sender, "matching"))
    await secured.allow("User:invoice", rights(reader, "invoice"))
    async with bus_of(sender, producer, consumer, consume=False), bus_of(reader, producer, consumer, publish=False):
        await write(producer, *(beoordeeld(f"d{key}", key) for key in range(20)))
        await drained(producer, consumer)
    assert await seen(consumer) == {f"d{key}": [key] for key in range(20)}


async def test_with_a_client_certificate(secured: Secured, databases: Databases, tmp_path: Path, prefix: str) -> None:
    producer, consumer = databases
    settings = secured.settings("cert", prefix, tmp_path, **secured.certificate("met-certificaat"))
    await secured.allow("User:CN=met-certificaat", rights(settings, "matching", "invoice"))
    async with bus_of(settings, producer, consumer):
        await write(producer, beoordeeld("a", 1))
        await drained(producer, consumer)
    assert await seen(consumer) == {"a": [1]}


Change = Callable[[Secured], dict[str, Any]]

WRONG: dict[str, tuple[str, Change, Reason]] = {
    "another password": ("password", lambda it: it.user("matching", "fout-wachtwoord"), Reason.LOGIN_REFUSED),
    "nobody of that name": ("password", lambda it: it.user("onbekend"), Reason.LOGIN_REFUSED),
    "another authority": (
        "password",
        lambda it: {**it.user("matching"), "kafka_ca_file": Authority(it.folder, "andere-ca").file},
        Reason.CERTIFICATE_UNTRUSTED,
    ),
    "another name": (
        "password",
        lambda it: {**it.user("matching"), "kafka_bootstrap": f"localhost:{it.ports['password']}"},
        Reason.CERTIFICATE_NAME,
    ),
    "expired": ("old", lambda _: {}, Reason.CERTIFICATE_EXPIRED),
    "no client certificate": ("cert", lambda _: {}, Reason.TLS),
    "no tls": ("password", lambda it: {**it.user("matching"), "kafka_ca_file": None}, Reason.TLS),
    "no rights": ("password", lambda it: it.user("niemand"), Reason.NOT_ALLOWED),
    "nobody there": ("password", lambda _: {"kafka_bootstrap": "127.0.0.1:1"}, Reason.UNREACHABLE),
    "no file": ("password", lambda _: {"kafka_ca_file": None, "kafka_cert_file": Path("/nergens")}, Reason.SETTINGS),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_one_word_and_is_tried_ever_slower(
    secured: Secured, databases: Databases, tmp_path: Path, prefix: str, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    producer, consumer = databases
    door, change, reason = WRONG[case]
    settings = secured.settings(door, prefix, tmp_path, **change(secured))
    caplog.set_level(logging.DEBUG)
    before = {service: failures(service, reason) for service in ("matching", "invoice")}
    if reason is Reason.SETTINGS:
        # Before the first start this is refused; here the file goes away under a running process.
        broken, settings = settings, secured.settings(door, prefix, tmp_path, **secured.user("matching"))
    with structlog.testing.capture_logs() as lines:
        async with bus_of(settings, producer, consumer) as bus:
            if reason is Reason.SETTINGS:
                bus._relays[0]._settings = bus._consumers[0]._settings = broken

            async def failed() -> bool:
                # Meanwhile events are written as ever.
                await write(producer, beoordeeld("a", 1))
                # Both ends count, invoice's relay and its consumer as one.
                often = all(failures(service, reason) >= count + 3 for service, count in before.items())
                return often and min(bus._relays[0]._pause, bus._consumers[0]._pause) >= 0.8

            await until(failed, 300)
    assert await lag(producer, consumer) > 0
    retries = [line for line in lines if line["event"] in {"relay_retry", "consumer_retry"}]
    reasons = [line["reason"] for line in retries]
    assert reasons.count(reason) >= 6
    assert "wachtwoord" not in str(lines) + caplog.text
    assert len(retries) == sum(line["event"].endswith("_retry") for line in lines)


async def test_intake_goes_on_and_once_the_password_is_right_everything_follows(
    secured: Secured, databases: Databases, tmp_path: Path, prefix: str
) -> None:
    """The file with the password is read again at every attempt: nothing has to be restarted."""
    producer, consumer = databases
    settings = secured.settings("password", prefix, tmp_path, **secured.user("matching", "nog-niet-goed"))
    await secured.allow("User:matching", rights(settings, "matching", "invoice"))
    before = failures("matching", Reason.LOGIN_REFUSED)
    async with bus_of(settings, producer, consumer):

        async def refused() -> bool:
            await write(producer, beoordeeld("a", 1))
            return failures("matching", Reason.LOGIN_REFUSED) > before

        await until(refused, 300)
        assert await seen(consumer) == {}
        assert settings.kafka_password_file
        await asyncio.to_thread(settings.kafka_password_file.write_text, PASSWORD)
        await drained(producer, consumer, 300)
    assert set((await seen(consumer))["a"]) == {1}
