"""A faultless prestatie and the facts it is judged by; a test changes what it is about."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeente, Gemeentelijst, Productcode, Productcodelijst
from services.matching.contract import Contract
from services.matching.feiten import (
    GEEN_SALDO,
    Contractkeuze,
    Contractregel,
    Declaratie,
    Feiten,
    Toewijzing,
    Vorige,
    Zaak,
)
from services.matching.lijsten import Lijsten
from services.matching.rules import bevindingen
from services.platform.events import PrestatieIngediend

GEMEENTE, AANBIEDER, CLIENT = "0193", "12345678", "c" * 24
DECLARATIE_ID = "00000000-0000-4000-8000-000000000001"

PRODUCTCODES = Productcodelijst(
    [
        Productcode("45A04", "45", "ambulant", "inspanningsgericht"),
        Productcode("45A05", "45", "ambulant", "inspanningsgericht"),
        Productcode("45A01", "45", "ambulant", "outputgericht"),
        Productcode("41A03", "41", "dagbehandeling", "inspanningsgericht"),
    ]
)
LIJSTEN = Lijsten(gemeenten=Gemeentelijst([Gemeente(GEMEENTE, "Zwolle", "Overijssel")]), productcodes=PRODUCTCODES)


def prestatie(**anders: Any) -> PrestatieIngediend:
    """4 uur of 45A04 in April 2026 at EUR 90,00 on toewijzing 1001."""
    velden: dict[str, Any] = {
        "volgnummer": 1,
        "client": CLIENT,
        "referentie": "R1",
        "toewijzing_nummer": 1001,
        "product_categorie": "45",
        "product_code": "45A04",
        "begindatum": date(2026, 4, 1),
        "einddatum": date(2026, 4, 30),
        "volume": 4,
        "eenheid": "04",
        "bedrag": 36_000,
        "debet_credit": "D",
        "tarief": 9_000,
    }
    return PrestatieIngediend(**(velden | anders))


def credit(van: PrestatieIngediend, **anders: Any) -> PrestatieIngediend:
    """The credit of a debet, with a reference of its own."""
    velden: dict[str, Any] = {
        "debet_credit": "C",
        "vorige_referentie": van.referentie,
        "referentie": f"{van.referentie}c",
        "volgnummer": van.volgnummer + 100,
    }
    return msgspec.structs.replace(van, **(velden | anders))


def toewijzing(**anders: Any) -> Toewijzing:
    """12 uur a month of 45A04, all of 2026."""
    velden: dict[str, Any] = {
        "gemeente": GEMEENTE,
        "toewijzing_nummer": 1001,
        "aanbieder": AANBIEDER,
        "client": CLIENT,
        "ingangsdatum": date(2026, 1, 1),
        "einddatum": date(2026, 12, 31),
        "verwijderd": False,
        "product_categorie": "45",
        "product_code": "45A04",
        "volume": 12,
        "eenheid": "04",
        "frequentie": "4",
    }
    return Toewijzing(**(velden | anders))


def aspecifiek(**anders: Any) -> Toewijzing:
    """A toewijzing for categorie 45 without code, Omvang or Budget."""
    leeg = {"product_code": None, "volume": None, "eenheid": None, "frequentie": None}
    return toewijzing(**(leeg | anders))


def contractregel(**anders: Any) -> Contractregel:
    """45A04 by the hour at EUR 90,00 in 2026."""
    velden: dict[str, Any] = {
        "product_categorie": "45",
        "product_code": "45A04",
        "eenheid": "04",
        "tarief_cent": 9_000,
        "geldig_van": date(2026, 1, 1),
        "geldig_tot": date(2026, 12, 31),
    }
    return Contractregel(**(velden | anders))


def kies(p: PrestatieIngediend, *regels: Contractregel) -> Contractkeuze:
    """What a contract of these lines has for a prestatie."""
    return Contract(regels).kies(p.product_categorie, p.product_code, p.eenheid, p.begindatum)


def feiten(p: PrestatieIngediend | None = None, **anders: Any) -> Feiten:
    """The facts under which the faultless prestatie is faultless."""
    velden: dict[str, Any] = {
        "gemeente": GEMEENTE,
        "gemeente_bekend": True,
        "periode_eind": date(2026, 4, 30),
        "toewijzing": toewijzing(),
        "geen_toewijzing": "",
        "client_bekend": True,
        "saldo": GEEN_SALDO,
        "contract": kies(p or prestatie(), contractregel()),
        "productcode_bekend": True,
        "debet": None,
        "eerdere_credit": "",
        "eerder_debet": "",
    }
    return Feiten(**(velden | anders))


def declaratie(nummer: int = 1, **anders: Any) -> Declaratie:
    """The declaratie of April 2026."""
    velden: dict[str, Any] = {
        "domein": "jw",
        "declaratie_id": f"00000000-0000-4000-8000-{nummer:012d}",
        "declaratienummer": f"D{nummer}",
        "gemeente": GEMEENTE,
        "aanbieder": AANBIEDER,
        "periode_begin": date(2026, 4, 1),
        "periode_eind": date(2026, 4, 30),
        "dagtekening": date(2026, 5, 2),
        "ontvangen_op": datetime(2026, 5, 6, 10, 0, tzinfo=UTC),
    }
    return Declaratie(**(velden | anders))


def zaak(p: PrestatieIngediend, nummer: int = 1) -> Zaak:
    """A new prestatie in a declaratie."""
    return Zaak(declaratie(nummer), p)


def vorige(p: PrestatieIngediend, *, gekoppeld: bool = True, verplicht: bool = True) -> Vorige:
    """An awarded debet of an earlier declaratie."""
    return Vorige(DECLARATIE_ID, GEMEENTE, p, gekoppeld, verplicht)


def codes(p: PrestatieIngediend, f: Feiten) -> list[str]:
    """The rules that find something, in order."""
    return [bevinding.regel for bevinding in bevindingen(p, f)]


def regels_van(gevonden: Iterable[Bevinding]) -> set[str]:
    """The rules among findings."""
    return {bevinding.regel for bevinding in gevonden}
