"""Every message is valid but for the ones that are planted not to be, and those fail in exactly their way."""

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest

from ijw.berichten import JW301, JW323
from ijw.bsn import elfproef
from ijw.lezen import LeesFout, lees
from ijw.regels import niveau2
from ijw.volume import PER_DAG, PER_MAAND, PER_WEEK, TOTAAL
from services.synthetisch import IJSSELLAND, RegioOpties, Stap, maak_regio
from services.synthetisch.producten import PRODUCTEN, ZONDER_CONTRACT
from services.synthetisch.soorten import FOUTEN, SOORTEN
from services.synthetisch.verwachting import VerwachtAntwoord, VerwachtRetour, VerwachtWeigering
from tests.unit.synthetisch.lijsten import GEMEENTEN, PRODUCTCODES, SCHEMAS

VANDAAG = dt.date(2026, 5, 6)


@pytest.fixture(scope="module")
def stappen() -> list[Stap]:
    """A region in which every kind of fault occurs."""
    regio = maak_regio(RegioOpties(vandaag=VANDAAG, aantal_clienten=300, foutenaandeel=Fraction(30, 100)))
    assert set(regio.geplaatst) == set(SOORTEN)
    return list(regio.stappen())


def berichten(stappen: list[Stap]) -> list[Stap]:
    return [stap for stap in stappen if stap.soort in {"JW301", "JW323"}]


def test_berichten_zijn_geldig_tegen_hun_xsd_behalve_de_geplante(stappen: list[Stap]) -> None:
    for stap in berichten(stappen):
        bedoeld = stap.verwacht
        if isinstance(bedoeld, VerwachtWeigering) and bedoeld.status == 400 and bedoeld.probleem != "onbekend-bericht":
            with pytest.raises(LeesFout) as fout:
                lees(stap.inhoud, SCHEMAS, None)
            assert fout.value.soort == bedoeld.probleem, stap.sleutel
        else:
            lees(stap.inhoud, SCHEMAS, None)


def test_een_bericht_aan_het_verkeerde_adres_is_daar_onbekend(stappen: list[Stap]) -> None:
    verkeerd = [
        stap
        for stap in berichten(stappen)
        if isinstance(stap.verwacht, VerwachtWeigering) and stap.verwacht.probleem == "onbekend-bericht"
    ]
    assert {stap.fout for stap in verkeerd} == {"301-verkeerd-adres", "323-verkeerd-adres"}
    for stap in verkeerd:
        welkom = frozenset({"JW323" if "declaraties" in stap.pad else "JW301"})
        with pytest.raises(LeesFout) as fout:
            lees(stap.inhoud, SCHEMAS, welkom)
        assert fout.value.soort == "onbekend-bericht"


def test_niveau_2_vindt_precies_de_geplante_regels_en_verder_niets(stappen: list[Stap]) -> None:
    gevonden = Counter[str]()
    for stap in berichten(stappen):
        if isinstance(stap.verwacht, VerwachtWeigering) and stap.verwacht.status == 400:
            continue
        bericht = lees(stap.inhoud, SCHEMAS, None)
        regels = {bevinding.regel for bevinding in niveau2(bericht)}
        bedoeld = stap.verwacht.niveau2 if isinstance(stap.verwacht, VerwachtRetour | VerwachtAntwoord) else ()
        assert regels == set(bedoeld), (stap.sleutel, stap.fout)
        gevonden.update(regels)
    geplant = {soort.naam.split("-")[1] for soort in FOUTEN if soort.groep == "niveau2"}
    assert set(gevonden) == geplant | {"CD078"}  # CD077 and CD078 are one fault


