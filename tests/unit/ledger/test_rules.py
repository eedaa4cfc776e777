"""What is booked for each event, to the line."""

from collections.abc import Iterable

import msgspec
import pytest

from services.ledger import rules
from services.ledger.boeking import Concept
from services.ledger.posting import Regel, Regels, bewaak, netto
from services.ledger.rules import OngeldigeGebeurtenis, Post, Stand
from services.platform.events import PrestatieMutatie, PrestatiesVerwerkt
from tests.unit.ledger.bouwen import bepaald, geregistreerd, mutatie, verwerkt


def lijnen(regels: Iterable[Regel]) -> list[tuple[int, str, int]]:
    return [(regel.rekening, regel.productcategorie, regel.bedrag) for regel in regels]


def boek(mut: PrestatieMutatie, stand: Stand = Stand(), debetboeking: int | None = None) -> tuple[Concept, Stand]:
    event: PrestatiesVerwerkt = verwerkt("d1", mut)
    concept, nieuw = rules.mutatie_boeking(event, mut, sleutel="s", inhoud=b"i", stand=stand, debetboeking=debetboeking)
    bewaak(concept.regels)
    return concept, nieuw


def test_a_declaratie_is_booked_by_month_of_care_with_its_categories() -> None:
    april, december = sorted(
        rules.indiening(
            geregistreerd("d1", (202604, "45", 100), (202512, "45", 30), (202604, "46", -20), (202604, "47", 0))
        ),
        key=lambda concept: -concept.boekjaar,
    )
    assert lijnen(april.regels) == [(9310, "45", 100), (9300, "45", -100), (9310, "46", -20), (9300, "46", 20)]
    assert (april.boekjaar, april.dienstperiode, april.declaratieperiode) == (2026, 202604, 202604)
    assert lijnen(december.regels) == [(9310, "45", 30), (9300, "45", -30)]
    assert (december.boekjaar, december.dienstperiode) == (2025, 202512)
    assert april.sleutel != december.sleutel


def test_a_declaratie_without_money_is_not_booked() -> None:
    assert rules.indiening(geregistreerd("d1", (202604, "45", 0))) == []


@pytest.mark.parametrize(
    ("stap", "soort", "regels"),
    [
        ("inBehandeling>inUitval", "uitval", [(9320, "45", 500), (9310, "45", -500)]),
        ("inBehandeling>afgewezen", "afwijzing", [(9340, "45", 500), (9310, "45", -500)]),
        ("inUitval>afgewezen", "afwijzing", [(9340, "45", 500), (9320, "45", -500)]),
        (
            "inBehandeling>toegekend",
            "toekenning",
            [(9300, "45", 500), (9310, "45", -500), (4400, "45", 500), (1600, "45", -500)],
        ),
        (
            "inUitval>toegekend",
            "toekenning",
            [(9300, "45", 500), (9320, "45", -500), (4400, "45", 500), (1600, "45", -500)],
        ),
    ],
)
def test_every_change_of_state_and_its_opposite_for_a_credit(
    stap: str, soort: str, regels: list[tuple[int, str, int]]
) -> None:
    concept, _ = boek(mutatie(1, 500, stap))
    assert concept.soort == soort
    assert lijnen(concept.regels) == regels
    credit, _ = boek(mutatie(2, -500, stap, vorige="R1"), debetboeking=4)
    assert lijnen(credit.regels) == [(rekening, categorie, -bedrag) for rekening, categorie, bedrag in regels]
    assert credit.tegenboeking_van == 4


@pytest.mark.parametrize(
    "stap", ["toegekend>afgewezen", "afgewezen>toegekend", "inUitval>inBehandeling", "inBehandeling>inBehandeling"]
)
def test_any_other_change_of_state_is_refused(stap: str) -> None:
    with pytest.raises(OngeldigeGebeurtenis):
        boek(mutatie(1, 500, stap))


@pytest.mark.parametrize("dienstperiode", [202600, 202613, 2026, 19991, 0, -202604])
def test_a_dienstperiode_that_is_no_month_is_refused(dienstperiode: int) -> None:
    with pytest.raises(OngeldigeGebeurtenis):
        boek(mutatie(1, 500, dienstperiode=dienstperiode))


