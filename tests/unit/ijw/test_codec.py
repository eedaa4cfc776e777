"""Messages to XML and back, by property for all fourteen and by example for what the standard prescribes."""

import datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from strategieen import bericht

from ijw.berichten import BERICHTEN, JW302
from ijw.berichten.basis import BedragMetDC, BerichtIdentificatie, TotaalBedragMetDC, XsdVersie
from ijw.berichten.jw302 import Header302
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import elementnaam, velden
from ijw.codec import PARSEROPTIES, build, decode, encode, parse
from ijw.codec.schrijver import tekst

XS = "{http://www.w3.org/2001/XMLSchema}"
XSDS = Path(__file__).parents[3] / "schemas" / "ijw-3.2"


@cache
def xsd(soort: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSDS / f"{soort}.xsd"))


@pytest.mark.parametrize("soort", BERICHTEN)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_rondreis(soort, data):
    heen = data.draw(bericht(soort))
    xml = build(heen)
    xsd(soort).assertValid(etree.fromstring(xml))
    assert parse(xml) == heen
    assert parse(etree.fromstring(xml)) == heen
    assert decode(encode(heen)) == heen


@settings(max_examples=50, deadline=None)
@given(heen=bericht("JW302"))
def test_regels_eindigen_op_cr_lf(heen):
    xml = build(heen)
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\r\n<jw302:Bericht ')
    assert xml.endswith(b"</jw302:Bericht>\r\n")
    assert xml.count(b"\r\n") == xml.count(b"\n") == xml.count(b"\r")


HEADER_302 = Header302(
    bericht_code="437",
    bericht_versie=3,
    bericht_subversie=2,
    afzender="0193",
    ontvanger="12345678",
    bericht_identificatie=BerichtIdentificatie(identificatie="A & <B>", dagtekening=datetime.date(2026, 4, 1)),
    xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.1"),
    identificatie_retour="R\r1",
    dagtekening_retour=datetime.date(2026, 4, 2),
    xsd_versie_retour=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.2"),
    retour_codes=("8848", "9056"),
)
XML_302 = """<?xml version="1.0" encoding="UTF-8"?>
<jw302:Bericht xmlns:ijw="http://www.istandaarden.nl/ijw/3_2/basisschema/schema" \
xmlns:jw302="http://www.istandaarden.nl/ijw/3_2/jw302/schema">
	<jw302:Header>
		<jw302:BerichtCode>437</jw302:BerichtCode>
		<jw302:BerichtVersie>3</jw302:BerichtVersie>
		<jw302:BerichtSubversie>2</jw302:BerichtSubversie>
		<jw302:Afzender>0193</jw302:Afzender>
		<jw302:Ontvanger>12345678</jw302:Ontvanger>
		<jw302:BerichtIdentificatie>
			<ijw:Identificatie>A &amp; &lt;B&gt;</ijw:Identificatie>
			<ijw:Dagtekening>2026-04-01</ijw:Dagtekening>
		</jw302:BerichtIdentificatie>
		<jw302:XsdVersie>
			<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie>
			<ijw:BerichtXsdVersie>1.0.1</ijw:BerichtXsdVersie>
		</jw302:XsdVersie>
		<jw302:IdentificatieRetour>R&#13;1</jw302:IdentificatieRetour>
		<jw302:DagtekeningRetour>2026-04-02</jw302:DagtekeningRetour>
		<jw302:XsdVersieRetour>
			<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie>
			<ijw:BerichtXsdVersie>1.0.2</ijw:BerichtXsdVersie>
		</jw302:XsdVersieRetour>
		<jw302:RetourCodes>
			<jw302:RetourCode>8848</jw302:RetourCode>
			<jw302:RetourCode>9056</jw302:RetourCode>
		</jw302:RetourCodes>
	</jw302:Header>
</jw302:Bericht>
"""


def test_opmaak_volgt_de_standaard():
    assert build(JW302(header=HEADER_302)) == XML_302.replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("waarde", "geschreven"),
    [
        ("Jansen", "Jansen"),
        ("Ĳ & Ægir", "Ĳ &amp; Ægir"),
        ("]]><b/>", "]]&gt;&lt;b/&gt;"),
        ("twee\nregels", "twee\r\nregels"),
        ("twee\r\nregels", "twee&#13;\r\nregels"),
        (" \t", " \t"),
    ],
)
def test_tekens_in_een_waarde(waarde, geschreven):
    assert tekst(waarde) == geschreven
    assert etree.fromstring(f"<a>{geschreven}</a>".encode()).text == waarde


