"""Level 2 rule on logical keys: nothing occurs twice under one parent."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeAlias

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW323, JW325
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import client_pad, clienten
from ijw.regels.regel import fout

MetSleutels: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW317 | JW323 | JW325


def dubbel(sleutels: Iterable[Hashable]) -> Iterator[tuple[int, int]]:
    """1-based places of the keys that occurred before, each with the place of its first occurrence."""
    eerste: dict[Hashable, int] = {}
    for nummer, sleutel in enumerate(sleutels, 1):
        eerder = eerste.setdefault(sleutel, nummer)
        if eerder != nummer:
            yield nummer, eerder


def tr101_sleutels_zijn_uniek(bericht: MetSleutels) -> Iterator[Bevinding]:
    """No class has two instances with one logical key under the same parent (`TR101`).

    An absent part of a key equals an absent part; StatusAanlevering is not part of a key.
    """
    if isinstance(bericht, JW323 | JW325):
        yield from _sleutels_van_prestaties(bericht)
        return
    for wortel, sleutels in _klassen(bericht):
        for nummer, eerder in dubbel(sleutels):
            yield fout("TR101", f"/Bericht/Client/{wortel}[{nummer}]", eerder=f"{_naam(wortel)} {eerder}")


def _naam(wortel: str) -> str:
    return wortel.rpartition("/")[2]


def _sleutels_van_prestaties(bericht: JW323 | JW325) -> Iterator[Bevinding]:
    alle = clienten(bericht)
    for nummer, eerder in dubbel(client.bsn for client in alle):
        yield fout("TR101", client_pad(bericht, nummer), eerder=f"Client {eerder}")
    for client_nummer, client in enumerate(alle, 1):
        if len(client.prestaties) == 1:
            continue
        referenties = (p.product_referentie for p in client.prestaties)
        for nummer, eerder in dubbel((r.referentie_nummer, r.vorig_referentie_nummer) for r in referenties):
            pad = f"{client_pad(bericht, client_nummer)}/Prestaties/Prestatie[{nummer}]"
            yield fout("TR101", pad, eerder=f"Prestatie {eerder}")


def _product(product: Product | None) -> tuple[str | None, str | None]:
    return (None, None) if product is None else (product.categorie, product.code)


def _klassen(
    bericht: JW301 | JW305 | JW307 | JW315 | JW317,
) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Each repeatable class below Client with the keys of its instances."""
    if isinstance(bericht, JW301):
        client = bericht.client
        yield "Contactgegevens/Contact", ((c.soort,) for c in client.contactgegevens)
        yield "Relaties/Relatie", ((r.nummer,) for r in client.relaties)
        yield (
            "ToegewezenProducten/ToegewezenProduct",
            ((t.toewijzing_nummer,) for t in client.toegewezen_producten),
        )
    elif isinstance(bericht, JW305):
        yield (
            "StartProducten/StartProduct",
            ((s.toewijzing_nummer, *_product(s.product), s.begindatum) for s in bericht.client.start_producten),
        )
    elif isinstance(bericht, JW307):
        yield (
            "StopProducten/StopProduct",
            (
                (s.toewijzing_nummer, *_product(s.product), s.begindatum, s.einddatum, s.reden_beeindiging)
                for s in bericht.client.stop_producten
            ),
        )
    elif isinstance(bericht, JW315):
        yield (
            "AangevraagdeProducten/AangevraagdProduct",
            ((a.referentie_aanbieder,) for a in bericht.client.aangevraagde_producten),
        )
    else:
        verzoek = bericht.client.verzoek
        yield (
            "Verzoek/OngewijzigdeProducten/OngewijzigdProduct",
            ((o.toewijzing_nummer,) for o in verzoek.ongewijzigde_producten),
        )
        yield (
            "Verzoek/TeWijzigenProducten/TeWijzigenProduct",
            ((w.toewijzing_nummer,) for w in verzoek.te_wijzigen_producten),
        )
        yield (
            "Verzoek/NieuweProducten/NieuwProduct",
            ((*_product(n.product), n.gewenste_ingangsdatum) for n in verzoek.nieuwe_producten),
        )
