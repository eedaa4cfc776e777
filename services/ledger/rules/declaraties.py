"""What is booked for a declaratie that comes in, and for each prestatie of it that changes state."""

from collections.abc import Mapping
from itertools import chain
from typing import Final

from services.ledger.boeking import Concept, Soort
from services.ledger.keten import vingerafdruk
from services.ledger.posting import journaal
from services.ledger.rekeningschema import (
    AFGEWEZEN,
    IN_BEHANDELING,
    IN_UITVAL,
    INGEDIEND,
    KOSTEN,
    TE_BETALEN,
    TEGEN_VERPLICHTINGEN,
    VERPLICHT,
)
from services.ledger.rules.stand import OngeldigeGebeurtenis, Stand, boekjaar_van
from services.platform.events import (
    DeclaratieGeregistreerd,
    PeriodeTotaal,
    PrestatieMutatie,
    PrestatiesVerwerkt,
)


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
            nieuw = Stand(
                stand.verplicht,
                stand.toegekend + bedrag,
                stand.productcategorie,
                stand.boeking,
                stand.reeds_toegekend,
            )
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
