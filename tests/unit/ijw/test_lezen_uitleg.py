"""The explanation of faults: the right line and path for each, clear words, and never a value."""

import pytest
from lxml import etree
from xsd_voorbeelden import BERICHTCODES, XSDS, als_bytes, bericht, pad

from ijw.berichten import BERICHTEN
from ijw.lezen import Fout, LeesFout, XmlOnleesbaar, XsdOngeldig, lees
from ijw.schemas import Schemas

SCHEMAS = Schemas(XSDS)
GEHEIM = "Geheim' is not accepted by the pattern 'Geheim'."
NAMESPACE_323 = "http://www.istandaarden.nl/ijw/3_2/jw323/schema"


def fouten(data: bytes) -> tuple[Fout, ...]:
    with pytest.raises(LeesFout) as gevangen:
        lees(data, SCHEMAS, None)
    assert gevangen.value.__cause__ is None  # lxml's own errors quote values
    assert gevangen.value.__suppress_context__ or gevangen.value.__context__ is None
    return gevangen.value.fouten


@pytest.mark.parametrize("soort", BERICHTEN)
@pytest.mark.parametrize("regels", [True, False])
def test_elke_waarde_die_niet_mag_krijgt_haar_eigen_regel_en_pad(soort, regels):
    wortel = bericht(soort, alles=True)
    bladen = [element for element in wortel.iter() if not len(element)][:90]
    for blad in bladen:
        blad.text = ""
    data = als_bytes(wortel, regels=regels)
    regel_van = {pad(element): element.sourceline for element in etree.fromstring(data).iter()}
    gevonden = fouten(data)
    assert list(dict.fromkeys(een.pad for een in gevonden)) == [pad(blad) for blad in bladen]
    for een in gevonden:  # two for an element that is both too short and no match for a pattern
        assert een.regel == regel_van[een.pad]
        naam = een.pad.rpartition("/")[2].partition("[")[0]
        assert een.melding.startswith(f"{naam}: verwacht ")
    assert len(gevonden) <= len(bladen) + 2


@pytest.mark.parametrize("soort", BERICHTEN)
def test_elk_element_dat_ontbreekt_wordt_genoemd(soort):
    geheel = bericht(soort, alles=True)
    for nummer, element in enumerate(geheel.iter()):
        if len(element) and etree.QName(element).localname not in {"Adres", "Periode"}:  # may be empty
            wortel = bericht(soort, alles=True)
            leeg = list(wortel.iter())[nummer]
            eerste = etree.QName(leeg[0]).localname
            leeg[:] = []
            data = als_bytes(wortel)
            plaats = [een for een in fouten(data) if een.pad == pad(leeg)]
            assert len(plaats) == 1
            assert "niet compleet; hier ontbreekt " in plaats[0].melding
            assert eerste in plaats[0].melding
            [in_bytes] = [ander for ander in etree.fromstring(data).iter() if pad(ander) == pad(leeg)]
            assert plaats[0].regel == in_bytes.sourceline


@pytest.mark.parametrize("soort", BERICHTEN)
def test_een_waarde_komt_nooit_in_de_uitleg(soort):
    """Whatever stands in an element, an attribute, loose text or a namespace."""
    aantal = sum(1 for _ in bericht(soort, alles=False).iter())
    for nummer in range(1, aantal):
        for waar in ["waarde", "attribuut", "los", "verminkt"]:
            wortel = bericht(soort, alles=False)
            element = list(wortel.iter())[nummer]
            if waar == "attribuut":
                element.set("sleutel", GEHEIM)
            elif waar == "los":
                element.tail = GEHEIM
            else:
                element.text = GEHEIM * 10
            data = als_bytes(wortel, regels=False)
            if waar == "verminkt":
                data = data.replace(GEHEIM.encode(), GEHEIM.encode() + b"&geheim;", 1)
            if waar == "waarde" and not len(element) and "Commentaar" in element.tag:
                continue
            for een in fouten(data):
                assert "eheim" not in een.melding + een.pad, een


DECLARATIE = als_bytes(bericht("JW323", alles=True))
PRESTATIE = "/Bericht/Declaratie/Clienten/Client[1]/Prestaties/Prestatie[1]"


