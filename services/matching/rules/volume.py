"""Whether volume and money fit in what was assigned: per ProductPeriode, over the toewijzing, in its Budget.

Only debets are held against a maximum: a credit makes room. What counts beside the prestatie is what is
awarded or in uitval, net of credits (``Feiten.saldo``).
"""

from collections.abc import Iterator

from ijw.bevinding import Bevinding
from ijw.volume import (
    MINUUT,
    TOTAAL,
    UUR,
    Maximum,
    euro,
    hoeveelheid,
    in_minuten,
    maximum_in_periode,
    maximum_over_toewijzing,
)
from services.matching.feiten import CREDIT, Feiten, Toewijzing, genormaliseerd
from services.matching.rules.fout import fout
from services.matching.rules.koppeling import eenheid_past
from services.platform.events import PrestatieIngediend


def _omvang(prestatie: PrestatieIngediend, toewijzing: Toewijzing | None) -> tuple[int, str, str] | None:
    """Volume, Eenheid and Frequentie to hold a debet against; None without Omvang or in a unit that does not fit."""
    if prestatie.debet_credit == CREDIT or toewijzing is None:
        return None
    volume, eenheid, frequentie = toewijzing.volume, toewijzing.eenheid, toewijzing.frequentie
    if volume is None or eenheid is None or frequentie is None or not eenheid_past(prestatie.eenheid, eenheid):
        return None
    return volume, eenheid, frequentie


def tr321_volume_past_in_productperiode(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """GeleverdVolume is at most the maximum of the ProductPeriode (`TR321`, IV076-IV078).

    For Frequentie 6 that is the whole volume less what other prestaties use.
    """
    toewijzing = feiten.toewijzing
    omvang = _omvang(prestatie, toewijzing)
    if omvang is None or toewijzing is None:
        return
    if omvang[2] == TOTAAL:
        yield from _totaal("TR321", prestatie, feiten, omvang[1], Maximum(omvang[0], hoeveelheid(*omvang[:2])))
        return
    maximum = maximum_in_periode(
        *omvang, toewijzing.ingangsdatum, toewijzing.einddatum, prestatie.begindatum, prestatie.einddatum
    )
    if prestatie.eenheid == MINUUT and omvang[1] == UUR:
        maximum = in_minuten(maximum)
    if prestatie.volume > maximum.waarde:
        yield fout(
            "TR321",
            gedeclareerd=f"{prestatie.volume}",
            maximum=f"{maximum.waarde}",
            berekening=maximum.berekening,
            eenheid=prestatie.eenheid,
        )


def tr322_volume_past_in_toewijzing(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """All volume on the toewijzing together is at most its maximum from begin to end (`TR322`, IV077)."""
    toewijzing = feiten.toewijzing
    omvang = _omvang(prestatie, toewijzing)
    if omvang is None or toewijzing is None:
        return
    maximum = maximum_over_toewijzing(*omvang, toewijzing.ingangsdatum, toewijzing.einddatum)
    if maximum is not None:
        yield from _totaal("TR322", prestatie, feiten, omvang[1], maximum)


def _totaal(
    regel: str, prestatie: PrestatieIngediend, feiten: Feiten, eenheid: str, maximum: Maximum
) -> Iterator[Bevinding]:
    """Compare the sum in the normalised unit; shown in minutes when the sum is no whole number of hours."""
    som = feiten.saldo.volume + genormaliseerd(prestatie.volume, prestatie.eenheid)
    grens = genormaliseerd(maximum.waarde, eenheid)
    if som <= grens:
        return
    if eenheid == UUR and som % 60 == 0:
        som, grens = som // 60, maximum.waarde
    elif eenheid == UUR:
        eenheid, maximum = MINUUT, in_minuten(maximum)
    yield fout(regel, gedeclareerd=f"{som}", maximum=f"{grens}", berekening=maximum.berekening, eenheid=eenheid)


def tr369_bedrag_past_in_budget(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """All money on the toewijzing together stays within its Budget (`TR369`); both in cents."""
    toewijzing = feiten.toewijzing
    if toewijzing is None or toewijzing.budget is None or prestatie.debet_credit == CREDIT:
        return
    som = feiten.saldo.bedrag_cent + prestatie.bedrag
    if som > toewijzing.budget:
        yield fout("TR369", gedeclareerd=euro(som), budget=euro(toewijzing.budget))
