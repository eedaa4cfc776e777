"""Conforming messages with every element that the standard has, for what only the form of a message decides."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from lxml import etree

from ijw.berichten.basis import (
    Achternaam,
    Adres,
    Communicatie,
    Geboortedatum,
    Huis,
    Omvang,
    OpenPeriode,
    Product,
    Telefoon,
    Telefoonnummers,
    VerkorteNaam,
    Verwijzer,
    VolledigeNaam,
)
from ijw.berichten.jw301 import Contact301, Relatie301
from ijw.berichten.jw317 import NieuwProduct317, TeWijzigenProduct317
from ijw.berichten.jw319 import Woonplaatsbeginsel319
from ijw.codec import build
from tests.conformance import boom, verwachting
from tests.conformance.basis import (
    BASES,
    D,
    aanvraag,
    jw301,
    jw305,
    jw307,
    jw315,
    jw317,
    jw319,
    toewijzing,
    twee_toewijzingen,
)
from tests.conformance.geval import REGELS, Vooraf
from tests.conformance.gevallen.jw323_bericht import CREDIT
from tests.conformance.toneel import Stap, Toneel

GEBOREN = Geboortedatum(datum=D(2014, 7, 1), datum_gebruik="1")
_ACHTERNAAM = Achternaam(achternaam="Bosman", voorvoegsel="van den")
_NAAM = VolledigeNaam(
    geslachtsnaam=_ACHTERNAAM,
    partnernaam=Achternaam(achternaam="Visser", voorvoegsel="de"),
    voornamen="Anna Maria",
    voorletters="AM",
    naam_gebruik="3",
)
_KORT = VerkorteNaam(geslachtsnaam=_ACHTERNAAM, voornamen="Anna Maria", voorletters="AM")
_NUMMER = Telefoon(telefoonnummer="0612345678", landnummer="0031")
_CONTACT = Contact301(
    soort="01",
    adres=Adres(
        huis=Huis(huisnummer=12, huisletter="a", huisnummer_toevoeging="bis", aanduiding_woonadres="TO"),
        postcode="8011PK",
        straatnaam="Grote Kerkplein",
        plaatsnaam="Zwolle",
        land_code="NL",
    ),
    organisatie="Gezinshuis",
    telefoon=Telefoonnummers(telefoon01=_NUMMER, telefoon02=_NUMMER),
    emailadres="gezin@example.org",
)
_TIJDELIJK = Contact301(
    soort="04",
    adres=_CONTACT.adres,
    periode=OpenPeriode(begindatum=D(2026, 1, 1), einddatum=D(2026, 12, 31)),
)
_BUDGET: dict[str, Any] = {"product": Product(categorie="46"), "omvang": None, "budget": 500_000}


def _jw301(t: Toneel) -> Any:
    uren = toewijzing(t, referentie_aanbieder=t.referentie(), reden_wijziging="12", commentaar="Op verzoek.")
    relatie = Relatie301(
        nummer="1", volgorde=1, soort="10", geboortedatum=GEBOREN, geslacht="2", naam=_NAAM, contact=_CONTACT
    )
    return jw301(
        t,
        uren,
        toewijzing(t, 1, **_BUDGET),
        geboortedatum=GEBOREN,
        naam=_NAAM,
        communicatie=Communicatie(vorm="1", taal="Tigrinya"),
        juridische_status="01",
        wettelijke_vertegenwoordiging="06",
        commentaar="Belt liever.",
        relaties=(relatie,),
        contactgegevens=(_CONTACT, _TIJDELIJK),
    )


def _jw315(t: Toneel) -> Any:
    beschikking = {"beschikking_nummer": 42, "beschikking_ingangsdatum": D(2026, 6, 1), "raamcontract": "1"}
    uren = aanvraag(
        t, verwijzer=Verwijzer(type="02", zorgverlener_code="01012345"), commentaar="Met spoed.", **beschikking
    )
    budget = aanvraag(t, 1, verwijzer=Verwijzer(type="01", naam="Wijkteam"), **_BUDGET)
    return jw315(
        t, uren, budget, geboortedatum=GEBOREN, naam=_KORT, gezagsdrager_bekend="1", commentaar="Ouders weten ervan."
    )


def _jw317(t: Toneel) -> Any:
    verzoek = jw317(t).client.verzoek
    budget = TeWijzigenProduct317(
        toewijzing_nummer=t.toewijzing(2),
        gewenste_ingangsdatum=D(2026, 1, 1),
        einddatum=D(2026, 12, 31),
        budget=600_000,
    )
    begin, eind = D(2026, 7, 1), D(2026, 12, 31)
    nieuw = (
        NieuwProduct317(
            product=Product(categorie="43", code="43A03"),
            gewenste_ingangsdatum=begin,
            einddatum=eind,
            omvang=Omvang(volume=10, eenheid="14", frequentie="4"),
        ),
        NieuwProduct317(product=Product(categorie="48"), gewenste_ingangsdatum=begin, einddatum=eind, budget=100_000),
    )
    return jw317(t, te_wijzigen_producten=(*verzoek.te_wijzigen_producten, budget), nieuwe_producten=nieuw)


def _drie_toewijzingen(t: Toneel) -> Sequence[Stap]:
    return (*twee_toewijzingen(t), jw301(t, toewijzing(t, 2, **_BUDGET), volg=91))


def _jw319(t: Toneel) -> Any:
    return jw319(t, reden_afwijzing_verzoek="8", woonplaatsbeginsel=Woonplaatsbeginsel319(gemeente="0150"))


_HEEN: Final[dict[str, tuple[Callable[[Toneel], Any], Vooraf]]] = {
    "JW301": (_jw301, lambda t: (jw315(t, volg=90),)),
    "JW305": (lambda t: jw305(t, geboortedatum=GEBOREN, naam=_KORT), BASES["JW305"].vooraf),
    "JW307": (lambda t: jw307(t, geboortedatum=GEBOREN, naam=_KORT), BASES["JW307"].vooraf),
    "JW315": (_jw315, lambda _: ()),
    "JW317": (_jw317, _drie_toewijzingen),
    "JW319": (_jw319, BASES["JW319"].vooraf),
    "JW323": (CREDIT.maak, CREDIT.vooraf),
}
HEEN_VAN: Final = {doel: heen for heen, (doel, _) in verwachting.RETOUR.items()}

_AFKEURING: Final = {
    "JW301": ("TR379", "/Bericht/Client/ToegewezenProducten/ToegewezenProduct[1]/ReferentieAanbieder"),
    "JW305": ("TR019", "/Bericht/Client/StartProducten/StartProduct[1]"),
    "JW307": ("TR382", "/Bericht/Client/StopProducten/StopProduct[1]"),
    "JW315": ("TR347", "/Bericht/Client/AangevraagdeProducten/AangevraagdProduct[1]/ReferentieAanbieder"),
    "JW317": ("TR351", "/Bericht/Client/Verzoek/TeWijzigenProducten/TeWijzigenProduct[1]"),
    "JW319": ("TR355", "/Bericht/Antwoord/ReferentieAanbieder"),
}
"""Something the receiver of a message can have against it, so that its retour holds every class."""


def bericht(soort: str, t: Toneel) -> Any:
    """The conforming message with every element, typed."""
    return _HEEN[soort][0](t)


def heenbericht(soort: str, t: Toneel) -> tuple[Sequence[Stap], etree._Element]:
    """What has to be there first, and the message as a tree."""
    maak, vooraf = _HEEN[soort]
    return vooraf(t), boom.lees(build(maak(t)))


def retourbericht(soort: str, t: Toneel) -> tuple[Sequence[Stap], etree._Element]:
    """The message that the retour answers comes first; the retour is its receiver's own."""
    maak, vooraf = _HEEN[HEEN_VAN[soort]]
    heen = maak(t)
    retour = verwachting.retour(boom.lees(build(heen)), (_AFKEURING[heen.soort],), f"R{t.nummer}")
    _met_xslt_versie(retour, "DagtekeningRetour")
    return (*vooraf(t), heen), retour