@pytest.mark.parametrize(
    ("oud", "nieuw", "pad_van_fout", "melding"),
    [
        (
            "<jw323:Bsn>999900006",
            "<jw323:Bsn>9999",
            "/Bericht/Declaratie/Clienten/Client[1]/Bsn",
            "Bsn: verwacht precies 9 cijfers.",
        ),
        (">490<", ">436<", "/Bericht/Header/BerichtCode", "BerichtCode: verwacht 490."),
        (">3<", ">2<", "/Bericht/Header/BerichtVersie", "BerichtVersie: verwacht 3."),
        (
            "Nummer>1</ijw:Ref",
            f"Nummer>{'x' * 21}</ijw:Ref",
            f"{PRESTATIE}/ProductReferentie/ReferentieNummer",
            "ReferentieNummer: verwacht ten hoogste 20 tekens.",
        ),
        (
            "Nummer>1</ijw:Ref",
            "Nummer></ijw:Ref",
            f"{PRESTATIE}/ProductReferentie/ReferentieNummer",
            "ReferentieNummer: verwacht ten minste 1 teken.",
        ),
        (
            "<jw323:Eenheid>04",
            "<jw323:Eenheid>4",
            f"{PRESTATIE}/Eenheid",
            "Eenheid: verwacht een van de codes 01, 04, 14, 16, 82, 83, 84.",
        ),
        (
            "<jw323:GeleverdVolume>1",
            "<jw323:GeleverdVolume>100000000",
            f"{PRESTATIE}/GeleverdVolume",
            "GeleverdVolume: verwacht ten hoogste 99999999.",
        ),
        (
            "<jw323:GeleverdVolume>1",
            "<jw323:GeleverdVolume>-1",
            f"{PRESTATIE}/GeleverdVolume",
            "GeleverdVolume: verwacht ten minste 0.",
        ),
        (
            "<jw323:GeleverdVolume>1",
            "<jw323:GeleverdVolume>1,5",
            f"{PRESTATIE}/GeleverdVolume",
            "GeleverdVolume: verwacht een geheel getal.",
        ),
        (
            ">2026-04-01</jw323:DeclaratieD",
            ">2026-04-31</jw323:DeclaratieD",
            "/Bericht/Declaratie/DeclaratieDagtekening",
            "DeclaratieDagtekening: verwacht een bestaande datum, zoals 2026-04-30.",
        ),
        (
            ">2026-04-01</jw323:DeclaratieD",
            ">2026-04-01Z</jw323:DeclaratieD",
            "/Bericht/Declaratie/DeclaratieDagtekening",
            "DeclaratieDagtekening: verwacht een datum zonder tijdzone, zoals 2026-04-30.",
        ),
        (
            "<jw323:DeclaratieNummer>1",
            "<jw323:DeclaratieNummer>1-2",
            "/Bericht/Declaratie/DeclaratieNummer",
            "DeclaratieNummer: verwacht alleen letters en cijfers.",
        ),
        (
            ">1.0.0<",
            ">1.0<",
            "/Bericht/Header/XsdVersie/BasisschemaXsdVersie",
            "BasisschemaXsdVersie: verwacht een versienummer zoals 1.0.0.",
        ),
        (
            "<jw323:ProductCode>1",
            "<jw323:ProductCode> ",
            f"{PRESTATIE}/ProductCode",
            "ProductCode: verwacht ten minste één zichtbaar teken, op één regel.",
        ),
        (
            "<jw323:Eenheid>04</jw323:Eenheid>",
            "",
            f"{PRESTATIE}/ProductTarief",
            "ProductTarief: wordt hier niet verwacht; verwacht Eenheid.",
        ),
        (
            "</jw323:Eenheid>",
            "</jw323:Eenheid><jw323:Extra/>",
            f"{PRESTATIE}/Extra",
            "Extra: wordt hier niet verwacht; verwacht een van ProductTarief, IngediendBedrag.",
        ),
        (
            "</jw323:IngediendBedrag>",
            "</jw323:IngediendBedrag><jw323:Extra/>",
            f"{PRESTATIE}/Extra",
            "Extra: wordt hier niet verwacht; op deze plaats hoort geen element meer.",
        ),
        (
            "<jw323:Eenheid>04</jw323:Eenheid>",
            "<ijw:Eenheid>04</ijw:Eenheid>",
            f"{PRESTATIE}/Eenheid",
            f"Eenheid: staat in de verkeerde namespace; verwacht {NAMESPACE_323}.",
        ),
        (
            "<jw323:Prestatie>",
            "<jw323:Prestatie>hoi",
            PRESTATIE,
            "Prestatie: hier horen alleen elementen, geen losse tekst.",
        ),
        (
            "</jw323:Eenheid>",
            "</jw323:Eenheid>hoi",
            PRESTATIE,
            "Prestatie: hier horen alleen elementen, geen losse tekst.",
        ),
        (
            "<jw323:Prestatie>",
            "<jw323:Prestatie\r\n\tnaam='x'>",
            PRESTATIE,
            "Prestatie: attributen zijn hier niet toegestaan.",
        ),
        (
            "<jw323:Eenheid>",
            "<jw323:Eenheid soort='x'>",
            f"{PRESTATIE}/Eenheid",
            "Eenheid: attributen zijn hier niet toegestaan.",
        ),
        (
            "<jw323:Eenheid>04",
            "<jw323:Eenheid>04<b/>",
            f"{PRESTATIE}/Eenheid/b",
            "b: hier hoort een waarde, geen element.",
        ),
    ],
)
def test_woorden(oud, nieuw, pad_van_fout, melding):
    assert oud.encode() in DECLARATIE
    data = DECLARATIE.replace(oud.encode(), nieuw.encode(), 1)
    regel = 1 + DECLARATIE[: DECLARATIE.index(oud.encode())].count(b"\n")
    volgende = int(not nieuw)  # of something absent, what stands in its place is unexpected
    einde_tag = nieuw.count("\n", 0, nieuw.find(">"))
    eerste = fouten(data)[0]
    assert eerste == Fout(regel + volgende + einde_tag, pad_van_fout, melding)


