"""Releases side by side: which one a message is of, when it is in force, and what a folder must hold."""

import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from regelvoorbeelden import TOEWIJZING, jw301, jw323

from ijw.berichten.basis import XsdVersie
from ijw.codec import build, parse
from ijw.leesfout import LeesFout, OnbekendBericht, OnbekendeRelease, XsdOngeldig
from ijw.lezen import berichtsoort, lees, lees_kop
from ijw.releases import ReleaseregisterError, Releases
from ijw.retour import retour
from ijw.schemas import SchemaOntbreektError, Schemas
from tests.releasemappen import IJW_32, maak_map, schrijf_register

D = datetime.date
VANDAAG = D(2027, 2, 1)


def lees_register(register: Path, eigen: Path | None = None) -> Releases:
    return Releases.lees(register.read_text(encoding="utf-8"), register.parent, eigen)


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    """3.2; 3.3 in its namespace with a code more; 4.0 in its own; 3.1 that is over and 5.0 that is to come."""
    plaats = tmp_path_factory.mktemp("releases")
    maak_map(plaats / "ijw-3.1", versies=(3, 1), ruimte="3_1")
    maak_map(plaats / "ijw-3.3", versies=(3, 3), extra_reden="77")
    maak_map(plaats / "ijw-4.0", versies=(4, 0), ruimte="4_0", extra_reden="77")
    maak_map(plaats / "ijw-5.0", versies=(5, 0), ruimte="5_0")
    register = schrijf_register(
        plaats,
        "5.0,ijw-5.0,5,0,2030-01-01,",
        "3.1,ijw-3.1,3,1,2022-01-01,2023-04-02",
        f"3.2,{IJW_32},3,2,2023-04-03,2027-03-31",
        "3.3,ijw-3.3,3,3,2027-01-01,",
        "4.0,ijw-4.0,4,0,2027-02-01,",
    )
    gelezen = lees_register(register)
    gelezen.controleer()
    return gelezen


def bericht(versies=(3, 2), reden=None):
    heen = jw301(replace(TOEWIJZING, reden_wijziging=reden)) if reden else jw301()
    return replace(heen, header=replace(heen.header, bericht_versie=versies[0], bericht_subversie=versies[1]))


def fout(releases, data, op=VANDAAG):
    with pytest.raises(LeesFout) as gevangen:
        releases.lees_bericht(data, None, op)
    return gevangen.value


def test_een_retour_volgt_de_release_van_zijn_heenbericht_ook_als_die_niet_meer_geldt(releases):
    versie = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")
    terug = retour(bericht((3, 1)), [], identificatie="R1", dagtekening=VANDAAG, xsd_versie_retour=versie)
    assert releases.lees_bericht(releases.build(terug), None, VANDAAG) == terug
    straks = retour(bericht((5, 0)), [], identificatie="R1", dagtekening=VANDAAG, xsd_versie_retour=versie)
    assert "die geldt pas vanaf 01-01-2030" in str(fout(releases, releases.build(straks)))


@pytest.mark.parametrize(
    ("versies", "ruimte"), [((3, 2), "3_2"), ((3, 3), "3_2"), ((4, 0), "4_0")], ids=["3.2", "3.3", "4.0"]
)
def test_een_bericht_wordt_in_zijn_release_gelezen_en_geschreven(releases, versies, ruimte):
    heen = bericht(versies)
    data = releases.build(heen)
    assert f'xmlns:jw301="http://www.istandaarden.nl/ijw/{ruimte}/jw301/schema"'.encode() in data
    assert f'xmlns:ijw="http://www.istandaarden.nl/ijw/{ruimte}/basisschema/schema"'.encode() in data
    assert releases.lees_bericht(data, frozenset({"JW301"}), VANDAAG) == parse(data) == heen
    assert berichtsoort(data, releases.ruimten) == "JW301"


def test_elke_release_heeft_haar_eigen_codes(releases):
    assert isinstance(fout(releases, releases.build(bericht((3, 2), "77"))), XsdOngeldig)
    for versies in ((3, 3), (4, 0)):
        heen = bericht(versies, "77")
        assert releases.lees_bericht(releases.build(heen), None, VANDAAG) == heen
    assert "77" in releases.waarden("LDT_RedenWijziging")
    assert "77" not in releases.van(3, 2).schemas.waarden("LDT_RedenWijziging")


