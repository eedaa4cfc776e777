"""Level 2 rules about dates: against the day of the message, against each other, against 2021."""

import datetime as dt

import pytest
from msgspec.structs import replace
from regelvoorbeelden import (
    AANVRAAG,
    CONTACT,
    DAGTEKENING,
    NIEUW,
    RELATIE,
    START,
    STOP,
    TOEWIJZING,
    WIJZIGING,
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
    periode,
    prestatie,
)

from ijw.berichten.basis import Geboortedatum, OpenPeriode

D = dt.date
MORGEN = DAGTEKENING + dt.timedelta(days=1)
DECLARATIE = "/Bericht/Declaratie/DeclaratiePeriode"
PRESTATIE = "/Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[1]/ProductPeriode"
TERUG = "/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Prestaties/Prestatie[1]/ProductPeriode"


# TR134


def test_tr134_op_de_dag_zelf_voldoet():
    vandaag = Geboortedatum(datum=DAGTEKENING)
    berichten = [
        jw301(replace(TOEWIJZING, toewijzingsdatum=DAGTEKENING), geboortedatum=vandaag),
        jw305(replace(START, begindatum=DAGTEKENING), geboortedatum=vandaag),
        jw307(replace(STOP, einddatum=DAGTEKENING), geboortedatum=vandaag),
        jw315(geboortedatum=vandaag),
        jw323(
            client(prestatie(product_periode=periode(DAGTEKENING, DAGTEKENING))),
            declaratie_periode=periode(DAGTEKENING, DAGTEKENING),
        ),
        jw325(prestatie(product_periode=periode(DAGTEKENING, DAGTEKENING))),
    ]
    for bericht in berichten:
        assert paden(bericht, "TR134") == []


def test_tr134_toekomstige_ingang_voldoet():
    bericht = jw301(replace(TOEWIJZING, ingangsdatum=MORGEN, einddatum=D(2030, 1, 1)))
    assert paden(bericht, "TR134") == []


def test_tr134_een_dag_later_faalt():
    morgen = Geboortedatum(datum=MORGEN)
    geboorte = "/Bericht/Client/Geboortedatum/Datum"
    toewijzing = jw301(
        TOEWIJZING,
        replace(TOEWIJZING, toewijzing_nummer=2, toewijzingsdatum=MORGEN),
        geboortedatum=morgen,
        relaties=(replace(RELATIE, geboortedatum=morgen),),
    )
    assert paden(toewijzing, "TR134") == [
        geboorte,
        "/Bericht/Client/Relaties/Relatie[1]/Geboortedatum/Datum",
        "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[2]/Toewijzingsdatum",
    ]
    assert paden(jw305(replace(START, begindatum=MORGEN), geboortedatum=morgen), "TR134") == [
        geboorte,
        "/Bericht/Client/StartProducten/StartProduct[1]/Begindatum",
    ]
    assert paden(jw307(replace(STOP, begindatum=MORGEN, einddatum=MORGEN), geboortedatum=morgen), "TR134") == [
        geboorte,
        "/Bericht/Client/StopProducten/StopProduct[1]/Einddatum",
    ]
    assert paden(jw315(AANVRAAG, geboortedatum=morgen), "TR134") == [geboorte]


def test_tr134_in_een_declaratie_faalt():
    vooruit = periode(MORGEN, D(2026, 5, 31))
    bericht = jw323(client(prestatie(product_periode=vooruit)), declaratie_periode=vooruit)
    assert paden(bericht, "TR134") == [f"{DECLARATIE}/Begindatum", f"{PRESTATIE}/Begindatum"]
    assert paden(jw325(prestatie(product_periode=vooruit)), "TR134") == [f"{TERUG}/Begindatum"]


def test_tr134_noemt_een_geboortedatum_niet():
    bericht = jw301(geboortedatum=Geboortedatum(datum=D(2031, 7, 8)))
    assert een_bevinding(bericht, "TR134").invoer == {"dagtekening": DAGTEKENING.isoformat()}


# TR137


@pytest.mark.parametrize(
    ("begin", "eind"),
    [(D(2026, 4, 1), D(2026, 4, 30)), (D(2026, 4, 30), D(2026, 4, 30)), (D(2026, 5, 1), DAGTEKENING)],
)
def test_tr137_voldoet(begin, eind):
    bericht = jw323(client(prestatie(product_periode=periode(begin, eind))), declaratie_periode=periode(begin, eind))
    assert paden(bericht, "TR137") == []
    assert paden(jw325(prestatie(product_periode=periode(begin, eind))), "TR137") == []


