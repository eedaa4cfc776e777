"""Level 3 and 4 rules on a JW325 beside the JW323 that it answers.

The aanbieder is the one to apply them, and has no message to say what is wrong in. So the service holds every
JW325 of its own against them, as it was sent, beside the JW323 as it was received (``check``). An answer that
refuses its declaratie for a fault repeats that fault: it is not held against the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

import msgspec

from ijw.berichten import JW323, JW325
from ijw.berichten.jw323 import Prestatie323
from ijw.berichten.jw325 import Prestatie325
from ijw.bevinding import Bevinding
from ijw.codelijsten import Gemeentelijst
from ijw.regels import Regel, header
from ijw.retourcodes import NIVEAU_2
from ijw.volume import euro

_HEADER: Final = "/Bericht/Header"
_ANTWOORD: Final = "/Bericht/DeclaratieAntwoord"
_CLIENT: Final = f"{_ANTWOORD}/Clienten/Client"


class Antwoordfeiten(msgspec.Struct, frozen=True, kw_only=True):
    """What these rules need to know beside the JW325; ``heen`` is the JW323 that it claims to answer."""

    heen: JW323
    vandaag: date
    gemeenten: Gemeentelijst
    identificatie_gebruikt: bool = False
    eerder_beantwoord: bool = False


def tr056_een_antwoord_onder_een_identificatie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """The sender used Identificatie for no other JW325, and answers the JW323 once (`TR056`, IV087)."""
    yield from header.tr056(antwoord, eerder_gebruikt=feiten.identificatie_gebruikt)
    if feiten.eerder_beantwoord:
        declaratie = antwoord.header.declaratie_identificatie.identificatie
        yield _bevinding("TR056", f"{_HEADER}/DeclaratieIdentificatie/Identificatie", eerder=declaratie)


def tr135_dagtekeningen_niet_in_de_toekomst(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """Neither the answer nor the declaratie that it names is dated after today (`TR135`)."""
    yield from header.tr135(antwoord, feiten.vandaag)
    dagtekening = antwoord.header.declaratie_identificatie.dagtekening
    if dagtekening > feiten.vandaag and not _weigert(antwoord, "TR135"):
        invoer = {"dagtekening": f"{dagtekening}", "grens": f"{feiten.vandaag}"}
        yield _bevinding("TR135", f"{_HEADER}/DeclaratieIdentificatie/Dagtekening", **invoer)


def tr304_client_van_de_declaratie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """Every client is one of the declaratie (`TR304`)."""
    bekend = {client.bsn for client in feiten.heen.declaratie.clienten}
    if antwoord.declaratie_antwoord is not None:
        for nummer, client in enumerate(antwoord.declaratie_antwoord.clienten, 1):
            if client.bsn not in bekend:
                pad = f"{_CLIENT}[{nummer}]/Bsn"
                yield _bevinding("TR304", pad, referentie=feiten.heen.declaratie.declaratie_nummer)


def tr337_antwoord_op_ontvangen_declaratie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """DeclaratieIdentificatie is that of the JW323, and the parties are those of the JW323 turned round (`TR337`)."""
    genoemd, ontvangen = antwoord.header.declaratie_identificatie, feiten.heen.header.bericht_identificatie
    if genoemd != ontvangen:
        invoer = {
            "gedeclareerd": f"{genoemd.identificatie} van {genoemd.dagtekening}",
            "verwacht": f"{ontvangen.identificatie} van {ontvangen.dagtekening}",
        }
        yield _bevinding("TR337", f"{_HEADER}/DeclaratieIdentificatie", **invoer)
    partijen = (antwoord.header.afzender, antwoord.header.ontvanger)
    omgekeerd = (feiten.heen.header.ontvanger, feiten.heen.header.afzender)
    if partijen != omgekeerd:
        invoer = {"gedeclareerd": " aan ".join(partijen), "verwacht": " aan ".join(omgekeerd)}
        yield _bevinding("TR337", f"{_HEADER}/Afzender", **invoer)


def tr366_referentie_van_de_declaratie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """ProductReferentie is that of a Prestatie of the same client in the JW323 (`TR366`)."""
    for pad, prestatie, bron in _naast(antwoord, feiten.heen):
        if not bron:
            referentie = prestatie.product_referentie
            vorig = referentie.vorig_referentie_nummer
            naam = referentie.referentie_nummer if vorig is None else f"{referentie.referentie_nummer} op {vorig}"
            yield _bevinding("TR366", f"{pad}/ProductReferentie", referentie=naam)


def tr367_prestatie_als_gedeclareerd(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """Every element of a Prestatie is that of the JW323, under the same ProductReferentie (`TR367`)."""
    for pad, prestatie, bron in _naast(antwoord, feiten.heen):
        gelijk = _inhoud(prestatie)
        verschillen = [
            [deel for deel in zip(gelijk, _inhoud(ander), strict=True) if deel[0] != deel[1]] for ander in bron
        ]
        if verschillen and all(verschillen):
            (element, hier), (_, daar) = min(verschillen, key=len)[0]
            yield _bevinding("TR367", f"{pad}/{element}", gedeclareerd=hier, verwacht=daar)


def tr371_versies_van_de_declaratie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """XsdVersieDeclaratie repeats XsdVersie of the JW323 (`TR371`)."""
    genoemd, ontvangen = antwoord.header.xsd_versie_declaratie, feiten.heen.header.xsd_versie
    if genoemd != ontvangen:
        invoer = {
            "gedeclareerd": f"{genoemd.basisschema_xsd_versie} en {genoemd.bericht_xsd_versie}",
            "verwacht": f"{ontvangen.basisschema_xsd_versie} en {ontvangen.bericht_xsd_versie}",
        }
        yield _bevinding("TR371", f"{_HEADER}/XsdVersieDeclaratie", **invoer)


def tr376_nummer_van_de_declaratie(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """DeclaratieNummer is that of the declaratie answered (`TR376`)."""
    deel, verwacht = antwoord.declaratie_antwoord, feiten.heen.declaratie.declaratie_nummer
    if deel is not None and deel.declaratie_nummer != verwacht:
        pad = f"{_ANTWOORD}/DeclaratieNummer"
        yield _bevinding("TR376", pad, gedeclareerd=deel.declaratie_nummer, verwacht=verwacht)


def tr378_gemeente_bestond(antwoord: JW325, feiten: Antwoordfeiten) -> Iterator[Bevinding]:
    """The gemeente is on the list or was before, as when the declaratie came in (`TR378`)."""
    if not feiten.gemeenten.bestond(antwoord.header.afzender, feiten.vandaag) and not _weigert(antwoord, "TR378"):
        yield from header.tr378(antwoord, feiten.gemeenten, feiten.vandaag)


_JW325: Final = frozenset({"JW325"})

REGELS: Final[tuple[Regel, ...]] = (
    Regel("TR056", 3, "9056", _JW325, tr056_een_antwoord_onder_een_identificatie),
    Regel("TR135", 4, "8848", _JW325, tr135_dagtekeningen_niet_in_de_toekomst),
    Regel("TR304", 3, "8187", _JW325, tr304_client_van_de_declaratie),
    Regel("TR337", 3, "", _JW325, tr337_antwoord_op_ontvangen_declaratie),
    Regel("TR366", 3, "9366", _JW325, tr366_referentie_van_de_declaratie),
    Regel("TR367", 3, "9367", _JW325, tr367_prestatie_als_gedeclareerd),
    Regel("TR371", 3, "", _JW325, tr371_versies_van_de_declaratie),
    Regel("TR376", 3, "", _JW325, tr376_nummer_van_de_declaratie),
    Regel("TR378", 4, "S300", _JW325, tr378_gemeente_bestond),
)

_PER_CODE: Final = {regel.code: regel for regel in REGELS}


def beoordeel_antwoord(antwoord: JW325, feiten: Antwoordfeiten) -> tuple[Bevinding, ...]:
    """All findings on one JW325, in the order of REGELS."""
    return tuple(chain.from_iterable(list(regel.functie(antwoord, feiten)) for regel in REGELS))


def _bevinding(code: str, pad: str, **invoer: str) -> Bevinding:
    regel = _PER_CODE[code]
    return Bevinding(code, regel.retourcode, regel.niveau, pad, invoer)


def _weigert(antwoord: JW325, code: str) -> bool:
    """Whether the declaratie was refused for this rule, or at level 2, where the Header is not looked at (IV087)."""
    return not {_PER_CODE[code].retourcode, NIVEAU_2}.isdisjoint(antwoord.header.retour_codes)


def _naast(antwoord: JW325, heen: JW323) -> Iterator[tuple[str, Prestatie325, Iterable[Prestatie323]]]:
    """Path and value of each Prestatie that comes back, and what that client declared under its ProductReferentie."""
    if antwoord.declaratie_antwoord is None:
        return
    gedeclareerd = defaultdict(list)
    for client in heen.declaratie.clienten:
        for prestatie in client.prestaties:
            gedeclareerd[client.bsn, prestatie.product_referentie].append(prestatie)
    for nummer, terug in enumerate(antwoord.declaratie_antwoord.clienten, 1):
        for volgnummer, prestatie in enumerate(terug.prestaties, 1):
            pad = f"{_CLIENT}[{nummer}]/Prestaties/Prestatie[{volgnummer}]"
            yield pad, prestatie, gedeclareerd.get((terug.bsn, prestatie.product_referentie), ())


def _inhoud(prestatie: Prestatie323) -> tuple[tuple[str, str], ...]:
    """What TR367 compares, per element of the standard, as text for people."""
    periode, bedrag = prestatie.product_periode, prestatie.ingediend_bedrag
    return (
        ("ToewijzingNummer", f"{prestatie.toewijzing_nummer}"),
        ("ProductCategorie", prestatie.product_categorie),
        ("ProductCode", prestatie.product_code),
        ("ProductPeriode", f"{periode.begindatum} tot en met {periode.einddatum}"),
        ("GeleverdVolume", f"{prestatie.geleverd_volume}"),
        ("Eenheid", prestatie.eenheid),
        ("ProductTarief", "geen" if prestatie.product_tarief is None else euro(prestatie.product_tarief)),
        ("IngediendBedrag", f"{euro(bedrag.bedrag)} {bedrag.debet_credit}"),
    )
