"""The conforming messages that every case starts from: one of each kind, small, and one with every element."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW319, JW323
from ijw.berichten.basis import (
    Achternaam,
    Adres,
    BedragMetDC,
    BerichtIdentificatie,
    Geboortedatum,
    GeslotenPeriode,
    Huis,
    Omvang,
    Product,
    Referentie,
    TotaalBedragMetDC,
    VerkorteNaam,
    Verwijzer,
    VolledigeNaam,
    XsdVersie,
)
from ijw.berichten.jw301 import Client301, Contact301, Header301, ToegewezenProduct301
from ijw.berichten.jw305 import Client305, Header305, StartProduct305
from ijw.berichten.jw307 import Client307, Header307, StopProduct307
from ijw.berichten.jw315 import AangevraagdProduct315, Client315, Header315
from ijw.berichten.jw317 import Client317, Header317, OngewijzigdProduct317, TeWijzigenProduct317, Verzoek317
from ijw.berichten.jw319 import Antwoord319, Header319
from ijw.berichten.jw323 import Client323, Declaratie323, Header323, Prestatie323
from tests.conformance.geval import Basis
from tests.conformance.toneel import Contract, Stap, Toneel

D = dt.date
VANDAAG = D(2026, 5, 6)
"""What the clock of the running system says, and the day of every message."""

UREN = Omvang(volume=12, eenheid="04", frequentie="4")
TARIEF = 9_000
REGELS: Final = (
    {"productcategorie": "45", "productcode": "45A04", "eenheid": "04", "tarief": TARIEF},
    {"productcategorie": "45", "productcode": "45A05", "eenheid": "04", "tarief": TARIEF},
)


def contract(t: Toneel, *extra: dict[str, Any], jaar: int = 2026) -> Contract:
    """Two products of category 45 by the hour, and what more is given."""
    return Contract(t, (*REGELS, *extra), jaar)


_ADRES = Adres(huis=Huis(huisnummer=12), postcode="8011PK", land_code="NL")


def kop(klasse: type[Any], code: str, van: str, aan: str, identificatie: str) -> Any:
    """A Header."""
    return klasse(
        bericht_code=code,
        bericht_versie=3,
        bericht_subversie=2,
        afzender=van,
        ontvanger=aan,
        bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=VANDAAG),
        xsd_versie=XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0"),
    )


def toewijzing(t: Toneel, volg: int = 0, **anders: Any) -> ToegewezenProduct301:
    """12 uur a month of 45A04 over 2026."""
    velden: dict[str, Any] = {
        "toewijzing_nummer": t.toewijzing(volg),
        "product": Product(categorie="45", code="45A04"),
        "toewijzingsdatum": D(2025, 12, 1),
        "toewijzingstijd": "09:30:00",
        "ingangsdatum": D(2026, 1, 1),
        "einddatum": D(2026, 12, 31),
        "omvang": UREN,
    }
    return ToegewezenProduct301(**(velden | anders))


def jw301(t: Toneel, *toewijzingen: ToegewezenProduct301, volg: int = 0, **client: Any) -> JW301:
    """One toewijzing, unless others are given; ``volg`` tells messages of one case apart."""
    velden: dict[str, Any] = {
        "bsn": t.bsn,
        "geboortedatum": Geboortedatum(datum=D(2014, 7, 9)),
        "geslacht": "1",
        "naam": VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Bosman"), naam_gebruik="1"),
        "contactgegevens": (Contact301(soort="01", adres=_ADRES),),
        "toegewezen_producten": toewijzingen or (toewijzing(t),),
    }
    header = kop(Header301, "436", t.gemeente, t.aanbieder, t.identificatie(volg))
    return JW301(header=header, client=Client301(**(velden | client)))


def _persoon(t: Toneel) -> dict[str, Any]:
    return {
        "bsn": t.bsn,
        "geboortedatum": Geboortedatum(datum=D(2014, 7, 9)),
        "geslacht": "1",
        "naam": VerkorteNaam(geslachtsnaam=Achternaam(achternaam="Bosman")),
    }


def start(t: Toneel, volg: int = 0, **anders: Any) -> StartProduct305:
    """Delivery on a toewijzing began on 5 January."""
    velden: dict[str, Any] = {
        "toewijzing_nummer": t.toewijzing(volg),
        "product": Product(categorie="45", code="45A04"),
        "toewijzing_ingangsdatum": D(2026, 1, 1),
        "begindatum": D(2026, 1, 5),
        "status_aanlevering": "1",
    }
    return StartProduct305(**(velden | anders))


def jw305(t: Toneel, *starts: StartProduct305, volg: int = 0, **client: Any) -> JW305:
    """One start, unless others are given."""
    header = kop(Header305, "438", t.aanbieder, t.gemeente, t.identificatie(volg))
    return JW305(header=header, client=Client305(**(_persoon(t) | {"start_producten": starts or (start(t),)} | client)))


def stop(t: Toneel, volg: int = 0, **anders: Any) -> StopProduct307:
    """Delivery that began on 5 January ended as planned on 30 April."""
    velden: dict[str, Any] = {
        "toewijzing_nummer": t.toewijzing(volg),
        "product": Product(categorie="45", code="45A04"),
        "toewijzing_ingangsdatum": D(2026, 1, 1),
        "begindatum": D(2026, 1, 5),
        "reden_beeindiging": "31",
        "einddatum": D(2026, 4, 30),
        "status_aanlevering": "1",
    }
    return StopProduct307(**(velden | anders))


def jw307(t: Toneel, *stops: StopProduct307, volg: int = 0, **client: Any) -> JW307:
    """One stop, unless others are given."""
    header = kop(Header307, "440", t.aanbieder, t.gemeente, t.identificatie(volg))
    return JW307(header=header, client=Client307(**(_persoon(t) | {"stop_producten": stops or (stop(t),)} | client)))


def aanvraag(t: Toneel, volg: int = 0, **anders: Any) -> AangevraagdProduct315:
    """12 uur a month of 45A04 from 1 June, referred by the gemeente."""
    velden: dict[str, Any] = {
        "referentie_aanbieder": t.referentie(volg),
        "product": Product(categorie="45", code="45A04"),
        "toewijzing_ingangsdatum": D(2026, 6, 1),
        "toewijzing_einddatum": D(2026, 12, 31),
        "omvang": UREN,
        "verwijzer": Verwijzer(type="01"),
    }
    return AangevraagdProduct315(**(velden | anders))


def jw315(t: Toneel, *aanvragen: AangevraagdProduct315, volg: int = 0, **client: Any) -> JW315:
    """One product asked for, unless others are given."""
    header = kop(Header315, "446", t.aanbieder, t.gemeente, t.identificatie(volg))
    producten = {"aangevraagde_producten": aanvragen or (aanvraag(t),)}
    return JW315(header=header, client=Client315(**(_persoon(t) | producten | client)))


def jw317(t: Toneel, *, volg: int = 0, **verzoek: Any) -> JW317:
    """More hours on the first toewijzing from 1 June; the second stays as it is."""
    velden: dict[str, Any] = {
        "referentie_aanbieder": t.referentie(),
        "reden_verzoek": "1",
        "ongewijzigde_producten": (OngewijzigdProduct317(toewijzing_nummer=t.toewijzing(1)),),
        "te_wijzigen_producten": (
            TeWijzigenProduct317(
                toewijzing_nummer=t.toewijzing(),
                gewenste_ingangsdatum=D(2026, 6, 1),
                einddatum=D(2026, 12, 31),
                omvang=replace(UREN, volume=20),
            ),
        ),
    }
    header = kop(Header317, "486", t.aanbieder, t.gemeente, t.identificatie(volg))
    return JW317(header=header, client=Client317(bsn=t.bsn, verzoek=Verzoek317(**(velden | verzoek))))


def jw319(t: Toneel, *, volg: int = 0, **antwoord: Any) -> JW319:
    """The first request is rejected: no contract."""
    velden: dict[str, Any] = {
        "referentie_aanbieder": t.referentie(),
        "verzoek_antwoord": "1",
        "reden_afwijzing_verzoek": "3",
    }
    header = kop(Header319, "488", t.gemeente, t.aanbieder, t.identificatie(volg))
    return JW319(header=header, antwoord=Antwoord319(**(velden | antwoord)))


def prestatie(t: Toneel, referentie: str = "A1", volg: int = 0, **anders: Any) -> Prestatie323:
    """4 uur in April on a toewijzing."""
    velden: dict[str, Any] = {
        "product_referentie": Referentie(referentie_nummer=referentie),
        "toewijzing_nummer": t.toewijzing(volg),
        "product_categorie": "45",
        "product_code": "45A04",
        "product_periode": GeslotenPeriode(begindatum=D(2026, 4, 1), einddatum=D(2026, 4, 30)),
        "geleverd_volume": 4,
        "eenheid": "04",
        "product_tarief": TARIEF,
        "ingediend_bedrag": BedragMetDC(bedrag=4 * TARIEF, debet_credit="D"),
    }
    return Prestatie323(**(velden | anders))


def credit(debet: Prestatie323, referentie: str, **anders: Any) -> Prestatie323:
    """The debet taken back under a reference of its own."""
    eerder = debet.product_referentie.referentie_nummer
    velden: dict[str, Any] = {
        "product_referentie": Referentie(referentie_nummer=referentie, vorig_referentie_nummer=eerder),
        "ingediend_bedrag": BedragMetDC(bedrag=debet.ingediend_bedrag.bedrag, debet_credit="C"),
    }
    return replace(debet, **(velden | anders))


def jw323(
    t: Toneel, *prestaties: Prestatie323, volg: int = 0, clienten: Sequence[Client323] = (), **declaratie: Any
) -> JW323:
    """April of one client, its total the sum; ``clienten`` for several."""
    clienten = tuple(clienten) or (Client323(bsn=t.bsn, prestaties=prestaties or (prestatie(t),)),)
    som = sum(p.ingediend_bedrag.met_teken for client in clienten for p in client.prestaties)
    velden: dict[str, Any] = {
        "declaratie_nummer": f"D{t.nummer}x{volg}",
        "declaratie_periode": GeslotenPeriode(begindatum=D(2026, 4, 1), einddatum=D(2026, 4, 30)),
        "declaratie_dagtekening": VANDAAG,
        "totaal_ingediend_bedrag": TotaalBedragMetDC.van_cent(som),
        "clienten": clienten,
    }
    header = kop(Header323, "490", t.aanbieder, t.gemeente, t.identificatie(volg))
    return JW323(header=header, declaratie=Declaratie323(**(velden | declaratie)))


def _toegewezen(t: Toneel) -> Sequence[Stap]:
    return (jw301(t, volg=90),)


def _gestart(t: Toneel) -> Sequence[Stap]:
    return (*_toegewezen(t), jw305(t, volg=91))


def twee_toewijzingen(t: Toneel) -> Sequence[Stap]:
    """The toewijzing, and one of another product beside it."""
    ander = toewijzing(t, 1, product=Product(categorie="45", code="45A05"))
    return (jw301(t, toewijzing(t), ander, volg=90),)


JW301_BASIS = Basis(soort="JW301", maak=jw301)
JW305_BASIS = Basis(soort="JW305", maak=jw305, vooraf=_toegewezen)
JW307_BASIS = Basis(soort="JW307", maak=jw307, vooraf=_gestart)
JW315_BASIS = Basis(soort="JW315", maak=jw315)
JW317_BASIS = Basis(soort="JW317", maak=jw317, vooraf=twee_toewijzingen)
JW319_BASIS = Basis(soort="JW319", maak=jw319, vooraf=lambda t: (jw315(t, volg=90),))
JW323_BASIS = Basis(soort="JW323", maak=jw323, vooraf=lambda t: (contract(t), *_toegewezen(t)))

BASES = {
    basis.soort: basis
    for basis in (
        JW301_BASIS,
        JW305_BASIS,
        JW307_BASIS,
        JW315_BASIS,
        JW317_BASIS,
        JW319_BASIS,
        JW323_BASIS,
    )
}
"""The small one of each kind."""
