"""Level 2 rules about Contact in JW301: address and reachability of the client and the relaties."""

import re
from collections.abc import Iterator
from typing import Final

from ijw.berichten import JW301
from ijw.berichten.basis import Adres
from ijw.bevinding import Bevinding
from ijw.regels.plaatsen import contacten
from ijw.regels.regel import fout

_NEDERLAND: Final = "NL"
_NEDERLANDSE_POSTCODE: Final = re.compile(r"[1-9][0-9]{3}[a-zA-Z]{2}")


def tr006_contact_is_bereikbaar(bericht: JW301) -> Iterator[Bevinding]:
    """A Contact has Telefoon, or an Adres with Huis and Postcode, or both (`TR006`)."""
    for plek, contact in contacten(bericht):
        adres = contact.adres
        heeft_adres = adres is not None and adres.huis is not None and adres.postcode is not None
        if contact.telefoon is None and not heeft_adres:
            yield fout("TR006", plek.pad(), waarde=_adres_in_woorden(adres))


def _adres_in_woorden(adres: Adres | None) -> str:
    """What an address lacks to be reached at; never what is in it."""
    if adres is None:
        return "geen adres"
    delen = (("huisnummer", adres.huis), ("postcode", adres.postcode))
    return f"een adres zonder {' en '.join(naam for naam, deel in delen if deel is None)}"


def cd005_landcode_bij_postcode(bericht: JW301) -> Iterator[Bevinding]:
    """LandCode and Postcode come together (`CD005`)."""
    for plek, contact in contacten(bericht):
        adres = contact.adres
        if adres is not None and (adres.land_code is None) != (adres.postcode is None):
            waarde = "een postcode zonder landcode" if adres.land_code is None else "een landcode zonder postcode"
            yield fout("CD005", plek.pad("Adres/LandCode"), waarde=waarde)


def cd009_periode_alleen_bij_tijdelijk_adres(bericht: JW301) -> Iterator[Bevinding]:
    """Only a temporary address (Soort 04) may have a Periode (`CD009`)."""
    for plek, contact in contacten(bericht):
        if contact.periode is not None and contact.soort != "04":
            yield fout("CD009", plek.pad("Periode"), waarde=contact.soort)


def cd025_huis_bij_nederlands_adres(bericht: JW301) -> Iterator[Bevinding]:
    """An address with LandCode NL has Huis (`CD025`)."""
    for plek, contact in contacten(bericht):
        adres = contact.adres
        if adres is not None and adres.land_code == _NEDERLAND and adres.huis is None:
            yield fout("CD025", plek.pad("Adres/Huis"))


def cd034_postcode_bij_vast_adres(bericht: JW301) -> Iterator[Bevinding]:
    """A BRP address (01) and a residence address (03) have Postcode, so an Adres too (`CD034`)."""
    for plek, contact in contacten(bericht):
        if contact.soort in {"01", "03"} and (contact.adres is None or contact.adres.postcode is None):
            yield fout("CD034", plek.pad("Adres/Postcode"), waarde=contact.soort)


def cs089_postcode_is_nederlands(bericht: JW301) -> Iterator[Bevinding]:
    """With LandCode NL a Postcode is four digits and two letters without a space (`CS089`)."""
    for plek, contact in contacten(bericht):
        adres = contact.adres
        if adres is None or adres.land_code != _NEDERLAND or adres.postcode is None:
            continue
        if not _NEDERLANDSE_POSTCODE.fullmatch(adres.postcode):
            yield fout("CS089", plek.pad("Adres/Postcode"), waarde=str(len(adres.postcode)))