@pytest.mark.parametrize(
    ("toegekend", "bedrag", "vrijval"),
    [
        (0, 300, -300),
        (900, 300, -100),  # only what was still open
        (1000, 300, 0),
        (300, -300, 300),
        (1200, -300, 100),  # above what was committed first
        (1500, -300, 0),
        (200, -300, 200),  # never more open than was committed
        (-300, 200, 0),
    ],
)
def test_an_award_uses_up_what_is_open_and_a_credit_gives_it_back(toegekend: int, bedrag: int, vrijval: int) -> None:
    stand = Stand(verplicht=1000, toegekend=toegekend, productcategorie="46", boeking=3)
    concept, nieuw = boek(mutatie(1, bedrag), stand)
    # On the productcategorie of the toewijzing, which may be wider than that of the prestatie.
    verwacht = [(9200, "46", vrijval), (9290, "46", -vrijval)] if vrijval else []
    assert lijnen(concept.regels)[4:] == verwacht
    assert nieuw == Stand(1000, toegekend + bedrag, "46", 3)


def test_an_award_without_known_toewijzing_leaves_verplichtingen_alone() -> None:
    stand = Stand(verplicht=1000, productcategorie="45", boeking=3)
    concept, nieuw = boek(mutatie(1, 300, verplicht=False), stand)
    assert len(concept.regels) == 4
    assert nieuw is stand


def stap(
    stand: Stand, bedrag: int, in_werking: Regels = (), categorie: str | None = "45", reeds: int = 0
) -> tuple[list[Concept], Stand]:
    event = bepaald(7, 1, {2026: bedrag}, categorie=categorie, reeds={2026: reeds})
    concepten, nieuw = rules.verplichting_boekingen(event, event.per_jaar[0], stand, in_werking)
    for concept in concepten:
        bewaak(concept.regels)
    return concepten, nieuw


def test_a_first_verplichting_is_booked_in_full() -> None:
    (concept,), nieuw = stap(Stand(), 1000)
    assert lijnen(concept.regels) == [(9200, "45", 1000), (9290, "45", -1000)]
    assert (concept.soort, concept.boekjaar, concept.tegenboeking_van) == ("verplichting", 2026, None)
    assert nieuw == Stand(1000, 0, "45", None)


def test_a_changed_verplichting_is_taken_back_whole_and_booked_anew() -> None:
    (oud,), stand = stap(Stand(), 1000)
    # 400 was awarded meanwhile: it stays booked where it was.
    stand = Stand(stand.verplicht, 400, stand.productcategorie, 5)
    (terug, nieuw), _ = stap(stand, 700, oud.regels)
    assert (terug.soort, terug.tegenboeking_van) == ("tegenboeking", 5)
    assert lijnen(terug.regels) == [(9200, "45", -1000), (9290, "45", 1000)]
    assert lijnen(nieuw.regels) == [(9200, "45", 700), (9290, "45", -700)]


def test_what_was_awarded_before_or_beyond_the_verplichting_is_corrected_in_it() -> None:
    (concept,), _ = stap(Stand(toegekend=300), 1000)
    assert lijnen(concept.regels) == [(9200, "45", 1000), (9290, "45", -1000), (9200, "45", -300), (9290, "45", 300)]
    # Lowered below what was awarded: nothing is open any more.
    (_, lager), nieuw = stap(Stand(1000, 600, "45", 5), 500, ((Regel(9200, "45", 1000)), Regel(9290, "45", -1000)))
    assert sum(bedrag for rekening, _, bedrag in lijnen(lager.regels) if rekening == 9200) == 600
    assert nieuw.open == 0


def test_what_was_awarded_before_the_toewijzing_was_known_uses_up_its_verplichting() -> None:
    (concept,), nieuw = stap(Stand(), 1000, reeds=300)
    assert lijnen(concept.regels) == [(9200, "45", 1000), (9290, "45", -1000), (9200, "45", -300), (9290, "45", 300)]
    assert (nieuw.open, nieuw.reeds_toegekend) == (700, 300)
    # Its credit comes as any other mutatie, and gives the 300 back.
    terug, stand = boek(mutatie(1, -300), nieuw)
    assert lijnen(terug.regels)[4:] == [(9200, "45", 300), (9290, "45", -300)]
    assert (stand.open, stand.reeds_toegekend) == (1000, 300)


