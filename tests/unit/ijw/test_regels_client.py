"""Level 2 rules about the client and the relaties, each with a message that complies and one that does not."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import (
    CONTACT,
    DAGTEKENING,
    NAAM,
    PRESTATIE,
    RELATIE,
    client,
    een_bevinding,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw323,
    jw325,
    paden,
    prestatie,
)

from ijw.berichten.basis import Achternaam, BerichtIdentificatie, Communicatie, Geboortedatum

D = dt.date
ONBEKEND = Geboortedatum(datum=D(1900, 1, 1), datum_gebruik="3")


def geboren(jaar: int, maand: int, dag: int, gebruik: str | None = None) -> Geboortedatum:
    return Geboortedatum(datum=D(jaar, maand, dag), datum_gebruik=gebruik)


def gedagtekend(bericht, dag: D):
    identificatie = BerichtIdentificatie(identificatie="1", dagtekening=dag)
    return replace(bericht, header=replace(bericht.header, bericht_identificatie=identificatie))


# TR002


@pytest.mark.parametrize(
    ("geboortedatum", "dagtekening"),
    [
        (geboren(1906, 5, 6), DAGTEKENING),  # exactly 120 years
        (geboren(1904, 2, 29), D(2024, 2, 29)),
        (geboren(1980, 2, 29), D(2100, 2, 28)),  # 2100 has no 29 February
        (ONBEKEND, DAGTEKENING),
        (geboren(9999, 12, 31), DAGTEKENING),  # the future is TR134's
    ],
)
def test_tr002_voldoet(geboortedatum, dagtekening):
    for maak in (jw301, jw305, jw307, jw315):
        assert paden(gedagtekend(maak(geboortedatum=geboortedatum), dagtekening), "TR002") == []


@pytest.mark.parametrize(
    ("geboortedatum", "dagtekening"),
    [
        (geboren(1906, 5, 5), DAGTEKENING),
        (geboren(1904, 2, 29), D(2024, 3, 1)),
        (geboren(1980, 2, 29), D(2100, 3, 1)),
        (geboren(1900, 1, 1), DAGTEKENING),  # without DatumGebruik it is a real date
        (geboren(1900, 1, 1, "2"), DAGTEKENING),
        (geboren(1900, 1, 2, "3"), DAGTEKENING),
        (geboren(1, 1, 1), DAGTEKENING),
    ],
)
def test_tr002_faalt(geboortedatum, dagtekening):
    for maak in (jw301, jw305, jw307, jw315):
        bericht = gedagtekend(maak(geboortedatum=geboortedatum), dagtekening)
        assert paden(bericht, "TR002") == ["/Bericht/Client/Geboortedatum/Datum"]


def test_tr002_bij_een_relatie_faalt():
    oud = replace(RELATIE, nummer="2", geboortedatum=geboren(1800, 1, 1))
    bericht = jw301(relaties=(RELATIE, oud))
    assert paden(bericht, "TR002") == ["/Bericht/Client/Relaties/Relatie[2]/Geboortedatum/Datum"]


def test_tr002_noemt_de_geboortedatum_niet():
    assert "1800" not in str(een_bevinding(jw301(geboortedatum=geboren(1800, 1, 1)), "TR002").invoer)


# TR061


@pytest.mark.parametrize("soort", ["01", "02", "03"])
def test_tr061_voldoet(soort):
    tijdelijk = replace(CONTACT, soort="04")
    assert paden(jw301(contactgegevens=(tijdelijk, replace(CONTACT, soort=soort))), "TR061") == []


def test_tr061_faalt():
    # the relatie does have a BRP address, but it does not count
    assert paden(jw301(contactgegevens=(replace(CONTACT, soort="04"),)), "TR061") == ["/Bericht/Client"]


# CD007


@pytest.mark.parametrize(
    "communicatie", [None, Communicatie(vorm="1", taal="Pools"), Communicatie(vorm="2"), Communicatie(vorm="3")]
)
def test_cd007_voldoet(communicatie):
    assert paden(jw301(communicatie=communicatie), "CD007") == []


@pytest.mark.parametrize("communicatie", [Communicatie(vorm="1"), Communicatie(vorm="2", taal="Pools")])
def test_cd007_faalt(communicatie):
    assert paden(jw301(communicatie=communicatie), "CD007") == ["/Bericht/Client/Communicatie/Taal"]


# CS002


@pytest.mark.parametrize("bsn", ["999900006", "111222333"])
def test_cs002_voldoet(bsn):
    berichten = [jw301(bsn=bsn), jw305(bsn=bsn), jw307(bsn=bsn), jw315(bsn=bsn), jw317()]
    berichten += [jw323(client(PRESTATIE, bsn=bsn)), jw325(PRESTATIE, bsn=bsn)]
    for bericht in berichten:
        assert paden(bericht, "CS002") == []


def test_cs002_faalt():
    for maak in (jw301, jw305, jw307, jw315):
        assert paden(maak(bsn="999900007"), "CS002") == ["/Bericht/Client/Bsn"]
    vreemd = jw317()
    vreemd = replace(vreemd, client=replace(vreemd.client, bsn="123456789"))
    assert paden(vreemd, "CS002") == ["/Bericht/Client/Bsn"]


def test_cs002_in_een_declaratie_faalt_bij_de_client():
    bericht = jw323(client(prestatie("A")), client(prestatie("B"), bsn="999900007"))
    assert paden(bericht, "CS002") == ["/Bericht/Declaratie/Clienten/Client[2]/Bsn"]
    assert paden(jw325(PRESTATIE, bsn="999900007"), "CS002") == ["/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Bsn"]


def test_cs002_noemt_het_nummer_niet():
    assert een_bevinding(jw301(bsn="999900007"), "CS002").invoer == {}


# CS050 and CS318


PARTNER = Achternaam(achternaam="De Vries")


@pytest.mark.parametrize("gebruik", ["1", "6"])
def test_cs050_zonder_partnernaam_voldoet(gebruik):
    bericht = jw301(relaties=(replace(RELATIE, naam=replace(NAAM, naam_gebruik=gebruik)),))
    assert paden(bericht, "CS050") == []


@pytest.mark.parametrize("gebruik", ["1", "2", "3", "4"])
def test_cs050_met_partnernaam_voldoet(gebruik):
    assert paden(jw301(naam=replace(NAAM, partnernaam=PARTNER, naam_gebruik=gebruik)), "CS050") == []


@pytest.mark.parametrize("gebruik", ["2", "3", "4", "5"])
def test_cs050_zonder_partnernaam_faalt(gebruik):
    bericht = jw301(
        naam=replace(NAAM, naam_gebruik=gebruik), relaties=(replace(RELATIE, naam=replace(NAAM, naam_gebruik=gebruik)),)
    )
    assert paden(bericht, "CS050") == [
        "/Bericht/Client/Naam/NaamGebruik",
        "/Bericht/Client/Relaties/Relatie[1]/Naam/NaamGebruik",
    ]


@pytest.mark.parametrize("gebruik", ["5", "6"])
def test_cs050_met_partnernaam_faalt(gebruik):
    bericht = jw301(naam=replace(NAAM, partnernaam=PARTNER, naam_gebruik=gebruik))
    assert paden(bericht, "CS050") == ["/Bericht/Client/Naam/NaamGebruik"]


def test_cs318_voldoet():
    organisatie = replace(RELATIE, naam=replace(NAAM, naam_gebruik="6"))
    assert paden(jw301(relaties=(organisatie,)), "CS318") == []


def test_cs318_faalt():
    assert paden(jw301(naam=replace(NAAM, naam_gebruik="6")), "CS318") == ["/Bericht/Client/Naam"]


# CS139


@pytest.mark.parametrize(
    "geboortedatum",
    [geboren(2015, 3, 2), geboren(2015, 3, 1, "1"), geboren(2015, 1, 1, "2"), geboren(2015, 1, 1, "1"), ONBEKEND],
)
def test_cs139_voldoet(geboortedatum):
    for maak in (jw301, jw305, jw307, jw315):
        assert paden(maak(geboortedatum=geboortedatum), "CS139") == []


@pytest.mark.parametrize(
    "geboortedatum",
    [
        geboren(2015, 3, 2, "1"),
        geboren(2015, 3, 1, "2"),
        geboren(2015, 1, 2, "2"),
        geboren(1900, 1, 2, "3"),
        geboren(2015, 1, 1, "3"),
    ],
)
def test_cs139_faalt(geboortedatum):
    for maak in (jw301, jw305, jw307, jw315):
        assert paden(maak(geboortedatum=geboortedatum), "CS139") == ["/Bericht/Client/Geboortedatum/DatumGebruik"]
    bericht = jw301(relaties=(replace(RELATIE, geboortedatum=geboortedatum),))
    assert paden(bericht, "CS139") == ["/Bericht/Client/Relaties/Relatie[1]/Geboortedatum/DatumGebruik"]
