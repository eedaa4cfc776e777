"""A large message is judged and answered beside the event loop, a small one on it: both get the same answer."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ijw.berichten import Heenbericht
from ijw.berichten.basis import Product
from ijw.berichten.jw301 import ToegewezenProduct301
from services.allocation import intake, rules
from services.allocation.behandelingen import regie
from services.allocation.omvang import VEEL, is_groot
from tests.services.allocation_verkeer import codes, controle, retour
from tests.services.systeem import Systeem
from tests.unit.allocation.regievoorbeelden import jw305, start
from tests.unit.allocation.voorbeelden import jw301, toewijzing

SERVICES = ("allocation",)


def onbekend(nummer: int) -> ToegewezenProduct301:
    """A toewijzing of a code that no list has; of one code two would overlap (TR302)."""
    return toewijzing(nummer, product=Product(categorie="45", code=f"{nummer:05}"))


@pytest.fixture
def plaatsen(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Per piece of work whether it was done outside the thread of the event loop."""
    lus, gezien = threading.get_ident(), {}

    def volg(module: Any, naam: str) -> None:
        echt: Callable[..., Any] = getattr(module, naam)

        def gevolgd(*args: Any, **kwargs: Any) -> Any:
            gezien[naam] = threading.get_ident() != lus
            return echt(*args, **kwargs)

        monkeypatch.setattr(module, naam, gevolgd)

    volg(rules, "beoordeel")
    volg(intake, "_bouw_retour")
    volg(intake, "compress")
    volg(regie, "verloop_van")
    return gezien


@pytest.mark.parametrize("aantal", [1, VEEL])
async def test_judging_and_answering_leave_the_loop_for_a_large_jw301(
    systeem: Systeem, plaatsen: dict[str, bool], aantal: int
) -> None:
    bericht = jw301(*(onbekend(nummer) for nummer in range(1, aantal + 1)))
    terug: Any = await retour(systeem, bericht)
    assert plaatsen == dict.fromkeys(("beoordeel", "_bouw_retour", "compress"), aantal == VEEL)
    assert [product.retour_codes for product in terug.client.toegewezen_producten] == [("S329",)] * aantal
    assert await controle(systeem) == {}


@pytest.mark.parametrize("aantal", [1, VEEL])
async def test_histories_leave_the_loop_for_a_large_jw305(
    systeem: Systeem, plaatsen: dict[str, bool], aantal: int
) -> None:
    assert await codes(systeem, jw305(*(start(nummer) for nummer in range(1, aantal + 1)))) == ["9019"]
    assert plaatsen == dict.fromkeys(("beoordeel", "verloop_van", "_bouw_retour", "compress"), aantal == VEEL)


@pytest.mark.parametrize(
    ("bericht", "groot"),
    [
        (jw301(toewijzing(1)), False),
        # Beside the products stand the message, its Header, the Client and the client's Contact.
        (jw301(*(toewijzing(nummer, ingangsdatum=date(2026, 4, 1)) for nummer in range(VEEL - 5))), False),
        (jw301(*(toewijzing(nummer, ingangsdatum=date(2026, 4, 1)) for nummer in range(VEEL - 4))), True),
    ],
    ids=["one", "just-not", "just"],
)
def test_large_is_from_so_many_classes_on(bericht: Heenbericht, groot: bool) -> None:
    assert is_groot(bericht) is groot
