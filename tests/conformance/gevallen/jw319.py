"""JW319: the answer to a verzoek that is not (yet) granted."""

from collections.abc import Sequence
from typing import Final

from ijw.berichten.jw319 import Woonplaatsbeginsel319
from tests.conformance.basis import JW319_BASIS, jw301, jw315, jw319, toewijzing
from tests.conformance.geval import Basis, Geval
from tests.conformance.mutatie import niets, samen, weg, zet
from tests.conformance.toneel import Stap, Toneel

_PAD: Final = "/Bericht/Antwoord"
_REDEN: Final = "antwoord.reden_afwijzing_verzoek"
_DEVENTER = Woonplaatsbeginsel319(gemeente="0150")

B = JW319_BASIS
ONDERZOEK = Basis(
    soort="JW319",
    maak=lambda t: jw319(t, verzoek_antwoord="2", reden_afwijzing_verzoek=None),
    vooraf=B.vooraf,
)
"""The verzoek is in onderzoek."""
ELDERS = Basis(
    soort="JW319",
    maak=lambda t: jw319(t, reden_afwijzing_verzoek="8", woonplaatsbeginsel=_DEVENTER),
    vooraf=B.vooraf,
)
"""Another gemeente is responsible."""


def _in_onderzoek(t: Toneel) -> Sequence[Stap]:
    return (jw319(t, verzoek_antwoord="2", reden_afwijzing_verzoek=None, volg=91),)


def _afgewezen(t: Toneel) -> Sequence[Stap]:
    return (jw319(t, volg=91),)


def _toegewezen(t: Toneel) -> Sequence[Stap]:
    return (jw301(t, toewijzing(t, referentie_aanbieder=t.referentie()), volg=92),)


GEVALLEN: Final[tuple[Geval, ...]] = (
    B.goed("CD085", "afwijzing-met-reden"),
    B.fout("CD085", "afwijzing-zonder-reden", weg(_REDEN), f"{_PAD}/RedenAfwijzingVerzoek"),
    ONDERZOEK.goed("CD086", "onderzoek-zonder-reden"),
    ONDERZOEK.fout("CD086", "onderzoek-met-reden", zet(_REDEN, "2"), f"{_PAD}/RedenAfwijzingVerzoek"),
    ELDERS.goed("TR377", "woonplaatsbeginsel-met-gemeente"),
    ELDERS.fout(
        "TR377", "woonplaatsbeginsel-zonder-gemeente", weg("antwoord.woonplaatsbeginsel"), f"{_PAD}/Woonplaatsbeginsel"
    ),
    B.goed("TR409", "andere-reden-zonder-gemeente"),
    ELDERS.fout("TR409", "andere-reden-met-gemeente", zet(_REDEN, "5"), f"{_PAD}/Woonplaatsbeginsel"),
    ONDERZOEK.fout(
        "TR409",
        "geen-reden-met-gemeente",
        zet("antwoord.woonplaatsbeginsel", _DEVENTER),
        f"{_PAD}/Woonplaatsbeginsel",
    ),
    ELDERS.goed("TR378", "woonplaats-is-een-gemeente"),
    ELDERS.fout(
        "TR378",
        "woonplaats-bestaat-niet",
        zet("antwoord.woonplaatsbeginsel.gemeente", "9999"),
        f"{_PAD}/Woonplaatsbeginsel/Gemeente",
    ),
    B.goed("TR355", "bekende-referentie"),
    B.fout(
        "TR355",
        "onbekende-referentie",
        zet("antwoord.referentie_aanbieder", "NOOIT-GEVRAAGD"),
        f"{_PAD}/ReferentieAanbieder",
    ),
    B.fout(
        "TR355",
        "van-een-andere-aanbieder",
        samen(
            zet("antwoord.referentie_aanbieder", lambda t: t.ander.referentie()),
        ),
        f"{_PAD}/ReferentieAanbieder",
        eerder=lambda t: (jw315(t.ander, volg=90),),
    ),
    B.goed("TR359", "nog-niet-toegewezen"),
    B.fout("TR359", "na-een-toewijzing", niets, _PAD, eerder=_toegewezen),
    ONDERZOEK.goed("TR360", "eerste-onderzoek"),
    ONDERZOEK.fout("TR360", "tweede-onderzoek", niets, _PAD, eerder=_in_onderzoek),
    B.goed("TR365", "afgewezen-na-onderzoek", niets, eerder=_in_onderzoek),
    B.fout("TR365", "tweede-afwijzing", niets, _PAD, eerder=_afgewezen),
    ONDERZOEK.fout("TR365", "onderzoek-na-afwijzing", niets, _PAD, eerder=_afgewezen, ervoor=(("TR360", _PAD),)),
)
