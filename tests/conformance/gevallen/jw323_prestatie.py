"""JW323 against toewijzingen, contracts and earlier declaraties: levels 3 and 4."""

from collections.abc import Sequence
from typing import Any, Final

from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Omvang, Product, Referentie
from tests.conformance.basis import (
    JW323_BASIS,
    TARIEF,
    D,
    contract,
    credit,
    jw301,
    jw323,
    prestatie,
    toewijzing,
)
from tests.conformance.geval import Basis, Geval
from tests.conformance.gevallen.jw323_bericht import CLIENTEN, CREDIT
from tests.conformance.mutatie import samen, zet
from tests.conformance.toneel import Stap, Toneel

_DECL: Final = "/Bericht/Declaratie"
_CLIENT: Final = f"{_DECL}/Clienten/Client[1]"
_P1: Final = f"{_CLIENT}/Prestaties/Prestatie[1]"
_EEN: Final = "declaratie.clienten.0.prestaties.0"

B = JW323_BASIS
_CATEGORIE_46 = {"productcategorie": "46", "productcode": "46A03", "eenheid": "04", "tarief": TARIEF}


def _periode(begin: D, eind: D) -> GeslotenPeriode:
    return GeslotenPeriode(begindatum=begin, einddatum=eind)


_MAART = _periode(D(2026, 3, 1), D(2026, 3, 31))
_APRIL = _periode(D(2026, 4, 1), D(2026, 4, 30))


def _op(prestatie_anders: dict[str, Any], **toewijzing_anders: Any) -> Basis:
    """One prestatie on one toewijzing, each other than usual."""
    return Basis(
        soort="JW323",
        maak=lambda t: jw323(t, prestatie(t, **prestatie_anders)),
        vooraf=lambda t: (contract(t, _CATEGORIE_46), jw301(t, toewijzing(t, **toewijzing_anders), volg=90)),
    )


def _levering(uren: int, tarief: int = TARIEF) -> dict[str, Any]:
    return {
        "geleverd_volume": uren,
        "product_tarief": tarief,
        "ingediend_bedrag": BedragMetDC(bedrag=uren * tarief, debet_credit="D"),
    }


def _van(**anders: Any) -> Any:
    """The first prestatie with other fields, and the total that goes with it."""

    def muteer(_bericht: Any, t: Toneel) -> Any:
        return jw323(t, prestatie(t, **anders))

    return muteer


def _april(t: Toneel) -> Sequence[Stap]:
    return (jw323(t, volg=91),)


def _april_terug(t: Toneel) -> Sequence[Stap]:
    return (*_april(t), jw323(t, credit(prestatie(t), "A2"), volg=92))


LAAT_BEGIN = _op({"product_periode": _periode(D(2026, 4, 15), D(2026, 4, 30))}, ingangsdatum=D(2026, 4, 15))
VROEG_EIND = _op({"product_periode": _periode(D(2026, 4, 1), D(2026, 4, 20))}, einddatum=D(2026, 4, 20))
PER_WEEK = _op(
    {"product_periode": _MAART, **_levering(15)},
    ingangsdatum=D(2026, 2, 1),
    einddatum=D(2026, 3, 31),
    omvang=Omvang(volume=3, eenheid="04", frequentie="2"),
)
"""3 uur a week over February and March: weeks 5 to 14, of which week 9 counts in both months."""
ASPECIFIEK = _op({}, product=Product(categorie="45"), omvang=None)
GENERIEK = _op({}, product=None, omvang=None, budget=40_000)
MINUTEN = {
    "eenheid": "01",
    "geleverd_volume": 250,
    "product_tarief": 150,
    "ingediend_bedrag": BedragMetDC(bedrag=37_500, debet_credit="D"),
}


def _februari(t: Toneel) -> Sequence[Stap]:
    """15 uur in February, all that its five weeks allow."""
    februari = _periode(D(2026, 2, 1), D(2026, 2, 28))
    return (
        jw323(t, prestatie(t, "F1", product_periode=februari, **_levering(15)), volg=91, declaratie_periode=februari),
    )


