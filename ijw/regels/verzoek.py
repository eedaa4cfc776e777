"""Level 2 rules about a verzoek: what a JW315 says of verwijzer and beschikking, what a JW317 asks at all."""

from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW315, JW317
from ijw.berichten.basis import Verwijzer
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import AANGEVRAAGD_PRODUCT, NIEUW_PRODUCT, Plek
from ijw.regels.regel import fout
from ijw.regels.sleutels import dubbel

_VERZOEK: Final = "/Bericht/Client/Verzoek"
_MET_CODE: Final = frozenset({"02", "03", "04", "05"})  # verwijzers of whom code or name is to be given


def tr352_verzoek_gaat_over_een_toewijzing(bericht: JW317) -> Iterator[Bevinding]:
    """At least one OngewijzigdProduct or TeWijzigenProduct: without a toewijzing it is a JW315's (`TR352`)."""
    verzoek = bericht.client.verzoek
    if not verzoek.ongewijzigde_producten and not verzoek.te_wijzigen_producten:
        yield fout("TR352", _VERZOEK, waarde=str(len(verzoek.nieuwe_producten)))


def tr353_verzoek_vraagt_een_wijziging(bericht: JW317) -> Iterator[Bevinding]:
    """At least one TeWijzigenProduct or NieuwProduct: otherwise nothing is asked (`TR353`)."""
    verzoek = bericht.client.verzoek
    if not verzoek.te_wijzigen_producten and not verzoek.nieuwe_producten:
        yield fout("TR353", _VERZOEK, waarde=str(len(verzoek.ongewijzigde_producten)))


def tr380_nieuw_product_gaat_later_in(bericht: JW317) -> Iterator[Bevinding]:
    """GewensteIngangsdatum of a NieuwProduct lies after Dagtekening, not on it (`TR380`)."""
    dagtekening = bericht.header.bericht_identificatie.dagtekening
    for nummer, nieuw in enumerate(bericht.client.verzoek.nieuwe_producten, 1):
        gewenst = nieuw.gewenste_ingangsdatum
        if gewenst <= dagtekening:
            pad = Plek(NIEUW_PRODUCT, nummer).pad("GewensteIngangsdatum")
            yield fout("TR380", pad, waarde=gewenst.isoformat(), dagtekening=dagtekening.isoformat())


def tr383_referentie_per_aangevraagd_product(bericht: JW315) -> Iterator[Bevinding]:
    """No two AangevraagdProducten share a ReferentieAanbieder: each is answered by its own (`TR383`, OP344)."""
    aangevraagd = bericht.client.aangevraagde_producten
    for nummer, eerder in dubbel(product.referentie_aanbieder for product in aangevraagd):
        pad = Plek(AANGEVRAAGD_PRODUCT, nummer).pad("ReferentieAanbieder")
        referentie = aangevraagd[nummer - 1].referentie_aanbieder
        yield fout("TR383", pad, referentie=referentie, eerder=f"AangevraagdProduct {eerder}")


def cd043_ingangsdatum_bij_beschikking(bericht: JW315) -> Iterator[Bevinding]:
    """BeschikkingIngangsdatum comes with BeschikkingNummer and not without (`CD043`)."""
    for nummer, product in enumerate(bericht.client.aangevraagde_producten, 1):
        beschikking, ingang = product.beschikking_nummer, product.beschikking_ingangsdatum
        pad = Plek(AANGEVRAAGD_PRODUCT, nummer).pad("BeschikkingIngangsdatum")
        if beschikking is not None and ingang is None:
            yield fout("CD043", pad, referentie=str(beschikking))
        elif beschikking is None and ingang is not None:
            yield fout("CD043", pad, waarde=ingang.isoformat())


def cd066_geen_naam_bij_zorgverlenercode(bericht: JW315) -> Iterator[Bevinding]:
    """A huisarts, jeugdarts, GI or specialist with a ZorgverlenerCode has no Naam beside it (`CD066`)."""
    for plek, verwijzer in _verwijzers(bericht):
        if verwijzer.type in _MET_CODE and verwijzer.zorgverlener_code is not None and verwijzer.naam is not None:
            yield fout("CD066", plek.pad("Naam"), code=verwijzer.type)


def cd067_naam_zonder_zorgverlenercode(bericht: JW315) -> Iterator[Bevinding]:
    """A huisarts, jeugdarts, GI or specialist without a ZorgverlenerCode has a Naam (`CD067`)."""
    for plek, verwijzer in _verwijzers(bericht):
        if verwijzer.type in _MET_CODE and verwijzer.zorgverlener_code is None and verwijzer.naam is None:
            yield fout("CD067", plek.pad("Naam"), code=verwijzer.type)


def cd068_zorgverlenercode_alleen_bij_zorgverlener(bericht: JW315) -> Iterator[Bevinding]:
    """Any other verwijzer has no ZorgverlenerCode (`CD068`)."""
    for plek, verwijzer in _verwijzers(bericht):
        if verwijzer.type not in _MET_CODE and verwijzer.zorgverlener_code is not None:
            yield fout("CD068", plek.pad("ZorgverlenerCode"), code=verwijzer.type)


def _verwijzers(bericht: JW315) -> Iterator[tuple[Plek, Verwijzer]]:
    for nummer, product in enumerate(bericht.client.aangevraagde_producten, 1):
        yield Plek(AANGEVRAAGD_PRODUCT, nummer, "/Verwijzer"), product.verwijzer
