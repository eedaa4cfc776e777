"""What counts on a toewijzing: volume in units that can be added, all money, and debets that still cost something."""

import pytest

from services.matching.beoordeling import Feitenboek, beoordeel
from services.matching.contract import Contract
from services.matching.feiten import Lopend, Saldo, Zaak, telbaar
from services.matching.saldi import Inzet, na_besluit
from tests.unit.matching.bouwen import (
    AANBIEDER,
    GEMEENTE,
    LIJSTEN,
    contractregel,
    credit,
    declaratie,
    prestatie,
    toewijzing,
    zaak,
)

SLEUTEL = (GEMEENTE, 1001)


def boek(**anders: object) -> Feitenboek:
    """One toewijzing of 12 uur a month, and contract lines for hours and sessions."""
    velden: dict[str, object] = {
        "lijsten": LIJSTEN,
        "toewijzingen": {SLEUTEL: toewijzing()},
        "saldi": {SLEUTEL: Saldo()},
        "contracten": {(GEMEENTE, AANBIEDER, 2026): Contract([contractregel(), contractregel(eenheid="84")])},
    }
    return Feitenboek(**(velden | anders))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("eenheid", "toegewezen", "verwacht"),
    [
        ("04", "04", 180),
        ("01", "04", 3),
        ("04", "01", 180),
        ("84", "84", 3),
        ("84", "04", 0),
        ("83", "01", 0),
        ("01", "16", 0),
        ("04", None, 0),
    ],
)
def test_volume_counts_in_units_that_can_be_added(eenheid: str, toegewezen: str | None, verwacht: int) -> None:
    assert telbaar(3, eenheid, toegewezen) == verwacht


def test_tr341_a_wrong_unit_uses_no_volume_but_its_money_counts() -> None:
    """Or it would give 9322 to whoever comes next."""
    p = prestatie(eenheid="84", volume=1_000, bedrag=9_000_000)
    uitslag = beoordeel([zaak(p)], boek())
    assert [b.regel for b in uitslag.oordelen[0].bevindingen] == ["TR341"]
    assert uitslag.saldi == {SLEUTEL: Saldo(0, 9_000_000, 0)}
    lopend = Lopend("u", "prestatie", True, uitslag.oordelen[0].bevindingen)
    nogmaals = beoordeel([Zaak(declaratie(), p, lopend)], boek(saldi=uitslag.saldi))
    assert nogmaals.saldi == {}


@pytest.mark.parametrize(("naar", "verwacht"), [("toegekend", Saldo(0, 9_000, 1)), ("afgewezen", Saldo(0, 0, 0))])
def test_a_decision_on_a_wrong_unit_moves_no_volume(naar: str, verwacht: Saldo) -> None:
    inzet = [Inzet(zaak(prestatie(eenheid="84", volume=1, bedrag=9_000)), True, True, toegewezen="04")]
    assert na_besluit(inzet, naar, {SLEUTEL: Saldo(0, 9_000, 0)}) == {SLEUTEL: verwacht}  # type: ignore[arg-type]


def test_tr385_an_awarded_prestatie_of_no_money_does_not_count() -> None:
    gratis = prestatie(bedrag=0, tarief=0)
    nul = Contract([contractregel(tarief_cent=0)])
    contracten = {(GEMEENTE, AANBIEDER, 2026): nul}
    uitslag = beoordeel([zaak(gratis)], boek(contracten=contracten))
    assert uitslag.oordelen[0].uitkomst == "toegekend"
    assert uitslag.saldi == {SLEUTEL: Saldo(240, 0, 0)}
    samen = beoordeel([zaak(gratis), zaak(credit(gratis), 2)], boek(contracten=contracten))
    assert [oordeel.uitkomst for oordeel in samen.oordelen] == ["toegekend", "toegekend"]
    assert samen.saldi == {}
    inzet = [Inzet(zaak(gratis), True, True, toegewezen="04")]
    assert na_besluit(inzet, "toegekend", {SLEUTEL: Saldo(240, 0, 2)}) == {}
