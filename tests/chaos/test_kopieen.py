"""Copies that are replaced one by one, or that hang, while the others work."""

import time
from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.settings import SERVICES
from tests.chaos.opstelling import draaiend, kleine_regio, zaad

pytestmark = pytest.mark.chaos(heel=True)

ONGEDULDIG = {"HAPPYFLOW_KAFKA_SESSION_SECONDS": "6", "HAPPYFLOW_KAFKA_SEND_SECONDS": "5"}


async def test_a_deployment_that_replaces_every_copy_under_load(tmp_path: Path, broker: EmbeddedKafka) -> None:
    """Each stops by itself when asked to, what it was doing done; next to nobody has to send anything again."""
    async with draaiend(tmp_path, kafka=broker) as systeem:
        spel = systeem.begin(kleine_regio(zaad()), seconds=90)
        for number in (1, 2):
            for service in SERVICES:
                kopie = systeem.kopie(service, number)
                assert await systeem.doe(kopie.stop), f"{kopie.naam} had to be killed"
                await systeem.doe(kopie.start)
        assert not spel.taak.done(), "the load was over before the last copy was replaced"
        uitslag = await systeem.sluit_af(spel)
        # One may arrive in the very moment that a door closes.
        assert uitslag.herhaald <= 1


async def test_one_copy_of_each_service_hangs_and_wakes_up_when_the_work_is_done(
    tmp_path: Path, broker: EmbeddedKafka
) -> None:
    """Its partitions, its locks and the place of the publisher go to the other copy; what it then still does of what it
    had in hand has no effect."""
    async with draaiend(tmp_path, kafka=broker, omgeving=ONGEDULDIG, antwoord_seconden=5) as systeem:
        spel = systeem.begin(kleine_regio(zaad()), seconds=20)
        while spel.stappen < 60:
            assert not spel.taak.done()
            await systeem.doe(time.sleep, 0.1)
        hanging = [systeem.kopie(service, 1 + place % 2) for place, service in enumerate(SERVICES)]
        for kopie in hanging:
            kopie.pause()
        try:
            await spel.taak
            await systeem.leeg()
            before = await systeem.vingerafdrukken()
        finally:
            for kopie in hanging:
                kopie.resume()
        for kopie in hanging:
            await systeem.doe(kopie.wait_until_ready)
        await systeem.sluit_af(spel)
        assert await systeem.vingerafdrukken() == before