_DECLARATIE: Final = (
    B.goed(
        "TR318",
        "laatste-periode-herhaald",
        _van(product_referentie=Referentie(referentie_nummer="M1"), product_periode=_MAART),
        eerder=_april,
    ),
    B.fout(
        "TR318",
        "voor-de-laatste-periode",
        lambda _, t: jw323(t, prestatie(t, "M1", product_periode=_MAART), declaratie_periode=_MAART),
        f"{_DECL}/DeclaratiePeriode",
        eerder=_april,
    ),
    B.goed(
        "TR333",
        "nummer-van-een-andere-aanbieder",
        zet("declaratie.declaratie_nummer", lambda t: f"D{t.ander.nummer}x91"),
        eerder=lambda t: (contract(t.ander), jw301(t.ander, volg=90), *_april(t.ander)),
    ),
    B.fout(
        "TR333",
        "nummer-eerder-gebruikt",
        lambda _, t: jw323(t, prestatie(t, "M1", product_periode=_MAART), declaratie_nummer=f"D{t.nummer}x91"),
        f"{_DECL}/DeclaratieNummer",
        eerder=_april,
    ),
    B.goed(
        "TR314",
        "nieuwe-referentie",
        _van(product_referentie=Referentie(referentie_nummer="M1"), product_periode=_MAART),
        eerder=_april,
    ),
    B.fout("TR314", "in-eerdere-declaratie", _van(product_periode=_MAART), f"{_P1}/ProductReferentie", eerder=_april),
    CLIENTEN.fout(
        "TR314",
        "bij-een-andere-client",
        zet("declaratie.clienten.1.prestaties.0.product_referentie.referentie_nummer", "A1"),
        f"{_DECL}/Clienten/Client[2]/Prestaties/Prestatie[1]/ProductReferentie",
    ),
    B.goed("TR319", "eerdere-maand", _van(product_periode=_MAART)),
    B.fout(
        "TR319",
        "latere-maand",
        zet("declaratie.declaratie_periode", _MAART),
        _P1,
    ),
)

_KOPPELING: Final = (
    B.goed("TR304", "client-met-toewijzing"),
    B.fout(
        "TR304",
        "client-zonder-toewijzing",
        zet("declaratie.clienten.0.bsn", lambda t: t.andere_bsn),
        f"{_CLIENT}/Bsn",
        ook=(("TR338", _P1),),
    ),
    LAAT_BEGIN.goed("TR307", "begint-met-de-toewijzing"),
    LAAT_BEGIN.fout(
        "TR307",
        "begint-voor-de-toewijzing",
        zet(f"{_EEN}.product_periode", _APRIL),
        f"{_P1}/ProductPeriode",
        ook=(("TR387", f"{_P1}/ProductPeriode"),),
    ),
    VROEG_EIND.goed("TR308", "eindigt-met-de-toewijzing"),
    VROEG_EIND.fout(
        "TR308",
        "eindigt-na-de-toewijzing",
        zet(f"{_EEN}.product_periode", _APRIL),
        f"{_P1}/ProductPeriode",
        ook=(("TR388", f"{_P1}/ProductPeriode"),),
    ),
    B.goed("TR338", "toewijzing-van-deze-client"),
    B.fout("TR338", "onbekend-nummer", zet(f"{_EEN}.toewijzing_nummer", lambda t: t.toewijzing(9)), _P1),
    CLIENTEN.fout(
        "TR338",
        "toewijzing-van-een-ander",
        zet("declaratie.clienten.1.prestaties.0.toewijzing_nummer", lambda t: t.toewijzing()),
        f"{_DECL}/Clienten/Client[2]/Prestaties/Prestatie[1]",
    ),
    ASPECIFIEK.goed("TR339", "categorie-van-de-toewijzing"),
    ASPECIFIEK.fout(
        "TR339",
        "andere-categorie",
        samen(zet(f"{_EEN}.product_categorie", "46"), zet(f"{_EEN}.product_code", "46A03")),
        f"{_P1}/ProductCategorie",
    ),
    ASPECIFIEK.goed("TR340", "aspecifiek-laat-de-code-vrij", zet(f"{_EEN}.product_code", "45A05")),
    B.fout("TR340", "andere-code", zet(f"{_EEN}.product_code", "45A05"), f"{_P1}/ProductCode"),
    B.goed("TR341", "minuten-op-uren", _van(**MINUTEN)),
    B.fout("TR341", "dagdelen-op-uren", zet(f"{_EEN}.eenheid", "16"), f"{_P1}/Eenheid"),
    _op(MINUTEN, omvang=Omvang(volume=720, eenheid="01", frequentie="4")).fout(
        "TR341", "uren-op-minuten", _van(), f"{_P1}/Eenheid"
    ),
    GENERIEK.goed("TR381", "code-in-de-lijst"),
    GENERIEK.fout(
        "TR381", "code-van-een-andere-categorie", zet(f"{_EEN}.product_categorie", "46"), f"{_P1}/ProductCode"
    ),
    GENERIEK.fout("TR381", "onbekende-code", zet(f"{_EEN}.product_code", "45Z99"), f"{_P1}/ProductCode"),
    B.goed("TR384", "niet-verwijderd"),
    _op({"product_periode": _periode(D(2026, 4, 1), D(2026, 4, 1))}, ingangsdatum=D(2026, 4, 1)).fout(
        "TR384",
        "verwijderd",
        lambda bericht, _: bericht,
        _P1,
        eerder=lambda t: (
            jw301(
                t,
                toewijzing(
                    t,
                    ingangsdatum=D(2026, 4, 1),
                    einddatum=D(2026, 4, 1),
                    reden_wijziging="13",
                    toewijzingsdatum=D(2026, 5, 4),
                ),
                volg=93,
            ),
        ),
    ),
    LAAT_BEGIN.goed("TR387", "gebroken-maand"),
    B.fout(
        "TR387",
        "begint-een-dag-later",
        zet(f"{_EEN}.product_periode", _periode(D(2026, 4, 2), D(2026, 4, 30))),
        f"{_P1}/ProductPeriode",
    ),
    VROEG_EIND.goed("TR388", "gebroken-maand"),
    B.fout(
        "TR388",
        "eindigt-een-dag-eerder",
        zet(f"{_EEN}.product_periode", _periode(D(2026, 4, 1), D(2026, 4, 29))),
        f"{_P1}/ProductPeriode",
    ),
)

