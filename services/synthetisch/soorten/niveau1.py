"""What does not even pass the XSD, or is no message for this address: refused with a problem, nothing is kept."""

from collections.abc import Callable
from typing import Final

from services.synthetisch.soorten.soort import Soort, een_week, maandnummer, ruime_uren
from services.synthetisch.stukken import Probleemsoort, Weigering
from services.synthetisch.veld import maand_verder
from services.synthetisch.werkplaats import Werkplaats

Verminkt = Callable[[bytes], bytes]

_EINDE_DECLARATIE: Final = b"?>\r\n"


def _afgebroken(xml: bytes) -> bytes:
    """The second half did not arrive."""
    return xml[: len(xml) // 2]


def _doctype(xml: bytes) -> bytes:
    """A DOCTYPE with an entity that would grow; the rest is a right message."""
    uitbreiding = b'<!DOCTYPE Bericht [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>\r\n'
    return xml.replace(_EINDE_DECLARATIE, _EINDE_DECLARATIE + uitbreiding, 1)


def _andere_codering(xml: bytes) -> bytes:
    """UTF-16, which the standard does not allow (OP192)."""
    return xml.decode().replace("UTF-8", "UTF-16", 1).encode("utf-16")


def _onbekend_element(xml: bytes) -> bytes:
    """An element that the Header does not have."""
    return xml.replace(b"<ijw:Dagtekening>", b"<ijw:Verzenddatum>2026-01-01</ijw:Verzenddatum><ijw:Dagtekening>", 1)


def _ontbrekend_element(xml: bytes) -> bytes:
    """Dagtekening is compulsory."""
    begin = xml.index(b"<ijw:Dagtekening>")
    einde = xml.index(b"</ijw:Dagtekening>") + len(b"</ijw:Dagtekening>")
    return xml[:begin] + xml[einde:]


def _foute_waarde(xml: bytes) -> bytes:
    """BerichtVersie is a number of at most two digits."""
    return xml.replace(b"BerichtVersie>3<", b"BerichtVersie>drie<", 1)


_VERMINKINGEN: Final[tuple[tuple[str, Probleemsoort, Verminkt], ...]] = (
    ("afgebroken", "xml-onleesbaar", _afgebroken),
    ("andere-codering", "xml-onleesbaar", _andere_codering),
    ("doctype", "xml-onveilig", _doctype),
    ("onbekend-element", "xsd-ongeldig", _onbekend_element),
    ("ontbrekend-element", "xsd-ongeldig", _ontbrekend_element),
    ("foute-waarde", "xsd-ongeldig", _foute_waarde),
)


def _toewijzing(naam: str, soort: Probleemsoort, verminkt: Verminkt) -> Soort:
    def maak(w: Werkplaats) -> None:
        versie = w.versie(ruime_uren(w, w.veld.maanden[0]), volume=5)
        w.bericht301((versie,), weigering=Weigering(400, soort), verminkt=verminkt, fout=f"301-{naam}")

    return Soort(f"301-{naam}", "niveau1", 1, maak)


def _declaratie(naam: str, soort: Probleemsoort, verminkt: Verminkt) -> Soort:
    def maak(w: Werkplaats) -> None:
        _losse_declaratie(w, Weigering(400, soort), f"323-{naam}", verminkt=verminkt)

    return Soort(f"323-{naam}", "niveau1", 1, maak)


def _losse_declaratie(
    w: Werkplaats,
    weigering: Weigering,
    fout: str,
    *,
    verminkt: Verminkt | None = None,
    inhoudstype: str = "application/xml",
) -> None:
    ronde = w.veld.ronde(maandnummer(w), tweede=True)
    toewijzing = ruime_uren(w, ronde.maand)
    maand = maand_verder(ronde.maand, -1)
    prestatie = w.prestatie(toewijzing, ronde, maand, een_week(w, toewijzing), meetellen=False)
    w.declaratie(ronde, (prestatie,), weigering=weigering, verminkt=verminkt, inhoudstype=inhoudstype, fout=fout)


def _declaratie_als_tekst(w: Werkplaats) -> None:
    """Right XML, offered as plain text."""
    _losse_declaratie(w, Weigering(415, "verkeerd-type"), "323-verkeerd-type", inhoudstype="text/plain")


def _toewijzing_bij_declaraties(w: Werkplaats) -> None:
    """A JW301 at the address for declaraties, with the token of an aanbieder."""
    versie = w.versie(ruime_uren(w, w.veld.maanden[0]), volume=5)
    w.bericht301(
        (versie,), pad="/invoice/v1/declaraties", partij=w.cel.aanbieder,
        weigering=Weigering(400, "onbekend-bericht"), fout="301-verkeerd-adres",
    )  # fmt: skip


def _declaratie_bij_toewijzingen(w: Werkplaats) -> None:
    """A JW323 at the address for toewijzingen, with the token of a gemeente."""
    ronde = w.veld.ronde(maandnummer(w), tweede=True)
    toewijzing = ruime_uren(w, ronde.maand)
    maand = maand_verder(ronde.maand, -1)
    prestatie = w.prestatie(toewijzing, ronde, maand, een_week(w, toewijzing), meetellen=False)
    w.declaratie(
        ronde, (prestatie,), pad="/allocation/v1/berichten", partij=w.gemeente,
        weigering=Weigering(400, "onbekend-bericht"), fout="323-verkeerd-adres",
    )  # fmt: skip


SOORTEN = (
    *(_toewijzing(*verminking) for verminking in _VERMINKINGEN),
    *(_declaratie(*verminking) for verminking in _VERMINKINGEN),
    Soort("323-verkeerd-type", "niveau1", 1, _declaratie_als_tekst),
    Soort("301-verkeerd-adres", "niveau1", 1, _toewijzing_bij_declaraties),
    Soort("323-verkeerd-adres", "niveau1", 1, _declaratie_bij_toewijzingen),
)
