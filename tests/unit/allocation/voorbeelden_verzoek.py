"""A JW315, JW317 and JW319 that pass every rule; a test changes the one thing it is about."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from msgspec.structs import replace

from ijw.berichten import JW315, JW317, JW319
from ijw.berichten.basis import (
    Achternaam,
    BerichtIdentificatie,
    Geboortedatum,
    Omvang,
    Product,
    VerkorteNaam,
    Verwijzer,
    XsdVersie,
)
from ijw.berichten.jw315 import AangevraagdProduct315, Client315, Header315
from ijw.berichten.jw317 import (
    Client317,
    Header317,
    NieuwProduct317,
    OngewijzigdProduct317,
    TeWijzigenProduct317,
    Verzoek317,
)
from ijw.berichten.jw319 import Antwoord319, Header319, Woonplaatsbeginsel319
from tests.unit.allocation.voorbeelden import AANBIEDER, BSN, GEMEENTE

DAG = date(2026, 5, 6)
_VERSIE = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")

AANGEVRAAGD = AangevraagdProduct315(
    referentie_aanbieder="VOT-1",
    product=Product(categorie="45", code="45A04"),
    toewijzing_ingangsdatum=date(2026, 6, 1),
    toewijzing_einddatum=date(2026, 11, 30),
    omvang=Omvang(volume=2, eenheid="04", frequentie="2"),
    verwijzer=Verwijzer(type="02", zorgverlener_code="01234567"),
)

_NUMMERS = count(1)


def _kenmerk(identificatie: str | None, dagtekening: date) -> BerichtIdentificatie:
    """A number that no other example has, unless one is given."""
    return BerichtIdentificatie(identificatie=identificatie or f"V{next(_NUMMERS)}", dagtekening=dagtekening)


def aangevraagd(referentie: str = "VOT-1", **velden: Any) -> AangevraagdProduct315:
    """Two hours a week from June to November; ``velden`` says what is different."""
    return replace(AANGEVRAAGD, referentie_aanbieder=referentie, **velden)


def jw315(
    *producten: AangevraagdProduct315,
    identificatie: str | None = None,
    dagtekening: date = DAG,
    afzender: str = AANBIEDER,
    ontvanger: str = GEMEENTE,
    **client: Any,
) -> JW315:
    """A verzoek om toewijzing of these products; ``client`` says what is different about the client."""
    persoon = Client315(
        bsn=BSN,
        geboortedatum=Geboortedatum(datum=date(2015, 3, 2)),
        geslacht="2",
        naam=VerkorteNaam(geslachtsnaam=Achternaam(achternaam="Jansen"), voorletters="P"),
        gezagsdrager_bekend="1",
        aangevraagde_producten=producten or (AANGEVRAAGD,),
    )
    return JW315(
        header=Header315(
            bericht_code="446",
            bericht_versie=3,
            bericht_subversie=2,
            afzender=afzender,
            ontvanger=ontvanger,
            bericht_identificatie=_kenmerk(identificatie, dagtekening),
            xsd_versie=_VERSIE,
        ),
        client=replace(persoon, **client),
    )


def te_wijzigen(nummer: int = 10072, **velden: Any) -> TeWijzigenProduct317:
    """The toewijzing of three hours a week from April to September, made two hours from July on."""
    return replace(
        TeWijzigenProduct317(
            toewijzing_nummer=nummer,
            gewenste_ingangsdatum=date(2026, 7, 1),
            einddatum=date(2026, 9, 30),
            omvang=Omvang(volume=2, eenheid="04", frequentie="2"),
        ),
        **velden,
    )


def nieuw(**velden: Any) -> NieuwProduct317:
    """Two hours a week of another product from July to December."""
    return replace(
        NieuwProduct317(
            product=Product(categorie="45", code="45A04"),
            gewenste_ingangsdatum=date(2026, 7, 1),
            einddatum=date(2026, 12, 31),
            omvang=Omvang(volume=2, eenheid="04", frequentie="2"),
        ),
        **velden,
    )


def jw317(
    *,
    ongewijzigd: Sequence[int] = (),
    wijzigen: Sequence[TeWijzigenProduct317] = (),
    nieuwe: Sequence[NieuwProduct317] = (),
    referentie: str = "VOW-1",
    identificatie: str | None = None,
    dagtekening: date = DAG,
    afzender: str = AANBIEDER,
    ontvanger: str = GEMEENTE,
    bsn: str = BSN,
) -> JW317:
    """A verzoek om wijziging to this situation."""
    return JW317(
        header=Header317(
            bericht_code="486",
            bericht_versie=3,
            bericht_subversie=2,
            afzender=afzender,
            ontvanger=ontvanger,
            bericht_identificatie=_kenmerk(identificatie, dagtekening),
            xsd_versie=_VERSIE,
        ),
        client=Client317(
            bsn=bsn,
            verzoek=Verzoek317(
                referentie_aanbieder=referentie,
                reden_verzoek="1",
                ongewijzigde_producten=tuple(OngewijzigdProduct317(toewijzing_nummer=nummer) for nummer in ongewijzigd),
                te_wijzigen_producten=tuple(wijzigen),
                nieuwe_producten=tuple(nieuwe),
            ),
        ),
    )


def jw319(
    referentie: str = "VOT-1",
    antwoord: str = "1",
    reden: str | None = None,
    *,
    gemeente: str | None = None,
    identificatie: str | None = None,
    dagtekening: date = DAG,
    afzender: str = GEMEENTE,
    ontvanger: str = AANBIEDER,
) -> JW319:
    """An answer; a rejection is out of budget (2) unless ``reden`` says otherwise."""
    standaard = "2" if antwoord == "1" else None
    return JW319(
        header=Header319(
            bericht_code="488",
            bericht_versie=3,
            bericht_subversie=2,
            afzender=afzender,
            ontvanger=ontvanger,
            bericht_identificatie=_kenmerk(identificatie, dagtekening),
            xsd_versie=_VERSIE,
        ),
        antwoord=Antwoord319(
            referentie_aanbieder=referentie,
            verzoek_antwoord=antwoord,
            reden_afwijzing_verzoek=reden or standaard,
            woonplaatsbeginsel=Woonplaatsbeginsel319(gemeente=gemeente) if gemeente else None,
        ),
    )
