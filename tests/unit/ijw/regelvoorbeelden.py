"""Messages that comply with every level 2 rule; a test changes the one thing it is about."""

import datetime as dt
from typing import Any

from msgspec.structs import replace

from ijw.berichten import JW301, JW305, JW307, JW315, JW317, JW319, JW323, JW325
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
from ijw.berichten.jw301 import Client301, Contact301, Header301, Relatie301, ToegewezenProduct301
from ijw.berichten.jw305 import Client305, Header305, StartProduct305
from ijw.berichten.jw307 import Client307, Header307, StopProduct307
from ijw.berichten.jw315 import AangevraagdProduct315, Client315, Header315
from ijw.berichten.jw317 import Client317, Header317, NieuwProduct317, TeWijzigenProduct317, Verzoek317
from ijw.berichten.jw319 import Antwoord319, Header319, Woonplaatsbeginsel319
from ijw.berichten.jw323 import Client323, Declaratie323, Header323, Prestatie323
from ijw.berichten.jw325 import Client325, DeclaratieAntwoord325, Header325, Prestatie325
from ijw.bevinding import Bevinding
from ijw.regels import niveau2

D = dt.date
DAGTEKENING = D(2026, 5, 6)

NAAM = VolledigeNaam(geslachtsnaam=Achternaam(achternaam="Jansen"), naam_gebruik="1")
ADRES = Adres(huis=Huis(huisnummer=1), postcode="7411AB", land_code="NL")
CONTACT = Contact301(soort="01", adres=ADRES)
RELATIE = Relatie301(nummer="1", soort="10", naam=NAAM, contact=CONTACT)
TOEWIJZING = ToegewezenProduct301(
    toewijzing_nummer=10072,
    product=Product(categorie="45", code="45A03"),
    toewijzingsdatum=D(2026, 4, 1),
    toewijzingstijd="12:00:00",
    ingangsdatum=D(2026, 4, 1),
    einddatum=D(2026, 9, 30),
    omvang=Omvang(volume=3, eenheid="04", frequentie="2"),
)
PRESTATIE = Prestatie323(
    product_referentie=Referentie(referentie_nummer="RN1"),
    toewijzing_nummer=10072,
    product_categorie="45",
    product_code="45A03",
    product_periode=GeslotenPeriode(begindatum=D(2026, 4, 1), einddatum=D(2026, 4, 30)),
    geleverd_volume=4,
    eenheid="04",
    product_tarief=1250,
    ingediend_bedrag=BedragMetDC(bedrag=5000, debet_credit="D"),
)
START = StartProduct305(toewijzing_nummer=10072, begindatum=D(2026, 4, 2), status_aanlevering="1")
STOP = StopProduct307(
    toewijzing_nummer=10072,
    begindatum=D(2026, 4, 2),
    einddatum=D(2026, 4, 20),
    reden_beeindiging="31",
    status_aanlevering="1",
)
AANVRAAG = AangevraagdProduct315(
    referentie_aanbieder="R1",
    product=Product(categorie="45"),
    toewijzing_ingangsdatum=D(2026, 6, 1),
    verwijzer=Verwijzer(type="01"),
)
WIJZIGING = TeWijzigenProduct317(toewijzing_nummer=10072, gewenste_ingangsdatum=D(2026, 6, 1))
NIEUW = NieuwProduct317(product=Product(categorie="45"), gewenste_ingangsdatum=D(2026, 6, 1))
_VERSIE = XsdVersie(basisschema_xsd_versie="1.0.0", bericht_xsd_versie="1.0.0")


def header(klasse: type[Any], code: str, afzender: str, ontvanger: str, **overig: Any) -> Any:
    return klasse(
        bericht_code=code,
        bericht_versie=3,
        bericht_subversie=2,
        afzender=afzender,
        ontvanger=ontvanger,
        bericht_identificatie=BerichtIdentificatie(identificatie="1", dagtekening=DAGTEKENING),
        xsd_versie=_VERSIE,
        **overig,
    )


def jw301(*toewijzingen: ToegewezenProduct301, **client: Any) -> JW301:
    """A JW301 with these toewijzingen; `client` overrides fields of Client."""
    velden: dict[str, Any] = {
        "bsn": "999900006",
        "geboortedatum": Geboortedatum(datum=D(2015, 3, 2)),
        "geslacht": "2",
        "naam": NAAM,
        "relaties": (RELATIE,),
        "contactgegevens": (CONTACT,),
        "toegewezen_producten": toewijzingen or (TOEWIJZING,),
    }
    return JW301(header=header(Header301, "436", "0193", "12345678"), client=Client301(**velden | client))


def jw323(*clienten: Client323, **declaratie: Any) -> JW323:
    """A JW323 for April 2026 of which the total fits; `declaratie` overrides fields of Declaratie."""
    clienten = clienten or (client(PRESTATIE),)
    totaal = sum(p.ingediend_bedrag.met_teken for c in clienten for p in c.prestaties)
    velden: dict[str, Any] = {
        "declaratie_nummer": "DN1",
        "declaratie_periode": GeslotenPeriode(begindatum=D(2026, 4, 1), einddatum=D(2026, 4, 30)),
        "declaratie_dagtekening": DAGTEKENING,
        "totaal_ingediend_bedrag": TotaalBedragMetDC.van_cent(totaal),
        "clienten": clienten,
    }
    kop = header(Header323, "490", "12345678", "0193")
    return JW323(header=kop, declaratie=Declaratie323(**velden | declaratie))