def antwoord(t: Toneel) -> etree._Element:
    """A JW325 that rejects the credit and awards the debet, with every element."""
    heen = boom.lees(build(CREDIT.maak(t)))
    client = "/Bericht/Declaratie/Clienten/Client[1]"
    debet, terug = CREDIT.maak(t).declaratie.clienten[0].prestaties[1], f"{client}/Prestaties/Prestatie[1]"
    jw325 = verwachting.antwoord(
        heen,
        f"X{t.nummer}",
        ("0200",),
        toegekend_cent=debet.ingediend_bedrag.met_teken,
        clienten={client: ("0200",)},
        prestaties={terug: ("8017", "9390")},
    )
    _met_xslt_versie(jw325, "DeclaratieIdentificatie")
    return jw325


def _met_xslt_versie(bericht: etree._Element, na: str) -> None:
    """The optional version of the published checks, after the element named."""
    header = bericht[0]
    versie = etree.Element(f"{{{boom.namespace(boom.soort_van(bericht))}}}XsltVersie")
    versie.text = "1.0.0"
    plek = next(nummer for nummer, element in enumerate(header, 1) if boom.lokaal(element) == na)
    header.insert(plek, versie)


def volledig(soort: str, t: Toneel) -> tuple[Sequence[Stap], etree._Element]:
    """A conforming message of any kind with every element, and what has to be there before a party sends it."""
    if soort == "JW325":
        return (), antwoord(t)
    return retourbericht(soort, t) if soort in HEEN_VAN else heenbericht(soort, t)


def afkeurcode(soort: str) -> str:
    """The code with which the receiver's retour of ``retourbericht`` rejects."""
    return REGELS[_AFKEURING[HEEN_VAN[soort]][0]].retourcode
