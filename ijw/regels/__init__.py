"""The rules of the standard that need nothing but the message, or facts passed in; see `REGELS`."""

from ijw.regels.regel import Regel
from ijw.regels.register import REGELS, niveau2

__all__ = ["REGELS", "Regel", "niveau2"]
