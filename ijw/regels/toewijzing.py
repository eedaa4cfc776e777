"""Level 2 rules about one toewijzing, or one product asked for: product, size, budget, reason."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW301, JW315, JW317
from ijw.berichten.basis import Omvang
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import TOEGEWEZEN_PRODUCT, Aanspraak, MetAanspraken, Plek, aanspraken
from ijw.regels.regel import fout
from ijw.volume import PER_MAAND, PER_WEEK, TOTAAL, euro, omvang_tekst

VERWIJDERD: Final = "13"
VERVALLEN_CORRECTIE: Final = "01"

_OUDE_STIJL_TOT: Final = dt.date(2020, 12, 31)  # older toewijzingen may keep the shape of earlier releases
_NIET_PER_DAG: Final = frozenset({"14", "16", "83", "84"})


def _loopt_na_2020(aanspraak: Aanspraak) -> bool:
    return aanspraak.eind is None or aanspraak.eind > _OUDE_STIJL_TOT


def _in_woorden(omvang: Omvang) -> str:
    return omvang_tekst(omvang.volume, omvang.eenheid, omvang.frequentie)


def cd041_omvang_bij_productcode(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """A specific product (with Code) has Omvang (`CD041`)."""
    for a in aanspraken(bericht):
        if a.product is not None and a.product.code is not None and a.omvang is None:
            yield fout("CD041", a.plek.pad("Omvang"), code=a.product.code)


def cd075_einddatum_bij_budget(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """Budget goes with an end date (`CD075`)."""
    for a in aanspraken(bericht):
        if a.budget is not None and a.eind is None:
            yield fout("CD075", a.plek.pad(a.eind_element), budget=euro(a.budget))


def cd076_einddatum_bij_omvang_per_week(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """Omvang per week goes with an end date (`CD076`)."""
    for a in aanspraken(bericht):
        if a.omvang is not None and a.omvang.frequentie == PER_WEEK and a.eind is None:
            yield fout("CD076", a.plek.pad(a.eind_element), waarde=_in_woorden(a.omvang))


def cd077_geen_omvang_bij_budget(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """Omvang is absent beside a Budget (`CD077`)."""
    for a in aanspraken(bericht):
        if a.budget is not None and a.omvang is not None:
            yield fout("CD077", a.plek.pad("Omvang"), budget=euro(a.budget), waarde=_in_woorden(a.omvang))


def cd078_geen_budget_bij_omvang(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """Budget is absent beside an Omvang: the same fault as `CD077`, reported at the other element (`CD078`)."""
    for a in aanspraken(bericht):
        if a.omvang is not None and a.budget is not None:
            yield fout("CD078", a.plek.pad("Budget"), budget=euro(a.budget), waarde=_in_woorden(a.omvang))


def cd079_product_zonder_budget(bericht: MetAanspraken) -> Iterator[Bevinding]:
    """Only with a Budget can Product be left out (`CD079`)."""
    for a in aanspraken(bericht):
        if a.heeft_product and a.product is None and a.budget is None:
            yield fout("CD079", a.plek.pad("Product"))


def cd080_geen_omvang_zonder_productcode(bericht: JW301) -> Iterator[Bevinding]:
    """Without Code no Omvang, unless the toewijzing ended in 2020 or before (`CD080`)."""
    return _geen_omvang_zonder_productcode("CD080", bericht)


def cd095_geen_omvang_zonder_productcode(bericht: JW315) -> Iterator[Bevinding]:
    """The same for an AangevraagdProduct (`CD095`)."""
    return _geen_omvang_zonder_productcode("CD095", bericht)


def cd096_geen_omvang_zonder_productcode(bericht: JW317) -> Iterator[Bevinding]:
    """The same for a NieuwProduct; a TeWijzigenProduct names no Product, `TR412` looks it up (`CD096`)."""
    return _geen_omvang_zonder_productcode("CD096", bericht)


def _geen_omvang_zonder_productcode(regel: str, bericht: MetAanspraken) -> Iterator[Bevinding]:
    for a in aanspraken(bericht):
        zonder_code = a.heeft_product and (a.product is None or a.product.code is None)
        if zonder_code and a.omvang is not None and _loopt_na_2020(a):
            yield fout(regel, a.plek.pad("Omvang"), waarde=_in_woorden(a.omvang))


def cs335_verwijderd_heeft_gelijke_datums(bericht: JW301) -> Iterator[Bevinding]:
    """RedenWijziging 13 only when Einddatum is there and equals Ingangsdatum (`CS335`)."""
    for nummer, toewijzing in enumerate(bericht.client.toegewezen_producten, 1):
        if toewijzing.reden_wijziging == VERWIJDERD and toewijzing.einddatum != toewijzing.ingangsdatum:
            invoer = {"begin": toewijzing.ingangsdatum.isoformat()}
            if toewijzing.einddatum is not None:
                invoer["eind"] = toewijzing.einddatum.isoformat()
            yield fout("CS335", Plek(TOEGEWEZEN_PRODUCT, nummer).pad("RedenWijziging"), **invoer)


def cs336_vervallen_correctie_niet_gebruikt(bericht: JW301) -> Iterator[Bevinding]:
    """RedenWijziging 01 has lapsed (`CS336`)."""
    for nummer, toewijzing in enumerate(bericht.client.toegewezen_producten, 1):
        if toewijzing.reden_wijziging == VERVALLEN_CORRECTIE:
            yield fout("CS336", Plek(TOEGEWEZEN_PRODUCT, nummer).pad("RedenWijziging"))


def cs338_eenheid_niet_per_dag(bericht: JW301 | JW317) -> Iterator[Bevinding]:
    """Eenheid 14, 16, 83 and 84 go per week, per month or in total, after 2020 (`CS338`)."""
    return _eenheid_niet_per_dag("CS338", bericht)


def cs343_eenheid_niet_per_dag(bericht: JW315) -> Iterator[Bevinding]:
    """The same for an AangevraagdProduct (`CS343`)."""
    return _eenheid_niet_per_dag("CS343", bericht)


def _eenheid_niet_per_dag(regel: str, bericht: MetAanspraken) -> Iterator[Bevinding]:
    for a in aanspraken(bericht):
        if a.omvang is None or a.omvang.eenheid not in _NIET_PER_DAG or not _loopt_na_2020(a):
            continue
        if a.omvang.frequentie not in {PER_WEEK, PER_MAAND, TOTAAL}:
            yield fout(regel, a.plek.pad("Omvang/Frequentie"), waarde=_in_woorden(a.omvang))