_OMVANG: Final = (
    B.goed("TR321", "precies-het-maximum", _van(**_levering(12))),
    B.fout("TR321", "een-uur-meer", _van(**_levering(13)), f"{_P1}/GeleverdVolume"),
    PER_WEEK.goed("TR321", "zes-kalenderweken", _van(product_periode=_MAART, **_levering(18))),
    PER_WEEK.fout(
        "TR321",
        "meer-dan-zes-kalenderweken",
        _van(product_periode=_MAART, **_levering(19)),
        f"{_P1}/GeleverdVolume",
    ),
    PER_WEEK.goed("TR322", "samen-tien-weken", eerder=_februari),
    PER_WEEK.fout(
        "TR322",
        "gebroken-week-dubbel",
        _van(product_periode=_MAART, **_levering(18)),
        f"{_P1}/GeleverdVolume",
        eerder=_februari,
    ),
    GENERIEK.goed("TR369", "binnen-budget"),
    GENERIEK.fout("TR369", "boven-budget", _van(**_levering(5)), f"{_P1}/GeleverdVolume"),
    B.goed("TR346", "minuten-bij-uurtarief", _van(**MINUTEN)),
    B.fout(
        "TR346",
        "een-cent-meer",
        _van(ingediend_bedrag=BedragMetDC(bedrag=4 * TARIEF + 1, debet_credit="D")),
        f"{_P1}/IngediendBedrag",
    ),
    B.goed("TR418", "tarief-van-het-contract"),
    B.fout("TR418", "een-euro-meer", _van(**_levering(4, TARIEF + 100)), f"{_P1}/ProductTarief"),
)

_VERWIJZING: Final = (
    CREDIT.goed("TR323", "credit-van-toegekend-debet"),
    B.fout(
        "TR323",
        "credit-van-niets",
        lambda _, t: jw323(t, credit(prestatie(t, "A0"), "A1")),
        f"{_P1}/ProductReferentie",
    ),
    B.fout(
        "TR323",
        "credit-met-ander-volume",
        lambda _, t: jw323(t, credit(prestatie(t, **_levering(3)), "A2")),
        f"{_P1}/ProductReferentie",
        eerder=_april,
    ),
    B.goed(
        "TR389", "na-credit-opnieuw", _van(product_referentie=Referentie(referentie_nummer="A3")), eerder=_april_terug
    ),
    B.fout(
        "TR389",
        "zelfde-levering-opnieuw",
        _van(product_referentie=Referentie(referentie_nummer="A3")),
        _P1,
        eerder=_april,
    ),
    CREDIT.goed("TR390", "eerste-credit"),
    B.fout(
        "TR390",
        "tweede-credit",
        lambda _, t: jw323(t, credit(prestatie(t), "A3")),
        _P1,
        eerder=_april_terug,
    ),
)

GEVALLEN: Final[tuple[Geval, ...]] = (*_DECLARATIE, *_KOPPELING, *_OMVANG, *_VERWIJZING)
