"""A decision on prestaties in uitval, and how it changes what stands on their toewijzingen. Pure."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from services.matching.feiten import (
    CREDIT,
    GEEN_SALDO,
    Prestatiesleutel,
    Saldo,
    Toewijzingsleutel,
    Uitkomst,
    Zaak,
    telbaar,
)


class Besluit(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decides; without ``retourcodes`` a rejection carries the codes that were found."""

    besluit: Literal["toekennen", "afwijzen"]
    motivering: str
    retourcodes: tuple[str, ...] = ()


class Inzet(msgspec.Struct, frozen=True, gc=False):
    """A prestatie in uitval that is decided.

    ``credit_op`` is the awarded, uncredited debet it takes back, ``toegewezen`` the Eenheid of its toewijzing.
    """

    zaak: Zaak
    gekoppeld: bool
    verplicht: bool
    credit_op: Prestatiesleutel | None = None
    toegewezen: str | None = None

    @property
    def toewijzing(self) -> Toewijzingsleutel:
        """What it counts on."""
        return (self.zaak.declaratie.gemeente, self.zaak.prestatie.toewijzing_nummer)


def na_besluit(
    inzet: Iterable[Inzet], naar: Uitkomst, saldi: Mapping[Toewijzingsleutel, Saldo]
) -> dict[Toewijzingsleutel, Saldo]:
    """The new saldi once all of ``inzet`` is awarded or rejected.

    A debet in uitval already takes room: awarding it only counts it, rejecting it makes the room free. A
    credit takes room back only when it is awarded.
    """
    nieuw: dict[Toewijzingsleutel, Saldo] = {}
    for deel in inzet:
        if not deel.gekoppeld:
            continue
        prestatie = deel.zaak.prestatie
        credit = prestatie.debet_credit == CREDIT
        toegekend = naar == "toegekend"
        saldo = nieuw.get(deel.toewijzing) or saldi.get(deel.toewijzing, GEEN_SALDO)
        terug = 1 if credit == toegekend else 0
        aantal = (-1 if credit else 1) if toegekend and prestatie.bedrag else 0
        nieuw[deel.toewijzing] = Saldo(
            saldo.volume - terug * telbaar(prestatie.volume, prestatie.eenheid, deel.toegewezen),
            saldo.bedrag_cent - terug * prestatie.bedrag,
            saldo.aantal_toegekend + aantal,
        )
    return {sleutel: saldo for sleutel, saldo in nieuw.items() if saldo != saldi.get(sleutel, GEEN_SALDO)}
