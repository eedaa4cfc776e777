"""OP366 without losing the order in which declaraties came."""

from collections.abc import Sequence

from services.matching.feiten import Zaak
from services.matching.partities import partitie_van
from services.matching.volgorde import op_volgorde
from tests.unit.matching.bouwen import GEMEENTE, credit, prestatie, zaak

ELDERS = next(n for n in range(2000, 2100) if partitie_van(GEMEENTE, n) != partitie_van(GEMEENTE, 1001))
SAMEN = next(n for n in range(2000, 2100) if partitie_van(GEMEENTE, n) == partitie_van(GEMEENTE, 1001))


def referenties(zaken: Sequence[Zaak]) -> list[str]:
    return [zaak.prestatie.referentie for zaak in op_volgorde(zaken)]


def test_op366_credits_go_first_within_their_declaratie_and_partition() -> None:
    debet, samen = prestatie(referentie="a"), prestatie(referentie="b", toewijzing_nummer=SAMEN)
    zaken = [zaak(debet), zaak(samen), zaak(credit(samen)), zaak(credit(debet)), zaak(prestatie(referentie="d"), 2)]
    assert referenties(zaken) == ["bc", "ac", "a", "b", "d"]


def test_a_declaratie_that_began_elsewhere_does_not_jump_the_queue() -> None:
    """Declaratie 2 opens in another partition; its credit stands behind the debet of declaratie 1 it takes back."""
    debet = prestatie(referentie="a")
    zaken = [zaak(prestatie(referentie="b", toewijzing_nummer=ELDERS), 2), zaak(debet, 1), zaak(credit(debet), 2)]
    assert referenties(zaken) == ["b", "a", "ac"]


def test_without_credits_nothing_moves() -> None:
    zaken = [zaak(prestatie(referentie=f"{n}"), n % 2) for n in range(4)]
    assert op_volgorde(zaken) is zaken
