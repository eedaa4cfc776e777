"""What an error says of a connection with Kafka, and what each service may do there."""

import asyncio
import ssl

import pytest
from aiokafka import errors

from services.platform.events import KAFKA_TOPICS
from services.platform.kafka.rechten import Right, command_of, rights_of
from services.platform.kafka.reden import IN_WORDS, Reason, classify, reason_of
from services.platform.kafka.topics import TopicsError
from services.platform.settings import Settings, StartError


def verification(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("no")
    error.verify_code = code
    return error


def not_allowed() -> TopicsError:
    error = TopicsError("toewijzingen: TopicAuthorizationFailedError")
    error.not_allowed = True
    return error


def caused(error: Exception) -> Exception:
    outer = RuntimeError("outer")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (verification(10), Reason.CERTIFICATE_EXPIRED),
        (verification(9), Reason.CERTIFICATE_EXPIRED),
        (verification(62), Reason.CERTIFICATE_NAME),
        (verification(64), Reason.CERTIFICATE_NAME),
        (verification(19), Reason.CERTIFICATE_UNTRUSTED),
        (ssl.SSLError("wrong version number"), Reason.TLS),
        (errors.SaslAuthenticationFailed(), Reason.LOGIN_REFUSED),
        (errors.GroupAuthorizationFailedError(), Reason.NOT_ALLOWED),
        (not_allowed(), Reason.NOT_ALLOWED),
        (TopicsError("missing"), Reason.OTHER),
        (StartError("een bestand ontbreekt"), Reason.SETTINGS),
        (TimeoutError(), Reason.TIMEOUT),
        (ConnectionRefusedError(), Reason.UNREACHABLE),
        (errors.KafkaConnectionError("Unable to bootstrap"), Reason.UNREACHABLE),
        (ValueError("anders"), Reason.OTHER),
        (BaseExceptionGroup("", [ValueError("a"), ExceptionGroup("", [errors.SaslAuthenticationFailed()])]),
         Reason.LOGIN_REFUSED),
        (caused(verification(10)), Reason.CERTIFICATE_EXPIRED),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else type(value).__name__,
)  # fmt: skip
def test_an_error_is_one_word(error: BaseException, reason: Reason) -> None:
    assert classify(error) is reason


async def test_nobody_listens_there() -> None:
    settings = Settings(kafka_bootstrap="127.0.0.1:1,127.0.0.1:2")
    assert await reason_of(errors.KafkaConnectionError("Unable to bootstrap"), settings) is Reason.UNREACHABLE


@pytest.mark.parametrize(
    ("times", "reason"), [(1, Reason.UNREACHABLE), (9, Reason.TLS)], ids=["going away", "again and again"]
)
async def test_somebody_listens_there_and_hangs_up(times: int, reason: Reason) -> None:
    hung_up = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal hung_up
        hung_up += 1
        writer.close()
        if hung_up == times:
            server.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    settings = Settings(kafka_bootstrap=f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert await reason_of(errors.KafkaConnectionError("Unable to bootstrap"), settings) is reason
    assert hung_up == min(times, 2)
    server.close()


def test_every_word_has_its_sentence() -> None:
    assert set(IN_WORDS) == set(Reason)


def test_a_service_may_write_its_own_topics_and_read_what_it_handles() -> None:
    settings = Settings(kafka_topic_prefix="regio.", kafka_create_topics=False)
    assert set(rights_of(settings, "ledger")) == {
        Right("topic", "regio.registraties", "Read"),
        Right("topic", "regio.mutaties", "Read"),
        Right("topic", "regio.verplichtingen", "Read"),
        Right("topic", "regio.happyflow.ledger.dlq", "Write"),
        Right("group", "regio.happyflow-ledger", "Read"),
    }
    written = {right.name for right in rights_of(settings, "matching") if right.operation == "Write"}
    assert written == {f"regio.{name}" for name, topic in KAFKA_TOPICS.items() if topic.producer == "matching"}


def test_making_topics_is_allowed_only_where_it_is_asked() -> None:
    operations = {right.operation for right in rights_of(Settings(kafka_create_topics=False), "matching")}
    assert operations == {"Read", "Write"}
    operations = {right.operation for right in rights_of(Settings(kafka_create_topics=True), "matching")}
    assert operations == {"Read", "Write", "Create", "Alter"}


def test_a_right_as_a_command() -> None:
    right = Right("group", "happyflow-ledger", "Read")
    assert command_of(right, "User:CN=ledger") == (
        "kafka-acls --add --allow-principal User:CN=ledger --operation Read --group happyflow-ledger"
    )
