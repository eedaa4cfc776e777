"""JW301 messages that are refused, and why each gets exactly these codes.

A refused message is not processed in any part, so nothing in it counts. All but one are sent when the first
toewijzingen of the region have been accepted.
"""

from services.synthetisch import kenmerken
from services.synthetisch.producten import BESTAAT_NIET
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.soorten.declaratie import BESTAAT_NIET as GEMEENTE_BESTAAT_NIET
from services.synthetisch.soorten.declaratie import IN_DE_TOEKOMST
from services.synthetisch.soorten.soort import Soort, een_week, maandnummer, ruime_uren, uren_product
from services.synthetisch.stukken import SLOT, Weigering
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Toewijzing


def _bekend(w: Werkplaats) -> Toewijzing:
    """A toewijzing that is accepted before the refused message comes."""
    return ruime_uren(w, w.veld.maanden[0])


def _nieuw(
    w: Werkplaats, toewijzing: Toewijzing, *, code: str = "", categorie: str = "45", referentie: str | None = None
) -> Toewijzing:
    """A toewijzing under a number never used, for another hourly product than the given one unless told."""
    ander = code or ("45A05" if toewijzing.code != "45A05" else "45A04")
    w.bezet(w.cel, categorie, ander)
    return w.versie(toewijzing, nummer=w.nieuw_nummer(), code=ander, categorie=categorie, referentie=referentie)


def _9056(w: Werkplaats) -> None:
    """TR056: the Identificatie of the client's first message, with another date, so not a repetition."""
    toewijzing = w.versie(_bekend(w), volume=5)
    identificatie = kenmerken.toewijzingsbericht(w.client, 0)
    w.bericht301((toewijzing,), identificatie=identificatie, header_codes=("9056",), fout="301-9056")


def _8848(w: Werkplaats) -> None:
    """TR135: dated after today."""
    toewijzing = w.versie(_bekend(w), volume=5)
    morgen = w.veld.vandaag + IN_DE_TOEKOMST
    w.bericht301((toewijzing,), dagtekening=morgen, header_codes=("8848",), fout="301-8848")


def _s300(w: Werkplaats) -> None:
    """TR378: from a gemeente that does not exist, with a token that says it is that gemeente."""
    toewijzing = w.versie(_bekend(w), volume=5)
    w.bericht301(
        (toewijzing,), afzender=GEMEENTE_BESTAAT_NIET, partij=GEMEENTE_BESTAAT_NIET, header_codes=("S300",),
        fout="301-S300",
    )  # fmt: skip


def _9332_client(w: Werkplaats) -> None:
    """TR332: a number in use, now for another client."""
    toewijzing = w.versie(_bekend(w), volume=5)
    blok = w.veld.blok(w.gemeente)
    ander = w.client + 1 if w.client + 1 in blok else w.client - 1
    if ander not in blok:
        raise NietPlaatsbaarError("de gemeente heeft een client")
    w.bericht301((toewijzing,), client=ander, toewijzing_codes={toewijzing.nummer: ("9332",)}, fout="301-9332-client")


def _9332_aanbieder(w: Werkplaats) -> None:
    """TR332: a number in use, now at another aanbieder."""
    anderen = [cel for cel in w.veld.aanbod.cellen_van(w.gemeente) if cel not in w.cellen]
    if not anderen:
        raise NietPlaatsbaarError("geen andere aanbieder")
    toewijzing = w.versie(_bekend(w), volume=5, cel=w.toeval.kies(anderen))
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("9332",)}, fout="301-9332-aanbieder")


def _9332_product(w: Werkplaats) -> None:
    """TR332: a number in use, now for another product."""
    bekend = _bekend(w)
    ander = w.neem(lambda p: uren_product(p) and p.categorie == "45")
    toewijzing = w.versie(bekend, categorie="45", code=ander.code)
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("9332",)}, fout="301-9332-product")


