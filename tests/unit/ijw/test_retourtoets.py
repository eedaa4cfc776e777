"""A retour beside its heenbericht: every way in which it can say something else, and none in what we make ourselves."""

import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from strategieen import RETOURCODES, bericht
from test_retour import EIGEN, HEEN, KOP, PRODUCTEN, fout

from ijw import retour, retourtoets
from ijw.berichten import JW301, JW302, JW319, boom
from ijw.berichten.basis import BerichtIdentificatie, XsdVersie
from ijw.berichten.jw319 import Antwoord319, Header319

D = datetime.date
FOUTCODES = sorted(set(RETOURCODES.split()) - {"0001", "0200", "0233"})
GOED = retour.retour(HEEN, [], **EIGEN)
AF = retour.retour(HEEN, [fout(f"{PRODUCTEN}/ToegewezenProduct[2]")], **EIGEN)
MELDINGEN = {
    "anders": "Niet gelijk aan het heenbericht (IV028, IV034).",
    "klassen": "Niet dezelfde klassen als in het heenbericht (IV034).",
    "boven": "Boven teruggestuurde klassen staat in de Header precies retourcode 0200 (IV028).",
    "alleen": "Een Header alleen heeft geen retourcodes als alles goed is, en anders die van de fouten (IV028).",
    "naast": "Naast 0200 of 0233 staat geen andere retourcode (IV028).",
    "zonder": "Klassen gaan alleen terug als in een ervan een fout is gevonden (OP065).",
}


def met_header(terug: JW302, **velden: object) -> JW302:
    return replace(terug, header=replace(terug.header, **velden))


def met_client(terug: JW302, **velden: object) -> JW302:
    assert terug.client is not None
    return replace(terug, client=replace(terug.client, **velden))


def producten(terug: JW302, nummer: int, **velden: object) -> JW302:
    """``terug`` with something else in its n-th ToegewezenProduct."""
    assert terug.client is not None
    lijst = list(terug.client.toegewezen_producten)
    lijst[nummer - 1] = replace(lijst[nummer - 1], **velden)
    return met_client(terug, toegewezen_producten=tuple(lijst))


def in_relatie() -> JW302:
    assert AF.client is not None
    een, twee = AF.client.relaties
    return met_client(AF, relaties=(een, replace(twee, contact=replace(twee.contact, soort="04"))))


def verwisseld() -> JW302:
    assert AF.client is not None
    een, twee, drie = AF.client.toegewezen_producten
    return met_client(AF, toegewezen_producten=(een, drie, twee))


GEVALLEN = [
    ("alles goed", GOED, []),
    ("afgekeurd", AF, []),
    ("niveau 2", met_header(GOED, retour_codes=("0001",)), []),
    ("in de Header", met_header(GOED, retour_codes=("8848", "S300")), []),
    ("eigen kenmerken zijn vrij", met_header(GOED, identificatie_retour="X", dagtekening_retour=D(1999, 1, 1)), []),
    ("andere Afzender", met_header(GOED, afzender="0193"), [("/Bericht/Header/Afzender", "anders")]),
    (
        "verwisselde partijen",
        met_header(GOED, afzender="42420001", ontvanger="0384"),
        [("/Bericht/Header/Afzender", "anders"), ("/Bericht/Header/Ontvanger", "anders")],
    ),
    (
        "andere Dagtekening",
        met_header(GOED, bericht_identificatie=BerichtIdentificatie(identificatie="T1", dagtekening=D(2026, 4, 2))),
        [("/Bericht/Header/BerichtIdentificatie", "anders")],
    ),
    ("andere versie", met_header(GOED, bericht_versie=2), [("/Bericht/Header/BerichtVersie", "anders")]),
    (
        "eigen schemaversie waar die van het heenbericht hoort",
        met_header(GOED, xsd_versie=XsdVersie(basisschema_xsd_versie="9.0.0", bericht_xsd_versie="1.0.0")),
        [("/Bericht/Header/XsdVersie", "anders")],
    ),
    ("0200 zonder klassen", met_header(GOED, retour_codes=("0200",)), [("/Bericht/Header/RetourCodes", "alleen")]),
    ("0233 zonder klassen", met_header(GOED, retour_codes=("0233",)), [("/Bericht/Header/RetourCodes", "alleen")]),
    ("klassen zonder 0200 erboven", met_header(AF, retour_codes=()), [("/Bericht/Header/RetourCodes", "boven")]),
    ("klassen onder 0001", met_header(AF, retour_codes=("0001",)), [("/Bericht/Header/RetourCodes", "boven")]),
    (
        "ook goed en ook fout",
        producten(AF, 2, retour_codes=("0200", "9332")),
        [(f"{PRODUCTEN}/ToegewezenProduct[2]/RetourCodes", "naast")],
    ),
    (
        "ook niet gecontroleerd en ook fout",
        producten(AF, 2, retour_codes=("9332", "0233")),
        [(f"{PRODUCTEN}/ToegewezenProduct[2]/RetourCodes", "naast")],
    ),
    ("nergens een fout", producten(AF, 2, retour_codes=("0200",)), [("/Bericht/Client", "zonder")]),
    ("nergens gekeken", producten(AF, 2, retour_codes=("0233",)), [("/Bericht/Client", "zonder")]),
    ("andere client", met_client(AF, bsn="999900018"), [("/Bericht/Client/Bsn", "anders")]),
    (
        "ander product",
        producten(AF, 3, toewijzing_nummer=4),
        [(f"{PRODUCTEN}/ToegewezenProduct[3]/ToewijzingNummer", "anders")],
    ),
    (
        "een datum erbij",
        producten(AF, 1, einddatum=D(2026, 5, 1)),
        [(f"{PRODUCTEN}/ToegewezenProduct[1]/Einddatum", "anders")],
    ),
    ("diep in een klasse", in_relatie(), [("/Bericht/Client/Relaties/Relatie[2]/Contact/Soort", "anders")]),
    ("een klasse te weinig", met_client(AF, relaties=()), [("/Bericht/Client/Relaties", "klassen")]),
    (
        "andere volgorde",
        verwisseld(),
        [(f"{PRODUCTEN}/ToegewezenProduct[{nummer}]/ToewijzingNummer", "anders") for nummer in (2, 3)],
    ),
]


