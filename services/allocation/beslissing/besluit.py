"""A decision about a verzoek before anything is done with it: what it says, and what is wrong with it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

import msgspec

from ijw.lezen import Fout
from services.allocation.beslissing.clientgegevens import Opgave
from services.allocation.beslissing.gevraagd import Gevraagd, Soort
from services.allocation.levensloop.verzoek import WOONPLAATSBEGINSEL, Gebeurtenis, Toestand, weigeringen

Wat = Literal["toekennen", "onderzoek", "afwijzen"]

GEBEURTENIS: Final[Mapping[str, Gebeurtenis]] = {
    "toekennen": Gebeurtenis.TOEKENNING,
    "onderzoek": Gebeurtenis.ONDERZOEK,
    "afwijzen": Gebeurtenis.AFWIJZING,
}
"""What each decision does to a reference."""

MEESTE_ANTWOORDEN: Final = 200
"""How many JW319 one decision sends: each is checked and answered within the one transaction."""

_DATUMS: Final = frozenset({"ingangsdatum", "einddatum"})


class Keuze(msgspec.Struct, frozen=True, kw_only=True):
    """What a decider chooses for one product asked for: another content, a number for what is new, a remark.

    ``anders`` holds fields of ``Gevraagd`` with what they become.
    """

    volgnummer: int
    nummer: int | None = None
    commentaar: str | None = None
    anders: Mapping[str, Any] = {}


class Besluit(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was sent. ``referenties`` None means all that it can still be about."""

    besluit: Wat
    referenties: tuple[str, ...] | None = None
    reden: str | None = None
    gemeente: str | None = None
    producten: tuple[Keuze, ...] = ()
    client: Opgave = Opgave()


class Verzoekstand(msgspec.Struct, frozen=True, kw_only=True):
    """A verzoek as it stands: who decides, its references with their states, its products by volgnummer."""

    berichtsoort: str
    gemeente: str
    referenties: Mapping[str, Toestand]
    producten: Mapping[int, Gevraagd]


def referenties_van(besluit: Besluit, stand: Verzoekstand) -> tuple[str, ...]:
    """The references it is about, in the order of the verzoek."""
    if besluit.referenties is not None:
        genoemd = frozenset(besluit.referenties)
        return tuple(referentie for referentie in stand.referenties if referentie in genoemd)
    gebeurtenis = GEBEURTENIS[besluit.besluit]
    return tuple(naam for naam, toestand in stand.referenties.items() if not weigeringen(toestand, gebeurtenis))


def gekozen_producten(besluit: Besluit, stand: Verzoekstand) -> dict[int, Gevraagd]:
    """The products it is about by volgnummer, with what the decider made of them."""
    keuzes = {keuze.volgnummer: keuze for keuze in besluit.producten}
    over = frozenset(referenties_van(besluit, stand))
    return {
        volgnummer: msgspec.structs.replace(product, **keuzes[volgnummer].anders) if volgnummer in keuzes else product
        for volgnummer, product in stand.producten.items()
        if product.referentie_aanbieder in over
    }


def bezwaren(besluit: Besluit, stand: Verzoekstand, vandaag: date) -> tuple[Fout, ...]:
    """Everything in the decision that does not go with the verzoek; nothing of it is about what was decided before."""
    return tuple(
        Fout(None, pad, melding)
        for deel in (_van_referenties, _van_afwijzing, _van_producten)
        for pad, melding in deel(besluit, stand, vandaag)
    )


def niet_meer(besluit: Besluit, stand: Verzoekstand) -> tuple[str, ...]:
    """References that cannot take this decision any more, or none when it is about nothing at all."""
    over = referenties_van(besluit, stand)
    gebeurtenis = GEBEURTENIS[besluit.besluit]
    if not over:
        return tuple(stand.referenties)
    return tuple(naam for naam in over if weigeringen(stand.referenties[naam], gebeurtenis))


_Bezwaren = Iterator[tuple[str, str]]


