"""Tests on a real Apache Kafka. They need Java: ask for them with ``-m kafka`` or by naming this folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.kafka)
    if not asked_for(config):
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


def asked_for(config: pytest.Config) -> bool:
    """Whether the command line names the marker, or a place in this folder."""
    paths = [Path(config.invocation_params.dir, argument.partition("::")[0]) for argument in config.args]
    return "kafka" in config.option.markexpr or any(path.resolve().is_relative_to(HERE) for path in paths)


@pytest.fixture(scope="module")
def single() -> Iterator[EmbeddedKafka]:
    """One broker, in a folder whose name a shell, Java and a properties file would each read differently."""
    with tempfile.TemporaryDirectory() as base:
        kafka = EmbeddedKafka(Path(base) / """a 'b' "c" $HOME `d` %41 é\u20ac,x:y=z#!""")
        yield kafka
        kafka.kill()


@pytest.fixture
def kafka(single: EmbeddedKafka) -> EmbeddedKafka:
    """That broker, running."""
    single.resume()
    single.start()
    return single


@pytest.fixture(scope="module")
def trio() -> Iterator[EmbeddedKafka]:
    """Three brokers."""
    with tempfile.TemporaryDirectory(prefix="happyflow drie ") as base:
        kafka = EmbeddedKafka(Path(base) / "kafka", brokers=3)
        yield kafka
        kafka.kill()


@pytest.fixture
def three(trio: EmbeddedKafka) -> EmbeddedKafka:
    """Those, running."""
    trio.resume()
    trio.start()
    return trio
