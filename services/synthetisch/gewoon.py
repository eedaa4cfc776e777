"""Faultless care: toewijzingen of every kind, and prestaties within them, some late and some corrected.

Whatever is made here must be awarded without anybody touching it.
"""

import datetime as dt
from typing import Final

from ijw import kalender
from ijw.volume import EURO, MINUUT, PER_WEEK, TOTAAL, UUR
from services.synthetisch.aanbod import Cel
from services.synthetisch.omvang import maximum_in, maximum_totaal
from services.synthetisch.producten import ASPECIFIEK, PRODUCTEN, Vorm
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.toeval import Toeval
from services.synthetisch.veld import TERUGBLIK_MAANDEN, Veld, maand_verder
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Prestatie, Toewijzing

_SOORTEN: Final = (("specifiek", 82), ("aspecifiek", 7), ("aspecifiek met budget", 7), ("generiek", 4))
_AANTALLEN: Final = ((1, 62), (2, 28), (3, 10))
_GEEN_ZORG_PROCENT: Final = 6
_LAAT_PROCENT: Final = 3
_CORRECTIE_PROCENT: Final = 4
_ZONDER_EINDE_PROCENT: Final = 15
_IN_MINUTEN_PROCENT: Final = 25


def gewone_zorg(w: Werkplaats) -> None:
    """Add the normal care of a client to its story; a client in trouble has one normal toewijzing at most."""
    toeval = Toeval(w.veld.zaad, "gewoon", w.client)
    heeft_verhaal = not w.leeg
    vast = w.veld.opties.toewijzingen_per_client
    for cel in w.cellen:
        if cel is w.cel and w.zonder_gewoon:
            continue
        aantal = vast or toeval.gewogen(_AANTALLEN)
        if heeft_verhaal or cel is not w.cel:
            aantal = 1
        for _ in range(aantal):
            try:
                toewijzing = _toewijzing(w, toeval, cel, alleen=aantal == 1 and not heeft_verhaal)
            except NietPlaatsbaarError:
                continue
            _prestaties(w, toeval, toewijzing)


def _toewijzing(w: Werkplaats, toeval: Toeval, cel: Cel, *, alleen: bool) -> Toewijzing:
    soort = toeval.gewogen(_SOORTEN)
    ingang, eind = _looptijd(w.veld, toeval)
    if soort == "generiek" and alleen:
        return w.toewijzing(None, None, ingang, eind, budget=toeval.geheel(8, 40) * 50_000, cel=cel)
    if soort.startswith("aspecifiek"):
        categorie = toeval.kies(("45", "41"))
        if soort == "aspecifiek":
            einde = None if toeval.kans(_ZONDER_EINDE_PROCENT) else eind
            return w.toewijzing(categorie, None, ingang, einde, cel=cel)
        return w.toewijzing(categorie, None, ingang, eind, budget=toeval.geheel(6, 30) * 50_000, cel=cel)
    product = w.neem(lambda _: True, cel)
    vorm = toeval.kies(product.vormen)
    einde = eind
    if vorm.frequentie not in {PER_WEEK, TOTAAL} and toeval.kans(_ZONDER_EINDE_PROCENT):
        einde = None
    return w.toewijzing(
        product.categorie, product.code, ingang, einde, omvang=(_volume(toeval, vorm), vorm.eenheid, vorm.frequentie),
        cel=cel,
    )  # fmt: skip


