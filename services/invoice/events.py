"""The events this service sends, built from what it read or stored. No event holds a BSN."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from services.platform.berichten.store import DOMEIN
from services.platform.events import (
    MAX_EVENT_BYTES,
    DeclaratieBeantwoord,
    DeclaratieGeregistreerd,
    DeclaratieIngediend,
    PeriodeTotaal,
    PrestatieIngediend,
    encode,
)
from services.platform.outbox import Encoded, Outgoing

_Stapel: TypeAlias = tuple[bool, int]
"""Whether it holds debets, and the partition."""

_DEBET: Final = "D"
_LEEG: Final = b'"prestaties":[]}'
_encode_prestatie = msgspec.json.Encoder().encode
_decode_ingediend = msgspec.json.Decoder(DeclaratieIngediend).decode


class Kop(msgspec.Struct, frozen=True, kw_only=True):
    """What every event about the prestaties of one declaratie says."""

    declaratie_id: UUID
    declaratienummer: str
    gemeente: str
    aanbieder: str
    periode_begin: date
    periode_eind: date
    dagtekening: date
    ontvangen_op: datetime

    def ingediend(self, prestaties: tuple[PrestatieIngediend, ...] = ()) -> DeclaratieIngediend:
        """The event with these prestaties."""
        return DeclaratieIngediend(
            domein=DOMEIN,
            declaratie_id=str(self.declaratie_id),
            declaratienummer=self.declaratienummer,
            gemeente=self.gemeente,
            aanbieder=self.aanbieder,
            periode_begin=self.periode_begin,
            periode_eind=self.periode_eind,
            declaratie_dagtekening=self.dagtekening,
            ontvangen_op=self.ontvangen_op,
            prestaties=prestaties,
        )


class Deel(msgspec.Struct, frozen=True):
    """One encoded DeclaratieIngediend: the prestaties of one partition, or a part of them."""

    partition: int
    data: bytes


class Knipper:
    """Encodes prestaties once and joins them into events of at most 64 KB, per partition.

    Credits travel before debets (OP366): cut into several events, a corrected debet would otherwise be
    judged before the credit that makes room for it.
    """

    def __init__(self, leeg: DeclaratieIngediend) -> None:
        data = encode(leeg)
        if not data.endswith(_LEEG):
            raise ValueError("the event of a declaratie must end with its prestaties")
        self._kop = data[:-2]
        self._ruimte = MAX_EVENT_BYTES - len(data)
        self._open: dict[_Stapel, list[bytes]] = {}
        self._grootte: dict[_Stapel, int] = {}
        self._delen: list[tuple[bool, Deel]] = []

    def voeg_toe(self, partition: int, prestatie: PrestatieIngediend) -> None:
        """Add the next prestatie of a partition."""
        data = _encode_prestatie(prestatie)
        stapel = (prestatie.debet_credit == _DEBET, partition)
        grootte = self._grootte.get(stapel, 0) + len(data) + 1
        if grootte > self._ruimte:
            self._sluit(stapel)
            grootte = len(data) + 1
        self._open.setdefault(stapel, []).append(data)
        self._grootte[stapel] = grootte

    def delen(self) -> tuple[Deel, ...]:
        """All events: first those with credits; of one partition in the order in which they were added."""
        for stapel in sorted(self._open):
            self._sluit(stapel)
        return tuple(deel for _, deel in sorted(self._delen, key=itemgetter(0)))

    def _sluit(self, stapel: _Stapel) -> None:
        debet, partition = stapel
        deel = Deel(partition, self._kop + b",".join(self._open.pop(stapel)) + b"]}")
        self._delen.append((debet, deel))
        self._grootte[stapel] = 0


def met_retourcode(delen: Sequence[Deel], volgnummers: frozenset[int], retourcode: str) -> tuple[Deel, ...]:
    """The same events with a retourcode added to these prestaties, cut anew where they no longer fit."""
    uitkomst: list[Deel] = []
    for deel in delen:
        event = _decode_ingediend(deel.data)
        if volgnummers.isdisjoint(prestatie.volgnummer for prestatie in event.prestaties):
            uitkomst.append(deel)
            continue
        knipper = Knipper(msgspec.structs.replace(event, prestaties=()))
        for prestatie in event.prestaties:
            knipper.voeg_toe(deel.partition, _met(prestatie, retourcode, volgnummers))
        uitkomst.extend(knipper.delen())
    return tuple(uitkomst)


def _met(prestatie: PrestatieIngediend, retourcode: str, volgnummers: frozenset[int]) -> PrestatieIngediend:
    if prestatie.volgnummer not in volgnummers or retourcode in prestatie.retourcodes:
        return prestatie
    return msgspec.structs.replace(prestatie, retourcodes=(*prestatie.retourcodes, retourcode))


def ingediend(delen: Iterable[Deel]) -> Iterator[Outgoing]:
    """``DeclaratieIngediend``, keyed by partition: matching has one writer for each."""
    for deel in delen:
        yield Outgoing(f"p{deel.partition}", Encoded(DeclaratieIngediend, deel.data), deel.partition)


def geregistreerd(kop: Kop, totalen: Sequence[PeriodeTotaal]) -> Iterator[Outgoing]:
    """``DeclaratieGeregistreerd`` with the totals, by month and productcategorie.

    One event for any declaratie of ordinary size. Only one that covers years of months in nearly all
    categories needs more; it is cut between months, so that all of one dienstperiode is in one event.
    """
    for deel in _per_maanden(totalen):
        event = DeclaratieGeregistreerd(
            domein=DOMEIN,
            declaratie_id=str(kop.declaratie_id),
            declaratienummer=kop.declaratienummer,
            gemeente=kop.gemeente,
            aanbieder=kop.aanbieder,
            declaratieperiode=kop.periode_begin.year * 100 + kop.periode_begin.month,
            totalen=deel,
        )
        yield Outgoing(kop.gemeente, event)


_BYTES_PER_TOTAAL: Final = 100
"""More than a PeriodeTotaal ever takes as JSON (a test says so)."""


def _per_maanden(totalen: Sequence[PeriodeTotaal]) -> Iterator[tuple[PeriodeTotaal, ...]]:
    hoogstens = (MAX_EVENT_BYTES - 1024) // _BYTES_PER_TOTAAL
    deel: list[PeriodeTotaal] = []
    maand: list[PeriodeTotaal] = []
    for totaal in sorted(totalen, key=lambda totaal: (totaal.dienstperiode, totaal.product_categorie)):
        if maand and maand[0].dienstperiode != totaal.dienstperiode:
            deel, maand = [*deel, *maand], []
        if deel and len(deel) + len(maand) >= hoogstens:
            yield tuple(deel)
            deel = []
        maand.append(totaal)
    yield (*deel, *maand)


def beantwoord(declaratie: asyncpg.Record, retourcodes: tuple[str, ...], oorzaak: str | None = None) -> Outgoing:
    """``DeclaratieBeantwoord`` from a row of ``declaraties``; the retourcodes are those of DeclaratieAntwoord.

    ``oorzaak`` says which trace brought the last verdict, where that is known.
    """
    return Outgoing(
        declaratie["gemeente"],
        DeclaratieBeantwoord(
            domein=declaratie["domein"],
            declaratie_id=str(declaratie["declaratie_id"]),
            declaratienummer=declaratie["declaratienummer"],
            gemeente=declaratie["gemeente"],
            aanbieder=declaratie["aanbieder"],
            totaal_ingediend=declaratie["totaal_ingediend"],
            totaal_toegekend=declaratie["totaal_toegekend"],
            aantal_toegekend=declaratie["aantal_toegekend"],
            aantal_afgewezen=declaratie["aantal_afgewezen"],
            retourcodes=retourcodes,
        ),
        cause=oorzaak,
    )
