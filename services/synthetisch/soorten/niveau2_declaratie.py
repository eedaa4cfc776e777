"""JW323 messages that break level 2: one change to a right message each, with the exact rules it breaks.

The message holds two prestaties of one client, over the two months before the round. Whatever the change, it is
answered with 0001 on the Header and nothing is kept or booked.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from ijw import kalender
from ijw.berichten import JW323
from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, Referentie, TotaalBedragMetDC
from ijw.berichten.jw323 import Prestatie323
from services.synthetisch.soorten.soort import Soort, een_week, maandnummer, ruime_uren
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats

Verander = Callable[[JW323], JW323]

_EERSTE_DAG: Final = dt.date(2021, 1, 1)
_NOOIT_GEBRUIKT: Final = "NOOIT-GEBRUIKT"
_EEN_DAG: Final = dt.timedelta(days=1)


def _dagtekening(bericht: JW323) -> dt.date:
    return bericht.header.bericht_identificatie.dagtekening


def _prestaties(bericht: JW323) -> tuple[Prestatie323, ...]:
    return bericht.declaratie.clienten[0].prestaties


def _met(bericht: JW323, prestaties: tuple[Prestatie323, ...], **anders: Any) -> JW323:
    """Other prestaties with the total that goes with them, unless `anders` has one."""
    totaal = TotaalBedragMetDC.van_cent(sum(p.ingediend_bedrag.met_teken for p in prestaties))
    client = replace(bericht.declaratie.clienten[0], prestaties=prestaties)
    velden = {"clienten": (client,), "totaal_ingediend_bedrag": totaal, **anders}
    return replace(bericht, declaratie=replace(bericht.declaratie, **velden))


def _eerste(bericht: JW323, **anders: Any) -> JW323:
    eerste, *rest = _prestaties(bericht)
    return _met(bericht, (replace(eerste, **anders), *rest))


def _als_credit(prestatie: Prestatie323, vorige: str) -> Prestatie323:
    referentie = replace(prestatie.product_referentie, vorig_referentie_nummer=vorige)
    bedrag = BedragMetDC(bedrag=prestatie.ingediend_bedrag.bedrag, debet_credit="C")
    return replace(prestatie, product_referentie=referentie, ingediend_bedrag=bedrag)


def _periode(begin: dt.date, eind: dt.date) -> GeslotenPeriode:
    return GeslotenPeriode(begindatum=begin, einddatum=eind)


def _tr101(bericht: JW323) -> JW323:
    een, twee = _prestaties(bericht)
    return _met(bericht, (een, replace(twee, product_referentie=een.product_referentie)))


def _tr134(bericht: JW323) -> JW323:
    """A period of one day, tomorrow: it begins and ends after the date of the message (TR137 looks at the end)."""
    morgen = _dagtekening(bericht) + _EEN_DAG
    return _eerste(bericht, product_periode=_periode(morgen, morgen))


def _tr137(bericht: JW323) -> JW323:
    begin = _prestaties(bericht)[0].product_periode.begindatum
    return _eerste(bericht, product_periode=_periode(begin.replace(day=5), begin.replace(day=3)))


def _tr315(bericht: JW323) -> JW323:
    return _met(bericht, tuple(_als_credit(p, _NOOIT_GEBRUIKT) for p in _prestaties(bericht)))


def _tr316(bericht: JW323) -> JW323:
    een, twee = _prestaties(bericht)
    return _met(bericht, (een, _als_credit(twee, een.product_referentie.referentie_nummer)))


def _oude_maand(bericht: JW323) -> dt.date:
    """The last month that ended more than five years before the declaratie."""
    return maand_verder(kalender.min_jaren(_dagtekening(bericht), 5), -1)


def _tr335(bericht: JW323) -> JW323:
    maand = _oude_maand(bericht)
    return _eerste(bericht, product_periode=_periode(maand, kalender.laatste_van_maand(maand)))


def _tr358(bericht: JW323) -> JW323:
    totaal = bericht.declaratie.totaal_ingediend_bedrag
    return _met(bericht, _prestaties(bericht), totaal_ingediend_bedrag=TotaalBedragMetDC.van_cent(totaal.met_teken + 1))


def _tr416(bericht: JW323) -> JW323:
    een, twee = _prestaties(bericht)
    return _met(bericht, (een, replace(een, product_referentie=twee.product_referentie)))


def _cd060(bericht: JW323) -> JW323:
    referentie = replace(_prestaties(bericht)[0].product_referentie, vorig_referentie_nummer=_NOOIT_GEBRUIKT)
    return _eerste(bericht, product_referentie=referentie)


def _cd060_credit(bericht: JW323) -> JW323:
    bedrag = BedragMetDC(bedrag=_prestaties(bericht)[0].ingediend_bedrag.bedrag, debet_credit="C")
    return _eerste(bericht, ingediend_bedrag=bedrag)


def _cs002(bericht: JW323) -> JW323:
    client = bericht.declaratie.clienten[0]
    bsn = client.bsn[:-1] + str((int(client.bsn[-1]) + 1) % 10)
    return replace(bericht, declaratie=replace(bericht.declaratie, clienten=(replace(client, bsn=bsn),)))


def _cs100(bericht: JW323) -> JW323:
    return _eerste(bericht, product_periode=_periode(dt.date(2020, 12, 1), dt.date(2020, 12, 31)))


def _cs325(bericht: JW323) -> JW323:
    een = _prestaties(bericht)[0]
    referentie = Referentie(
        referentie_nummer=een.product_referentie.referentie_nummer, vorig_referentie_nummer=_NOOIT_GEBRUIKT
    )
    return _eerste(
        bericht, product_referentie=referentie, geleverd_volume=0,
        ingediend_bedrag=BedragMetDC(bedrag=0, debet_credit="C"),
    )  # fmt: skip


def _cs337(bericht: JW323) -> JW323:
    periode = _prestaties(bericht)[0].product_periode
    return _eerste(bericht, product_periode=_periode(periode.begindatum - _EEN_DAG, periode.einddatum))


def _cs339(bericht: JW323) -> JW323:
    bedrag = BedragMetDC(bedrag=50_100, debet_credit="D")
    return _eerste(bericht, eenheid="83", product_tarief=None, geleverd_volume=50_000, ingediend_bedrag=bedrag)


def _cs340(bericht: JW323) -> JW323:
    periode = bericht.declaratie.declaratie_periode
    korter = _periode(periode.begindatum, periode.einddatum - _EEN_DAG)
    return replace(bericht, declaratie=replace(bericht.declaratie, declaratie_periode=korter))


def _te_oud(dagtekening: dt.date) -> frozenset[str]:
    """TR335, and CS100 when five years ago is before the first period that can be declared."""
    te_vroeg = maand_verder(kalender.min_jaren(dagtekening, 5), -1) < _EERSTE_DAG
    return frozenset({"TR335", "CS100"}) if te_vroeg else frozenset({"TR335"})


def _te_vroeg(dagtekening: dt.date) -> frozenset[str]:
    """CS100, and TR335 when December 2020 is more than five years ago."""
    te_oud = kalender.min_jaren(dagtekening, 5) > _EERSTE_DAG - _EEN_DAG
    return frozenset({"TR335", "CS100"}) if te_oud else frozenset({"CS100"})


Regels = frozenset[str] | Callable[[dt.date], frozenset[str]]

_GEVALLEN: Final[tuple[tuple[str, Regels, Verander], ...]] = (
    ("TR101", frozenset({"TR101"}), _tr101),
    ("TR134", frozenset({"TR134", "TR137"}), _tr134),
    ("TR137", frozenset({"TR137"}), _tr137),
    ("TR315", frozenset({"TR315"}), _tr315),
    ("TR316", frozenset({"TR316"}), _tr316),
    ("TR335", _te_oud, _tr335),
    ("TR358", frozenset({"TR358"}), _tr358),
    ("TR416", frozenset({"TR416"}), _tr416),
    ("CD060", frozenset({"CD060"}), _cd060),
    ("CD060-credit", frozenset({"CD060"}), _cd060_credit),
    ("CD087", frozenset({"CD087"}), lambda b: _eerste(b, product_tarief=None)),
    ("CS002", frozenset({"CS002"}), _cs002),
    ("CS100", _te_vroeg, _cs100),
    ("CS325", frozenset({"CS325"}), _cs325),
    ("CS337", frozenset({"CS337"}), _cs337),
    ("CS339", frozenset({"CS339"}), _cs339),
    ("CS340", frozenset({"CS340"}), _cs340),
)


def _soort(regel: str, regels: Regels, verander: Verander) -> Soort:
    naam = f"323-{regel}"

    def maak(w: Werkplaats) -> None:
        ronde = w.veld.ronde(maandnummer(w), tweede=True)
        toewijzing = ruime_uren(w, ronde.maand)
        prestaties = tuple(
            w.prestatie(toewijzing, ronde, maand_verder(ronde.maand, terug), een_week(w, toewijzing), meetellen=False)
            for terug in (-1, -2)
        )
        gebroken = regels(w.veld.dagtekening(w.cel, ronde)) if callable(regels) else regels
        w.declaratie(ronde, prestaties, header_codes=("0001",), niveau2=gebroken, verander=verander, fout=naam)

    return Soort(naam, "niveau2", 1, maak)


SOORTEN = tuple(_soort(*geval) for geval in _GEVALLEN)