def _volume(toeval: Toeval, vorm: Vorm) -> int:
    return vorm.laagste + vorm.stap * toeval.geheel(0, (vorm.hoogste - vorm.laagste) // vorm.stap)


def _looptijd(veld: Veld, toeval: Toeval) -> tuple[dt.date, dt.date]:
    """First and last day of a toewijzing: most run in the months played, some begin in them or after them."""
    maanden = len(veld.maanden)
    begin = toeval.gewogen((("eerder", 70), ("tijdens", 25), ("later", 5)))
    if begin == "eerder":
        plek = toeval.geheel(1 - TERUGBLIK_MAANDEN, 0)
    elif begin == "tijdens":
        plek = toeval.geheel(0, maanden - 1)
    else:
        plek = toeval.geheel(maanden, maanden + 1)
    ingang = maand_verder(veld.maanden[0], plek)
    if toeval.kans(40):
        ingang = ingang.replace(day=toeval.geheel(2, 28))
    laatste_maand = maand_verder(ingang, toeval.geheel(max(2, -plek - 1), max(3, -plek) + 12))
    eind = kalender.laatste_van_maand(laatste_maand)
    return ingang, laatste_maand.replace(day=toeval.geheel(1, 27)) if toeval.kans(35) else eind


def _prestaties(w: Werkplaats, toeval: Toeval, toewijzing: Toewijzing) -> None:
    if toewijzing.volume is None:
        _zonder_omvang(w, toeval, toewijzing)
        return
    eenheid = toewijzing.eenheid
    assert eenheid is not None
    if eenheid == UUR and toeval.kans(_IN_MINUTEN_PROCENT):
        eenheid = MINUUT
    over = maximum_totaal(toewijzing, eenheid)
    for maandnummer, maand in enumerate(w.veld.maanden):
        periode = kalender.product_periode(maand, toewijzing.ingang, toewijzing.eind)
        if periode is None:
            continue
        volume = _maandvolume(toeval, toewijzing, periode, eenheid)
        if over is not None:
            volume = min(volume, over)
        if volume <= 0:
            continue
        if over is not None:
            over -= volume
        _declareer(w, toeval, toewijzing, (maandnummer, volume, eenheid))


def _maandvolume(toeval: Toeval, toewijzing: Toewijzing, periode: tuple[dt.date, dt.date], eenheid: str) -> int:
    """What is delivered in a ProductPeriode: output is declared whole, effort partly, a traject at its end."""
    hoogste = maximum_in(toewijzing, periode, eenheid)
    if toewijzing.frequentie == TOTAAL:
        if toewijzing.eenheid == EURO:
            return hoogste if periode[1] == toewijzing.eind else 0
        assert toewijzing.eind is not None
        maanden = kalender.maanden(toewijzing.ingang, toewijzing.eind)
        return max(1, hoogste * toeval.geheel(50, 130) // (100 * maanden))
    if toewijzing.eenheid in {"82", EURO}:
        return hoogste
    if toeval.kans(_GEEN_ZORG_PROCENT):
        return 0
    return max(1, hoogste * toeval.geheel(55, 100) // 100)


def _declareer(w: Werkplaats, toeval: Toeval, toewijzing: Toewijzing, levering: tuple[int, int, str]) -> None:
    """One month of care: in its own month, a month late, or wrong at first and corrected a month later."""
    maandnummer, volume, eenheid = levering
    maand, ronde = w.veld.maanden[maandnummer], w.veld.ronde(maandnummer)
    heeft_volgende = maandnummer + 1 < len(w.veld.maanden)
    if heeft_volgende and toeval.kans(_LAAT_PROCENT):
        w.prestatie(toewijzing, w.veld.ronde(maandnummer + 1), maand, volume, eenheid=eenheid)
        return
    corrigeren = heeft_volgende and volume > 1 and toeval.kans(_CORRECTIE_PROCENT)
    eerste = w.prestatie(toewijzing, ronde, maand, volume, eenheid=eenheid)
    if corrigeren and (toewijzing.cel.nummer, ronde.nummer) not in w.samenhang.uitval_rondes:
        _corrigeer(w, toeval, toewijzing, eerste, maandnummer)


def _corrigeer(w: Werkplaats, toeval: Toeval, toewijzing: Toewijzing, eerste: Prestatie, maandnummer: int) -> None:
    """Take a prestatie back a month later; mostly a smaller one takes its place in the same message (OP366)."""
    volgende = w.veld.ronde(maandnummer + 1)
    w.credit(eerste, volgende)
    if toeval.kans(85):
        kleiner = eerste.volume - max(1, eerste.volume * toeval.geheel(5, 50) // 100)
        w.prestatie(toewijzing, volgende, w.veld.maanden[maandnummer], kleiner, eenheid=eerste.eenheid)


def _zonder_omvang(w: Werkplaats, toeval: Toeval, toewijzing: Toewijzing) -> None:
    """Aspecific and generic care: one or two codes a month in the unit of the contract, within the Budget."""
    categorie = toewijzing.categorie or toeval.kies(("45", "41"))
    over = toewijzing.budget
    for maandnummer, maand in enumerate(w.veld.maanden):
        periode = kalender.product_periode(maand, toewijzing.ingang, toewijzing.eind)
        if periode is None or toeval.kans(_GEEN_ZORG_PROCENT):
            continue
        for code in ASPECIFIEK[categorie][: 1 + toeval.kans(30)]:
            volume = toeval.geheel(2, 12)
            eenheid = PRODUCTEN[code].eenheid
            bedrag = w.veld.aanbod.prijs(toewijzing.cel, periode[0].year, code, eenheid, volume)[1]
            if over is not None:
                if bedrag > over:
                    continue
                over -= bedrag
            w.prestatie(toewijzing, w.veld.ronde(maandnummer), maand, volume, code=code, eenheid=eenheid)
