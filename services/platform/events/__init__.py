"""The events that cross service borders, one frozen type each.

A service may not import another service, so what they exchange is declared here; the JSON Schema
of each stands in ``schemas/events/`` and a test keeps the two equal. No event holds a BSN, name or
address: the client is a pseudonym (keyed HMAC of the BSN). Money is integer cents, dates are ISO 8601.
"""

from services.platform.events.envelope import (
    CONTENT_TYPE,
    MAX_EVENT_BYTES,
    Event,
    EventData,
    decode,
    encode,
    event_type_of,
    headers_of,
    source_of,
)
from services.platform.events.invoice import (
    DeclaratieBeantwoord,
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
    PeriodeTotaal,
    PrestatieIngediend,
)
from services.platform.events.matching import (
    DeclaratieBeoordeeld,
    JaarVerplichting,
    LijstProduct,
    PrestatieAfgewezen,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    ProductlijstVastgesteld,
    ToewijzingGebruik,
    ToewijzingGebruikt,
    VerplichtingBepaald,
)
from services.platform.events.toewijzing import ToewijzingVastgesteld
from services.platform.events.topics import (
    EVENT_TYPES,
    KAFKA_TOPICS,
    PARTITIONS,
    TOPICS,
    AnyTopic,
    DeadLetterTopic,
    Topic,
    dead_letter_topic,
    partition_of,
    toewijzing_key,
)

__all__ = [
    "CONTENT_TYPE",
    "EVENT_TYPES",
    "KAFKA_TOPICS",
    "MAX_EVENT_BYTES",
    "PARTITIONS",
    "TOPICS",
    "AnyTopic",
    "DeadLetterTopic",
    "DeclaratieBeantwoord",
    "DeclaratieBeoordeeld",
    "DeclaratieGeregistreerd",
    "DeclaratieIngediend",
    "Event",
    "EventData",
    "JaarVerplichting",
    "LijstProduct",
    "PeriodeTotaal",
    "PrestatieAfgewezen",
    "PrestatieIngediend",
    "PrestatieMutatie",
    "PrestatiesVerwerkt",
    "ProductlijstVastgesteld",
    "ToewijzingGebruik",
    "ToewijzingGebruikt",
    "ToewijzingVastgesteld",
    "Topic",
    "VerplichtingBepaald",
    "dead_letter_topic",
    "decode",
    "encode",
    "event_type_of",
    "headers_of",
    "partition_of",
    "source_of",
    "toewijzing_key",
]
