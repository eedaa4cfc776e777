"""A story of two requests, told by its spans: which piece of work led to which, up to the boeking."""

from collections.abc import Sequence
from typing import Final

import asyncpg
import httpx
from opentelemetry.sdk.trace import ReadableSpan

from ijw.codec import build
from services.platform.events import TOPICS
from services.platform.settings import SERVICES
from services.platform.tracing.traceparent import SpanContext, parse
from tests.conformance.basis import contract, jw301, jw323, prestatie, toewijzing
from tests.conformance.keten import ALLOCATION, INVOICE, Keten
from tests.conformance.toneel import Toneel
from tests.services.systeem import Systeem
from tests.unit.platform.tracing.opnemer import Opname, attributes, failed, links, own, parent, service_of

TOEWIJZEN: Final = SpanContext("a1" * 16, "b1" * 8, sampled=True)
DECLAREREN: Final = SpanContext("a2" * 16, "b2" * 8, sampled=True)
"""What the two senders say."""

Hop = tuple[str, str]
"""A span's service and name."""

NA_TOEWIJZEN: Final[dict[Hop, Hop]] = {
    ("matching", "process toewijzingen"): ("allocation", "POST /allocation/v1/berichten"),
    ("ledger", "process verplichtingen"): ("matching", "process toewijzingen"),
}
NA_DECLAREREN: Final[dict[Hop, Hop]] = {
    ("ledger", "process registraties"): ("invoice", "POST /invoice/v1/declaraties"),
    ("matching", "process declaraties"): ("invoice", "POST /invoice/v1/declaraties"),
    ("invoice", "process beoordelingen"): ("matching", "process declaraties"),
    ("ledger", "process mutaties"): ("matching", "process declaraties"),
    ("allocation", "process gebruik"): ("matching", "process declaraties"),
}
"""Each piece of work, and the one that it follows from."""


async def post(keten: Keten, pad: str, xml: bytes, afzender: str, zegt: SpanContext) -> httpx.Response:
    """Send a message as part of a trace of the sender's."""
    headers = {**keten.partij(afzender), "traceparent": zegt.traceparent}
    antwoord = await keten.systeem.post_xml(pad, xml, headers)
    assert antwoord.status_code == 202, antwoord.text
    context = parse(antwoord.headers["traceresponse"])
    assert context is not None
    assert context.trace_id == zegt.trace_id
    return antwoord


async def vertel(systeem: Systeem, kept: Opname) -> Toneel:
    """A contract, a toewijzing that is sent as part of one trace and a declaratie as part of another."""
    keten = Keten(systeem)
    t = keten.toneel()
    await keten.speel([contract(t)])
    await systeem.drained()
    kept.clear()
    await post(keten, ALLOCATION, build(jw301(t, toewijzing(t))), t.gemeente, TOEWIJZEN)
    await systeem.drained()
    await post(keten, INVOICE, build(jw323(t, prestatie(t, "R1"), volg=4)), t.aanbieder, DECLAREREN)
    await systeem.drained()
    return t


async def controleer(systeem: Systeem, kept: Opname, through: str) -> None:
    """Every hop of both requests: its trace, its parent, and the row of the outbox that carried it."""
    for zegt, hops in ((TOEWIJZEN, NA_TOEWIJZEN), (DECLAREREN, NA_DECLAREREN)):
        van = {(service_of(span), span.name): span for span in kept.spans if own(span).trace_id == zegt.trace_id}
        (begin,) = set(hops.values()) - set(hops)
        assert set(van) == {*hops, begin}
        assert parent(van[begin]) == zegt
        for hop, voorganger in hops.items():
            assert parent(van[hop]) == own(van[voorganger]), hop
            assert attributes(van[hop])["messaging.system"] == through
            assert not failed(van[hop])
            topic = hop[1].removeprefix("process ")
            (row,) = await systeem.sent(TOPICS[topic].producer, topic)
            assert row["traceparent"] == own(van[voorganger]).traceparent
    await _geboekt(systeem, kept)
    # What only others listen to says it as well.
    (antwoord,) = await systeem.sent("invoice", "antwoorden")
    assert antwoord["traceparent"] == own(kept.only("process beoordelingen")).traceparent


async def _geboekt(systeem: Systeem, kept: Opname) -> None:
    """Every boeking was made in one of the pieces of work of the ledger."""
    connection = await systeem.connect("ledger")
    aantal = await connection.fetchval("SELECT count(*) FROM boekingen")
    await connection.close()
    per_werk = {
        span.name: attributes(span).get("happyflow.boekingen", 0)
        for span in kept.spans
        if service_of(span) == "ledger" and span.name.startswith("process")
    }
    assert set(per_werk) == {"process verplichtingen", "process registraties", "process mutaties"}
    assert all(per_werk.values())
    assert sum(int(str(gedaan)) for gedaan in per_werk.values()) == aantal


async def rijen(systeem: Systeem) -> list[asyncpg.Record]:
    """All events of all services."""
    found: list[asyncpg.Record] = []
    for service in SERVICES:
        connection = await systeem.connect(service)
        found += await connection.fetch("SELECT * FROM outbox ORDER BY xid, volgnummer")
        await connection.close()
    return found


def bereikt(begin: SpanContext, spans: Sequence[ReadableSpan]) -> set[Hop]:
    """Every piece of work that follows from ``begin`` within its trace, step by step."""
    gevonden: set[Hop] = set()
    open_ = [begin]
    while open_:
        voor = open_.pop()
        for span in spans:
            if parent(span) == voor:
                gevonden.add((service_of(span), span.name))
                open_.append(own(span))
    return gevonden


def samen(span: ReadableSpan, spans: Sequence[ReadableSpan]) -> ReadableSpan:
    """The batch that a share of it is linked to."""
    (link,) = links(span)
    (batch,) = [other for other in spans if own(other) == link]
    return batch
