"""The retourberichten in every case of the standard, as a table on one JW301 and by property for all messages."""

import datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from strategieen import WAARDEN, bericht

from ijw import retour
from ijw.berichten import JW301, JW302, JW305, JW306, JW319, JW320
from ijw.berichten.basis import (
    Achternaam,
    BerichtIdentificatie,
    Geboortedatum,
    VerkorteNaam,
    VolledigeNaam,
    XsdVersie,
)
from ijw.berichten.jw301 import Client301, Contact301, Header301, Relatie301, ToegewezenProduct301
from ijw.berichten.jw305 import Client305, Header305, StartProduct305
from ijw.berichten.jw319 import Antwoord319, Header319, Woonplaatsbeginsel319
from ijw.bevinding import Bevinding
from ijw.codec import build, parse

XSDS = Path(__file__).parents[3] / "schemas" / "ijw-3.2"
D = datetime.date
VERSIE = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")
EIGEN = {
    "identificatie": "R1",
    "dagtekening": D(2026, 4, 2),
    "xsd_versie_retour": XsdVersie(basisschema_xsd_versie="1.0.1", bericht_xsd_versie="1.0.2"),
    "xslt_versie": "1.0.3",
}
KOP = {
    "bericht_versie": 3,
    "bericht_subversie": 2,
    "bericht_identificatie": BerichtIdentificatie(identificatie="T1", dagtekening=D(2026, 4, 1)),
    "xsd_versie": VERSIE,
}
NAAM = VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Wit"), naam_gebruik="1")


def product(nummer: int) -> ToegewezenProduct301:
    return ToegewezenProduct301(
        toewijzing_nummer=nummer,
        toewijzingsdatum=D(2026, 4, 1),
        toewijzingstijd="12:34:56",
        ingangsdatum=D(2026, 4, 1),
    )


HEEN = JW301(
    header=Header301(bericht_code="436", afzender="0384", ontvanger="42420001", **KOP),
    client=Client301(
        bsn="999900006",
        geboortedatum=Geboortedatum(datum=D(2010, 2, 14)),
        geslacht="1",
        naam=NAAM,
        relaties=(
            Relatie301(nummer="1", soort="12", naam=NAAM, contact=Contact301(soort="03")),
            Relatie301(nummer="2", soort="12", naam=NAAM, contact=Contact301(soort="03")),
        ),
        contactgegevens=(Contact301(soort="03"), Contact301(soort="04")),
        toegewezen_producten=(product(1), product(2), product(3)),
    ),
)


@cache
def xsd(soort: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(XSDS / f"{soort}.xsd"))


def geldig(terug: retour.Retourbericht) -> None:
    xml = build(terug)
    xsd(terug.soort).assertValid(etree.fromstring(xml))
    assert parse(xml) == terug


def fout(pad: str, code: str = "9332", niveau: int = 3) -> Bevinding:
    return Bevinding(regel="TR332", retourcode=code, niveau=niveau, pad=pad)


def codes(terug: JW302) -> dict[str, tuple[str, ...]]:
    """RetourCodes of every class in a JW302, by its place."""
    gevonden = {"Header": terug.header.retour_codes}
    if terug.client is None:
        return gevonden
    gevonden["Client"] = terug.client.retour_codes
    for nummer, relatie in enumerate(terug.client.relaties, 1):
        gevonden[f"Relatie {nummer}"] = relatie.retour_codes
        gevonden[f"Contact van {nummer}"] = relatie.contact.retour_codes
    for nummer, contact in enumerate(terug.client.contactgegevens, 1):
        gevonden[f"Contact {nummer}"] = contact.retour_codes
    for nummer, toewijzing in enumerate(terug.client.toegewezen_producten, 1):
        gevonden[f"Product {nummer}"] = toewijzing.retour_codes
    return gevonden


