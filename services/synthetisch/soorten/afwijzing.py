"""Prestaties that are rejected at once, and why each gets exactly these codes.

Everything about a prestatie that a kind does not mention is right: toewijzing known, product, period, volume far
below the maxima, tariff of the contract, amount. Rejected prestaties count in no sum, so what follows on the same
toewijzing is judged as if they had not been sent.
"""

import datetime as dt

from ijw import kalender
from ijw.volume import MINUUT, minuuttarief
from services.synthetisch.producten import BESTAAT_NIET
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.soorten.soort import (
    Soort,
    een_week,
    maandnummer,
    ronden,
    ruime_uren,
    schone_maand,
    uren_product,
    zonder_omvang,
)
from services.synthetisch.stukken import WIJZIGINGEN
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats

_DAG = dt.timedelta(days=1)


def _8017_onbekend(w: Werkplaats) -> None:
    """TR323: the credit names a ReferentieNummer that was never used. Nothing else looks at what it names."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    nooit = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing), meetellen=False)
    w.credit(nooit, w.veld.ronde(nummer), codes=("8017",), fout="8017-onbekend")


def _8017_afgewezen(w: Werkplaats) -> None:
    """TR323: the debet named was rejected (9389, a repetition of one that was awarded), and a rejected debet is
    never credited. The repetition itself is the planted 9389 that this story needs."""
    nummer = maandnummer(w, daarna=1)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    volume = een_week(w, toewijzing)
    w.prestatie(toewijzing, eerste, maand, volume)
    dubbel = w.prestatie(toewijzing, tweede, maand, volume, codes=("9389",), fout="9389")
    w.credit(dubbel, w.veld.ronde(nummer + 1), codes=("8017",), fout="8017-afgewezen")


def _8017_gewijzigd(w: Werkplaats) -> None:
    """TR323 with IV091: the credit has another volume than its debet, with the amount that goes with it, so the
    amount is right by itself (no 9346) and only the copy is wrong."""
    nummer = schone_maand(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    debet = w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    assert debet.tarief is not None
    minder = debet.volume - 1
    w.credit(debet, tweede, codes=("8017",), volume=minder, bedrag=minder * debet.tarief, fout="8017-gewijzigd")


def _8021(w: Werkplaats) -> None:
    """TR314: the ReferentieNummer was used by an awarded prestatie of an earlier round; the line itself is another
    month's care, so it is no repetition (no 9389)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    gebruikt = w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    vorige_maand = maand_verder(maand, -1)
    w.prestatie(
        toewijzing, tweede, vorige_maand, een_week(w, toewijzing), referentie=gebruikt.referentie,
        codes=("8021",), fout="8021",
    )  # fmt: skip


def _9319(w: Werkplaats) -> None:
    """TR319: the ProductPeriode is the month after the DeclaratiePeriode. The message is dated after that month,
    so level 2 (TR134, TR137) is content. The same care, declared again a month later, is awarded."""
    nummer = maandnummer(w, daarna=1)
    maand, volgende = w.veld.maanden[nummer], w.veld.maanden[nummer + 1]
    toewijzing = ruime_uren(w, maand)
    volume = een_week(w, toewijzing)
    w.prestatie(toewijzing, w.veld.ronde(nummer, tweede=True), volgende, volume, codes=("9319",), fout="9319")
    w.prestatie(toewijzing, w.veld.ronde(nummer + 1), volgende, volume)


