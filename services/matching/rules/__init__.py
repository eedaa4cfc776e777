"""The rules of level 3 and 4 on a prestatie: pure functions over (prestatie, feiten), in the order of REGELS."""

from itertools import chain
from typing import Final

from ijw.bevinding import Bevinding
from ijw.regels import Regel
from services.matching.feiten import CREDIT, Feiten
from services.matching.rules import koppeling, tarief, verwijzing, volume
from services.matching.rules.fout import INTERN, niveau, retourcode
from services.matching.rules.verwijzing import herhaalt
from services.platform.events import PrestatieIngediend

_JW323: Final = frozenset({"JW323"})

_FUNCTIES: Final = (
    ("TR304", koppeling.tr304_client_bekend),
    ("TR307", koppeling.tr307_periode_niet_voor_toewijzing),
    ("TR308", koppeling.tr308_periode_niet_na_toewijzing),
    ("TR314", verwijzing.tr314_referentie_niet_eerder_gebruikt),
    ("TR319", verwijzing.tr319_periode_niet_na_declaratieperiode),
    ("TR321", volume.tr321_volume_past_in_productperiode),
    ("TR322", volume.tr322_volume_past_in_toewijzing),
    ("TR323", verwijzing.tr323_credit_op_toegekend_debet),
    ("TR338", koppeling.tr338_toewijzing_bekend),
    ("TR339", koppeling.tr339_categorie_als_toegewezen),
    ("TR340", koppeling.tr340_code_als_toegewezen),
    ("TR341", koppeling.tr341_eenheid_als_toegewezen),
    ("TR346", tarief.tr346_bedrag_is_volume_maal_tarief),
    ("TR369", volume.tr369_bedrag_past_in_budget),
    ("TR378", koppeling.tr378_gemeente_bij_toewijzing),
    ("TR381", koppeling.tr381_code_in_productcodelijst),
    ("TR384", koppeling.tr384_toewijzing_niet_verwijderd),
    ("TR387", koppeling.tr387_begin_van_productperiode),
    ("TR388", koppeling.tr388_eind_van_productperiode),
    ("TR389", verwijzing.tr389_levering_niet_eerder_gedeclareerd),
    ("TR390", verwijzing.tr390_niet_eerder_gecrediteerd),
    ("TR418", tarief.tr418_tarief_als_contract),
    (INTERN, tarief.geen_contractregel),
)

REGELS: Final[tuple[Regel, ...]] = tuple(
    Regel(code=code, niveau=niveau(code), retourcode=retourcode(code), berichten=_JW323, functie=functie)
    for code, functie in _FUNCTIES
)

RETOURCODES: Final = frozenset(regel.retourcode for regel in REGELS) - {""}
"""Every code of the standard that a Prestatie or its Client can get here."""

_ALLE: Final = tuple(functie for _, functie in _FUNCTIES)
_CREDIT: Final = tuple(functie for code, functie in _FUNCTIES if code in {"TR314", "TR319", "TR323", "TR390"})


def bevindingen(prestatie: PrestatieIngediend, feiten: Feiten) -> tuple[Bevinding, ...]:
    """All findings on one prestatie, in the order of REGELS.

    A credit that repeats an awarded debet is not held against toewijzing and contract once more: the debet
    passed, and what changed since must not stand in the way of taking it back (IV091).
    """
    debet = feiten.debet
    terug = prestatie.debet_credit == CREDIT and debet is not None and herhaalt(prestatie, feiten.gemeente, debet)
    functies = _CREDIT if terug else _ALLE
    return tuple(chain.from_iterable([functie(prestatie, feiten) for functie in functies]))
