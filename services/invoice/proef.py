"""Trying a declaratie out: every check and verdict as of today, nothing kept."""

from typing import Any, Final, Literal, TypeAlias

import httpx
import msgspec
import structlog

from services.invoice import events
from services.invoice.indienen import bevindingen_json, lees
from services.invoice.rules import DUBBELE_REFERENTIE, GOED, Oordeel, beoordeel
from services.invoice.store import indienen as store
from services.invoice.worker import Gelezen
from services.platform.arrays import SCHEIDING
from services.platform.auth import Identiteit
from services.platform.berichten.store import digest
from services.platform.events import DeclaratieIngediend, PrestatieIngediend
from services.platform.problems import overloaded
from services.platform.service import Context

Json: TypeAlias = dict[str, Any]
_decode_ingediend = msgspec.json.Decoder(DeclaratieIngediend).decode
_log = structlog.get_logger(__name__)


class Bevonden(msgspec.Struct, frozen=True):
    """A finding of the matching service in words."""

    regel: str
    retourcode: str
    uitleg: str


class GetoetstePrestatie(msgspec.Struct, frozen=True):
    """What would become of a prestatie."""

    volgnummer: int
    uitkomst: Literal["toegekend", "inUitval", "afgewezen"]
    bevindingen: tuple[Bevonden, ...] = ()


class Toetsing(msgspec.Struct, frozen=True):
    """The answer of ``POST /matching/v1/toetsingen``."""

    prestaties: tuple[GetoetstePrestatie, ...]


_decode_toetsing: Final = msgspec.json.Decoder(Toetsing).decode


async def toets(context: Context, wie: Identiteit, data: bytes, authorization: str) -> Json:
    """The verdict on a message as it would be now: on the whole, and when that is good per prestatie."""
    gelezen, opdracht = await lees(context, wie, data, proef=True)
    async with context.database.connection() as connection:
        eerder = await store.eerder(connection, gelezen, digest(data), context.clock.today())
    oordeel = beoordeel(gelezen.bericht, gelezen.bevindingen, eerder.feiten, context.gemeenten)
    if oordeel is not GOED:
        return _antwoord(gelezen, oordeel, {}, ())
    dubbel = eerder.dubbele_referenties
    delen = events.met_retourcode(gelezen.delen, dubbel, DUBBELE_REFERENTIE) if dubbel else gelezen.delen
    declaraties = [_decode_ingediend(deel.data) for deel in delen]
    prestaties = {p.volgnummer: p for declaratie in declaraties for p in declaratie.prestaties}
    toetsing = await _vraag_matching(context, gelezen.kop(opdracht), prestaties, authorization)
    return _antwoord(gelezen, oordeel, prestaties, toetsing.prestaties)


async def _vraag_matching(
    context: Context, kop: events.Kop, prestaties: dict[int, PrestatieIngediend], authorization: str
) -> Toetsing:
    """As the caller: matching shows an aanbieder only what is its own. 503 when no answer can be had."""
    vraag = {
        "gemeente": kop.gemeente,
        "aanbieder": kop.aanbieder,
        "periodeBegin": kop.periode_begin,
        "periodeEind": kop.periode_eind,
        "declaratieDagtekening": kop.dagtekening,
        "prestaties": [prestaties[volgnummer] for volgnummer in sorted(prestaties)],
    }
    try:
        response = await context.http.post(
            "/matching/v1/toetsingen",
            content=msgspec.json.encode(vraag),
            headers={"Authorization": authorization, "Content-Type": "application/json"},
        )
        response.raise_for_status()
        toetsing = _decode_toetsing(response.content)
        if sorted(prestatie.volgnummer for prestatie in toetsing.prestaties) != sorted(prestaties):
            raise msgspec.ValidationError("other prestaties than asked about")
        return toetsing
    except (httpx.HTTPError, msgspec.DecodeError) as error:
        _log.warning("toetsing_failed", error=type(error).__name__)
        raise overloaded("De prestaties kunnen nu niet worden getoetst; er is niets opgeslagen.") from error


def _antwoord(
    gelezen: Gelezen,
    oordeel: Oordeel,
    prestaties: dict[int, PrestatieIngediend],
    getoetst: tuple[GetoetstePrestatie, ...],
) -> Json:
    referenties = gelezen.referenties.split(SCHEIDING)
    aantal = dict.fromkeys(("toegekend", "inUitval", "afgewezen"), 0)
    toegekend = 0
    for prestatie in getoetst:
        aantal[prestatie.uitkomst] += 1
        if prestatie.uitkomst == "toegekend":
            ingediend = prestaties[prestatie.volgnummer]
            toegekend += -ingediend.bedrag if ingediend.debet_credit == "C" else ingediend.bedrag
    return {
        "proef": True,
        "declaratienummer": gelezen.bericht.declaratie.declaratie_nummer,
        "uitkomst": "getoetst" if oordeel is GOED else "afgekeurd",
        "retourcodes": list(oordeel.retourcodes),
        "bevindingen": bevindingen_json(oordeel.bevindingen),
        "aantalPrestaties": gelezen.aantal_prestaties,
        "aantalToegekend": aantal["toegekend"],
        "aantalInUitval": aantal["inUitval"],
        "aantalAfgewezen": aantal["afgewezen"],
        "totaalIngediend": gelezen.bericht.declaratie.totaal_ingediend_bedrag.met_teken,
        "totaalToegekend": toegekend,
        "prestaties": [
            {
                "volgnummer": prestatie.volgnummer,
                "referentie": referenties[prestatie.volgnummer - 1],
                "uitkomst": prestatie.uitkomst,
                "bevindingen": [msgspec.structs.asdict(bevonden) for bevonden in prestatie.bevindingen],
            }
            for prestatie in getoetst
        ],
    }
