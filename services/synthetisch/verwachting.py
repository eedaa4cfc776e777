"""What must come of every step and every prestatie: the expectation that goes with a message."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from services.synthetisch.besluiten import Uitvalplek
from services.synthetisch.uitkomst import Besluit, Uitkomst
from services.synthetisch.zorg import Prestatie


class VerwachtPrestatie(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A prestatie by its place in the declaratie (from 1), signed cents, and the end it must come to."""

    volgnummer: int
    referentie: str
    bedrag: int
    uitkomst: Uitkomst
    codes: tuple[str, ...] = ()
    client_codes: tuple[str, ...] = ()
    intern: tuple[str, ...] = ()
    fout: str | None = None
    tussendoor: bool = False
    besluit: Besluit | None = None

    @classmethod
    def van(cls, volgnummer: int, prestatie: Prestatie) -> "VerwachtPrestatie":
        """The expectation that goes with a planned prestatie."""
        return cls(
            volgnummer,
            prestatie.referentie,
            prestatie.bedrag_met_teken,
            prestatie.uitkomst,
            prestatie.codes,
            prestatie.client_codes,
            prestatie.intern,
            prestatie.fout,
            prestatie.tussendoor,
            prestatie.besluit,
        )


class VerwachtOpslag(msgspec.Struct, frozen=True, tag_field="soort", tag="opgeslagen"):
    """Stored: a contract, a begroting, a policy."""


class VerwachtWeigering(msgspec.Struct, frozen=True, tag_field="soort", tag="geweigerd"):
    """Answered with a problem of this kind; nothing is kept."""

    status: int
    probleem: str


class VerwachtRetour(msgspec.Struct, frozen=True, tag_field="soort", tag="retour", rename="camel", omit_defaults=True):
    """A JW301 taken in: the codes on the Header of its JW302, or per ToewijzingNummer; none when accepted."""

    header_codes: tuple[str, ...] = ()
    toewijzing_codes: Mapping[int, tuple[str, ...]] = {}
    niveau2: tuple[str, ...] = ()

    @property
    def afgekeurd(self) -> bool:
        """Whether the message is refused."""
        return bool(self.header_codes or self.toewijzing_codes)


class VerwachtAntwoord(
    msgspec.Struct, frozen=True, tag_field="soort", tag="antwoord", rename="camel", omit_defaults=True
):
    """A JW323 taken in: where it ends, and what its JW325 says once it has one. Totals are signed cents.

    "afgekeurd" comes with codes on the Header or on DeclaratieAntwoord, "in_uitval" with prestaties that wait for
    a person (no JW325 then).
    """

    status: Literal["beantwoord", "in_uitval", "afgekeurd"]
    ingediend: int
    toegekend: int
    header_codes: tuple[str, ...] = ()
    declaratie_codes: tuple[str, ...] = ()
    prestaties: tuple[VerwachtPrestatie, ...] = ()
    niveau2: tuple[str, ...] = ()


class VerwachtHerhaling(msgspec.Struct, frozen=True, tag_field="soort", tag="herhaling"):
    """The same bytes as an earlier step: its answer again, and no effect."""

    van: str


class VerwachtBesluit(msgspec.Struct, frozen=True, tag_field="soort", tag="besloten"):
    """The decision stands, as it was taken."""

    besluit: Besluit


Verwacht = VerwachtBesluit | VerwachtOpslag | VerwachtWeigering | VerwachtRetour | VerwachtAntwoord | VerwachtHerhaling


class Stap(msgspec.Struct, frozen=True, kw_only=True):
    """One request to play: what is sent by whom, and what must come of it.

    `partij` is a gemeente code or an AGB code, `rol` goes with it. A decision names the item of the queue in
    `uitval`: whoever plays it looks up the id that `pad` leaves open, and its version. Steps of one phase may be
    played in any order and at the same time; every step of a phase before comes first.
    """

    sleutel: str
    fase: str
    soort: Literal["begroting", "contract", "beleid", "JW301", "JW323", "besluit"]
    methode: Literal["PUT", "POST"]
    pad: str
    rol: Literal["gemeente", "aanbieder"]
    partij: str
    inhoudstype: str
    inhoud: bytes
    verwacht: Verwacht
    fout: str | None = None
    uitval: Uitvalplek | None = None
