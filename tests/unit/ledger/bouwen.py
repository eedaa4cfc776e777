"""Events for the ledger, in as few words as a test needs."""

from collections.abc import Mapping, Sequence

from services.platform.events import (
    DeclaratieGeregistreerd,
    JaarVerplichting,
    PeriodeTotaal,
    PrestatieMutatie,
    PrestatiesVerwerkt,
    VerplichtingBepaald,
)

AANBIEDER = "12345678"


def geregistreerd(
    declaratie_id: str, *totalen: tuple[int, str, int], gemeente: str = "0193", aanbieder: str = AANBIEDER
) -> DeclaratieGeregistreerd:
    """Totals are (dienstperiode, productcategorie, cents)."""
    return DeclaratieGeregistreerd(
        domein="jw",
        declaratie_id=declaratie_id,
        declaratienummer=f"N-{declaratie_id}",
        gemeente=gemeente,
        aanbieder=aanbieder,
        declaratieperiode=202604,
        totalen=tuple(PeriodeTotaal(dienstperiode=p, product_categorie=c, bedrag=b) for p, c, b in totalen),
    )


def mutatie(
    volgnummer: int,
    bedrag: int,
    stap: str = "inBehandeling>toegekend",
    *,
    toewijzing: int = 7,
    categorie: str = "45",
    dienstperiode: int = 202604,
    verplicht: bool = True,
    referentie: str | None = None,
    vorige: str | None = None,
) -> PrestatieMutatie:
    """``stap`` is van>naar."""
    van, naar = stap.split(">")
    return PrestatieMutatie(
        volgnummer=volgnummer,
        referentie=referentie or f"R{volgnummer}",
        toewijzing_nummer=toewijzing,
        product_categorie=categorie,
        product_code="45A04",
        dienstperiode=dienstperiode,
        bedrag=bedrag,
        van=van,  # type: ignore[arg-type]
        naar=naar,  # type: ignore[arg-type]
        verplicht=verplicht,
        vorige_referentie=vorige,
    )


def verwerkt(
    declaratie_id: str, *mutaties: PrestatieMutatie, gemeente: str = "0193", aanbieder: str = AANBIEDER
) -> PrestatiesVerwerkt:
    """What happened to prestaties of one declaratie."""
    return PrestatiesVerwerkt(
        domein="jw",
        gemeente=gemeente,
        declaratie_id=declaratie_id,
        declaratienummer=f"N-{declaratie_id}",
        aanbieder=aanbieder,
        declaratieperiode=202604,
        mutaties=mutaties,
    )


def bepaald(
    toewijzing: int,
    volgnummer: int,
    per_jaar: dict[int, int] | Sequence[tuple[int, int]],
    *,
    gemeente: str = "0193",
    categorie: str | None = "45",
    reeds: Mapping[int, int] | None = None,
) -> VerplichtingBepaald:
    """What a toewijzing commits, cents by year; ``reeds`` is what was awarded before it was known."""
    jaren = list(per_jaar.items()) if isinstance(per_jaar, dict) else list(per_jaar)
    return VerplichtingBepaald(
        domein="jw",
        gemeente=gemeente,
        toewijzing_nummer=toewijzing,
        volgnummer=volgnummer,
        aanbieder=AANBIEDER,
        grondslag="omvang" if jaren else "verwijderd",
        product_categorie=categorie,
        per_jaar=tuple(
            JaarVerplichting(jaar=jaar, bedrag=bedrag, reeds_toegekend=(reeds or {}).get(jaar, 0))
            for jaar, bedrag in jaren
        ),
    )
