"""A prestatie beside what was assigned and agreed, so that a person sees where they differ. Pure."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from ijw.volume import (
    EURO,
    MINUUT,
    UUR,
    eenheid_tekst,
    euro,
    hoeveelheid,
    maximum_over_toewijzing,
    minuuttarief,
)
from services.matching.feiten import CREDIT, Contractkeuze, Saldo, Toewijzing
from services.matching.rules.fout import INTERN
from services.matching.rules.koppeling import eenheid_past
from services.matching.store.uitval import UitvalPrestatie
from services.platform.events import PrestatieIngediend

GEEN: Final = "–"

FREQUENTIES: Final = {"1": "per dag", "2": "per week", "4": "per maand", "6": "voor de hele toewijzing"}

_REGELS: Final = {
    "Referentie": ("TR314", "TR389"),
    "Vorige referentie": ("TR323", "TR390"),
    "Client": ("TR304",),
    "Toewijzing": ("TR338", "TR378", "TR384"),
    "Productcategorie": ("TR339",),
    "Productcode": ("TR340", "TR381"),
    "Begin": ("TR307", "TR387"),
    "Eind": ("TR308", "TR388", "TR319"),
    "Eenheid": ("TR341",),
    "Volume": ("TR321",),
    "Volume in totaal": ("TR322",),
    "Tarief": ("TR418", INTERN),
    "Bedrag": ("TR346",),
    "Bedrag in totaal": ("TR369",),
}
"""Which rule is about which row."""


class Kenmerk(NamedTuple):
    """A row: what was declared, what was assigned or agreed, and whether the two differ.

    ``codes`` are the findings about it: retourcodes, the internal one under its own name.
    """

    naam: str
    gedeclareerd: str
    toegewezen: str
    verschilt: bool
    codes: tuple[str, ...]


class Vak(NamedTuple):
    """A row before the findings are put to it; ``anders``: the values themselves do not agree."""

    naam: str
    gedeclareerd: str
    toegewezen: str
    anders: bool = False


def vergelijk(
    deel: UitvalPrestatie, contract: Contractkeuze, omschrijving: Callable[[str, date], str]
) -> list[Kenmerk]:
    """Rows for one prestatie; ``omschrijving`` gives the words for a productcode on a day."""
    kenmerken = []
    for vak in _vakken(deel, contract, omschrijving):
        regels = _REGELS[vak.naam]
        codes = dict.fromkeys(b.retourcode or b.regel for b in deel.bevindingen if b.regel in regels)
        kenmerken.append(Kenmerk(*vak[:3], bool(codes) or vak.anders, tuple(codes)))
    return kenmerken


def _vakken(deel: UitvalPrestatie, contract: Contractkeuze, omschrijving: Callable[[str, date], str]) -> Iterator[Vak]:
    prestatie, toewijzing = deel.prestatie, deel.toewijzing
    yield Vak("Referentie", prestatie.referentie, GEEN)
    if prestatie.vorige_referentie is not None:
        yield Vak("Vorige referentie", prestatie.vorige_referentie, GEEN)
    yield _client(prestatie, toewijzing, any(b.regel == "TR304" for b in deel.bevindingen))
    yield Vak("Toewijzing", str(prestatie.toewijzing_nummer), _stand(toewijzing), toewijzing is None)
    yield from _product(prestatie, toewijzing, omschrijving)
    yield from _periode(prestatie, toewijzing)
    # A rejected prestatie is not in the totals any more: they would say nothing about it.
    saldo = None if deel.toestand == "afgewezen" else deel.saldo
    yield from _volume(prestatie, toewijzing, saldo)
    yield from _geld(prestatie, toewijzing, contract, saldo)


def _client(prestatie: PrestatieIngediend, toewijzing: Toewijzing | None, onbekend: bool) -> Vak:
    if onbekend:
        return Vak("Client", "in de declaratie", "geen toewijzing van deze gemeente bij deze aanbieder")
    if toewijzing is None:
        return Vak("Client", "in de declaratie", "bekend, met een andere toewijzing")
    anders = toewijzing.client != prestatie.client
    return Vak("Client", "in de declaratie", "een andere client" if anders else "dezelfde client", anders)


def _stand(toewijzing: Toewijzing | None) -> str:
    if toewijzing is None:
        return "niet bekend van deze gemeente aan deze aanbieder"
    return f"{toewijzing.toewijzing_nummer}, verwijderd" if toewijzing.verwijderd else f"{toewijzing.toewijzing_nummer}"


def _product(
    prestatie: PrestatieIngediend, toewijzing: Toewijzing | None, omschrijving: Callable[[str, date], str]
) -> Iterator[Vak]:
    categorie = toewijzing.product_categorie if toewijzing is not None else None
    code = toewijzing.product_code if toewijzing is not None else None
    vrij = GEEN if toewijzing is None else "niet bepaald"
    yield Vak(
        "Productcategorie",
        prestatie.product_categorie,
        categorie or vrij,
        categorie is not None and categorie != prestatie.product_categorie,
    )

    def in_woorden(product: str) -> str:
        return f"{product} {omschrijving(product, prestatie.begindatum)}".strip()

    yield Vak(
        "Productcode",
        in_woorden(prestatie.product_code),
        in_woorden(code) if code is not None else vrij,
        code is not None and code != prestatie.product_code,
    )


def _periode(prestatie: PrestatieIngediend, toewijzing: Toewijzing | None) -> Iterator[Vak]:
    ingang = toewijzing.ingangsdatum if toewijzing is not None else None
    eind = toewijzing.einddatum if toewijzing is not None else None
    zonder_eind = GEEN if toewijzing is None else "geen einddatum"
    yield Vak(
        "Begin",
        _dag(prestatie.begindatum),
        f"vanaf {_dag(ingang)}" if ingang is not None else GEEN,
        ingang is not None and prestatie.begindatum < ingang,
    )
    yield Vak(
        "Eind",
        _dag(prestatie.einddatum),
        f"tot en met {_dag(eind)}" if eind is not None else zonder_eind,
        eind is not None and prestatie.einddatum > eind,
    )


def _dag(dag: date) -> str:
    return dag.strftime("%d-%m-%Y")


def omvang_tekst(toewijzing: Toewijzing) -> str:
    """The Omvang in words ("12 uur per maand"), else the Budget, else that neither was set."""
    if toewijzing.volume is not None and toewijzing.eenheid is not None and toewijzing.frequentie is not None:
        frequentie = FREQUENTIES.get(toewijzing.frequentie, toewijzing.frequentie)
        return f"{hoeveelheid(toewijzing.volume, toewijzing.eenheid)} {frequentie}"
    return f"budget {euro(toewijzing.budget)}" if toewijzing.budget is not None else "niet bepaald"


def _volume(prestatie: PrestatieIngediend, toewijzing: Toewijzing | None, saldo: Saldo | None) -> Iterator[Vak]:
    eenheid = toewijzing.eenheid if toewijzing is not None else None
    vrij = GEEN if toewijzing is None else "niet bepaald"
    past = eenheid is None or eenheid_past(prestatie.eenheid, eenheid)
    yield Vak("Eenheid", eenheid_tekst(prestatie.eenheid), eenheid_tekst(eenheid) if eenheid else vrij, not past)
    gedeclareerd = hoeveelheid(prestatie.volume, prestatie.eenheid)
    if toewijzing is None or toewijzing.volume is None:
        yield Vak("Volume", gedeclareerd, vrij)
        return
    yield Vak("Volume", gedeclareerd, omvang_tekst(toewijzing))
    if saldo is None or eenheid is None or toewijzing.frequentie is None:
        return
    maximum = maximum_over_toewijzing(
        toewijzing.volume, eenheid, toewijzing.frequentie, toewijzing.ingangsdatum, toewijzing.einddatum
    )
    if maximum is not None:
        yield Vak(
            "Volume in totaal",
            _samen(saldo.volume, eenheid),
            f"{hoeveelheid(maximum.waarde, eenheid)} over de hele toewijzing",
        )


def _samen(volume: int, eenheid: str) -> str:
    """A sum of normalised volumes; hours are counted in minutes, and said in hours when that comes out even."""
    if eenheid != UUR:
        return hoeveelheid(volume, eenheid)
    return hoeveelheid(volume, MINUUT) if volume % 60 else hoeveelheid(volume // 60, UUR)


def _geld(
    prestatie: PrestatieIngediend, toewijzing: Toewijzing | None, contract: Contractkeuze, saldo: Saldo | None
) -> Iterator[Vak]:
    tarief = euro(prestatie.tarief) if prestatie.tarief is not None else GEEN
    yield Vak("Tarief", f"{tarief} per {eenheid_tekst(prestatie.eenheid, 1)}", _contract(prestatie, contract))
    teken = " credit" if prestatie.debet_credit == CREDIT else ""
    yield Vak("Bedrag", f"{euro(prestatie.bedrag)}{teken}", GEEN)
    if toewijzing is not None and toewijzing.budget is not None and saldo is not None:
        yield Vak("Bedrag in totaal", euro(saldo.bedrag_cent), f"budget {euro(toewijzing.budget)}")


def _contract(prestatie: PrestatieIngediend, contract: Contractkeuze) -> str:
    regel = contract.regel
    if regel is None:
        andere = " of ".join(eenheid_tekst(eenheid, 1) for eenheid in contract.eenheden)
        return f"contract: alleen per {andere}" if andere else "contract: geen regel voor dit product"
    if regel.tarief_cent is None or regel.eenheid == EURO:
        return "contract: in euro, zonder tarief"
    tekst = f"contract: {euro(regel.tarief_cent)} per {eenheid_tekst(regel.eenheid, 1)}"
    if regel.eenheid == UUR and prestatie.eenheid == MINUUT:
        tekst += f", dat is {euro(minuuttarief(regel.tarief_cent))} per minuut"
    return tekst
