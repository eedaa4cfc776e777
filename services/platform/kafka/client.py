"""Connections to Kafka from the settings, and their end within bounds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.helpers import create_ssl_context

from services.platform.ending import asked_to_end
from services.platform.settings import Settings, StartError

MAX_BATCH_BYTES = 900_000
"""Of one batch before compression; a broker takes 1 MB unless told otherwise."""

_REQUEST_MS = 15_000
_RETRY_MS = 300
"""Between attempts to reach a broker; the client's own tenth of a second keeps a processor busy while it is away."""
_HEARTBEAT_MS = 1_000
"""How soon a consumer hears that another came or went; until then the partitions that move are read by nobody."""
_JOIN_MS = _REQUEST_MS - 3_000
"""How long who joins a group waits for a member that hangs: the answer comes before the question is given up."""

_CLOSE_SECONDS = 4.0
_CANCEL_SECONDS = 2.0

_log = structlog.get_logger(__name__)


def connection_options(settings: Settings) -> dict[str, Any]:
    """What every client needs to reach the brokers.

    Raises ``StartError`` when a file is missing or settings do not go together.
    """
    tls = settings.kafka_tls or bool(settings.kafka_ca_file or settings.kafka_cert_file)
    sasl = bool(settings.kafka_sasl_mechanism)
    if sasl and not (settings.kafka_user and settings.kafka_password_file):
        raise StartError(
            "HAPPYFLOW_KAFKA_SASL_MECHANISM vraagt om HAPPYFLOW_KAFKA_USER en HAPPYFLOW_KAFKA_PASSWORD_FILE"
        )
    if settings.kafka_sasl_mechanism == "PLAIN" and not tls:
        raise StartError("HAPPYFLOW_KAFKA_SASL_MECHANISM=PLAIN stuurt het wachtwoord leesbaar: gebruik TLS erbij")
    if settings.kafka_min_insync > settings.kafka_replication_factor:
        raise StartError("HAPPYFLOW_KAFKA_MIN_INSYNC is groter dan HAPPYFLOW_KAFKA_REPLICATION_FACTOR")
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in settings.kafka_bootstrap.split(",") if server.strip()],
        "security_protocol": ("SASL_" if sasl else "") + ("SSL" if tls else "PLAINTEXT"),
        "request_timeout_ms": _REQUEST_MS,
        "retry_backoff_ms": _RETRY_MS,
    }
    try:
        if tls:
            options["ssl_context"] = create_ssl_context(
                cafile=settings.kafka_ca_file, certfile=settings.kafka_cert_file, keyfile=settings.kafka_key_file
            )
        if sasl:
            assert settings.kafka_password_file is not None
            options |= {
                "sasl_mechanism": settings.kafka_sasl_mechanism,
                "sasl_plain_username": settings.kafka_user,
                "sasl_plain_password": settings.kafka_password_file.read_text(encoding="utf-8").strip(),
            }
    except OSError as error:  # an SSLError is one too
        raise StartError(f"een bestand voor Kafka ontbreekt of is onbruikbaar: {type(error).__name__}") from error
    return options


def make_producer(settings: Settings, service: str) -> AIOKafkaProducer:
    """An idempotent producer that has started nothing yet: what it sends is stored once, in order, by every replica."""
    return AIOKafkaProducer(
        client_id=f"happyflow-{service}",
        acks="all",
        enable_idempotence=True,
        compression_type=None if settings.kafka_compression == "none" else settings.kafka_compression,
        max_batch_size=MAX_BATCH_BYTES,
        **connection_options(settings),
    )


def make_consumer(settings: Settings, service: str, group: str | None) -> AIOKafkaConsumer:
    """A consumer that commits nothing by itself and begins at the beginning."""
    session_ms = round(settings.kafka_session_seconds * 1000)
    return AIOKafkaConsumer(
        client_id=f"happyflow-{service}",
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=session_ms,
        rebalance_timeout_ms=min(session_ms, _JOIN_MS),
        heartbeat_interval_ms=min(_HEARTBEAT_MS, session_ms // 3),
        fetch_max_bytes=16 * 1024 * 1024,
        metadata_max_age_ms=10_000,
        **connection_options(settings),
    )


def make_admin(settings: Settings) -> AIOKafkaAdminClient:
    """An administrator that has not started yet."""
    return AIOKafkaAdminClient(client_id="happyflow-beheer", **connection_options(settings))


async def close_within(close: Callable[[], Awaitable[Any]], seconds: float = _CLOSE_SECONDS) -> bool:
    """Close a client; False when it did not let itself be closed, which is no reason to wait or to fail.

    Only when asked anew to end does this end in the middle: mostly it is called because somebody asked.
    """
    asked = asked_to_end()
    try:
        async with asyncio.timeout(seconds):
            await close()
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and asked_to_end() > asked:
            raise
        _log.info("kafka_close_failed", error=type(error).__name__)
        return False
    return True


async def close_producer(producer: AIOKafkaProducer) -> None:
    """Close a producer, also one that waits for a broker that never answers: idempotent sends do not expire."""
    if await close_within(producer.stop):
        return
    await close_within(producer.client.close)
    await _cancel_all([producer._sender.sender_task])


async def close_consumer(consumer: AIOKafkaConsumer) -> None:
    """Close a consumer, also one that stops halfway: what is left would go on connecting, as a member of its group."""
    if await close_within(consumer.stop):
        return
    parts = []
    if coordinator := consumer._coordinator:
        names = ("_heartbeat_task", "_commit_refresh_task", "_coordination_task", "_reset_committed_task")
        parts += [getattr(coordinator, name, None) for name in names]
    if fetcher := consumer._fetcher:
        parts.append(fetcher._fetch_task)
    await _cancel_all(parts)
    await close_within(consumer._client.close)


async def _cancel_all(tasks: Iterable["asyncio.Task[Any] | None"]) -> None:
    """A client's own tasks, twice: one that waits for another that it cancelled itself can lose a cancellation."""
    waiting = {task for task in tasks if task is not None and not task.done()}
    for _ in range(2):
        for task in waiting:
            task.cancel()
        if waiting:
            _, waiting = await asyncio.wait(waiting, timeout=_CANCEL_SECONDS)


async def end_offsets(settings: Settings, service: str, wanted: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The offset after the last record, by topic as Kafka calls it and partition."""
    from aiokafka import TopicPartition

    consumer = make_consumer(settings, service, group=None)
    try:
        await consumer.start()
        ends = await consumer.end_offsets([TopicPartition(*item) for item in wanted])
    finally:
        await close_consumer(consumer)
    return {(item.topic, item.partition): end for item, end in ends.items()}