PRODUCTEN = "/Bericht/Client/ToegewezenProducten"
PLAATSEN = ("Header", "Client", "Relatie 1", "Contact van 1", "Relatie 2", "Contact van 2")
PLAATSEN += ("Contact 1", "Contact 2", "Product 1", "Product 2", "Product 3")
ALLES_GOED = dict.fromkeys(PLAATSEN, ("0200",))
GEVALLEN = [
    ("geen bevindingen", [], {"Header": ()}),
    ("niveau 2", [fout(f"{PRODUCTEN}/ToegewezenProduct[1]", "0001", 2)], {"Header": ("0001",)}),
    (
        "niveau 2 gaat voor",
        [fout("/Bericht/Header/Afzender", "8848", 4), fout("/Bericht/Client/Bsn", "0001", 2)],
        {"Header": ("0001",)},
    ),
    (
        "in de Header",
        [
            fout("/Bericht/Header/Ontvanger", "8848", 4),
            fout("/Bericht/Header/BerichtIdentificatie/Identificatie", "9056"),
            fout("/Bericht/Header/Afzender", "8848", 4),
        ],
        {"Header": ("8848", "9056")},
    ),
    ("over het bericht als geheel", [fout("/Bericht", "9056")], {"Header": ("9056",)}),
    (
        "in de Header gaat voor de Client",
        [fout("/Bericht/Client/Bsn"), fout("/Bericht/Header", "S300", 4)],
        {"Header": ("S300",)},
    ),
    (
        "in de Client",
        [fout("/Bericht/Client/Bsn", "8187"), fout("/Bericht/Client/Naam/Geslachtsnaam/Achternaam", "9332")],
        ALLES_GOED | {"Client": ("8187", "9332")},
    ),
    ("bij een lijst als geheel", [fout(PRODUCTEN)], ALLES_GOED | {"Client": ("9332",)}),
    (
        "in twee producten, een ervan tweemaal",
        [
            fout(f"{PRODUCTEN}/ToegewezenProduct[3]", "9379"),
            fout(f"{PRODUCTEN}/ToegewezenProduct[1]/Einddatum", "9332"),
            fout(f"{PRODUCTEN}/ToegewezenProduct[1]/Product/Code", "S329", 4),
            fout(f"{PRODUCTEN}/ToegewezenProduct[1]/Product/Categorie", "S329", 4),
        ],
        ALLES_GOED | {"Product 1": ("9332", "S329"), "Product 3": ("9379",)},
    ),
    (
        "in een Contact binnen een Relatie",
        [fout("/Bericht/Client/Relaties/Relatie[2]/Contact/Adres/Postcode")],
        ALLES_GOED | {"Contact van 2": ("9332",)},
    ),
    (
        "in een afwezig element",
        [fout("/Bericht/Client/Contactgegevens/Contact[2]/Telefoon/Telefoon01")],
        ALLES_GOED | {"Contact 2": ("9332",)},
    ),
]


@pytest.mark.parametrize(
    ("bevindingen", "verwacht"), [geval[1:] for geval in GEVALLEN], ids=[geval[0] for geval in GEVALLEN]
)
def test_codes_per_klasse(bevindingen, verwacht):
    terug = retour.retour(HEEN, bevindingen, **EIGEN)
    assert codes(terug) == verwacht
    geldig(terug)


def test_header_houdt_het_heenbericht_en_voegt_toe():
    header = retour.retour(HEEN, [], **EIGEN).header
    for veld in Header301.__struct_fields__:
        verwacht = "437" if veld == "bericht_code" else getattr(HEEN.header, veld)
        assert getattr(header, veld) == verwacht
    assert (header.identificatie_retour, header.dagtekening_retour) == ("R1", D(2026, 4, 2))
    assert (header.xsd_versie_retour, header.xslt_versie) == (EIGEN["xsd_versie_retour"], "1.0.3")


def test_onbekend_startproduct_als_in_de_standaard():
    heen = JW305(
        header=Header305(bericht_code="438", afzender="42420001", ontvanger="0384", **KOP),
        client=Client305(
            bsn="999900006",
            geboortedatum=Geboortedatum(datum=D(2010, 2, 14)),
            geslacht="1",
            naam=VerkorteNaam(geslachtsnaam=Achternaam(achternaam="Wit")),
            start_producten=(StartProduct305(begindatum=D(2026, 4, 1), status_aanlevering="3"),),
        ),
    )
    terug = retour.retour(heen, [fout("/Bericht/Client/StartProducten/StartProduct[1]", "9063")], **EIGEN)
    assert isinstance(terug, JW306)
    assert terug.client is not None
    assert terug.header.retour_codes == terug.client.retour_codes == ("0200",)
    assert [start.retour_codes for start in terug.client.start_producten] == [("9063",)]
    geldig(terug)


def test_antwoord_zonder_client():
    heen = JW319(
        header=Header319(bericht_code="488", afzender="0384", ontvanger="42420001", **KOP),
        antwoord=Antwoord319(
            referentie_aanbieder="V1",
            verzoek_antwoord="1",
            reden_afwijzing_verzoek="8",
            woonplaatsbeginsel=Woonplaatsbeginsel319(gemeente="0193"),
        ),
    )
    terug = retour.retour(heen, [fout("/Bericht/Antwoord/ReferentieAanbieder", "9355")], **EIGEN)
    assert isinstance(terug, JW320)
    assert terug.antwoord is not None
    assert terug.antwoord.retour_codes == ("9355",)
    assert terug.antwoord.woonplaatsbeginsel is not None
    assert terug.antwoord.woonplaatsbeginsel.retour_codes == ("0200",)
    geldig(terug)


