"""Which products a client already has, so that no two of them clash in one JW301 (TR302)."""

from typing import Final

from services.synthetisch.samenhang import NietPlaatsbaarError

GENERIEK: Final = "*"
"""In the place of the categorie: a toewijzing without product, which clashes with everything."""

ASPECIFIEK: Final = "-"
"""In the place of the code: a toewijzing of a whole categorie, which clashes with everything in it."""


class Bezetting:
    """The products of one client by aanbieder; dates are not looked at, which is stricter than the rule."""

    def __init__(self) -> None:
        self._bezet: list[tuple[str, str, str]] = []

    def kopie(self) -> "Bezetting":
        """The same products, to be continued apart."""
        nieuw = Bezetting()
        nieuw._bezet = list(self._bezet)
        return nieuw

    def is_vrij(self, aanbieder: str, categorie: str, code: str) -> bool:
        """Whether a product may stand beside the others of an aanbieder."""
        return not any(
            GENERIEK in (categorie, van_categorie)
            or (categorie == van_categorie and (ASPECIFIEK in (code, van_code) or code == van_code))
            for van_aanbieder, van_categorie, van_code in self._bezet
            if van_aanbieder == aanbieder
        )

    def neem(self, aanbieder: str, categorie: str | None, code: str | None) -> None:
        """Take a product; NietPlaatsbaarError when it clashes."""
        product = (categorie or GENERIEK, code or ASPECIFIEK)
        if not self.is_vrij(aanbieder, *product):
            raise NietPlaatsbaarError("product al toegewezen")
        self._bezet.append((aanbieder, *product))