def _9346(w: Werkplaats) -> None:
    """TR346: tariff and volume are right, the amount is a few cents off."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing), meetellen=False)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, goed.volume, tarief=goed.tarief,
        bedrag=goed.bedrag + w.toeval.kies((-2, -1, 1, 3, 50)), codes=("9346",), fout="9346",
    )  # fmt: skip


def _9346_minuut(w: Werkplaats) -> None:
    """TR346 with IV081: minutes under an hour tariff, where the amount was made from the tariff per minute after
    rounding. ProductTarief is as it should be (no 0611), the amount is not hour tariff x minutes / 60."""
    nummer = maandnummer(w)
    maand, ronde = w.veld.maanden[nummer], w.veld.ronde(nummer)
    toewijzing = ruime_uren(w, maand)
    assert toewijzing.code is not None
    per_uur = w.veld.aanbod.tarief(w.cel, maand.year, toewijzing.code, "04")
    assert per_uur is not None
    naief = minuuttarief(per_uur)
    minuten = 60 * een_week(w, toewijzing) - 5
    goed = w.prestatie(toewijzing, ronde, maand, minuten, eenheid=MINUUT, meetellen=False)
    if goed.bedrag == naief * minuten:
        raise NietPlaatsbaarError("bij dit tarief maakt afronden niets uit")
    w.prestatie(
        toewijzing, ronde, maand, minuten, eenheid=MINUUT, tarief=naief, bedrag=naief * minuten,
        codes=("9346",), fout="9346-minuut",
    )  # fmt: skip


def _9384(w: Werkplaats) -> None:
    """TR384: the toewijzing was removed (13, Einddatum = Ingangsdatum) before. Its one day is a right
    ProductPeriode, and one unit fits the one week it touches, so removal is the only finding. The client is known by
    another toewijzing (no 8187 in any reading)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    ruime_uren(w, maand)
    toewijzing = ruime_uren(w, maand, ingang=maand)
    w.wijzig(toewijzing, eind=toewijzing.ingang, reden="13", fase=WIJZIGINGEN)
    dag = (toewijzing.ingang, toewijzing.ingang)
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 1, periode=dag, codes=("9384",), fout="9384")


def _9384_maand(w: Werkplaats) -> None:
    """As 9384 over the whole month: that ends after the one day that is left (TR308 9308), and not on the earlier
    of month end and Einddatum (TR388 9388)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    ruime_uren(w, maand)
    toewijzing = ruime_uren(w, maand, ingang=maand)
    w.wijzig(toewijzing, eind=toewijzing.ingang, reden="13", fase=WIJZIGINGEN)
    codes = ("9308", "9384", "9388")
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 1, codes=codes, fout="9384-maand")


def _9387(w: Werkplaats) -> None:
    """TR387: begins on the second day of the month, though the toewijzing began earlier (no 9307)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    periode = (maand + _DAG, kalender.laatste_van_maand(maand))
    volume = een_week(w, toewijzing)
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=("9387",), fout="9387")


def _9388(w: Werkplaats) -> None:
    """TR388: ends a day before the month, though the toewijzing goes on."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    periode = (maand, kalender.laatste_van_maand(maand) - _DAG)
    volume = een_week(w, toewijzing)
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=("9388",), fout="9388")


def _9307(w: Werkplaats) -> None:
    """TR307: the month before the toewijzing begins. The begin should have been the Ingangsdatum, the later of the
    two (TR387 9387, which rejects); the end of the month is right (no 9388)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand, ingang=maand)
    ervoor = maand_verder(maand, -1)
    periode = (ervoor, kalender.laatste_van_maand(ervoor))
    volume = een_week(w, toewijzing)
    codes = ("9307", "9387")
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=codes, fout="9307")


def _9307_gebroken(w: Werkplaats) -> None:
    """As 9307 in the month itself: the toewijzing begins on the tenth, the period on the first."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand, ingang=maand.replace(day=10))
    periode = (maand, kalender.laatste_van_maand(maand))
    volume = een_week(w, toewijzing)
    codes = ("9307", "9387")
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=codes, fout="9307-gebroken")


def _9308(w: Werkplaats) -> None:
    """TR308: the month after the toewijzing ended. The end should have been the Einddatum, the earlier of the two
    (TR388 9388, which rejects); the first of the month is right (no 9387)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand, eind=maand - _DAG)
    periode = (maand, kalender.laatste_van_maand(maand))
    volume = een_week(w, toewijzing)
    codes = ("9308", "9388")
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=codes, fout="9308")


