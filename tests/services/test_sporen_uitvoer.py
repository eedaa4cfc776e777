"""Traces to a collector: what it gets, that nothing of a person is in it, and that one which is away hurts nobody."""

import asyncio
import os
import signal
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.cli.proces import Proces, free_port
from services.platform.tracing.export import exporting
from services.platform.tracing.spans import begin, current, during
from services.platform.tracing.traceparent import SpanContext
from tests.services.spoorverhaal import DECLAREREN, NA_DECLAREREN, TOEWIJZEN, vertel
from tests.services.systeem import Systeem
from tests.services.toneelstuk import speel
from tests.services.verzamelaar import Verzamelaar, verzamelaar
from tests.unit.platform.tracing.opnemer import Opname


@pytest.fixture(autouse=True)
def nobody_goes_on_sending() -> Iterator[None]:
    """Who is left behind while it sends says so on standard error, which may be another test's by then."""
    yield
    for thread in threading.enumerate():
        if thread.name == "traces-stop":
            thread.join(60)


@asynccontextmanager
async def naar(
    adres: str, monkeypatch: pytest.MonkeyPatch, stop_seconds: float = 60, **meer: str
) -> AsyncIterator[None]:
    """Export to this address, as the environment of a process would say."""
    for naam, waarde in {"OTEL_EXPORTER_OTLP_ENDPOINT": adres, "OTEL_BSP_SCHEDULE_DELAY": "100", **meer}.items():
        monkeypatch.setenv(naam, waarde)
    async with exporting(os.environ, stop_seconds):
        yield


async def test_a_collector_gets_the_whole_of_a_trace(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    with verzamelaar() as centraal:
        meer = {"OTEL_EXPORTER_OTLP_HEADERS": "x-sleutel=geheim", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"}
        async with naar(centraal.adres, monkeypatch, **meer):
            await vertel(systeem, Opname())
        spans = [(service, span) for service, span in centraal.spans if span.trace_id.hex() == DECLAREREN.trace_id]
        assert {(service.removeprefix("happyflow-"), span.name) for service, span in spans} == {
            *NA_DECLAREREN,
            ("invoice", "POST /invoice/v1/declaraties"),
        }
        ids = {span.span_id for _, span in spans} | {bytes.fromhex(DECLAREREN.span_id)}
        assert all(span.parent_span_id in ids for _, span in spans)
        assert all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for _, span in spans)
        assert {kop["x-sleutel"] for kop in centraal.koppen} == {"geheim"}
    assert current() is None


async def test_nothing_of_a_person_reaches_a_collector(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every service says everything it has to say, and strangers send BSNs wherever one can be put."""
    with verzamelaar() as centraal:
        async with naar(centraal.adres, monkeypatch):
            gespeeld = await speel(systeem)
            bsn = gespeeld.bsns[0]
            for pad in (
                "/allocation/v1/toewijzingen/0193/{}",
                "/{}/v1/x",
                "/ledger/{}",
                "/matching/v1/uitval/{}",
                "/{}",
            ):
                await systeem.client.request(
                    "GET",
                    pad.format(bsn) + f"?bsn={bsn}&gemeente={bsn}",
                    headers={
                        **systeem.headers("gemeente", ["0193"], sub=bsn),
                        "traceparent": f"00-{bsn:0>32}-{bsn:0>16}-01",
                        "tracestate": f"x={bsn}",
                        "baggage": f"bsn={bsn}",
                        "user-agent": bsn,
                        "x-forwarded-for": bsn,
                    },
                )
            for zoek in ({"bsn": bsn}, {"bsn": bsn, bsn: bsn}, [bsn]):
                wie = systeem.headers("gemeente", ["0193"])
                await systeem.client.post("/allocation/v1/toewijzingen/_zoek", json=zoek, headers=wie)
            await systeem.client.request(bsn, "/ledger/v1/x")
        gezegd = "\n".join(centraal.teksten).lower()
        assert len(centraal.spans) > 30
        assert "post /allocation/v1/toewijzingen/_zoek" in gezegd
        for woord in gespeeld.persoonlijk:
            assert woord.lower() not in gezegd, woord
        for _, span in centraal.spans:
            assert bsn not in span.trace_id.hex()


async def test_the_environment_says_how_many_traces_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    with verzamelaar() as centraal:
        async with naar(centraal.adres, monkeypatch, OTEL_TRACES_SAMPLER="parentbased_always_off"):
            begin("ledger", "zelf").end()
            begin("ledger", "gevraagd", parent=TOEWIJZEN).end()
            begin("ledger", "samen", links=[SpanContext("c3" * 16, "d3" * 8, sampled=False), TOEWIJZEN]).end()
        assert sorted(span.name for _, span in centraal.spans) == ["gevraagd", "samen"]


async def test_a_collector_that_is_away_hurts_nobody(systeem: Systeem, monkeypatch: pytest.MonkeyPatch) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    async with naar(away, monkeypatch, stop_seconds=0.1, OTEL_EXPORTER_OTLP_TIMEOUT="1"):
        t = await vertel(systeem, Opname())
        for _ in range(5000):  # far more than the queue holds
            begin("ledger", "veel").end()
        budget = await systeem.client.get(
            f"/ledger/v1/gemeenten/{t.gemeente}/saldibalans/2026", headers=systeem.headers("gemeente", [t.gemeente])
        )
        assert budget.status_code == 200


async def test_a_stop_does_not_wait_for_a_collector_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own patience is ten minutes here; that of the SDK with it is half a minute."""
    with verzamelaar(hangt=True) as centraal:
        async with asyncio.timeout(None) as patience:
            async with naar(centraal.adres, monkeypatch, stop_seconds=0.1, OTEL_EXPORTER_OTLP_TIMEOUT="600"):
                with during(begin("ledger", "werk")):
                    pass
                assert await asyncio.to_thread(centraal.aangeklopt.wait, 120)
                patience.reschedule(asyncio.get_running_loop().time() + 25)
        assert centraal.kreeg == []


@pytest.mark.parametrize("hangt", [False, True])
def test_a_process_sends_its_traces_and_stops_whether_or_not_they_are_taken(
    hangt: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with verzamelaar(hangt=hangt) as centraal, tempfile.TemporaryDirectory(prefix="happyflow up ") as folder:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", centraal.adres)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
        proces = Proces(Path(folder))
        try:
            proces.start()
            antwoord = httpx.get(
                f"{proces.settings.base_url}/ledger/v1/gemeenten/0193/boekingen",
                headers={"traceparent": TOEWIJZEN.traceparent},
                timeout=30,
            )
            assert antwoord.status_code == 401
            assert antwoord.headers["traceresponse"][3:35] == TOEWIJZEN.trace_id
            os.kill(proces.pid, signal.SIGTERM)
            assert proces._process is not None
            assert proces._process.wait(60) == 0
        finally:
            proces.kill()
            proces.stop()
        if not hangt:
            _kwam_aan(centraal)


def _kwam_aan(centraal: Verzamelaar) -> None:
    (gevonden,) = [(service, span) for service, span in centraal.spans if span.trace_id.hex() == TOEWIJZEN.trace_id]
    assert (gevonden[0], gevonden[1].name) == ("happyflow-ledger", "GET /ledger/v1/gemeenten/{code}/boekingen")
    assert gevonden[1].parent_span_id.hex() == TOEWIJZEN.span_id
