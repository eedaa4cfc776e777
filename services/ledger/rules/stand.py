"""What the rules on prestaties and on verplichtingen share: what is known of a toewijzing, what a year is."""

import msgspec

from services.ledger.posting import GEEN_CATEGORIE


class OngeldigeGebeurtenis(ValueError):  # noqa: N818 — a Dutch noun
    """An event that asks for something that cannot be booked."""


class Stand(msgspec.Struct, frozen=True):
    """What the grootboek knows of one toewijzing in one year, in cents.

    ``boeking`` is the boeking of its verplichting that is in force, on ``productcategorie``.
    ``reeds_toegekend`` was awarded before the toewijzing was known; the statement on its verplichting tells it.
    """

    verplicht: int = 0
    toegekend: int = 0
    productcategorie: str = GEEN_CATEGORIE
    boeking: int | None = None
    reeds_toegekend: int = 0

    @property
    def open(self) -> int:
        """What the toewijzing may still cost this year: never more than it committed, never less than nothing."""
        return min(self.verplicht, max(0, self.verplicht - self.toegekend - self.reeds_toegekend))

    def verschilt_in_toegekend(self, eerder: "Stand") -> bool:
        """Whether nothing but ``toegekend`` can be another than it was: all that an award changes."""
        return (
            self.boeking == eerder.boeking
            and self.verplicht == eerder.verplicht
            and self.reeds_toegekend == eerder.reeds_toegekend
            and self.productcategorie == eerder.productcategorie
        )


def boekjaar_van(dienstperiode: int) -> int:
    """The year that bears the costs: that of the ProductPeriode, whenever the declaratie came."""
    jaar, maand = divmod(dienstperiode, 100)
    if not (2000 <= jaar <= 9999 and 1 <= maand <= 12):
        raise OngeldigeGebeurtenis("a dienstperiode is a month, yyyymm")
    return jaar
