"""From balances to a budget."""

from decimal import Decimal

import pytest

from services.ledger.budget import Bedragen, budget
from services.ledger.rules import Post


@pytest.mark.parametrize(
    ("toegekend", "begroot", "procent"),
    [
        (0, 0, None),
        (5, 0, None),
        (0, 100, "0.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),  # 0.05 goes up
        (4999, 10_000_000, "0.0"),
        (5000, 10_000_000, "0.1"),
        (150, 100, "150.0"),
        (-1, 2000, "-0.1"),
    ],
)
def test_uitputting_has_one_decimal_halves_up(toegekend: int, begroot: int, procent: str | None) -> None:
    bedragen = Bedragen(begroot, 0, 0, 0, 0, toegekend, 0, 0, 0)
    assert bedragen.uitputting_pct == (None if procent is None else Decimal(procent))


SALDI = {
    (9100, ""): 10_000,
    (9190, ""): -10_000,
    (9200, "45"): 2_000,
    (9290, "45"): -2_000,
    (9300, "45"): -700,
    (9310, "45"): 400,
    (9320, "45"): 250,
    (9340, "45"): 50,
    (4400, "45"): 3_000,
    (1600, "45"): -3_000,
    (4400, "46"): 100,
    (1600, "46"): -100,
    (9200, ""): 70,
    (9290, ""): -70,
}


def test_a_budget_by_post_with_what_no_post_names() -> None:
    gevonden = budget(SALDI, [Post("Ambulant", ("45",), 9_000), Post("Verblijf", ("43",), 1_000)])
    ambulant, verblijf, rest = gevonden.posten
    assert ambulant.bedragen == Bedragen(9_000, 2_000, 3_700, 400, 250, 3_000, 50, 0, 0)
    assert ambulant.bedragen.resterend == 9_000 - 2_000 - 3_000
    assert verblijf.bedragen == Bedragen(1_000, 0, 0, 0, 0, 0, 0, 0, 0)
    assert (rest.post, rest.productcategorieen) == ("niet begroot", ("", "46"))
    assert rest.bedragen == Bedragen(0, 70, 100, 0, 0, 100, 0, 0, 0)
    assert gevonden.totaal == Bedragen(10_000, 2_070, 3_800, 400, 250, 3_100, 50, 0, 0)


def test_submitted_is_the_sum_of_what_became_of_it() -> None:
    totaal = budget(SALDI, ()).totaal
    assert totaal.ingediend == totaal.in_behandeling + totaal.in_uitval + totaal.toegekend + totaal.afgewezen


def test_without_anything_there_is_no_post() -> None:
    assert budget({}, ()).posten == ()
    assert budget({(4400, "45"): 0}, ()).posten == ()


def test_advances_and_payments_have_their_accounts() -> None:
    totaal = budget({(1650, "45"): 500, (1610, "45"): -800, (1600, "45"): 300}, ()).totaal
    assert (totaal.voorschot, totaal.betaald) == (500, 800)
