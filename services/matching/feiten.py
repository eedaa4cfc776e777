"""What the rules know about a prestatie besides the prestatie itself: frozen values, read in bulk per batch."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

import msgspec

from ijw.bevinding import Bevinding
from ijw.volume import MINUUT, UUR
from services.platform.events import PrestatieIngediend

Uitkomst: TypeAlias = Literal["toegekend", "afgewezen", "inUitval"]

Toewijzingsleutel: TypeAlias = tuple[str, int]
"""gemeente, ToewijzingNummer."""

Referentiesleutel: TypeAlias = tuple[str, str]
"""aanbieder, ReferentieNummer."""

Leveringsleutel: TypeAlias = tuple[str, str, str, int, str, str, date, date]
"""gemeente, aanbieder, client, ToewijzingNummer, categorie, code, ProductPeriode: what may be declared once.

The client is part of it (TR389 leaves that to the number) as in TR416: who declares under another client's
number by mistake must not be told that this client's care was declared before.
"""

Prestatiesleutel: TypeAlias = tuple[str, int]
"""declaratie_id, volgnummer."""

Clientsleutel: TypeAlias = tuple[str, str, str]
"""gemeente, aanbieder, pseudonym of the client."""

CREDIT: Final = "C"

_MINUTEN_PER_UUR: Final = 60
_TIJD: Final = frozenset({MINUUT, UUR})


def genormaliseerd(volume: int, eenheid: str) -> int:
    """A volume that can be added to others on the toewijzing: hours in minutes, everything else as it is."""
    return volume * _MINUTEN_PER_UUR if eenheid == UUR else volume


def telbaar(volume: int, eenheid: str, toegewezen: str | None) -> int:
    """What a volume adds to that of its toewijzing, normalised; 0 when the units cannot be added.

    Equal units can, and time on time. Without Omvang (``toegewezen`` None) there is nothing to hold it against.
    """
    past = eenheid == toegewezen or (eenheid in _TIJD and toegewezen in _TIJD)
    return genormaliseerd(volume, eenheid) if past else 0


class Declaratie(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The declaratie that a prestatie came in."""

    domein: str
    declaratie_id: str
    declaratienummer: str
    gemeente: str
    aanbieder: str
    periode_begin: date
    periode_eind: date
    dagtekening: date
    ontvangen_op: datetime


class Toewijzing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The current version of a toewijzing (IV013)."""

    gemeente: str
    toewijzing_nummer: int
    aanbieder: str
    client: str
    ingangsdatum: date
    verwijderd: bool
    einddatum: date | None = None
    product_categorie: str | None = None
    product_code: str | None = None
    volume: int | None = None
    eenheid: str | None = None
    frequentie: str | None = None
    budget: int | None = None

    @property
    def sleutel(self) -> Toewijzingsleutel:
        """What names it."""
        return (self.gemeente, self.toewijzing_nummer)


class Saldo(msgspec.Struct, frozen=True, gc=False):
    """What stands on a toewijzing, net of credits.

    ``volume`` (``telbaar``) and ``bedrag_cent`` count what is awarded or in uitval; ``aantal_toegekend``
    counts awarded debets without a credit (TR385), but for those of no money: nothing has to be taken back.
    """

    volume: int = 0
    bedrag_cent: int = 0
    aantal_toegekend: int = 0


GEEN_SALDO: Final = Saldo()


class Vorige(msgspec.Struct, frozen=True, gc=False):
    """An awarded debet prestatie that a credit can name, with how it was counted."""

    declaratie_id: str
    gemeente: str
    prestatie: PrestatieIngediend
    gekoppeld: bool
    verplicht: bool


class Contractregel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of a contract; ``product_code`` None stands for every code of the categorie."""

    product_categorie: str
    product_code: str | None
    eenheid: str
    tarief_cent: int | None
    """In cents per Eenheid; None only for Eenheid 83, where the volume is the money."""
    geldig_van: date
    geldig_tot: date
    variant: str = ""
    """As agreed; no rule looks at it."""

    def geldt_op(self, dag: date) -> bool:
        """Whether the line is in force on that day."""
        return self.geldig_van <= dag <= self.geldig_tot


class Contractkeuze(msgspec.Struct, frozen=True, gc=False):
    """The contract line that serves a prestatie, and which units the contract has for the product that day."""

    regel: Contractregel | None
    eenheden: tuple[str, ...]


class Clientitem(msgspec.Struct, frozen=True, gc=False):
    """The uitval item of one client's prestaties in one declaratie; ``besluit`` None while it is open."""

    uitval_id: str
    besluit: Literal["toekennen", "afwijzen"] | None


class Feiten(msgspec.Struct, frozen=True, gc=False):
    """Everything beside the prestatie that its rules may look at.

    ``gemeente_bekend``: its code is on the list of the CBS when the declaratie came in, or was on it on the
    Ingangsdatum of the toewijzing (without one, at the begin of the ProductPeriode).
    ``toewijzing`` only when it is of this gemeente, aanbieder and client (TR338), else ``geen_toewijzing``
    says what is wrong. ``saldo`` is without this prestatie. For a credit ``debet`` is the awarded prestatie
    it names and ``eerdere_credit`` the reference of another credit on it; for a debet ``eerder_debet`` is the
    reference of an uncredited debet for the same delivery. ``""`` means none.
    """

    gemeente: str
    gemeente_bekend: bool
    periode_eind: date
    toewijzing: Toewijzing | None
    geen_toewijzing: str
    client_bekend: bool
    saldo: Saldo
    contract: Contractkeuze
    productcode_bekend: bool
    debet: Vorige | None
    eerdere_credit: str
    eerder_debet: str


class Lopend(msgspec.Struct, frozen=True, gc=False):
    """How a prestatie that is judged again stands in uitval now."""

    uitval_id: str
    soort: Literal["prestatie", "client"]
    gekoppeld: bool
    bevindingen: tuple[Bevinding, ...]


class Zaak(msgspec.Struct, frozen=True, gc=False):
    """A prestatie to judge: new, or once more when ``lopend`` is filled."""

    declaratie: Declaratie
    prestatie: PrestatieIngediend
    lopend: Lopend | None = None

    @property
    def sleutel(self) -> Prestatiesleutel:
        """What names the prestatie."""
        return (self.declaratie.declaratie_id, self.prestatie.volgnummer)


def leveringsleutel(declaratie: Declaratie, prestatie: PrestatieIngediend) -> Leveringsleutel:
    """What two debets share when they declare the same delivery (TR389)."""
    return (
        declaratie.gemeente,
        declaratie.aanbieder,
        prestatie.client,
        prestatie.toewijzing_nummer,
        prestatie.product_categorie,
        prestatie.product_code,
        prestatie.begindatum,
        prestatie.einddatum,
    )


def gevraagde_debetten(zaken: Iterable[Zaak]) -> set[Referentiesleutel]:
    """The references that credits among ``zaken`` name."""
    return {
        (zaak.declaratie.aanbieder, zaak.prestatie.vorige_referentie)
        for zaak in zaken
        if zaak.prestatie.debet_credit == CREDIT and zaak.prestatie.vorige_referentie is not None
    }
