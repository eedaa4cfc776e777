"""Toewijzingen as the API shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
import msgspec

from services.allocation.clienten import Persoon
from services.allocation.meldingen import UITLEG
from services.allocation.register import Versie, toestand
from services.allocation.store.register import versie_van


def overzicht(row: asyncpg.Record, geschiedenis: Sequence[asyncpg.Record], vandaag: date) -> dict[str, Any]:
    """The current version of a toewijzing; ``geschiedenis`` has every version, oldest first."""
    versies = [versie_van(versie) for versie in geschiedenis]
    actueel = versies[-1]
    return {
        "domein": actueel.domein,
        "gemeente": actueel.gemeente,
        "toewijzingnummer": actueel.toewijzing_nummer,
        "aanbieder": actueel.aanbieder,
        "client": actueel.client,
        "productcategorie": actueel.product_categorie,
        "productcode": actueel.product_code,
        "toestand": toestand(versies, vandaag),
        "volgnummer": row["volgnummer"],
        **_inhoud(actueel),
    }


def detail(
    row: asyncpg.Record,
    geschiedenis: Sequence[asyncpg.Record],
    meldingen: Sequence[asyncpg.Record],
    persoon: Persoon | None,
    vandaag: date,
) -> dict[str, Any]:
    """One toewijzing with who it is for, all its versions (newest first) and what was raised about it."""
    versies = [versie_van(versie) for versie in geschiedenis]
    return {
        **overzicht(row, geschiedenis, vandaag),
        "persoon": msgspec.to_builtins(persoon),
        "versies": [
            {
                **_inhoud(versie),
                "referentieAanbieder": versie.referentie_aanbieder,
                "toestand": toestand(versies[: nummer + 1]),
                "actueel": nummer == len(versies) - 1,
                "berichtId": geschiedenis[nummer]["bericht_id"],
                "vastgelegdOp": geschiedenis[nummer]["vastgelegd_op"],
            }
            for nummer, versie in reversed(list(enumerate(versies)))
        ],
        "meldingen": [melding(row) for row in meldingen],
    }


def _inhoud(versie: Versie) -> dict[str, Any]:
    """What one version grants; volume of Eenheid 83 and budget in eurocents."""
    omvang = {"volume": versie.volume, "eenheid": versie.eenheid, "frequentie": versie.frequentie}
    return {
        "toewijzingsdatum": versie.toewijzingsdatum,
        "toewijzingstijd": versie.toewijzingstijd,
        "ingangsdatum": versie.ingangsdatum,
        "einddatum": versie.einddatum,
        "redenWijziging": versie.reden_wijziging,
        "omvang": omvang if versie.volume is not None else None,
        "budget": versie.budget,
    }


def melding(row: asyncpg.Record) -> dict[str, Any]:
    """A melding in words; ``retourcodes`` are those of the retour that it is about."""
    return {
        "soort": row["soort"],
        "uitleg": UITLEG[row["soort"]],
        "gemeente": row["gemeente"],
        "aanbieder": row["aanbieder"],
        "toewijzingnummer": row["toewijzing_nummer"],
        "tijdstip": row["tijdstip"],
        "elementen": row["elementen"],
        "berichtId": row["bericht_id"],
        "antwoordOp": row["heenbericht_id"],
        "retourcodes": row["retourcodes"],
        "vastgelegdOp": row["vastgelegd_op"],
    }
