"""Level 2 rules about Prestaties, each with a message that complies and one that does not."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import client, credit, een_bevinding, jw323, jw325, paden, periode, prestatie

from ijw.berichten.basis import BedragMetDC, Referentie

D = dt.date
CLIENTEN = "/Bericht/Declaratie/Clienten"
EERSTE = f"{CLIENTEN}/Client[1]/Prestaties/Prestatie[1]"


# TR315


def test_tr315_voldoet():
    bericht = jw323(client(credit("A", "X"), credit("B", "Y"), prestatie("C")), client(prestatie("D"), bsn="999900018"))
    assert paden(bericht, "TR315") == []


def test_tr315_faalt():
    bericht = jw323(client(credit("A", "X"), credit("B", "Y")), client(credit("C", "X"), bsn="999900018"))
    assert paden(bericht, "TR315") == [f"{CLIENTEN}/Client[2]/Prestaties/Prestatie[1]/ProductReferentie"]


# TR316


def test_tr316_credit_met_nieuw_debet_voldoet():
    assert paden(jw323(client(credit("A", "X"), prestatie("B"))), "TR316") == []


@pytest.mark.parametrize("volgorde", [1, -1])
def test_tr316_faalt(volgorde):
    clienten = (client(credit("A", "B")), client(prestatie("B"), bsn="999900018"))[::volgorde]
    plaats = 1 if volgorde == 1 else 2
    assert paden(jw323(*clienten), "TR316") == [
        f"{CLIENTEN}/Client[{plaats}]/Prestaties/Prestatie[1]/ProductReferentie"
    ]


def test_tr316_eigen_nummer_faalt():
    assert paden(jw323(client(credit("A", "A"))), "TR316") == [f"{EERSTE}/ProductReferentie"]


# TR335


@pytest.mark.parametrize(
    ("dagtekening", "eind"),
    [
        (D(2026, 5, 6), D(2021, 5, 6)),  # exactly five years
        (D(2028, 2, 29), D(2023, 2, 28)),  # no 29 February in 2023
        (D(2026, 5, 6), D(2026, 4, 30)),
    ],
)
def test_tr335_voldoet(dagtekening, eind):
    oud = prestatie(product_periode=periode(eind.replace(day=1), eind))
    assert paden(jw323(client(oud), declaratie_dagtekening=dagtekening), "TR335") == []


@pytest.mark.parametrize(
    ("dagtekening", "eind"),
    [(D(2026, 5, 6), D(2021, 5, 5)), (D(2028, 2, 29), D(2023, 2, 27)), (D(2028, 3, 1), D(2023, 2, 28))],
)
def test_tr335_faalt(dagtekening, eind):
    oud = prestatie(product_periode=periode(eind.replace(day=1), eind))
    bericht = jw323(client(oud), declaratie_dagtekening=dagtekening)
    assert paden(bericht, "TR335") == [f"{EERSTE}/ProductPeriode"]


# TR416


@pytest.mark.parametrize(
    "ander",
    [
        {"toewijzing_nummer": 2},
        {"product_categorie": "46"},
        {"product_code": "45A04"},
        {"product_periode": periode(D(2026, 4, 2), D(2026, 4, 30))},
        {"product_periode": periode(D(2026, 4, 1), D(2026, 4, 29))},
    ],
)
def test_tr416_voldoet(ander):
    assert paden(jw323(client(prestatie("A"), prestatie("B", **ander))), "TR416") == []


def test_tr416_credit_of_andere_client_voldoet():
    een = client(prestatie("A"), credit("B", "X"), credit("C", "Y"))
    assert paden(jw323(een, client(prestatie("D"), bsn="999900018")), "TR416") == []


def test_tr416_faalt():
    bericht = jw323(client(credit("A", "X"), prestatie("B"), prestatie("C", geleverd_volume=9, eenheid="01")))
    assert paden(bericht, "TR416") == [f"{CLIENTEN}/Client[1]/Prestaties/Prestatie[3]"]
    assert een_bevinding(bericht, "TR416").invoer["eerder"] == "Prestatie 2 van Client 1"


def test_tr416_client_die_twee_keer_voorkomt_faalt():
    bericht = jw323(client(prestatie("A")), client(prestatie("B")))
    assert paden(bericht, "TR416") == [f"{CLIENTEN}/Client[2]/Prestaties/Prestatie[1]"]


# CD060


def test_cd060_voldoet():
    assert paden(jw323(client(prestatie("A"), credit("B", "X"))), "CD060") == []
    assert paden(jw325(prestatie("A"), credit("B", "X")), "CD060") == []


def test_cd060_faalt():
    debet_met = replace(credit("A", "X"), ingediend_bedrag=BedragMetDC(bedrag=1, debet_credit="D"))
    credit_zonder = replace(credit("B", "Y"), product_referentie=Referentie(referentie_nummer="B"))
    rest = ["/Prestaties/Prestatie[1]", "/Prestaties/Prestatie[2]"]
    element = "ProductReferentie/VorigReferentieNummer"
    assert paden(jw323(client(debet_met, credit_zonder)), "CD060") == [
        f"{CLIENTEN}/Client[1]{pad}/{element}" for pad in rest
    ]
    assert paden(jw325(debet_met, credit_zonder), "CD060") == [
        f"/Bericht/DeclaratieAntwoord/Clienten/Client[1]{pad}/{element}" for pad in rest
    ]


# CD087


@pytest.mark.parametrize(("eenheid", "tarief"), [("83", None), ("04", 1250), ("82", 0)])
def test_cd087_voldoet(eenheid, tarief):
    assert paden(jw323(client(prestatie(eenheid=eenheid, product_tarief=tarief))), "CD087") == []


@pytest.mark.parametrize(("eenheid", "tarief"), [("83", 0), ("83", 100), ("04", None), ("84", None)])
def test_cd087_faalt(eenheid, tarief):
    bericht = jw323(client(prestatie(eenheid=eenheid, product_tarief=tarief)))
    assert paden(bericht, "CD087") == [f"{EERSTE}/ProductTarief"]


# CS337


@pytest.mark.parametrize(
    ("begin", "eind"),
    [(D(2026, 4, 1), D(2026, 4, 30)), (D(2024, 2, 29), D(2024, 2, 29)), (D(2026, 4, 30), D(2026, 4, 1))],
)
def test_cs337_voldoet(begin, eind):
    # an end before the begin is TR137's
    assert paden(jw323(client(prestatie(product_periode=periode(begin, eind)))), "CS337") == []


@pytest.mark.parametrize(
    ("begin", "eind"),
    [(D(2026, 3, 31), D(2026, 4, 1)), (D(2025, 4, 1), D(2026, 4, 30)), (D(2024, 2, 29), D(2024, 3, 1))],
)
def test_cs337_faalt(begin, eind):
    bericht = jw323(client(prestatie(product_periode=periode(begin, eind))))
    assert paden(bericht, "CS337") == [f"{EERSTE}/ProductPeriode"]


# CS339


@pytest.mark.parametrize(("eenheid", "volume", "cent"), [("83", 5000, 5000), ("83", 0, 0), ("04", 4, 5000)])
def test_cs339_voldoet(eenheid, volume, cent):
    bedrag = BedragMetDC(bedrag=cent, debet_credit="D")
    bericht = jw323(client(prestatie(eenheid=eenheid, geleverd_volume=volume, ingediend_bedrag=bedrag)))
    assert paden(bericht, "CS339") == []


@pytest.mark.parametrize("teken", ["D", "C"])
def test_cs339_faalt(teken):
    bedrag = BedragMetDC(bedrag=5001, debet_credit=teken)
    bericht = jw323(client(prestatie(eenheid="83", geleverd_volume=5000, ingediend_bedrag=bedrag)))
    assert paden(bericht, "CS339") == [f"{EERSTE}/IngediendBedrag"]
    assert een_bevinding(bericht, "CS339").invoer == {"gedeclareerd": "€ 50,01", "verwacht": "€ 50,00"}
