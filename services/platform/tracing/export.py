"""Sends spans to a collector, when the environment names one, with OpenTelemetry's SDK and OTLP over HTTP.

The variables are OpenTelemetry's own, so that what an operator knows of other systems holds here. The work never waits
for a collector: a span that has ended goes into a bounded queue, a thread of its own sends it, and what does not fit
is dropped.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import structlog

from services.platform.settings import StartError
from services.platform.tracing.spans import recording

STOP_SECONDS: Final = 3.0
"""How long a stop waits for what was not sent yet."""

_log = structlog.get_logger(__name__)


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether a collector is named. ``StartError`` when the variables ask for what we do not have."""

    def said(*names: str) -> str:
        return next((value for name in names if (value := environment.get(name, "").strip())), "")

    exporter = said("OTEL_TRACES_EXPORTER").lower()
    endpoint = said("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
    if not endpoint or exporter == "none" or said("OTEL_SDK_DISABLED").lower() == "true":
        return False
    if exporter not in {"", "otlp"}:
        raise StartError("OTEL_TRACES_EXPORTER kan hier alleen otlp of none zijn.")
    if said("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL") not in {"", "http/protobuf"}:
        raise StartError("OTEL_EXPORTER_OTLP_PROTOCOL kan hier alleen http/protobuf zijn (meestal poort 4318).")
    if not endpoint.startswith(("http://", "https://")):
        raise StartError("OTEL_EXPORTER_OTLP_ENDPOINT moet met http:// of https:// beginnen.")
    return True


@asynccontextmanager
async def exporting(environment: Mapping[str, str], stop_seconds: float = STOP_SECONDS) -> AsyncIterator[None]:
    """While inside, spans go to the collector that ``environment`` names, if it names one; it is this process's own.

    ``StartError`` when its variables cannot be.
    """
    if not wanted(environment):
        yield
        return
    # Only now: it takes time to load that others need not spend.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from services.platform.tracing.recorder import SdkRecorder

    try:
        processor = BatchSpanProcessor(OTLPSpanExporter())
    except (ValueError, RuntimeError, ImportError, OSError) as error:
        raise StartError(f"de variabelen OTEL_... kloppen niet: {error}") from error
    _log.info("traces_exported")
    try:
        with recording(SdkRecorder(processor)):
            yield
    finally:
        await _within(processor.shutdown, stop_seconds)


async def _within(work: Callable[[], object], seconds: float) -> None:
    """Do ``work`` in a thread that nobody waits for longer, not even the end of the process."""
    thread = threading.Thread(target=work, name="traces-stop", daemon=True)
    thread.start()
    await asyncio.to_thread(thread.join, seconds)
    if thread.is_alive():
        _log.warning("traces_not_sent")
