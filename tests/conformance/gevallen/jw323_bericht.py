"""JW323, inside the message: the month, the amounts, the references."""

from typing import Any, Final

from ijw.berichten import JW323
from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Omvang, Product, Referentie, TotaalBedragMetDC
from ijw.berichten.jw323 import Client323
from tests.conformance.basis import JW323_BASIS, TARIEF, D, contract, credit, jw301, jw323, prestatie, toewijzing
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import samen, weg, zet
from tests.conformance.toneel import Toneel

_DECL: Final = "/Bericht/Declaratie"
_CLIENT: Final = f"{_DECL}/Clienten/Client[1]"
_P1: Final = f"{_CLIENT}/Prestaties/Prestatie[1]"
_P2: Final = f"{_CLIENT}/Prestaties/Prestatie[2]"
_EEN: Final = "declaratie.clienten.0.prestaties.0"
_TWEE: Final = "declaratie.clienten.0.prestaties.1"
_PERIODE: Final = "declaratie.declaratie_periode"
_TOTAAL: Final = "declaratie.totaal_ingediend_bedrag"


def _periode(begin: D, eind: D) -> GeslotenPeriode:
    return GeslotenPeriode(begindatum=begin, einddatum=eind)


_DECEMBER_2020 = _periode(D(2020, 12, 1), D(2020, 12, 31))
_JANUARI_2021 = _periode(D(2021, 1, 1), D(2021, 1, 31))
_MEI_2021 = _periode(D(2021, 5, 1), D(2021, 5, 31))
_MAART, _MEI = _periode(D(2026, 3, 1), D(2026, 3, 31)), _periode(D(2026, 5, 1), D(2026, 5, 31))
_JUNI = _periode(D(2026, 6, 1), D(2026, 6, 30))


def _correctie(t: Toneel) -> JW323:
    return jw323(t, credit(prestatie(t), "A2"), prestatie(t, "A3"))


def _twee_clienten(t: Toneel, bsn: str, referentie: str = "A2") -> JW323:
    een = Client323(bsn=t.bsn, prestaties=(prestatie(t),))
    twee = Client323(bsn=bsn, prestaties=(prestatie(t, referentie, 1, product_periode=_MAART),))
    return jw323(t, clienten=(een, twee))


def _in_euros(t: Toneel) -> JW323:
    euros = BedragMetDC(bedrag=50_000, debet_credit="D")
    velden: dict[str, Any] = {"eenheid": "83", "product_tarief": None, "geleverd_volume": 50_000}
    return jw323(t, prestatie(t, product_code="45A01", ingediend_bedrag=euros, **velden))


def _traject(t: Toneel) -> tuple[Any, ...]:
    product, omvang = Product(categorie="45", code="45A01"), Omvang(volume=90_000, eenheid="83", frequentie="6")
    afspraak = contract(t, {"productcategorie": "45", "productcode": "45A01", "eenheid": "83"})
    return afspraak, jw301(t, toewijzing(t, product=product, omvang=omvang), volg=90)


def _oud(t: Toneel) -> tuple[Any, ...]:
    return contract(t, jaar=2021), jw301(t, toewijzing(t, ingangsdatum=D(2021, 1, 1)), volg=90)


B = JW323_BASIS
CREDIT = Basis(soort="JW323", maak=_correctie, vooraf=lambda t: (*B.vooraf(t), jw323(t, volg=91)))
"""What was awarded taken back, and declared anew; together nothing."""
TWEE = Basis(
    soort="JW323",
    maak=lambda t: jw323(t, prestatie(t), prestatie(t, "A2", product_periode=_MAART)),
    vooraf=B.vooraf,
)
"""April and, late, March."""
CLIENTEN = Basis(
    soort="JW323",
    maak=lambda t: _twee_clienten(t, t.andere_bsn),
    vooraf=lambda t: (*B.vooraf(t), jw301(t, toewijzing(t, 1), volg=92, bsn=t.andere_bsn)),
)
"""Two clients."""
EURO = Basis(soort="JW323", maak=_in_euros, vooraf=_traject)
"""Outputgericht, in euros."""
MEI_2021 = Basis(
    soort="JW323",
    maak=lambda t: jw323(t, prestatie(t, product_periode=_MEI_2021), declaratie_dagtekening=D(2026, 5, 31)),
    vooraf=_oud,
)
"""Five years late to the day."""
JANUARI_2021 = Basis(
    soort="JW323",
    maak=lambda t: jw323(
        t,
        prestatie(t, product_periode=_JANUARI_2021),
        declaratie_periode=_JANUARI_2021,
        declaratie_dagtekening=D(2026, 1, 31),
    ),
    vooraf=_oud,
)
"""The first month that can be declared."""


