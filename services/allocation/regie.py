"""Start and stop as values: what an aanlevering says, and what is in force on the thing it is about.

What a start or stop is about, its *onderwerp*, is a toewijzing; taakgericht delivery has none and goes by Product
and Begindatum (IV096). In force are the aanleveringen that no later StatusAanlevering 3 took back. What may follow
what stands in ``regie_levensloop``.
"""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from ijw.berichten import JW305, JW307
from services.allocation.register import Versie

VERWIJDEREN: Final = "3"
"""StatusAanlevering of a row that takes an earlier one back."""

TIJDELIJK: Final = "20"
"""RedenBeeindiging of a stop after which delivery is expected to go on."""


class Soort(StrEnum):
    """What an aanlevering reports."""

    START = "start"
    STOP = "stop"


class Toestand(StrEnum):
    """The states of what is delivered, as the API names them."""

    GEEN_START = "geen-start"
    GESTART = "gestart"
    TIJDELIJK_GESTOPT = "tijdelijk-gestopt"
    GESTOPT = "gestopt"


class Gebeurtenis(StrEnum):
    """What a StartProduct or StopProduct says, in the words of the page."""

    START = "JW305, status 1"
    START_VERWIJDEREN = "JW305, status 3"
    TIJDELIJKE_STOP = "JW307 with reason 20, status 1"
    DEFINITIEVE_STOP = "JW307 with another reason, status 1"
    STOP_VERWIJDEREN = "JW307, status 3"


class Aanlevering(msgspec.Struct, frozen=True, kw_only=True):
    """One StartProduct or StopProduct; only a stop has the last two."""

    soort: Soort
    status_aanlevering: str
    toewijzing_nummer: int | None
    product_categorie: str | None
    product_code: str | None
    toewijzing_ingangsdatum: date | None
    begindatum: date
    reden_beeindiging: str | None = None
    einddatum: date | None = None

    @property
    def onderwerp(self) -> str:
        """What it is about, within one gemeente, aanbieder and client: ``10072`` or ``45/45A03/2026-04-03``."""
        if self.toewijzing_nummer is not None:
            return str(self.toewijzing_nummer)
        return f"{self.product_categorie or ''}/{self.product_code or ''}/{self.begindatum}"

    @property
    def start_sleutel(self) -> tuple[str | None, str | None, date]:
        """The key of the start it is or quotes, within the onderwerp."""
        return self.product_categorie, self.product_code, self.begindatum

    @property
    def sleutel(self) -> tuple[object, ...]:
        """The logical key within the onderwerp (IV008): absent parts are equal, StatusAanlevering is no part."""
        return self.soort, *self.start_sleutel, self.einddatum, self.reden_beeindiging

    @property
    def verwijdert(self) -> bool:
        """Whether it takes an earlier one back."""
        return self.status_aanlevering == VERWIJDEREN

    @property
    def gebeurtenis(self) -> Gebeurtenis:
        """What it says."""
        if self.soort is Soort.START:
            return Gebeurtenis.START_VERWIJDEREN if self.verwijdert else Gebeurtenis.START
        if self.verwijdert:
            return Gebeurtenis.STOP_VERWIJDEREN
        return Gebeurtenis.TIJDELIJKE_STOP if self.reden_beeindiging == TIJDELIJK else Gebeurtenis.DEFINITIEVE_STOP


class Trede(NamedTuple):
    """An aanlevering in force and the state it led to."""

    aanlevering: Aanlevering
    toestand: Toestand


class Verloop(msgspec.Struct, frozen=True):
    """What is in force on one onderwerp, in the order in which it was taken in.

    ``bekend``: the toewijzing was sent to this aanbieder for this client; true where there is none to send.
    """

    treden: tuple[Trede, ...] = ()
    bekend: bool = True

    @property
    def toestand(self) -> Toestand:
        """The state now."""
        return self.treden[-1].toestand if self.treden else Toestand.GEEN_START

    @property
    def geldig(self) -> tuple[Aanlevering, ...]:
        """The aanleveringen in force."""
        return tuple(trede.aanlevering for trede in self.treden)

    @property
    def laatste(self) -> Aanlevering | None:
        """The last aanlevering in force."""
        return self.treden[-1].aanlevering if self.treden else None

    @property
    def laatste_start(self) -> Aanlevering | None:
        """The latest start in force, stopped or not."""
        return next((item for item in reversed(self.geldig) if item.soort is Soort.START), None)

    @property
    def laatste_stop(self) -> Aanlevering | None:
        """The stop that the latest start ended with, as far as it ended."""
        return self.laatste if self.laatste is not None and self.laatste.soort is Soort.STOP else None

    def stop_bij(self, aanlevering: Aanlevering, *gebeurtenissen: Gebeurtenis) -> Aanlevering | None:
        """The last stop in force of one of these kinds on the start that this aanlevering is or quotes."""
        stops = (item for item in reversed(self.geldig) if item.soort is Soort.STOP)
        return next(
            (
                stop
                for stop in stops
                if stop.start_sleutel == aanlevering.start_sleutel and stop.gebeurtenis in gebeurtenissen
            ),
            None,
        )

    def plaats(self, aanlevering: Aanlevering) -> int | None:
        """Where the aanlevering with this key stands among those in force."""
        return next((n for n, item in enumerate(self.geldig) if item.sleutel == aanlevering.sleutel), None)


def aanleveringen_van(bericht: JW305 | JW307) -> tuple[Aanlevering, ...]:
    """The StartProducten or StopProducten of a message, in its order."""
    if isinstance(bericht, JW305):
        return tuple(
            Aanlevering(
                soort=Soort.START,
                status_aanlevering=product.status_aanlevering,
                toewijzing_nummer=product.toewijzing_nummer,
                product_categorie=product.product.categorie if product.product else None,
                product_code=product.product.code if product.product else None,
                toewijzing_ingangsdatum=product.toewijzing_ingangsdatum,
                begindatum=product.begindatum,
            )
            for product in bericht.client.start_producten
        )
    return tuple(
        Aanlevering(
            soort=Soort.STOP,
            status_aanlevering=product.status_aanlevering,
            toewijzing_nummer=product.toewijzing_nummer,
            product_categorie=product.product.categorie if product.product else None,
            product_code=product.product.code if product.product else None,
            toewijzing_ingangsdatum=product.toewijzing_ingangsdatum,
            begindatum=product.begindatum,
            reden_beeindiging=product.reden_beeindiging,
            einddatum=product.einddatum,
        )
        for product in bericht.client.stop_producten
    )


def afwijkingen(aanlevering: Aanlevering, toewijzing: Versie) -> tuple[str, ...]:
    """Elements that do not repeat the toewijzing as they should (IV075); no rule refuses a message for them."""
    gemeld = (aanlevering.product_categorie, aanlevering.product_code)
    ingang = aanlevering.toewijzing_ingangsdatum
    return tuple(
        naam
        for naam, anders in (
            ("Product", gemeld != (toewijzing.product_categorie, toewijzing.product_code)),
            ("ToewijzingIngangsdatum", ingang not in {None, toewijzing.ingangsdatum}),
        )
        if anders
    )
