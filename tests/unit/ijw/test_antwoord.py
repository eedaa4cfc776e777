"""The JW325 in every case of the standard, as a table on one declaratie and by property for any."""

import datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from strategieen import RETOURCODES, bericht

from ijw import antwoord
from ijw.antwoord import AfgewezenClient, AfgewezenPrestatie
from ijw.berichten import JW325
from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Referentie, TotaalBedragMetDC, XsdVersie
from ijw.berichten.jw323 import Prestatie323
from ijw.codec import build, parse

D = datetime.date
HEEN = antwoord.header_323(
    aanbieder="65656055",
    gemeente="0384",
    identificatie="D1",
    dagtekening=D(2026, 5, 6),
    xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.1"),
    versies=(3, 2),
)
EIGEN = {
    "identificatie": "A1",
    "dagtekening": D(2026, 5, 7),
    "xsd_versie": XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.2"),
    "xslt_versie": "1.0.3",
}
TOTAAL = {"declaratie_nummer": "DN001", "totaal_ingediend_cent": 7_000}
AFWIJZINGEN = st.sampled_from(sorted(set(RETOURCODES.split()) - {"0200", "0233", "8001"}))


@cache
def xsd(soort: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(__file__).parents[3] / "schemas" / "ijw-3.2" / f"{soort}.xsd"))


def geldig(bericht_325: JW325) -> None:
    xml = build(bericht_325)
    xsd("JW325").assertValid(etree.fromstring(xml))
    assert parse(xml) == bericht_325


def prestatie(nummer: str, cent: int) -> Prestatie323:
    return Prestatie323(
        product_referentie=Referentie(referentie_nummer=nummer),
        toewijzing_nummer=10072,
        product_categorie="45",
        product_code="45A03",
        product_periode=GeslotenPeriode(begindatum=D(2026, 4, 1), einddatum=D(2026, 4, 30)),
        geleverd_volume=4,
        eenheid="83",
        ingediend_bedrag=BedragMetDC.van_cent(cent),
    )


def afgewezen(nummer: str, cent: int, *codes: str) -> AfgewezenPrestatie:
    return AfgewezenPrestatie(prestatie=prestatie(nummer, cent), retour_codes=codes)


def client(bsn: str, *prestaties: AfgewezenPrestatie, codes: tuple[str, ...] = ()) -> AfgewezenClient:
    return AfgewezenClient(bsn=bsn, prestaties=prestaties, retour_codes=codes)


GEVALLEN = {
    "alles toegekend": ([], ("8001",), 7_000, {}),
    "een prestatie afgewezen": (
        [client("999900006", afgewezen("R1", 5_000, "9339", "9340", "9339"))],
        ("0200",),
        2_000,
        {"999900006": (("0200",), {"R1": ("9339", "9340")})},
    ),
    "alles afgewezen": (
        [client("999900006", afgewezen("R1", 5_000, "0611")), client("999900018", afgewezen("R2", 2_000, "9307"))],
        ("0200",),
        0,
        {
            "999900006": (("0200",), {"R1": ("0611",)}),
            "999900018": (("0200",), {"R2": ("9307",)}),
        },
    ),
    "een credit afgewezen": (
        [client("999900006", afgewezen("R1", -1_000, "8017"))],
        ("0200",),
        8_000,
        {"999900006": (("0200",), {"R1": ("8017",)})},
    ),
    "meer afgewezen dan het totaal": (
        [client("999900006", afgewezen("R1", 9_000, "9346"))],
        ("0200",),
        -2_000,
        {"999900006": (("0200",), {"R1": ("9346",)})},
    ),
    "een client afgewezen": (
        [client("999900006", afgewezen("R1", 3_000), afgewezen("R2", 4_000), codes=("8187", "8187"))],
        ("0200",),
        0,
        {"999900006": (("8187",), {"R1": ("0233",), "R2": ("0233",)})},
    ),
    "een client en daarbij een prestatie met eigen fout": (
        [client("999900006", afgewezen("R1", 3_000), afgewezen("R2", 4_000, "9346"), codes=("8187",))],
        ("0200",),
        0,
        {"999900006": (("8187",), {"R1": ("0233",), "R2": ("9346",)})},
    ),
}


@pytest.mark.parametrize(("clienten", "codes", "toegekend", "verwacht"), GEVALLEN.values(), ids=GEVALLEN)
def test_oordeel(clienten, codes, toegekend, verwacht):
    terug = antwoord.antwoord_oordeel(HEEN, clienten, **TOTAAL, **EIGEN)
    geldig(terug)
    assert terug.header.retour_codes == ("0200",)
    oordeel = terug.declaratie_antwoord
    assert oordeel is not None
    assert oordeel.retour_codes == codes
    assert oordeel.declaratie_nummer == "DN001"
    assert oordeel.totaal_ingediend_bedrag == TotaalBedragMetDC(totaal_bedrag=7_000, debet_credit="D")
    assert oordeel.totaal_toegekend_bedrag == TotaalBedragMetDC.van_cent(toegekend)
    assert {
        deel.bsn: (
            deel.retour_codes,
            {regel.product_referentie.referentie_nummer: regel.retour_codes for regel in deel.prestaties},
        )
        for deel in oordeel.clienten
    } == verwacht


@pytest.mark.parametrize(
    "codes", [("0001",), ("8848", "9056"), ("S300", "S300")], ids=["niveau 2", "Header", "dubbele code"]
)
def test_afgewezen_in_de_header(codes):
    terug = antwoord.antwoord_header(HEEN, codes, **EIGEN)
    geldig(terug)
    assert terug.header.retour_codes == tuple(dict.fromkeys(codes))
    assert terug.declaratie_antwoord is None


