"""No rebuild over what only Kafka holds: a service that is told of it afterwards would hear two verdicts."""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from services.platform.database import Connection
from services.platform.herbouw.model import RebuildRefusedError, Voortgang
from services.platform.settings import Settings

if TYPE_CHECKING:
    from services.platform.kafka.ongelezen import Unread

_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Kafka:
    """What the administrator says of the broker, and how long those who read may take."""

    weg: bool = False
    """It lost everything and does not come back with what it held."""
    geduld: float = 60.0
    """Seconds."""


async def refuse_unread(
    settings: Settings, connection: Connection, producer: str, kafka: Kafka, voortgang: Voortgang
) -> None:
    """Wait until what only Kafka holds of this service is handled; raises ``RebuildRefusedError`` when it is not."""
    if not settings.kafka_bootstrap:
        if not kafka.weg and await _was_heard(connection, producer):
            raise RebuildRefusedError(
                f"van {producer} is uit Kafka gelezen, en HAPPYFLOW_KAFKA_BOOTSTRAP zegt hier niet waar Kafka is: stel"
                " het in, of zeg met --kafka-is-weg dat daar niets meer wacht"
            )
        return
    deadline = time.monotonic() + kafka.geduld
    while unread := await _ask(settings, connection, producer, kafka):
        if time.monotonic() >= deadline:
            what = "; ".join(f"{item.topic} door {item.consumer}" for item in unread)
            raise RebuildRefusedError(
                f"in Kafka wachten gebeurtenissen van {producer} die nog niet verwerkt zijn ({what}) en niet in de"
                f" outbox van {producer} staan: zij zouden later tegenspreken wat nu wordt herbouwd. Laat die services"
                f" draaien tot zij bij zijn, of verwijder de topics van {producer}"
            )
        voortgang("wachten op wie uit Kafka leest", 0, 0)
        await asyncio.sleep(_PAUSE_SECONDS)


async def _was_heard(connection: Connection, producer: str) -> bool:
    from services.platform.kafka.ongelezen import heard_from_kafka

    return bool(await heard_from_kafka(connection, producer))


async def _ask(settings: Settings, connection: Connection, producer: str, kafka: Kafka) -> "list[Unread]":
    # Only now: its client takes time to load that others need not spend.
    from aiokafka.errors import KafkaError

    from services.platform.kafka.ongelezen import NotShownError, only_in_kafka
    from services.platform.kafka.reden import IN_WORDS, reason_of
    from services.platform.kafka.topics import TopicsError

    try:
        return await only_in_kafka(settings, connection, producer, gone=kafka.weg)
    except NotShownError as error:
        raise RebuildRefusedError(
            f"Kafka op {settings.kafka_bootstrap} toont {error} niet, terwijl daaruit is gelezen: gebruik een gebruiker"
            " die deze topics mag lezen, of zeg met --kafka-is-weg dat zij weg zijn"
        ) from error
    except (KafkaError, TopicsError, OSError) as error:
        if kafka.weg:
            return []
        reason = IN_WORDS[await reason_of(error, settings)]
        raise RebuildRefusedError(
            f"Kafka op {settings.kafka_bootstrap} zegt niet wat er nog wacht: {reason} ({type(error).__name__})."
            f" Wat daar van {producer} ongelezen ligt kan later tegenspreken wat nu wordt herbouwd; is de broker alles"
            " kwijt en komt er niets van terug, zeg dat dan met --kafka-is-weg"
        ) from error