def _bedrag(pad: str, cent: int, teken: str = "D") -> Any:
    return zet(f"{pad}.ingediend_bedrag", BedragMetDC(bedrag=cent, debet_credit=teken))


def _totaal(cent: int, teken: str = "D") -> Any:
    return zet(_TOTAAL, TotaalBedragMetDC(totaal_bedrag=cent, debet_credit=teken))


_GELDEN: Final = (
    TWEE.goed("TR358", "som-van-twee"),
    CREDIT.goed("TR358", "debet-min-credit"),
    B.fout("TR358", "een-cent-meer", _totaal(4 * TARIEF + 1), f"{_DECL}/TotaalIngediendBedrag"),
    B.fout("TR358", "verkeerd-teken", _totaal(4 * TARIEF, "C"), f"{_DECL}/TotaalIngediendBedrag"),
    B.goed("CD087", "tarief-bij-uren"),
    EURO.goed("CD087", "geen-tarief-bij-euros"),
    B.fout("CD087", "geen-tarief-bij-uren", weg(f"{_EEN}.product_tarief"), f"{_P1}/ProductTarief"),
    EURO.fout("CD087", "tarief-bij-euros", zet(f"{_EEN}.product_tarief", 1), f"{_P1}/ProductTarief"),
    CREDIT.goed("CS325", "totaal-nul-is-debet"),
    CREDIT.fout("CS325", "totaal-nul-als-credit", _totaal(0, "C"), f"{_DECL}/TotaalIngediendBedrag/DebetCredit"),
    B.fout(
        "CS325",
        "prestatie-nul-als-credit",
        samen(
            _bedrag(_EEN, 0, "C"),
            _totaal(0),
            zet(f"{_EEN}.product_referentie.vorig_referentie_nummer", "A0"),
        ),
        f"{_P1}/IngediendBedrag/DebetCredit",
    ),
    EURO.goed("CS339", "bedrag-is-volume"),
    EURO.fout(
        "CS339", "bedrag-is-een-cent-meer", samen(_bedrag(_EEN, 50_001), _totaal(50_001)), f"{_P1}/IngediendBedrag"
    ),
)

_REFERENTIES: Final = (
    CLIENTEN.goed("TR101", "twee-clienten"),
    Basis(soort="JW323", maak=lambda t: _twee_clienten(t, t.bsn)).fout(
        "TR101", "client-tweemaal", lambda b, _: b, f"{_DECL}/Clienten/Client[2]"
    ),
    TWEE.goed("TR101", "prestaties-met-eigen-referentie"),
    TWEE.fout(
        "TR101", "prestaties-met-een-referentie", zet(f"{_TWEE}.product_referentie.referentie_nummer", "A1"), _P2
    ),
    CREDIT.goed("TR315", "een-credit-per-debet"),
    CREDIT.fout(
        "TR315",
        "twee-credits-van-een-debet",
        samen(
            zet(f"{_TWEE}.product_referentie.vorig_referentie_nummer", "A1"),
            _bedrag(_TWEE, 4 * TARIEF, "C"),
            _totaal(8 * TARIEF, "C"),
        ),
        f"{_P2}/ProductReferentie",
    ),
    CREDIT.goed("TR316", "credit-naast-nieuw-debet"),
    CREDIT.fout(
        "TR316",
        "debet-en-zijn-credit-samen",
        zet(f"{_EEN}.product_referentie.vorig_referentie_nummer", "A3"),
        f"{_P1}/ProductReferentie",
    ),
    TWEE.goed("TR416", "andere-productperiode"),
    CREDIT.goed("TR416", "credit-telt-niet-mee"),
    TWEE.fout(
        "TR416", "zelfde-levering-tweemaal", zet(f"{_TWEE}.product_periode", prestatie(Toneel(0)).product_periode), _P2
    ),
    CREDIT.goed("CD060", "credit-noemt-zijn-debet"),
    CREDIT.fout(
        "CD060",
        "credit-zonder-debet",
        weg(f"{_EEN}.product_referentie.vorig_referentie_nummer"),
        f"{_P1}/ProductReferentie/VorigReferentieNummer",
    ),
    B.fout(
        "CD060",
        "debet-met-vorige",
        zet(f"{_EEN}.product_referentie", Referentie(referentie_nummer="A1", vorig_referentie_nummer="A0")),
        f"{_P1}/ProductReferentie/VorigReferentieNummer",
    ),
    B.goed("CS002", "voldoet-aan-elfproef"),
    B.fout("CS002", "voldoet-niet-aan-elfproef", zet("declaratie.clienten.0.bsn", "999900007"), f"{_CLIENT}/Bsn"),
)