def _9332_ingang(w: Werkplaats) -> None:
    """TR332: a number in use, now with another Ingangsdatum."""
    bekend = _bekend(w)
    toewijzing = w.versie(bekend, ingang=maand_verder(bekend.ingang, -1))
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("9332",)}, fout="301-9332-ingang")


def _9379(w: Werkplaats) -> None:
    """TR379: says that it grants a request, and no request of this client and aanbieder waits. The toewijzingen
    that come with it are in order (0200)."""
    toewijzing = _nieuw(w, _bekend(w), referentie=f"VOT-{w.client:07d}")
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("9379",)}, bij_de_rest=True, fout="301-9379")


def _s329(w: Werkplaats) -> None:
    """TR381: a product code that no list has."""
    toewijzing = _nieuw(w, _bekend(w), code=BESTAAT_NIET)
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("S329",)}, bij_de_rest=True, fout="301-S329")


def _s329_categorie(w: Werkplaats) -> None:
    """TR381: a product code of another categorie."""
    toewijzing = _nieuw(w, _bekend(w), code="41A03", categorie="46")
    w.bericht301((toewijzing,), toewijzing_codes={toewijzing.nummer: ("S329",)}, fout="301-S329-categorie")


def _meervoudig(w: Werkplaats) -> None:
    """Two toewijzingen with a fault each, one of them with two (TR379 and TR381)."""
    bekend = _bekend(w)
    een = _nieuw(w, bekend, code=BESTAAT_NIET, referentie=f"VOW-{w.client:07d}")
    twee = w.versie(bekend, ingang=maand_verder(bekend.ingang, -1))
    codes = {een.nummer: ("9379", "S329"), twee.nummer: ("9332",)}
    w.bericht301((een, twee), toewijzing_codes=codes, fout="301-meervoudig")


def _9385(w: Werkplaats) -> None:
    """TR385: removed at the end, when a prestatie on it has been awarded and not credited."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing))
    weg = w.versie(toewijzing, eind=toewijzing.ingang, reden="13")
    w.bericht301((weg,), fase=SLOT, toewijzing_codes={weg.nummer: ("9385",)}, fout="301-9385")


def _andere_afzender(w: Werkplaats) -> None:
    """Not a rule of the standard: sent with the token of another gemeente, so it is not taken in at all."""
    toewijzing = w.versie(_bekend(w), volume=5)
    w.bericht301(
        (toewijzing,), partij=GEMEENTE_BESTAAT_NIET, weigering=Weigering(403, "andere-afzender"),
        fout="301-andere-afzender",
    )  # fmt: skip


def _herhaling(w: Werkplaats) -> None:
    """The bytes of the client's first message again: the first answer, and no effect."""
    _bekend(w)
    w.bericht301((), herhaal=kenmerken.sleutel301(w.cel, w.client), fout="301-herhaling")


SOORTEN = (
    Soort("301-9056", "toewijzing", 2, _9056),
    Soort("301-8848", "toewijzing", 2, _8848),
    Soort("301-S300", "toewijzing", 2, _s300),
    Soort("301-9332-client", "toewijzing", 2, _9332_client),
    Soort("301-9332-aanbieder", "toewijzing", 1, _9332_aanbieder),
    Soort("301-9332-product", "toewijzing", 1, _9332_product),
    Soort("301-9332-ingang", "toewijzing", 1, _9332_ingang),
    Soort("301-9379", "toewijzing", 3, _9379),
    Soort("301-S329", "toewijzing", 2, _s329),
    Soort("301-S329-categorie", "toewijzing", 1, _s329_categorie),
    Soort("301-meervoudig", "toewijzing", 1, _meervoudig),
    Soort("301-9385", "toewijzing", 3, _9385),
    Soort("301-andere-afzender", "toewijzing", 1, _andere_afzender),
    Soort("301-herhaling", "herhaling", 2, _herhaling),
)
