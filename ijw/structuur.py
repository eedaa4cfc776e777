"""Whether an XSD has the elements that this library reads and writes, which it does by their position.

A release may change values, lengths and codes as it likes: those are the XSD's alone. Other elements need other
classes, so an XSD that has them is refused before a message is read by it.
"""

from collections.abc import Iterator

from lxml import etree

from ijw.berichten import BERICHTEN
from ijw.berichten.klasse import Klasse
from ijw.berichten.velden import Veld, velden
from ijw.schemas import SchemaOntbreektError, Schemas

_XS = "{http://www.w3.org/2001/XMLSchema}"


def controleer_structuur(schemas: Schemas, soort: str, versies: tuple[int, int]) -> None:
    """SchemaOntbreektError when the XSD of a message has other elements, or asks for other versions in its Header."""
    bestand = schemas.bestand(soort)
    types = {**_types(schemas.basisschema()), **_types(schemas.bron(soort))}
    wortel = next(schemas.bron(soort).iterfind(f"{_XS}element[@name='Bericht']"), None)
    if wortel is None:
        raise SchemaOntbreektError(f"{bestand} beschrijft geen Bericht")
    for verschil in _verschillen(types, _inhoud(types, wortel), BERICHTEN[soort], "Bericht"):
        raise SchemaOntbreektError(f"{bestand} heeft andere elementen dan hier gelezen worden: {verschil}")
    for naam, versie in zip(("BerichtVersie", "BerichtSubversie"), versies, strict=True):
        gevraagd = {str(patroon.get("value")) for patroon in _kopveld(types, wortel, naam).iter(f"{_XS}pattern")}
        if gevraagd and str(versie) not in gevraagd:
            hoort = ", ".join(sorted(gevraagd))
            raise SchemaOntbreektError(f"{bestand} vraagt {naam} {hoort}; het releaseregister noemt {versie}")


def _types(document: etree._Element) -> dict[str, etree._Element]:
    """The types of a document by name; those of a message and of the basisschema never share one."""
    return {str(soort.get("name")): soort for soort in document if isinstance(soort.tag, str) and soort.get("name")}


def _lokaal(naam: str) -> str:
    return naam.rpartition(":")[2]


def _inhoud(types: dict[str, etree._Element], element: etree._Element) -> etree._Element | None:
    """The complexType of an element, its own or by name; None for a simple one."""
    eigen = element.find(f"{_XS}complexType")
    if eigen is not None:
        return eigen
    genoemd = types.get(_lokaal(str(element.get("type", ""))))
    return genoemd if genoemd is not None and genoemd.tag == f"{_XS}complexType" else None


def _elementen(soort: etree._Element) -> list[etree._Element]:
    reeks = soort.find(f"{_XS}sequence")
    return [] if reeks is None else [element for element in reeks if element.tag == f"{_XS}element"]


def _verschillen(
    types: dict[str, etree._Element], soort: etree._Element | None, klasse: type[Klasse], pad: str
) -> Iterator[str]:
    """What stands in the way of reading elements of this type as ``klasse``, depth first."""
    if soort is None:
        yield f"{pad} heeft geen elementen"
        return
    gevonden = {
        str(element.get("name") or _lokaal(str(element.get("ref", "")))): element for element in _elementen(soort)
    }
    verwacht = {veld.element: veld for veld in velden(klasse)}
    for naam in gevonden:
        if naam not in verwacht:
            yield f"{pad}/{naam} is nieuw"
    volgorde = [naam for naam in verwacht if naam in gevonden]
    if volgorde != [naam for naam in gevonden if naam in verwacht]:
        yield f"de elementen van {pad} staan in een andere volgorde"
    for naam, veld in verwacht.items():
        if naam in gevonden:
            yield from _veldverschillen(types, gevonden[naam], veld, f"{pad}/{naam}")
        elif veld.verplicht:
            yield f"{pad}/{naam} ontbreekt"


def _veldverschillen(types: dict[str, etree._Element], element: etree._Element, veld: Veld, pad: str) -> Iterator[str]:
    if veld.verplicht and element.get("minOccurs", "1") == "0":
        yield f"{pad} mag ontbreken"
    inhoud = _inhoud(types, element)
    if veld.lijst:
        delen = [] if inhoud is None else _elementen(inhoud)
        if [_lokaal(str(deel.get("name") or deel.get("ref"))) for deel in delen] != [veld.lijst]:
            yield f"{pad} is geen lijst van {veld.lijst}"
            return
        element, pad, inhoud = delen[0], f"{pad}/{veld.lijst}", _inhoud(types, delen[0])
    elif element.get("maxOccurs", "1") != "1":
        yield f"{pad} mag meer dan een keer voorkomen"
    if veld.klasse is not None:
        yield from _verschillen(types, inhoud, veld.klasse, pad)
    elif inhoud is not None:
        yield f"{pad} heeft elementen in plaats van een waarde"


def _kopveld(types: dict[str, etree._Element], wortel: etree._Element, naam: str) -> etree._Element:
    """The element of a version in the Header, which the structure was found to have."""
    bericht = _inhoud(types, wortel)
    assert bericht is not None
    header = _inhoud(types, next(element for element in _elementen(bericht) if element.get("name") == "Header"))
    assert header is not None
    return next(element for element in _elementen(header) if element.get("name") == naam)