def _persoon(**velden: Any) -> dict[str, Any]:
    persoon = {
        "bsn": "999900006",
        "geboortedatum": Geboortedatum(datum=D(2015, 3, 2)),
        "geslacht": "2",
        "naam": VerkorteNaam(geslachtsnaam=Achternaam(achternaam="Jansen")),
    }
    return persoon | velden


def jw305(*starts: StartProduct305, **client: Any) -> JW305:
    kop = header(Header305, "438", "12345678", "0193")
    return JW305(header=kop, client=Client305(start_producten=starts or (START,), **_persoon(**client)))


def jw307(*stops: StopProduct307, **client: Any) -> JW307:
    kop = header(Header307, "440", "12345678", "0193")
    return JW307(header=kop, client=Client307(stop_producten=stops or (STOP,), **_persoon(**client)))


def jw315(*aanvragen: AangevraagdProduct315, **client: Any) -> JW315:
    kop = header(Header315, "446", "12345678", "0193")
    return JW315(header=kop, client=Client315(aangevraagde_producten=aanvragen or (AANVRAAG,), **_persoon(**client)))


def jw317(**verzoek: Any) -> JW317:
    """A JW317 with the lists of products given, or else one TeWijzigenProduct."""
    kop = header(Header317, "486", "12345678", "0193")
    verzoek = verzoek or {"te_wijzigen_producten": (WIJZIGING,)}
    inhoud = Verzoek317(referentie_aanbieder="R1", reden_verzoek="1", **verzoek)
    return JW317(header=kop, client=Client317(bsn="999900006", verzoek=inhoud))


def jw319(antwoord: str = "1", reden: str | None = "2", gemeente: str | None = None) -> JW319:
    """A JW319 with this VerzoekAntwoord, this reason and this Woonplaatsbeginsel."""
    inhoud = Antwoord319(
        referentie_aanbieder="R1",
        verzoek_antwoord=antwoord,
        reden_afwijzing_verzoek=reden,
        woonplaatsbeginsel=None if gemeente is None else Woonplaatsbeginsel319(gemeente=gemeente),
    )
    return JW319(header=header(Header319, "488", "0193", "12345678"), antwoord=inhoud)


def jw325(*prestaties: Prestatie323, bsn: str = "999900006", totaal: TotaalBedragMetDC | None = None) -> JW325:
    """A JW325 in which these prestaties of one client come back rejected."""
    heen = jw323(client(*prestaties, bsn=bsn)).declaratie
    afgewezen = tuple(
        Prestatie325(**{veld: getattr(p, veld) for veld in p.__struct_fields__}, retour_codes=("9321",))
        for p in prestaties
    )
    antwoord = DeclaratieAntwoord325(
        declaratie_nummer="DN1",
        totaal_ingediend_bedrag=heen.totaal_ingediend_bedrag,
        totaal_toegekend_bedrag=totaal or TotaalBedragMetDC.van_cent(0),
        clienten=(Client325(bsn=bsn, prestaties=afgewezen, retour_codes=("0200",)),),
        retour_codes=("0200",),
    )
    identificatie = BerichtIdentificatie(identificatie="9", dagtekening=DAGTEKENING)
    overig = {
        "declaratie_identificatie": identificatie,
        "xsd_versie_declaratie": _VERSIE,
        "retour_codes": ("0200",),
    }
    return JW325(header=header(Header325, "491", "0193", "12345678", **overig), declaratie_antwoord=antwoord)


def client(*prestaties: Prestatie323, bsn: str = "999900006") -> Client323:
    return Client323(bsn=bsn, prestaties=prestaties)


def prestatie(referentie: str = "RN1", **velden: Any) -> Prestatie323:
    return replace(PRESTATIE, product_referentie=Referentie(referentie_nummer=referentie), **velden)


def credit(referentie: str, vorig: str, **velden: Any) -> Prestatie323:
    return replace(
        PRESTATIE,
        product_referentie=Referentie(referentie_nummer=referentie, vorig_referentie_nummer=vorig),
        ingediend_bedrag=BedragMetDC(bedrag=5000, debet_credit="C"),
        **velden,
    )


def periode(begin: D, eind: D) -> GeslotenPeriode:
    return GeslotenPeriode(begindatum=begin, einddatum=eind)


def paden(bericht: Any, regel: str) -> list[str]:
    """Paths of the findings of one rule."""
    return [b.pad for b in niveau2(bericht) if b.regel == regel]


def bevindingen(bericht: Any) -> list[tuple[str, str]]:
    """Rule and path of every finding."""
    return [(b.regel, b.pad) for b in niveau2(bericht)]


def een_bevinding(bericht: Any, regel: str) -> Bevinding:
    (bevinding,) = [b for b in niveau2(bericht) if b.regel == regel]
    return bevinding
