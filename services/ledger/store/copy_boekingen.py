"""Boekingen as rows for COPY; what those of a batch, of a declaratie or of a kind have in common is made once."""

from typing import Any, Final

from services.ledger.grootboek import Grootboek
from services.ledger.posting import per_kolom
from services.platform.copy_binary import bytea, day, int2, int2s, int4, int8, int8s, text, texts, timestamptz

KOLOMMEN: Final = (
    "domein", "gemeente", "boekperiode", "boekdatum", "vastgelegd_op",
    "bron", "declaratie_id", "declaratienummer", "aanbieder", "declaratieperiode",
    "boekjaar", "dienstperiode", "soort", "aantal_regels", "rekeningen", "productcategorieen", "bedragen",
    "nummer", "omschrijving", "volgnummer", "referentie", "toewijzing_nummer", "sleutel", "inhoud",
    "tegenboeking_van", "vorige_hash", "hash",
)  # fmt: skip
"""Of a batch, of a declaratie, of a kind of boeking, of one boeking."""


def rijen(boek: Grootboek) -> list[bytes]:
    """What a grootboek booked in this batch."""
    samen = b"".join((
        text(boek.plaats.domein), text(boek.plaats.gemeente),
        int4(boek.boekperiode), day(boek.boekdatum), timestamptz(boek.vastgelegd_op),
    ))  # fmt: skip
    declaraties: dict[tuple[Any, ...], bytes] = {}
    vormen: dict[tuple[Any, ...], bytes] = {}
    gemaakt = []
    for (
        _domein, _gemeente, nummer, boekjaar, dienstperiode, declaratieperiode, _boekperiode, _boekdatum, _moment,
        soort, omschrijving, bron, declaratie_id, declaratienummer, aanbieder, volgnummer, referentie,
        toewijzing_nummer, sleutel, inhoud, tegenboeking_van, aantal_regels, vorige_hash, eigen_hash,
    ) in boek.rijen:  # fmt: skip
        van = (bron, declaratie_id, declaratienummer, aanbieder, declaratieperiode)
        declaratie = declaraties.get(van)
        if declaratie is None:
            declaratie = declaraties[van] = b"".join((*map(text, van[:-1]), int4(declaratieperiode)))
        rekeningen, categorieen, bedragen = per_kolom(boek.regels[nummer])
        soortgenoten = (boekjaar, dienstperiode, soort, aantal_regels, *rekeningen, *categorieen)
        vorm = vormen.get(soortgenoten)
        if vorm is None:
            vorm = vormen[soortgenoten] = b"".join((
                int2(boekjaar), int4(dienstperiode), text(soort), int2(aantal_regels),
                int2s(rekeningen), texts(categorieen),
            ))  # fmt: skip
        gemaakt.append(b"".join((
            samen, declaratie, vorm, int8s(bedragen),
            int8(nummer), text(omschrijving), int4(volgnummer), text(referentie), int8(toewijzing_nummer),
            text(sleutel), bytea(inhoud), int8(tegenboeking_van), bytea(vorige_hash), bytea(eigen_hash),
        )))  # fmt: skip
    return gemaakt
