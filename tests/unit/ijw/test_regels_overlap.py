"""Level 2 rules that one product is not there twice on a day: assigned (TR302), asked for (TR386), new (TR410)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from regelvoorbeelden import AANVRAAG, NIEUW, TOEWIJZING, een_bevinding, jw301, jw315, jw317, paden

from ijw.berichten.basis import Product
from ijw.regels.overlap import Looptijd, overlappingen
from ijw.teksten import uitleg

D = dt.date
TOEGEWEZEN = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]"
AANGEVRAAGD = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct"
NIEUWE = "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct"

SPECIFIEK = Product(categorie="45", code="45A03")
ASPECIFIEK = Product(categorie="45")

# TR302

GENERIEK = None


def twee(een, ander, *, van=D(2026, 6, 1), tot=D(2026, 6, 30), reden=None):
    """A toewijzing of April and May 2026 and another one from `van` to `tot`."""
    eerste = replace(TOEWIJZING, product=een, ingangsdatum=D(2026, 4, 1), einddatum=D(2026, 5, 31))
    tweede = replace(
        TOEWIJZING,
        toewijzing_nummer=2,
        product=ander,
        ingangsdatum=van,
        einddatum=tot,
        reden_wijziging=reden,
    )
    return jw301(eerste, tweede)


@pytest.mark.parametrize("ander", [SPECIFIEK, ASPECIFIEK, GENERIEK])
def test_tr302_aansluitend_voldoet(ander):
    assert paden(twee(SPECIFIEK, ander), "TR302") == []


@pytest.mark.parametrize(
    ("een", "ander"),
    [
        (SPECIFIEK, Product(categorie="45", code="45A04")),
        (ASPECIFIEK, Product(categorie="46")),
        (SPECIFIEK, Product(categorie="46", code="45A03")),
        (SPECIFIEK, Product(categorie="46")),
    ],
)
def test_tr302_ander_product_voldoet(een, ander):
    assert paden(twee(een, ander, van=D(2026, 5, 1)), "TR302") == []


@pytest.mark.parametrize("reden", ["13", "01"])
def test_tr302_verwijderd_voldoet(reden):
    bericht = twee(SPECIFIEK, SPECIFIEK, van=D(2026, 5, 1), tot=D(2026, 5, 1), reden=reden)
    assert paden(bericht, "TR302") == []


def test_tr302_zonder_een_dag_voldoet():
    # an end before the begin is CS003's
    assert paden(twee(SPECIFIEK, SPECIFIEK, van=D(2026, 5, 2), tot=D(2026, 5, 1)), "TR302") == []


@pytest.mark.parametrize(
    ("een", "ander"),
    [
        (SPECIFIEK, SPECIFIEK),
        (SPECIFIEK, ASPECIFIEK),
        (ASPECIFIEK, SPECIFIEK),
        (ASPECIFIEK, ASPECIFIEK),
        (SPECIFIEK, GENERIEK),
        (GENERIEK, ASPECIFIEK),
        (GENERIEK, GENERIEK),
    ],
)
@pytest.mark.parametrize("tot", [None, D(2026, 5, 31), D(2027, 1, 1)])
def test_tr302_een_gedeelde_dag_faalt(een, ander, tot):
    bericht = twee(een, ander, van=D(2026, 5, 31), tot=tot)
    assert paden(bericht, "TR302") == [f"{TOEGEWEZEN[:-3]}[2]"]
    invoer = een_bevinding(bericht, "TR302").invoer
    assert (invoer["toewijzing"], invoer["eerder"]) == ("2", "10072")


@pytest.mark.parametrize(("tot", "reden"), [(D(2026, 5, 2), "13"), (D(2026, 5, 1), "04"), (D(2026, 5, 1), None)])
def test_tr302_niet_echt_verwijderd_faalt(tot, reden):
    bericht = twee(SPECIFIEK, SPECIFIEK, van=D(2026, 5, 1), tot=tot, reden=reden)
    assert paden(bericht, "TR302") == [f"{TOEGEWEZEN[:-3]}[2]"]


def test_tr302_een_kort_product_na_een_lang_verbergt_het_lange_niet_faalt():
    lang = replace(TOEWIJZING, ingangsdatum=D(2026, 1, 1), einddatum=D(2026, 12, 31))
    kort = replace(TOEWIJZING, toewijzing_nummer=2, ingangsdatum=D(2026, 2, 1), einddatum=D(2026, 2, 3))
    laat = replace(TOEWIJZING, toewijzing_nummer=3, ingangsdatum=D(2026, 11, 1), einddatum=D(2026, 11, 3))
    assert paden(jw301(laat, lang, kort), "TR302") == [f"{TOEGEWEZEN[:-3]}[3]", f"{TOEGEWEZEN[:-3]}[1]"]


def test_tr302_toont_product_en_looptijd_van_beide():
    bericht = twee(ASPECIFIEK, SPECIFIEK, van=D(2026, 5, 31), tot=None)
    assert uitleg(een_bevinding(bericht, "TR302")) == (
        "toewijzing 2 (product 45A03, vanaf 31-05-2026) overlapt met toewijzing 10072 van hetzelfde product"
        " (categorie 45, 01-04-2026 tot en met 31-05-2026) (TR302, OP259)"
    )


# TR386 and TR410: the same for products asked for, of which none can be removed


def twee_aanvragen(een, ander, *, van, tot):
    """An AangevraagdProduct of June 2026 and another one from `van` to `tot`."""
    eerste = replace(AANVRAAG, product=een, toewijzing_einddatum=D(2026, 6, 30))
    rest = {"product": ander, "toewijzing_ingangsdatum": van, "toewijzing_einddatum": tot}
    return jw315(eerste, replace(AANVRAAG, referentie_aanbieder="R2", **rest))


def twee_nieuwe(een, ander, *, van, tot):
    """A NieuwProduct of June 2026 and another one from `van` to `tot`."""
    eerste = replace(NIEUW, product=een, einddatum=D(2026, 6, 30))
    return jw317(nieuwe_producten=(eerste, replace(NIEUW, product=ander, gewenste_ingangsdatum=van, einddatum=tot)))


VERSCHILLEND = [
    (SPECIFIEK, Product(categorie="45", code="45A04"), D(2026, 6, 1)),
    (ASPECIFIEK, Product(categorie="46"), D(2026, 6, 1)),
    (SPECIFIEK, Product(categorie="46"), D(2026, 6, 1)),
    (SPECIFIEK, SPECIFIEK, D(2026, 7, 1)),
    (GENERIEK, SPECIFIEK, D(2026, 7, 1)),
]
HETZELFDE = [(SPECIFIEK, SPECIFIEK), (SPECIFIEK, ASPECIFIEK), (ASPECIFIEK, SPECIFIEK), (SPECIFIEK, GENERIEK)]
EINDES = [None, D(2026, 6, 30), D(2027, 1, 1)]


@pytest.mark.parametrize(("een", "ander", "van"), VERSCHILLEND)
def test_tr386_voldoet(een, ander, van):
    assert paden(twee_aanvragen(een, ander, van=van, tot=None), "TR386") == []


@pytest.mark.parametrize(("een", "ander"), HETZELFDE)
@pytest.mark.parametrize("tot", EINDES)
def test_tr386_faalt(een, ander, tot):
    bericht = twee_aanvragen(een, ander, van=D(2026, 6, 30), tot=tot)
    assert paden(bericht, "TR386") == [f"{AANGEVRAAGD}[2]"]
    assert een_bevinding(bericht, "TR386").invoer["eerder"] == "AangevraagdProduct 1"


@pytest.mark.parametrize(("een", "ander", "van"), VERSCHILLEND)
def test_tr410_voldoet(een, ander, van):
    assert paden(twee_nieuwe(een, ander, van=van, tot=None), "TR410") == []


@pytest.mark.parametrize(("een", "ander"), HETZELFDE)
@pytest.mark.parametrize("tot", EINDES)
def test_tr410_faalt(een, ander, tot):
    bericht = twee_nieuwe(een, ander, van=D(2026, 6, 30), tot=tot)
    assert paden(bericht, "TR410") == [f"{NIEUWE}[2]"]
    assert een_bevinding(bericht, "TR410").invoer["eerder"] == "NieuwProduct 1"


looptijden = st.lists(
    st.tuples(
        st.integers(0, 20).map(lambda n: D(2026, 1, 1) + dt.timedelta(days=n)),
        st.integers(-2, 8),
        st.sampled_from([None, ASPECIFIEK, SPECIFIEK, Product(categorie="45", code="45A04"), Product(categorie="46")]),
    ),
    max_size=8,
).map(lambda lijst: [Looptijd(b, n, b + dt.timedelta(days=lengte), p) for n, (b, lengte, p) in enumerate(lijst, 1)])


def zelfde_product(a, b):
    if a is None or b is None:
        return True
    return a.categorie == b.categorie and (a.code is None or b.code is None or a.code == b.code)


@given(looptijden)
def test_tr302_vindt_wat_vergelijken_van_alle_paren_vindt(lijst):
    verwacht = {
        laat.nummer
        for laat in lijst
        for vroeg in lijst
        if (vroeg.begin, vroeg.nummer) < (laat.begin, laat.nummer)
        and max(laat.begin, vroeg.begin) <= min(laat.eind, vroeg.eind)
        and zelfde_product(laat.product, vroeg.product)
    }
    assert {nummer for nummer, _ in overlappingen(lijst)} == verwacht
