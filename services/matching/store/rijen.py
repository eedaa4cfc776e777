"""Rows of the database as the values that rules and events work with."""

from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec

from ijw.bevinding import Bevinding
from services.matching.feiten import Declaratie, Lopend, Toewijzing, Vorige, Zaak
from services.platform.events import PrestatieIngediend

TOEWIJZING: Final = (
    "gemeente, toewijzing_nummer, aanbieder, client, ingangsdatum, verwijderd, einddatum, product_categorie,"
    " product_code, volume, eenheid, frequentie, budget"
)
"""Columns of ``toewijzing_van``, in its order."""

PRESTATIE: Final = (
    "volgnummer, client, referentie, toewijzing_nummer, product_categorie, product_code, begindatum, einddatum,"
    " volume, eenheid, bedrag, debet_credit, tarief, vorige_referentie, gemeente, declaratie_id::text, gekoppeld,"
    " verplicht"
)
"""Columns of ``prestatie_van``, in its order, and after them what else is known of a prestatie."""

DECLARATIE: Final = (
    "domein, declaratie_id::text, declaratienummer, gemeente, aanbieder, periode_begin, periode_eind, dagtekening,"
    " ontvangen_op"
)

_BEVINDINGEN: Final = msgspec.json.Decoder(tuple[Bevinding, ...])


def toewijzing_van(rij: asyncpg.Record) -> Toewijzing:
    """A toewijzing from a row that begins with the columns of TOEWIJZING."""
    return Toewijzing(
        gemeente=rij[0],
        toewijzing_nummer=rij[1],
        aanbieder=rij[2],
        client=rij[3],
        ingangsdatum=rij[4],
        verwijderd=rij[5],
        einddatum=rij[6],
        product_categorie=rij[7],
        product_code=rij[8],
        volume=rij[9],
        eenheid=rij[10],
        frequentie=rij[11],
        budget=rij[12],
    )


def prestatie_van(rij: asyncpg.Record, retourcodes: tuple[str, ...] = ()) -> PrestatieIngediend:
    """A prestatie as it was declared, from a row that has the columns of PRESTATIE."""
    return PrestatieIngediend(
        volgnummer=rij["volgnummer"],
        client=rij["client"],
        referentie=rij["referentie"],
        toewijzing_nummer=rij["toewijzing_nummer"],
        product_categorie=rij["product_categorie"],
        product_code=rij["product_code"],
        begindatum=rij["begindatum"],
        einddatum=rij["einddatum"],
        volume=rij["volume"],
        eenheid=rij["eenheid"],
        bedrag=rij["bedrag"],
        debet_credit=rij["debet_credit"],
        tarief=rij["tarief"],
        vorige_referentie=rij["vorige_referentie"],
        retourcodes=retourcodes,
    )


def vorige_van(rij: asyncpg.Record) -> Vorige:
    """An awarded debet, from a row that has the columns of PRESTATIE."""
    return Vorige(rij["declaratie_id"], rij["gemeente"], prestatie_van(rij), rij["gekoppeld"], rij["verplicht"])


def declaratie_van(rij: asyncpg.Record) -> Declaratie:
    """A declaratie from a row that has the columns of DECLARATIE."""
    return Declaratie(
        domein=rij["domein"],
        declaratie_id=rij["declaratie_id"],
        declaratienummer=rij["declaratienummer"],
        gemeente=rij["gemeente"],
        aanbieder=rij["aanbieder"],
        periode_begin=rij["periode_begin"],
        periode_eind=rij["periode_eind"],
        dagtekening=rij["dagtekening"],
        ontvangen_op=rij["ontvangen_op"],
    )


def zaak_van(rij: asyncpg.Record, declaratie: Declaratie) -> Zaak:
    """A prestatie in uitval as something to judge again.

    What the invoice service found (TR314) is among its findings and holds for ever.
    """
    gevonden = bevindingen_van(rij["bevindingen"])
    ingediend = tuple(b.retourcode for b in gevonden if b.regel == "TR314")
    lopend = Lopend(rij["uitval_id"], rij["soort"], rij["gekoppeld"], gevonden)
    return Zaak(declaratie, prestatie_van(rij, ingediend), lopend)


def bevindingen_van(tekst: str | None) -> tuple[Bevinding, ...]:
    """The findings kept with a prestatie."""
    return _BEVINDINGEN.decode(tekst) if tekst else ()


def bevindingen_als_tekst(bevindingen: Sequence[Bevinding]) -> str | None:
    """As kept in the database: JSON, or null when there are none."""
    return msgspec.json.encode(bevindingen).decode() if bevindingen else None


def codes_van(bevindingen: Sequence[Bevinding]) -> list[str]:
    """What an uitval item is found by: retourcodes, and the internal finding under its own name."""
    return sorted({bevinding.retourcode or bevinding.regel for bevinding in bevindingen})
