"""The register as pure logic: versions of a toewijzing, which one counts, and in what state it is.

Per gemeente and ToewijzingNummer the version with the highest (Toewijzingsdatum, Toewijzingstijd) counts,
whatever the order of arrival (IV013, OP033x1, OP080).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property

import msgspec

from ijw.berichten import JW301
from ijw.kalender import tijdstip

VERWIJDERD = "13"
"""RedenWijziging of a toewijzing that counts as never sent (CS335)."""


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
    # A removed version counts as never sent, so the next one is compared with what was before it.
    geldig = [versie for versie in versies if not versie.verwijderd]
    return _verandering(geldig)


def _verandering(versies: Sequence[Versie]) -> Toestand:
    """How the last version came to differ; a version that decides the same again changes nothing."""
    for vorige, versie in zip(reversed(versies[:-1]), reversed(versies[1:]), strict=True):
        if vorige.einddatum != versie.einddatum:
            return Toestand.OPGEREKT if _later(versie.einddatum, vorige.einddatum) else Toestand.INGETROKKEN
        if versie.reden_wijziging or andere_inhoud(vorige, versie):
            return Toestand.GEWIJZIGD
    return Toestand.GEWIJZIGD if versies[0].reden_wijziging else Toestand.NIEUW


def _later(een: date | None, ander: date | None) -> bool:
    """Whether ``een`` ends later; no Einddatum is later than any."""
    return ander is not None and (een is None or een > ander)
