"""Too much: prestaties beyond the maximum of a period, of a whole toewijzing, or of a Budget.

All wait in the work queue, unless another finding rejects. Maxima per Frequentie and unit: TR321, TR322, IV076 to
IV078.
"""

from ijw import kalender
from ijw.volume import EURO, MINUUT, PER_WEEK, TOTAAL, UUR
from services.synthetisch.omvang import maximum_in, maximum_totaal
from services.synthetisch.producten import PRODUCTEN, Vorm
from services.synthetisch.samenhang import NietPlaatsbaarError
from services.synthetisch.soorten.soort import (
    Soort,
    aspecifieke_categorie,
    een_week,
    maandnummer,
    ruime_uren,
    uren_product,
    zonder_omvang,
)
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats
from services.synthetisch.zorg import Toewijzing


def _met_vorm(w: Werkplaats, nummer: int, totaal: bool) -> Toewijzing:
    """A specific toewijzing of any product from a month before to three after, for a total or per period."""
    maand = w.veld.maanden[nummer]

    def past(vorm: Vorm) -> bool:
        return (vorm.frequentie == TOTAAL) == totaal

    product = w.neem(lambda p: any(past(vorm) for vorm in p.vormen))
    vorm = w.toeval.kies([vorm for vorm in product.vormen if past(vorm)])
    return w.toewijzing(
        product.categorie,
        product.code,
        maand_verder(maand, -1),
        kalender.laatste_van_maand(maand_verder(maand, 3)),
        omvang=(w.toeval.geheel(vorm.laagste, vorm.hoogste), vorm.eenheid, vorm.frequentie),
    )


def _9321(w: Werkplaats) -> None:
    """TR321: one more than the maximum of the month, for any product, unit and Frequentie but the total. The
    toewijzing runs five months, so the whole of it holds far more (no 9322)."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = _met_vorm(w, nummer, totaal=False)
    assert toewijzing.eenheid is not None
    hoogste = maximum_in(toewijzing, w.periode(toewijzing, maand), toewijzing.eenheid)
    volume = hoogste + w.toeval.geheel(1, max(1, hoogste // 8))
    w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, codes=("9321",), fout="9321")


def _9321_minuut(w: Werkplaats) -> None:
    """TR321 across units: assigned in hours, declared in minutes, one minute more than 60 x the maximum."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    hoogste = maximum_in(toewijzing, w.periode(toewijzing, maand), MINUUT)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, hoogste + 1, eenheid=MINUUT, codes=("9321",), fout="9321-minuut"
    )


def _9321_totaal(w: Werkplaats) -> None:
    """Frequentie 6: the maximum of a period is what the whole toewijzing still has, so one line beyond it breaks
    TR321 (9321) and TR322 (9322) together."""
    nummer = maandnummer(w, wacht=True)
    toewijzing = _met_vorm(w, nummer, totaal=True)
    assert toewijzing.volume is not None
    volume = toewijzing.volume + w.toeval.geheel(1, max(1, toewijzing.volume // 8))
    codes = ("9321", "9322")
    w.prestatie(toewijzing, w.veld.ronde(nummer), w.veld.maanden[nummer], volume, codes=codes, fout="9321-totaal")


def _9321_rest(w: Werkplaats) -> None:
    """As 9321-totaal, but the volume was used up by an awarded prestatie of the month before."""
    nummer = maandnummer(w, wacht=True)
    vorige = nummer - 1
    if vorige < 0:
        raise NietPlaatsbaarError("geen maand ervoor")
    toewijzing = _met_vorm(w, nummer, totaal=True)
    assert toewijzing.volume is not None
    if toewijzing.eenheid == EURO:
        raise NietPlaatsbaarError("een traject kent geen deelleveringen")
    eerst = toewijzing.volume * 2 // 3
    w.prestatie(toewijzing, w.veld.ronde(vorige), w.veld.maanden[vorige], eerst)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), w.veld.maanden[nummer], toewijzing.volume - eerst + 1,
        codes=("9321", "9322"), fout="9321-rest",
    )  # fmt: skip


def _9322(w: Werkplaats) -> None:
    """TR322: two months at their maximum, where the week they share is allowed in both periods (no 9321) but once
    in the whole toewijzing. The first is awarded, the second goes over."""
    nummer = maandnummer(w, wacht=True)
    if nummer == 0:
        raise NietPlaatsbaarError("geen maand ervoor")
    eerste, tweede = w.veld.maanden[nummer - 1], w.veld.maanden[nummer]
    product = w.neem(uren_product)
    eind = kalender.laatste_van_maand(tweede)
    toewijzing = w.toewijzing(
        product.categorie, product.code, eerste, eind, omvang=(w.toeval.geheel(2, 6), UUR, PER_WEEK)
    )
    volumes = [maximum_in(toewijzing, w.periode(toewijzing, maand), UUR) for maand in (eerste, tweede)]
    totaal = maximum_totaal(toewijzing, UUR)
    assert totaal is not None
    if sum(volumes) <= totaal:
        raise NietPlaatsbaarError("de maanden delen geen week")
    w.prestatie(toewijzing, w.veld.ronde(nummer - 1), eerste, volumes[0])
    w.prestatie(toewijzing, w.veld.ronde(nummer), tweede, volumes[1], codes=("9322",), fout="9322")


