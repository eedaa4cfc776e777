"""The chart of accounts: the same for every gemeente, explained with an example in docs/grootboek.md.

Accounts stand in closed circles (``kring``): a boeking sums to zero within each circle, so that money
never slips from, say, what is committed into what is owed. The 9xxx circles watch the budget and appear
in no annual account; 4400 and 16xx are the real bookkeeping.
"""

from types import MappingProxyType
from typing import Final, Literal

import msgspec

Soort = Literal["balans", "resultaat", "bewaking"]
Zijde = Literal["D", "C"]

BEGROOT: Final = 9100
TEGEN_BEGROTING: Final = 9190
VERPLICHT: Final = 9200
TEGEN_VERPLICHTINGEN: Final = 9290
INGEDIEND: Final = 9300
IN_BEHANDELING: Final = 9310
IN_UITVAL: Final = 9320
AFGEWEZEN: Final = 9340
KOSTEN: Final = 4400
TE_BETALEN: Final = 1600
BETAALD: Final = 1610
VOORSCHOTTEN: Final = 1650


class Rekening(msgspec.Struct, frozen=True):
    """One account; ``zijde`` is the side on which its balance normally stands."""

    nummer: int
    naam: str
    soort: Soort
    zijde: Zijde
    kring: str

    def stand(self, saldo: int) -> int:
        """A signed saldo (debet positive) as the amount a reader expects: positive on its own side."""
        return saldo if self.zijde == "D" else -saldo


REKENINGEN: Final = (
    Rekening(TE_BETALEN, "Te betalen aan aanbieders", "balans", "C", "financieel"),
    Rekening(BETAALD, "Betaald aan aanbieders", "balans", "C", "financieel"),
    Rekening(VOORSCHOTTEN, "Voorschotten aan aanbieders", "balans", "D", "financieel"),
    Rekening(KOSTEN, "Kosten jeugdhulp", "resultaat", "D", "financieel"),
    Rekening(BEGROOT, "Begroot", "bewaking", "D", "begroting"),
    Rekening(TEGEN_BEGROTING, "Tegenrekening begroting", "bewaking", "C", "begroting"),
    Rekening(VERPLICHT, "Openstaande verplichtingen", "bewaking", "D", "verplichtingen"),
    Rekening(TEGEN_VERPLICHTINGEN, "Tegenrekening verplichtingen", "bewaking", "C", "verplichtingen"),
    Rekening(INGEDIEND, "Ingediend en niet toegekend", "bewaking", "C", "declaraties"),
    Rekening(IN_BEHANDELING, "In behandeling", "bewaking", "D", "declaraties"),
    Rekening(IN_UITVAL, "In uitval", "bewaking", "D", "declaraties"),
    Rekening(AFGEWEZEN, "Afgewezen", "bewaking", "D", "declaraties"),
)

REKENINGSCHEMA: Final = MappingProxyType({rekening.nummer: rekening for rekening in REKENINGEN})
