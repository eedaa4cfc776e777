"""Every stored message opened again: does it decrypt to the bytes that were kept, and say what its row says?

Pure but for the key ring. What it holds for the comparison with the tables is a value, so that of a message of
25 MB only that is left.
"""

import zlib
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW319, Bericht, Retourbericht
from ijw.codec import parse
from ijw.retourtoets import HEEN_VAN, foutcodes
from services.allocation.beslissing.gevraagd import Gevraagd, gevraagd_in, referenties_van
from services.allocation.levensloop.verzoek import Gebeurtenis, gebeurtenis_van
from services.allocation.regie import Aanlevering, aanleveringen_van
from services.allocation.register import Versie, versies_van
from services.platform.berichten.store import digest, document
from services.platform.crypto import Crypto
from services.platform.service import Afwijking

_ONLEESBAAR: Final = "bericht-is-te-lezen"
_ANDERS: Final = "bericht-zegt-wat-zijn-rij-zegt"
_CODES: Final = "retourcodes-staan-in-de-retour"


class Antwoord(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says of one reference; ``client`` only where the message names one (JW301)."""

    onderzoek: bool
    aanbieder: str
    referentie: str
    client: str | None = None
    reden_afwijzing: str | None = None
    woonplaats_gemeente: str | None = None


class Inhoud(msgspec.Struct, frozen=True, kw_only=True):
    """What an accepted message must have left in the tables."""

    bericht_id: UUID
    berichtsoort: str
    client: str | None = None
    versies: tuple[Versie, ...] = ()
    aanleveringen: tuple[Aanlevering, ...] = ()
    referenties: tuple[str, ...] = ()
    gevraagd: tuple[Gevraagd, ...] = ()
    antwoorden: frozenset[Antwoord] = frozenset()


class Geopend(msgspec.Struct, frozen=True):
    """What is wrong with a row of ``berichten`` by itself; and, for what was accepted and answers nobody, the rest."""

    afwijkingen: tuple[Afwijking, ...]
    inhoud: Inhoud | None = None


def open_rijen(crypto: Crypto, rows: list[asyncpg.Record]) -> list[Geopend]:
    """A parcel of rows, one message in memory at a time."""
    return [_open(crypto, row) for row in rows]


def _open(crypto: Crypto, row: asyncpg.Record) -> Geopend:
    bericht = _bericht(crypto, row)
    if isinstance(bericht, str):
        return Geopend((Afwijking(_ONLEESBAAR, f"{row['bericht_id']} {bericht}"),))
    afwijkingen = tuple(Afwijking(invariant, f"{row['bericht_id']} {wat}") for invariant, wat in _naast(bericht, row))
    telt = row["richting"] == "in" and row["status"] == "geaccepteerd" and row["heenbericht_id"] is None
    return Geopend(afwijkingen, _inhoud(crypto, row, bericht) if telt else None)


def _bericht(crypto: Crypto, row: asyncpg.Record) -> Bericht | str:
    """The message of a row, or why there is none."""
    try:
        xml = document(row, crypto.ring)
    except (InvalidTag, LookupError, ValueError, zlib.error):
        return "is niet te ontsleutelen"
    if digest(xml) != row["sha256"]:
        return "is niet het bericht waarvan het kenmerk is bewaard"
    try:
        bericht = parse(xml)
    except (ValueError, LookupError, SyntaxError):  # of what no level 1 let in
        return "is niet te lezen"
    return bericht if bericht.soort == row["berichtsoort"] else f"is een {bericht.soort}"


def _naast(bericht: Bericht, row: asyncpg.Record) -> Iterator[tuple[str, str]]:
    """Where the row is not that of the message."""
    kop: Any = bericht.header
    rij = (row["van"], row["aan"], row["identificatie"], row["dagtekening"])
    if bericht.soort in HEEN_VAN:
        # Its Header repeats that of the heenbericht (IV028): who sends it is the Ontvanger.
        gezegd = (kop.ontvanger, kop.afzender, kop.identificatie_retour, kop.dagtekening_retour)
        if sorted(foutcodes(_retour(bericht))) != sorted(row["retourcodes"]):
            yield _CODES, "heeft andere retourcodes"
    else:
        eigen = kop.bericht_identificatie
        gezegd = (kop.afzender, kop.ontvanger, eigen.identificatie, eigen.dagtekening)
    if gezegd != rij or {row["van"], row["aan"]} != {row["gemeente"], row["aanbieder"]}:
        yield _ANDERS, "heeft andere partijen, identificatie of dagtekening"


def _retour(bericht: Bericht) -> Retourbericht:
    assert isinstance(bericht, Retourbericht)
    return bericht


def _inhoud(crypto: Crypto, row: asyncpg.Record, bericht: Bericht) -> Inhoud:
    delen: dict[str, Any] = {"bericht_id": row["bericht_id"], "berichtsoort": bericht.soort}
    if isinstance(bericht, JW319):
        return Inhoud(**delen, antwoorden=frozenset({_antwoord(bericht)}))
    if not isinstance(bericht, JW301 | JW305 | JW307 | JW315 | JW317):
        return Inhoud(**delen)
    client = crypto.pseudonym(bericht.client.bsn)
    if isinstance(bericht, JW301):
        versies = versies_van(row["domein"], bericht, client)
        return Inhoud(**delen, client=client, versies=versies, antwoorden=frozenset(_toegekend(versies)))
    if isinstance(bericht, JW305 | JW307):
        return Inhoud(**delen, client=client, aanleveringen=aanleveringen_van(bericht))
    return Inhoud(**delen, client=client, referenties=referenties_van(bericht), gevraagd=gevraagd_in(bericht))


def _toegekend(versies: tuple[Versie, ...]) -> Iterator[Antwoord]:
    for versie in versies:
        if versie.referentie_aanbieder:
            yield Antwoord(
                onderzoek=False,
                aanbieder=versie.aanbieder,
                referentie=versie.referentie_aanbieder,
                client=versie.client,
            )


def _antwoord(bericht: JW319) -> Antwoord:
    antwoord = bericht.antwoord
    woonplaats = antwoord.woonplaatsbeginsel
    return Antwoord(
        onderzoek=gebeurtenis_van(bericht) is Gebeurtenis.ONDERZOEK,
        aanbieder=bericht.header.ontvanger,
        referentie=antwoord.referentie_aanbieder,
        reden_afwijzing=antwoord.reden_afwijzing_verzoek,
        woonplaats_gemeente=woonplaats.gemeente if woonplaats else None,
    )
