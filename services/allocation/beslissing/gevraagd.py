"""What a verzoek asks, as values: the products of a JW315 or JW317 in the order of the message."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import TypedDict

import msgspec

from ijw.berichten import JW315, JW317
from ijw.berichten.basis import Omvang, Product


class Soort(StrEnum):
    """In which class of the message a product stands."""

    AANGEVRAAGD = "aangevraagd"
    ONGEWIJZIGD = "ongewijzigd"
    TE_WIJZIGEN = "te_wijzigen"
    NIEUW = "nieuw"


class Gevraagd(msgspec.Struct, frozen=True, kw_only=True):
    """One product asked for. ``volume`` and ``budget`` as in the message.

    A toewijzing that stays or changes goes by its number and names no product; one that stays has nothing else.
    """

    soort: Soort
    referentie_aanbieder: str
    toewijzing_nummer: int | None = None
    product_categorie: str | None = None
    product_code: str | None = None
    ingangsdatum: date | None = None
    einddatum: date | None = None
    volume: int | None = None
    eenheid: str | None = None
    frequentie: str | None = None
    budget: int | None = None


def gevraagd_in(bericht: JW315 | JW317) -> tuple[Gevraagd, ...]:
    """The products of a verzoek; a JW317 gives those that stay, change and come."""
    return tuple(_aangevraagd(bericht) if isinstance(bericht, JW315) else _pakket(bericht))


def referenties_van(bericht: JW315 | JW317) -> tuple[str, ...]:
    """Every ReferentieAanbieder the verzoek is under, in the order of the message."""
    if isinstance(bericht, JW315):
        return tuple(product.referentie_aanbieder for product in bericht.client.aangevraagde_producten)
    return (bericht.client.verzoek.referentie_aanbieder,)


def _aangevraagd(bericht: JW315) -> Iterator[Gevraagd]:
    for product in bericht.client.aangevraagde_producten:
        yield Gevraagd(
            soort=Soort.AANGEVRAAGD,
            referentie_aanbieder=product.referentie_aanbieder,
            ingangsdatum=product.toewijzing_ingangsdatum,
            einddatum=product.toewijzing_einddatum,
            budget=product.budget,
            **_van(product.product, product.omvang),
        )


def _pakket(bericht: JW317) -> Iterator[Gevraagd]:
    verzoek = bericht.client.verzoek
    referentie = verzoek.referentie_aanbieder
    for blijft in verzoek.ongewijzigde_producten:
        yield Gevraagd(
            soort=Soort.ONGEWIJZIGD, referentie_aanbieder=referentie, toewijzing_nummer=blijft.toewijzing_nummer
        )
    for anders in verzoek.te_wijzigen_producten:
        yield Gevraagd(
            soort=Soort.TE_WIJZIGEN,
            referentie_aanbieder=referentie,
            toewijzing_nummer=anders.toewijzing_nummer,
            ingangsdatum=anders.gewenste_ingangsdatum,
            einddatum=anders.einddatum,
            budget=anders.budget,
            **_van(None, anders.omvang),
        )
    for nieuw in verzoek.nieuwe_producten:
        yield Gevraagd(
            soort=Soort.NIEUW,
            referentie_aanbieder=referentie,
            ingangsdatum=nieuw.gewenste_ingangsdatum,
            einddatum=nieuw.einddatum,
            budget=nieuw.budget,
            **_van(nieuw.product, nieuw.omvang),
        )


class _Inhoud(TypedDict):
    product_categorie: str | None
    product_code: str | None
    volume: int | None
    eenheid: str | None
    frequentie: str | None


def _van(product: Product | None, omvang: Omvang | None) -> _Inhoud:
    return {
        "product_categorie": product.categorie if product else None,
        "product_code": product.code if product else None,
        "volume": omvang.volume if omvang else None,
        "eenheid": omvang.eenheid if omvang else None,
        "frequentie": omvang.frequentie if omvang else None,
    }
