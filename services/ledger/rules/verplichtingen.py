"""What is booked when a toewijzing commits money, more of it, less or none."""

from collections.abc import Iterator

from services.ledger.boeking import Concept
from services.ledger.keten import vingerafdruk
from services.ledger.posting import GEEN_CATEGORIE, Regel, Regels, journaal, spiegel
from services.ledger.rekeningschema import TEGEN_VERPLICHTINGEN, VERPLICHT
from services.ledger.rules.stand import OngeldigeGebeurtenis, Stand
from services.platform.events import JaarVerplichting, VerplichtingBepaald


def verplichting_inhoud(event: VerplichtingBepaald) -> bytes:
    """The fingerprint of one statement on a toewijzing."""
    return vingerafdruk(event)


def delen_per_jaar(event: VerplichtingBepaald) -> dict[int, JaarVerplichting]:
    """What the toewijzing commits by year; raises ``OngeldigeGebeurtenis`` for a negative or doubled year."""
    delen = {deel.jaar: deel for deel in event.per_jaar}
    if len(delen) != len(event.per_jaar) or any(deel.bedrag < 0 for deel in event.per_jaar):
        raise OngeldigeGebeurtenis("a verplichting has one amount of zero or more for a year")
    return delen


def verplichting_boekingen(
    event: VerplichtingBepaald, deel: JaarVerplichting, stand: Stand, in_werking: Regels
) -> tuple[list[Concept], Stand]:
    """A toewijzing commits another amount in a year: take the old boeking back, book the new one in full.

    ``in_werking`` are the lines of the boeking in force. What awards used up stays booked where it was; the
    new boeking has extra lines only where that no longer fits (awarded before or beyond what was committed,
    or another productcategorie). No concepts when nothing changes. The returned stand names the boeking in
    force as None: whoever books the concepts fills in the number of the last one that is no tegenboeking.
    """
    categorie = event.product_categorie or GEEN_CATEGORIE
    jaar, bedrag = deel.jaar, deel.bedrag
    zelfde = (bedrag, deel.reeds_toegekend) == (stand.verplicht, stand.reeds_toegekend)
    if zelfde and (not bedrag or categorie == stand.productcategorie):
        return [], stand
    nieuw = Stand(bedrag, stand.toegekend, categorie, reeds_toegekend=deel.reeds_toegekend)
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