def _budget(w: Werkplaats, toewijzing: Toewijzing, fout: str, nummer: int, code: str) -> None:
    """One prestatie worth more than the Budget that is left."""
    assert toewijzing.budget is not None
    maand = w.veld.maanden[nummer]
    al = sum(p.bedrag_met_teken for p in w.prestaties if p.nummer == toewijzing.nummer)
    per_stuk = w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, 1, code=code, eenheid=PRODUCTEN[code].eenheid, meetellen=False
    ).bedrag
    volume = (toewijzing.budget - al) // per_stuk + 1
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, volume, code=code, eenheid=PRODUCTEN[code].eenheid,
        codes=("9369",), fout=fout,
    )  # fmt: skip


def _9369(w: Werkplaats) -> None:
    """TR369: an aspecific toewijzing with Budget, and one prestatie that costs more."""
    nummer = maandnummer(w, wacht=True)
    categorie = aspecifieke_categorie(w)
    budget = w.toeval.geheel(2, 9) * 10_000
    toewijzing = zonder_omvang(w, w.veld.maanden[nummer], categorie, budget)
    _budget(w, toewijzing, "9369", nummer, "45A05" if categorie == "45" else "41A03")


def _9369_rest(w: Werkplaats) -> None:
    """As 9369 where an awarded prestatie of the month before used part of the Budget."""
    nummer = maandnummer(w, wacht=True)
    if nummer == 0:
        raise NietPlaatsbaarError("geen maand ervoor")
    categorie = aspecifieke_categorie(w)
    code = "45A04" if categorie == "45" else "41A04"
    vorige = w.veld.maanden[nummer - 1]
    toewijzing = zonder_omvang(w, vorige, categorie, 150_000)
    w.prestatie(toewijzing, w.veld.ronde(nummer - 1), vorige, 7, code=code, eenheid=PRODUCTEN[code].eenheid)
    _budget(w, toewijzing, "9369-rest", nummer, code)


def _9369_generiek(w: Werkplaats) -> None:
    """As 9369 under a generic toewijzing: it has no product to compare with."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    eind = kalender.laatste_van_maand(maand_verder(maand, 4))
    toewijzing = w.toewijzing(None, None, maand_verder(maand, -2), eind, budget=w.toeval.geheel(2, 9) * 10_000)
    _budget(w, toewijzing, "9369-generiek", nummer, w.toeval.kies(("45A05", "41A03")))


def _meervoudig_uitval(w: Werkplaats) -> None:
    """Another tariff (TR418 0611) and too much in the period (TR321 9321); the amount goes with the tariff sent."""
    nummer = maandnummer(w, wacht=True)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    volume = maximum_in(toewijzing, w.periode(toewijzing, maand), UUR) + 2
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, meetellen=False)
    assert goed.tarief is not None
    tarief = goed.tarief + 75
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, volume, tarief=tarief, bedrag=volume * tarief,
        codes=("0611", "9321"), fout="meervoudig-uitval",
    )  # fmt: skip


def _meervoudig_afwijzing(w: Werkplaats) -> None:
    """Too much in the period (9321 would wait) and an amount that is no product (9346 rejects): rejected at once,
    with both codes."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    toewijzing = ruime_uren(w, maand)
    volume = maximum_in(toewijzing, w.periode(toewijzing, maand), UUR) + 1
    goed = w.prestatie(toewijzing, w.veld.ronde(nummer), maand, volume, meetellen=False)
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, volume, tarief=goed.tarief, bedrag=goed.bedrag - 1,
        codes=("9321", "9346"), fout="meervoudig-afwijzing",
    )  # fmt: skip


def _meervoudig_product(w: Werkplaats) -> None:
    """Another code than assigned (9340 would wait) and the period begins a day late (9387 rejects)."""
    nummer = maandnummer(w)
    maand = w.veld.maanden[nummer]
    product = w.neem(lambda p: uren_product(p) and p.categorie == "45")
    toewijzing = w.toewijzing("45", product.code, maand_verder(maand, -1), None, omvang=(20, UUR, "4"))
    ander = "45A05" if product.code == "45A04" else "45A04"
    periode = (maand.replace(day=2), kalender.laatste_van_maand(maand))
    w.prestatie(
        toewijzing, w.veld.ronde(nummer), maand, een_week(w, toewijzing), code=ander, periode=periode,
        codes=("9340", "9387"), fout="meervoudig-product",
    )  # fmt: skip


SOORTEN = (
    Soort("9321", "prestatie", 12, _9321, wacht=True),
    Soort("9321-minuut", "prestatie", 3, _9321_minuut, wacht=True),
    Soort("9321-totaal", "prestatie", 4, _9321_totaal, wacht=True),
    Soort("9321-rest", "prestatie", 3, _9321_rest, wacht=True),
    Soort("9322", "prestatie", 5, _9322, wacht=True),
    Soort("9369", "prestatie", 4, _9369, wacht=True),
    Soort("9369-rest", "prestatie", 3, _9369_rest, wacht=True),
    Soort("9369-generiek", "prestatie", 2, _9369_generiek, wacht=True),
    Soort("meervoudig-uitval", "prestatie", 3, _meervoudig_uitval, wacht=True),
    Soort("meervoudig-afwijzing", "prestatie", 3, _meervoudig_afwijzing),
    Soort("meervoudig-product", "prestatie", 2, _meervoudig_product),
)
