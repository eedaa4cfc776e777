"""What a JW301 holds that grants a verzoek (IV066, IV093, IV094, OP257, OP348, OP380), as pure logic.

A verzoek om toewijzing gives new numbers, beside everything that runs already (OP087). A verzoek om wijziging is
granted as it was asked: a change keeps its number where the standard lets it, and else ends the toewijzing on the
day before and goes on under a new number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from services.allocation.beslissing.gevraagd import Gevraagd, Soort
from services.allocation.register import VERWIJDERD, Versie, lopend

DOOR_AANBIEDER: Final = "12"
"""RedenWijziging: initiated by the aanbieder."""

_IN_TOTAAL: Final = "6"
_DAG: Final = timedelta(days=1)


class Deel(msgspec.Struct, frozen=True, kw_only=True):
    """A ToegewezenProduct to be. ``nummer`` None asks for a new one; ``herhaalt`` is a version sent again as it is.

    ``volgnummer`` is that of the product asked for in the verzoek, 0 when the verzoek does not name it.
    """

    nummer: int | None
    product_categorie: str | None
    product_code: str | None
    ingangsdatum: date
    einddatum: date | None
    volume: int | None
    eenheid: str | None
    frequentie: str | None
    budget: int | None
    reden_wijziging: str | None = None
    referentie_aanbieder: str | None = None
    herhaalt: Versie | None = None
    volgnummer: int = 0


def toewijzing_toekennen(gekozen: Mapping[int, Gevraagd], lopende: Mapping[int, Versie]) -> tuple[Deel, ...]:
    """Grant products of a JW315, by volgnummer, as the gemeente decided them.

    What runs already is sent along as it is, without reference (IV094).
    """
    herhaald = (_herhaling(versie, None) for _, versie in sorted(lopende.items()))
    nieuw = (_nieuw(gevraagd, volgnummer) for volgnummer, gevraagd in sorted(gekozen.items()))
    return (*herhaald, *nieuw)


def wijziging_toekennen(
    producten: Mapping[int, Gevraagd], actueel: Mapping[int, Versie], vandaag: date
) -> tuple[Deel, ...]:
    """Grant a JW317 as a whole, its reference on every product, also on what stays.

    ``producten`` by volgnummer, with the dates that were agreed where those asked for have passed; ``actueel`` the
    version that counts of every toewijzing of the client, by number. Every toewijzing to be changed must be in
    ``actueel`` and not be removed.
    """
    referentie = next(iter(producten.values())).referentie_aanbieder
    anders = {
        product.toewijzing_nummer: (volgnummer, product)
        for volgnummer, product in producten.items()
        if product.soort is Soort.TE_WIJZIGEN
    }
    delen: list[Deel] = []
    for nummer, versie in sorted(actueel.items()):
        if nummer in anders:
            volgnummer, product = anders[nummer]
            delen += _wijziging(versie, product, vandaag, volgnummer)
        elif lopend([versie], vandaag):
            delen.append(_herhaling(versie, referentie))
    for volgnummer, product in sorted(producten.items()):
        if product.soort is Soort.NIEUW:
            delen.append(_nieuw(product, volgnummer))
    return tuple(delen)


def zelfde_nummer(versie: Versie, gevraagd: Gevraagd, vandaag: date) -> bool:
    """Whether what is asked can be had under the number there is.

    Another Einddatum or Budget can, and another Volume of a total (Frequentie 6). A toewijzing of so much per day,
    week or month that has ended is not opened again but gets a successor (OP380 asks that it had not ended). A total
    or Budget cannot begin earlier: divided over two numbers it would be given twice.
    """
    if (versie.eenheid, versie.frequentie) != (gevraagd.eenheid, gevraagd.frequentie) or _niets_over(versie, gevraagd):
        return False
    eerder = _ingang(gevraagd) < versie.ingangsdatum
    if versie.frequentie == _IN_TOTAAL or versie.budget is not None or gevraagd.budget is not None:
        return not eerder
    return versie.volume == gevraagd.volume and not _te_laat_verlengd(versie, gevraagd, vandaag)


def _niets_over(versie: Versie, gevraagd: Gevraagd) -> bool:
    """Whether what is asked ends before the toewijzing begins."""
    return gevraagd.einddatum is not None and gevraagd.einddatum < versie.ingangsdatum


def _te_laat_verlengd(versie: Versie, gevraagd: Gevraagd, vandaag: date) -> bool:
    """Whether a later Einddatum is asked for of what has ended."""
    langer = versie.einddatum is not None and (gevraagd.einddatum is None or gevraagd.einddatum > versie.einddatum)
    return langer and versie.einddatum is not None and versie.einddatum < vandaag


def afwijkingen(verwacht: Iterable[Deel], verzonden: Sequence[Versie]) -> Iterator[str]:
    """Where a JW301 that grants a JW317 is not what was asked, each in a few words.

    ``verwacht`` is what the JW317 comes to, ``verzonden`` what the message holds.
    """
    per_nummer = {versie.toewijzing_nummer: versie for versie in verzonden}
    bestaand = set()
    nieuw = []
    for deel in verwacht:
        if deel.nummer is None:
            nieuw.append(deel)
            continue
        bestaand.add(deel.nummer)
        versie = per_nummer.get(deel.nummer)
        if versie is None:
            yield f"toewijzing {deel.nummer} ontbreekt"
        else:
            yield from (f"toewijzing {deel.nummer}: {element}" for element in _verschillen(deel, versie))
    over = [versie for versie in verzonden if versie.toewijzing_nummer not in bestaand]
    for deel in nieuw:
        gevonden = next((versie for versie in over if not any(_verschillen(deel, versie))), None)
        if gevonden is None:
            yield f"nieuwe toewijzing vanaf {deel.ingangsdatum:%d-%m-%Y} ontbreekt of is anders"
        else:
            over.remove(gevonden)
    yield from (f"toewijzing {versie.toewijzing_nummer} is niet gevraagd" for versie in over)


def _verschillen(deel: Deel, versie: Versie) -> Iterator[str]:
    paren = (
        ("Product", (deel.product_categorie, deel.product_code), (versie.product_categorie, versie.product_code)),
        ("Ingangsdatum", deel.ingangsdatum, versie.ingangsdatum),
        ("Einddatum", deel.einddatum, versie.einddatum),
        ("Omvang", (deel.volume, deel.eenheid, deel.frequentie), (versie.volume, versie.eenheid, versie.frequentie)),
        ("Budget", deel.budget, versie.budget),
        ("RedenWijziging", deel.reden_wijziging, versie.reden_wijziging),
        ("ReferentieAanbieder", deel.referentie_aanbieder, versie.referentie_aanbieder),
    )
    return (naam for naam, een, ander in paren if een != ander)


def _wijziging(versie: Versie, gevraagd: Gevraagd, vandaag: date, volgnummer: int) -> Iterator[Deel]:
    ingang = _ingang(gevraagd)
    referentie = gevraagd.referentie_aanbieder
    product = msgspec.structs.replace(
        gevraagd, product_categorie=versie.product_categorie, product_code=versie.product_code
    )
    if zelfde_nummer(versie, gevraagd, vandaag):
        if ingang < versie.ingangsdatum:
            # Ingangsdatum never changes under a number: the days before are a toewijzing of their own.
            yield _nieuw(msgspec.structs.replace(product, einddatum=versie.ingangsdatum - _DAG), volgnummer)
        yield _zelfde(versie, gevraagd, volgnummer)
        return
    zelfde_grootte = (versie.volume, versie.eenheid, versie.frequentie, versie.budget) == (
        gevraagd.volume,
        gevraagd.eenheid,
        gevraagd.frequentie,
        gevraagd.budget,
    )
    if ingang < versie.ingangsdatum or _niets_over(versie, gevraagd):
        yield _verwijderd(versie, referentie)
    elif zelfde_grootte:
        # It ended before it could be extended: what follows begins on the day after.
        assert versie.einddatum is not None
        ingang = max(ingang, versie.einddatum + _DAG)
    elif ingang == versie.ingangsdatum:
        yield _verwijderd(versie, referentie)
    elif versie.einddatum is None or versie.einddatum >= ingang:
        yield _ander_einde(versie, ingang - _DAG, DOOR_AANBIEDER, referentie)
    elif versie.einddatum >= vandaag:
        yield _herhaling(versie, referentie)
    yield _nieuw(msgspec.structs.replace(product, ingangsdatum=ingang), volgnummer)


def _verwijderd(versie: Versie, referentie: str) -> Deel:
    """Nothing of it is left to end on the day before: it is taken back, and counts as never sent (CS335)."""
    return _ander_einde(versie, versie.ingangsdatum, VERWIJDERD, referentie)


def _zelfde(versie: Versie, gevraagd: Gevraagd, volgnummer: int) -> Deel:
    """The same toewijzing with the content asked for; when that is what it has, it stays as it is."""
    gelijk = (versie.einddatum, versie.volume, versie.budget) == (
        gevraagd.einddatum,
        gevraagd.volume,
        gevraagd.budget,
    )
    herhaling = _herhaling(versie, gevraagd.referentie_aanbieder)
    if gelijk:
        return msgspec.structs.replace(herhaling, volgnummer=volgnummer)
    return msgspec.structs.replace(
        herhaling,
        einddatum=gevraagd.einddatum,
        volume=gevraagd.volume,
        budget=gevraagd.budget,
        reden_wijziging=DOOR_AANBIEDER,
        herhaalt=None,
        volgnummer=volgnummer,
    )


def _ander_einde(versie: Versie, einddatum: date, reden: str, referentie: str) -> Deel:
    """End a toewijzing (earlier), for this reason."""
    herhaling = _herhaling(versie, referentie)
    return msgspec.structs.replace(herhaling, einddatum=einddatum, reden_wijziging=reden, herhaalt=None)


def _herhaling(versie: Versie, referentie: str | None) -> Deel:
    return Deel(
        nummer=versie.toewijzing_nummer,
        product_categorie=versie.product_categorie,
        product_code=versie.product_code,
        ingangsdatum=versie.ingangsdatum,
        einddatum=versie.einddatum,
        volume=versie.volume,
        eenheid=versie.eenheid,
        frequentie=versie.frequentie,
        budget=versie.budget,
        referentie_aanbieder=referentie,
        herhaalt=versie,
    )


def _nieuw(inhoud: Gevraagd, volgnummer: int) -> Deel:
    return Deel(
        nummer=None,
        product_categorie=inhoud.product_categorie,
        product_code=inhoud.product_code,
        ingangsdatum=_ingang(inhoud),
        einddatum=inhoud.einddatum,
        volume=inhoud.volume,
        eenheid=inhoud.eenheid,
        frequentie=inhoud.frequentie,
        budget=inhoud.budget,
        referentie_aanbieder=inhoud.referentie_aanbieder,
        volgnummer=volgnummer,
    )


def _ingang(gevraagd: Gevraagd) -> date:
    assert gevraagd.ingangsdatum is not None
    return gevraagd.ingangsdatum