@pytest.mark.parametrize("plek", ["binnen een waarde", "tussen elementen"])
def test_commentaar_en_instructies_tellen_niet(plek):
    zoek, met = {
        "binnen een waarde": ("12345678", "12<!-- x -->34<?y z?>56<![CDATA[78]]>"),
        "tussen elementen": ("\t\t<jw302:Ontv", "<!-- x --><?y z?>\t\t<jw302:Ontv"),
    }[plek]
    xml = XML_302.replace(zoek, met).encode()
    gewone_boom = etree.fromstring(xml)
    assert parse(xml) == parse(gewone_boom) == JW302(header=HEADER_302)
    assert len(list(gewone_boom.iter(etree.Comment))) == 1, "the caller's tree is left alone"


PRESTATIE = """<jw323:Bericht xmlns:ijw="http://www.istandaarden.nl/ijw/3_2/basisschema/schema"
 xmlns:jw323="http://www.istandaarden.nl/ijw/3_2/jw323/schema"><jw323:Header>
<jw323:BerichtCode>490</jw323:BerichtCode><jw323:BerichtVersie>3</jw323:BerichtVersie>
<jw323:BerichtSubversie>2</jw323:BerichtSubversie><jw323:Afzender>65656055</jw323:Afzender>
<jw323:Ontvanger>0384</jw323:Ontvanger><jw323:BerichtIdentificatie><ijw:Identificatie>7 </ijw:Identificatie>
<ijw:Dagtekening>2026-05-06</ijw:Dagtekening></jw323:BerichtIdentificatie><jw323:XsdVersie>
<ijw:BasisschemaXsdVersie>1.0.0</ijw:BasisschemaXsdVersie><ijw:BerichtXsdVersie>1.0.0</ijw:BerichtXsdVersie>
</jw323:XsdVersie></jw323:Header><jw323:Declaratie><jw323:DeclaratieNummer>DN001</jw323:DeclaratieNummer>
<jw323:DeclaratiePeriode><ijw:Begindatum>2026-04-01</ijw:Begindatum><ijw:Einddatum>2026-04-30</ijw:Einddatum>
</jw323:DeclaratiePeriode><jw323:DeclaratieDagtekening>{datum}</jw323:DeclaratieDagtekening>
<jw323:TotaalIngediendBedrag><ijw:TotaalBedrag>5000</ijw:TotaalBedrag><ijw:DebetCredit>D</ijw:DebetCredit>
</jw323:TotaalIngediendBedrag><jw323:Clienten><jw323:Client><jw323:Bsn>999900006</jw323:Bsn><jw323:Prestaties>
<jw323:Prestatie><jw323:ProductReferentie><ijw:ReferentieNummer> </ijw:ReferentieNummer>
</jw323:ProductReferentie><jw323:ToewijzingNummer>{nummer}</jw323:ToewijzingNummer>
<jw323:ProductCategorie>45</jw323:ProductCategorie><jw323:ProductCode>45A03</jw323:ProductCode>
<jw323:ProductPeriode><ijw:Begindatum>2026-04-01</ijw:Begindatum><ijw:Einddatum>2026-04-30</ijw:Einddatum>
</jw323:ProductPeriode><jw323:GeleverdVolume>4</jw323:GeleverdVolume><jw323:Eenheid>04</jw323:Eenheid>
<jw323:IngediendBedrag><ijw:Bedrag>5000</ijw:Bedrag><ijw:DebetCredit>D</ijw:DebetCredit>
</jw323:IngediendBedrag></jw323:Prestatie></jw323:Prestaties></jw323:Client></jw323:Clienten></jw323:Declaratie>
</jw323:Bericht>"""


@pytest.mark.parametrize(
    ("lexicaal", "nummer"),
    [("10072", 10072), ("+7", 7), ("-0", 0), ("007", 7), (" \n7\t", 7), (f"{'0' * 6000}7", 7), ("0" * 6000, 0)],
)
def test_gehele_getallen_in_elke_schrijfwijze(lexicaal, nummer):
    xml = PRESTATIE.format(nummer=lexicaal, datum="2026-05-06").encode()
    xsd("JW323").assertValid(etree.fromstring(xml))
    prestatie = parse(xml).declaratie.clienten[0].prestaties[0]
    assert prestatie.toewijzing_nummer == nummer
    assert prestatie.product_tarief is None
    assert prestatie.product_referentie.referentie_nummer == " ", "white space is content of an xs:string"


def test_datum_met_wit_eromheen():
    xml = PRESTATIE.format(nummer=1, datum="\n 0999-12-31 ").encode()
    assert parse(xml).declaratie.declaratie_dagtekening == datetime.date(999, 12, 31)


@pytest.mark.parametrize("datum", ["12026-05-06", "-2026-05-06"])
def test_jaar_buiten_bereik_wordt_geweigerd_zonder_de_waarde_te_noemen(datum):
    xml = PRESTATIE.format(nummer=1, datum=datum).encode()
    xsd("JW323").assertValid(etree.fromstring(xml))
    with pytest.raises(ValueError, match="0001 tot en met 9999") as fout:
        parse(xml)
    assert "2026" not in str(fout.value)


