"""Level 2 rules about answers: what a JW325 adds up to, and what stands beside 0001 in any answer.

Neither a JW325 nor a retourbericht is answered itself: what is found here cannot be sent back as a code.
"""

from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW320, JW325, Retourbericht
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import prestaties
from ijw.regels.regel import fout
from ijw.retourcodes import GOED, NIVEAU_2, TOEGEKEND
from ijw.volume import euro

_ANTWOORD: Final = "/Bericht/DeclaratieAntwoord"


def tr342_totalen_verschillen_wat_terugkomt(bericht: JW325) -> Iterator[Bevinding]:
    """What comes back is what was submitted less what was granted; all signed, in eurocents (`TR342`).

    A DeclaratieAntwoord that is itself rejected grants 0 and returns no Prestaties.
    """
    antwoord = bericht.declaratie_antwoord
    if antwoord is None:
        return
    ingediend, toegekend = antwoord.totaal_ingediend_bedrag.met_teken, antwoord.totaal_toegekend_bedrag.met_teken
    terug = [prestatie.ingediend_bedrag.met_teken for _, _, prestatie in prestaties(bericht)]
    afwijzing = [code for code in antwoord.retour_codes if code not in {GOED, TOEGEKEND}]
    if afwijzing and (toegekend or terug):
        invoer = {"code": ", ".join(afwijzing), "gedeclareerd": euro(toegekend), "waarde": str(len(terug))}
        yield fout("TR342", _ANTWOORD, **invoer)
    elif not afwijzing and sum(terug) != ingediend - toegekend:
        berekening = f"{euro(ingediend)} - {euro(toegekend)}"
        invoer = {"gedeclareerd": euro(sum(terug)), "verwacht": euro(ingediend - toegekend), "berekening": berekening}
        yield fout("TR342", _ANTWOORD, **invoer)


def general_0001_alleen_de_header(bericht: Retourbericht | JW325) -> Iterator[Bevinding]:
    """An answer to a message refused at level 2 is a Header with 0001 and nothing else (`GENERAL_0001`)."""
    codes = bericht.header.retour_codes
    if NIVEAU_2 not in codes:
        return
    andere = [code for code in codes if code != NIVEAU_2]
    if andere:
        yield fout("GENERAL_0001", "/Bericht/Header/RetourCodes", code=", ".join(andere))
    if isinstance(bericht, JW325):
        element, inhoud = "DeclaratieAntwoord", bericht.declaratie_antwoord is not None
    elif isinstance(bericht, JW320):
        element, inhoud = "Antwoord", bericht.antwoord is not None
    else:
        element, inhoud = "Client", bericht.client is not None
    if inhoud:
        yield fout("GENERAL_0001", f"/Bericht/{element}", waarde=element)
