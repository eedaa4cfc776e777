"""The outgoing events, cut so that each stays below the bus's limit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

import msgspec

from services.matching.beoordeling import Oordeel
from services.matching.feiten import CREDIT, GEEN_SALDO, Declaratie, Saldo, Toewijzing, Toewijzingsleutel, Uitkomst
from services.matching.partities import partitiesleutel
from services.matching.store.productlijsten import Productlijst
from services.matching.verplichting import Verplichting
from services.platform.events import (
    MAX_EVENT_BYTES,
    DeclaratieBeoordeeld,
    LijstProduct,
    PrestatieAfgewezen,
    PrestatieIngediend,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    ProductlijstVastgesteld,
    ToewijzingGebruik,
    ToewijzingGebruikt,
    VerplichtingBepaald,
    partition_of,
    toewijzing_key,
)
from services.platform.events.matching import Toestand
from services.platform.outbox import Outgoing

_RUIMTE: Final = MAX_EVENT_BYTES - 2048
"""What the items of an event may take; the rest is for its own fields."""

_ESCAPE: Final = 6
"""Most bytes that one character takes in JSON."""

_NUMMER: Final = 12
_AFGEWEZEN: Final = 120
_MUTATIE: Final = 340
_GEBRUIK: Final = 80
_PRODUCT: Final = 160
"""Upper bounds of an item's JSON in bytes, references not counted."""

T = TypeVar("T")

Oorzaken: TypeAlias = Mapping[str, str | None]
_ONBEKEND: Final[Oorzaken] = MappingProxyType({})


class Overgang(msgspec.Struct, frozen=True, gc=False):
    """A prestatie that moved from one state to another."""

    declaratie: Declaratie
    prestatie: PrestatieIngediend
    van: Toestand
    naar: Uitkomst
    verplicht: bool
    retourcodes: tuple[str, ...] = ()
    client_retourcodes: tuple[str, ...] = ()


def overgang(oordeel: Oordeel) -> Overgang:
    """What a verdict changes: from being dealt with, or from uitval when it was judged before."""
    zaak = oordeel.zaak
    return Overgang(
        zaak.declaratie,
        zaak.prestatie,
        "inBehandeling" if zaak.lopend is None else "inUitval",
        oordeel.uitkomst,
        oordeel.verplicht,
        oordeel.retourcodes,
        oordeel.client_retourcodes,
    )


def van_overgangen(overgangen: Sequence[Overgang], oorzaken: Oorzaken = _ONBEKEND) -> list[Outgoing]:
    """Per declaratie what invoice has to know, and what the ledger has to book.

    ``oorzaken`` says by declaratieId which trace brought it, where that is not all of them together.
    """
    per_declaratie: dict[str, list[Overgang]] = {}
    for overgang in overgangen:
        per_declaratie.setdefault(overgang.declaratie.declaratie_id, []).append(overgang)
    events: list[Outgoing] = []
    for declaratie_id, van_een in per_declaratie.items():
        oorzaak = oorzaken.get(declaratie_id)
        events.extend(_beoordeeld(van_een, oorzaak))
        events.extend(_verwerkt(van_een, oorzaak))
    return events


def _beoordeeld(overgangen: Sequence[Overgang], oorzaak: str | None) -> Iterator[Outgoing]:
    declaratie = overgangen[0].declaratie
    for deel in knip(overgangen, lambda o: _AFGEWEZEN + 10 * len(o.retourcodes) if o.naar == "afgewezen" else _NUMMER):
        afgewezen = tuple(
            PrestatieAfgewezen(
                volgnummer=o.prestatie.volgnummer, retourcodes=o.retourcodes, client_retourcodes=o.client_retourcodes
            )
            for o in deel
            if o.naar == "afgewezen"
        )
        payload = DeclaratieBeoordeeld(
            domein=declaratie.domein,
            declaratie_id=declaratie.declaratie_id,
            gemeente=declaratie.gemeente,
            toegekend=tuple(o.prestatie.volgnummer for o in deel if o.naar == "toegekend"),
            afgewezen=afgewezen,
            in_uitval=tuple(o.prestatie.volgnummer for o in deel if o.naar == "inUitval"),
        )
        yield Outgoing(declaratie.declaratie_id, payload, cause=oorzaak)


