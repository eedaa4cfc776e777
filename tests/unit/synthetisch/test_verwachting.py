"""What the region says must happen is what the rules say: the second opinion judges the bytes and agrees."""

import datetime as dt
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from services.synthetisch import Regio, RegioOpties, Stap, maak_regio
from services.synthetisch.uitkomst import AFWIJZEN, GEEN_CONTRACTREGEL, UITVAL, besluit
from services.synthetisch.verwachting import VerwachtAntwoord, VerwachtRetour, VerwachtWeigering
from tests.unit.synthetisch.lijsten import GEMEENTEN, PRODUCTCODES, SCHEMAS
from tests.unit.synthetisch.orakel import Orakel, Regel

D = dt.date
RUIM: dict[str, Any] = {"aantal_clienten": 250, "foutenaandeel": Fraction(40, 100)}


def gespeeld(regio: Regio, *, omgekeerd: bool = False) -> tuple[Orakel, list[Stap]]:
    """All steps judged by the second opinion, with those of one phase in the other order when asked."""
    orakel = Orakel(SCHEMAS, GEMEENTEN, PRODUCTCODES, regio.opties.vandaag)
    stappen = []
    for fase in regio.fasen():
        van_fase = list(fase.stappen)
        for stap in reversed(van_fase) if omgekeerd else van_fase:
            orakel.speel(stap)
            stappen.append(stap)
    return orakel, stappen


def verschillen(orakel: Orakel, stappen: list[Stap]) -> list[str]:
    per_declaratie: dict[str, list[Regel]] = {}
    for regel in orakel.regels:
        per_declaratie.setdefault(regel.declaratie, []).append(regel)
    gevonden = []
    for stap in stappen:
        verwacht, antwoord = stap.verwacht, orakel.antwoorden[stap.sleutel]
        if not isinstance(verwacht, VerwachtAntwoord) or verwacht.status == "afgekeurd":
            if verwacht != antwoord:
                gevonden.append(f"{stap.sleutel} ({stap.fout}): {verwacht} / {antwoord}")
            continue
        for bedoeld, regel in zip(verwacht.prestaties, per_declaratie[stap.sleutel], strict=True):
            afgewezen = regel.uitkomst == "afgewezen"
            gezien = (
                regel.p.product_referentie.referentie_nummer,
                regel.p.ingediend_bedrag.met_teken,
                regel.uitkomst,
                tuple(regel.codes),
                tuple(regel.client_codes),
                () if afgewezen else tuple(regel.intern),
            )
            hoort = (
                bedoeld.referentie,
                bedoeld.bedrag,
                bedoeld.uitkomst,
                bedoeld.codes,
                bedoeld.client_codes,
                () if afgewezen else bedoeld.intern,
            )
            if gezien != hoort:
                gevonden.append(f"{stap.sleutel} ({bedoeld.fout}): {hoort} / {gezien}")
        wacht = any(regel.uitkomst == "inUitval" for regel in per_declaratie[stap.sleutel])
        if (verwacht.status == "in_uitval") != wacht:
            gevonden.append(f"{stap.sleutel}: {verwacht.status}")
    return gevonden


@pytest.mark.parametrize(
    "opties",
    [
        RegioOpties(vandaag=D(2026, 5, 6), zaad=1, **RUIM),
        # the year turns in the months played; today is the first and the last day of a month
        RegioOpties(vandaag=D(2026, 1, 1), zaad=2, **RUIM),
        RegioOpties(vandaag=D(2025, 12, 31), zaad=3, maanden=4, **RUIM),
        RegioOpties(vandaag=D(2024, 3, 15), zaad=4, maanden=2, **RUIM),
        RegioOpties(vandaag=D(2026, 3, 1), zaad=5, maanden=1, **RUIM),
        # one contract: every declaratie has some of everything
        RegioOpties(vandaag=D(2026, 5, 31), zaad=6, gemeenten=("0193",), aantal_aanbieders=1, **RUIM),
        RegioOpties(vandaag=D(2026, 8, 30), zaad=7, toewijzingen_per_client=5, afwijkend_beleid=False, **RUIM),
    ],
    ids=lambda opties: f"{opties.vandaag}-{opties.maanden}m",
)
def test_tweede_mening_is_het_eens_met_elke_verwachting(opties: RegioOpties) -> None:
    orakel, stappen = gespeeld(maak_regio(opties))
    assert verschillen(orakel, stappen) == []


def test_de_volgorde_binnen_een_fase_doet_er_niet_toe() -> None:
    orakel, stappen = gespeeld(maak_regio(RegioOpties(vandaag=D(2026, 5, 6), zaad=8, **RUIM)), omgekeerd=True)
    assert verschillen(orakel, stappen) == []


