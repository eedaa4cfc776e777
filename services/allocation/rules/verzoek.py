"""Rules of level 3 and 4 on every verzoek: om toewijzing (JW315) and om wijziging (JW317)."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from ijw.berichten import JW315, JW317
from ijw.bevinding import Bevinding
from ijw.codelijsten import Productcodes
from ijw.regels import Regel
from ijw.regels.plaatsen import AANGEVRAAGD_PRODUCT, aanspraken
from services.allocation.register import Versie
from services.allocation.rules.toepassing import bevinding


class Feiten(msgspec.Struct, frozen=True, kw_only=True):
    """What these rules need to know beside the message.

    ``lopend`` holds the client's current toewijzingen at this aanbieder and gemeente by number;
    ``client_bekend`` says whether there ever was one; ``gebruikt`` which references of the message this aanbieder
    used before; ``openstaand`` the references for this client that wait for an answer. The first two are
    asked for a JW317 only.
    """

    productcodes: Productcodes
    gebruikt: frozenset[str]
    openstaand: tuple[str, ...]
    lopend: Mapping[int, Versie] = {}
    client_bekend: bool = True


def tr347_referentie_niet_eerder_gebruikt(bericht: JW315 | JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """The aanbieder used no ReferentieAanbieder of this verzoek in an earlier one, whatever gemeente it went to."""
    for pad, referentie in _referenties(bericht):
        if referentie in feiten.gebruikt:
            yield bevinding(_PER_CODE["TR347"], pad, referentie=referentie)


def tr374_geen_ander_verzoek_openstaand(_bericht: JW315 | JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """No earlier verzoek of this aanbieder about this client waits for an answer of the gemeente (OP350)."""
    if feiten.openstaand:
        rest = len(feiten.openstaand) - 1
        eerder = f"{feiten.openstaand[0]} en nog {rest}" if rest else feiten.openstaand[0]
        yield bevinding(_PER_CODE["TR374"], "/Bericht", eerder=eerder)


def tr381_productcode_past_bij_categorie(bericht: JW315 | JW317, feiten: Feiten) -> Iterator[Bevinding]:
    """The code is on the product list in force on the day asked for, under this Categorie."""
    for aanspraak in aanspraken(bericht):
        product = aanspraak.product
        if product is None or product.code is None:
            continue
        if not feiten.productcodes.hoort_bij(product.code, product.categorie, aanspraak.begin):
            pad = aanspraak.plek.pad("Product/Code")
            yield bevinding(_PER_CODE["TR381"], pad, code=product.code, categorie=product.categorie)


_BEIDE: Final = frozenset({"JW315", "JW317"})

OP_BERICHT: Final = (Regel("TR374", 3, "9374", _BEIDE, tr374_geen_ander_verzoek_openstaand),)
"""On the message as a whole: answered in the Header, as rules on the Header are."""

REGELS: Final = (
    Regel("TR347", 3, "9347", _BEIDE, tr347_referentie_niet_eerder_gebruikt),
    Regel("TR381", 4, "S329", _BEIDE, tr381_productcode_past_bij_categorie),
)

_PER_CODE: Final = {regel.code: regel for regel in (*OP_BERICHT, *REGELS)}


def _referenties(bericht: JW315 | JW317) -> Iterator[tuple[str, str]]:
    """Every ReferentieAanbieder with its path."""
    if isinstance(bericht, JW317):
        yield "/Bericht/Client/Verzoek/ReferentieAanbieder", bericht.client.verzoek.referentie_aanbieder
        return
    for nummer, product in enumerate(bericht.client.aangevraagde_producten, 1):
        yield f"{AANGEVRAAGD_PRODUCT}[{nummer}]/ReferentieAanbieder", product.referentie_aanbieder
