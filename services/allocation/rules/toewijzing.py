"""Rules of level 3 and 4 on the toewijzingen of a JW301."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from ijw.berichten import JW301
from ijw.berichten.jw301 import ToegewezenProduct301
from ijw.bevinding import Bevinding
from ijw.codelijsten import Productcodes
from ijw.regels import Regel
from services.allocation.register import VERWIJDERD, Versie, andere_kenmerken
from services.allocation.rules.toepassing import opsomming

_PRODUCT: Final = "/Bericht/Client/ToegewezenProducten/ToegewezenProduct"


class Feiten(msgspec.Struct, frozen=True, kw_only=True):
    """What these rules need to know beside the message.

    ``bekend`` holds any one version per ToewijzingNummer the gemeente has used; ``versies`` the toewijzingen
    of the message in its order; ``open_verzoeken`` the pending ReferentieAanbieder of this client and aanbieder;
    ``toegekend`` the number of awarded, uncredited prestaties per ToewijzingNummer.
    """

    productcodes: Productcodes
    versies: tuple[Versie, ...]
    bekend: Mapping[int, Versie]
    open_verzoeken: frozenset[str]
    toegekend: Mapping[int, int]


def tr332_nummer_van_een_toewijzing(bericht: JW301, feiten: Feiten) -> Iterator[Bevinding]:
    """A ToewijzingNummer belongs to one toewijzing of the gemeente for ever, also when that one was removed."""
    for nummer, versie in enumerate(feiten.versies, 1):
        bekend = feiten.bekend.get(versie.toewijzing_nummer)
        verschillen = andere_kenmerken(bekend, versie) if bekend else ()
        if verschillen:
            yield _bevinding(
                "TR332",
                nummer,
                "ToewijzingNummer",
                toewijzing=str(versie.toewijzing_nummer),
                eerder=opsomming(verschillen),
            )


def tr379_referentie_van_open_verzoek(bericht: JW301, feiten: Feiten) -> Iterator[Bevinding]:
    """A ReferentieAanbieder is that of a pending verzoek of this client and aanbieder, or it is absent (IV097)."""
    for nummer, product in _producten(bericht):
        referentie = product.referentie_aanbieder
        if referentie is not None and referentie not in feiten.open_verzoeken:
            yield _bevinding("TR379", nummer, "ReferentieAanbieder", referentie=referentie)


def tr381_productcode_past_bij_categorie(bericht: JW301, feiten: Feiten) -> Iterator[Bevinding]:
    """The code is on the product list in force on the Ingangsdatum, under this Categorie.

    On the Ingangsdatum, since a running toewijzing keeps its code when the list changes.
    """
    for nummer, product in _producten(bericht):
        gevraagd = product.product
        if gevraagd is None or gevraagd.code is None:
            continue
        if not feiten.productcodes.hoort_bij(gevraagd.code, gevraagd.categorie, product.ingangsdatum):
            yield _bevinding("TR381", nummer, "Product/Code", code=gevraagd.code, categorie=gevraagd.categorie)


def tr385_niet_verwijderd_bij_toegekende_prestaties(bericht: JW301, feiten: Feiten) -> Iterator[Bevinding]:
    """A toewijzing on which prestaties were awarded can be removed only after they are credited (OP362)."""
    for nummer, product in _producten(bericht):
        aantal = feiten.toegekend.get(product.toewijzing_nummer, 0)
        if product.reden_wijziging == VERWIJDERD and aantal > 0:
            yield _bevinding("TR385", nummer, toewijzing=str(product.toewijzing_nummer), waarde=str(aantal))


_JW301: Final = frozenset({"JW301"})

REGELS: Final = (
    Regel("TR332", 3, "9332", _JW301, tr332_nummer_van_een_toewijzing),
    Regel("TR379", 3, "9379", _JW301, tr379_referentie_van_open_verzoek),
    Regel("TR381", 4, "S329", _JW301, tr381_productcode_past_bij_categorie),
    Regel("TR385", 3, "9385", _JW301, tr385_niet_verwijderd_bij_toegekende_prestaties),
)

_PER_CODE: Final = {regel.code: regel for regel in REGELS}


def _producten(bericht: JW301) -> Iterator[tuple[int, ToegewezenProduct301]]:
    return enumerate(bericht.client.toegewezen_producten, 1)


def _bevinding(code: str, nummer: int, element: str = "", /, **invoer: str) -> Bevinding:
    """A finding on the ``nummer``-th ToegewezenProduct or an element in it."""
    regel = _PER_CODE[code]
    pad = f"{_PRODUCT}[{nummer}]" + (f"/{element}" if element else "")
    return Bevinding(regel.code, regel.retourcode, regel.niveau, pad, invoer)