def test_elke_uitkomst_die_voor_kan_komen_komt_voor() -> None:
    regio = maak_regio(RegioOpties(vandaag=D(2026, 5, 6), **RUIM))
    codes, los, declaratie, kop, toewijzing, problemen = (Counter[str]() for _ in range(6))
    for stap in regio.stappen():
        verwacht = stap.verwacht
        if isinstance(verwacht, VerwachtWeigering):
            problemen[verwacht.probleem] += 1
        elif isinstance(verwacht, VerwachtRetour):
            kop.update(verwacht.header_codes)
            toewijzing.update(code for per_nummer in verwacht.toewijzing_codes.values() for code in per_nummer)
        elif isinstance(verwacht, VerwachtAntwoord):
            kop.update(verwacht.header_codes)
            declaratie.update(verwacht.declaratie_codes)
            for prestatie in verwacht.prestaties:
                if prestatie.besluit is not None:
                    continue  # a person may have put other codes in the place of what was found
                gevonden = (*prestatie.codes, *prestatie.client_codes, *prestatie.intern)
                codes.update(gevonden)
                if len(gevonden) == 1:
                    los.update(gevonden)
    assert set(codes) == AFWIJZEN | UITVAL | {GEEN_CONTRACTREGEL}
    # 9307 and 9308 bring 9387 and 9388 along, 8187 brings 9338 along; every other code also occurs alone
    assert set(codes) - set(los) == {"9307", "9308", "8187"}
    assert set(declaratie) == {"9333", "8214"}
    assert set(kop) == {"0001", "9056", "8848", "S300"}
    assert set(toewijzing) == {"9332", "9379", "9385", "S329"}
    assert set(problemen) == {
        "xml-onleesbaar", "xml-onveilig", "xsd-ongeldig", "onbekend-bericht", "andere-afzender", "verkeerd-type",
    }  # fmt: skip


def test_mensen_besluiten_over_een_deel_van_de_werkbak() -> None:
    """Awarded, rejected with what was found, with a chosen code, and a Client as a whole; the rest stays open."""
    regio = maak_regio(
        RegioOpties(vandaag=D(2026, 5, 6), aantal_clienten=600, foutenaandeel=Fraction(40, 100), maanden=3)
    )
    prestaties = [prestatie for _, prestatie in regio.verwachting.prestaties()]
    besloten = [prestatie for prestatie in prestaties if prestatie.besluit]
    afgewezen = [prestatie for prestatie in besloten if prestatie.uitkomst == "afgewezen"]
    assert {prestatie.uitkomst for prestatie in besloten} == {"toegekend", "afgewezen"}
    assert ("0233",) in {prestatie.codes for prestatie in afgewezen if prestatie.client_codes == ("8187",)}
    assert {prestatie.codes for prestatie in afgewezen if prestatie.intern} == {("9341",)}
    open_ = sum(prestatie.uitkomst == "inUitval" for prestatie in prestaties)
    assert open_ > len(besloten) > open_ // 4
    stappen = [stap for stap in regio.stappen() if stap.soort == "besluit"]
    assert len({stap.uitval for stap in stappen}) == len(stappen)
    assert {stap.fase for stap in stappen} == {"06-besluiten"}


def test_zonder_besluiten_blijft_alles_in_de_werkbak() -> None:
    regio = maak_regio(RegioOpties(vandaag=D(2026, 5, 6), besluitenaandeel=Fraction(0), **RUIM))
    assert all(prestatie.besluit is None for _, prestatie in regio.verwachting.prestaties())
    assert all(stap.soort != "besluit" for stap in regio.stappen())


def test_beleid_van_een_gemeente_verandert_de_uitkomst() -> None:
    assert besluit(["0611"], {}) == "inUitval"
    assert besluit(["0611"], {"0611": "afwijzen"}) == "afgewezen"
    assert besluit(["9346", "9321"], {}) == "afgewezen"
    assert besluit(["9346"], {"9346": "uitval"}) == "inUitval"
    assert besluit([], {}) == "toegekend"
    with pytest.raises(ValueError, match="0001"):
        besluit(["0001"], {})


def test_de_tweede_mening_ziet_een_verkeerde_verwachting() -> None:
    """The comparison itself can fail: an awarded prestatie that was expected to wait is reported."""
    regio = maak_regio(RegioOpties(vandaag=D(2026, 5, 6), aantal_clienten=40, foutenaandeel=Fraction(0)))
    orakel, stappen = gespeeld(regio)
    assert verschillen(orakel, stappen) == []
    orakel.regels[0].codes = ["9321"]
    assert len(verschillen(orakel, stappen)) == 1
