"""How a prestatie relates to other prestaties and to its declaratie: references, credits, repetition."""

from collections.abc import Iterator

from ijw.bevinding import Bevinding
from ijw.volume import euro, hoeveelheid
from services.matching.feiten import CREDIT, Feiten, Vorige
from services.matching.rules.fout import fout, retourcode
from services.platform.events import PrestatieIngediend


def tr314_referentie_niet_eerder_gebruikt(prestatie: PrestatieIngediend, _feiten: Feiten) -> Iterator[Bevinding]:
    """ReferentieNummer was not used before by the aanbieder (`TR314`).

    The invoice service finds this: only the place where every number is registered sees it without a race.
    """
    if prestatie.retourcodes and retourcode("TR314") in prestatie.retourcodes:
        yield fout("TR314", referentie=prestatie.referentie)


def tr319_periode_niet_na_declaratieperiode(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """ProductPeriode lies in the DeclaratiePeriode or before it (`TR319`)."""
    if prestatie.begindatum > feiten.periode_eind or prestatie.einddatum > feiten.periode_eind:
        periode = f"{prestatie.begindatum} tot en met {prestatie.einddatum}"
        yield fout("TR319", gedeclareerd=periode, verwacht=f"{feiten.periode_eind}")


def herhaalt(credit: PrestatieIngediend, gemeente: str, debet: Vorige) -> bool:
    """Whether a credit is the debet again, but for reference, previous reference and sign (IV091)."""
    eerder = debet.prestatie
    return (
        gemeente == debet.gemeente
        and credit.client == eerder.client
        and credit.toewijzing_nummer == eerder.toewijzing_nummer
        and credit.product_categorie == eerder.product_categorie
        and credit.product_code == eerder.product_code
        and credit.begindatum == eerder.begindatum
        and credit.einddatum == eerder.einddatum
        and credit.volume == eerder.volume
        and credit.eenheid == eerder.eenheid
        and credit.tarief == eerder.tarief
        and credit.bedrag == eerder.bedrag
    )


def tr323_credit_op_toegekend_debet(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """A credit names an awarded debet of the aanbieder and repeats it (`TR323`, IV085, IV091)."""
    if prestatie.debet_credit != CREDIT:
        return
    vorige = prestatie.vorige_referentie or ""
    if feiten.debet is None:
        yield fout("TR323", referentie=vorige)
    elif not herhaalt(prestatie, feiten.gemeente, feiten.debet):
        yield fout("TR323", referentie=vorige, eerder=_verschillen(prestatie, feiten.gemeente, feiten.debet))


def _verschillen(credit: PrestatieIngediend, gemeente: str, debet: Vorige) -> str:
    """What a credit says otherwise than the debet it names, element by element; the client without its name."""
    eerder = debet.prestatie
    delen = [
        ("gemeente", gemeente, debet.gemeente),
        ("toewijzing", credit.toewijzing_nummer, eerder.toewijzing_nummer),
        ("categorie", credit.product_categorie, eerder.product_categorie),
        ("product", credit.product_code, eerder.product_code),
        ("begindatum", credit.begindatum, eerder.begindatum),
        ("einddatum", credit.einddatum, eerder.einddatum),
        ("volume", _volume(credit), _volume(eerder)),
        ("tarief", _bedrag(credit.tarief), _bedrag(eerder.tarief)),
        ("bedrag", _bedrag(credit.bedrag), _bedrag(eerder.bedrag)),
    ]
    anders = [f"{naam} {hier} en niet {daar}" for naam, hier, daar in delen if hier != daar]
    if credit.client != eerder.client:
        anders.insert(0, "een andere client")
    return ", ".join(anders)


def _volume(prestatie: PrestatieIngediend) -> str:
    return hoeveelheid(prestatie.volume, prestatie.eenheid)


def _bedrag(cent: int | None) -> str:
    return "geen" if cent is None else euro(cent)


def tr389_levering_niet_eerder_gedeclareerd(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """No other debet for the same delivery stands uncredited; a rejected one does not count (`TR389`, OP366)."""
    if feiten.eerder_debet and prestatie.debet_credit != CREDIT:
        yield fout("TR389", eerder=feiten.eerder_debet)


def tr390_niet_eerder_gecrediteerd(prestatie: PrestatieIngediend, feiten: Feiten) -> Iterator[Bevinding]:
    """A debet is credited once (`TR390`, OP360)."""
    if feiten.eerdere_credit and prestatie.debet_credit == CREDIT:
        yield fout("TR390", referentie=prestatie.vorige_referentie or "", eerder=feiten.eerdere_credit)
