"""When traces are exported: the variables of OpenTelemetry, and what of them we do not have."""

import pytest

from services.platform.settings import StartError
from services.platform.tracing import spans
from services.platform.tracing.export import exporting, wanted

URL = "http://127.0.0.1:4318"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": URL}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{URL}/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": URL}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}, True),
    ],
)
async def test_traces_are_exported_when_a_collector_is_named(environment: dict[str, str], expected: bool) -> None:
    assert wanted(environment) is expected
    if not expected:
        async with exporting(environment):
            assert not spans.begin("ledger", "x").recorded


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http/protobuf"),
        ({"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, "http/protobuf"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "http://"),
    ],
)
async def test_what_cannot_be_is_said_at_the_start(more: dict[str, str], said: str) -> None:
    with pytest.raises(StartError, match=said):
        async with exporting({"OTEL_EXPORTER_OTLP_ENDPOINT": URL, **more}):
            pytest.fail("it started")


async def test_a_value_that_the_sdk_refuses_is_said_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": URL, "OTEL_BSP_MAX_QUEUE_SIZE": "-1"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StartError, match="OTEL_"):
        async with exporting(environment):
            pytest.fail("it started")
