"""The answers that the standard demands, made of the message sent by copying its elements (IV028, IV033, IV087)."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Final

from lxml import etree

from tests.conformance import boom
from tests.conformance.basis import VANDAAG
from tests.conformance.geval import REGELS, Fouten

RETOUR: Final = {
    "JW301": ("JW302", "437"),
    "JW305": ("JW306", "439"),
    "JW307": ("JW308", "441"),
    "JW315": ("JW316", "447"),
    "JW317": ("JW318", "487"),
    "JW319": ("JW320", "489"),
}
"""Each message that gets a technical retourbericht: which, and its BerichtCode."""

KLASSEN: Final = {
    "JW301": {"Client", "Relatie", "Contact", "ToegewezenProduct"},
    "JW305": {"Client", "StartProduct"},
    "JW307": {"Client", "StopProduct"},
    "JW315": {"Client", "AangevraagdProduct"},
    "JW317": {"Client", "Verzoek", "OngewijzigdProduct", "TeWijzigenProduct", "NieuwProduct"},
    "JW319": {"Antwoord", "Woonplaatsbeginsel"},
}
"""The classes that carry RetourCodes in the answer to a message."""


def retour(heen: etree._Element, fouten: Fouten, identificatie: str) -> etree._Element:
    """The whole retourbericht on a message with these findings, under an Identificatie of the answerer's."""
    soort = boom.soort_van(heen)
    doel, code = RETOUR[soort]
    per_klasse = _per_klasse(heen, fouten)
    niveaus = {REGELS[regel].niveau for regel, _ in fouten}
    if not fouten:
        header: tuple[str, ...] = ()
    elif 2 in niveaus:
        header = ("0001",)
    elif "" in per_klasse:
        header = per_klasse[""]
    else:
        header = ("0200",)
    wortel = etree.Element(f"{{{boom.namespace(doel)}}}Bericht")
    wortel.append(_header(heen, doel, code, header, identificatie))
    if header == ("0200",):
        inhoud = heen[1]
        wortel.append(_kopie(inhoud, doel, {p.element: p.pad for p in boom.plaatsen(heen)}, per_klasse, soort))
    return wortel


def _per_klasse(heen: etree._Element, fouten: Fouten) -> dict[str, tuple[str, ...]]:
    """Codes by the path of the innermost class around each finding; "" for the Header and the message itself."""
    klassen = KLASSEN[boom.soort_van(heen)]
    paden = [p.pad for p in boom.plaatsen(heen) if boom.lokaal(p.element) in klassen]
    gevonden: dict[str, dict[str, None]] = {}
    for regel, pad in fouten:
        om = [klasse for klasse in paden if pad == klasse or pad.startswith(f"{klasse}/")]
        gevonden.setdefault(max(om, key=len, default=""), {})[REGELS[regel].retourcode] = None
    return {pad: tuple(codes) for pad, codes in gevonden.items()}


def _header(
    heen: etree._Element, doel: str, code: str, retourcodes: Iterable[str], identificatie: str
) -> etree._Element:
    """Everything of the message's Header, the answerer's own elements, and the codes."""
    ruimte = boom.namespace(doel)
    header = _hernoemd(heen[0], doel)
    header[0].text = code
    _erin(header, ruimte, "IdentificatieRetour", identificatie)
    _erin(header, ruimte, "DagtekeningRetour", VANDAAG.isoformat())
    _versie(header, ruimte, "XsdVersieRetour", doel)
    _codes(header, ruimte, retourcodes)
    return header


def _kopie(
    element: etree._Element,
    doel: str,
    paden: Mapping[etree._Element, str],
    per_klasse: Mapping[str, tuple[str, ...]],
    soort: str,
) -> etree._Element:
    """A class as it was sent, with codes on it and on every class inside: 0200 where nothing was found."""
    ruimte = boom.namespace(doel)
    if str(etree.QName(element).namespace) == boom.BASIS:
        return deepcopy(element)
    kopie = etree.Element(f"{{{ruimte}}}{boom.lokaal(element)}")
    kopie.text = element.text
    for kind in element:
        kopie.append(_kopie(kind, doel, paden, per_klasse, soort))
    if boom.lokaal(element) in KLASSEN[soort]:
        _codes(kopie, ruimte, per_klasse.get(paden[element], ("0200",)))
    return kopie


def _hernoemd(element: etree._Element, doel: str) -> etree._Element:
    """The same tree in the namespace of another message; what is of the basisschema stays."""
    kopie = deepcopy(element)
    for deel in kopie.iter("{*}*"):
        if etree.QName(deel).namespace != boom.BASIS:
            deel.tag = f"{{{boom.namespace(doel)}}}{boom.lokaal(deel)}"
    return kopie