def _9308_gebroken(w: Werkplaats) -> None:
    """As 9308 in the month itself: the toewijzing ends on the twentieth, the period with the month."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand, eind=maand.replace(day=20))
    periode = (maand, kalender.laatste_van_maand(maand))
    volume = een_week(w, toewijzing)
    codes = ("9308", "9388")
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, periode=periode, codes=codes, fout="9308-gebroken")


def _9389(w: Werkplaats) -> None:
    """TR389: the care was declared and awarded a round before. Both together stay below every maximum."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    w.prestatie(toewijzing, tweede, maand, een_week(w, toewijzing), codes=("9389",), fout="9389")


def _9390(w: Werkplaats) -> None:
    """TR390: a second credit of one debet. The debet was awarded and the copy is exact (no 8017)."""
    nummer = schone_maand(w, daarna=1)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    debet = w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    w.credit(debet, tweede)
    w.credit(debet, w.veld.ronde(nummer + 1), codes=("9390",), fout="9390")


def _s329(w: Werkplaats) -> None:
    """TR381: a code that no list has, under an aspecific toewijzing (no 9340: that has no code to compare). There
    is no contract line either, but that finding has no retourcode."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = zonder_omvang(w, maand, "45")
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 3, code="45A05", eenheid="04", meetellen=False)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 3, code=BESTAAT_NIET, eenheid="04", tarief=goed.tarief,
        bedrag=goed.bedrag, codes=("S329",), fout="S329",
    )  # fmt: skip


def _s329_categorie(w: Werkplaats) -> None:
    """TR381: a code that exists, under a ProductCategorie it does not belong to; the categorie is the toewijzing's
    (no 9339) and the unit is the one in which the code is contracted."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = zonder_omvang(w, maand, "45")
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 3, code="41A03", eenheid="16", categorie="45",
        codes=("S329",), fout="S329-categorie",
    )  # fmt: skip


def _s329_specifiek(w: Werkplaats) -> None:
    """As S329 under a specific toewijzing: the code is not the assigned one either (TR340 9340)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    product = w.neem(lambda p: uren_product(p) and p.categorie == "45")
    toewijzing = w.toewijzing("45", product.code, maand, None, omvang=(12, "04", "4"))
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, 3, meetellen=False)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 3, code=BESTAAT_NIET, tarief=goed.tarief, bedrag=goed.bedrag,
        codes=("9340", "S329"), fout="S329-specifiek",
    )  # fmt: skip


SOORTEN = (
    Soort("8017-onbekend", "prestatie", 3, _8017_onbekend),
    Soort("8017-afgewezen", "prestatie", 2, _8017_afgewezen),
    Soort("8017-gewijzigd", "prestatie", 2, _8017_gewijzigd),
    Soort("8021", "prestatie", 6, _8021),
    Soort("9319", "prestatie", 3, _9319),
    Soort("9346", "prestatie", 8, _9346),
    Soort("9346-minuut", "prestatie", 5, _9346_minuut),
    Soort("9384", "prestatie", 3, _9384),
    Soort("9384-maand", "prestatie", 3, _9384_maand),
    Soort("9387", "prestatie", 6, _9387),
    Soort("9388", "prestatie", 6, _9388),
    Soort("9307", "prestatie", 4, _9307),
    Soort("9307-gebroken", "prestatie", 4, _9307_gebroken),
    Soort("9308", "prestatie", 6, _9308),
    Soort("9308-gebroken", "prestatie", 4, _9308_gebroken),
    Soort("9389", "prestatie", 8, _9389),
    Soort("9390", "prestatie", 3, _9390),
    Soort("S329", "prestatie", 3, _s329),
    Soort("S329-categorie", "prestatie", 3, _s329_categorie),
    Soort("S329-specifiek", "prestatie", 3, _s329_specifiek),
)
