"""The generator's own sums: by hand for single toewijzingen, and consistent over a whole region."""

import datetime as dt
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ijw.berichten import JW301
from ijw.lezen import lees
from services.synthetisch import Regio, RegioOpties, maak_regio
from services.synthetisch.aanbod import Aanbod
from services.synthetisch.budget import NIET_BEGROOT, Bedragen
from services.synthetisch.verplichting import afgerond, dagen_per_jaar, verplichting
from services.synthetisch.zorg import Toewijzing
from tests.unit.synthetisch.lijsten import GEMEENTEN, PRODUCTCODES, SCHEMAS
from tests.unit.synthetisch.orakel import Orakel

D = dt.date
VANDAAG = D(2026, 5, 6)
OPTIES = RegioOpties(vandaag=VANDAAG, aantal_clienten=300, foutenaandeel=Fraction(20, 100))
AANBOD = Aanbod(OPTIES, 2025)
CEL = AANBOD.cellen[0]


def toewijzing(**anders: object) -> Toewijzing:
    velden: dict[str, object] = {
        "cel": CEL, "client": 0, "nummer": 1, "categorie": "45", "code": "45A05", "volume": 3, "eenheid": "04",
        "frequentie": "4", "ingang": D(2026, 1, 1), "eind": D(2026, 12, 31), "datum": D(2026, 1, 1),
        "tijd": "12:00:00",
    }  # fmt: skip
    return Toewijzing(**(velden | anders))  # type: ignore[arg-type]


def test_omvang_is_hoogste_volume_maal_tarief() -> None:
    tarief = AANBOD.tarief(CEL, 2026, "45A05", "04")
    assert tarief is not None
    assert verplichting(toewijzing(), AANBOD, VANDAAG) == {2026: 12 * 3 * tarief}


