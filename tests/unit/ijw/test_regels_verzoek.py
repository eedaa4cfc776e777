"""Level 2 rules about a verzoek om toewijzing or om wijziging, each complied with and broken."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import AANVRAAG, DAGTEKENING, NIEUW, WIJZIGING, een_bevinding, jw315, jw317, paden

from ijw.berichten.basis import Verwijzer
from ijw.berichten.jw317 import OngewijzigdProduct317
from ijw.teksten import uitleg

D = dt.date
VERZOEK = "/Bericht/Client/Verzoek"
AANGEVRAAGD = "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct"
ONGEWIJZIGD = OngewijzigdProduct317(toewijzing_nummer=10073)


# TR352 and TR353


@pytest.mark.parametrize(
    "verzoek", [{"ongewijzigde_producten": (ONGEWIJZIGD,)}, {"te_wijzigen_producten": (WIJZIGING,)}]
)
def test_tr352_voldoet(verzoek):
    assert paden(jw317(**verzoek), "TR352") == []


def test_tr352_faalt():
    bericht = jw317(nieuwe_producten=(NIEUW, replace(NIEUW, product=None)))
    assert paden(bericht, "TR352") == [VERZOEK]
    assert "en 2 nieuwe" in uitleg(een_bevinding(bericht, "TR352"))


@pytest.mark.parametrize("verzoek", [{"te_wijzigen_producten": (WIJZIGING,)}, {"nieuwe_producten": (NIEUW,)}])
def test_tr353_voldoet(verzoek):
    assert paden(jw317(**verzoek), "TR353") == []


def test_tr353_faalt():
    bericht = jw317(ongewijzigde_producten=(ONGEWIJZIGD,))
    assert paden(bericht, "TR353") == [VERZOEK]
    assert "en 1 ongewijzigde" in uitleg(een_bevinding(bericht, "TR353"))


def test_tr352_tr353_leeg_verzoek_faalt():
    leeg = jw317(ongewijzigde_producten=())
    assert paden(leeg, "TR352") == paden(leeg, "TR353") == [VERZOEK]


# TR380


def test_tr380_voldoet():
    morgen = DAGTEKENING + dt.timedelta(days=1)
    assert paden(jw317(nieuwe_producten=(replace(NIEUW, gewenste_ingangsdatum=morgen),)), "TR380") == []


def test_tr380_te_wijzigen_product_voldoet():
    # when that may begin is TR357's
    eerder = replace(WIJZIGING, gewenste_ingangsdatum=D(2026, 1, 1))
    assert paden(jw317(te_wijzigen_producten=(eerder,)), "TR380") == []


@pytest.mark.parametrize("gewenst", [DAGTEKENING, D(2026, 5, 5), D(2020, 1, 1)])
def test_tr380_faalt(gewenst):
    bericht = jw317(nieuwe_producten=(NIEUW, replace(NIEUW, gewenste_ingangsdatum=gewenst)))
    assert paden(bericht, "TR380") == [f"{VERZOEK}/NieuweProducten/NieuwProduct[2]/GewensteIngangsdatum"]
    assert "na de dagtekening 06-05-2026" in uitleg(een_bevinding(bericht, "TR380"))


# TR383


def test_tr383_voldoet():
    assert paden(jw315(AANVRAAG, replace(AANVRAAG, referentie_aanbieder="R2")), "TR383") == []


def test_tr383_faalt():
    bericht = jw315(AANVRAAG, replace(AANVRAAG, referentie_aanbieder="R2"), replace(AANVRAAG, product=None))
    assert paden(bericht, "TR383") == [f"{AANGEVRAAGD}[3]/ReferentieAanbieder"]
    assert een_bevinding(bericht, "TR383").invoer == {"referentie": "R1", "eerder": "AangevraagdProduct 1"}
    # the key of this class is the same element, so TR101 finds it too
    assert paden(bericht, "TR101") == [f"{AANGEVRAAGD}[3]"]


# CD043


@pytest.mark.parametrize(("nummer", "ingang"), [(None, None), (12, D(2026, 3, 1)), (0, D(2026, 3, 1))])
def test_cd043_voldoet(nummer, ingang):
    aanvraag = replace(AANVRAAG, beschikking_nummer=nummer, beschikking_ingangsdatum=ingang)
    assert paden(jw315(aanvraag), "CD043") == []


@pytest.mark.parametrize(
    ("nummer", "ingang", "tekst"),
    [(12, None, "beschikkingnummer 12 hoort"), (0, None, "nummer 0 hoort"), (None, D(2026, 3, 1), "is 01-03-2026")],
)
def test_cd043_faalt(nummer, ingang, tekst):
    bericht = jw315(replace(AANVRAAG, beschikking_nummer=nummer, beschikking_ingangsdatum=ingang))
    assert paden(bericht, "CD043") == [f"{AANGEVRAAGD}[1]/BeschikkingIngangsdatum"]
    assert tekst in uitleg(een_bevinding(bericht, "CD043"))


# CD066, CD067, CD068: of a huisarts, jeugdarts, GI or specialist a code or a name; of others a name at most


def verwezen(soort, code, naam):
    return jw315(replace(AANVRAAG, verwijzer=Verwijzer(type=soort, zorgverlener_code=code, naam=naam)))


CODE, NAAM = "01234567", "Dr. Vlinder"
ZORGVERLENERS = ["02", "03", "04", "05"]
ANDEREN = ["01", "06", "08"]


@pytest.mark.parametrize("soort", ZORGVERLENERS)
@pytest.mark.parametrize(("code", "naam"), [(CODE, None), (None, NAAM)])
def test_cd066_cd067_voldoet(soort, code, naam):
    for regel in ("CD066", "CD067", "CD068"):
        assert paden(verwezen(soort, code, naam), regel) == []


@pytest.mark.parametrize("soort", ANDEREN)
@pytest.mark.parametrize("naam", [None, NAAM])
def test_cd068_voldoet(soort, naam):
    for regel in ("CD066", "CD067", "CD068"):
        assert paden(verwezen(soort, None, naam), regel) == []


@pytest.mark.parametrize("soort", ZORGVERLENERS)
def test_cd066_faalt(soort):
    bericht = verwezen(soort, CODE, NAAM)
    assert paden(bericht, "CD066") == [f"{AANGEVRAAGD}[1]/Verwijzer/Naam"]
    assert paden(bericht, "CD067") == paden(bericht, "CD068") == []


@pytest.mark.parametrize("soort", ZORGVERLENERS)
def test_cd067_faalt(soort):
    bericht = verwezen(soort, None, None)
    assert paden(bericht, "CD067") == [f"{AANGEVRAAGD}[1]/Verwijzer/Naam"]
    assert paden(bericht, "CD066") == paden(bericht, "CD068") == []


@pytest.mark.parametrize("soort", ANDEREN)
@pytest.mark.parametrize("naam", [None, NAAM])
def test_cd068_faalt(soort, naam):
    bericht = verwezen(soort, CODE, naam)
    assert paden(bericht, "CD068") == [f"{AANGEVRAAGD}[1]/Verwijzer/ZorgverlenerCode"]
    assert paden(bericht, "CD066") == paden(bericht, "CD067") == []


@pytest.mark.parametrize(("soort", "code", "naam"), [("02", CODE, NAAM), ("02", None, None), ("01", CODE, NAAM)])
def test_cd066_cd067_cd068_noemt_naam_en_code_niet(soort, code, naam):
    (bevinding,) = [
        een_bevinding(verwezen(soort, code, naam), regel)
        for regel in ("CD066", "CD067", "CD068")
        if paden(verwezen(soort, code, naam), regel)
    ]
    assert bevinding.invoer == {"code": soort}
