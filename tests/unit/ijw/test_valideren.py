"""Each of the fourteen messages as a file: good, broken inside, and broken against its XSD."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from regelvoorbeelden import NIEUW, START, STOP, jw301, jw305, jw307, jw315, jw317, jw319, jw323, jw325, prestatie

from ijw.berichten import BERICHTEN, Heenbericht
from ijw.berichten.basis import TotaalBedragMetDC, XsdVersie
from ijw.bevinding import Bevinding
from ijw.codec import build
from ijw.retour import retour
from services.cli.valideer import GEVONDEN, IN_ORDE, beoordeel
from services.platform.releases import releases_uit
from services.platform.settings import Settings

RELEASES = releases_uit(Settings().releases)
VANDAAG = date(2026, 5, 7)


def terug(heen: Heenbericht) -> Any:
    """The retour on a message with a finding on its Client, or on its Antwoord."""
    plaats = "/Bericht/Antwoord" if heen.soort == "JW319" else "/Bericht/Client"
    versie = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")
    bevinding = Bevinding("TR019", "9019", 3, plaats)
    return retour(heen, [bevinding], identificatie="7", dagtekening=date(2026, 5, 7), xsd_versie_retour=versie)


def niveau_2(bericht: Any) -> Any:
    """The same retour, saying that its message was refused at level 2."""
    return replace(bericht, header=replace(bericht.header, retour_codes=("0001",)))


HEEN = {
    "JW301": (jw301(), jw301(bsn="999900007"), "CS002"),
    "JW305": (jw305(), jw305(replace(START, status_aanlevering="2")), "CS058"),
    "JW307": (jw307(), jw307(replace(STOP, einddatum=date(2026, 4, 1))), "TR018"),
    "JW315": (jw315(), jw315(bsn="999900007"), "CS002"),
    "JW317": (jw317(), jw317(nieuwe_producten=(NIEUW,)), "TR352"),
    "JW319": (jw319(), jw319("1", None), "CD085"),
    "JW323": (jw323(), jw323(totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(1)), "TR358"),
    "JW325": (jw325(prestatie()), jw325(prestatie(), totaal=TotaalBedragMetDC.van_cent(1)), "TR342"),
}
RETOUR = {
    antwoord.soort: (antwoord, niveau_2(antwoord), "GENERAL_0001")
    for antwoord in (terug(HEEN[soort][0]) for soort in ("JW301", "JW305", "JW307", "JW315", "JW317", "JW319"))
}
ALLE = HEEN | RETOUR


def test_alle_veertien_berichten_staan_hier() -> None:
    assert ALLE.keys() == BERICHTEN.keys()


@pytest.mark.parametrize("soort", ALLE)
def test_een_goed_bericht_is_in_orde(soort: str, tmp_path: Path) -> None:
    bestand = tmp_path / "goed.xml"
    bestand.write_bytes(build(ALLE[soort][0]))
    uitkomst, oordeel = beoordeel(bestand, RELEASES, VANDAAG)
    assert (uitkomst, oordeel.berichtsoort, oordeel.geldig_tegen_xsd) == (IN_ORDE, soort, True)
    assert (oordeel.fouten, oordeel.bevindingen) == ((), ())


@pytest.mark.parametrize("soort", ALLE)
def test_een_gebroken_regel_van_niveau_2_wordt_gemeld(soort: str, tmp_path: Path) -> None:
    _, fout, regel = ALLE[soort]
    bestand = tmp_path / "fout.xml"
    bestand.write_bytes(build(fout))
    uitkomst, oordeel = beoordeel(bestand, RELEASES, VANDAAG)
    assert (uitkomst, oordeel.berichtsoort, oordeel.geldig_tegen_xsd) == (GEVONDEN, soort, True)
    (bevinding,) = oordeel.bevindingen
    assert (bevinding.regel, bevinding.retourcode, bevinding.niveau) == (regel, "0001", 2)
    assert bevinding.uitleg.endswith(")")


@pytest.mark.parametrize("soort", ALLE)
def test_wat_het_schema_weigert_wordt_gemeld(soort: str, tmp_path: Path) -> None:
    xml = build(ALLE[soort][0])
    bestand = tmp_path / "ongeldig.xml"
    bestand.write_bytes(xml.replace(b"BerichtVersie>3<", b"BerichtVersie>2<"))
    uitkomst, oordeel = beoordeel(bestand, RELEASES, VANDAAG)
    assert (uitkomst, oordeel.berichtsoort, oordeel.geldig_tegen_xsd) == (GEVONDEN, soort, False)
    assert [fout.pad for fout in oordeel.fouten] == ["/Bericht/Header/BerichtVersie"]
    assert oordeel.bevindingen == ()
