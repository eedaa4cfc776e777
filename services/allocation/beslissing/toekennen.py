"""The JW301 that grants a verzoek, made from what stands in the register under the locks of the decision."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from ijw.berichten import JW301, JW315, JW317
from ijw.berichten.jw301 import ToegewezenProduct301
from ijw.lezen import Fout
from services.allocation.beslissing.besluit import Besluit, Verzoekstand, gekozen_producten
from services.allocation.beslissing.clientgegevens import Eerder, client_van
from services.allocation.beslissing.gevraagd import Gevraagd
from services.allocation.beslissing.opstellen import Kop, Moment, jw301, later_besloten, toegewezen_producten
from services.allocation.beslissing.toekenning import Deel, toewijzing_toekennen, wijziging_toekennen
from services.allocation.beslissing.verzonden import Verzonden
from services.allocation.register import Versie, lopend
from services.allocation.store import beslissingen as store
from services.allocation.store.register import actueel_van_client
from services.platform.database import Connection
from services.platform.problems import Problem

Plaats = tuple[str, str, str, str]
"""Domein, gemeente, aanbieder and the client's pseudonym."""

_TOEGEWEZEN: Final = "/ToegewezenProduct["
_GEEN_NUMMER: Final = "dit product krijgt geen nieuw toewijzingnummer"


class Bronnen(msgspec.Struct, frozen=True, kw_only=True):
    """What was read before the locks: the verzoek, what was told of the client, and its toewijzingen as sent."""

    verzoek: JW315 | JW317
    eerder: Eerder | None
    verzonden: Verzonden


class Toewijzing(msgspec.Struct, frozen=True, kw_only=True):
    """A JW301 to be sent: the numbers it gives or changes, and those of them that were chosen here."""

    bericht: JW301
    nummers: tuple[int, ...]
    uitgegeven: frozenset[int]


async def stel_toewijzing_op(
    connection: Connection,
    plaats: Plaats,
    kop: Kop,
    besluit: Besluit,
    stand: Verzoekstand,
    bronnen: Bronnen,
    moment: Moment,
) -> Toewijzing | None:
    """The JW301 of a decision to grant; None when the register has what was not there when ``bronnen`` were read.

    Raises a Problem when the register or a number that was chosen is in the way.
    """
    domein, gemeente, *_ = plaats
    actueel = {versie.toewijzing_nummer: versie for versie in await actueel_van_client(connection, *plaats)}
    delen = _delen(besluit, stand, actueel, moment)
    _controleer_begin(besluit, delen)
    te_laat = later_besloten(delen, actueel, moment)
    if te_laat:
        raise _later_vastgesteld(te_laat)
    nummers = await _nummers(connection, domein, gemeente, delen, besluit)
    opmerkingen = {keuze.volgnummer: keuze.commentaar for keuze in besluit.producten if keuze.commentaar is not None}
    verzonden = _verzonden(delen, actueel, bronnen.verzonden)
    if verzonden is None:
        return None
    producten = toegewezen_producten(delen, nummers, opmerkingen, verzonden, moment)
    gekozen = {keuze.nummer for keuze in besluit.producten}
    return Toewijzing(
        bericht=jw301(kop, client_van(bronnen.verzoek, bronnen.eerder, besluit.client), producten),
        nummers=tuple(
            product.toewijzing_nummer for product, deel in zip(producten, delen, strict=True) if deel.herhaalt is None
        ),
        uitgegeven=frozenset(nummers.values()) - gekozen,
    )


def _delen(besluit: Besluit, stand: Verzoekstand, actueel: Mapping[int, Versie], moment: Moment) -> tuple[Deel, ...]:
    gekozen = gekozen_producten(besluit, stand)
    if stand.berichtsoort == "JW315":
        return toewijzing_toekennen(gekozen, lopend(actueel.values(), moment.datum))
    weg = [nummer for nummer in _genoemd(gekozen.values()) if actueel[nummer].verwijderd]
    if weg:
        raise Problem(
            409,
            "toewijzing-verwijderd",
            "Een toewijzing in het verzoek is intussen verwijderd",
            f"Toekennen zoals gevraagd kan niet meer: {', '.join(map(str, weg))}. Wijs het verzoek af.",
        )
    return wijziging_toekennen(gekozen, actueel, moment.datum)


def _verzonden(
    delen: Iterable[Deel], actueel: Mapping[int, Versie], gelezen: Verzonden
) -> dict[int, ToegewezenProduct301] | None:
    """What counts now of everything that keeps its number; None when something of it was not read."""
    sleutels = {deel.nummer: (deel.nummer, actueel[deel.nummer].tijdstip) for deel in delen if deel.nummer is not None}
    if any(sleutel not in gelezen for sleutel in sleutels.values()):
        return None
    return {nummer: gelezen[sleutel] for nummer, sleutel in sleutels.items()}


