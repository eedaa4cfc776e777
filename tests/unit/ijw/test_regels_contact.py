"""Level 2 rules about Contact, each with a message that complies and one that does not."""

import pytest
from msgspec.structs import replace
from regelvoorbeelden import ADRES, CONTACT, RELATIE, jw301, paden

from ijw.berichten.basis import Adres, Huis, OpenPeriode, Telefoon, Telefoonnummers

EIGEN = "/Bericht/Client/Contactgegevens/Contact[1]"
VAN_RELATIE = "/Bericht/Client/Relaties/Relatie[1]/Contact"
TELEFOON = Telefoonnummers(telefoon01=Telefoon(telefoonnummer="0612345678", landnummer="31"))
HUIS = Huis(huisnummer=1)


def met(**velden):
    """A JW301 in which both the client's Contact and that of the relatie have these fields."""
    contact = replace(CONTACT, **velden)
    return jw301(contactgegevens=(contact,), relaties=(replace(RELATIE, contact=contact),))


@pytest.mark.parametrize(
    "velden",
    [
        {"adres": ADRES},
        {"adres": None, "telefoon": TELEFOON},
        {"adres": Adres(plaatsnaam="Deventer"), "telefoon": TELEFOON},
        {"adres": Adres(huis=HUIS, postcode="7411AB"), "telefoon": TELEFOON},
    ],
)
def test_tr006_voldoet(velden):
    assert paden(met(**velden), "TR006") == []


@pytest.mark.parametrize(
    "velden",
    [
        {"adres": None},
        {"adres": None, "emailadres": "a@b.nl"},
        {"adres": Adres(postcode="7411AB")},
        {"adres": Adres(huis=HUIS)},
    ],
)
def test_tr006_faalt(velden):
    assert paden(met(**velden), "TR006") == [EIGEN, VAN_RELATIE]


@pytest.mark.parametrize("adres", [None, ADRES, Adres(plaatsnaam="Deventer")])
def test_cd005_voldoet(adres):
    assert paden(met(adres=adres), "CD005") == []


@pytest.mark.parametrize("adres", [Adres(postcode="7411AB"), Adres(land_code="NL")])
def test_cd005_faalt(adres):
    assert paden(met(adres=adres), "CD005") == [f"{EIGEN}/Adres/LandCode", f"{VAN_RELATIE}/Adres/LandCode"]


@pytest.mark.parametrize("velden", [{"soort": "04", "periode": OpenPeriode()}, {"soort": "04"}, {"soort": "01"}])
def test_cd009_voldoet(velden):
    assert paden(met(**velden), "CD009") == []


@pytest.mark.parametrize("soort", ["01", "02", "03"])
def test_cd009_faalt(soort):
    bericht = met(soort=soort, periode=OpenPeriode())
    assert paden(bericht, "CD009") == [f"{EIGEN}/Periode", f"{VAN_RELATIE}/Periode"]


@pytest.mark.parametrize("adres", [None, ADRES, Adres(land_code="DE", postcode="48599"), Adres(plaatsnaam="Gent")])
def test_cd025_voldoet(adres):
    assert paden(met(adres=adres), "CD025") == []


def test_cd025_faalt():
    adres = replace(ADRES, huis=None)
    assert paden(met(adres=adres), "CD025") == [f"{EIGEN}/Adres/Huis", f"{VAN_RELATIE}/Adres/Huis"]


@pytest.mark.parametrize(
    "velden", [{"soort": "01"}, {"soort": "03"}, {"soort": "02", "adres": None}, {"soort": "04", "adres": None}]
)
def test_cd034_voldoet(velden):
    assert paden(met(**velden), "CD034") == []


@pytest.mark.parametrize("soort", ["01", "03"])
@pytest.mark.parametrize("adres", [None, Adres(huis=HUIS)])
def test_cd034_faalt(soort, adres):
    bericht = met(soort=soort, adres=adres)
    assert paden(bericht, "CD034") == [f"{EIGEN}/Adres/Postcode", f"{VAN_RELATIE}/Adres/Postcode"]


@pytest.mark.parametrize(
    ("land_code", "postcode"), [("NL", "7411AB"), ("NL", "1000aa"), ("DE", "48599"), (None, "x"), ("NL", None)]
)
def test_cs089_voldoet(land_code, postcode):
    assert paden(met(adres=Adres(huis=HUIS, land_code=land_code, postcode=postcode)), "CS089") == []


@pytest.mark.parametrize("postcode", ["0411AB", "7411 AB", "7411A", "7411ABC", "741AB", "7411A1", "7411AB\n", "7٤11AB"])
def test_cs089_faalt(postcode):
    bericht = met(adres=replace(ADRES, postcode=postcode))
    assert paden(bericht, "CS089") == [f"{EIGEN}/Adres/Postcode", f"{VAN_RELATIE}/Adres/Postcode"]
