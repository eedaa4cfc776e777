"""The work on one JW323 that needs no database, as a task of a worker process.

A declaratie may be 25 MB with 20,000 prestaties. Reading, checking, and turning prestaties into rows, pseudonyms
and events all happen here; the main process gets bytes it can hand to PostgreSQL as they are.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from ijw.berichten import JW323
from ijw.berichten.jw323 import Prestatie323
from ijw.bevinding import Bevinding
from ijw.lezen import LeesFout
from ijw.regels import niveau2
from services.invoice.copy_text import Regels
from services.invoice.events import Deel, Knipper, Kop
from services.invoice.rules import DUBBELE_REFERENTIE, tr314_referentie_eenmalig
from services.platform.arrays import samen
from services.platform.berichten.intake import Onleesbaar
from services.platform.crypto import compress, pseudonymise
from services.platform.events import PeriodeTotaal, PrestatieIngediend, partition_of, toewijzing_key
from services.platform.releases import Releasebron, releases_uit

MAXIMUM_BEVINDINGEN: Final = 100
"""Findings of level 2 that are kept: one refuses the message, a hostile one could have a hundred thousand."""


class Opdracht(msgspec.Struct, frozen=True, kw_only=True):
    """What the task needs to know. ``pseudonym_key`` makes pseudonyms; the keys of the storage stay outside."""

    releases: Releasebron
    vandaag: date
    declaratie_id: UUID
    ontvangen_op: datetime
    pseudonym_key: bytes
    proef: bool = False


class Gelezen(msgspec.Struct, frozen=True, kw_only=True):
    """A JW323 that passed level 1; ``bericht`` is the message without its clients.

    When level 2 found something there is nothing but that, the counts and the compressed message. ``prestaties``
    are lines for COPY (``services.invoice.copy_text``). ``referenties`` holds the ReferentieNummer of prestatie n at
    place n (``arrays.samen``); ``clienten`` the pseudonym and ``bsns`` the BSN of client n, with commas between.
    """

    bericht: JW323
    bevindingen: tuple[Bevinding, ...]
    aantal_prestaties: int
    compressed: bytes
    clienten: str = ""
    prestaties: bytes = b""
    bsns: bytes = b""
    referenties: str = ""
    delen: tuple[Deel, ...] = ()
    totalen: tuple[PeriodeTotaal, ...] = ()

    def kop(self, opdracht: Opdracht) -> Kop:
        """What the events say about the whole declaratie."""
        return _kop(self.bericht, opdracht)


def lees_declaratie(data: bytes, opdracht: Opdracht) -> Gelezen | Onleesbaar:
    """The task: level 1, level 2 and everything that follows from the message alone."""
    try:
        bericht = releases_uit(opdracht.releases).lees_bericht(data, frozenset({"JW323"}), opdracht.vandaag)
    except LeesFout as error:
        return Onleesbaar(error.soort, error.fouten)
    assert isinstance(bericht, JW323)
    bevindingen = niveau2(bericht, MAXIMUM_BEVINDINGEN)
    uitwerking = _Uitwerking(bericht, opdracht)
    if not bevindingen:
        uitwerking.werk_uit()
    return uitwerking.gelezen(bevindingen, b"" if opdracht.proef else compress(data))


def _kop(bericht: JW323, opdracht: Opdracht) -> Kop:
    declaratie = bericht.declaratie
    return Kop(
        declaratie_id=opdracht.declaratie_id,
        declaratienummer=declaratie.declaratie_nummer,
        gemeente=bericht.header.ontvanger,
        aanbieder=bericht.header.afzender,
        periode_begin=declaratie.declaratie_periode.begindatum,
        periode_eind=declaratie.declaratie_periode.einddatum,
        dagtekening=declaratie.declaratie_dagtekening,
        ontvangen_op=opdracht.ontvangen_op,
    )


class _Uitwerking:
    """Goes through the prestaties once and collects everything that is made of them."""

    def __init__(self, bericht: JW323, opdracht: Opdracht) -> None:
        self._bericht = bericht
        self._opdracht = opdracht
        self._kop = _kop(bericht, opdracht)
        self._knipper = Knipper(self._kop.ingediend())
        self._schrijf = Regels(self._kop)
        self._clienten: list[str] = []
        self._bsns: list[str] = []
        self._regels: list[str] = []
        self._referenties: list[str] = []
        self._gezien: set[str] = set()
        self._totalen: dict[tuple[int, str], int] = {}
        self._partities: dict[int, int] = {}

    def werk_uit(self) -> None:
        """Fill rows, events and totals."""
        gemeente = self._kop.gemeente
        for clientnummer, volgnummer, client, p in self._prestaties():
            referentie = p.product_referentie.referentie_nummer
            dubbel = next(tr314_referentie_eenmalig(referentie, self._gezien), None) is not None
            self._gezien.add(referentie)
            self._referenties.append(referentie)
            self._regels.append(self._schrijf.prestatie(clientnummer, volgnummer, p, dubbel=dubbel))
            partitie = self._partities.get(p.toewijzing_nummer)
            if partitie is None:
                partitie = partition_of(toewijzing_key(gemeente, p.toewijzing_nummer))
                self._partities[p.toewijzing_nummer] = partitie
            self._knipper.voeg_toe(partitie, _ingediend(volgnummer, client, p, dubbel=dubbel))
            begin = p.product_periode.begindatum
            sleutel = (begin.year * 100 + begin.month, p.product_categorie)
            self._totalen[sleutel] = self._totalen.get(sleutel, 0) + p.ingediend_bedrag.met_teken

    def gelezen(self, bevindingen: tuple[Bevinding, ...], compressed: bytes) -> Gelezen:
        """What goes back to the main process."""
        declaratie = self._bericht.declaratie
        return Gelezen(
            bericht=msgspec.structs.replace(self._bericht, declaratie=msgspec.structs.replace(declaratie, clienten=())),
            bevindingen=bevindingen,
            aantal_prestaties=sum(len(client.prestaties) for client in declaratie.clienten),
            compressed=compressed,
            clienten=",".join(self._clienten),
            prestaties="".join(self._regels).encode(),
            bsns=",".join(self._bsns).encode(),
            referenties=samen(self._referenties),
            delen=self._knipper.delen(),
            totalen=tuple(
                PeriodeTotaal(dienstperiode=maand, product_categorie=categorie, bedrag=bedrag)
                for (maand, categorie), bedrag in sorted(self._totalen.items())
            ),
        )

    def _prestaties(self) -> Iterator[tuple[int, int, str, Prestatie323]]:
        """Number of the client, of the prestatie in the whole message, the client's pseudonym, the prestatie."""
        volgnummer = 0
        for clientnummer, client in enumerate(self._bericht.declaratie.clienten, 1):
            pseudonym = pseudonymise(self._opdracht.pseudonym_key, client.bsn)
            self._clienten.append(pseudonym)
            self._bsns.append(client.bsn)
            for volgnummer, prestatie in enumerate(client.prestaties, volgnummer + 1):  # noqa: B020
                yield clientnummer, volgnummer, pseudonym, prestatie


def _ingediend(volgnummer: int, client: str, p: Prestatie323, *, dubbel: bool) -> PrestatieIngediend:
    return PrestatieIngediend(
        volgnummer=volgnummer,
        client=client,
        referentie=p.product_referentie.referentie_nummer,
        vorige_referentie=p.product_referentie.vorig_referentie_nummer,
        toewijzing_nummer=p.toewijzing_nummer,
        product_categorie=p.product_categorie,
        product_code=p.product_code,
        begindatum=p.product_periode.begindatum,
        einddatum=p.product_periode.einddatum,
        volume=p.geleverd_volume,
        eenheid=p.eenheid,
        tarief=p.product_tarief,
        bedrag=p.ingediend_bedrag.bedrag,
        debet_credit=p.ingediend_bedrag.debet_credit,
        retourcodes=(DUBBELE_REFERENTIE,) if dubbel else (),
    )
