"""Dutch words for what libxml2 reports, without any value of the message.

libxml2 quotes values and is English. From its text only the last part is used, which comes from the schema
(``... is not accepted by the pattern '[0-9]{9}'.``): everything a sender can choose stands before it.
"""

import re

_LANG = 20_000  # libxml2 cuts off very long texts; of those the last part may be the sender's
_MEESTE_WAARDEN = 30

_NAAM_IN_SCHEMA = re.compile(r"(?:\{([^}]*)\})?([A-Za-z][A-Za-z0-9_.-]*)")
_CIJFERS = re.compile(r"\[0-9\]\{(\d+)\}")

_PATRONEN = {
    "[^:Z]*": "een datum zonder tijdzone, zoals 2026-04-30",
    r"[^Z+\-]+": "een tijd zonder tijdzone, zoals 12:34:56",
    "[^Z+-]+": "een tijd zonder tijdzone, zoals 12:34:56",
    r"[ \t]*\S.*": "ten minste één zichtbaar teken, op één regel",
    r".*[^\s].*": "ten minste één zichtbaar teken, op één regel",
    r"\s*\S[\s\S]*": "ten minste één zichtbaar teken",
    r"([.\s]*\S+[.\s]*)+": "ten minste één zichtbaar teken",
    "[0-9]+": "alleen cijfers, ten minste één",
    "[0-9]*": "alleen cijfers",
    "[a-zA-ZÀ-ỳ]+": "alleen letters, zonder punten of spaties",
    "([a-zA-ZÀ-ỳ])+": "alleen letters, zonder punten of spaties",
    "[a-zA-Z0-9]+": "alleen letters en cijfers",
    "([a-zA-Z0-9])+": "alleen letters en cijfers",
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)": "een versienummer zoals 1.0.0",
}

_ZONDER_UITLEG = {
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "dit element moet leeg zijn",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "hier hoort een waarde, geen element",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "hier horen alleen elementen, geen losse tekst",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "attributen zijn hier niet toegestaan",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "attributen zijn hier niet toegestaan",
    "SCHEMAV_CVC_TYPE_3_1_1": "attributen zijn hier niet toegestaan",
    "SCHEMAV_CVC_TYPE_3_1_2": "hier hoort een waarde, geen element",
    "SCHEMAV_CVC_ELT_3_1": "xsi:nil is niet toegestaan",
    "SCHEMAV_CVC_ELT_4_1": "xsi:type is niet geldig",
    "SCHEMAV_CVC_ELT_4_2": "xsi:type is niet geldig",
    "SCHEMAV_CVC_ELT_4_3": "xsi:type is niet geldig",
}

_NIET_WELGEVORMD = {
    "ERR_DOCUMENT_EMPTY": "Hier hoort het eerste element te beginnen.",
    "ERR_DOCUMENT_END": "Na het einde van het bericht staat nog iets, of het bericht is niet compleet.",
    "ERR_INVALID_CHAR": "Hier staat een teken dat in XML niet is toegestaan.",
    "ERR_INVALID_CHARREF": "De tekenverwijzing (&#...;) is niet geldig.",
    "ERR_INVALID_HEX_CHARREF": "De tekenverwijzing (&#...;) is niet geldig.",
    "ERR_INVALID_DEC_CHARREF": "De tekenverwijzing (&#...;) is niet geldig.",
    "ERR_UNDECLARED_ENTITY": "De verwijzing (&...;) is niet bekend; alleen &amp; &lt; &gt; &quot; &apos; zijn dat.",
    "WAR_UNDECLARED_ENTITY": "De verwijzing (&...;) is niet bekend; alleen &amp; &lt; &gt; &quot; &apos; zijn dat.",
    "ERR_ENTITYREF_SEMICOL_MISSING": "Een & moet als &amp; geschreven worden.",
    "ERR_NAME_REQUIRED": "Hier hoort een naam. Een & of < in tekst moet als &amp; of &lt; geschreven worden.",
    "ERR_TAG_NAME_MISMATCH": "De eindtag hoort niet bij het element dat hier nog open staat.",
    "ERR_TAG_NOT_FINISHED": "Het bericht houdt op voordat dit element is afgesloten.",
    "ERR_LT_REQUIRED": "Hier hoort een < te staan.",
    "ERR_LTSLASH_REQUIRED": "Hier hoort een eindtag te staan.",
    "ERR_GT_REQUIRED": "De tag is niet afgesloten met >.",
    "ERR_SPACE_REQUIRED": "Tussen twee attributen hoort een spatie.",
    "ERR_ATTRIBUTE_NOT_STARTED": "De waarde van een attribuut hoort tussen aanhalingstekens.",
    "ERR_ATTRIBUTE_NOT_FINISHED": "De waarde van een attribuut is niet afgesloten.",
    "ERR_ATTRIBUTE_WITHOUT_VALUE": "Een attribuut heeft geen waarde.",
    "ERR_ATTRIBUTE_REDEFINED": "Een attribuut staat er twee keer.",
    "ERR_LT_IN_ATTRIBUTE": "In de waarde van een attribuut staat een <.",
    "ERR_COMMENT_NOT_FINISHED": "Commentaar is niet afgesloten met -->.",
    "ERR_HYPHEN_IN_COMMENT": "In commentaar mag geen -- staan.",
    "ERR_CDATA_NOT_FINISHED": "Een CDATA-sectie is niet afgesloten met ]]>.",
    "ERR_MISPLACED_CDATA_END": "In tekst mag geen ]]> staan.",
    "ERR_PI_NOT_FINISHED": "Een verwerkingsinstructie is niet afgesloten met ?>.",
    "ERR_RESERVED_XML_NAME": "De XML-declaratie mag alleen helemaal vooraan staan.",
    "NS_ERR_UNDEFINED_NAMESPACE": "Het voorvoegsel van dit element of attribuut is niet gedeclareerd (xmlns).",
    "NS_ERR_ATTRIBUTE_REDEFINED": "Een attribuut staat er twee keer.",
}


