"""JW301 messages that break level 2: one change to a right message each, with the exact rules it breaks.

The message repeats a toewijzing the gemeente sent before, decided again later; whatever the change, it is answered
with 0001 on the Header and nothing is kept.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from ijw.berichten import JW301
from ijw.berichten.basis import (
    Adres,
    Communicatie,
    Geboortedatum,
    Omvang,
    OpenPeriode,
    Product,
    Telefoon,
    Telefoonnummers,
)
from ijw.berichten.jw301 import Contact301
from services.synthetisch.soorten.soort import Soort, ruime_uren
from services.synthetisch.werkplaats import Werkplaats

Verander = Callable[[JW301], JW301]

_EEN_DAG: Final = dt.timedelta(days=1)
_TIJDELIJK: Final = "04"


def _client(bericht: JW301, **anders: Any) -> JW301:
    return replace(bericht, client=replace(bericht.client, **anders))


def _product(bericht: JW301, **anders: Any) -> JW301:
    eerste, *rest = bericht.client.toegewezen_producten
    return _client(bericht, toegewezen_producten=(replace(eerste, **anders), *rest))


def _erbij(bericht: JW301, **anders: Any) -> JW301:
    """The first toewijzing once more, with something else in it."""
    alle = bericht.client.toegewezen_producten
    return _client(bericht, toegewezen_producten=(*alle, replace(alle[0], **anders)))


def _contact(bericht: JW301, **anders: Any) -> JW301:
    """Another first Contact, which is the BRP address."""
    eerste, *rest = bericht.client.contactgegevens
    return _client(bericht, contactgegevens=(replace(eerste, **anders), *rest))


def _adres(bericht: JW301, **anders: Any) -> JW301:
    adres = bericht.client.contactgegevens[0].adres or Adres()
    return _contact(bericht, adres=replace(adres, **anders))


def _ingang(bericht: JW301) -> dt.date:
    return bericht.client.toegewezen_producten[0].ingangsdatum


def _dagtekening(bericht: JW301) -> dt.date:
    return bericht.header.bericht_identificatie.dagtekening


def _alleen_mail(bericht: JW301) -> JW301:
    mail = Contact301(soort="02", emailadres="nergens@voorbeeld.invalid")
    anderen = tuple(contact for contact in bericht.client.contactgegevens if contact.soort != "02")
    return _client(bericht, contactgegevens=(*anderen, mail))


def _alleen_tijdelijk(bericht: JW301) -> JW301:
    eerste = bericht.client.contactgegevens[0]
    return _client(bericht, contactgegevens=(replace(eerste, soort=_TIJDELIJK),))


def _andere_bsn(bericht: JW301) -> JW301:
    """The last digit weighs 1 in the eleven-test, so any other digit breaks it."""
    bsn = bericht.client.bsn
    return _client(bericht, bsn=bsn[:-1] + str((int(bsn[-1]) + 1) % 10))


def _zonder_huis(bericht: JW301) -> JW301:
    """No Huis in a Dutch address; reachable by telephone, so that TR006 is content."""
    return _adres(_met_telefoon(bericht), huis=None)


def _met_telefoon(bericht: JW301) -> JW301:
    telefoon = Telefoonnummers(telefoon01=Telefoon(telefoonnummer="0990123456", landnummer="0031"))
    return _contact(bericht, telefoon=telefoon)


_OMVANG_PER_DAG: Final = Omvang(volume=1, eenheid="14", frequentie="1")

_GEVALLEN: Final[tuple[tuple[str, frozenset[str], Verander], ...]] = (
    ("CD041", frozenset({"CD041"}), lambda b: _product(b, omvang=None)),
    (
        "CD075",
        frozenset({"CD075"}),
        lambda b: _product(b, product=Product(categorie="45"), omvang=None, budget=50_000, einddatum=None),
    ),
    ("CD076", frozenset({"CD076"}), lambda b: _product(b, einddatum=None)),
    # one fault, and a rule at either of the two elements
    ("CD077", frozenset({"CD077", "CD078"}), lambda b: _product(b, budget=50_000)),
    ("CD079", frozenset({"CD079"}), lambda b: _product(b, product=None, omvang=None)),
    ("CD080", frozenset({"CD080"}), lambda b: _product(b, product=Product(categorie="45"))),
    ("CS338", frozenset({"CS338"}), lambda b: _product(b, omvang=_OMVANG_PER_DAG)),
    ("CS335", frozenset({"CS335"}), lambda b: _product(b, reden_wijziging="13")),
    ("CS336", frozenset({"CS336"}), lambda b: _product(b, reden_wijziging="01")),
    ("CS003", frozenset({"CS003"}), lambda b: _product(b, einddatum=_ingang(b) - _EEN_DAG)),
    ("TR302", frozenset({"TR302"}), lambda b: _erbij(b, toewijzing_nummer=999_999_999)),
    # another product, so that only the number is there twice
    ("TR101", frozenset({"TR101"}), lambda b: _erbij(b, product=Product(categorie="43", code="43A07"))),
    ("TR134", frozenset({"TR134"}), lambda b: _product(b, toewijzingsdatum=_dagtekening(b) + _EEN_DAG)),
    ("TR002", frozenset({"TR002"}), lambda b: _client(b, geboortedatum=Geboortedatum(datum=dt.date(1899, 5, 17)))),
    ("TR006", frozenset({"TR006"}), _alleen_mail),
    ("TR061", frozenset({"TR061"}), _alleen_tijdelijk),
    # without LandCode the address is not Dutch to the other rules
    ("CD005", frozenset({"CD005"}), lambda b: _adres(b, land_code=None)),
    ("CD007", frozenset({"CD007"}), lambda b: _client(b, communicatie=Communicatie(vorm="2", taal="Pools"))),
    ("CD009", frozenset({"CD009"}), lambda b: _contact(b, periode=OpenPeriode(begindatum=_ingang(b)))),
    ("CD025", frozenset({"CD025"}), _zonder_huis),
    ("CD034", frozenset({"CD034"}), lambda b: _contact(_met_telefoon(b), adres=None)),
    ("CS050", frozenset({"CS050"}), lambda b: _client(b, naam=replace(b.client.naam, naam_gebruik="2"))),
    ("CS089", frozenset({"CS089"}), lambda b: _adres(b, postcode="0123 AB")),
    (
        "CS139",
        frozenset({"CS139"}),
        lambda b: _client(b, geboortedatum=Geboortedatum(datum=dt.date(2012, 3, 15), datum_gebruik="1")),
    ),
    ("CS318", frozenset({"CS318"}), lambda b: _client(b, naam=replace(b.client.naam, naam_gebruik="6"))),
    ("CS002", frozenset({"CS002"}), _andere_bsn),
)


def _soort(regel: str, regels: frozenset[str], verander: Verander) -> Soort:
    naam = f"301-{regel}"

    def maak(w: Werkplaats) -> None:
        toewijzing = w.versie(ruime_uren(w, w.veld.maanden[0]), volume=5)
        w.bericht301((toewijzing,), header_codes=("0001",), niveau2=regels, verander=verander, fout=naam)

    return Soort(naam, "niveau2", 1, maak)


SOORTEN = tuple(_soort(*geval) for geval in _GEVALLEN)