def _van_referenties(besluit: Besluit, stand: Verzoekstand, _vandaag: date) -> _Bezwaren:
    for plaats, referentie in enumerate(besluit.referenties or ()):
        if referentie not in stand.referenties:
            yield f"/body/referenties/{plaats}", "hoort niet bij dit verzoek"
    if besluit.referenties is not None and not besluit.referenties:
        yield "/body/referenties", "noem ten minste een referentie, of laat dit veld weg"
    if besluit.besluit != "toekennen" and len(referenties_van(besluit, stand)) > MEESTE_ANTWOORDEN:
        yield "/body/referenties", f"noem hoogstens {MEESTE_ANTWOORDEN} referenties tegelijk"


def _van_afwijzing(besluit: Besluit, stand: Verzoekstand, _vandaag: date) -> _Bezwaren:
    reden, gemeente = "/body/redenAfwijzingVerzoek", "/body/gemeenteWoonplaatsbeginsel"
    if besluit.besluit != "afwijzen":
        if besluit.reden is not None:
            yield reden, "hoort alleen bij afwijzen"
        if besluit.gemeente is not None:
            yield gemeente, "hoort alleen bij afwijzen"
        return
    if besluit.reden is None:
        yield reden, "verplicht bij afwijzen (WJ759)"
    op_woonplaats = besluit.reden == WOONPLAATSBEGINSEL
    if op_woonplaats and stand.berichtsoort != "JW315":
        yield reden, "woonplaatsbeginsel (8) kan alleen bij een verzoek om toewijzing; gebruik 5 voor andere gemeente"
    if op_woonplaats and besluit.gemeente is None:
        yield gemeente, "verplicht bij woonplaatsbeginsel (8)"
    if besluit.gemeente is not None and not op_woonplaats:
        yield gemeente, "hoort alleen bij woonplaatsbeginsel (8)"
    if besluit.gemeente == stand.gemeente:
        yield gemeente, "noem de andere gemeente die verantwoordelijk is, niet de eigen"


def _van_producten(besluit: Besluit, stand: Verzoekstand, vandaag: date) -> _Bezwaren:
    if besluit.besluit != "toekennen":
        if besluit.producten:
            yield "/body/producten", "hoort alleen bij toekennen"
        if besluit.client != Opgave():
            yield "/body/client", "hoort alleen bij toekennen"
        return
    over = gekozen_producten(besluit, stand)
    for plaats, keuze in enumerate(besluit.producten):
        pad = f"/body/producten/{plaats}"
        product = stand.producten.get(keuze.volgnummer)
        if product is None:
            yield f"{pad}/volgnummer", "dit product staat niet in het verzoek"
        elif keuze.volgnummer not in over:
            yield f"{pad}/volgnummer", "dit product is van een referentie die niet wordt toegekend"
        else:
            yield from _van_keuze(pad, keuze, product, vandaag)
    yield from _dubbel("volgnummer", [keuze.volgnummer for keuze in besluit.producten])
    yield from _dubbel("toewijzingnummer", [keuze.nummer for keuze in besluit.producten])


def _dubbel(veld: str, waarden: Sequence[int | None]) -> _Bezwaren:
    eerder: set[int] = set()
    for plaats, waarde in enumerate(waarden):
        if waarde in eerder:
            yield f"/body/producten/{plaats}/{veld}", "komt meer dan een keer voor"
        elif waarde is not None:
            eerder.add(waarde)


def _van_keuze(pad: str, keuze: Keuze, product: Gevraagd, vandaag: date) -> _Bezwaren:
    """A JW315 may be granted otherwise than asked, a JW317 not (OP348): only its dates, once the first has passed."""
    anders = keuze.anders.keys()
    if product.soort is Soort.AANGEVRAAGD:
        if "ingangsdatum" in anders and keuze.anders["ingangsdatum"] is None:
            yield f"{pad}/ingangsdatum", "een toewijzing begint op een dag"
        return
    if product.soort is Soort.ONGEWIJZIGD:
        yield pad, "dit product blijft ongewijzigd; er valt niets over te kiezen"
        return
    if anders - _DATUMS:
        yield pad, "een verzoek om wijziging wordt toegekend zoals het is gevraagd"
    voorbij = product.ingangsdatum is not None and product.ingangsdatum < vandaag
    if anders & _DATUMS and not voorbij:
        yield pad, "andere datums kunnen alleen als de gewenste ingangsdatum is verstreken, in overleg"
    if "ingangsdatum" in anders and keuze.anders["ingangsdatum"] is None:
        yield f"{pad}/ingangsdatum", "een toewijzing begint op een dag"