def test_another_amount_awarded_before_is_a_changed_verplichting() -> None:
    stand = Stand(1000, 0, "45", 5)
    (_, concept), nieuw = stap(stand, 1000, (Regel(9200, "45", 1000), Regel(9290, "45", -1000)), reeds=300)
    assert netto(concept.regels, 9200) == 700
    assert nieuw.open == 700
    assert stap(nieuw, 1000, concept.regels, reeds=300) == ([], nieuw)


def test_a_verplichting_moves_to_another_productcategorie_with_what_was_used() -> None:
    in_werking = (Regel(9200, "45", 1000), Regel(9290, "45", -1000))
    (_, nieuw), stand = stap(Stand(1000, 400, "45", 5), 1000, in_werking, categorie=None)
    per_categorie = {"45": 0, "": 0}
    for rekening, categorie, bedrag in lijnen(nieuw.regels):
        if rekening == 9200:
            per_categorie[categorie] += bedrag
    # Category 45 holds 600 - 1000 after the tegenboeking: 400 brings it to zero, 600 is open elsewhere.
    assert per_categorie == {"45": 400, "": 600}
    assert stand.productcategorie == ""


def test_the_same_verplichting_again_books_nothing() -> None:
    stand = Stand(1000, 400, "45", 5)
    assert stap(stand, 1000) == ([], stand)
    assert stap(Stand(), 0, categorie="46") == ([], Stand())


def test_a_removed_verplichting_is_only_taken_back() -> None:
    (terug,), nieuw = stap(Stand(1000, 0, "45", 5), 0, (Regel(9200, "45", 1000), Regel(9290, "45", -1000)))
    assert terug.tegenboeking_van == 5
    assert nieuw.open == 0


@pytest.mark.parametrize("per_jaar", [[(2026, -1)], [(2026, 1), (2026, 2)]])
def test_a_verplichting_that_makes_no_sense_is_refused(per_jaar: list[tuple[int, int]]) -> None:
    with pytest.raises(OngeldigeGebeurtenis):
        rules.delen_per_jaar(bepaald(7, 1, per_jaar))


AMBULANT, VERBLIJF = Post("Ambulant", ("45",), 1000), Post("Verblijf", ("43", "44"), 500)


def test_a_begroting_is_booked_by_post_and_a_post_without_money_is_not() -> None:
    leeg = Post("Crisis", ("46",), 0)
    terug, besluiten = rules.begroting_boekingen(2026, 1, (), [AMBULANT, VERBLIJF, leeg], {})
    assert terug == []
    assert [b.concept and lijnen(b.concept.regels) for b in besluiten] == [
        [(9100, "", 1000), (9190, "", -1000)],
        [(9100, "", 500), (9190, "", -500)],
        None,
    ]


def test_a_changed_begroting_touches_only_the_posts_that_changed() -> None:
    anders = msgspec.structs.replace(AMBULANT, bedrag=1200)
    regels = {3: (Regel(9100, "", 1000), Regel(9190, "", -1000))}
    terug, besluiten = rules.begroting_boekingen(2026, 2, [(AMBULANT, 3), (VERBLIJF, 4)], [VERBLIJF, anders], regels)
    assert [(c.tegenboeking_van, lijnen(c.regels)) for c in terug] == [(3, [(9100, "", -1000), (9190, "", 1000)])]
    assert (besluiten[0].boeking, besluiten[0].concept) == (4, None)
    assert besluiten[1].concept is not None
    assert lijnen(besluiten[1].concept.regels) == [(9100, "", 1200), (9190, "", -1200)]


def test_other_categories_for_the_same_money_are_another_post() -> None:
    anders = msgspec.structs.replace(AMBULANT, productcategorieen=("45", "46"))
    regels = {3: (Regel(9100, "", 1000), Regel(9190, "", -1000))}
    terug, besluiten = rules.begroting_boekingen(2026, 2, [(AMBULANT, 3)], [anders], regels)
    assert len(terug) == 1
    assert besluiten[0].concept is not None