def test_kenmerken_zijn_uniek_voor_hun_afzender(stappen: list[Stap]) -> None:
    """But for the kinds that are about a number used twice, and for repetitions."""
    dubbel = {"323-9056", "323-header-meervoudig", "301-9056", "9333", "9333-8214", "323-herhaling", "301-herhaling"}
    identificaties, nummers, referenties = Counter[object](), Counter[object](), Counter[object]()
    for stap in berichten(stappen):
        if isinstance(stap.verwacht, VerwachtWeigering) or stap.fout in dubbel:
            continue
        bericht = lees(stap.inhoud, SCHEMAS, None)
        assert isinstance(bericht, JW301 | JW323)
        kop = bericht.header
        identificaties[bericht.soort, kop.afzender, kop.bericht_identificatie.identificatie] += 1
        if isinstance(bericht, JW323):
            nummers[kop.afzender, bericht.declaratie.declaratie_nummer] += 1
            if isinstance(stap.verwacht, VerwachtAntwoord):
                referenties.update(
                    (kop.afzender, prestatie.referentie)
                    for prestatie in stap.verwacht.prestaties
                    if prestatie.fout != "8021"
                )
    assert len({stap.sleutel for stap in stappen}) == len(stappen)
    assert max(identificaties.values()) == max(nummers.values()) == max(referenties.values()) == 1


def test_clienten_hebben_test_bsns_en_horen_bij_een_gemeente(stappen: list[Stap]) -> None:
    gemeente_van: dict[str, str] = {}
    for stap in stappen:
        if stap.fase != "02-toewijzingen":
            continue
        bericht = lees(stap.inhoud, SCHEMAS, None)
        assert isinstance(bericht, JW301)
        bsn = bericht.client.bsn
        assert elfproef(bsn)
        assert 999_900_006 <= int(bsn) <= 999_999_990
        assert gemeente_van.setdefault(bsn, bericht.header.afzender) == bericht.header.afzender


def test_alle_eenheden_frequenties_en_vormen_van_toewijzing_komen_voor(stappen: list[Stap]) -> None:
    omvangen, vormen, in_minuten = set(), set(), 0
    uren: set[tuple[str, int]] = set()
    for stap in stappen:
        if stap.fase == "02-toewijzingen":
            bericht = lees(stap.inhoud, SCHEMAS, None)
            assert isinstance(bericht, JW301)
            for t in bericht.client.toegewezen_producten:
                vormen.add((t.product is None, t.product is not None and t.product.code is not None, bool(t.budget)))
                if t.omvang:
                    omvangen.add((t.omvang.eenheid, t.omvang.frequentie))
                    if t.omvang.eenheid == "04":
                        uren.add((bericht.header.afzender, t.toewijzing_nummer))
        elif stap.soort == "JW323" and isinstance(stap.verwacht, VerwachtAntwoord) and stap.verwacht.prestaties:
            declaratie = lees(stap.inhoud, SCHEMAS, None)
            assert isinstance(declaratie, JW323)
            in_minuten += sum(
                prestatie.eenheid == "01" and (declaratie.header.ontvanger, prestatie.toewijzing_nummer) in uren
                for client in declaratie.declaratie.clienten
                for prestatie in client.prestaties
            )
    assert {eenheid for eenheid, _ in omvangen} == {"01", "04", "14", "16", "82", "83", "84"}
    assert {frequentie for _, frequentie in omvangen} == {PER_DAG, PER_WEEK, PER_MAAND, TOTAAL}
    generiek, specifiek = (True, False, True), (False, True, False)
    assert vormen == {generiek, specifiek, (False, False, True), (False, False, False)}
    assert in_minuten > 5


def test_producten_en_gemeenten_staan_op_de_lijsten() -> None:
    for product in PRODUCTEN.values():
        op_lijst = PRODUCTCODES.product(product.code, VANDAAG)
        assert op_lijst is not None
        assert (op_lijst.categorie, op_lijst.variant) == (product.categorie, product.variant)
        assert all(eenheid in {"82", "83"} for eenheid, _ in product.regels) == (product.variant == "outputgericht")
    for categorie, code in ZONDER_CONTRACT.items():
        assert PRODUCTCODES.hoort_bij(code, categorie, VANDAAG)
        assert code not in PRODUCTEN
    for code, naam in IJSSELLAND.items():
        gemeente = GEMEENTEN.gemeente(code, VANDAAG)
        assert gemeente is not None
        assert gemeente.naam == naam
