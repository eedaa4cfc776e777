"""The demo region over Kafka with two copies of each service ends in the books that one process would have."""

from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka
from tests.chaos.opstelling import draaiend, kleine_regio, zaad


@pytest.mark.chaos
async def test_two_copies_of_each_service_over_kafka(tmp_path: Path, broker: EmbeddedKafka) -> None:
    regio = kleine_regio(zaad(1))
    async with draaiend(tmp_path, kafka=broker) as systeem:
        await systeem.sluit_af(systeem.begin(regio))
        print(await systeem.vingerafdrukken())
