"""Rules of level 3 on the answer to a verzoek (JW319): what may follow what stands in the table of the life cycle."""

from collections.abc import Iterator
from typing import Final

import msgspec

from ijw.berichten import JW319
from ijw.bevinding import Bevinding
from ijw.regels import Regel
from services.allocation.levensloop.verzoek import Toestand, gebeurtenis_van, weigeringen
from services.allocation.rules.toepassing import bevinding

_ANTWOORD: Final = "/Bericht/Antwoord"


class Feiten(msgspec.Struct, frozen=True, kw_only=True):
    """``toestand`` of the ReferentieAanbieder that the message names, as this gemeente's and aanbieder's."""

    toestand: Toestand


def tr355_referentie_bekend(bericht: JW319, feiten: Feiten) -> Iterator[Bevinding]:
    """The reference is that of a verzoek which this aanbieder sent to this gemeente."""
    return _geweigerd("TR355", "ReferentieAanbieder", bericht, feiten)


def tr359_geen_antwoord_na_toewijzing(bericht: JW319, feiten: Feiten) -> Iterator[Bevinding]:
    """No JW301 granted the reference before: that closed it."""
    return _geweigerd("TR359", "", bericht, feiten)


def tr360_onderzoek_hoogstens_een_keer(bericht: JW319, feiten: Feiten) -> Iterator[Bevinding]:
    """Onderzoek is announced as the first answer or not at all."""
    return _geweigerd("TR360", "", bericht, feiten)


def tr365_geen_antwoord_na_afwijzing(bericht: JW319, feiten: Feiten) -> Iterator[Bevinding]:
    """An earlier answer left the reference pending: a rejection is final."""
    return _geweigerd("TR365", "", bericht, feiten)


_JW319: Final = frozenset({"JW319"})

REGELS: Final = (
    Regel("TR355", 3, "9355", _JW319, tr355_referentie_bekend),
    Regel("TR359", 3, "9359", _JW319, tr359_geen_antwoord_na_toewijzing),
    Regel("TR360", 3, "9360", _JW319, tr360_onderzoek_hoogstens_een_keer),
    Regel("TR365", 3, "9365", _JW319, tr365_geen_antwoord_na_afwijzing),
)

_PER_CODE: Final = {regel.code: regel for regel in REGELS}
_IN_WOORDEN: Final = {
    Toestand.IN_ONDERZOEK: "in onderzoek genomen",
    Toestand.TOEGEKEND: "toegekend met een JW301",
    Toestand.TOEGEKEND_NA_ONDERZOEK: "na onderzoek toegekend met een JW301",
    Toestand.AFGEWEZEN: "afgewezen",
}


def _geweigerd(code: str, element: str, bericht: JW319, feiten: Feiten) -> Iterator[Bevinding]:
    """A finding when the table has this rule refuse the answer in the state the reference is in."""
    geweigerd = weigeringen(feiten.toestand, gebeurtenis_van(bericht))
    if any(weigering.regel == code for weigering in geweigerd):
        pad = f"{_ANTWOORD}/{element}" if element else _ANTWOORD
        invoer = {"referentie": bericht.antwoord.referentie_aanbieder}
        if feiten.toestand in _IN_WOORDEN:
            invoer["eerder"] = _IN_WOORDEN[feiten.toestand]
        yield bevinding(_PER_CODE[code], pad, **invoer)
