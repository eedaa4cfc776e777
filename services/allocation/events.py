"""What the other services hear of the register."""

from services.allocation.register import Versie
from services.platform.events import ToewijzingVastgesteld, toewijzing_key
from services.platform.outbox import Outgoing


def vastgesteld(versie: Versie, volgnummer: int) -> Outgoing:
    """This version counts from now on."""
    return Outgoing(
        toewijzing_key(versie.gemeente, versie.toewijzing_nummer),
        ToewijzingVastgesteld(
            domein=versie.domein,
            gemeente=versie.gemeente,
            toewijzing_nummer=versie.toewijzing_nummer,
            volgnummer=volgnummer,
            aanbieder=versie.aanbieder,
            client=versie.client,
            toewijzingsdatum=versie.toewijzingsdatum,
            toewijzingstijd=versie.toewijzingstijd,
            ingangsdatum=versie.ingangsdatum,
            verwijderd=versie.verwijderd,
            product_categorie=versie.product_categorie,
            product_code=versie.product_code,
            einddatum=versie.einddatum,
            reden_wijziging=versie.reden_wijziging,
            volume=versie.volume,
            eenheid=versie.eenheid,
            frequentie=versie.frequentie,
            budget=versie.budget,
        ),
    )
