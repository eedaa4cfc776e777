"""Messages to and from XML, and to and from a compact binary form.

``parse(build(bericht)) == bericht`` and ``decode(encode(bericht)) == bericht`` for every message.
"""

from ijw.codec.binair import decode, encode
from ijw.codec.xml import PARSEROPTIES, Herkend, build, herken, parse

__all__ = ["PARSEROPTIES", "Herkend", "build", "decode", "encode", "herken", "parse"]
