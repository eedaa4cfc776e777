"""The JW325: the verdict on a JW323.

What goes where (IV087, TR342):

========================  ======  ==================  ======  ===================  ================
situation                 Header  DeclaratieAntwoord  Client  Prestatie            TotaalToegekend
========================  ======  ==================  ======  ===================  ================
all granted               0200    8001                none    none                 as ingediend
level 2                   0001    none                none    none                 none
level 3/4 in Header       codes   none                none    none                 none
level 3/4 in Declaratie   0200    codes               none    none                 0
level 3/4 in a Client     0200    0200                codes   all of them, 0233    what was granted
level 3/4 in a Prestatie  0200    0200                0200    the rejected, codes  what was granted
========================  ======  ==================  ======  ===================  ================

Everything here takes plain values: a big declaratie is answered from stored rows, its JW323 need not be at hand.
"""

import datetime
from collections.abc import Iterable

import msgspec

from ijw.berichten import JW323, JW325
from ijw.berichten.basis import BerichtIdentificatie, TotaalBedragMetDC, XsdVersie
from ijw.berichten.jw323 import Header323, Prestatie323
from ijw.berichten.jw325 import Client325, DeclaratieAntwoord325, Header325, Prestatie325
from ijw.retourcodes import GOED, NIET_GECONTROLEERD, TOEGEKEND

_GEEN_AFWIJZING = frozenset({GOED, NIET_GECONTROLEERD, TOEGEKEND})


