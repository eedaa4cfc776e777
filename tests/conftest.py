"""What holds for every test; and which tests run: those that break a whole system come in two sizes."""

import importlib
import pkgutil
from collections.abc import Iterator

import hypothesis
import pytest

import bench
import ijw
import services
from tests.logboek import logging_as_before


@pytest.fixture(autouse=True)
def logging_of_this_test_only() -> Iterator[None]:
    """A command that a test runs sets up logging as it would alone; the next test starts without it."""
    with logging_as_before():
        yield


# A busy machine is no reason to fail: how long an example takes is measured elsewhere. And one commit has one answer:
# new examples are looked for where time is taken for it, and what they find there becomes an example of a test.
hypothesis.settings.register_profile("gewoon", deadline=None, derandomize=True)
hypothesis.settings.register_profile("chaos", deadline=None, derandomize=False, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    """With ``--chaos`` also the examples are others every time."""
    if config.getoption("--chaos"):
        hypothesis.settings.load_profile("chaos")
        return
    hypothesis.settings.load_profile("gewoon")
    # Among the examples are constants of every module of ours that is loaded, which may not depend on what ran before.
    for package in (bench, ijw, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not {"__main__", "migrations"} & set(module.name.split(".")):
                importlib.import_module(module.name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--chaos", action="store_true", help="every chaos test at its full size, in place of a bounded selection"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whoever asks for a broker is a test on Kafka, wherever it stands."""
    if {"broker", "single", "trio"}.intersection(getattr(item, "fixturenames", ())):
        item.add_marker("kafka")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without ``--chaos`` a test marked ``chaos(heel=True)`` waits for another day."""
    if config.getoption("--chaos"):
        return
    later = [item for item in items if (mark := item.get_closest_marker("chaos")) and mark.kwargs.get("heel")]
    if later:
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if item not in later]
