"""The same declaraties for both contestants: faultless, so that every prestatie takes the happy flow."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ijw.berichten import JW323
from ijw.berichten.basis import (
    BedragMetDC,
    BerichtIdentificatie,
    GeslotenPeriode,
    Referentie,
    TotaalBedragMetDC,
    XsdVersie,
)
from ijw.berichten.jw323 import Client323, Declaratie323, Header323, Prestatie323
from ijw.bsn import test_bsns
from ijw.codec import build

GEMEENTEN = ("0148", "0150", "0160", "0166", "0175", "0177", "0180", "0189", "0193", "1700", "1773")
"""Of one region: the declaraties are divided among them."""
CATEGORIE = "45"
CODE = "45A04"
TARIEF = 8_750
UREN = 6
BEGIN = date(2026, 4, 1)
EIND = date(2026, 4, 30)
DAGTEKENING = date(2026, 5, 4)
PER_CLIENT = 4
"""Toewijzingen, and so prestaties a month, of one client."""


_MB = 1024 * 1024


@dataclass(frozen=True)
class Toegewezen:
    """A toewijzing that the benchmark declares on."""

    nummer: int
    bsn: str
    aanbieder: str
    gemeente: str


def aanbieder(nummer: int) -> str:
    """The AGB code of the n-th aanbieder."""
    return f"{42_000_000 + nummer:08d}"


def gemeente(nummer: int) -> str:
    """Whom the n-th aanbieder works for."""
    return GEMEENTEN[nummer % len(GEMEENTEN)]


def toewijzingen(declaraties: int, per_declaratie: int) -> Iterator[Toegewezen]:
    """One toewijzing per prestatie; each declaratie is of another aanbieder."""
    bsns = list(test_bsns())
    nummer = 0
    for declaratie in range(declaraties):
        for regel in range(per_declaratie):
            nummer += 1
            client = (declaratie * 37 + regel // PER_CLIENT) % len(bsns)
            yield Toegewezen(nummer, bsns[client], aanbieder(declaratie), gemeente(declaratie))


def declaratie(volgnummer: int, regels: list[Toegewezen]) -> bytes:
    """One JW323 with a prestatie on each toewijzing."""
    bedrag = TARIEF * UREN
    per_client: dict[str, list[Prestatie323]] = {}
    for regel in regels:
        per_client.setdefault(regel.bsn, []).append(
            Prestatie323(
                product_referentie=Referentie(referentie_nummer=f"B{volgnummer}-{regel.nummer}"),
                toewijzing_nummer=regel.nummer,
                product_categorie=CATEGORIE,
                product_code=CODE,
                product_periode=GeslotenPeriode(begindatum=BEGIN, einddatum=EIND),
                geleverd_volume=UREN,
                eenheid="04",
                product_tarief=TARIEF,
                ingediend_bedrag=BedragMetDC(bedrag=bedrag, debet_credit="D"),
            )
        )
    return build(
        JW323(
            header=Header323(
                bericht_code="490",
                bericht_versie=3,
                bericht_subversie=2,
                afzender=regels[0].aanbieder,
                ontvanger=regels[0].gemeente,
                bericht_identificatie=BerichtIdentificatie(identificatie=f"B{volgnummer}", dagtekening=DAGTEKENING),
                xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
            ),
            declaratie=Declaratie323(
                declaratie_nummer=f"B{volgnummer}",
                declaratie_periode=GeslotenPeriode(begindatum=BEGIN, einddatum=EIND),
                declaratie_dagtekening=DAGTEKENING,
                totaal_ingediend_bedrag=TotaalBedragMetDC(totaal_bedrag=bedrag * len(regels), debet_credit="D"),
                clienten=tuple(
                    Client323(bsn=bsn, prestaties=tuple(prestaties)) for bsn, prestaties in per_client.items()
                ),
            ),
        )
    )


def groot(offset: int, volgnummer: int) -> tuple[list[Toegewezen], bytes]:
    """One declaratie just under the sector's 25 MB, on toewijzingen numbered from ``offset`` on."""

    def regels(aantal: int) -> list[Toegewezen]:
        return [
            Toegewezen(offset + n + 1, regel.bsn, aanbieder(volgnummer), gemeente(volgnummer))
            for n, regel in enumerate(toewijzingen(1, aantal))
        ]

    proef = 1_000
    aantal = int(24.8 * _MB / (len(declaratie(volgnummer, regels(proef))) / proef))
    toegewezen = regels(aantal)
    return toegewezen, declaratie(volgnummer, toegewezen)


def alle(declaraties: int, per_declaratie: int) -> tuple[list[Toegewezen], list[bytes]]:
    """All toewijzingen and the messages that declare on them."""
    regels = list(toewijzingen(declaraties, per_declaratie))
    berichten = [declaratie(n, regels[n * per_declaratie : (n + 1) * per_declaratie]) for n in range(declaraties)]
    return regels, berichten
