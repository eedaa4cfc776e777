"""The folder with XSDs: versions, repeatable elements, and what happens when a file is not there or no XSD."""

import shutil

import pytest
from lxml import etree
from xsd_voorbeelden import XSDS, herhaalbaar

from ijw.berichten import BERICHTEN
from ijw.berichten.basis import XsdVersie
from ijw.schemas import SchemaOntbreektError, Schemas


@pytest.fixture
def kopie(tmp_path):
    shutil.copytree(XSDS, tmp_path / "xsd")
    return tmp_path / "xsd"


@pytest.mark.parametrize("soort", BERICHTEN)
def test_versie_komt_uit_appinfo(soort):
    assert Schemas(XSDS).xsd_versie(soort) == XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")


def test_versie_van_een_andere_map(kopie):
    bestand = kopie / "JW302.xsd"
    tekst = bestand.read_text().replace("<ijw:BerichtXsdVersie>1.0.0", "<ijw:BerichtXsdVersie>1.2.3")
    bestand.write_text(tekst.replace("<ijw:BasisschemaXsdVersie>1.0.0", "<ijw:BasisschemaXsdVersie>4.5.6"))
    versie = Schemas(kopie).xsd_versie("JW302")
    assert versie == XsdVersie(basisschema_xsd_versie="4.5.6", bericht_xsd_versie="1.2.3")


def test_schema_wordt_een_keer_gecompileerd():
    schemas = Schemas(XSDS)
    assert isinstance(schemas.schema("JW323"), etree.XMLSchema)
    assert schemas.schema("JW323") is schemas.schema("JW323")


def test_herhaalbare_elementen_zijn_die_van_de_klassen():
    schemas = Schemas(XSDS)
    assert frozenset().union(*map(schemas.herhaalbaar, BERICHTEN)) == herhaalbaar()
    assert schemas.herhaalbaar("JW301") == {
        ("Relaties", "Relatie"),
        ("Contactgegevens", "Contact"),
        ("ToegewezenProducten", "ToegewezenProduct"),
    }


def test_onbekend_bericht_en_ontbrekend_bestand(kopie):
    schemas = Schemas(kopie)
    with pytest.raises(KeyError):
        schemas.schema("JW999")
    with pytest.raises(KeyError):
        schemas.schema("../JW301")
    (kopie / "JW301.xsd").unlink()
    with pytest.raises(SchemaOntbreektError, match=r"JW301\.xsd kan niet gelezen worden"):
        schemas.schema("JW301")


def test_bestand_dat_geen_schema_is(kopie):
    (kopie / "JW301.xsd").write_text("<xs:schema>")
    with pytest.raises(SchemaOntbreektError, match="kan niet gelezen worden"):
        Schemas(kopie).xsd_versie("JW301")
    (kopie / "JW301.xsd").write_text("<iets/>")
    with pytest.raises(SchemaOntbreektError, match="geen geldig XSD"):
        Schemas(kopie).schema("JW301")
    with pytest.raises(SchemaOntbreektError, match="vermeldt geen BasisschemaXsdVersie"):
        Schemas(kopie).xsd_versie("JW301")
