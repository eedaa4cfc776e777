"""Faultless events that deserve care: versions that replace each other, removals, what arrives late.

Every prestatie here must be awarded, and only is when the right version of its toewijzing counts: per gemeente and
ToewijzingNummer the one with the highest Toewijzingsdatum and -tijd, in whatever order they came (IV013).
"""

import datetime as dt

from ijw import kalender
from ijw.volume import TOTAAL, UUR
from services.synthetisch.omvang import maximum_in
from services.synthetisch.producten import PRODUCTEN
from services.synthetisch.soorten.soort import (
    Soort,
    aspecifieke_categorie,
    een_week,
    maandnummer,
    ronden,
    ruime_uren,
    schone_maand,
    uren_product,
    zonder_omvang,
)
from services.synthetisch.stukken import SLOT, WIJZIGINGEN
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats

_DAG = dt.timedelta(days=1)


def _verlengd(w: Werkplaats) -> None:
    """Extended (OP380): the month declared lies after the Einddatum of the first version."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    eerst = ruime_uren(w, maand, eind=maand - _DAG)
    nu = w.wijzig(eerst, eind=kalender.laatste_van_maand(maand_verder(maand, 2)), reden="04")
    w.prestatie(nu, w.veld.ronde(nummer), maand, een_week(w, nu))


def _ingekort(w: Werkplaats) -> None:
    """Withdrawn: the ProductPeriode ends on the new Einddatum, inside the month."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    nu = w.wijzig(ruime_uren(w, maand), eind=maand.replace(day=w.toeval.geheel(14, 26)), reden="05")
    w.prestatie(nu, w.veld.ronde(nummer), maand, een_week(w, nu))


def _ouder_later(w: Werkplaats) -> None:
    """An older version that arrives after the newer one: answered, kept, of no effect. What is declared fits the
    newer one only."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    nu = ruime_uren(w, maand)
    assert nu.volume is not None
    ouder = w.versie(nu, dagen=-3, volume=1, eind=kalender.laatste_van_maand(maand))
    w.bericht301((ouder,), dagtekening=nu.datum)
    w.prestatie(nu, w.veld.ronde(nummer), maand, 2 * nu.volume)


def _zelfde_tijdstip(w: Werkplaats) -> None:
    """Equal timestamps with other content: the stored version stays, and somebody is told."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    nu = ruime_uren(w, maand)
    assert nu.volume is not None
    botsing = w.versie(nu, dagen=0, tijd=nu.tijd, volume=1)
    w.bericht301((botsing,))
    w.prestatie(nu, w.veld.ronde(nummer), maand, 2 * nu.volume)


def _fractie(w: Werkplaats) -> None:
    """Two versions within the same second: the fraction decides, 0.50 equals 0.5 and 0.75 is later."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    product = w.neem(uren_product)
    eind = kalender.laatste_van_maand(maand_verder(maand, 3))
    eerst = w.toewijzing(product.categorie, product.code, maand, eind, omvang=(2, UUR, "4"))
    eerst = w.versie(eerst, dagen=0, tijd="12:00:00.50")
    w.versies[-1] = (w.versies[-1][0], eerst)
    nu = w.wijzig(eerst, dagen=0, tijd="12:00:00.75", volume=6, reden="14")
    w.prestatie(nu, w.veld.ronde(nummer), maand, 6)


def _budget_hoger(w: Werkplaats) -> None:
    """The Budget is raised; the month costs more than the first Budget and less than the second."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    categorie = aspecifieke_categorie(w)
    code = "45A05" if categorie == "45" else "41A04"
    eerst = zonder_omvang(w, maand, categorie, 20_000)
    nu = w.wijzig(eerst, budget=400_000, reden="12")
    w.prestatie(nu, w.veld.ronde(nummer), maand, 6, code=code, eenheid=PRODUCTEN[code].eenheid)