def test_declaratie_afgewezen():
    terug = antwoord.antwoord_declaratie(HEEN, ("9333", "8214", "9333"), **TOTAAL, **EIGEN)
    geldig(terug)
    assert terug.header.retour_codes == ("0200",)
    oordeel = terug.declaratie_antwoord
    assert oordeel is not None
    assert (oordeel.retour_codes, oordeel.clienten) == (("9333", "8214"), ())
    assert oordeel.totaal_ingediend_bedrag.met_teken == 7_000
    assert oordeel.totaal_toegekend_bedrag == TotaalBedragMetDC(totaal_bedrag=0, debet_credit="D")


def test_header_wijst_naar_de_declaratie_en_keert_de_richting_om():
    header = antwoord.antwoord_oordeel(HEEN, [], **TOTAAL, **EIGEN).header
    assert (header.bericht_code, header.bericht_versie, header.bericht_subversie) == ("491", 3, 2)
    assert (header.afzender, header.ontvanger) == ("0384", "65656055")
    assert (header.bericht_identificatie.identificatie, header.bericht_identificatie.dagtekening) == (
        "A1",
        D(2026, 5, 7),
    )
    assert header.declaratie_identificatie == HEEN.bericht_identificatie
    assert (header.xsd_versie, header.xsd_versie_declaratie) == (EIGEN["xsd_versie"], HEEN.xsd_versie)
    assert header.xslt_versie == "1.0.3"


@pytest.mark.parametrize(
    ("clienten", "melding"),
    [
        ([client("999900006", afgewezen("R1", 1))], "retourcodes nodig"),
        ([client("999900006", afgewezen("R1", 1, "0200"))], "retourcodes nodig"),
        ([client("999900006", afgewezen("R1", 1, "0611", "0233"))], "retourcodes nodig"),
        ([client("999900006", afgewezen("R1", 1), codes=("8001",))], "retourcodes nodig"),
        ([client("999900006")], "prestaties nodig"),
        ([client("999900006", codes=("8187",))], "prestaties nodig"),
        ([client("999900006", afgewezen("R1", 1, "0611")), client("999900006", afgewezen("R2", 1, "0611"))], "TR101"),
    ],
)
def test_een_oordeel_dat_niets_zegt_wordt_geweigerd(clienten, melding):
    with pytest.raises(ValueError, match=melding) as fout:
        antwoord.antwoord_oordeel(HEEN, clienten, **TOTAAL, **EIGEN)
    assert "999900006" not in str(fout.value)


@pytest.mark.parametrize("codes", [(), ("0200",), ("8001", "9333")])
def test_een_afwijzing_zonder_fout_wordt_geweigerd(codes):
    with pytest.raises(ValueError, match="retourcodes nodig"):
        antwoord.antwoord_header(HEEN, codes, **EIGEN)
    with pytest.raises(ValueError, match="retourcodes nodig"):
        antwoord.antwoord_declaratie(HEEN, codes, **TOTAAL, **EIGEN)


@settings(max_examples=60, deadline=None)
@given(heen=bericht("JW323"), data=st.data())
def test_totalen_volgen_tr342_voor_elk_oordeel_over_elke_declaratie(heen, data):
    gezien = {client.bsn: client for client in heen.declaratie.clienten}.values()
    prestaties = [prestatie for client in gezien for prestatie in client.prestaties]
    ingediend = sum(prestatie.ingediend_bedrag.met_teken for prestatie in prestaties)
    clienten, toegekend = [], 0
    for client_323 in gezien:
        codes = tuple(data.draw(st.just([]) | st.lists(AFWIJZINGEN, max_size=2)))
        regels = []
        for regel in client_323.prestaties:
            eigen = tuple(data.draw(st.just([]) | st.lists(AFWIJZINGEN, max_size=2)))
            if codes or eigen:
                regels.append(AfgewezenPrestatie(prestatie=regel, retour_codes=eigen))
            else:
                toegekend += regel.ingediend_bedrag.met_teken
        if regels:
            clienten.append(AfgewezenClient(bsn=client_323.bsn, prestaties=tuple(regels), retour_codes=codes))

    terug = antwoord.antwoord_oordeel(
        heen.header,
        clienten,
        declaratie_nummer=heen.declaratie.declaratie_nummer,
        totaal_ingediend_cent=ingediend,
        **EIGEN,
    )
    geldig(terug)
    oordeel = terug.declaratie_antwoord
    teruggestuurd = [regel for deel in oordeel.clienten for regel in deel.prestaties]
    totalen = (oordeel.totaal_ingediend_bedrag, oordeel.totaal_toegekend_bedrag)
    assert [totaal.met_teken for totaal in totalen] == [ingediend, toegekend]
    assert sum(regel.ingediend_bedrag.met_teken for regel in teruggestuurd) == ingediend - toegekend
    assert all(totaal.debet_credit == "D" for totaal in totalen if totaal.totaal_bedrag == 0)
    assert oordeel.retour_codes == (("0200",) if teruggestuurd else ("8001",))
    ingediende = {tuple(getattr(regel, veld) for veld in Prestatie323.__struct_fields__) for regel in prestaties}
    for regel in teruggestuurd:
        assert tuple(getattr(regel, veld) for veld in Prestatie323.__struct_fields__) in ingediende