def test_wat_een_bericht_beweert_kiest_alleen_het_schema(releases):
    """Two BerichtVersies, versions elsewhere, or none: the XSD that is chosen refuses them."""
    goed = releases.build(bericht())
    for van, naar in (
        (
            b"<jw301:BerichtSubversie>2<",
            b"<jw301:BerichtSubversie>3</jw301:BerichtSubversie><jw301:BerichtSubversie>2<",
        ),
        (b"<jw301:BerichtVersie>3</jw301:BerichtVersie>", b""),
        (b"<jw301:BerichtSubversie>2<", b"<jw301:BerichtSubversie>9<"),
        (b"<jw301:BerichtSubversie>2<", b"<jw301:BerichtSubversie>0003<"),
        (b"<jw301:BerichtVersie>3<", b"<jw301:BerichtVersie>999900006<"),
    ):
        assert goed.count(van) == 1
        ongeldig = fout(releases, goed.replace(van, naar))
        assert isinstance(ongeldig, XsdOngeldig), naar
        assert any("/Bericht/Header" in deel.pad for deel in ongeldig.fouten)
        assert "999900006" not in str([deel.melding for deel in ongeldig.fouten])


@pytest.mark.parametrize(
    ("versies", "op", "zinnen"),
    [
        ((3, 1), VANDAAG, ("is van iJw 3.1", "die gold tot en met 02-04-2023", "Nu geldt: iJw 3.2 en 3.3 en 4.0")),
        ((5, 0), VANDAAG, ("is van iJw 5.0", "die geldt pas vanaf 01-01-2030")),
        ((3, 3), D(2026, 12, 31), ("is van iJw 3.3", "pas vanaf 01-01-2027", "Nu geldt: iJw 3.2.")),
        ((3, 2), D(2027, 4, 1), ("is van iJw 3.2", "die gold tot en met 31-03-2027")),
    ],
)
def test_een_release_die_niet_geldt_wordt_geweigerd(releases, versies, op, zinnen):
    geweigerd = fout(releases, releases.build(bericht(versies)), op)
    assert isinstance(geweigerd, OnbekendeRelease)
    assert geweigerd.soort == "onbekend-bericht"
    for zin in zinnen:
        assert zin in geweigerd.fouten[0].melding


@pytest.mark.parametrize("op", [D(2027, 1, 1), D(2027, 3, 31)])
def test_twee_releases_gelden_een_tijd_naast_elkaar(releases, op):
    for versies in ((3, 2), (3, 3)):
        assert releases.lees_bericht(releases.build(bericht(versies)), None, op).header.bericht_subversie == versies[1]


def test_een_release_die_niemand_kent_wordt_geweigerd(releases):
    data = build(bericht(), "2_4")
    geweigerd = fout(releases, data)
    assert isinstance(geweigerd, OnbekendeRelease)
    assert "iJw 2.4, en die release is hier niet bekend. Hier geldt: iJw 3.2" in geweigerd.fouten[0].melding
    with pytest.raises(OnbekendeRelease):
        berichtsoort(data)
    with pytest.raises(OnbekendeRelease):
        lees(data, Schemas(IJW_32), None)
    geen = fout(releases, data.replace(b"/ijw/2_4/", b"/iwmo/3_2/"))
    assert type(geen) is OnbekendBericht


def test_eigen_berichten_zijn_van_de_nieuwste_die_geldt(releases):
    assert [releases.geldend(op).naam for op in (D(2020, 1, 1), D(2023, 4, 3), D(2027, 1, 31), D(2031, 1, 1))] == [
        "5.0",
        "3.2",
        "3.3",
        "5.0",
    ]
    assert [release.naam for release in releases] == ["3.1", "3.2", "3.3", "4.0", "5.0"]
    with pytest.raises(KeyError):
        releases.van(9, 9)


def test_de_kop_wordt_gelezen_zonder_de_rest_te_lezen():
    data = build(jw323())
    begin = data[: data.index(b"</jw323:BerichtSubversie>") + len(b"</jw323:BerichtSubversie>")]
    for staart in (b"", b"<onzin", b"\r\n<jw323:x>" * 100_000):
        _, kop = lees_kop(begin + staart)
        assert kop == ("JW323", "3_2", (3, 2))
    _, zonder = lees_kop(data.replace(b"BerichtSubversie", b"Anders"))
    assert zonder == ("JW323", "3_2", None)
    # A version that stands elsewhere, or in another namespace, is none.
    diep = data.replace(b"<jw323:BerichtVersie>", b"<x:BerichtVersie xmlns:x='urn:x'>").replace(
        b"</jw323:BerichtVersie>", b"</x:BerichtVersie>"
    )
    assert lees_kop(diep)[1].versies is None


@pytest.mark.parametrize(
    ("rij", "zin"),
    [
        ("3.2,ijw-3.2,3,2,", "rij 2"),
        ("3.2,ijw-3.2,drie,2,2023-04-03,", "rij 2"),
        ("3.2,ijw-3.2,3,2,3 april,", "rij 2"),
        ("3.2,ijw-3.2,3,2,2023-04-03,2023-04-02", "geldig_tot ligt voor geldig_van"),
        ("3.2,,3,2,2023-04-03,", "map ontbreekt"),
        ("3.2,a,3,2,2023-04-03,\n3.2b,b,3,2,2024-04-03,", "elke versie een keer"),
        ("", "ten minste een release"),
    ],
)
def test_een_register_in_een_andere_vorm_wordt_geweigerd(tmp_path, rij, zin):
    with pytest.raises(ReleaseregisterError, match=zin):
        lees_register(schrijf_register(tmp_path, rij))
    (tmp_path / "releases.csv").write_text("release,map\n")
    with pytest.raises(ReleaseregisterError, match="rij 1"):
        lees_register(tmp_path / "releases.csv")


