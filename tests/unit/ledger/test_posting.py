"""What may and may not become a boeking."""

import pytest

from services.ledger.posting import (
    MAX_BEDRAG_CENT,
    OnjuisteBoeking,
    Regel,
    bewaak,
    journaal,
    netto,
    spiegel,
)
from services.ledger.rekeningschema import (
    IN_BEHANDELING,
    INGEDIEND,
    KOSTEN,
    REKENINGEN,
    REKENINGSCHEMA,
    TE_BETALEN,
    VERPLICHT,
)


@pytest.mark.parametrize(
    ("regels", "reden"),
    [
        ([], "needs lines"),
        ([Regel(KOSTEN, "45", 100), Regel(TE_BETALEN, "45", -99)], "do not sum to zero"),
        ([Regel(KOSTEN, "45", 100), Regel(TE_BETALEN, "46", -100)], "do not sum to zero"),
        ([Regel(KOSTEN, "45", 100), Regel(INGEDIEND, "45", -100)], "do not sum to zero"),
        ([Regel(KOSTEN, "45", 0), Regel(TE_BETALEN, "45", 0)], "number of cents"),
        ([Regel(1234, "45", 100), Regel(TE_BETALEN, "45", -100)], "does not exist"),
        ([Regel(KOSTEN, "45", MAX_BEDRAG_CENT + 1), Regel(TE_BETALEN, "45", -MAX_BEDRAG_CENT - 1)], "number of cents"),
        ([Regel(KOSTEN, "45", 1.5), Regel(TE_BETALEN, "45", -1.5)], "number of cents"),  # type: ignore[arg-type]
        ([Regel(KOSTEN, "45", True), Regel(TE_BETALEN, "45", -1)], "number of cents"),
    ],
)
def test_bewaak_refuses(regels: list[Regel], reden: str) -> None:
    with pytest.raises(OnjuisteBoeking, match=reden):
        bewaak(regels)


def test_bewaak_accepts_pairs_in_several_circles_and_categories() -> None:
    regels = [*journaal(INGEDIEND, IN_BEHANDELING, "45", 100), *journaal(KOSTEN, TE_BETALEN, "46", -7)]
    bewaak(regels)
    assert len(regels) == 4


def test_journaal_turns_the_sides_of_a_negative_amount() -> None:
    assert journaal(KOSTEN, TE_BETALEN, "45", 250) == (Regel(KOSTEN, "45", 250), Regel(TE_BETALEN, "45", -250))
    assert journaal(KOSTEN, TE_BETALEN, "45", -250) == (Regel(KOSTEN, "45", -250), Regel(TE_BETALEN, "45", 250))


def test_journaal_of_nothing_has_no_lines() -> None:
    assert journaal(KOSTEN, TE_BETALEN, "45", 0) == ()


def test_spiegel_undoes() -> None:
    regels = (*journaal(KOSTEN, TE_BETALEN, "45", 250), *journaal(VERPLICHT, 9290, "", -3))
    samen = regels + spiegel(regels)
    assert [netto(samen, rekening) for rekening in REKENINGSCHEMA] == [0] * len(REKENINGSCHEMA)
    assert netto(regels, VERPLICHT) == -3


def test_every_account_is_in_the_chart_once_and_has_a_counterpart_in_its_circle() -> None:
    assert len(REKENINGSCHEMA) == len(REKENINGEN)
    for rekening in REKENINGEN:
        assert any(ander.kring == rekening.kring and ander.zijde != rekening.zijde for ander in REKENINGEN), (
            rekening.naam
        )
