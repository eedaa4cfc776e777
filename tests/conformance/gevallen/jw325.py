"""JW325: answers that this system gave, changed in one thing, and what whoever receives them would find.

The answer that every case starts from rejects both prestaties of a declaratie: a credit of nothing, and a debet of
which the amount is a cent too high.
"""

from typing import Any, Final

import msgspec

from ijw.berichten.basis import BedragMetDC, GeslotenPeriode, TotaalBedragMetDC
from tests.conformance.basis import JW323_BASIS, TARIEF, D, credit, jw323, prestatie
from tests.conformance.geval import Basis, Fouten
from tests.conformance.mutatie import Mutatie, dubbel, niets, samen, weg, zet
from tests.conformance.toneel import Toneel

_HEADER: Final = "/Bericht/Header"
_DEEL: Final = "/Bericht/DeclaratieAntwoord"
_CLIENT: Final = f"{_DEEL}/Clienten/Client[1]"
_P1: Final = f"{_CLIENT}/Prestaties/Prestatie[1]"
_P2: Final = f"{_CLIENT}/Prestaties/Prestatie[2]"
_EEN: Final = "declaratie_antwoord.clienten.0.prestaties.0"
_TWEE: Final = "declaratie_antwoord.clienten.0.prestaties.1"


def _afgewezen(t: Toneel) -> Any:
    een_cent_meer = BedragMetDC(bedrag=4 * TARIEF + 1, debet_credit="D")
    return jw323(t, credit(prestatie(t, "A0"), "A1"), prestatie(t, "A2", ingediend_bedrag=een_cent_meer))


DECLARATIE: Final = Basis(soort="JW323", maak=_afgewezen, vooraf=JW323_BASIS.vooraf)
"""The JW323 that is answered."""