def _volume_hoger(w: Werkplaats) -> None:
    """The total volume (Frequentie 6) is raised and then used up."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    product = w.neem(uren_product)
    eind = kalender.laatste_van_maand(maand_verder(maand, 2))
    eerst = w.toewijzing(product.categorie, product.code, maand_verder(maand, -2), eind, omvang=(10, UUR, TOTAAL))
    nu = w.wijzig(eerst, volume=18, reden="05")
    w.prestatie(nu, w.veld.ronde(nummer), maand, 18)


def _verwijderd(w: Werkplaats) -> None:
    """Removed before anything was declared on it: it commits nothing any more."""
    toewijzing = ruime_uren(w, w.veld.maanden[0])
    w.wijzig(toewijzing, eind=toewijzing.ingang, reden="13", fase=WIJZIGINGEN)


def _verwijderd_na_credit(w: Werkplaats) -> None:
    """Removed at the end, after the one awarded prestatie was credited: then it is allowed (TR385)."""
    nummer = schone_maand(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    toewijzing = ruime_uren(w, maand)
    debet = w.prestatie(toewijzing, eerste, maand, een_week(w, toewijzing))
    w.credit(debet, tweede)
    w.wijzig(toewijzing, eind=toewijzing.ingang, reden="13", fase=SLOT)


def _credit_geeft_ruimte(w: Werkplaats) -> None:
    """The month was declared at its maximum, credited, and declared again at its maximum in the same message:
    credits go first (OP366), so there is room and no repetition."""
    nummer = schone_maand(w)
    maand = w.veld.maanden[nummer]
    eerste, tweede = ronden(w, nummer)
    product = w.neem(uren_product)
    eind = kalender.laatste_van_maand(maand)
    toewijzing = w.toewijzing(product.categorie, product.code, maand, eind, omvang=(4, UUR, "2"))
    hoogste = maximum_in(toewijzing, w.periode(toewijzing, maand), UUR)
    debet = w.prestatie(toewijzing, eerste, maand, hoogste)
    w.credit(debet, tweede)
    w.prestatie(toewijzing, tweede, maand, hoogste)


def _toewijzing_te_laat(w: Werkplaats) -> None:
    """Declared before its toewijzing came (9338, in the queue); when that comes at the end, the system awards it
    without a person. The client is known by another toewijzing."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    ruime_uren(w, maand)
    product = w.neem(lambda p: uren_product(p) or p.eenheid == "16")
    eind = kalender.laatste_van_maand(maand_verder(maand, 2))
    laat = w.toewijzing(product.categorie, product.code, maand, eind, omvang=(20, product.eenheid, "4"), fase=SLOT)
    w.bericht301((laat,), fase=SLOT, bij_de_rest=True)
    w.prestatie(laat, w.veld.ronde(nummer), maand, 8, tussendoor=True)


def _client_te_laat(w: Werkplaats) -> None:
    """As toewijzing-te-laat for a client nobody knew (8187 on the Client): the item falls apart and each of its
    prestaties is judged by itself."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    w.zonder_gewoon = True
    product = w.neem(uren_product)
    eind = kalender.laatste_van_maand(maand_verder(maand, 2))
    laat = w.toewijzing(
        product.categorie, product.code, maand_verder(maand, -1), eind, omvang=(20, UUR, "4"), fase=SLOT
    )
    w.bericht301((laat,), fase=SLOT)
    w.prestatie(laat, w.veld.ronde(nummer), maand, 8, tussendoor=True)
    w.prestatie(laat, w.veld.ronde(nummer), maand_verder(maand, -1), 5, tussendoor=True)


SOORTEN = (
    Soort("verlengd", "verloop", 6, _verlengd),
    Soort("ingekort", "verloop", 6, _ingekort),
    Soort("ouder-na-nieuwer", "verloop", 3, _ouder_later),
    Soort("zelfde-tijdstip", "verloop", 1, _zelfde_tijdstip),
    Soort("fractie-van-een-seconde", "verloop", 2, _fractie),
    Soort("budget-verhoogd", "verloop", 4, _budget_hoger),
    Soort("volume-verhoogd", "verloop", 4, _volume_hoger),
    Soort("verwijderd", "verloop", 3, _verwijderd),
    Soort("verwijderd-na-credit", "verloop", 2, _verwijderd_na_credit),
    Soort("credit-geeft-ruimte", "verloop", 3, _credit_geeft_ruimte),
    Soort("toewijzing-te-laat", "verloop", 3, _toewijzing_te_laat, wacht=True),
    Soort("client-te-laat", "verloop", 2, _client_te_laat, wacht=True),
)
