"""Terms of the standard: how long a party has, from which day, and how a day stands to the last one.

A term counts from day 0, the day of what it starts with: of receipt in Europe/Amsterdam whatever the hour, or a
date in a message. Werkdagen follow ``ijw.kalender``. A term in calendar days that ends on a Saturday, Sunday or
holiday lasts until the next werkdag (Algemene termijnenwet, art. 1). Nothing is ever decided by the clock: a term
that passed is shown.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec

from ijw.kalender import tel_werkdagen_op, werkdag, werkdagen_tussen


class Soort(StrEnum):
    """The terms that are watched, as the API names them."""

    RETOUR = "retour"
    DECLARATIE_ANTWOORD = "declaratie-antwoord"
    VERZOEK_ANTWOORD = "verzoek-antwoord"
    ONDERZOEK = "onderzoek"
    WOONPLAATSBEGINSEL = "woonplaatsbeginsel"
    START = "start"
    STOP = "stop"
    OPHALEN = "ophalen"


class Stand(StrEnum):
    """How a day stands to the last day of a term."""

    OP_TIJD = "opTijd"
    BIJNA = "bijna"
    TE_LAAT = "teLaat"


class Termijn(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of term: ``lengte`` in werkdagen or calendar days.

    ``bijna``: from so many werkdagen before the last day it is nearly up. ``achteraf``: only the message that
    meets it shows that there was a term, so it is never open and late is only signalled. ``naam`` names several of
    them in Dutch; ``wie`` must do ``wat`` for ``aan``, counted from ``vanaf``, in the words of docs/termijnen.md.
    """

    lengte: int
    in_werkdagen: bool = True
    bijna: int = 1
    achteraf: bool = False
    naam: str
    wie: str
    wat: str
    aan: str
    vanaf: str
    regel: str


TERMIJNEN: Final[Mapping[Soort, Termijn]] = MappingProxyType(
    {
        Soort.RETOUR: Termijn(
            lengte=3,
            naam="retouren van ontvangers",
            wie="receiver",
            wat="its own retour on a JW301, 305, 307, 315, 317 or 319 that was delivered to it",
            aan="sender",
            vanaf="the day the message was put in the postbus",
            regel="OP090",
        ),
        Soort.DECLARATIE_ANTWOORD: Termijn(
            lengte=10,
            bijna=2,
            naam="declaratie-antwoorden (JW325)",
            wie="gemeente",
            wat="the JW325 on a JW323",
            aan="aanbieder",
            vanaf="the day of receipt of the JW323",
            regel="OP090x4",
        ),
        Soort.VERZOEK_ANTWOORD: Termijn(
            lengte=5,
            naam="antwoorden op een verzoek (JW315, JW317)",
            wie="gemeente",
            wat="a JW301 or JW319 on each AangevraagdProduct of a JW315, on a JW317 as a whole",
            aan="aanbieder",
            vanaf="the day of receipt of the verzoek",
            regel="OP274, OP346",
        ),
        Soort.ONDERZOEK: Termijn(
            lengte=56,
            in_werkdagen=False,
            bijna=5,
            naam="uitkomsten van een onderzoek",
            wie="gemeente",
            wat="the end of an onderzoek: a JW301, or a JW319 with VerzoekAntwoord 1",
            aan="aanbieder",
            vanaf="the Dagtekening of the verzoek",
            regel="OP274, OP346",
        ),
        Soort.WOONPLAATSBEGINSEL: Termijn(
            lengte=14,
            in_werkdagen=False,
            achteraf=True,
            naam="afwijzingen op het woonplaatsbeginsel",
            wie="gemeente",
            wat="a JW319 that rejects a JW315 for the woonplaatsbeginsel (code 8)",
            aan="aanbieder",
            vanaf="the day of receipt of the JW315",
            regel="OP359",
        ),
        Soort.START: Termijn(
            lengte=5,
            achteraf=True,
            naam="startberichten (JW305)",
            wie="aanbieder",
            wat="a JW305 on a start",
            aan="gemeente",
            vanaf="Begindatum, or the day the toewijzing was delivered when that is later",
            regel="OP271",
        ),
        Soort.STOP: Termijn(
            lengte=5,
            achteraf=True,
            naam="stopberichten (JW307)",
            wie="aanbieder",
            wat="a JW307 on a first stop of a start",
            aan="gemeente",
            vanaf="Einddatum, or the day the toewijzing was delivered when that is later",
            regel="OP272",
        ),
        Soort.OPHALEN: Termijn(
            lengte=3,
            naam="berichten die uit de postbus moesten worden gehaald",
            wie="receiver",
            wat="acknowledging a message in its postbus",
            aan="sender",
            vanaf="the day the message was put in the postbus",
            regel="OP090",
        ),
    }
)


def uiterlijk_op(soort: Soort, begin: dt.date) -> dt.date:
    """The last day on which it is in time, counted from day 0; always a werkdag (but at the end of the calendar)."""
    termijn = TERMIJNEN[soort]
    if termijn.in_werkdagen:
        return tel_werkdagen_op(begin, termijn.lengte)
    if begin > dt.date.max - dt.timedelta(days=termijn.lengte):
        return dt.date.max
    einde = begin + dt.timedelta(days=termijn.lengte)
    return einde if werkdag(einde) else tel_werkdagen_op(einde, 1)


def werkdagen_over(uiterlijk: dt.date, dag: dt.date) -> int:
    """Werkdagen left after ``dag``, 0 on the last day; negative from the day after it, when -1 is the least late."""
    if dag <= uiterlijk:
        return werkdagen_tussen(dag, uiterlijk)
    return -max(1, werkdagen_tussen(uiterlijk, dag))


def stand(soort: Soort, uiterlijk: dt.date, dag: dt.date) -> Stand:
    """How ``dag`` (today, or the day on which it was met) stands to the last day of the term."""
    over = werkdagen_over(uiterlijk, dag)
    if over < 0:
        return Stand.TE_LAAT
    return Stand.BIJNA if over <= TERMIJNEN[soort].bijna else Stand.OP_TIJD
