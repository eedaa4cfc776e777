"""Level 2 rules about a toewijzing and about products asked for, each complied with and broken."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import (
    AANVRAAG,
    NIEUW,
    TOEWIJZING,
    WIJZIGING,
    een_bevinding,
    jw301,
    jw315,
    jw317,
    paden,
)

from ijw.berichten.basis import Omvang, Product

D = dt.date
TOEGEWEZEN = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"
AANGEVRAAGD = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]"
TE_WIJZIGEN = "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct[1]"
NIEUWE = "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[1]"

SPECIFIEK = Product(categorie="45", code="45A03")
ASPECIFIEK = Product(categorie="45")
PER_WEEK = Omvang(volume=3, eenheid="04", frequentie="2")
PER_MAAND = Omvang(volume=3, eenheid="04", frequentie="4")


def overal(regel, *, eind=None, product=ASPECIFIEK, **velden):
    """Paths found when each class that can carry these fields does so."""
    toegewezen = {"omvang": None, **velden}
    return (
        paden(jw301(replace(TOEWIJZING, product=product, einddatum=eind, **toegewezen)), regel)
        + paden(jw315(replace(AANVRAAG, product=product, toewijzing_einddatum=eind, **velden)), regel)
        + paden(jw317(te_wijzigen_producten=(replace(WIJZIGING, einddatum=eind, **velden),)), regel)
        + paden(jw317(nieuwe_producten=(replace(NIEUW, product=product, einddatum=eind, **velden),)), regel)
    )


@pytest.mark.parametrize(
    ("product", "omvang"), [(SPECIFIEK, PER_MAAND), (ASPECIFIEK, None), (ASPECIFIEK, PER_MAAND), (None, None)]
)
def test_cd041_voldoet(product, omvang):
    assert overal("CD041", product=product, omvang=omvang) == []


def test_cd041_faalt():
    # a TeWijzigenProduct cannot name a Code: TR411 looks it up
    gevonden = overal("CD041", product=SPECIFIEK, omvang=None)
    assert gevonden == [f"{klasse}/Omvang" for klasse in (TOEGEWEZEN, AANGEVRAAGD, NIEUWE)]


@pytest.mark.parametrize(("budget", "eind"), [(100, D(2026, 12, 31)), (None, None), (0, D(2026, 12, 31))])
def test_cd075_voldoet(budget, eind):
    assert overal("CD075", budget=budget, eind=eind) == []


@pytest.mark.parametrize("budget", [0, 100])
def test_cd075_faalt(budget):
    assert overal("CD075", budget=budget) == [
        f"{TOEGEWEZEN}/Einddatum",
        f"{AANGEVRAAGD}/ToewijzingEinddatum",
        f"{TE_WIJZIGEN}/Einddatum",
        f"{NIEUWE}/Einddatum",
    ]


@pytest.mark.parametrize(("omvang", "eind"), [(PER_WEEK, D(2026, 12, 31)), (PER_MAAND, None), (None, None)])
def test_cd076_voldoet(omvang, eind):
    assert overal("CD076", omvang=omvang, eind=eind) == []


def test_cd076_faalt():
    assert overal("CD076", omvang=PER_WEEK) == [
        f"{TOEGEWEZEN}/Einddatum",
        f"{AANGEVRAAGD}/ToewijzingEinddatum",
        f"{TE_WIJZIGEN}/Einddatum",
        f"{NIEUWE}/Einddatum",
    ]


@pytest.mark.parametrize(("omvang", "budget"), [(None, 100), (PER_MAAND, None), (None, None)])
def test_cd077_cd078_voldoet(omvang, budget):
    assert overal("CD077", omvang=omvang, budget=budget) == []
    assert overal("CD078", omvang=omvang, budget=budget) == []


@pytest.mark.parametrize("budget", [0, 100])
def test_cd077_cd078_faalt(budget):
    klassen = (TOEGEWEZEN, AANGEVRAAGD, TE_WIJZIGEN, NIEUWE)
    assert overal("CD077", omvang=PER_MAAND, budget=budget) == [f"{klasse}/Omvang" for klasse in klassen]
    assert overal("CD078", omvang=PER_MAAND, budget=budget) == [f"{klasse}/Budget" for klasse in klassen]


@pytest.mark.parametrize(("product", "budget"), [(ASPECIFIEK, None), (None, 0), (None, 100), (ASPECIFIEK, 100)])
def test_cd079_voldoet(product, budget):
    assert overal("CD079", product=product, budget=budget, eind=D(2026, 12, 31)) == []


def test_cd079_faalt():
    gevonden = overal("CD079", product=None)
    assert gevonden == [f"{klasse}/Product" for klasse in (TOEGEWEZEN, AANGEVRAAGD, NIEUWE)]


@pytest.mark.parametrize(
    ("product", "omvang", "eind"),
    [
        (SPECIFIEK, PER_MAAND, None),
        (ASPECIFIEK, None, None),
        (ASPECIFIEK, PER_MAAND, D(2020, 12, 31)),
        (None, PER_MAAND, D(2020, 12, 31)),
    ],
)
def test_cd080_voldoet(product, omvang, eind):
    assert paden(jw301(replace(TOEWIJZING, product=product, omvang=omvang, einddatum=eind)), "CD080") == []


@pytest.mark.parametrize("product", [ASPECIFIEK, None])
@pytest.mark.parametrize("eind", [None, D(2021, 1, 1)])
def test_cd080_faalt(product, eind):
    bericht = jw301(replace(TOEWIJZING, product=product, omvang=PER_MAAND, einddatum=eind))
    assert paden(bericht, "CD080") == [f"{TOEGEWEZEN}/Omvang"]


ZONDER_CODE = [(ASPECIFIEK, None), (None, None), (ASPECIFIEK, D(2021, 1, 1)), (None, D(2026, 12, 31))]
GOED = [
    (SPECIFIEK, PER_MAAND, None),
    (ASPECIFIEK, None, None),
    (None, None, None),
    (ASPECIFIEK, PER_MAAND, D(2020, 12, 31)),
    (None, PER_MAAND, D(2020, 12, 31)),
]


@pytest.mark.parametrize(("product", "omvang", "eind"), GOED)
def test_cd095_voldoet(product, omvang, eind):
    bericht = jw315(replace(AANVRAAG, product=product, omvang=omvang, toewijzing_einddatum=eind))
    assert paden(bericht, "CD095") == []


@pytest.mark.parametrize(("product", "eind"), ZONDER_CODE)
def test_cd095_faalt(product, eind):
    bericht = jw315(replace(AANVRAAG, product=product, omvang=PER_MAAND, toewijzing_einddatum=eind))
    assert paden(bericht, "CD095") == [f"{AANGEVRAAGD}/Omvang"]
    assert een_bevinding(bericht, "CD095").invoer == {"waarde": "3 uur per maand"}


@pytest.mark.parametrize(("product", "omvang", "eind"), GOED)
def test_cd096_voldoet(product, omvang, eind):
    bericht = jw317(nieuwe_producten=(replace(NIEUW, product=product, omvang=omvang, einddatum=eind),))
    assert paden(bericht, "CD096") == []


def test_cd096_te_wijzigen_product_voldoet():
    # it cannot name a Product: TR412 looks up what the toewijzing has
    assert paden(jw317(te_wijzigen_producten=(replace(WIJZIGING, omvang=PER_MAAND),)), "CD096") == []


@pytest.mark.parametrize(("product", "eind"), ZONDER_CODE)
def test_cd096_faalt(product, eind):
    bericht = jw317(nieuwe_producten=(replace(NIEUW, product=product, omvang=PER_MAAND, einddatum=eind),))
    assert paden(bericht, "CD096") == [f"{NIEUWE}/Omvang"]


@pytest.mark.parametrize(
    ("reden", "eind"), [("13", D(2026, 4, 1)), ("04", D(2026, 9, 30)), (None, None), (None, D(2026, 4, 1))]
)
def test_cs335_voldoet(reden, eind):
    assert paden(jw301(replace(TOEWIJZING, reden_wijziging=reden, einddatum=eind)), "CS335") == []


@pytest.mark.parametrize("eind", [None, D(2026, 4, 2), D(2026, 3, 31)])
def test_cs335_faalt(eind):
    bericht = jw301(replace(TOEWIJZING, reden_wijziging="13", einddatum=eind))
    assert paden(bericht, "CS335") == [f"{TOEGEWEZEN}/RedenWijziging"]


@pytest.mark.parametrize("reden", [None, "02", "13", "14"])
def test_cs336_voldoet(reden):
    assert paden(jw301(replace(TOEWIJZING, reden_wijziging=reden)), "CS336") == []


def test_cs336_faalt():
    bericht = jw301(TOEWIJZING, replace(TOEWIJZING, toewijzing_nummer=2, reden_wijziging="01"))
    assert paden(bericht, "CS336") == [f"{TOEGEWEZEN[:-3]}[2]/RedenWijziging"]


@pytest.mark.parametrize(
    ("eenheid", "frequentie", "eind"),
    [
        ("14", "2", None),
        ("83", "6", None),
        ("84", "4", None),
        ("04", "1", None),
        ("82", "1", None),
        ("16", "1", D(2020, 12, 31)),
    ],
)
def test_cs338_voldoet(eenheid, frequentie, eind):
    omvang = Omvang(volume=1, eenheid=eenheid, frequentie=frequentie)
    assert overal("CS338", omvang=omvang, eind=eind) == []


@pytest.mark.parametrize("eenheid", ["14", "16", "83", "84"])
@pytest.mark.parametrize("eind", [None, D(2021, 1, 1)])
def test_cs338_faalt(eenheid, eind):
    gevonden = overal("CS338", omvang=Omvang(volume=1, eenheid=eenheid, frequentie="1"), eind=eind)
    assert gevonden == [f"{klasse}/Omvang/Frequentie" for klasse in (TOEGEWEZEN, TE_WIJZIGEN, NIEUWE)]


@pytest.mark.parametrize(
    ("eenheid", "frequentie", "eind"),
    [("14", "2", None), ("83", "6", None), ("84", "4", None), ("04", "1", None), ("16", "1", D(2020, 12, 31))],
)
def test_cs343_voldoet(eenheid, frequentie, eind):
    omvang = Omvang(volume=1, eenheid=eenheid, frequentie=frequentie)
    assert paden(jw315(replace(AANVRAAG, omvang=omvang, toewijzing_einddatum=eind)), "CS343") == []


@pytest.mark.parametrize("eenheid", ["14", "16", "83", "84"])
@pytest.mark.parametrize("eind", [None, D(2021, 1, 1)])
def test_cs343_faalt(eenheid, eind):
    omvang = Omvang(volume=1, eenheid=eenheid, frequentie="1")
    bericht = jw315(replace(AANVRAAG, omvang=omvang, toewijzing_einddatum=eind))
    assert paden(bericht, "CS343") == [f"{AANGEVRAAGD}/Omvang/Frequentie"]
    assert een_bevinding(bericht, "CS343").invoer["waarde"].endswith(" per dag")
