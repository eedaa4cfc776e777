"""Whether tariff and amount are those of the contract."""

from collections.abc import Iterator

from ijw.bevinding import Bevinding
from ijw.volume import EURO, MINUUT, UUR, bedrag_bij_uurtarief, eenheid_tekst, euro, hoeveelheid, minuuttarief
from services.matching.feiten import Contractregel, Feiten
from services.matching.rules.fout import INTERN, fout
from services.matching.rules.koppeling import eenheid_past
from services.platform.events import PrestatieIngediend

_HALF_UUR = 30


def tr346_bedrag_is_volume_maal_tarief(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """IngediendBedrag is GeleverdVolume x ProductTarief; minutes under an hour tariff are rounded once (`TR346`).

    Without a contract line nobody knows whether minutes are paid by an hour tariff. Then an amount is good
    when some hour tariff gives both it and the ProductTarief; geen-contractregel tells the rest.
    """
    if prestatie.eenheid == EURO or prestatie.tarief is None:
        return
    volume, tarief, bedrag, regel = prestatie.volume, prestatie.tarief, prestatie.bedrag, feiten.contract.regel
    if _per_uur(regel, prestatie) and regel is not None and regel.tarief_cent is not None:
        verwacht = bedrag_bij_uurtarief(regel.tarief_cent, volume)
        berekening = f"{volume} minuten x {euro(regel.tarief_cent)} per uur / 60"
    else:
        if bedrag == volume * tarief:
            return
        if regel is None and prestatie.eenheid == MINUUT and _kan_uurtarief_zijn(volume, tarief, bedrag):
            return
        verwacht = volume * tarief
        berekening = f"{hoeveelheid(volume, prestatie.eenheid)} x {euro(tarief)}"
    if bedrag != verwacht:
        yield fout("TR346", gedeclareerd=euro(bedrag), verwacht=euro(verwacht), berekening=berekening)


def _per_uur(regel: Contractregel | None, prestatie: PrestatieIngediend) -> bool:
    return regel is not None and prestatie.eenheid == MINUUT and regel.eenheid == UUR


def _kan_uurtarief_zijn(minuten: int, minuuttarief_cent: int, bedrag: int) -> bool:
    """Whether an hour tariff exists that rounds to this minute tariff and gives this amount (IV081)."""
    laagste = max(0, minuuttarief_cent * 60 - _HALF_UUR)
    hoogste = minuuttarief_cent * 60 + _HALF_UUR - 1
    return bedrag_bij_uurtarief(laagste, minuten) <= bedrag <= bedrag_bij_uurtarief(hoogste, minuten)


def tr418_tarief_als_contract(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductTarief is the contract's: for minutes under an hour tariff a sixtieth, half up (`TR418`, IV081)."""
    regel = feiten.contract.regel
    if regel is None or regel.tarief_cent is None or prestatie.tarief is None or prestatie.eenheid == EURO:
        return
    if not _per_uur(regel, prestatie):
        if prestatie.tarief != regel.tarief_cent:
            yield fout("TR418", gedeclareerd=euro(prestatie.tarief), verwacht=euro(regel.tarief_cent))
        return
    verwacht = minuuttarief(regel.tarief_cent)
    if prestatie.tarief != verwacht:
        yield fout(
            "TR418",
            gedeclareerd=euro(prestatie.tarief),
            verwacht=euro(verwacht),
            berekening=f"{euro(regel.tarief_cent)} per uur / 60",
        )


def geen_contractregel(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """The contract has a line for the product in this unit; a finding of our own, without a retourcode.

    Silent where TR341 already says that the unit is wrong.
    """
    if feiten.contract.regel is not None:
        return
    toewijzing, eenheden = feiten.toewijzing, feiten.contract.eenheden
    if toewijzing is None or not eenheden:
        verkeerde_eenheid = False
    else:
        verkeerde_eenheid = toewijzing.eenheid is None or not eenheid_past(prestatie.eenheid, toewijzing.eenheid)
    if not verkeerde_eenheid:
        invoer = {"code": prestatie.product_code, "categorie": prestatie.product_categorie}
        yield fout(INTERN, **invoer, waarde=eenheid_tekst(prestatie.eenheid))