def test_een_afwezige_klasse_telt_bij_de_klasse_erboven():
    heen = JW319(
        header=Header319(bericht_code="488", afzender="0384", ontvanger="42420001", **KOP),
        antwoord=Antwoord319(referentie_aanbieder="V1", verzoek_antwoord="2"),
    )
    terug = retour.retour(heen, [fout("/Bericht/Antwoord/Woonplaatsbeginsel/Gemeente", "S300", 4)], **EIGEN)
    assert isinstance(terug, JW320)
    assert terug.antwoord is not None
    assert (terug.antwoord.retour_codes, terug.antwoord.woonplaatsbeginsel) == (("S300",), None)


@pytest.mark.parametrize(
    "pad",
    [
        "",
        "/",
        "Client",
        "/Bericht/Klant",
        "/Bericht/Client/Naam2",
        f"{PRODUCTEN}/ToegewezenProduct/Einddatum",
        f"{PRODUCTEN}/ToegewezenProduct[4]",
        f"{PRODUCTEN}/ToegewezenProduct[0]",
        f"{PRODUCTEN}/ToegewezenProduct[1]/Bsn",
        "/Bericht/Client/Relaties/Relatie[1]/Contact[1]",
    ],
)
def test_een_plaats_die_er_niet_is_wordt_geweigerd(pad):
    with pytest.raises(ValueError, match="geen plaats in dit bericht"):
        retour.retour(HEEN, [fout(pad)], **EIGEN)


def test_wat_niet_kan_wordt_geweigerd():
    met_code, zonder_code = fout("/Bericht/Client"), fout("/Bericht/Client", code="")
    with pytest.raises(ValueError, match="geen retourcode"):
        retour.retour(HEEN, [met_code, zonder_code], **EIGEN)


def elementpaden(element: etree._Element, pad: str) -> list[str]:
    """The pad of every element in a message, as rules name them: an index inside a wrapper only."""
    paden, nummers = [pad], {}
    naam = etree.QName(element).localname
    herhaalbaar = naam in {"Relaties", "Contactgegevens"} or naam.endswith("Producten")
    for kind in element:
        kindnaam = etree.QName(kind).localname
        nummers[kindnaam] = nummers.get(kindnaam, 0) + 1
        index = f"[{nummers[kindnaam]}]" if herhaalbaar else ""
        paden += elementpaden(kind, f"{pad}/{kindnaam}{index}")
    return paden


@pytest.mark.parametrize("soort", ["JW301", "JW305", "JW307", "JW315", "JW317", "JW319"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_elke_verzameling_bevindingen_geeft_een_geldige_retour(soort, data):
    heen = data.draw(bericht(soort))
    paden = elementpaden(etree.fromstring(build(heen)), "/Bericht")
    bevindingen = data.draw(
        st.lists(st.builds(fout, st.sampled_from(paden), WAARDEN["LDT_RetourCode"], st.sampled_from([2, 3, 4])))
    )
    terug = retour.retour(heen, bevindingen, **EIGEN)
    geldig(terug)

    inhoud = getattr(terug, "client" if soort != "JW319" else "antwoord")
    in_header = any(bevinding.pad.startswith("/Bericht/Header") for bevinding in bevindingen)
    in_header = in_header or any(bevinding.pad == "/Bericht" for bevinding in bevindingen)
    niveau_2 = any(bevinding.niveau == 2 for bevinding in bevindingen)
    assert (inhoud is None) == (not bevindingen or niveau_2 or in_header)
    if inhoud is not None:
        assert terug.header.retour_codes == ("0200",)
        assert zonder_codes(inhoud) == zonder_codes(heen.client if soort != "JW319" else heen.antwoord)
        genoemd = set(alle_codes(inhoud)) - {"0200"}
        assert genoemd == {bevinding.retourcode for bevinding in bevindingen} - {"0200"}


def zonder_codes(waarde: object) -> object:
    """A message's content without its RetourCodes, to compare what was copied."""
    boom = msgspec.to_builtins(waarde)

    def kaal(deel: object) -> object:
        if isinstance(deel, dict):
            return {naam: kaal(kind) for naam, kind in deel.items() if naam != "retourCodes"}
        return [kaal(kind) for kind in deel] if isinstance(deel, list | tuple) else deel

    return kaal(boom)


def alle_codes(waarde: object) -> list[str]:
    """Every retourcode anywhere in a message's content."""
    if isinstance(waarde, tuple):
        return [code for deel in waarde for code in alle_codes(deel)]
    if not isinstance(waarde, msgspec.Struct):
        return []
    velden = {veld: getattr(waarde, veld) for veld in waarde.__struct_fields__}
    eigen = velden.pop("retour_codes", ())
    return [*eigen, *(code for deel in velden.values() for code in alle_codes(deel))]
