"""From event to boeking: pure decisions on what is booked; who books it gives it a number and a date.

Every rule takes the event and what the grootboek knows, and answers with concepts. What is open of a
verplichting is a function of what the toewijzing committed and what was awarded on it, never of the order
in which those became known; so every event that changes either books the difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

import msgspec

from services.ledger.boeking import Concept, Soort
from services.ledger.keten import vingerafdruk
from services.ledger.posting import GEEN_CATEGORIE, Regel, Regels, journaal, spiegel
from services.ledger.rekeningschema import (
    AFGEWEZEN,
    BEGROOT,
    IN_BEHANDELING,
    IN_UITVAL,
    INGEDIEND,
    KOSTEN,
    TE_BETALEN,
    TEGEN_BEGROTING,
    TEGEN_VERPLICHTINGEN,
    VERPLICHT,
)
from services.platform.events import (
    DeclaratieGeregistreerd,
    PeriodeTotaal,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
)

BRON_BEGROTING: Final = "begroting"
"""``bron`` of what a gemeente entered itself; everything else names the type of the event it came from."""


class OngeldigeGebeurtenis(ValueError):  # noqa: N818 — a Dutch noun
    """An event that asks for something that cannot be booked."""


class Stand(msgspec.Struct, frozen=True):
    """What the grootboek knows of one toewijzing in one year, in cents.

    ``boeking`` is the boeking of its verplichting that is in force, on ``productcategorie``.
    """

    verplicht: int = 0
    toegekend: int = 0
    productcategorie: str = GEEN_CATEGORIE
    boeking: int | None = None

    @property
    def open(self) -> int:
        """What the toewijzing may still cost this year: never more than it committed, never less than nothing."""
        return min(self.verplicht, max(0, self.verplicht - self.toegekend))


def boekjaar_van(dienstperiode: int) -> int:
    """The year that bears the costs: that of the ProductPeriode, whenever the declaratie came."""
    jaar, maand = divmod(dienstperiode, 100)
    if not (2000 <= jaar <= 9999 and 1 <= maand <= 12):
        raise OngeldigeGebeurtenis("a dienstperiode is a month, yyyymm")
    return jaar


def indiening(event: DeclaratieGeregistreerd) -> list[Concept]:
    """A declaratie is in: its money is in behandeling. One boeking for each month in which care was given."""
    inhoud = vingerafdruk(event.declaratienummer, event.aanbieder, event.declaratieperiode, event.totalen)
    per_maand: dict[int, list[PeriodeTotaal]] = {}
    for totaal in event.totalen:
        per_maand.setdefault(totaal.dienstperiode, []).append(totaal)
    concepten = []
    for maand, totalen in sorted(per_maand.items()):
        regels = tuple(
            chain.from_iterable(journaal(IN_BEHANDELING, INGEDIEND, t.product_categorie, t.bedrag) for t in totalen)
        )
        if not regels:
            continue
        concepten.append(
            Concept(
                boekjaar=boekjaar_van(maand),
                dienstperiode=maand,
                declaratieperiode=event.declaratieperiode,
                soort="indiening",
                omschrijving=f"Declaratie {event.declaratienummer} ingediend",
                bron=event.type_name,
                declaratie_id=event.declaratie_id,
                declaratienummer=event.declaratienummer,
                aanbieder=event.aanbieder,
                sleutel=f"declaratie:{event.declaratie_id}:{maand}",
                inhoud=inhoud,
                regels=regels,
            )
        )
    return concepten


_OVERGANGEN: Final[Mapping[tuple[str, str], tuple[int, int, Soort, str]]] = {
    ("inBehandeling", "inUitval"): (IN_UITVAL, IN_BEHANDELING, "uitval", "in uitval"),
    ("inBehandeling", "afgewezen"): (AFGEWEZEN, IN_BEHANDELING, "afwijzing", "afgewezen"),
    ("inUitval", "afgewezen"): (AFGEWEZEN, IN_UITVAL, "afwijzing", "afgewezen"),
    ("inBehandeling", "toegekend"): (INGEDIEND, IN_BEHANDELING, "toekenning", "toegekend"),
    ("inUitval", "toegekend"): (INGEDIEND, IN_UITVAL, "toekenning", "toegekend"),
}
"""Every change of state there is: account debited, account credited, soort, and in words."""


def mutatiesleutel(declaratie_id: str, mutatie: PrestatieMutatie) -> str:
    """A prestatie arrives in a state once."""
    return f"prestatie:{declaratie_id}:{mutatie.volgnummer}:{mutatie.naar}"


def mutatie_inhoud(event: PrestatiesVerwerkt, mutatie: PrestatieMutatie) -> bytes:
    """The fingerprint of what is asked for one prestatie."""
    return vingerafdruk(event.declaratienummer, event.aanbieder, event.declaratieperiode, mutatie)


def gebruikt_verplichting(mutatie: PrestatieMutatie) -> bool:
    """Whether it changes what is open of its toewijzing."""
    return mutatie.verplicht and mutatie.naar == "toegekend"


def mutatie_boeking(
    event: PrestatiesVerwerkt,
    mutatie: PrestatieMutatie,
    *,
    sleutel: str,
    inhoud: bytes,
    stand: Stand,
    debetboeking: int | None,
) -> tuple[Concept, Stand]:
    """A prestatie goes from one state to another, and what that leaves of its toewijzing.

    An award also makes a cost and a debt, and uses up what was committed. A credit prestatie books the same
    with the sides turned and takes back ``debetboeking``, the award of the prestatie it credits.
    """
    overgang = _OVERGANGEN.get((mutatie.van, mutatie.naar))
    if overgang is None:
        raise OngeldigeGebeurtenis(f"a prestatie does not go from {mutatie.van} to {mutatie.naar}")
    naar_rekening, van_rekening, soort, in_woorden = overgang
    categorie, bedrag = mutatie.product_categorie, mutatie.bedrag
    regels = journaal(naar_rekening, van_rekening, categorie, bedrag)
    nieuw = stand
    if soort == "toekenning":
        regels += journaal(KOSTEN, TE_BETALEN, categorie, bedrag)
        if mutatie.verplicht:
            nieuw = Stand(stand.verplicht, stand.toegekend + bedrag, stand.productcategorie, stand.boeking)
            regels += journaal(VERPLICHT, TEGEN_VERPLICHTINGEN, stand.productcategorie, nieuw.open - stand.open)
    naam = "Creditprestatie" if bedrag < 0 else "Prestatie"
    concept = Concept(
        boekjaar=boekjaar_van(mutatie.dienstperiode),
        dienstperiode=mutatie.dienstperiode,
        declaratieperiode=event.declaratieperiode,
        soort=soort,
        omschrijving=f"{naam} {mutatie.referentie} {in_woorden}",
        bron=event.type_name,
        declaratie_id=event.declaratie_id,
        declaratienummer=event.declaratienummer,
        aanbieder=event.aanbieder,
        volgnummer=mutatie.volgnummer,
        referentie=mutatie.referentie,
        toewijzing_nummer=mutatie.toewijzing_nummer,
        sleutel=sleutel,
        inhoud=inhoud,
        tegenboeking_van=debetboeking,
        regels=regels,
    )
    return concept, nieuw


def verplichting_inhoud(event: VerplichtingBepaald) -> bytes:
    """The fingerprint of one statement on a toewijzing."""
    return vingerafdruk(event)


def bedragen_per_jaar(event: VerplichtingBepaald) -> dict[int, int]:
    """What the toewijzing commits by year; raises ``OngeldigeGebeurtenis`` for a negative or doubled year."""
    bedragen = {deel.jaar: deel.bedrag for deel in event.per_jaar}
    if len(bedragen) != len(event.per_jaar) or any(bedrag < 0 for bedrag in bedragen.values()):
        raise OngeldigeGebeurtenis("a verplichting has one amount of zero or more for a year")
    return bedragen


def verplichting_boekingen(
    event: VerplichtingBepaald, jaar: int, bedrag: int, stand: Stand, in_werking: Regels
) -> tuple[list[Concept], Stand]:
    """A toewijzing commits another amount this year: take the old boeking back, book the new one in full.

    ``in_werking`` are the lines of the boeking in force. What awards used up stays booked where it was; the
    new boeking has extra lines only where that no longer fits (awarded before or beyond what was committed,
    or another productcategorie). No concepts when nothing changes. The returned stand names the boeking in
    force as None: whoever books the concepts fills in the number of the last one that is no tegenboeking.
    """
    categorie = event.product_categorie or GEEN_CATEGORIE
    if bedrag == stand.verplicht and (not bedrag or categorie == stand.productcategorie):
        return [], stand
    nieuw = Stand(bedrag, stand.toegekend, categorie)
    concepten = []
    if stand.boeking is not None:
        concepten.append(
            _verplichting(event, jaar, spiegel(in_werking), tegenboeking_van=stand.boeking),
        )
    regels = (
        *journaal(VERPLICHT, TEGEN_VERPLICHTINGEN, categorie, bedrag),
        *_gebruikt(in_werking, stand, nieuw),
    )
    if regels:
        concepten.append(_verplichting(event, jaar, regels))
    return concepten, nieuw


def _gebruikt(in_werking: Regels, oud: Stand, nieuw: Stand) -> Iterator[Regel]:
    """Lines that correct the new boeking for what awards used up differently than it supposes.

    With n the net of the boeking in force by productcategorie, awards so far booked (open - n); the new
    boeking must therefore come to n - old open + new open.
    """
    per_categorie = {oud.productcategorie: -oud.open}
    per_categorie[nieuw.productcategorie] = per_categorie.get(nieuw.productcategorie, 0) + nieuw.open - nieuw.verplicht
    for regel in in_werking:
        if regel.rekening == VERPLICHT:
            per_categorie[regel.productcategorie] = per_categorie.get(regel.productcategorie, 0) + regel.bedrag
    for categorie, bedrag in sorted(per_categorie.items()):
        yield from journaal(VERPLICHT, TEGEN_VERPLICHTINGEN, categorie, bedrag)


def _verplichting(
    event: VerplichtingBepaald, jaar: int, regels: Regels, tegenboeking_van: int | None = None
) -> Concept:
    wat = f"verplichting van toewijzing {event.toewijzing_nummer} voor {jaar}"
    terug = tegenboeking_van is not None
    return Concept(
        boekjaar=jaar,
        soort="tegenboeking" if terug else "verplichting",
        omschrijving=f"Boeking {tegenboeking_van} teruggenomen: {wat}" if terug else wat.capitalize(),
        bron=event.type_name,
        aanbieder=event.aanbieder,
        toewijzing_nummer=event.toewijzing_nummer,
        sleutel=f"verplichting{'-terug' if terug else ''}:{event.toewijzing_nummer}:{event.volgnummer}:{jaar}",
        inhoud=verplichting_inhoud(event),
        regels=regels,
        tegenboeking_van=tegenboeking_van,
    )


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
