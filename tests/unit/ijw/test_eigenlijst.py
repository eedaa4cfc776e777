"""A gemeente's own product codes: which list counts when, reading with every fault, and what a new list changes."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.codelijsten import Productcode, Productcodelijst
from ijw.eigenlijst import KOLOMMEN, MEESTE_PRODUCTEN, EigenProductcodelijst, Rij, controleer, lees_csv, schrijf_csv
from ijw.lijstverschil import verschil, vervallen

D = datetime.date
KOP = ",".join(KOLOMMEN) + "\n"
CATEGORIEEN = frozenset({"45", "46", "54"})
LANDELIJK = Productcodelijst(
    [
        Productcode("45A04", "45", "ambulant", "inspanningsgericht"),
        Productcode("45A05", "45", "groep", ""),
        Productcode("46A01", "46", "crisis", ""),
    ]
)


def product(code, categorie="45", van=D(2026, 1, 1), tot=None):
    return Productcode(code, categorie, f"eigen {code}", "", van, tot)


@pytest.mark.parametrize(
    ("wat", "code", "categorie", "op", "goed"),
    [
        ("national, before the own list", "45A04", "45", D(2025, 12, 31), True),
        ("national, while the own list has its categorie", "45A04", "45", D(2026, 1, 1), False),
        ("national, of a categorie that the own list does not name", "46A01", "46", D(2026, 1, 1), True),
        ("own, before it is in force", "45Z01", "45", D(2025, 12, 31), False),
        ("own, on its first day", "45Z01", "45", D(2026, 1, 1), True),
        ("own, on its last day", "45Z01", "45", D(2026, 6, 30), True),
        ("own, after it", "45Z01", "45", D(2026, 7, 1), False),
        ("national, once the own list has nothing left", "45A04", "45", D(2027, 1, 1), True),
        ("own, under another categorie", "45Z01", "46", D(2026, 1, 1), False),
        ("own, of a categorie without a national list", "54Z01", "54", D(2026, 1, 1), True),
        ("a code of nobody", "45Z99", "45", D(2026, 1, 1), False),
    ],
)
def test_which_list_counts(wat, code, categorie, op, goed):
    eigen = Productcodelijst(
        [
            product("45Z01", tot=D(2026, 6, 30)),
            product("45Z02", tot=D(2026, 12, 31)),
            product("54Z01", "54"),
        ]
    )
    lijst = EigenProductcodelijst(LANDELIJK, eigen)
    assert lijst.hoort_bij(code, categorie, op) == goed, wat
    assert (code in {rij.code for rij in lijst.van(categorie, op)}) == goed, wat
    if goed:
        gevonden = lijst.product(code, op)
        assert gevonden is not None
        assert gevonden.categorie == categorie


def test_which_words_and_categorieen():
    lijst = EigenProductcodelijst(LANDELIJK, Productcodelijst([product("45A04")]))
    assert lijst.product("45A04", D(2025, 1, 1)).omschrijving == "ambulant"
    assert lijst.product("45A04", D(2026, 1, 1)).omschrijving == "eigen 45A04"
    assert lijst.product("45A05", D(2026, 1, 1)) is None
    assert (lijst.kent("45"), lijst.kent("46"), lijst.kent("54")) == (True, True, False)


def test_lees_csv_met_komma_of_puntkomma():
    rijen = [product("45Z01"), product("45Z01", "46", D(2025, 1, 1), D(2025, 12, 31))]
    for tekst in (
        schrijf_csv(rijen),
        "\ufeff" + schrijf_csv(rijen).replace(",", ";").replace("\r\n", "\n") + "\n\n",
    ):
        gelezen = lees_csv(tekst, CATEGORIEEN)
        assert gelezen.fouten == ()
        assert gelezen.producten == tuple(rijen)
    assert lees_csv(KOP, CATEGORIEEN).producten == ()


@pytest.mark.parametrize(
    ("csv", "fouten"),
    [
        ("", [(1, "verwacht op de eerste regel de kolommen")]),
        ("code,categorie\n", [(1, "verwacht op de eerste regel de kolommen")]),
        (KOP + "45Z01,45\n", [(2, "verwacht 6 velden, gevonden 2")]),
        (KOP + "45Z001,45,x,,2026-01-01,\n", [(2, "code: verwacht een code")]),
        (KOP + ",45,x,,2026-01-01,\n", [(2, "code: verwacht een code")]),
        (KOP + "45Z01,99,x,,2026-01-01,\n", [(2, "categorie: is geen productcategorie")]),
        (KOP + "45Z01,45,,,2026-01-01,\n", [(2, "omschrijving:")]),
        (KOP + f"45Z01,45,{'x' * 201},,2026-01-01,\n", [(2, "omschrijving:")]),
        (KOP + "45Z01,45,x,maatwerk,2026-01-01,\n", [(2, "variant:")]),
        (KOP + "45Z01,45,x,,,\n", [(2, "geldig_van: is verplicht")]),
        (KOP + "45Z01,45,x,,1-1-2026,\n", [(2, "geldig_van: verwacht een datum")]),
        (KOP + "45Z01,45,x,,2026-W01-1,\n", [(2, "geldig_van: verwacht een datum")]),
        (KOP + "45Z01,45,x,,2026-02-30,\n", [(2, "geldig_van: verwacht een datum")]),
        (KOP + "45Z01,45,x,,2026-01-01,nooit\n", [(2, "geldig_tot: verwacht een datum")]),
        (KOP + "45Z01,45,x,,2026-01-02,2026-01-01\n", [(2, "geldig_tot: ligt voor het begin")]),
        (
            KOP + "45Z01,45,x,,2026-01-01,\n45Z02,45,x,,2026-01-01,\n45Z01,45,y,,2026-06-01,2026-06-30\n",
            [(4, "geldig_van: overlapt in de tijd")],
        ),
    ],
)
def test_lees_csv_weigert(csv, fouten):
    gelezen = lees_csv(csv, CATEGORIEEN)
    assert gelezen.producten == ()
    assert [
        (fout.regel, fout.melding[: len(deel)]) for fout, (_, deel) in zip(gelezen.fouten, fouten, strict=True)
    ] == (fouten)


def test_alle_fouten_van_alle_rijen_samen():
    tekst = KOP + "45Z001,99,x,,2026-01-01,\n45Z02,45\n45Z03,45,,,x,\n"
    assert [(fout.regel, fout.melding.partition(":")[0]) for fout in lees_csv(tekst, CATEGORIEEN).fouten] == [
        (2, "code"),
        (2, "categorie"),
        (3, "verwacht 6 velden, gevonden 2"),
        (4, "omschrijving"),
        (4, "geldig_van"),
    ]


def test_een_fout_noemt_het_pad_van_wat_geen_regels_heeft():
    rij = Rij(pad="/producten/7", code="45Z01", categorie="45", omschrijving="x")
    (fout,) = controleer([rij], CATEGORIEEN).fouten
    assert (fout.regel, fout.pad) == (None, "/producten/7/geldig_van")


def test_een_lijst_is_begrensd():
    rijen = [Rij()] * (MEESTE_PRODUCTEN + 1)
    (fout,) = controleer(rijen, CATEGORIEEN).fouten
    assert "2000" in fout.melding


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["45Z01", "45Z02", "A", "4 Z"]),
            st.sampled_from(sorted(CATEGORIEEN)),
            st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
            st.dates(D(2020, 1, 1), D(2030, 1, 1)),
            st.none() | st.dates(D(2030, 1, 1), D(2040, 1, 1)),
        ),
        max_size=8,
        unique_by=lambda rij: rij[:2],
    )
)
def test_wat_geschreven_is_wordt_gelezen(rijen):
    producten = tuple(Productcode(c, cat, woorden, "", van, tot) for c, cat, woorden, van, tot in rijen)
    assert lees_csv(schrijf_csv(producten), CATEGORIEEN).producten == producten


def test_verschil_van_twee_lijsten():
    oud = [product("45Z01"), product("45Z02"), product("45Z03")]
    nieuw = [product("45Z03"), product("45Z02", tot=D(2026, 12, 31)), product("45Z04")]
    anders = verschil(oud, nieuw)
    assert [rij.code for rij in anders.erbij] == ["45Z02", "45Z04"]
    assert [rij.code for rij in anders.eraf] == ["45Z01", "45Z02"]
    assert not anders.leeg
    assert verschil(oud, reversed(oud)).leeg


@pytest.mark.parametrize(
    ("wat", "oud", "nieuw", "codes"),
    [
        ("a first list that starts today", [], [product("45Z01", van=D(2026, 5, 6))], []),
        (
            "a first list that starts in the past replaces national codes",
            [],
            [product("45Z01", van=D(2026, 5, 5))],
            [("45A04", D(2026, 5, 5)), ("45A05", D(2026, 5, 5))],
        ),
        ("a code ends from today on", [product("45Z01")], [product("45Z01", tot=D(2026, 5, 5))], []),
        (
            "a code ends sooner",
            [product("45Z01"), product("45Z02")],
            [product("45Z01", tot=D(2026, 5, 4)), product("45Z02")],
            [("45Z01", D(2026, 5, 5))],
        ),
        (
            "a code is left out",
            [product("45Z01"), product("45Z02")],
            [product("45Z02")],
            [("45Z01", D(2026, 1, 1))],
        ),
        ("a code is left out that had not begun", [product("45Z01", van=D(2026, 5, 6))], [], []),
        ("a code is added", [product("45Z01")], [product("45Z01"), product("45Z02")], []),
    ],
)
def test_vervallen_noemt_codes_die_een_dag_in_het_verleden_verliezen(wat, oud, nieuw, codes):
    gevonden = vervallen(LANDELIJK, oud, nieuw, D(2026, 5, 6))
    assert [(rij.code, rij.dag) for rij in gevonden] == codes, wat


DAGEN = st.dates(D(2025, 12, 1), D(2026, 6, 30))
LIJSTEN = st.lists(
    st.builds(
        lambda code, van, duur: product(code, van=van, tot=van + datetime.timedelta(days=duur)),
        st.sampled_from(["45Z01", "45Z02", "45A04"]),
        DAGEN,
        st.integers(0, 200),
    ),
    max_size=4,
)


@given(LIJSTEN, LIJSTEN)
def test_vervallen_is_wat_op_een_dag_voor_vandaag_goed_was_en_niet_meer_is(oud, nieuw):
    vandaag = D(2026, 5, 6)
    was = EigenProductcodelijst(LANDELIJK, Productcodelijst(oud))
    wordt = EigenProductcodelijst(LANDELIJK, Productcodelijst(nieuw))
    dagen = [D(2025, 11, 1) + datetime.timedelta(days=n) for n in range((vandaag - D(2025, 11, 1)).days)]
    verwacht = {
        code
        for code in ("45Z01", "45Z02", "45A04", "45A05")
        if any(was.hoort_bij(code, "45", dag) and not wordt.hoort_bij(code, "45", dag) for dag in dagen)
    }
    assert {rij.code for rij in vervallen(LANDELIJK, oud, nieuw, vandaag)} == verwacht