def test_minuten_onder_een_uurtarief_worden_een_keer_afgerond() -> None:
    tarief = AANBOD.tarief(CEL, 2026, "45A05", "04")
    assert tarief is not None
    in_minuten = toewijzing(volume=95, eenheid="01", eind=D(2026, 1, 31))
    assert verplichting(in_minuten, AANBOD, VANDAAG) == {2026: (2 * 95 * tarief + 60) // 120}


def test_over_twee_jaren_naar_dagen_met_het_tarief_van_elk_jaar() -> None:
    """31 days in 2025 and 59 in 2026: three months of 3 hours, in shares of 31 and 59 ninetieths."""
    oud, nieuw = (AANBOD.tarief(CEL, jaar, "45A05", "04") for jaar in (2025, 2026))
    assert oud is not None
    assert nieuw is not None
    assert oud < nieuw
    delen = verplichting(toewijzing(ingang=D(2025, 12, 1), eind=D(2026, 2, 28)), AANBOD, VANDAAG)
    precies = {2025: Fraction(9 * oud * 31, 90), 2026: Fraction(9 * nieuw * 59, 90)}
    assert sum(delen.values()) == (2 * sum(precies.values()) + 1) // 2
    assert all(abs(delen[jaar] - precies[jaar]) < 1 for jaar in precies)


def test_een_jaar_zonder_contract_neemt_het_tarief_van_het_jaar_ervoor() -> None:
    tarief = AANBOD.tarief(CEL, 2026, "45A05", "04")
    assert tarief is not None
    delen = verplichting(toewijzing(ingang=D(2026, 7, 1), eind=D(2027, 6, 30)), AANBOD, VANDAAG)
    assert sum(delen.values()) == 12 * 3 * tarief


def test_budget_en_euros_zijn_zelf_het_bedrag() -> None:
    budget = toewijzing(code=None, volume=None, eenheid=None, frequentie=None, budget=100_000)
    assert verplichting(budget, AANBOD, VANDAAG) == {2026: 100_000}
    traject = toewijzing(code="45A01", volume=250_000, eenheid="83", frequentie="6")
    assert verplichting(traject, AANBOD, VANDAAG) == {2026: 250_000}


def test_zonder_einddatum_tot_het_einde_van_dit_jaar() -> None:
    tarief = AANBOD.tarief(CEL, 2026, "45A05", "04")
    assert tarief is not None
    assert verplichting(toewijzing(ingang=D(2026, 11, 1), eind=None), AANBOD, VANDAAG) == {2026: 2 * 3 * tarief}


def test_zonder_einddatum_verandert_een_nieuw_jaar_geen_ouder_jaar() -> None:
    doorlopend = toewijzing(ingang=D(2026, 11, 1), eind=None)
    dit, volgend = (verplichting(doorlopend, AANBOD, D(jaar, 5, 6)) for jaar in (2026, 2027))
    assert volgend == dit | {2027: 6 * dit[2026]}
    budget = toewijzing(code=None, volume=None, eenheid=None, frequentie=None, budget=100_001, eind=None)
    totaal = toewijzing(code="45A01", volume=250_000, eenheid="83", frequentie="6", eind=None)
    for jaar in (2025, 2026, 2030):
        assert verplichting(budget, AANBOD, D(jaar, 5, 6)) == {2026: 100_001}
        assert verplichting(totaal, AANBOD, D(jaar, 5, 6)) == {2026: 250_000}


@pytest.mark.parametrize(
    "anders",
    [
        {"reden": "13", "eind": D(2026, 1, 1)},
        {"code": None, "volume": None, "eenheid": None, "frequentie": None},
        {"code": "45A57"},
    ],
    ids=["verwijderd", "zonder omvang en budget", "zonder contracttarief"],
)
def test_niets_bekend_is_niets_verplicht(anders: dict[str, object]) -> None:
    assert verplichting(toewijzing(**anders), AANBOD, VANDAAG) == {}


@given(st.dictionaries(st.integers(2020, 2030), st.fractions(0, 10**7), min_size=1))
def test_afgeronde_delen_tellen_op_tot_het_afgeronde_geheel(delen: dict[int, Fraction]) -> None:
    cent = afgerond(delen)
    assert sum(cent.values()) == (2 * sum(delen.values()) + 1) // 2
    assert all(0 <= cent[jaar] - int(deel) <= 1 for jaar, deel in delen.items())


@given(st.dates(D(2000, 1, 1), D(2040, 1, 1)), st.integers(0, 2000))
def test_dagen_per_jaar_zijn_samen_alle_dagen(begin: dt.date, aantal: int) -> None:
    dagen = dagen_per_jaar(begin, begin + dt.timedelta(days=aantal))
    assert sum(dagen.values()) == aantal + 1
    assert all(1 <= n <= 366 for n in dagen.values())


@pytest.fixture(scope="module")
def regio() -> Regio:
    return maak_regio(OPTIES)


def test_ingediend_is_de_som_van_wat_ermee_gebeurde(regio: Regio) -> None:
    for budget in regio.verwachting.budgetten.values():
        for bedragen in (budget.totaal, *budget.posten.values()):
            assert bedragen.ingediend == bedragen.in_uitval + bedragen.toegekend + bedragen.afgewezen
            assert bedragen.resterend == bedragen.begroot - bedragen.verplicht - bedragen.toegekend
            assert bedragen.verplicht >= 0
        som = Bedragen()
        for bedragen in budget.posten.values():
            som.tel_op(bedragen)
        assert som == budget.totaal


def test_bedragen_zijn_die_van_de_berichten(regio: Regio) -> None:
    """Counted again from what the steps say, by gemeente alone."""
    geteld: Counter[tuple[str, str]] = Counter()
    for stap in regio.stappen():
        prestaties = getattr(stap.verwacht, "prestaties", ())
        for prestatie in prestaties:
            gemeente = stap.sleutel.split("-")[1]
            geteld[gemeente, prestatie.uitkomst] += prestatie.bedrag
            geteld[gemeente, "ingediend"] += prestatie.bedrag
        if prestaties:
            assert stap.verwacht.ingediend == sum(p.bedrag for p in prestaties)  # type: ignore[union-attr]
    for gemeente in OPTIES.gemeenten:
        van_gemeente = [b.totaal for (code, _), b in regio.verwachting.budgetten.items() if code == gemeente]
        assert sum(b.ingediend for b in van_gemeente) == geteld[gemeente, "ingediend"]
        assert sum(b.toegekend for b in van_gemeente) == geteld[gemeente, "toegekend"]
        assert sum(b.in_uitval for b in van_gemeente) == geteld[gemeente, "inUitval"]
        assert sum(b.afgewezen for b in van_gemeente) == geteld[gemeente, "afgewezen"]


def test_verplicht_bij_aanvang_is_die_van_de_versies_die_tellen(regio: Regio) -> None:
    """The versions that count are found again from the messages, by Toewijzingsdatum and -tijd."""
    orakel = Orakel(SCHEMAS, GEMEENTEN, PRODUCTCODES, VANDAAG)
    for fase in regio.fasen():
        if fase.naam < "04":
            for stap in fase.stappen:
                orakel.speel(stap)
    cellen = {(cel.gemeente, cel.aanbieder): cel for cel in regio.veld.aanbod.cellen}
    som = Counter[tuple[str, int]]()
    for bekend in orakel.toewijzingen.values():
        t = bekend.t
        versie = toewijzing(
            cel=cellen[bekend.gemeente, bekend.aanbieder],
            code=t.product and t.product.code,
            volume=t.omvang and t.omvang.volume,
            eenheid=t.omvang and t.omvang.eenheid,
            frequentie=t.omvang and t.omvang.frequentie,
            budget=t.budget,
            ingang=t.ingangsdatum,
            eind=t.einddatum,
            reden=t.reden_wijziging,
        )
        for jaar, cent in verplichting(versie, regio.veld.aanbod, VANDAAG).items():
            som[bekend.gemeente, jaar] += cent
    assert regio.verwachting.verplicht_bij_aanvang == som


def test_wat_in_geen_post_zit_is_niet_begroot(regio: Regio) -> None:
    """Generic toewijzingen have no categorie, and categorie 50 is in no post."""
    posten = [
        budget.posten[NIET_BEGROOT] for budget in regio.verwachting.budgetten.values() if NIET_BEGROOT in budget.posten
    ]
    assert posten
    assert all(bedragen.begroot == 0 for bedragen in posten)
    assert any(bedragen.verplicht for bedragen in posten)


def test_uitputting_in_promille() -> None:
    assert Bedragen(begroot=0, toegekend=5).uitputting_promille is None
    assert Bedragen(begroot=1000, toegekend=123).uitputting_promille == 123
    assert Bedragen(begroot=2000, toegekend=247).uitputting_promille == 124  # 123.5 goes up


def test_toewijzingen_in_de_berichten_zijn_die_van_de_som(regio: Regio) -> None:
    """Every toewijzing of the first messages is one the sum knows, and the other way round."""
    in_berichten = Counter[int]()
    for stap in regio.stappen():
        if stap.fase == "02-toewijzingen":
            bericht = lees(stap.inhoud, SCHEMAS, None)
            assert isinstance(bericht, JW301)
            in_berichten.update(t.toewijzing_nummer for t in bericht.client.toegewezen_producten)
    bekend = {versie.nummer for dossier in regio.dossiers() for fase, versie in dossier.versies if fase == 1}
    assert set(in_berichten) == bekend
    assert max(in_berichten.values()) == 1
