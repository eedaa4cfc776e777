"""Fixtures of the chaos tests: one broker for those that do not break it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.local_kafka.broker import EmbeddedKafka

SEED = 20261126


@pytest.fixture(scope="session")
def broker() -> Iterator[EmbeddedKafka]:
    """One broker, running when a test that used it leaves it so; each opstelling has topics of its own."""
    with tempfile.TemporaryDirectory(prefix="happyflow chaos ") as base:
        kafka = EmbeddedKafka(Path(base) / "kafka")
        kafka.start()
        yield kafka
        kafka.kill()


@pytest.fixture(scope="session", autouse=True)
def _one_seed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Unless all is run, the same region and the same chances every time: a build must not hang on luck."""
    with pytest.MonkeyPatch.context() as patched:
        if not request.config.getoption("--chaos") and "HAPPYFLOW_CHAOS_SEED" not in os.environ:
            patched.setenv("HAPPYFLOW_CHAOS_SEED", str(SEED))
        yield


@pytest.fixture(scope="session")
def heel(request: pytest.FixtureRequest) -> bool:
    """Whether the tests run at full size (``--chaos``)."""
    return bool(request.config.getoption("--chaos"))


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of this test's own, not below pytest's: as root PostgreSQL runs as another user, and every start of
    pytest, also in another checkout, shuts its folder for all others."""
    with tempfile.TemporaryDirectory(prefix="happyflow chaos ") as folder:
        yield Path(folder)