def genoemde_nummers(stand: Verzoekstand) -> tuple[int, ...]:
    """Toewijzingen that a verzoek is about."""
    return tuple(_genoemd(stand.producten.values()))


def _genoemd(producten: Iterable[Gevraagd]) -> Iterable[int]:
    """Toewijzingen that the verzoek is about: to be changed, or to stay as they are."""
    return (product.toewijzing_nummer for product in producten if product.toewijzing_nummer is not None)


def _controleer_begin(besluit: Besluit, delen: Iterable[Deel]) -> None:
    """Refuse an Ingangsdatum that was chosen and on which nothing begins: it would be dropped without a word."""
    begin: dict[int, set[date]] = {}
    for deel in delen:
        begin.setdefault(deel.volgnummer, set()).add(deel.ingangsdatum)
    fouten = [
        Fout(None, f"/body/producten/{plaats}/ingangsdatum", _ander_begin(begin[keuze.volgnummer]))
        for plaats, keuze in enumerate(besluit.producten)
        if "ingangsdatum" in keuze.anders and keuze.anders["ingangsdatum"] not in begin[keuze.volgnummer]
    ]
    if fouten:
        raise Problem(400, "besluit-ongeldig", "Dit besluit kan zo niet", fouten=fouten)


def _ander_begin(dagen: Iterable[date]) -> str:
    """Why a date cannot be: the toewijzing keeps its number, or goes on from where the old one ended."""
    begin = " en ".join(f"{dag:%d-%m-%Y}" for dag in sorted(dagen))
    return f"deze wijziging begint niet op een gekozen dag maar op {begin}; laat dit veld weg"


async def _nummers(
    connection: Connection, domein: str, gemeente: str, delen: Iterable[Deel], besluit: Besluit
) -> dict[int, int]:
    """A number by volgnummer for every product that needs one: the one that was chosen, or the next that is free."""
    nodig = [deel.volgnummer for deel in delen if deel.nummer is None]
    nieuw = frozenset(nodig)
    gekozen: dict[int, Any] = {
        keuze.volgnummer: keuze.nummer for keuze in besluit.producten if keuze.nummer is not None
    }
    bezet = await store.bezette_nummers(connection, domein, gemeente, list(gekozen.values()))
    fouten = [
        Fout(None, f"/body/producten/{plaats}/toewijzingnummer", melding)
        for plaats, keuze in enumerate(besluit.producten)
        if keuze.nummer is not None
        for melding in _bezwaren(keuze.volgnummer in nieuw, keuze.nummer in bezet)
    ]
    if fouten:
        titel = "Een gekozen toewijzingnummer kan niet"
        raise Problem(409 if bezet else 400, "toewijzingnummer-ongeldig", titel, fouten=fouten)
    zonder = [volgnummer for volgnummer in nodig if volgnummer not in gekozen]
    vrij = await store.vrije_nummers(connection, domein, gemeente, len(nodig))
    weg = frozenset(gekozen.values())
    over = [nummer for nummer in vrij if nummer not in weg]
    if len(over) < len(zonder):
        raise Problem(
            409, "geen-nummer-vrij", "De gemeente heeft geen toewijzingnummers meer vrij", "Alle negen cijfers zijn op."
        )
    return gekozen | dict(zip(zonder, over, strict=False))


def _bezwaren(nodig: bool, bezet: bool) -> Iterable[str]:
    if not nodig:
        yield _GEEN_NUMMER
    if bezet:
        yield "dit nummer is al van een toewijzing van de gemeente"


def zoals_gevraagd(problem: Problem, besluit: Besluit, stand: Verzoekstand, vandaag: date) -> Problem:
    """The same, or what it comes to for the decider: a JW317 is granted as asked, and what it asks cannot be.

    No rule on a JW317 refuses everything that a JW301 cannot be (CD079, TR302).
    """
    gekozen = any(keuze.anders for keuze in besluit.producten)
    van_product = any(_TOEGEWEZEN in fout.pad for fout in problem.fouten)
    if problem.status != 400 or stand.berichtsoort != "JW317" or gekozen or not van_product:
        return problem
    voorbij = any(p.ingangsdatum is not None and p.ingangsdatum < vandaag for p in stand.producten.values())
    uitweg = "Wijs het verzoek af, of spreek met de aanbieder andere datums af." if voorbij else "Wijs het verzoek af."
    return Problem(
        409,
        "niet-toe-te-kennen",
        "Dit verzoek kan niet worden toegekend zoals het is gevraagd",
        f"Wat de aanbieder vraagt kan geen toewijzing zijn. {uitweg} Er is niets verzonden en niets opgeslagen.",
        fouten=problem.fouten,
    )


def _later_vastgesteld(nummers: Iterable[int]) -> Problem:
    return Problem(
        409,
        "later-vastgesteld",
        "Een toewijzing is met een later tijdstip vastgesteld dan nu",
        f"Een wijziging zou niet gelden: {', '.join(map(str, nummers))}. Probeer het na dat tijdstip opnieuw.",
    )
