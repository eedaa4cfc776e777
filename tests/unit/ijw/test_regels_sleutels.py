"""TR101: logical keys are unique under one parent, in every message that has them."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from regelvoorbeelden import (
    AANVRAAG,
    CONTACT,
    NIEUW,
    RELATIE,
    START,
    STOP,
    TOEWIJZING,
    WIJZIGING,
    client,
    credit,
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

from ijw.berichten.basis import Product
from ijw.berichten.jw317 import OngewijzigdProduct317
from ijw.regels.sleutels import dubbel

D = dt.date
CLIENTEN = "/Bericht/Declaratie/Clienten"


def test_tr101_toewijzing_voldoet():
    ander_soort = replace(CONTACT, soort="02")
    bericht = jw301(
        TOEWIJZING,
        replace(TOEWIJZING, toewijzing_nummer=2),
        contactgegevens=(CONTACT, ander_soort),
        relaties=(RELATIE, replace(RELATIE, nummer="01")),
    )
    assert paden(bericht, "TR101") == []


def test_tr101_toewijzing_faalt():
    bericht = jw301(
        TOEWIJZING,
        replace(TOEWIJZING, toewijzing_nummer=2),
        replace(TOEWIJZING, product=None),
        contactgegevens=(CONTACT, CONTACT),
        relaties=(RELATIE, RELATIE),
    )
    assert paden(bericht, "TR101") == [
        "/Bericht/Client/Contactgegevens/Contact[2]",
        "/Bericht/Client/Relaties/Relatie[2]",
        "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[3]",
    ]


def test_tr101_start_voldoet():
    starts = (
        START,
        replace(START, begindatum=D(2026, 4, 3)),
        replace(START, toewijzing_nummer=None),
        replace(START, product=Product(categorie="45")),
        replace(START, product=Product(categorie="45", code="45A03")),
    )
    assert paden(jw305(*starts), "TR101") == []


def test_tr101_start_faalt():
    # the status is not part of the key, and nothing equals nothing
    assert paden(jw305(START, replace(START, status_aanlevering="3")), "TR101") == [
        "/Bericht/Client/StartProducten/StartProduct[2]"
    ]
    zonder_nummer = replace(START, toewijzing_nummer=None)
    assert len(paden(jw305(zonder_nummer, zonder_nummer), "TR101")) == 1


def test_tr101_stop_voldoet():
    stops = (STOP, replace(STOP, einddatum=D(2026, 4, 21)), replace(STOP, reden_beeindiging="20"))
    assert paden(jw307(*stops), "TR101") == []


def test_tr101_stop_faalt():
    stops = (STOP, replace(STOP, reden_beeindiging="20"), replace(STOP, toewijzing_ingangsdatum=D(2026, 1, 1)))
    assert paden(jw307(*stops), "TR101") == ["/Bericht/Client/StopProducten/StopProduct[3]"]


def test_tr101_verzoek_voldoet():
    assert paden(jw315(AANVRAAG, replace(AANVRAAG, referentie_aanbieder="R2")), "TR101") == []
    bericht = jw317(
        ongewijzigde_producten=(OngewijzigdProduct317(toewijzing_nummer=10072),),
        te_wijzigen_producten=(WIJZIGING,),  # another class: not one key
        nieuwe_producten=(NIEUW, replace(NIEUW, gewenste_ingangsdatum=D(2026, 7, 1)), replace(NIEUW, product=None)),
    )
    assert paden(bericht, "TR101") == []


def test_tr101_verzoek_faalt():
    assert paden(jw315(AANVRAAG, replace(AANVRAAG, product=None)), "TR101") == [
        "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[2]"
    ]
    ongewijzigd = OngewijzigdProduct317(toewijzing_nummer=1)
    bericht = jw317(
        ongewijzigde_producten=(ongewijzigd, ongewijzigd),
        te_wijzigen_producten=(WIJZIGING, replace(WIJZIGING, budget=1)),
        nieuwe_producten=(NIEUW, replace(NIEUW, budget=1)),
    )
    verzoek = "/Bericht/Client/Verzoek"
    assert paden(bericht, "TR101") == [
        f"{verzoek}/OngewijzigdeProducten/OngewijzigdProduct[2]",
        f"{verzoek}/TeWijzigenProducten/TeWijzigenProduct[2]",
        f"{verzoek}/NieuweProducten/NieuwProduct[2]",
    ]


def test_tr101_declaratie_voldoet():
    een = client(prestatie("A"), credit("A", "X"), credit("A", "Y"), prestatie("B"))
    ander = client(prestatie("A"), bsn="999900018")  # the same reference under another client is TR314's
    assert paden(jw323(een, ander), "TR101") == []


def test_tr101_declaratie_faalt():
    een = client(prestatie("A"), prestatie("B"), prestatie("A"), credit("C", "X"), credit("C", "X"))
    bericht = jw323(een, client(prestatie("A"), bsn="999900018"), client(prestatie("D")))
    assert paden(bericht, "TR101") == [
        f"{CLIENTEN}/Client[3]",
        f"{CLIENTEN}/Client[1]/Prestaties/Prestatie[3]",
        f"{CLIENTEN}/Client[1]/Prestaties/Prestatie[5]",
    ]


def test_tr101_antwoord_faalt():
    assert paden(jw325(prestatie("A"), prestatie("A")), "TR101") == [
        "/Bericht/DeclaratieAntwoord/Clienten/Client[1]/Prestaties/Prestatie[2]"
    ]


def test_tr101_noemt_de_eerste_plaats():
    bericht = jw323(client(prestatie("A"), prestatie("B"), prestatie("B")))
    assert een_bevinding(bericht, "TR101").invoer == {"eerder": "Prestatie 2", "referentie": "ReferentieNummer B"}
    assert een_bevinding(jw305(START, START), "TR101").invoer == {
        "eerder": "StartProduct 1",
        "referentie": "ToewijzingNummer 10072, Begindatum 2026-04-02",
    }


def test_tr101_noemt_een_persoon_niet():
    dubbel_persoon = jw301(relaties=(replace(RELATIE, nummer="P-77"), replace(RELATIE, nummer="P-77")))
    assert een_bevinding(dubbel_persoon, "TR101").invoer == {"eerder": "Relatie 1", "referentie": "Nummer"}
    bericht = jw323(client(prestatie("A")), client(prestatie("B")))
    assert een_bevinding(bericht, "TR101").invoer == {"eerder": "Client 1", "referentie": "Bsn"}


@given(st.lists(st.integers(0, 5)))
def test_tr101_dubbel_noemt_elke_herhaling_met_de_eerste(sleutels):
    gevonden = dict(dubbel(sleutels))
    for nummer, sleutel in enumerate(sleutels, 1):
        eerste = sleutels.index(sleutel) + 1
        assert gevonden.get(nummer, nummer) == eerste