_PERIODEN: Final = (
    B.goed("TR134", "begint-voor-dagtekening"),
    B.fout(
        "TR134",
        "declaratieperiode-begint-later",
        zet(_PERIODE, _JUNI),
        f"{_DECL}/DeclaratiePeriode/Begindatum",
        ook=(("TR137", f"{_DECL}/DeclaratiePeriode/Einddatum"),),
    ),
    B.fout(
        "TR134",
        "productperiode-begint-later",
        zet(f"{_EEN}.product_periode", _JUNI),
        f"{_P1}/ProductPeriode/Begindatum",
        ook=(("TR137", f"{_P1}/ProductPeriode/Einddatum"),),
    ),
    B.goed("TR137", "eindigt-op-dagtekening", zet("header.bericht_identificatie.dagtekening", D(2026, 4, 30))),
    B.fout("TR137", "declaratieperiode-nog-niet-om", zet(_PERIODE, _MEI), f"{_DECL}/DeclaratiePeriode/Einddatum"),
    B.fout(
        "TR137", "productperiode-nog-niet-om", zet(f"{_EEN}.product_periode", _MEI), f"{_P1}/ProductPeriode/Einddatum"
    ),
    B.fout(
        "TR137",
        "productperiode-achterstevoren",
        zet(f"{_EEN}.product_periode", _periode(D(2026, 4, 10), D(2026, 4, 9))),
        f"{_P1}/ProductPeriode/Einddatum",
    ),
    MEI_2021.goed("TR335", "precies-vijf-jaar"),
    MEI_2021.fout(
        "TR335",
        "vijf-jaar-en-een-dag",
        zet("declaratie.declaratie_dagtekening", D(2026, 6, 1)),
        f"{_P1}/ProductPeriode",
    ),
    JANUARI_2021.goed("CS100", "eerste-maand"),
    B.fout("CS100", "declaratieperiode-voor-2021", zet(_PERIODE, _DECEMBER_2020), f"{_DECL}/DeclaratiePeriode"),
    JANUARI_2021.fout(
        "CS100",
        "productperiode-voor-2021",
        samen(
            zet(f"{_EEN}.product_periode", _DECEMBER_2020),
            zet("declaratie.declaratie_dagtekening", D(2025, 12, 31)),
        ),
        f"{_P1}/ProductPeriode",
    ),
    TWEE.goed("CS337", "elke-prestatie-in-een-maand"),
    B.fout(
        "CS337",
        "over-de-maandgrens",
        zet(f"{_EEN}.product_periode", _periode(D(2026, 3, 15), D(2026, 4, 14))),
        f"{_P1}/ProductPeriode",
    ),
    B.fout(
        "CS337",
        "zelfde-maand-een-jaar-later",
        zet(f"{_EEN}.product_periode", _periode(D(2025, 4, 1), D(2026, 4, 30))),
        f"{_P1}/ProductPeriode",
    ),
    B.goed("CS340", "een-hele-maand"),
    *(
        B.fout("CS340", naam, zet(_PERIODE, _periode(begin, eind)), f"{_DECL}/DeclaratiePeriode")
        for naam, begin, eind in (
            ("een-dag-te-kort", D(2026, 4, 1), D(2026, 4, 29)),
            ("een-dag-te-laat", D(2026, 4, 2), D(2026, 4, 30)),
            ("twee-maanden", D(2026, 3, 1), D(2026, 4, 30)),
        )
    ),
)

GEVALLEN: Final[tuple[Geval, ...]] = (*_GELDEN, *_REFERENTIES, *_PERIODEN)
