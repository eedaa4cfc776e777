"""What a kind of story is, and the small things that most stories need."""

import datetime as dt
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from ijw import kalender
from ijw.volume import PER_WEEK, UUR
from services.synthetisch.producten import ASPECIFIEK, Product
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.veld import Ronde, maand_verder
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Toewijzing

Groep = Literal["prestatie", "declaratie", "toewijzing", "niveau2", "niveau1", "herhaling", "verloop"]


class Soort(msgspec.Struct, frozen=True):
    """A kind of planted fault, or (groep "verloop") of faultless events that deserve care.

    `maak` adds one story of the kind to a client, or raises NietPlaatsbaarError and may leave anything behind in
    the werkplaats, which is then thrown away. `wacht` tells that the declaratie concerned is not answered at once.
    """

    naam: str
    groep: Groep
    gewicht: int
    maak: Callable[[Werkplaats], None]
    wacht: bool = False


RUIM_VERDER: Final = 4


def uren_product(product: Product) -> bool:
    """Care by the hour that can be assigned in hours."""
    return product.eenheid == UUR


def ruime_uren(
    w: Werkplaats, maand: dt.date, *, ingang: dt.date | None = None, eind: dt.date | None = None
) -> Toewijzing:
    """A specific toewijzing in hours a week with plenty of room around `maand`: three months before to four after.

    A few prestaties of at most one week's volume stay far below every maximum.
    """
    product = w.neem(uren_product)
    begin = ingang or maand_verder(maand, -3)
    einde = eind or kalender.laatste_van_maand(maand_verder(maand, RUIM_VERDER))
    return w.toewijzing(product.categorie, product.code, begin, einde, omvang=(w.toeval.geheel(6, 10), UUR, PER_WEEK))


def zonder_omvang(w: Werkplaats, maand: dt.date, categorie: str, budget: int | None = None) -> Toewijzing:
    """An aspecific toewijzing around `maand`, with or without Budget."""
    einde = kalender.laatste_van_maand(maand_verder(maand, RUIM_VERDER))
    return w.toewijzing(categorie, None, maand_verder(maand, -3), einde, budget=budget)


def aspecifieke_categorie(w: Werkplaats) -> str:
    """A categorie of which the client has nothing at this aanbieder yet."""
    vrij = [categorie for categorie in ("45", "41") if w.is_vrij(w.cel, categorie, "-") and categorie in ASPECIFIEK]
    if not vrij:
        raise NietPlaatsbaarError("geen vrije categorie")
    return w.toeval.kies(vrij)


def een_week(w: Werkplaats, toewijzing: Toewijzing) -> int:
    """A volume that fits any ProductPeriode of a toewijzing per week."""
    assert toewijzing.volume is not None
    return w.toeval.geheel(2, toewijzing.volume)


def maandnummer(w: Werkplaats, *, daarna: int = 0, wacht: bool = False) -> int:
    """A played month with at least `daarna` played months behind it.

    For a story that leaves something waiting (`wacht`) half of the contracts keep the first month free of it, so
    that there are always declaraties whose prestaties can be credited. NietPlaatsbaarError when there is none.
    """
    eerste = 1 if wacht and w.cel.nummer % 2 == 0 and len(w.veld.maanden) > 1 else 0
    laatste = len(w.veld.maanden) - 1 - daarna
    if laatste < eerste:
        raise NietPlaatsbaarError("te weinig maanden")
    return w.toeval.geheel(eerste, laatste)


def schone_maand(w: Werkplaats, *, daarna: int = 0) -> int:
    """A played month whose first declaratie under the client's contract is answered at once."""
    nummers = [
        nummer
        for nummer in range(len(w.veld.maanden) - daarna)
        if (w.cel.nummer, w.veld.ronde(nummer).nummer) not in w.samenhang.uitval_rondes
    ]
    if not nummers:
        raise NietPlaatsbaarError("geen maand waarin de declaratie meteen wordt beantwoord")
    return w.toeval.kies(nummers)


def ronden(w: Werkplaats, nummer: int) -> tuple[Ronde, Ronde]:
    """First and second round of a played month."""
    return w.veld.ronde(nummer), w.veld.ronde(nummer, tweede=True)
