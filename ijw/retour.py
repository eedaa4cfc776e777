"""The technical retourberichten: JW302, 306, 308, 316, 318 and 320, each on the message one number lower.

What goes where (IV028, IV033, IV034):

====================================  ======================  ==========================================
situation                             Header                  Client (JW320: Antwoord) and below
====================================  ======================  ==========================================
no findings                           no RetourCodes          not sent
level 2                               0001                    not sent
level 3 or 4 in the Header            the codes of the rules  not sent
level 3 or 4 in the Client or deeper  0200                    every class copied, each with RetourCodes
====================================  ======================  ==========================================

Per class in the last case: the codes of its findings, else 0200. Never 0233: whenever classes go back, every one of
them was judged. Afzender and Ontvanger are copied, not swapped, so a retour is not routed on them.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ijw.berichten import (
    JW301,
    JW302,
    JW305,
    JW306,
    JW307,
    JW308,
    JW315,
    JW316,
    JW317,
    JW318,
    JW319,
    JW320,
    Heenbericht,
    Retourbericht,
    boom,
)
from ijw.berichten.basis import XsdVersie
from ijw.berichten.boom import HEADER, WORTEL
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, velden
from ijw.bevinding import Bevinding
from ijw.retourcodes import GOED, NIVEAU_2

RETOUR_VAN: Mapping[type[Heenbericht], type[Retourbericht]] = MappingProxyType(
    {JW301: JW302, JW305: JW306, JW307: JW308, JW315: JW316, JW317: JW318, JW319: JW320}
)


def retour(
    heen: Heenbericht,
    bevindingen: Collection[Bevinding],
    *,
    identificatie: str,
    dagtekening: datetime.date,
    xsd_versie_retour: XsdVersie,
    xslt_versie: str | None = None,
) -> Retourbericht:
    """The retour that belongs to these findings: the first case of the table that applies.

    ValueError when a finding that must be answered has no retourcode, or names a place the message does not have.
    """
    eigen = _eigen(identificatie, dagtekening, xsd_versie_retour, xslt_versie)
    if not bevindingen:
        return _retour(heen, (), None, eigen)
    if any(bevinding.niveau == 2 for bevinding in bevindingen):
        return _retour(heen, (NIVEAU_2,), None, eigen)
    klassen = _plaatsen(heen)
    gevonden = [(_klasse_van(bevinding.pad, klassen), bevinding) for bevinding in bevindingen]
    in_header = [_code(bevinding) for pad, bevinding in gevonden if pad in {WORTEL, HEADER}]
    if in_header:
        return _retour(heen, in_header, None, eigen)
    codes: dict[str, list[str]] = {}
    for pad, bevinding in gevonden:
        codes.setdefault(pad, []).append(_code(bevinding))
    return _retour(heen, (GOED,), _Oordeel(codes), eigen)


def _eigen(
    identificatie: str, dagtekening: datetime.date, xsd_versie_retour: XsdVersie, xslt_versie: str | None
) -> dict[str, Any]:
    """What the Header of a retour holds of its own."""
    return {
        "identificatie_retour": identificatie,
        "dagtekening_retour": dagtekening,
        "xsd_versie_retour": xsd_versie_retour,
        "xslt_versie": xslt_versie,
    }


def _retour(
    heen: Heenbericht, codes: Iterable[str], oordeel: "_Oordeel | None", eigen: Mapping[str, Any]
) -> Retourbericht:
    """Header and, with a verdict, the content of the message: the second field of either root class."""
    doel = RETOUR_VAN[type(heen)]
    header, inhoud = velden(doel)
    assert header.klasse is not None
    gekopieerd = {veld.naam: getattr(heen.header, veld.naam) for veld in velden(type(heen.header))}
    delen: dict[str, Any] = {
        "header": header.klasse(
            **gekopieerd | {"bericht_code": doel.code, "retour_codes": tuple(dict.fromkeys(codes))}, **eigen
        )
    }
    if oordeel is not None:
        assert inhoud.klasse is not None
        pad = f"{WORTEL}/{inhoud.element}"
        delen[inhoud.naam] = oordeel.kopie(getattr(heen, inhoud.naam), inhoud.klasse, pad)
    bericht: Retourbericht = doel(**delen)
    return bericht


class _Oordeel:
    """Copies classes of the heenbericht into those of the retour and adds to each its RetourCodes."""

    def __init__(self, codes: Mapping[str, Iterable[str]]) -> None:
        self._codes = codes

    def kopie(self, waarde: Klasse, doel: type[Klasse], pad: str) -> Klasse:
        """``waarde`` as an instance of ``doel``, with all classes inside it."""
        inhoud: dict[str, Any] = {}
        for veld in velden(doel):
            if veld.naam == "retour_codes":
                inhoud[veld.naam] = tuple(dict.fromkeys(self._codes.get(pad, (GOED,))))
                continue
            oud = getattr(waarde, veld.naam)
            inhoud[veld.naam] = self._kopie_van_veld(oud, veld, pad) if boom.is_klasse(veld) and oud else oud
        return doel(**inhoud)

    def _kopie_van_veld(self, oud: Any, veld: Veld, pad: str) -> Any:
        assert veld.klasse is not None
        delen = [self.kopie(deel, veld.klasse, plaats) for plaats, deel in boom.delen(oud, veld, pad)]
        return tuple(delen) if veld.lijst else delen[0]


def _code(bevinding: Bevinding) -> str:
    if not bevinding.retourcode:
        raise ValueError(f"bevinding {bevinding.regel} heeft geen retourcode")
    return bevinding.retourcode


def _plaatsen(heen: Heenbericht) -> dict[str, type[Klasse]]:
    """The type of every class in a message by its pad."""
    return {pad: type(waarde) for pad, waarde in boom.klassen(heen)}


def _klasse_van(pad: str, klassen: Mapping[str, type[Klasse]]) -> str:
    """The pad of the innermost class that holds the place ``pad`` names; the place itself may be absent."""
    klasse, rest = pad, ""
    while klasse and klasse not in klassen:
        klasse, _, deel = klasse.rpartition("/")
        rest = f"{deel}/{rest}" if rest else deel
    if klasse and not rest:
        return klasse
    element, _, dieper = rest.partition("/")
    for veld in velden(klassen[klasse]) if klasse else ():
        if veld.element == element and not (dieper and veld.lijst):
            return klasse
    raise ValueError(f"geen plaats in dit bericht: {pad}")
