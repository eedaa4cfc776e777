"""The work queue: what waits, and which findings each prestatie shows."""

from collections.abc import Mapping

from services.synthetisch.netwerk import Verbinding
from services.synthetisch.uitkomst import GEEN_CONTRACTREGEL
from services.synthetisch.verschil import Verschil
from services.synthetisch.verwachting import VerwachtPrestatie

_PAD = "/matching/v1/uitval"

Plek = tuple[str, int]
"""declaratieId and volgnummer."""

Codes = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Of the prestatie, of its Client, and findings without a retourcode."""


async def vergelijk_uitval(
    verbinding: Verbinding, bedoeld: Mapping[Plek, VerwachtPrestatie], sleutels: Mapping[str, str]
) -> list[Verschil]:
    """What is open in the queue against what must wait; `sleutels` gives the key of a declaratie by its id."""
    gevonden: dict[Plek, Codes] = {}
    async for item in verbinding.lijst(_PAD, "beheer", status="open"):
        detail = (await verbinding.vraag("GET", f"{_PAD}/{item['uitvalId']}", "beheer")).json
        van_client = ("8187",) if item["soort"] == "client" else ()
        for prestatie in detail["prestaties"]:
            codes = {bevinding["retourcode"] or GEEN_CONTRACTREGEL for bevinding in prestatie["bevindingen"]}
            eigen = tuple(sorted(codes - {GEEN_CONTRACTREGEL, *van_client}))
            intern = (GEEN_CONTRACTREGEL,) if GEEN_CONTRACTREGEL in codes else ()
            gevonden[item["declaratieId"], prestatie["volgnummer"]] = (eigen, van_client, intern)
    verschillen = []
    for plek in sorted(bedoeld.keys() | gevonden.keys()):
        prestatie, is_ = bedoeld.get(plek), gevonden.get(plek)
        hoort = _codes(prestatie) if prestatie is not None else None
        if hoort != is_:
            onderwerp = f"{sleutels.get(plek[0], plek[0])} prestatie {plek[1]}"
            fout = prestatie.fout if prestatie is not None else None
            verschillen.append(Verschil(onderwerp, "in de werkbak", str(hoort), str(is_), fout))
    return verschillen


def _codes(prestatie: VerwachtPrestatie) -> Codes:
    """The findings that the queue must show."""
    return prestatie.codes, prestatie.client_codes, prestatie.intern