@pytest.mark.parametrize(
    ("begin", "eind"),
    [(D(2026, 4, 30), D(2026, 4, 29)), (D(2026, 5, 1), MORGEN), (MORGEN, MORGEN), (D(2026, 5, 1), D(2026, 5, 31))],
)
def test_tr137_faalt(begin, eind):
    bericht = jw323(client(prestatie(product_periode=periode(begin, eind))), declaratie_periode=periode(begin, eind))
    assert paden(bericht, "TR137") == [f"{DECLARATIE}/Einddatum", f"{PRESTATIE}/Einddatum"]
    assert paden(jw325(prestatie(product_periode=periode(begin, eind))), "TR137") == [f"{TERUG}/Einddatum"]


# CS003


@pytest.mark.parametrize("eind", [None, D(2026, 6, 1), D(2026, 6, 2)])
def test_cs003_voldoet(eind):
    begin = D(2026, 6, 1)
    berichten = [
        jw301(replace(TOEWIJZING, ingangsdatum=begin, einddatum=eind)),
        jw315(replace(AANVRAAG, toewijzing_ingangsdatum=begin, toewijzing_einddatum=eind)),
        jw317(
            te_wijzigen_producten=(replace(WIJZIGING, gewenste_ingangsdatum=begin, einddatum=eind),),
            nieuwe_producten=(replace(NIEUW, gewenste_ingangsdatum=begin, einddatum=eind),),
        ),
    ]
    for bericht in berichten:
        assert paden(bericht, "CS003") == []


def test_cs003_faalt():
    dag_eerder = D(2026, 5, 31)
    toewijzing = replace(TOEWIJZING, ingangsdatum=D(2026, 6, 1), einddatum=dag_eerder)
    assert paden(jw301(TOEWIJZING, toewijzing), "CS003") == [
        "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[2]/Einddatum"
    ]
    assert paden(jw315(replace(AANVRAAG, toewijzing_einddatum=dag_eerder)), "CS003") == [
        "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]/ToewijzingEinddatum"
    ]
    verzoek = jw317(
        te_wijzigen_producten=(replace(WIJZIGING, einddatum=dag_eerder),),
        nieuwe_producten=(NIEUW, replace(NIEUW, product=None, einddatum=dag_eerder)),
    )
    assert paden(verzoek, "CS003") == [
        "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct[1]/Einddatum",
        "/Bericht/Client/Verzoek/NieuweProducten/NieuwProduct[2]/Einddatum",
    ]


@pytest.mark.parametrize(
    ("begin", "eind"),
    [(None, None), (D(2026, 1, 1), None), (D(2026, 1, 1), D(2026, 1, 1)), (D(2024, 2, 28), D(2024, 2, 29))],
)
def test_cs003_periode_van_contact_voldoet(begin, eind):
    contact = replace(CONTACT, soort="04", periode=OpenPeriode(begindatum=begin, einddatum=eind))
    assert paden(jw301(contactgegevens=(CONTACT, contact)), "CS003") == []


@pytest.mark.parametrize(("begin", "eind"), [(None, D(2026, 1, 1)), (D(2026, 1, 2), D(2026, 1, 1))])
def test_cs003_periode_van_contact_faalt(begin, eind):
    contact = replace(CONTACT, soort="04", periode=OpenPeriode(begindatum=begin, einddatum=eind))
    bericht = jw301(contactgegevens=(CONTACT, contact), relaties=(replace(RELATIE, contact=contact),))
    assert paden(bericht, "CS003") == [
        "/Bericht/Client/Contactgegevens/Contact[2]/Periode/Einddatum",
        "/Bericht/Client/Relaties/Relatie[1]/Contact/Periode/Einddatum",
    ]


# CS100


def test_cs100_voldoet():
    eerste = periode(D(2021, 1, 1), D(2021, 1, 31))
    assert paden(jw323(client(prestatie(product_periode=eerste)), declaratie_periode=eerste), "CS100") == []


@pytest.mark.parametrize("eind", [D(2020, 12, 31), D(2021, 1, 31)])
def test_cs100_faalt(eind):
    laatste = periode(D(2020, 12, 31), eind)
    bericht = jw323(client(prestatie(product_periode=laatste)), declaratie_periode=laatste)
    assert paden(bericht, "CS100") == [DECLARATIE, PRESTATIE]
