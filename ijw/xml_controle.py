"""What must hold for bytes before an XML parser sees them: size, encoding, no DOCTYPE.

Every check is linear in the number of bytes and allocates little, whatever the bytes are.
"""

import codecs
import re

from ijw.leesfout import LeesFout, TeGroot, XmlOnleesbaar, XmlOnveilig, enkel

MAXIMUM_BYTES = 25 * 1024 * 1024
"""The sector's gateways may refuse files of more than 25 MB (OP179)."""

MAXIMUM_ELEMENTEN = 1_000_000
"""25 MB of the densest possible JW323, without indentation and with prefixes of one letter, has about 800,000."""

MAXIMUM_ATTRIBUTEN = 300_000
"""Of ``=``. The standard has no attributes; this leaves room for namespace declarations on many elements."""

MAXIMUM_VERWIJZINGEN = 100_000
"""Of ``&``, and of comments, processing instructions and CDATA sections together. libxml2's validation copies the
text of an element anew for each of these: without a bound, a few MB in one element take minutes."""

_ZELDZAAM = 256
"""A byte that occurs no more often is looked for, not counted."""

_BOM = codecs.BOM_UTF8
_DECLARATIE = re.compile(
    rb"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')"""
    rb"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?"""
    rb"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>"""
)


def controleer(data: bytes, maximum_bytes: int = MAXIMUM_BYTES) -> bytes:
    """The same bytes without a UTF-8 byte order mark; a LeesFout when a parser should not see them.

    A byte order mark is accepted on input, although OP192 asks to leave it out: it changes nothing in the
    message. Any encoding but UTF-8 is refused, and so is compressed data.
    """
    if len(data) > maximum_bytes:
        raise TeGroot(enkel(f"Het bericht is groter dan {maximum_bytes // 1024 // 1024} MB."))
    data = data.removeprefix(_BOM)
    if not data or data.isspace():
        raise XmlOnleesbaar(enkel("Het bericht is leeg."))
    _controleer_codering(data)
    _controleer_declaratie(data)
    _controleer_doctype(data)
    _controleer_aantallen(data)
    return data


def _controleer_codering(data: bytes) -> None:
    if data.startswith((b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise XmlOnleesbaar(enkel("Het bericht is gecomprimeerd; stuur de XML zelf."))
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:4]:
        raise XmlOnleesbaar(enkel("Het bericht is geen UTF-8 maar UTF-16 of UTF-32 (OP192)."))
    if data.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    stap = 1 << 20
    for begin in range(0, len(data), stap):
        blok = data[begin : begin + stap]
        try:
            decoder.decode(blok, final=begin + stap >= len(data))
        except UnicodeDecodeError as fout:
            regel = 1 + data.count(b"\n", 0, begin) + blok.count(b"\n", 0, fout.start)
            raise XmlOnleesbaar(enkel("Het bericht is geen geldige UTF-8 (OP192).", regel)) from None


def _controleer_declaratie(data: bytes) -> None:
    """The XML declaration may be absent; an encoding that it names must be UTF-8."""
    if not data.startswith(b"<?xml") or data[5:6] not in {b" ", b"\t", b"\r", b"\n"}:
        return
    gevonden = _DECLARATIE.match(data, 0, 1000)
    if gevonden is None:
        raise XmlOnleesbaar(enkel("De XML-declaratie op de eerste regel is niet geldig.", 1))
    codering = gevonden[1] or gevonden[2] or b"utf-8"
    if codering.lower() != b"utf-8":
        raise XmlOnleesbaar(enkel("De XML-declaratie noemt een andere codering dan UTF-8 (OP192).", 1))


def _controleer_doctype(data: bytes) -> None:
    """Refuse a DOCTYPE wherever it stands, so that no second reading of comments can miss one.

    In a comment or CDATA section it would be harmless, but no message has a reason for it.
    """
    plaats = data.find(b"<!DOCTYPE")
    if plaats >= 0:
        raise XmlOnveilig(enkel("Een DOCTYPE is niet toegestaan.", 1 + data.count(b"\n", 0, plaats)))


def _controleer_aantallen(data: bytes) -> None:
    fout: LeesFout | None = None
    if _te_veel_elementen(data):
        fout = TeGroot(enkel("Het bericht heeft te veel elementen."))
    elif _meer_dan(data, b"=", MAXIMUM_ATTRIBUTEN):
        fout = TeGroot(enkel("Het bericht heeft te veel attributen of namespace-declaraties."))
    elif _meer_dan(data, b"&", MAXIMUM_VERWIJZINGEN):
        fout = TeGroot(enkel("Het bericht heeft te veel tekenverwijzingen (&...;)."))
    elif _te_veel_commentaar(data):
        fout = TeGroot(enkel("Het bericht heeft te veel commentaar of verwerkingsinstructies."))
    if fout is not None:
        raise fout


def _meer_dan(data: bytes, teken: bytes, grens: int) -> bool:
    """Whether one byte occurs more often; where that cannot be, nothing is counted.

    ``find`` passes over what it does not look for many times faster than ``count``.
    """
    if len(data) <= grens:
        return False
    plaats = -1
    for _ in range(min(_ZELDZAAM, grens)):
        plaats = data.find(teken, plaats + 1)
        if plaats < 0:
            return False
    return data.count(teken) > grens


def _te_veel_elementen(data: bytes) -> bool:
    # Every element has a "<" of its own: counting those alone is enough for nearly every message, and counting
    # takes a good part of the time of reading one.
    if _meer_dan(data, b"<", MAXIMUM_ELEMENTEN) and data.count(b"<") - data.count(b"</") > MAXIMUM_ELEMENTEN:
        return True
    return _meer_dan(data, b">", 2 * MAXIMUM_ELEMENTEN + MAXIMUM_VERWIJZINGEN)


def _te_veel_commentaar(data: bytes) -> bool:
    # Rare bytes first: "<!" and "<?" cost a look at every "<".
    helft = MAXIMUM_VERWIJZINGEN // 2
    if not _meer_dan(data, b"!", helft) and not _meer_dan(data, b"?", helft):
        return False
    return data.count(b"<!") + data.count(b"<?") > MAXIMUM_VERWIJZINGEN
