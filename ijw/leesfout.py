"""Why bytes could not be taken in as a message, in words for the sender."""

from typing import ClassVar, Literal

import msgspec

Soort = Literal["xml-onleesbaar", "xml-onveilig", "xsd-ongeldig", "onbekend-bericht", "te-groot"]


class Fout(msgspec.Struct, frozen=True):
    """One thing that is wrong: line (1-based, None when no line applies), path and a Dutch sentence.

    ``pad`` has the form of ``Bevinding.pad`` and is "" when the fault is in no element. Values from the
    message are never quoted: they can be personal data.
    """

    regel: int | None
    pad: str
    melding: str


class LeesFout(Exception):  # noqa: N818  a Dutch noun, as everywhere in this library
    """The bytes are no message: level 1 failed, so no retourbericht exists for them.

    ``soort`` is the kind of fault, one per subclass; ``fouten`` has at least one entry. Can be pickled, so
    that reading may happen in another process.
    """

    soort: ClassVar[Soort]

    def __init__(self, fouten: tuple[Fout, ...]) -> None:
        super().__init__(fouten)
        self.fouten = fouten

    def __str__(self) -> str:
        eerste = self.fouten[0]
        plaats = f"regel {eerste.regel}: " if eerste.regel is not None else ""
        return f"{self.soort}: {plaats}{eerste.melding}"


class XmlOnleesbaar(LeesFout):
    """Not well-formed XML in UTF-8."""

    soort = "xml-onleesbaar"


class XmlOnveilig(LeesFout):
    """XML with a DOCTYPE, which no message of the standard has."""

    soort = "xml-onveilig"


class XsdOngeldig(LeesFout):
    """A message that its XSD does not allow."""

    soort = "xsd-ongeldig"


class OnbekendBericht(LeesFout):
    """No message of the iJw, or not one that is expected here."""

    soort = "onbekend-bericht"


class OnbekendeRelease(OnbekendBericht):
    """A message of a release of the iJw that is not known here, or not in force."""


class TeGroot(LeesFout):
    """More bytes or more elements than are taken in."""

    soort = "te-groot"


def enkel(melding: str, regel: int | None = None, pad: str = "") -> tuple[Fout, ...]:
    """A tuple with one fault."""
    return (Fout(regel, pad, melding),)
