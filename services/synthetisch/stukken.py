"""Messages before they are written: what a planned JW301 or extra JW323 holds and how it must be answered."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final, Literal

import msgspec

from ijw.berichten import JW301, JW323
from services.synthetisch.aanbod import Cel
from services.synthetisch.zorg import Prestatie, Toewijzing

TOEWIJZINGEN: Final = 1
WIJZIGINGEN: Final = 2
SLOT: Final = 4
"""When a JW301 is sent: at first, before the declaraties, or after them (the rounds of declaraties stand between)."""

Probleemsoort = Literal[
    "xml-onleesbaar", "xml-onveilig", "xsd-ongeldig", "onbekend-bericht", "andere-afzender", "verkeerd-type"
]


class Weigering(msgspec.Struct, frozen=True):
    """A request that is answered with a problem instead of being taken in."""

    status: int
    soort: Probleemsoort


class Bericht301(msgspec.Struct, frozen=True, kw_only=True):
    """A planned JW301 about `client` (whose personal data it holds), from the gemeente of `cel`.

    `afgekeurd` with `header_codes`, or with codes per ToewijzingNummer; `niveau2` names the level 2 rules it
    breaks. `verander` changes the message, `verminkt` its bytes. `bij_de_rest` adds the other toewijzingen of
    the client, as the standard wants it. `herhaal` sends the bytes of the message with that key once more.
    """

    sleutel: str
    fase: int
    cel: Cel
    client: int
    toewijzingen: tuple[Toewijzing, ...]
    identificatie: str
    dagtekening: dt.date
    afzender: str | None = None
    partij: str | None = None
    pad: str = "/allocation/v1/berichten"
    bij_de_rest: bool = False
    header_codes: tuple[str, ...] = ()
    toewijzing_codes: Mapping[int, tuple[str, ...]] = {}
    niveau2: frozenset[str] = frozenset()
    weigering: Weigering | None = None
    verander: Callable[[JW301], JW301] | None = None
    verminkt: Callable[[bytes], bytes] | None = None
    herhaal: str | None = None
    inhoudstype: str = "application/xml"
    fout: str | None = None

    @property
    def afgekeurd(self) -> bool:
        """Whether the whole message is refused."""
        return bool(self.header_codes or self.toewijzing_codes)


class ExtraDeclaratie(msgspec.Struct, frozen=True, kw_only=True):
    """A planned JW323 besides the regular one of a round, none of whose prestaties is ever judged.

    Fields as in `Bericht301`; `declaratie_codes` are those on DeclaratieAntwoord.
    """

    sleutel: str
    ronde: int
    cel: Cel
    prestaties: tuple[Prestatie, ...]
    maand: dt.date
    declaratienummer: str
    identificatie: str
    dagtekening: dt.date
    ontvanger: str | None = None
    partij: str | None = None
    pad: str = "/invoice/v1/declaraties"
    header_codes: tuple[str, ...] = ()
    declaratie_codes: tuple[str, ...] = ()
    niveau2: frozenset[str] = frozenset()
    weigering: Weigering | None = None
    verander: Callable[[JW323], JW323] | None = None
    verminkt: Callable[[bytes], bytes] | None = None
    herhaal: int | None = None
    inhoudstype: str = "application/xml"
    fout: str | None = None


class Dossier(msgspec.Struct, frozen=True):
    """Everything that happens around one client: versions of toewijzingen that are accepted, by phase, the
    prestaties, and the messages that are not the regular ones."""

    client: int
    versies: tuple[tuple[int, Toewijzing], ...]
    prestaties: tuple[Prestatie, ...]
    berichten: tuple[Bericht301, ...]
    declaraties: tuple[ExtraDeclaratie, ...]