class Antwoordgeval(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the answer and what it breaks; ``eerder`` says what the receiver had before."""

    regel: str
    naam: str
    muteer: Mutatie = niets
    fouten: Fouten = ()
    eerder: dict[str, bool] = {}

    @property
    def id(self) -> str:
        return f"{self.regel}-JW325-{self.naam}"


def _fout(
    regel: str, naam: str, muteer: Mutatie, pad: str, ook: Fouten = (), ervoor: Fouten = (), **eerder: bool
) -> Antwoordgeval:
    fouten = (*ervoor, (regel, pad), *ook)
    return Antwoordgeval(regel=regel, naam=naam, muteer=muteer, fouten=fouten, eerder=eerder)


def _periode(begin: D, eind: D) -> Any:
    return zet(f"{_EEN}.product_periode", GeslotenPeriode(begindatum=begin, einddatum=eind))


_TOTALEN: Final = (("TR342", _DEEL),)
_TOEGEKEND: Final = "declaratie_antwoord.totaal_toegekend_bedrag"

_REGELS: Final = (
    *("TR056", "TR101", "TR134", "TR135", "TR137", "TR304", "TR337", "TR342", "TR366", "TR367", "TR371", "TR376"),
    *("TR378", "CD060", "CS002", "CS325"),
)
"""Every rule of level 2, 3 and 4 that names the JW325: the answer as it was given keeps them all."""

GEVALLEN: Final[tuple[Antwoordgeval, ...]] = (
    *(Antwoordgeval(regel=regel, naam="zoals-gegeven") for regel in _REGELS),
    _fout("TR101", "client-tweemaal", dubbel("declaratie_antwoord.clienten"), f"{_DEEL}/Clienten/Client[2]", _TOTALEN),
    _fout(
        "TR101",
        "prestatie-tweemaal",
        dubbel("declaratie_antwoord.clienten.0.prestaties"),
        f"{_CLIENT}/Prestaties/Prestatie[3]",
        _TOTALEN,
    ),
    _fout(
        "TR134",
        "productperiode-begint-later",
        _periode(D(2026, 6, 1), D(2026, 6, 30)),
        f"{_P1}/ProductPeriode/Begindatum",
        (("TR137", f"{_P1}/ProductPeriode/Einddatum"),),
    ),
    _fout(
        "TR137",
        "productperiode-nog-niet-om",
        _periode(D(2026, 5, 1), D(2026, 5, 31)),
        f"{_P1}/ProductPeriode/Einddatum",
    ),
    _fout(
        "TR137",
        "productperiode-achterstevoren",
        _periode(D(2026, 4, 10), D(2026, 4, 9)),
        f"{_P1}/ProductPeriode/Einddatum",
    ),
    _fout("TR342", "een-cent-toegekend", zet(f"{_TOEGEKEND}.totaal_bedrag", 1), _DEEL),
    _fout(
        "TR342",
        "afgekeurde-declaratie-geeft-prestaties-terug",
        zet("declaratie_antwoord.retour_codes", ("9333",)),
        _DEEL,
    ),
    _fout(
        "CD060",
        "credit-zonder-debet",
        weg(f"{_EEN}.product_referentie.vorig_referentie_nummer"),
        f"{_P1}/ProductReferentie/VorigReferentieNummer",
    ),
    _fout(
        "CD060",
        "debet-met-vorige",
        zet(f"{_TWEE}.product_referentie.vorig_referentie_nummer", "A9"),
        f"{_P2}/ProductReferentie/VorigReferentieNummer",
    ),
    _fout(
        "CS002", "voldoet-niet-aan-elfproef", zet("declaratie_antwoord.clienten.0.bsn", "999900007"), f"{_CLIENT}/Bsn"
    ),
    _fout(
        "CS325",
        "nul-toegekend-als-credit",
        zet(_TOEGEKEND, TotaalBedragMetDC(totaal_bedrag=0, debet_credit="C")),
        f"{_DEEL}/TotaalToegekendBedrag/DebetCredit",
    ),
    _fout(
        "TR056",
        "identificatie-eerder-gebruikt",
        niets,
        f"{_HEADER}/BerichtIdentificatie/Identificatie",
        identificatie_gebruikt=True,
    ),
    _fout(
        "TR056",
        "declaratie-eerder-beantwoord",
        niets,
        f"{_HEADER}/DeclaratieIdentificatie/Identificatie",
        eerder_beantwoord=True,
    ),
    _fout(
        "TR135",
        "morgen",
        zet("header.bericht_identificatie.dagtekening", D(2026, 5, 7)),
        f"{_HEADER}/BerichtIdentificatie/Dagtekening",
    ),
    _fout(
        "TR135",
        "declaratie-van-morgen",
        zet("header.declaratie_identificatie.dagtekening", D(2026, 5, 7)),
        f"{_HEADER}/DeclaratieIdentificatie/Dagtekening",
        (("TR337", f"{_HEADER}/DeclaratieIdentificatie"),),
    ),
    _fout(
        "TR304",
        "client-niet-in-de-declaratie",
        zet("declaratie_antwoord.clienten.0.bsn", lambda t: t.andere_bsn),
        f"{_CLIENT}/Bsn",
        (("TR366", f"{_P1}/ProductReferentie"), ("TR366", f"{_P2}/ProductReferentie")),
    ),
    _fout(
        "TR337",
        "andere-declaratie",
        zet("header.declaratie_identificatie.identificatie", "ONBEKEND"),
        f"{_HEADER}/DeclaratieIdentificatie",
    ),
    _fout(
        "TR366",
        "andere-referentie",
        zet(f"{_TWEE}.product_referentie.referentie_nummer", "A9"),
        f"{_P2}/ProductReferentie",
    ),
    *(
        _fout("TR367", naam, zet(f"{_TWEE}.{veld}", waarde), f"{_P2}/{element}")
        for naam, veld, waarde, element in (
            ("ander-toewijzingnummer", "toewijzing_nummer", 1, "ToewijzingNummer"),
            ("andere-categorie", "product_categorie", "46", "ProductCategorie"),
            ("andere-code", "product_code", "45A05", "ProductCode"),
            ("ander-volume", "geleverd_volume", 5, "GeleverdVolume"),
            ("andere-eenheid", "eenheid", "01", "Eenheid"),
            ("ander-tarief", "product_tarief", TARIEF + 1, "ProductTarief"),
            ("geen-tarief", "product_tarief", None, "ProductTarief"),
        )
    ),
    _fout(
        "TR367",
        "andere-periode",
        _periode(D(2026, 3, 1), D(2026, 3, 31)),
        f"{_P1}/ProductPeriode",
    ),
    _fout(
        "TR367",
        "ander-bedrag",
        samen(
            zet(f"{_TWEE}.ingediend_bedrag.bedrag", 4 * TARIEF),
            zet(_TOEGEKEND, TotaalBedragMetDC(totaal_bedrag=1, debet_credit="D")),
        ),
        f"{_P2}/IngediendBedrag",
    ),
    _fout(
        "TR371",
        "andere-versie",
        zet("header.xsd_versie_declaratie.bericht_xsd_versie", "9.9.9"),
        f"{_HEADER}/XsdVersieDeclaratie",
    ),
    _fout("TR376", "ander-nummer", zet("declaratie_antwoord.declaratie_nummer", "ANDERS"), f"{_DEEL}/DeclaratieNummer"),
    _fout(
        "TR378",
        "onbekende-gemeente",
        zet("header.afzender", "9999"),
        f"{_HEADER}/Afzender",
        ervoor=(("TR337", f"{_HEADER}/Afzender"),),
    ),
)