def welgevormdheid(soort_fout: str) -> str:
    """The sentence for a fault that makes bytes no XML; ``soort_fout`` is libxml2's name for it."""
    return _NIET_WELGEVORMD.get(soort_fout, "De XML is hier niet welgevormd.")


def schemafout(soort_fout: str, tekst: str, element: str) -> str:
    """The sentence for a fault against the XSD.

    ``soort_fout`` and ``tekst`` are libxml2's name of the fault and its text, ``element`` the local name of
    the element at fault.
    """
    if len(tekst) > _LANG:
        tekst = ""
    if soort_fout == "SCHEMAV_ELEMENT_CONTENT":
        return _inhoud(tekst, element)
    if soort_fout in _ZONDER_UITLEG:
        return f"{element}: {_ZONDER_UITLEG[soort_fout]}."
    verwacht = _verwachte_waarde(soort_fout, tekst)
    return f"{element}: verwacht {verwacht}." if verwacht else f"{element}: voldoet niet aan het schema."


def _inhoud(tekst: str, element: str) -> str:
    _, gevonden, staart = tekst.rpartition("Expected is ")
    verwacht = [(ruimte, naam) for ruimte, naam in _NAAM_IN_SCHEMA.findall(staart.removeprefix("one of "))]
    namen = ", ".join(naam for _, naam in verwacht) if gevonden else ""
    een_van = "een van " if len(verwacht) > 1 else ""
    if "Missing child element" in tekst[: tekst.rfind("Expected is ")].rpartition("': ")[2]:
        return f"{element}: niet compleet; hier ontbreekt {een_van}{namen}." if namen else f"{element}: niet compleet."
    for ruimte, naam in verwacht:
        if naam == element and gevonden:
            return f"{element}: staat in de verkeerde namespace; verwacht {ruimte or 'geen namespace'}."
    if namen:
        return f"{element}: wordt hier niet verwacht; verwacht {een_van}{namen}."
    return f"{element}: wordt hier niet verwacht; op deze plaats hoort geen element meer."


def _verwachte_waarde(soort_fout: str, tekst: str) -> str:
    """What the schema asks of a value, in words; "" when the text does not tell."""
    match soort_fout:
        case "SCHEMAV_CVC_PATTERN_VALID":
            return _patroon(_tussen(tekst, "pattern '", "'."))
        case "SCHEMAV_CVC_ENUMERATION_VALID":
            return _lijst(_tussen(tekst, "set {", "}."))
        case "SCHEMAV_CVC_MAXLENGTH_VALID":
            return _met("ten hoogste {} tekens", _tussen(tekst, "length of '", "'."))
        case "SCHEMAV_CVC_MINLENGTH_VALID":
            lengte = _tussen(tekst, "length of '", "'.")
            return "ten minste 1 teken" if lengte == "1" else _met("ten minste {} tekens", lengte)
            return "ten minste 1 teken" if lengte == "1" else _met("ten minste {} tekens", lengte)
        case "SCHEMAV_CVC_LENGTH_VALID":
            return _met("precies {} tekens", _tussen(tekst, "length of '", "'."))
        case "SCHEMAV_CVC_MAXINCLUSIVE_VALID":
            return _met("ten hoogste {}", _tussen(tekst, "allowed ('", "')."))
        case "SCHEMAV_CVC_MININCLUSIVE_VALID":
            return _met("ten minste {}", _tussen(tekst, "allowed ('", "')."))
        case "SCHEMAV_CVC_DATATYPE_VALID_1_2_1":
            return _type(tekst)
    return ""


def _tussen(tekst: str, voor: str, na: str) -> str:
    """The part between the last ``voor`` and ``na`` at the very end; "" when it is not there."""
    if not tekst.endswith(na):
        return ""
    _, gevonden, staart = tekst.rpartition(voor)
    return staart[: -len(na)] if gevonden else ""


def _met(zin: str, deel: str) -> str:
    return zin.format(deel) if deel else ""


def _patroon(patroon: str) -> str:
    if cijfers := _CIJFERS.fullmatch(patroon):
        return f"precies {cijfers[1]} cijfers"
    if patroon.isdigit():
        return patroon
    return _PATRONEN.get(patroon) or _met("een waarde volgens het patroon {}", patroon)


def _lijst(waarden: str) -> str:
    codes = re.findall(r"'([^']*)'", waarden)
    if len(codes) > _MEESTE_WAARDEN:
        return f"een code uit de lijst van {len(codes)} waarden"
    return _met("een van de codes {}", ", ".join(codes))


def _type(tekst: str) -> str:
    """A value that cannot be read at all; only dates, times and integers have such values."""
    type_naam = _tussen(tekst, "type '", "'.").rpartition("}")[2]
    if type_naam in {"LDT_Datum", "xs:date"}:
        return "een bestaande datum, zoals 2026-04-30"
    if type_naam in {"LDT_Tijd", "xs:time"}:
        return "een bestaande tijd, zoals 12:34:56"
    return "een geheel getal"
