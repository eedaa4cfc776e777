"""The register as pure logic: versions of a toewijzing, which one counts, and in what state it is.

Per gemeente and ToewijzingNummer the version with the highest (Toewijzingsdatum, Toewijzingstijd) counts,
whatever the order of arrival (IV013, OP033x1, OP080).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

import msgspec

from ijw.berichten import JW301
from ijw.kalender import tijdstip
from services.allocation.levensloop import Levensloop, Stap, Weigering

VERWIJDERD = "13"
"""RedenWijziging of a toewijzing that counts as never sent (CS335)."""

_NIET_ACTUEEL: Final = frozenset({VERWIJDERD, "01"})
"""With Einddatum equal to Ingangsdatum; 01 in that shape is an older way to remove (OP087)."""


class Versie(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One version of a toewijzing; ``client`` is a pseudonym, ``volume`` and ``budget`` as in the message."""

    domein: str
    gemeente: str
    toewijzing_nummer: int
    aanbieder: str
    client: str
    product_categorie: str | None
    product_code: str | None
    toewijzingsdatum: date
    toewijzingstijd: str
    ingangsdatum: date
    einddatum: date | None = None
    reden_wijziging: str | None = None
    volume: int | None = None
    eenheid: str | None = None
    frequentie: str | None = None
    budget: int | None = None
    referentie_aanbieder: str | None = None

    @cached_property
    def tijdstip(self) -> str:
        """Toewijzingsdatum and Toewijzingstijd as one text that sorts as time does."""
        return tijdstip(self.toewijzingsdatum, self.toewijzingstijd)

    @property
    def verwijderd(self) -> bool:
        """Whether this version takes the toewijzing back altogether."""
        return self.reden_wijziging == VERWIJDERD


class Opname(StrEnum):
    """What becomes of a version that was accepted."""

    ACTUEEL = "actueel"
    OUDER = "ouder"
    HERHALING = "herhaling"
    BOTSING = "botsing"


class Toestand(StrEnum):
    """The states of a toewijzing, as the API names them."""

    NIEUW = "nieuw"
    GEWIJZIGD = "gewijzigd"
    OPGEREKT = "opgerekt"
    INGETROKKEN = "ingetrokken"
    VERWIJDERD = "verwijderd"
    VERLOPEN = "verlopen"


class Verandering(StrEnum):
    """What a version does, compared with the newest one before it that was not removed; the first that applies."""

    EERSTE = "first version, RedenWijziging empty"
    EERSTE_MET_REDEN = "first version, RedenWijziging filled"
    LATER = "Einddatum later, or empty where it was filled"
    EERDER = "Einddatum earlier, or filled where it was empty"
    ANDERS = "other Omvang or Budget, or RedenWijziging filled"
    GELIJK = "nothing else than before"


_BEGIN: Final = None
"""No version yet, or only removed ones: those count as never sent."""

_VERSCHIL: Final = MappingProxyType(
    {
        Verandering.LATER: Toestand.OPGEREKT,
        Verandering.EERDER: Toestand.INGETROKKEN,
        Verandering.ANDERS: Toestand.GEWIJZIGD,
    }
)

OVERGANGEN: Final[Mapping[tuple[Toestand | None, Verandering], Toestand]] = MappingProxyType(
    {
        (_BEGIN, Verandering.EERSTE): Toestand.NIEUW,
        (_BEGIN, Verandering.EERSTE_MET_REDEN): Toestand.GEWIJZIGD,
    }
    | {
        (van, verandering): _VERSCHIL.get(verandering, van)
        for van in (Toestand.NIEUW, Toestand.GEWIJZIGD, Toestand.OPGEREKT, Toestand.INGETROKKEN)
        for verandering in (*_VERSCHIL, Verandering.GELIJK)
    }
)
"""The state after each newer version. Removal and expiry lie over it: ``toestand`` adds those."""


def versies_van(domein: str, bericht: JW301, client: str) -> tuple[Versie, ...]:
    """The toewijzingen of a message, in its order; ``client`` is the pseudonym of its Bsn."""
    return tuple(
        Versie(
            domein=domein,
            gemeente=bericht.header.afzender,
            toewijzing_nummer=product.toewijzing_nummer,
            aanbieder=bericht.header.ontvanger,
            client=client,
            product_categorie=product.product.categorie if product.product else None,
            product_code=product.product.code if product.product else None,
            toewijzingsdatum=product.toewijzingsdatum,
            toewijzingstijd=product.toewijzingstijd,
            ingangsdatum=product.ingangsdatum,
            einddatum=product.einddatum,
            reden_wijziging=product.reden_wijziging,
            volume=product.omvang.volume if product.omvang else None,
            eenheid=product.omvang.eenheid if product.omvang else None,
            frequentie=product.omvang.frequentie if product.omvang else None,
            budget=product.budget,
            referentie_aanbieder=product.referentie_aanbieder,
        )
        for product in bericht.client.toegewezen_producten
    )


def andere_kenmerken(bekend: Versie, nieuw: Versie) -> tuple[str, ...]:
    """What makes two versions under one number different toewijzingen (TR332); empty when they are one.

    The standard gives no test; client, aanbieder, Product and Ingangsdatum never change under a number (IV066).
    """
    paren = (
        ("andere client", bekend.client, nieuw.client),
        ("andere aanbieder", bekend.aanbieder, nieuw.aanbieder),
        (
            "ander product",
            (bekend.product_categorie, bekend.product_code),
            (nieuw.product_categorie, nieuw.product_code),
        ),
        ("andere ingangsdatum", bekend.ingangsdatum, nieuw.ingangsdatum),
    )
    return tuple(naam for naam, een, ander in paren if een != ander)


