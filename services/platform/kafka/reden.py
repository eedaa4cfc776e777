"""Why a connection with Kafka failed, as one word for logs and metrics.

The client tries its servers one after the other and then says only that none would do. What is wrong with a
certificate or a password is asked again here, on a connection of its own.
"""

import asyncio
import inspect
import ssl
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from aiokafka import errors
from aiokafka.conn import create_conn

from services.platform.ending import only_when_asked
from services.platform.kafka.client import connection_options
from services.platform.settings import Settings, StartError

_PROBE_SECONDS = 10.0
_ONCE_MORE_SECONDS = 0.3
_OF_ONE_CONNECTION = frozenset(inspect.signature(create_conn).parameters)
"""Other settings are about the client as a whole."""


class Reason(StrEnum):
    """One word for what is wrong; few enough to be a label."""

    UNREACHABLE = "unreachable"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NAME = "certificate_name"
    TLS = "tls"
    LOGIN_REFUSED = "login_refused"
    NOT_ALLOWED = "not_allowed"
    SETTINGS = "settings"
    TIMEOUT = "timeout"
    OTHER = "other"


IN_WORDS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.UNREACHABLE: "geen van de brokers is bereikbaar",
        Reason.CERTIFICATE_UNTRUSTED: "het certificaat van de broker is niet van een CA die we vertrouwen",
        Reason.CERTIFICATE_EXPIRED: "het certificaat van de broker is verlopen of nog niet geldig",
        Reason.CERTIFICATE_NAME: "het certificaat van de broker staat op een andere naam",
        Reason.TLS: "er komt geen beveiligde verbinding tot stand",
        Reason.LOGIN_REFUSED: "de gebruiker of het wachtwoord wordt geweigerd",
        Reason.NOT_ALLOWED: "de gebruiker heeft de rechten niet",
        Reason.SETTINGS: "een instelling of bestand voor Kafka klopt niet",
        Reason.TIMEOUT: "de brokers antwoorden niet op tijd",
        Reason.OTHER: "Kafka antwoordt niet goed",
    }
)

_LOGIN = (
    errors.SaslAuthenticationFailed, errors.AuthenticationFailedError, errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)  # fmt: skip
_FORBIDDEN = (
    errors.TopicAuthorizationFailedError, errors.GroupAuthorizationFailedError, errors.ClusterAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
)  # fmt: skip

# Numbers of OpenSSL's verification: not yet valid, expired; the name, the address.
_EXPIRED = (9, 10)
_OTHER_NAME = (62, 64)


async def reason_of(error: BaseException, settings: Settings) -> Reason:
    """Why it failed; asks the brokers once more where the error itself does not tell."""
    reason = classify(error)
    if reason is not Reason.UNREACHABLE:
        return reason
    try:
        with only_when_asked():
            return await _probe(settings)
    except Exception:  # noqa: BLE001 — who asks is dealing with a failure, and has no use for another
        return Reason.OTHER


def classify(error: BaseException) -> Reason:
    """What the error itself tells, and those it holds or came from."""
    reasons = [reason for inner in _all(error) if (reason := _own(inner)) is not Reason.OTHER]
    return reasons[0] if reasons else Reason.OTHER


def _own(error: BaseException) -> Reason:
    if isinstance(error, StartError):
        return Reason.SETTINGS
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code in _EXPIRED:
            return Reason.CERTIFICATE_EXPIRED
        return Reason.CERTIFICATE_NAME if error.verify_code in _OTHER_NAME else Reason.CERTIFICATE_UNTRUSTED
    if isinstance(error, ssl.SSLError):
        return Reason.TLS
    if isinstance(error, _LOGIN):
        return Reason.LOGIN_REFUSED
    if isinstance(error, _FORBIDDEN) or getattr(error, "not_allowed", False):
        return Reason.NOT_ALLOWED
    if isinstance(error, TimeoutError | errors.KafkaTimeoutError | errors.RequestTimedOutError):
        return Reason.TIMEOUT
    if isinstance(error, OSError | errors.KafkaConnectionError | errors.NodeNotReadyError):
        return Reason.UNREACHABLE
    return Reason.OTHER


def _all(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _all(inner)
    elif error.__cause__ is not None:
        yield from _all(error.__cause__)


async def _probe(settings: Settings) -> Reason:
    """What keeps us from the brokers now; ``OTHER`` when one of them lets us in."""
    try:
        given = connection_options(settings)
    except StartError:
        return Reason.SETTINGS
    found = Reason.UNREACHABLE
    options = {name: value for name, value in given.items() if name in _OF_ONE_CONNECTION}
    for server in given["bootstrap_servers"]:
        if (answer := await _try(server, options)) is Reason.OTHER:
            return answer
        if found in {Reason.UNREACHABLE, Reason.TIMEOUT} and answer is not Reason.UNREACHABLE:
            found = answer
    return found


async def _try(server: str, options: Mapping[str, Any]) -> Reason:
    answer = await _connect(server, options)
    if answer is Reason.TLS:
        # A broker that is going away hangs up too, once.
        await asyncio.sleep(_ONCE_MORE_SECONDS)
        answer = await _connect(server, options)
    return answer


async def _connect(server: str, options: Mapping[str, Any]) -> Reason:
    host, _, port = server.rpartition(":")
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            connection: Any = await create_conn(host.strip("[]"), int(port), **options)
        connection.close()
    except Exception as error:  # noqa: BLE001 — every way to fail is an answer here
        if isinstance(error, errors.KafkaConnectionError):
            # It listens and hangs up: a protocol that it does not speak, or a certificate of ours that it misses.
            return Reason.TLS
        return classify(error)
    return Reason.OTHER
