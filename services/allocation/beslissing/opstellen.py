"""Messages that are made here on behalf of a gemeente: JW301 and JW319. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from ijw.berichten import JW301, JW319
from ijw.berichten.basis import BerichtIdentificatie, Omvang, Product, XsdVersie
from ijw.berichten.jw301 import Client301, Header301, ToegewezenProduct301
from ijw.berichten.jw319 import Antwoord319, Header319, Woonplaatsbeginsel319
from ijw.kalender import tijdstip
from services.allocation.beslissing.toekenning import Deel
from services.allocation.register import Versie


class Kop(msgspec.Struct, frozen=True, kw_only=True):
    """What the Header of a message of ours says; ``versies`` are those of the release it is written in."""

    gemeente: str
    aanbieder: str
    identificatie: str
    dagtekening: date
    xsd_versie: XsdVersie
    versies: tuple[int, int]


class Moment(msgspec.Struct, frozen=True):
    """When it was decided: Toewijzingsdatum and Toewijzingstijd, in the Netherlands, to the second."""

    datum: date
    tijd: str


def jw301(kop: Kop, client: Client301, toewijzingen: Sequence[ToegewezenProduct301]) -> JW301:
    """A toewijzing with these products."""
    return JW301(
        header=Header301(
            bericht_code=JW301.code,
            bericht_versie=kop.versies[0],
            bericht_subversie=kop.versies[1],
            afzender=kop.gemeente,
            ontvanger=kop.aanbieder,
            bericht_identificatie=BerichtIdentificatie(identificatie=kop.identificatie, dagtekening=kop.dagtekening),
            xsd_versie=kop.xsd_versie,
        ),
        client=msgspec.structs.replace(client, toegewezen_producten=tuple(toewijzingen)),
    )


def toegewezen_producten(
    delen: Iterable[Deel],
    nummers: Mapping[int, int],
    opmerkingen: Mapping[int, str],
    verzonden: Mapping[int, ToegewezenProduct301],
    moment: Moment,
) -> tuple[ToegewezenProduct301, ...]:
    """The products of a JW301. ``nummers`` and ``opmerkingen`` by volgnummer: the numbers of what is new, and remarks.

    ``verzonden`` has by number what counts now of everything that keeps its number, as it was sent. What is sent
    again as it is keeps all of it, its moment too (IV013), but for a reference and a reason that were about then
    (IV097, IV099). A change under the number keeps its remark until another is made.
    """
    return tuple(_product(deel, nummers, opmerkingen, verzonden, moment) for deel in delen)


def jw319(kop: Kop, referentie: str, antwoord: str, reden: str | None = None, gemeente: str | None = None) -> JW319:
    """An answer that is no toewijzing; ``gemeente`` is the one that is responsible instead."""
    return JW319(
        header=Header319(
            bericht_code=JW319.code,
            bericht_versie=kop.versies[0],
            bericht_subversie=kop.versies[1],
            afzender=kop.gemeente,
            ontvanger=kop.aanbieder,
            bericht_identificatie=BerichtIdentificatie(identificatie=kop.identificatie, dagtekening=kop.dagtekening),
            xsd_versie=kop.xsd_versie,
        ),
        antwoord=Antwoord319(
            referentie_aanbieder=referentie,
            verzoek_antwoord=antwoord,
            reden_afwijzing_verzoek=reden,
            woonplaatsbeginsel=None if gemeente is None else Woonplaatsbeginsel319(gemeente=gemeente),
        ),
    )


def later_besloten(delen: Iterable[Deel], actueel: Mapping[int, Versie], moment: Moment) -> tuple[int, ...]:
    """Numbers to be changed that were decided at this moment or after it: a change would not count (IV013)."""
    nu = tijdstip(moment.datum, moment.tijd)
    return tuple(
        deel.nummer
        for deel in delen
        if deel.nummer is not None and deel.herhaalt is None and actueel[deel.nummer].tijdstip >= nu
    )


def _product(
    deel: Deel,
    nummers: Mapping[int, int],
    opmerkingen: Mapping[int, str],
    verzonden: Mapping[int, ToegewezenProduct301],
    moment: Moment,
) -> ToegewezenProduct301:
    eerder = None if deel.nummer is None else verzonden[deel.nummer]
    commentaar = opmerkingen.get(deel.volgnummer, None if eerder is None else eerder.commentaar)
    if deel.herhaalt is not None and eerder is not None:
        return msgspec.structs.replace(
            eerder, referentie_aanbieder=deel.referentie_aanbieder, reden_wijziging=None, commentaar=commentaar
        )
    omvang = None
    if deel.volume is not None and deel.eenheid is not None and deel.frequentie is not None:
        omvang = Omvang(volume=deel.volume, eenheid=deel.eenheid, frequentie=deel.frequentie)
    product = None
    if deel.product_categorie is not None:
        product = Product(categorie=deel.product_categorie, code=deel.product_code)
    return ToegewezenProduct301(
        toewijzing_nummer=nummers[deel.volgnummer] if deel.nummer is None else deel.nummer,
        referentie_aanbieder=deel.referentie_aanbieder,
        product=product,
        toewijzingsdatum=moment.datum,
        toewijzingstijd=moment.tijd,
        ingangsdatum=deel.ingangsdatum,
        einddatum=deel.einddatum,
        reden_wijziging=deel.reden_wijziging,
        omvang=omvang,
        budget=deel.budget,
        commentaar=commentaar,
    )
