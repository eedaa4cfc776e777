"""What is booked when a gemeente sets its begroting, or sets it again."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from services.ledger.boeking import Concept
from services.ledger.keten import vingerafdruk
from services.ledger.posting import GEEN_CATEGORIE, Regels, journaal, spiegel
from services.ledger.rekeningschema import BEGROOT, TEGEN_BEGROTING

BRON_BEGROTING: Final = "begroting"
"""``bron`` of what a gemeente entered itself; everything else names the type of the event it came from."""


class Post(msgspec.Struct, frozen=True):
    """A line of a begroting: money in cents for some productcategorieen, which stand in order."""

    post: str
    productcategorieen: tuple[str, ...]
    bedrag: int


class Postbesluit(msgspec.Struct, frozen=True):
    """A post of the new begroting: booked as ``concept``, or still by ``boeking``, or not at all (no money)."""

    post: Post
    boeking: int | None
    concept: Concept | None


def begroting_boekingen(
    jaar: int,
    versie: int,
    oud: Iterable[tuple[Post, int | None]],
    nieuw: Sequence[Post],
    regels_van: Mapping[int, Regels],
) -> tuple[list[Concept], list[Postbesluit]]:
    """A begroting replaces another: posts that changed are taken back and booked anew, others stay.

    ``oud`` are the posts in force with their boekingen, ``regels_van`` the lines of those.
    """
    blijft = dict(oud)
    terug = [
        _post(jaar, versie, post, spiegel(regels_van[boeking]), tegenboeking_van=boeking)
        for post, boeking in blijft.items()
        if boeking is not None and post not in nieuw
    ]
    besluiten = []
    for post in nieuw:
        if post in blijft:
            besluiten.append(Postbesluit(post, blijft[post], None))
        else:
            regels = journaal(BEGROOT, TEGEN_BEGROTING, GEEN_CATEGORIE, post.bedrag)
            besluiten.append(Postbesluit(post, None, _post(jaar, versie, post, regels) if regels else None))
    return terug, besluiten


def _post(jaar: int, versie: int, post: Post, regels: Regels, tegenboeking_van: int | None = None) -> Concept:
    wat = f"begroting {jaar}, {post.post} ({', '.join(post.productcategorieen)})"
    terug = tegenboeking_van is not None
    return Concept(
        boekjaar=jaar,
        soort="tegenboeking" if terug else "begroting",
        omschrijving=f"Boeking {tegenboeking_van} teruggenomen: {wat}" if terug else wat[0].upper() + wat[1:],
        bron=BRON_BEGROTING,
        sleutel=f"begroting{'-terug' if terug else ''}:{jaar}:{versie}:{post.post}",
        inhoud=vingerafdruk(post),
        regels=regels,
        tegenboeking_van=tegenboeking_van,
    )
