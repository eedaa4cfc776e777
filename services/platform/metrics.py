"""Prometheus metrics that every service shares; labels are bounded and never hold personal data."""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric

HTTP_REQUESTS = Counter(
    "happyflow_http_requests", "HTTP requests by route template", ["service", "method", "route", "status"]
)
HTTP_SECONDS = Histogram(
    "happyflow_http_request_seconds",
    "Duration of HTTP requests by route template",
    ["service", "method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
EVENTS_HANDLED = Counter("happyflow_events_handled", "Events handled by a consumer", ["service", "topic"])
BUS_BATCH_SECONDS = Histogram(
    "happyflow_bus_batch_seconds",
    "Duration of handling one batch of events, commit included",
    ["service", "topic"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BUS_LAG = Gauge(
    "happyflow_bus_lag_events", "Events in the outbox that a consumer has not handled", ["service", "topic"]
)
OUTBOX_AGE = Gauge(
    "happyflow_outbox_oldest_unhandled_seconds", "Age of the oldest unhandled event", ["service", "topic"]
)
DEAD_LETTERS = Gauge(
    "happyflow_dead_letters", "Events set aside after repeated failure that wait for a person", ["service"]
)
DEAD_LETTERS_REPLAYED = Counter(
    "happyflow_dead_letters_replayed",
    "Events set aside that a person asked to handle again, by outcome",
    ["service", "uitkomst"],
)
EVENTS_PUBLISHED = Counter("happyflow_events_published", "Events Kafka has stored", ["service", "topic"])
UNPUBLISHED = Gauge(
    "happyflow_outbox_unpublished_events", "Events in the outbox that Kafka does not have yet", ["service", "topic"]
)
UNPUBLISHED_AGE = Gauge(
    "happyflow_outbox_oldest_unpublished_seconds",
    "Age of the oldest event that Kafka does not have yet",
    ["service", "topic"],
)
GAPS_OPEN = Gauge("happyflow_bus_gaps_open", "Partitions that wait for events that Kafka lacks", ["service", "topic"])
SEND_TIMEOUTS = Counter(
    "happyflow_kafka_send_timeouts", "Times that Kafka did not store a round of events in time", ["service"]
)
KAFKA_CLIENTS = Counter(
    "happyflow_kafka_clients", "Producers and consumers made: at the start, and anew after trouble", ["service", "kind"]
)
BUS_GAPS = Counter(
    "happyflow_bus_gaps", "Times that Kafka lacked events, which the outbox then gave", ["service", "topic"]
)
BUS_RESTARTS = Counter(
    "happyflow_bus_restarts", "Times that a connection to Kafka was made anew after trouble", ["service"]
)
KAFKA_FAILURES = Counter("happyflow_kafka_failures", "Failures of work with Kafka, by reason", ["service", "reason"])
POOL_IN_USE = Gauge("happyflow_database_connections_in_use", "Database connections handed out", ["service"])
POOL_SIZE = Gauge("happyflow_database_connections_max", "Database connections there can be", ["service"])
POOL_EXHAUSTED = Counter(
    "happyflow_database_pool_exhausted", "Waits for a database connection that were given up", ["service"]
)
TASK_SUCCESS = Gauge(
    "happyflow_task_last_success_timestamp_seconds",
    "When a periodic task last succeeded, or began",
    ["service", "task"],
)
TASK_INTERVAL = Gauge(
    "happyflow_task_interval_seconds", "Time between two turns of a periodic task", ["service", "task"]
)
BERICHTEN = Counter(
    "happyflow_berichten", "Messages kept, by direction (in, uit)", ["service", "berichtsoort", "richting", "status"]
)
BERICHT_RETOURCODES = Counter(
    "happyflow_berichten_retourcodes",
    "Retourcodes of messages kept, each once a message",
    ["service", "berichtsoort", "richting", "retourcode"],
)

WORK_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds of one piece of work."""

WAIT_BUCKETS: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
"""Seconds that something was on its way."""


def set_percents(gauge: Gauge, percents: int) -> None:
    """Set a ratio."""
    gauge.set(percents / 100)


def task_begins(service: str, task: str, seconds: float) -> None:
    """A periodic task begins: from now on it is silent when it does not succeed, also if it never did."""
    TASK_INTERVAL.labels(service, task).set(seconds)
    TASK_SUCCESS.labels(service, task).set_to_current_time()


def tel_berichten(service: str, berichten: Iterable[tuple[str, str, str, Iterable[str]]]) -> None:
    """Count messages kept: berichtsoort, richting, status and retourcodes of each."""
    for berichtsoort, richting, status, retourcodes in berichten:
        BERICHTEN.labels(service, berichtsoort, richting, status).inc()
        for retourcode in set(retourcodes):
            BERICHT_RETOURCODES.labels(service, berichtsoort, richting, retourcode).inc()


class _Only:
    """The metrics of one service and those of the process: a scraper that visits all services counts nothing twice."""

    def __init__(self, service: str) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """As a registry does."""
        for metric in REGISTRY.collect():
            own = Metric(metric.name, metric.documentation, metric.type, metric.unit)
            own.samples = [s for s in metric.samples if s.labels.get("service", self._service) == self._service]
            yield own


def exposition(service: str) -> tuple[bytes, str]:
    """The text Prometheus scrapes of one service, and its content type."""
    return generate_latest(_Only(service)), CONTENT_TYPE_LATEST