def _verwerkt(overgangen: Sequence[Overgang], oorzaak: str | None) -> Iterator[Outgoing]:
    declaratie = overgangen[0].declaratie
    for deel in knip(overgangen, _grootte_van_mutatie):
        payload = PrestatiesVerwerkt(
            domein=declaratie.domein,
            gemeente=declaratie.gemeente,
            declaratie_id=declaratie.declaratie_id,
            declaratienummer=declaratie.declaratienummer,
            aanbieder=declaratie.aanbieder,
            declaratieperiode=declaratie.periode_begin.year * 100 + declaratie.periode_begin.month,
            mutaties=tuple(map(_mutatie, deel)),
        )
        yield Outgoing(declaratie.gemeente, payload, cause=oorzaak)


def _grootte_van_mutatie(overgang: Overgang) -> int:
    prestatie = overgang.prestatie
    return _MUTATIE + _ESCAPE * (len(prestatie.referentie) + len(prestatie.vorige_referentie or ""))


def _mutatie(overgang: Overgang) -> PrestatieMutatie:
    prestatie = overgang.prestatie
    return PrestatieMutatie(
        volgnummer=prestatie.volgnummer,
        referentie=prestatie.referentie,
        toewijzing_nummer=prestatie.toewijzing_nummer,
        product_categorie=prestatie.product_categorie,
        product_code=prestatie.product_code,
        dienstperiode=prestatie.begindatum.year * 100 + prestatie.begindatum.month,
        bedrag=-prestatie.bedrag if prestatie.debet_credit == CREDIT else prestatie.bedrag,
        van=overgang.van,
        naar=overgang.naar,
        verplicht=overgang.verplicht,
        vorige_referentie=prestatie.vorige_referentie,
    )


def van_gebruik(
    domein: str, oud: Mapping[Toewijzingsleutel, Saldo], nieuw: Mapping[Toewijzingsleutel, Saldo]
) -> list[Outgoing]:
    """The counts of awarded, uncredited debets that changed, per gemeente and partition (TR385)."""
    groepen: dict[tuple[str, int], list[ToewijzingGebruik]] = {}
    for (gemeente, nummer), saldo in nieuw.items():
        if saldo.aantal_toegekend != oud.get((gemeente, nummer), GEEN_SALDO).aantal_toegekend:
            partitie = partition_of(toewijzing_key(gemeente, nummer))
            gebruik = ToewijzingGebruik(toewijzing_nummer=nummer, aantal_toegekend=saldo.aantal_toegekend)
            groepen.setdefault((gemeente, partitie), []).append(gebruik)
    return [
        Outgoing(
            partitiesleutel(partitie),
            ToewijzingGebruikt(domein=domein, gemeente=gemeente, toewijzingen=tuple(deel)),
            partitie,
        )
        for (gemeente, partitie), gebruikt in groepen.items()
        for deel in knip(gebruikt, lambda _: _GEBRUIK)
    ]


def van_verplichting(
    domein: str, toewijzing: Toewijzing, volgnummer: int, verplichting: Verplichting, oorzaak: str | None = None
) -> Outgoing:
    """What one toewijzing commits from now on."""
    payload = VerplichtingBepaald(
        domein=domein,
        gemeente=toewijzing.gemeente,
        toewijzing_nummer=toewijzing.toewijzing_nummer,
        volgnummer=volgnummer,
        aanbieder=toewijzing.aanbieder,
        grondslag=verplichting.grondslag,
        per_jaar=verplichting.per_jaar,
        product_categorie=toewijzing.product_categorie,
        product_code=toewijzing.product_code,
    )
    return Outgoing(toewijzing.gemeente, payload, cause=oorzaak)


def van_productlijst(lijst: Productlijst) -> list[Outgoing]:
    """The own list of a gemeente, in as many parts as it takes."""
    producten = [
        LijstProduct(
            product_categorie=product.categorie,
            product_code=product.code,
            geldig_van=product.geldig_van or date.min,
            geldig_tot=product.geldig_tot,
        )
        for product in lijst.producten
    ]
    delen = list(knip(producten, lambda _: _PRODUCT)) or [[]]
    return [
        Outgoing(
            lijst.gemeente,
            ProductlijstVastgesteld(
                domein=lijst.domein,
                gemeente=lijst.gemeente,
                versie=lijst.versie,
                deel=nummer,
                delen=len(delen),
                aantal=len(producten),
                producten=tuple(deel),
            ),
        )
        for nummer, deel in enumerate(delen, 1)
    ]


def knip(items: Iterable[T], grootte: Callable[[T], int]) -> Iterator[list[T]]:
    """Cut ``items`` into parts whose sizes together fit in one event."""
    deel: list[T] = []
    som = 0
    for item in items:
        bytes_van_item = grootte(item)
        if deel and som + bytes_van_item > _RUIMTE:
            yield deel
            deel, som = [], 0
        deel.append(item)
        som += bytes_van_item
    if deel:
        yield deel
