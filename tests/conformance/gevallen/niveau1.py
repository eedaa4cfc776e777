"""The rules of level 1, which the XSDs decide: for every type of element what is too long, too big or ill-formed.

A rule holds for all elements of certain types. Its violating cases put a wrong value in each of them in turn; its
conforming case puts the outermost right value in all of them at once.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from tests.conformance.geval import REGELS
from tests.conformance.toneel import Toneel

Waarde = str | Callable[[Toneel], str]


class Vormregel(msgspec.Struct, frozen=True):
    """Wrong values by name, and right ones by type where the conforming base is not at the limit already."""

    typen: frozenset[str]
    fout: Mapping[str, str]
    goed: Mapping[str, Waarde] = {}


def _vorm(typen: str, fout: Mapping[str, str], goed: Mapping[str, Waarde] | Waarde | None = None) -> Vormregel:
    namen = frozenset(typen.split())
    if goed is None:
        return Vormregel(namen, fout)
    return Vormregel(namen, fout, goed if isinstance(goed, Mapping) else dict.fromkeys(namen, goed))


def _lengte(
    typen: str, hoogstens: int, goed: Mapping[str, Waarde] | Waarde | None = None, teken: str = "a"
) -> Vormregel:
    return _vorm(typen, {f"{hoogstens + 1}-posities": teken * (hoogstens + 1)}, goed)


def _maximum(typen: str, hoogste: int, goed: Mapping[str, Waarde] | Waarde | None = None) -> Vormregel:
    return _vorm(typen, {f"{hoogste + 1}": str(hoogste + 1)}, goed)


_EEN_TEKEN: Final = (
    "LDT_Communicatievorm LDT_DatumGebruik LDT_DebetCredit LDT_Frequentie LDT_Geslacht LDT_Huisletter LDT_JaNee"
    " LDT_NaamGebruik LDT_RedenVerzoek LDT_StatusAanlevering LDT_VerzoekAntwoord"
)
_TWEE_TEKENS: Final = (
    "LDT_AanduidingWoonadres LDT_AdresSoort LDT_Eenheid LDT_JuridischeStatus LDT_LandCode LDT_ProductCategorie"
    " LDT_RedenAfwijzingVerzoek LDT_RedenBeeindiging LDT_RedenWijziging LDT_SoortRelatie LDT_TypeVerwijzer"
    " LDT_WettelijkeVertegenwoordiging"
)
_NIET_LEEG: Final = (
    "LDT_Emailadres LDT_Huisletter LDT_HuisnummerToevoeging LDT_IdentificatieBericht LDT_Landnummer LDT_Naam"
    " LDT_NaamVerwijzer LDT_Organisatienaam LDT_Persoonsid LDT_Plaatsnaam LDT_Postcode LDT_ProductCode"
    " LDT_Referentie LDT_Straatnaam LDT_Taal LDT_Voorvoegsel"
)
_GETALLEN: Final = (
    "LDT_Bedrag LDT_BerichtSubversie LDT_BerichtVersie LDT_Budget LDT_Huisnummer LDT_Nummer LDT_RelatieVolgorde"
    " LDT_TotaalBedrag LDT_Volume"
)

VORMREGELS: Final[Mapping[str, Vormregel]] = {
    "CS015": _vorm("LDT_BerichtSubversie", {"subversie-1": "1", "subversie-3": "3"}),
    "CS025": _vorm("LDT_BerichtVersie", {"versie-2": "2", "versie-4": "4"}),
    "CS319": _vorm(
        "LDT_IdentificatieDeclaratie",
        {"streepje": "D-1", "spatie": "D 1"},
        lambda t: f"D{t.nummer}zZ09",
    ),
    "RS001": _vorm(
        _GETALLEN, {"onder-nul": "-1"}, {"LDT_Huisnummer": "0", "LDT_RelatieVolgorde": "0", "LDT_Budget": "0"}
    ),
    "RS002": _maximum("LDT_BerichtSubversie LDT_BerichtVersie LDT_RelatieVolgorde", 99, {"LDT_RelatieVolgorde": "99"}),
    "RS004": _maximum("LDT_Huisnummer", 99_999, "99999"),
    "RS005": _maximum("LDT_Bedrag LDT_Budget LDT_Volume", 99_999_999, {"LDT_Budget": "99999999"}),
    "RS006": _maximum("LDT_Nummer", 999_999_999),
    "RS008": _lengte(_EEN_TEKEN, 1, {"LDT_Huisletter": "Z"}, teken="1"),
    "RS009": _lengte(_TWEE_TEKENS, 2, teken="0"),
    "RS010": _lengte("LDT_BerichtCode", 3, teken="4"),
    "RS011": _lengte(
        "LDT_HuisnummerToevoeging LDT_Landnummer LDT_RetourCode",
        4,
        {"LDT_HuisnummerToevoeging": "A-12", "LDT_Landnummer": "+031"},
        teken="0",
    ),
    "RS012": _lengte("LDT_ProductCode", 5),
    "RS013": _lengte("LDT_Voorletters", 6, "ABCDEF"),
    "RS014": _lengte("LDT_AgbCode LDT_Postcode", 8, teken="1"),
    "RS015": _lengte("LDT_BurgerServicenummer", 9, teken="9"),
    "RS016": _lengte("LDT_Voorvoegsel", 10, "van der le"),
    "RS017": _lengte(
        "LDT_IdentificatieBericht LDT_IdentificatieDeclaratie",
        12,
        {
            "LDT_IdentificatieBericht": lambda t: f"I{t.nummer:011d}",
            "LDT_IdentificatieDeclaratie": lambda t: f"D{t.nummer:011d}",
        },
    ),
    "RS018": _lengte("LDT_Telefoonnummer", 15, "012345678901234", teken="1"),
    "RS019": _lengte("LDT_Persoonsid LDT_ReferentieNummer", 20, {"LDT_Persoonsid": "a" * 20}),
    "RS020": _lengte("LDT_Straatnaam", 24, "Laan van de Leezenhof 12"),
    "RS021": _lengte("LDT_Taal", 25, "Nederlandse Gebarentaal 1"),
    "RS023": _lengte("LDT_Organisatienaam", 35, "Stichting Gezinshuizen Overijssel 1"),
    "RS024": _lengte("LDT_Referentie", 36),
    "RS025": _lengte("LDT_NaamVerwijzer", 64, "n" * 64),
    "RS026": _lengte("LDT_Emailadres LDT_Plaatsnaam", 80, "p" * 80),
    "RS028": _lengte("LDT_Naam", 200, "n" * 200),
    "RS031": _vorm("LDT_Commentaar", {"leeg": "", "alleen-spaties": " \n "}, " . \n x"),
    "RS032": _vorm("LDT_Datum", {"in-utc": "2026-04-01Z", "met-tijdzone": "2026-04-01+01:00"}),
    "RS033": _vorm(_NIET_LEEG, {"leeg": "", "alleen-spaties": "  "}, {"LDT_Straatnaam": "  x", "LDT_Naam": " x "}),
    "RS034": _vorm("LDT_Tijd", {"in-utc": "09:30:00Z", "met-tijdzone": "09:30:00+02:00"}, "09:30:00.125"),
    "RS035": _vorm("LDT_Gemeente", {"drie-cijfers": "193", "vijf-cijfers": "01930", "letter": "019A"}),
    "RS036": _vorm("LDT_AgbCode", {"zeven-cijfers": "1234567", "letter": "1234567A"}),
    "RS037": _vorm("LDT_BurgerServicenummer", {"acht-cijfers": "99990000", "letter": "99990000A"}),
    "RS040": _maximum("LDT_TotaalBedrag", 999_999_999_999),
    "RS045": _vorm("LDT_Voorletters", {"punten": "A.M.", "spatie": "A M", "cijfer": "A1"}, "ÀÉöỳ"[:3]),
    "RS046": _vorm("LDT_Telefoonnummer", {"spatie": "06 12345678", "plus": "+316123456"}, "00000"),
    "RS047": _vorm("LDT_BerichtCode", {"ander-bericht": "999"}),
    "RS048": _vorm(
        "LDT_Versie",
        {"twee-delen": "1.0", "vier-delen": "1.0.0.0", "voorloopnul": "01.0.0"},
        {"LDT_Versie": "0.10.205"},
    ),
}
"""Every rule of level 1."""


class Vormgeval(msgspec.Struct, frozen=True):
    """One wrong value of a rule in one kind of message; without one the conforming case."""

    regel: str
    soort: str
    naam: str
    waarde: str | None = None

    @property
    def id(self) -> str:
        return f"{self.regel}-{self.soort}-{self.naam}"


def _gevallen() -> Iterator[Vormgeval]:
    for regel, vorm in VORMREGELS.items():
        for soort in sorted(REGELS[regel].berichten):
            for naam, waarde in vorm.fout.items():
                yield Vormgeval(regel, soort, naam, waarde)
            yield Vormgeval(regel, soort, "uiterste-waarde" if vorm.goed else "zoals-het-hoort")


GEVALLEN: Final = tuple(_gevallen())
