"""Tests on a real Apache Kafka, for which Java is needed; without it ask for ``-m "not kafka"``.

Starting a broker takes seconds: one broker serves every test that does not need one of its own, and each test
finds it running. Topics have names of the test's own, for what was sent stays.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka

HERE = Path(__file__).parent


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.is_relative_to(HERE):
        item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
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
