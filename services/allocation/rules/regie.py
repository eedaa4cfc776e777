"""Rules of level 3 and 4 on the starts of a JW305 and the stops of a JW307.

What may follow what is one table (``regie_levensloop``); here its refusals become findings, with what was held
against what.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias

import msgspec

from ijw.berichten import JW305, JW307
from ijw.bevinding import Bevinding
from ijw.codelijsten import Productcodes
from ijw.regels import Regel
from services.allocation.levensloop.regie import STOPS, Oordeel
from services.allocation.regie import Aanlevering, Gebeurtenis, Soort

Regiebericht: TypeAlias = JW305 | JW307

_PRODUCT: Final = {
    Soort.START: "/Bericht/Client/StartProducten/StartProduct",
    Soort.STOP: "/Bericht/Client/StopProducten/StopProduct",
}


class Feiten(msgspec.Struct, frozen=True, kw_only=True):
    """What these rules need to know beside the message.

    ``oordelen`` holds what speaks against each aanlevering, in any order (``regie_levensloop.beoordeel``);
    ``ingangsdatums`` the Ingangsdatum per known ToewijzingNummer, ``open_code`` those of them that name no product
    code; ``onbekend`` why another number is not known.
    """

    productcodes: Productcodes
    oordelen: tuple[Oordeel, ...]
    ingangsdatums: Mapping[int, date]
    onbekend: Mapping[int, str]
    open_code: frozenset[int] = frozenset()


def tr019_toewijzing_is_bekend(bericht: Regiebericht, feiten: Feiten) -> Iterator[Bevinding]:
    """The toewijzing was sent by this gemeente to this aanbieder, for this client; without a number: taakgericht."""
    for oordeel in _geweigerd("TR019", feiten):
        nummer = oordeel.aanlevering.toewijzing_nummer
        reden = None if nummer is None else feiten.onbekend.get(nummer)
        yield _bevinding("TR019", oordeel, toewijzing=str(nummer), eerder=reden)


def tr063_te_verwijderen_is_aangeleverd(bericht: Regiebericht, feiten: Feiten) -> Iterator[Bevinding]:
    """What is taken back is in force, and what came after it was taken back first."""
    for oordeel in _geweigerd("TR063", feiten):
        aangeleverd = oordeel.verloop.plaats(oordeel.aanlevering) is not None
        later = oordeel.verloop.laatste if aangeleverd else None
        waarde = _in_woorden(oordeel.aanlevering)
        yield _bevinding(
            "TR063", oordeel, "StatusAanlevering", waarde=waarde, eerder=_in_woorden(later) if later else None
        )


def tr071_start_zonder_stop(bericht: JW305, feiten: Feiten) -> Iterator[Bevinding]:
    """A start is taken back only when no stop on it is in force, temporary or definitive."""
    for oordeel in _geweigerd("TR071", feiten):
        stop = oordeel.verloop.stop_bij(oordeel.aanlevering, *STOPS)
        begin = str(oordeel.aanlevering.begindatum)
        yield _bevinding("TR071", oordeel, "StatusAanlevering", begin=begin, eerder=_in_woorden(stop) if stop else None)


def tr074_sleutel_niet_eerder_aangeleverd(bericht: Regiebericht, feiten: Feiten) -> Iterator[Bevinding]:
    """No aanlevering with the same key is in force."""
    for oordeel in _geweigerd("TR074", feiten):
        yield _bevinding("TR074", oordeel, waarde=_in_woorden(oordeel.aanlevering))


def tr326_een_lopende_start(bericht: JW305, feiten: Feiten) -> Iterator[Bevinding]:
    """Of one toegewezen product one start is current at a time (OP289)."""
    for oordeel in _geweigerd("TR326", feiten):
        lopend = oordeel.verloop.laatste_start
        begin = str(oordeel.aanlevering.begindatum)
        yield _bevinding("TR326", oordeel, begin=begin, eerder=str(lopend.begindatum) if lopend else None)


def tr381_productcode_past_bij_categorie(bericht: Regiebericht, feiten: Feiten) -> Iterator[Bevinding]:
    """The code is on the product list under this Categorie, as the list was when the toewijzing began.

    A toewijzing that leaves the code open may be started with one of the list at the begin of delivery too.
    Taakgericht has no toewijzing: there only that day decides. What is taken back is not looked at (TR063).
    """
    for oordeel in _op_volgorde(feiten):
        item = oordeel.aanlevering
        if item.verwijdert or item.product_code is None:
            continue
        nummer = item.toewijzing_nummer  # 0 is a number too
        ingangsdatum = None if nummer is None else feiten.ingangsdatums.get(nummer)
        dagen = [item.begindatum] if ingangsdatum is None else [ingangsdatum]
        if item.toewijzing_nummer in feiten.open_code:
            dagen.append(item.begindatum)
        categorie = item.product_categorie or ""
        if not any(feiten.productcodes.hoort_bij(item.product_code, categorie, dag) for dag in dagen):
            yield _bevinding("TR381", oordeel, "Product/Code", code=item.product_code, categorie=categorie)


def tr382_stop_noemt_laatste_start(bericht: JW307, feiten: Feiten) -> Iterator[Bevinding]:
    """A stop repeats ToewijzingNummer, Product and Begindatum of the latest start (OP155)."""
    for oordeel in _geweigerd("TR382", feiten):
        start = oordeel.verloop.laatste_start
        genoemd = _in_woorden(oordeel.aanlevering, Soort.START)
        yield _bevinding("TR382", oordeel, gedeclareerd=genoemd, verwacht=_in_woorden(start) if start else None)


def tr413_geen_tweede_tijdelijke_stop(bericht: JW307, feiten: Feiten) -> Iterator[Bevinding]:
    """After a temporary stop on a start no other temporary one (OP378)."""
    yield from _al_gestopt("TR413", feiten, Gebeurtenis.TIJDELIJKE_STOP)


def tr414_definitieve_stop_niet_voor_tijdelijke(bericht: JW307, feiten: Feiten) -> Iterator[Bevinding]:
    """A definitive stop ends on the day of the temporary one before it, or later."""
    for oordeel in _geweigerd("TR414", feiten):
        stop = oordeel.verloop.stop_bij(oordeel.aanlevering, Gebeurtenis.TIJDELIJKE_STOP)
        eind = str(oordeel.aanlevering.einddatum)
        yield _bevinding("TR414", oordeel, "Einddatum", eind=eind, eerder=str(stop.einddatum) if stop else None)


def tr415_geen_stop_na_definitieve(bericht: JW307, feiten: Feiten) -> Iterator[Bevinding]:
    """After a definitive stop on a start no further stop."""
    yield from _al_gestopt("TR415", feiten, Gebeurtenis.DEFINITIEVE_STOP)


_BEIDE: Final = frozenset({"JW305", "JW307"})
_JW305: Final = frozenset({"JW305"})
_JW307: Final = frozenset({"JW307"})

REGELS: Final = (
    Regel("TR019", 3, "9019", _BEIDE, tr019_toewijzing_is_bekend),
    Regel("TR063", 3, "9063", _BEIDE, tr063_te_verwijderen_is_aangeleverd),
    Regel("TR071", 3, "9071", _JW305, tr071_start_zonder_stop),
    Regel("TR074", 3, "9074", _BEIDE, tr074_sleutel_niet_eerder_aangeleverd),
    Regel("TR326", 3, "9326", _JW305, tr326_een_lopende_start),
    Regel("TR381", 4, "S329", _BEIDE, tr381_productcode_past_bij_categorie),
    Regel("TR382", 3, "9069", _JW307, tr382_stop_noemt_laatste_start),
    Regel("TR413", 3, "9413", _JW307, tr413_geen_tweede_tijdelijke_stop),
    Regel("TR414", 3, "9414", _JW307, tr414_definitieve_stop_niet_voor_tijdelijke),
    Regel("TR415", 3, "9415", _JW307, tr415_geen_stop_na_definitieve),
)
"""A rule on stops finds nothing in a JW305 and the other way about: a message holds one kind of aanlevering."""

_PER_CODE: Final = {regel.code: regel for regel in REGELS}


def _op_volgorde(feiten: Feiten) -> list[Oordeel]:
    """In the order of the message, which is not that of handling."""
    return sorted(feiten.oordelen, key=lambda oordeel: oordeel.nummer)


def _geweigerd(code: str, feiten: Feiten) -> Iterator[Oordeel]:
    """The aanleveringen that a rule speaks against."""
    for oordeel in _op_volgorde(feiten):
        if any(weigering.regel == code for weigering in oordeel.weigeringen):
            yield oordeel


def _al_gestopt(code: str, feiten: Feiten, gebeurtenis: Gebeurtenis) -> Iterator[Bevinding]:
    for oordeel in _geweigerd(code, feiten):
        stop = oordeel.verloop.stop_bij(oordeel.aanlevering, gebeurtenis)
        begin = str(oordeel.aanlevering.begindatum)
        yield _bevinding(code, oordeel, begin=begin, eerder=str(stop.einddatum) if stop else None)


def _in_woorden(item: Aanlevering, soort: Soort | None = None) -> str:
    """An aanlevering by its key, or the start that it quotes."""
    product = " ".join(filter(None, (item.product_categorie, item.product_code)))
    waarop = [f"toewijzing {item.toewijzing_nummer}"] if item.toewijzing_nummer is not None else []
    waarop += [f"product {product}"] if product else []
    start = f"start van {item.begindatum}" + (f" op {', '.join(waarop)}" if waarop else "")
    if (soort or item.soort) is Soort.START:
        return start
    return f"stop per {item.einddatum} (reden {item.reden_beeindiging}) van de {start}"


def _bevinding(code: str, oordeel: Oordeel, element: str = "", /, **invoer: str | None) -> Bevinding:
    """A finding on a StartProduct or StopProduct or an element in it; inputs that are not there are left out."""
    regel = _PER_CODE[code]
    pad = f"{_PRODUCT[oordeel.aanlevering.soort]}[{oordeel.nummer}]" + (f"/{element}" if element else "")
    aanwezig = {naam: waarde for naam, waarde in invoer.items() if waarde is not None}
    return Bevinding(regel.code, regel.retourcode, regel.niveau, pad, aanwezig)