def test_een_eigen_map_neemt_de_plaats_in_van_die_release(tmp_path):
    maak_map(tmp_path / "ijw-3.3", versies=(3, 3))
    register = schrijf_register(tmp_path, f"3.2,{IJW_32},3,2,2023-04-03,", "3.3,ijw-3.3,3,3,2027-01-01,")
    officieel = maak_map(tmp_path / "officieel", versies=(3, 2))
    vervangen = lees_register(register, officieel)
    vervangen.controleer()
    assert [release.schemas.map for release in vervangen] == [officieel, tmp_path / "ijw-3.3"]
    vreemd = maak_map(tmp_path / "vreemd", versies=(6, 1))
    with pytest.raises(SchemaOntbreektError, match=r"vreemd zijn van iJw 6\.1"):
        lees_register(register, vreemd)


@pytest.mark.parametrize(
    ("bestand", "van", "naar", "zin"),
    [
        ("JW302.xsd", '<xs:pattern value="2"/>', '<xs:pattern value="4"/>', "vraagt BerichtSubversie 4"),
        (
            "JW323.xsd",
            '<xs:element name="ToewijzingNummer"',
            '<xs:element name="Nieuw" type="xs:string" minOccurs="0"/><xs:element name="ToewijzingNummer"',
            "Prestatie/Nieuw is nieuw",
        ),
        ("JW301.xsd", '<xs:element name="Header" type="jw301:Header"/>', "", "Bericht/Header ontbreekt"),
        (
            "JW323.xsd",
            '<xs:element name="Header" type="jw323:Header"/>',
            '<xs:element name="Header" type="jw323:Header" minOccurs="0"/>',
            "Bericht/Header mag ontbreken",
        ),
        (
            "JW323.xsd",
            '<xs:element name="Header" type="jw323:Header"/>',
            '<xs:element name="Header" type="jw323:Header" maxOccurs="2"/>',
            "Bericht/Header mag meer dan een keer voorkomen",
        ),
        (
            "basisschema.xsd",
            '<xs:element name="Bedrag" type="ijw:LDT_Bedrag"/>',
            "",
            "BedragMetDC|IngediendBedrag/Bedrag ontbreekt|Bedrag ontbreekt",
        ),
        (
            "basisschema.xsd",
            '<xs:element name="Identificatie" type="ijw:LDT_IdentificatieBericht"/>',
            '<xs:element name="Identificatie" type="ijw:CDT_XsdVersie"/>',
            "heeft elementen in plaats van een waarde",
        ),
    ],
)
def test_een_release_met_andere_elementen_wordt_niet_gebruikt(tmp_path, bestand, van, naar, zin):
    """Values may differ, elements may not: they are read by position."""
    plaats = maak_map(tmp_path / "ijw", versies=(3, 2))
    tekst = (plaats / bestand).read_text(encoding="utf-8")
    assert van in tekst
    (plaats / bestand).write_text(tekst.replace(van, naar, 1), encoding="utf-8")
    with pytest.raises(SchemaOntbreektError, match=zin):
        lees_register(schrijf_register(tmp_path, "3.2,ijw,3,2,2023-04-03,")).controleer()


def test_elementen_in_een_andere_volgorde_worden_niet_gelezen(tmp_path):
    plaats = maak_map(tmp_path / "ijw", versies=(3, 2))
    tekst = (plaats / "JW301.xsd").read_text(encoding="utf-8")
    header, client = (
        '<xs:element name="Header" type="jw301:Header"/>',
        '<xs:element name="Client" type="jw301:Client"/>',
    )
    (plaats / "JW301.xsd").write_text(tekst.replace(header, "@").replace(client, header).replace("@", client))
    with pytest.raises(SchemaOntbreektError, match="andere volgorde"):
        lees_register(schrijf_register(tmp_path, "3.2,ijw,3,2,2023-04-03,")).controleer()


def test_een_map_die_niet_van_de_ijw_is(tmp_path):
    plaats = maak_map(tmp_path / "ijw", versies=(3, 2))
    tekst = (plaats / "basisschema.xsd").read_text(encoding="utf-8")
    (plaats / "basisschema.xsd").write_text(tekst.replace("/ijw/3_2/", "/iwmo/3_2/"), encoding="utf-8")
    with pytest.raises(SchemaOntbreektError, match="niet dat van de iJw"):
        assert Schemas(plaats).ruimte
