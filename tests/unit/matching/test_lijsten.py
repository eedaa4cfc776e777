"""Which day's lists a prestatie is judged by: that of its toewijzing, which keeps the codes it began with."""

from datetime import UTC, date, datetime

import pytest

from ijw.codelijsten import Gemeente, Gemeentelijst, Productcode, Productcodelijst
from services.matching.lijsten import Codetoets, Lijsten
from tests.unit.matching.bouwen import GEMEENTE, declaratie, prestatie, toewijzing

OPGEHEVEN = "0457"
LIJSTEN = Lijsten(
    gemeenten=Gemeentelijst(
        [
            Gemeente(GEMEENTE, "Zwolle", "Overijssel"),
            Gemeente(OPGEHEVEN, "Weesp", "Noord-Holland", geldig_tot=date(2026, 3, 23)),
        ]
    ),
    productcodes=Productcodelijst(
        [
            Productcode("45A04", "45", "oud", "", geldig_tot=date(2026, 2, 28)),
            Productcode("45A05", "45", "nieuw", "", geldig_van=date(2026, 3, 1)),
        ]
    ),
)
OUD, NIEUW = toewijzing(ingangsdatum=date(2026, 1, 1)), toewijzing(ingangsdatum=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("wat", "gemeente", "van", "ontvangen", "bekend"),
    [
        ("it exists", GEMEENTE, None, datetime(2026, 5, 6, tzinfo=UTC), True),
        ("it never did", "0001", OUD, datetime(2026, 5, 6, tzinfo=UTC), False),
        ("it did on the day of receipt", OPGEHEVEN, None, datetime(2026, 3, 23, 22, 59, tzinfo=UTC), True),
        ("that day had ended in the Netherlands", OPGEHEVEN, None, datetime(2026, 3, 23, 23, 1, tzinfo=UTC), False),
        ("it did when the toewijzing began", OPGEHEVEN, OUD, datetime(2026, 5, 6, tzinfo=UTC), True),
        ("the toewijzing began later", OPGEHEVEN, NIEUW, datetime(2026, 5, 6, tzinfo=UTC), False),
        ("nothing is known about when care began", OPGEHEVEN, None, datetime(2026, 5, 6, tzinfo=UTC), False),
    ],
)
def test_tr378_day_of_receipt_or_ingangsdatum(wat, gemeente, van, ontvangen, bekend):  # type: ignore[no-untyped-def]
    toets = Codetoets(LIJSTEN)
    van_declaratie = declaratie(gemeente=gemeente, ontvangen_op=ontvangen)
    for _ in range(2):
        assert toets.gemeente_bekend(van_declaratie, prestatie(), van) == bekend, wat


@pytest.mark.parametrize(
    ("wat", "code", "anders", "bekend"),
    [
        ("a running toewijzing keeps a code that left the list", "45A04", {"ingangsdatum": date(2026, 1, 1)}, True),
        ("a new toewijzing cannot have it", "45A04", {"ingangsdatum": date(2026, 4, 1)}, False),
        ("a code that came later is not the toewijzing's", "45A05", {"ingangsdatum": date(2026, 1, 1)}, False),
        (
            "it may be when the toewijzing leaves the code open",
            "45A05",
            {"ingangsdatum": date(2026, 1, 1), "product_code": None},
            True,
        ),
        (
            "and so may the code of its first day",
            "45A04",
            {"ingangsdatum": date(2026, 1, 1), "product_code": None},
            True,
        ),
        ("never one that no list had", "45A06", {"ingangsdatum": date(2026, 1, 1), "product_code": None}, False),
        ("without a toewijzing the ProductPeriode counts", "45A04", None, False),
        ("without a toewijzing the ProductPeriode counts", "45A05", None, True),
    ],
)
def test_tr381_list_of_the_ingangsdatum(wat, code, anders, bekend):  # type: ignore[no-untyped-def]
    van = None if anders is None else toewijzing(**anders)
    assert Codetoets(LIJSTEN).product_bekend(GEMEENTE, prestatie(product_code=code), van) == bekend, wat


def test_the_lists_are_asked_once_per_code_and_day() -> None:
    class Teller(Productcodelijst):
        gevraagd = 0

        def hoort_bij(self, code: str, categorie: str, op: date) -> bool:
            self.gevraagd += 1
            return super().hoort_bij(code, categorie, op)

    teller = Teller(LIJSTEN.productcodes)
    toets = Codetoets(Lijsten(gemeenten=LIJSTEN.gemeenten, productcodes=teller))
    for _ in range(100):
        toets.product_bekend(GEMEENTE, prestatie(), OUD)
        toets.product_bekend(GEMEENTE, prestatie(), NIEUW)
    assert teller.gevraagd == 2