class AfgewezenPrestatie(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected Prestatie as it was submitted (TR366, TR367), and why.

    Without codes it goes back unjudged (0233), which only a rejected Client allows.
    """

    prestatie: Prestatie323
    retour_codes: tuple[str, ...] = ()


class AfgewezenClient(msgspec.Struct, frozen=True, kw_only=True):
    """A client with something rejected: with ``retour_codes`` the client itself and so all its Prestaties, without
    them only the Prestaties given."""

    bsn: str
    prestaties: tuple[AfgewezenPrestatie, ...]
    retour_codes: tuple[str, ...] = ()


def header_323(
    *,
    aanbieder: str,
    gemeente: str,
    identificatie: str,
    dagtekening: datetime.date,
    xsd_versie: XsdVersie,
    versies: tuple[int, int],
) -> Header323:
    """The Header of the JW323 answered, from stored values; ``versies`` are BerichtVersie and BerichtSubversie."""
    return Header323(
        bericht_code=JW323.code,
        bericht_versie=versies[0],
        bericht_subversie=versies[1],
        afzender=aanbieder,
        ontvanger=gemeente,
        bericht_identificatie=BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening),
        xsd_versie=xsd_versie,
    )


def antwoord_header(
    heen: Header323,
    codes: Iterable[str],
    *,
    identificatie: str,
    dagtekening: datetime.date,
    xsd_versie: XsdVersie,
    xslt_versie: str | None = None,
) -> JW325:
    """The JW323 is refused as a whole: 0001 (level 2) or the codes of rules on the Header (level 3 and 4)."""
    eigen = BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening)
    return JW325(header=_header(heen, _afwijzing(codes), eigen, xsd_versie, xslt_versie))


def antwoord_declaratie(
    heen: Header323,
    codes: Iterable[str],
    *,
    declaratie_nummer: str,
    totaal_ingediend_cent: int,
    identificatie: str,
    dagtekening: datetime.date,
    xsd_versie: XsdVersie,
    xslt_versie: str | None = None,
) -> JW325:
    """The Declaratie is refused, such as 9333: nothing is granted, no Client goes back."""
    eigen = BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening)
    return JW325(
        header=_header(heen, (GOED,), eigen, xsd_versie, xslt_versie),
        declaratie_antwoord=DeclaratieAntwoord325(
            declaratie_nummer=declaratie_nummer,
            totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(totaal_ingediend_cent),
            totaal_toegekend_bedrag=TotaalBedragMetDC.van_cent(0),
            retour_codes=_afwijzing(codes),
        ),
    )


def antwoord_oordeel(
    heen: Header323,
    afgewezen: Iterable[AfgewezenClient],
    *,
    declaratie_nummer: str,
    totaal_ingediend_cent: int,
    identificatie: str,
    dagtekening: datetime.date,
    xsd_versie: XsdVersie,
    xslt_versie: str | None = None,
) -> JW325:
    """The verdict per client and Prestatie; 8001 when nothing is rejected.

    ``totaal_ingediend_cent`` is signed, as TotaalIngediendBedrag of the JW323. What is granted is that total less
    the signed sum of what goes back (TR342). ValueError for a rejection without a code of the standard, for a
    client without Prestaties and for a client given twice.
    """
    eigen = BerichtIdentificatie(identificatie=identificatie, dagtekening=dagtekening)
    clienten = tuple(_client(client) for client in afgewezen)
    if len({client.bsn for client in clienten}) != len(clienten):
        raise ValueError("een client staat tweemaal in het antwoord (TR101)")
    afgewezen_cent = sum(prestatie.ingediend_bedrag.met_teken for client in clienten for prestatie in client.prestaties)
    return JW325(
        header=_header(heen, (GOED,), eigen, xsd_versie, xslt_versie),
        declaratie_antwoord=DeclaratieAntwoord325(
            declaratie_nummer=declaratie_nummer,
            totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(totaal_ingediend_cent),
            totaal_toegekend_bedrag=TotaalBedragMetDC.van_cent(totaal_ingediend_cent - afgewezen_cent),
            clienten=clienten,
            retour_codes=(GOED,) if clienten else (TOEGEKEND,),
        ),
    )


def _header(
    heen: Header323,
    codes: tuple[str, ...],
    eigen: BerichtIdentificatie,
    xsd_versie: XsdVersie,
    xslt_versie: str | None,
) -> Header325:
    """Parties in their true direction; the JW323 answered by its identification and versions (TR337, TR371)."""
    return Header325(
        bericht_code=JW325.code,
        bericht_versie=heen.bericht_versie,
        bericht_subversie=heen.bericht_subversie,
        afzender=heen.ontvanger,
        ontvanger=heen.afzender,
        bericht_identificatie=eigen,
        xsd_versie=xsd_versie,
        declaratie_identificatie=heen.bericht_identificatie,
        xslt_versie=xslt_versie,
        xsd_versie_declaratie=heen.xsd_versie,
        retour_codes=codes,
    )


def _afwijzing(codes: Iterable[str]) -> tuple[str, ...]:
    """Each code once, in the order given."""
    uniek = tuple(dict.fromkeys(codes))
    if not uniek or not _GEEN_AFWIJZING.isdisjoint(uniek):
        raise ValueError("een afwijzing heeft retourcodes nodig die zeggen wat er fout is")
    return uniek


def _client(client: AfgewezenClient) -> Client325:
    if not client.prestaties:
        raise ValueError("een client in het antwoord heeft prestaties nodig")
    return Client325(
        bsn=client.bsn,
        prestaties=tuple(
            _prestatie(prestatie, client_afgewezen=bool(client.retour_codes)) for prestatie in client.prestaties
        ),
        retour_codes=_afwijzing(client.retour_codes) if client.retour_codes else (GOED,),
    )


def _prestatie(afgewezen: AfgewezenPrestatie, *, client_afgewezen: bool) -> Prestatie325:
    ongezien = client_afgewezen and not afgewezen.retour_codes
    prestatie = afgewezen.prestatie
    return Prestatie325(
        product_referentie=prestatie.product_referentie,
        toewijzing_nummer=prestatie.toewijzing_nummer,
        product_categorie=prestatie.product_categorie,
        product_code=prestatie.product_code,
        product_periode=prestatie.product_periode,
        geleverd_volume=prestatie.geleverd_volume,
        eenheid=prestatie.eenheid,
        product_tarief=prestatie.product_tarief,
        ingediend_bedrag=prestatie.ingediend_bedrag,
        retour_codes=(NIET_GECONTROLEERD,) if ongezien else _afwijzing(afgewezen.retour_codes),
    )