@settings(max_examples=20, deadline=None)
@given(bericht("JW301"))
def test_tijd_blijft_zoals_gestuurd_zonder_wit_eromheen(heen):
    tijd = heen.client.toegewezen_producten[0].toewijzingstijd
    xml = build(heen).decode().replace(f"tijd>{tijd}<", f"tijd>\n {tijd} <").encode()
    xsd("JW301").assertValid(etree.fromstring(xml))
    assert parse(xml) == heen


@pytest.mark.parametrize(
    "xml",
    [
        b"<Bericht/>",
        b'<Bericht xmlns="http://www.istandaarden.nl/ijw/3_2/jw303/schema"/>',
        b'<Header xmlns="http://www.istandaarden.nl/ijw/3_2/jw301/schema"/>',
    ],
)
def test_onbekend_hoofdelement(xml):
    with pytest.raises(ValueError, match="hoofdelement"):
        parse(xml)


def test_entiteiten_worden_niet_vervangen():
    bom = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    boom = etree.fromstring(bom, etree.XMLParser(**PARSEROPTIES))
    assert boom.text is None


@pytest.mark.parametrize("teken", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_build_weigert_wat_xml_niet_kan_bevatten(teken):
    header = msgspec.structs.replace(HEADER_302, identificatie_retour=f"a{teken}")
    with pytest.raises(ValueError, match="XML"):
        build(JW302(header=header))


def test_build_schrijft_geen_tekst_in_een_getal():
    header = msgspec.structs.replace(HEADER_302, bericht_versie="3</jw302:BerichtVersie>")
    with pytest.raises(ValueError, match="format code 'd'"):
        build(JW302(header=header))


@pytest.mark.parametrize("data", [b"", b"JW30", b"JW303\x80", b"<xml/>"])
def test_decode_weigert_andere_bytes(data):
    with pytest.raises(ValueError, match="binaire vorm"):
        decode(data)


@pytest.mark.parametrize("soort", BERICHTEN)
def test_klassen_volgen_de_xsd(soort):
    """Every complex type of the schemas: same elements, order, types and multiplicity as the class of that name."""
    basis, eigen = _typen("basisschema"), _typen(soort)
    gezien = set()

    def vergelijk(klasse: type[Klasse], typen: dict[str, list[tuple[str, str, str, str]]], naam: str) -> None:
        gezien.add(naam)
        gevonden = []
        for veld in velden(klasse):
            minimum = "1" if veld.verplicht else "0"
            if veld.lijst:
                gevonden.append((veld.element, veld.element, minimum, "1"))
                soort_in_lijst = veld.ldt or veld.lijst
                assert typen[veld.element] == [(veld.lijst, soort_in_lijst, "1", "unbounded")]
                gezien.add(veld.element)
            else:
                soort_van_veld = veld.ldt or _typenaam(veld.klasse)
                gevonden.append((veld.element, soort_van_veld, minimum, "1"))
            if veld.klasse:
                vergelijk(veld.klasse, basis if _is_cdt(veld.klasse) else eigen, _typenaam(veld.klasse))
        assert gevonden == typen[naam], naam

    vergelijk(BERICHTEN[soort], eigen, "Root")
    assert set(eigen) <= gezien


def _is_cdt(klasse: type[Klasse]) -> bool:
    return klasse.__module__ == "ijw.berichten.basis"


def _typenaam(klasse: type[Klasse]) -> str:
    return f"CDT_{klasse.__name__}" if _is_cdt(klasse) else elementnaam(klasse)


def _typen(bestand: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """Complex types of a schema: (element, type without prefix, minOccurs, maxOccurs) of each child."""
    boom = etree.parse(XSDS / f"{bestand}.xsd")
    return {
        soort.get("name"): [
            (
                element.get("name"),
                (element.get("type") or element.find(f".//{XS}restriction").get("base")).split(":")[1],
                element.get("minOccurs", "1"),
                element.get("maxOccurs", "1"),
            )
            for element in soort.iterfind(f"{XS}sequence/{XS}element")
        ]
        for soort in boom.iterfind(f"{XS}complexType")
    }


@given(st.integers(-99_999_999, 99_999_999))
def test_bedragen_hebben_geen_teken(cent):
    for bedrag in (BedragMetDC.van_cent(cent), TotaalBedragMetDC.van_cent(cent)):
        assert bedrag.met_teken == cent
        assert (bedrag.debet_credit == "C") == (cent < 0)


def test_json_heeft_de_namen_van_de_standaard():
    bericht_302 = msgspec.json.decode(msgspec.json.encode(JW302(header=HEADER_302)))
    assert bericht_302["header"]["xsdVersieRetour"] == {
        "basisschemaXsdVersie": "1.0.0",
        "berichtXsdVersie": "1.0.2",
    }
    assert "xsltVersie" not in bericht_302["header"]