@pytest.mark.parametrize(
    "nieuw", ["\r\n\r\n\thoi\r\n\r\n", "<!-- x -->\n&#32;hoi &amp; &#65; hoi", "\n\n<![CDATA[hoi\n]]>\n"]
)
def test_losse_tekst_krijgt_de_regel_waar_zij_begint(nieuw):
    data = DECLARATIE.replace(b"</jw323:Eenheid>", b"</jw323:Eenheid>" + nieuw.encode(), 1)
    [een] = fouten(data)
    assert een.pad == PRESTATIE
    assert een.regel == 1 + data[: data.index(b"hoi")].count(b"\n")


def test_lijst_met_veel_codes_wordt_niet_opgesomd():
    data = als_bytes(bericht("JW302", alles=True)).replace(b">0200<", b">9999<", 1)
    [een] = fouten(data)
    assert een.pad == "/Bericht/Header/RetourCodes/RetourCode[1]"
    assert een.melding == "RetourCode: verwacht een code uit de lijst van 59 waarden."


def test_alle_fouten_samen_in_volgorde():
    data = DECLARATIE.replace(b"<ijw:DebetCredit>D", b"<ijw:DebetCredit>X").replace(b">490<", b">491<")
    gevonden = fouten(data)
    assert [een.pad for een in gevonden] == [
        "/Bericht/Header/BerichtCode",
        "/Bericht/Declaratie/TotaalIngediendBedrag/DebetCredit",
        *(
            f"/Bericht/Declaratie/Clienten/Client[{client}]/Prestaties/Prestatie[{prestatie}]/IngediendBedrag/DebetCredit"
            for client in (1, 2)
            for prestatie in (1, 2)
        ),
    ]
    assert [een.regel for een in gevonden] == sorted(een.regel for een in gevonden)


@pytest.mark.parametrize(
    ("oud", "nieuw", "pad_van_fout", "melding"),
    [
        ("</jw323:Eenheid>", "</jw323:eenheid>", f"{PRESTATIE}/Eenheid", "De eindtag hoort niet bij"),
        ("<jw323:Eenheid>04", "<jw323:Eenheid>0&4", f"{PRESTATIE}/Eenheid", "Een & of < in tekst moet"),
        ("<jw323:Eenheid>04", "<jw323:Eenheid>&nul;", f"{PRESTATIE}/Eenheid", "De verwijzing (&...;) is niet bekend"),
        ("<jw323:Eenheid>04", "<jw323:Eenheid>\x02", f"{PRESTATIE}/Eenheid", "teken dat in XML niet is toegestaan"),
        ("<jw323:Eenheid>", "<los:Eenheid/><jw323:Eenheid>", f"{PRESTATIE}/Eenheid", "Het voorvoegsel"),
        ("<jw323:Eenheid>", "<jw323:Eenheid a='1' a='2'>", PRESTATIE, "Een attribuut staat er twee keer."),
        ("</jw323:Eenheid>", "", f"{PRESTATIE}", "De eindtag hoort niet bij"),
    ],
)
def test_waar_de_xml_niet_welgevormd_is(oud, nieuw, pad_van_fout, melding):
    data = DECLARATIE.replace(oud.encode(), nieuw.encode(), 1)
    with pytest.raises(XmlOnleesbaar) as gevangen:
        lees(data, SCHEMAS, None)
    [een] = gevangen.value.fouten
    regel = 1 + DECLARATIE[: DECLARATIE.index(oud.encode())].count(b"\n")
    assert melding in een.melding
    if nieuw:
        assert (een.regel, een.pad) == (regel, pad_van_fout)
    else:
        assert een.regel > regel
        assert een.pad.startswith(pad_van_fout)


def test_niet_welgevormd_gaat_voor_ongeldig():
    data = DECLARATIE.replace(b">490<", b">491<").rstrip()[:-5]
    assert [type(een) for een in fouten(data)] == [Fout]
    with pytest.raises(XmlOnleesbaar):
        lees(data, SCHEMAS, None)


@pytest.mark.parametrize("verwacht", BERICHTCODES)
def test_code_van_een_ander_bericht(verwacht):
    andere = "437" if verwacht == "JW301" else "436"
    data = als_bytes(bericht(verwacht, alles=False)).replace(BERICHTCODES[verwacht].encode(), andere.encode(), 1)
    with pytest.raises(XsdOngeldig):
        lees(data, SCHEMAS, None)
    assert fouten(data)[0].melding == f"BerichtCode: verwacht {BERICHTCODES[verwacht]}."