@pytest.mark.parametrize(("terug", "verwacht"), [geval[1:] for geval in GEVALLEN], ids=[geval[0] for geval in GEVALLEN])
def test_wat_een_retour_over_zijn_heenbericht_zegt(terug, verwacht):
    gevonden = retourtoets.toets(HEEN, terug)
    assert [(fout.pad, fout.melding) for fout in gevonden] == [(pad, MELDINGEN[soort]) for pad, soort in verwacht]


def test_de_retour_op_een_ander_soort_bericht_is_geen_retour():
    antwoord = Antwoord319(referentie_aanbieder="V1", verzoek_antwoord="2")
    heen = JW319(header=Header319(bericht_code="488", afzender="0384", ontvanger="42420001", **KOP), antwoord=antwoord)
    with pytest.raises(ValueError, match="een JW302 is niet de retour op een JW319"):
        retourtoets.toets(heen, GOED)


def test_niet_meer_fouten_dan_iemand_leest():
    veel = replace(
        HEEN.client,
        toegewezen_producten=tuple(
            replace(HEEN.client.toegewezen_producten[0], toewijzing_nummer=nummer) for nummer in range(500)
        ),
    )
    terug = retour.retour(replace(HEEN, client=veel), [fout("/Bericht/Client/Bsn")], **EIGEN)
    anders = replace(veel, toegewezen_producten=tuple(reversed(veel.toegewezen_producten)))
    assert len(retourtoets.toets(replace(HEEN, client=anders), terug)) == retourtoets.MAXIMUM_FOUTEN


@pytest.mark.parametrize(
    ("terug", "codes"),
    [
        (GOED, ()),
        (AF, ("9332",)),
        (producten(AF, 1, retour_codes=("S329", "9332")), ("S329", "9332")),
        (producten(AF, 1, retour_codes=("0233",)), ("9332",)),
        (met_header(GOED, retour_codes=("0001",)), ("0001",)),
        (met_header(GOED, retour_codes=("8848", "S300")), ("8848", "S300")),
    ],
)
def test_foutcodes_in_volgorde_en_elk_een_keer(terug, codes):
    assert retourtoets.foutcodes(terug) == codes


def test_elke_retour_hoort_bij_een_heenbericht():
    assert dict(retourtoets.HEEN_VAN) == {f"JW3{nummer + 1:02}": f"JW3{nummer:02}" for nummer in (1, 5, 7, 15, 17, 19)}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_wat_wij_zelf_maken_klopt_altijd(data):
    soort = data.draw(st.sampled_from(sorted(retourtoets.HEEN_VAN.values())))
    heen = data.draw(bericht(soort))
    plaatsen = [pad for pad, _ in boom.klassen(heen)]
    bevindingen = data.draw(
        st.lists(st.builds(fout, st.sampled_from(plaatsen), st.sampled_from(FOUTCODES)), max_size=3)
    )
    terug = retour.retour(heen, bevindingen, **EIGEN)
    assert retourtoets.toets(heen, terug) == ()
    # Faults on the Header come back alone.
    assert set(retourtoets.foutcodes(terug)) <= {bevinding.retourcode for bevinding in bevindingen}
    assert bool(retourtoets.foutcodes(terug)) is bool(bevindingen)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_een_ander_bericht_wordt_altijd_gezien(data):
    soort = data.draw(st.sampled_from(sorted(retourtoets.HEEN_VAN.values())))
    heen, ander = data.draw(bericht(soort)), data.draw(bericht(soort))
    plaats = [pad for pad, _ in boom.klassen(heen)][-1]
    terug = retour.retour(heen, [fout(plaats)], **EIGEN)
    assert (retourtoets.toets(ander, terug) == ()) is (heen == ander)


def test_een_fout_noemt_nooit_een_waarde():
    assert isinstance(HEEN, JW301)
    tekst = msgspec.json.encode(retourtoets.toets(HEEN, met_client(AF, bsn="999900018"))).decode()
    assert "999900018" not in tekst
    assert HEEN.client.bsn not in tekst
