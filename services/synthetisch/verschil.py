"""One thing that is not as it was generated."""

import msgspec


class Verschil(msgspec.Struct, frozen=True):
    """Where (the key of a step, or a gemeente), what, and both values in words; no personal data.

    `fout` is the planted fault concerned, if any.
    """

    onderwerp: str
    wat: str
    verwacht: str
    gevonden: str
    fout: str | None = None

    def __str__(self) -> str:
        geplant = f" (geplant: {self.fout})" if self.fout else ""
        return f"{self.onderwerp}{geplant}: {self.wat}: verwacht {self.verwacht}, gevonden {self.gevonden}"
