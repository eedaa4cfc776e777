"""Level 2 rule on logical keys: nothing occurs twice under one parent."""

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW323, JW325
from ijw.berichten.basis import Product
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import client_pad, clienten
from ijw.regels.regel import fout

MetSleutels: TypeAlias = JW301 | JW305 | JW307 | JW315 | JW317 | JW323 | JW325

_Deel: TypeAlias = str | int | dt.date | None
_VAN_EEN_PERSOON: Final = frozenset({"Bsn", "Nummer"})
"""Key elements that identify somebody; an explanation names them without their value."""


class _Klasse(NamedTuple):
    """A repeatable class below Client: where it stands, which elements are its key, the key of each instance."""

    wortel: str
    elementen: tuple[str, ...]
    sleutels: Sequence[tuple[_Deel, ...]]


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
    for klasse in _klassen(bericht):
        for nummer, eerder in dubbel(klasse.sleutels):
            sleutel = _in_woorden(klasse.elementen, klasse.sleutels[nummer - 1])
            pad = f"/Bericht/Client/{klasse.wortel}[{nummer}]"
            yield fout("TR101", pad, referentie=sleutel, eerder=f"{_naam(klasse.wortel)} {eerder}")


def _naam(wortel: str) -> str:
    return wortel.rpartition("/")[2]


def _in_woorden(elementen: Sequence[str], sleutel: Sequence[_Deel]) -> str:
    """A key for people: "ToewijzingNummer 10072, Begindatum 2026-04-02"; what is absent is left out."""
    return ", ".join(
        naam if naam in _VAN_EEN_PERSOON else f"{naam} {deel}"
        for naam, deel in zip(elementen, sleutel, strict=True)
        if deel is not None
    )


def _sleutels_van_prestaties(bericht: JW323 | JW325) -> Iterator[Bevinding]:
    alle = clienten(bericht)
    for nummer, eerder in dubbel(client.bsn for client in alle):
        yield fout("TR101", client_pad(bericht, nummer), referentie="Bsn", eerder=f"Client {eerder}")
    for client_nummer, client in enumerate(alle, 1):
        if len(client.prestaties) == 1:
            continue
        referenties = (p.product_referentie for p in client.prestaties)
        for nummer, eerder in dubbel((r.referentie_nummer, r.vorig_referentie_nummer) for r in referenties):
            pad = f"{client_pad(bericht, client_nummer)}/Prestaties/Prestatie[{nummer}]"
            hier = client.prestaties[nummer - 1].product_referentie
            sleutel = _in_woorden(
                ("ReferentieNummer", "VorigReferentieNummer"), (hier.referentie_nummer, hier.vorig_referentie_nummer)
            )
            yield fout("TR101", pad, referentie=sleutel, eerder=f"Prestatie {eerder}")


_PRODUCT: Final = ("Categorie", "Code")


def _product(product: Product | None) -> tuple[str | None, str | None]:
    return (None, None) if product is None else (product.categorie, product.code)


def _klassen(bericht: JW301 | JW305 | JW307 | JW315 | JW317) -> Iterator[_Klasse]:
    """Each repeatable class below Client with the keys of its instances."""
    if isinstance(bericht, JW301):
        client = bericht.client
        yield _Klasse("Contactgegevens/Contact", ("Soort",), [(c.soort,) for c in client.contactgegevens])
        yield _Klasse("Relaties/Relatie", ("Nummer",), [(r.nummer,) for r in client.relaties])
        yield _Klasse(
            "ToegewezenProducten/ToegewezenProduct",
            ("ToewijzingNummer",),
            [(t.toewijzing_nummer,) for t in client.toegewezen_producten],
        )
    elif isinstance(bericht, JW305):
        yield _Klasse(
            "StartProducten/StartProduct",
            ("ToewijzingNummer", *_PRODUCT, "Begindatum"),
            [(s.toewijzing_nummer, *_product(s.product), s.begindatum) for s in bericht.client.start_producten],
        )
    elif isinstance(bericht, JW307):
        yield _Klasse(
            "StopProducten/StopProduct",
            ("ToewijzingNummer", *_PRODUCT, "Begindatum", "Einddatum", "RedenBeeindiging"),
            [
                (s.toewijzing_nummer, *_product(s.product), s.begindatum, s.einddatum, s.reden_beeindiging)
                for s in bericht.client.stop_producten
            ],
        )
    elif isinstance(bericht, JW315):
        yield _Klasse(
            "AangevraagdeProducten/AangevraagdProduct",
            ("ReferentieAanbieder",),
            [(a.referentie_aanbieder,) for a in bericht.client.aangevraagde_producten],
        )
    else:
        yield from _klassen_van_verzoek(bericht)


def _klassen_van_verzoek(bericht: JW317) -> Iterator[_Klasse]:
    verzoek = bericht.client.verzoek
    yield _Klasse(
        "Verzoek/OngewijzigdeProducten/OngewijzigdProduct",
        ("ToewijzingNummer",),
        [(o.toewijzing_nummer,) for o in verzoek.ongewijzigde_producten],
    )
    yield _Klasse(
        "Verzoek/TeWijzigenProducten/TeWijzigenProduct",
        ("ToewijzingNummer",),
        [(w.toewijzing_nummer,) for w in verzoek.te_wijzigen_producten],
    )
    yield _Klasse(
        "Verzoek/NieuweProducten/NieuwProduct",
        (*_PRODUCT, "GewensteIngangsdatum"),
        [(*_product(n.product), n.gewenste_ingangsdatum) for n in verzoek.nieuwe_producten],
    )
