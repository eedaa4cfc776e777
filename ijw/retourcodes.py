"""The retourcodes that say how far checking came; every other code names a fault."""

from typing import Final

NIVEAU_2: Final = "0001"  # a rule inside the message failed; Header only
GOED: Final = "0200"  # checked and fine
NIET_GECONTROLEERD: Final = "0233"
TOEGEKEND: Final = "8001"  # a declaratie granted in full