def andere_inhoud(bekend: Versie, nieuw: Versie) -> tuple[str, ...]:
    """Elements in which two versions of one toewijzing grant something else.

    A repeat may leave out ReferentieAanbieder (IV097) and RedenWijziging (IV099), so only 13 counts of those.
    """
    paren = (
        ("Einddatum", bekend.einddatum, nieuw.einddatum),
        (
            "Omvang",
            (bekend.volume, bekend.eenheid, bekend.frequentie),
            (nieuw.volume, nieuw.eenheid, nieuw.frequentie),
        ),
        ("Budget", bekend.budget, nieuw.budget),
        ("RedenWijziging", bekend.verwijderd, nieuw.verwijderd),
    )
    return tuple(naam for naam, een, ander in paren if een != ander)


def neem_op(bekend: Iterable[Versie], nieuw: Versie) -> Opname:
    """What an accepted version does to the register, given the versions known of the same toewijzing.

    The same moment with other content is a collision: the standard leaves it open; the stored one stays.
    """
    laatste: str | None = None
    for versie in bekend:
        if versie.tijdstip == nieuw.tijdstip:
            return Opname.BOTSING if andere_inhoud(versie, nieuw) else Opname.HERHALING
        if laatste is None or versie.tijdstip > laatste:
            laatste = versie.tijdstip
    return Opname.ACTUEEL if laatste is None or nieuw.tijdstip > laatste else Opname.OUDER


def lopend(actueel: Iterable[Versie], op: date) -> dict[int, Versie]:
    """Which of these current versions run on a day or later, by number (TR349): not removed, not ended before it."""
    return {
        versie.toewijzing_nummer: versie
        for versie in actueel
        if (versie.einddatum is None or versie.einddatum >= op)
        and not (versie.reden_wijziging in _NIET_ACTUEEL and versie.einddatum == versie.ingangsdatum)
    }


def op_volgorde(versies: Iterable[Versie]) -> tuple[Versie, ...]:
    """Versions in the order in which they were decided; the last one counts."""
    return tuple(sorted(versies, key=lambda versie: versie.tijdstip))


def toestand(versies: Sequence[Versie], vandaag: date | None = None) -> Toestand:
    """The state the last of ``versies`` (oldest first, at least one) is in.

    Without ``vandaag``: the state it entered, even when its Einddatum has passed since.
    """
    laatste = versies[-1]
    if laatste.verwijderd:
        return Toestand.VERWIJDERD
    if vandaag is not None and laatste.einddatum is not None and laatste.einddatum < vandaag:
        return Toestand.VERLOPEN
    bereikt: Toestand | None = _BEGIN
    vorige: Versie | None = None
    for versie in versies:
        # A removed version counts as never sent, so the next one is compared with what was before it.
        if not versie.verwijderd:
            bereikt = OVERGANGEN[bereikt, verandering(vorige, versie)]
            vorige = versie
    assert bereikt is not None
    return bereikt


def verandering(vorige: Versie | None, versie: Versie) -> Verandering:
    """What ``versie`` does, given the version before it that was not removed."""
    if vorige is None:
        return Verandering.EERSTE_MET_REDEN if versie.reden_wijziging else Verandering.EERSTE
    if vorige.einddatum != versie.einddatum:
        return Verandering.LATER if _later(versie.einddatum, vorige.einddatum) else Verandering.EERDER
    if versie.reden_wijziging or andere_inhoud(vorige, versie):
        return Verandering.ANDERS
    return Verandering.GELIJK


def _later(een: date | None, ander: date | None) -> bool:
    """Whether ``een`` ends later; no Einddatum is later than any."""
    return ander is not None and (een is None or een > ander)


_ELKE: Final = "any"

LEVENSLOOP: Final = Levensloop(
    titel="Toewijzing (JW301), per gemeente and ToewijzingNummer",
    uitleg="The version with the highest Toewijzingsdatum and Toewijzingstijd counts, whatever the order of arrival:"
    " states follow from the versions in that order and are never stored. A removed version counts as never sent, so"
    " the next one is compared with the version before it.",
    stappen=(
        *(Stap(van=van or "-", gebeurtenis=gebeurtenis, naar=naar) for (van, gebeurtenis), naar in OVERGANGEN.items()),
        Stap(van=_ELKE, gebeurtenis="RedenWijziging 13, Einddatum equal to Ingangsdatum", naar=Toestand.VERWIJDERD),
        Stap(
            van=_ELKE,
            gebeurtenis="RedenWijziging 13 while a granted prestatie stands on it that was not credited",
            weigeringen=(Weigering("TR385", "9385"),),
        ),
        Stap(van=f"{_ELKE} but verwijderd", gebeurtenis="the day after Einddatum", naar=Toestand.VERLOPEN),
        Stap(
            van=_ELKE,
            gebeurtenis="same number for another client, aanbieder, Product or Ingangsdatum",
            weigeringen=(Weigering("TR332", "9332"),),
        ),
        Stap(van=_ELKE, gebeurtenis="an older version arrives later", naar="unchanged; the version is kept"),
        Stap(van=_ELKE, gebeurtenis="the same version again", naar="unchanged"),
        Stap(van=_ELKE, gebeurtenis="the same moment with other content", naar="unchanged; a melding is raised"),
    ),
)