def _erin(ouder: etree._Element, ruimte: str, naam: str, tekst: str = "") -> etree._Element:
    element = etree.SubElement(ouder, f"{{{ruimte}}}{naam}")
    if tekst:
        element.text = tekst
    return element


def _versie(ouder: etree._Element, ruimte: str, naam: str, soort: str) -> None:
    """The answerer's own schema versions (IV034)."""
    basis, bericht = boom.xsd_versie(soort)
    versie = _erin(ouder, ruimte, naam)
    _erin(versie, boom.BASIS, "BasisschemaXsdVersie", basis)
    _erin(versie, boom.BASIS, "BerichtXsdVersie", bericht)


def _codes(ouder: etree._Element, ruimte: str, codes: Iterable[str]) -> None:
    codes = tuple(codes)
    if codes:
        lijst = _erin(ouder, ruimte, "RetourCodes")
        for code in codes:
            _erin(lijst, ruimte, "RetourCode", code)


# --- JW325


def antwoord_header(heen: etree._Element, identificatie: str, codes: Iterable[str]) -> etree._Element:
    """A JW325 of which only the Header is there (yet)."""
    ruimte = boom.namespace("JW325")
    oud = heen[0]
    wortel = etree.Element(f"{{{ruimte}}}Bericht")
    header = _erin(wortel, ruimte, "Header")
    _erin(header, ruimte, "BerichtCode", "491")
    for naam in ("BerichtVersie", "BerichtSubversie"):
        _erin(header, ruimte, naam, _tekst(oud, naam))
    _erin(header, ruimte, "Afzender", _tekst(oud, "Ontvanger"))
    _erin(header, ruimte, "Ontvanger", _tekst(oud, "Afzender"))
    eigen = _erin(header, ruimte, "BerichtIdentificatie")
    _erin(eigen, boom.BASIS, "Identificatie", identificatie)
    _erin(eigen, boom.BASIS, "Dagtekening", VANDAAG.isoformat())
    _versie(header, ruimte, "XsdVersie", "JW325")
    _overgenomen(header, oud, "BerichtIdentificatie", "DeclaratieIdentificatie")
    _overgenomen(header, oud, "XsdVersie", "XsdVersieDeclaratie")
    _codes(header, ruimte, codes)
    return wortel


def antwoord(
    heen: etree._Element,
    identificatie: str,
    codes: Iterable[str],
    *,
    toegekend_cent: int,
    clienten: Mapping[str, tuple[str, ...]] | None = None,
    prestaties: Mapping[str, tuple[str, ...]] | None = None,
) -> etree._Element:
    """A whole JW325: ``codes`` of DeclaratieAntwoord, and by path the codes of each Client and Prestatie that
    comes back."""
    ruimte = boom.namespace("JW325")
    wortel = antwoord_header(heen, identificatie, ("0200",))
    declaratie = heen[1]
    deel = _erin(wortel, ruimte, "DeclaratieAntwoord")
    _erin(deel, ruimte, "DeclaratieNummer", _tekst(declaratie, "DeclaratieNummer"))
    _overgenomen(deel, declaratie, "TotaalIngediendBedrag", "TotaalIngediendBedrag")
    totaal = _erin(deel, ruimte, "TotaalToegekendBedrag")
    _erin(totaal, boom.BASIS, "TotaalBedrag", str(abs(toegekend_cent)))
    _erin(totaal, boom.BASIS, "DebetCredit", "C" if toegekend_cent < 0 else "D")
    if clienten:
        lijst = _erin(deel, ruimte, "Clienten")
        plaatsen = list(boom.plaatsen(heen))
        for plaats in plaatsen:
            if plaats.pad in clienten:
                client = _erin(lijst, ruimte, "Client")
                _erin(client, ruimte, "Bsn", _tekst(plaats.element, "Bsn"))
                terug = _erin(client, ruimte, "Prestaties")
                for ander in plaatsen:
                    if ander.pad.startswith(f"{plaats.pad}/") and ander.pad in (prestaties or {}):
                        kopie = _hernoemd(ander.element, "JW325")
                        _codes(kopie, ruimte, (prestaties or {})[ander.pad])
                        terug.append(kopie)
                _codes(client, ruimte, clienten[plaats.pad])
    _codes(deel, ruimte, codes)
    return wortel


def _tekst(ouder: etree._Element, naam: str) -> str:
    return ouder.findtext(f"{{*}}{naam}") or ""


def _overgenomen(doel: etree._Element, bron: etree._Element, naam: str, nieuwe_naam: str) -> None:
    """A composite of the message sent under another name."""
    element = bron.find(f"{{*}}{naam}")
    assert element is not None
    kopie = _hernoemd(element, "JW325")
    kopie.tag = f"{{{boom.namespace('JW325')}}}{nieuwe_naam}"
    doel.append(kopie)
