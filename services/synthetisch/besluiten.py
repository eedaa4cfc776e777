"""Decisions of people about what waits in the work queue, and what becomes of a prestatie then."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from services.synthetisch.uitkomst import NIET_BEOORDEELD, Besluit
from services.synthetisch.zorg import Prestatie

EIGEN_CODE: Final = "9341"
"""With what a prestatie is rejected whose only finding has no retourcode."""

_MOTIVERING: Final = {
    "toekennen": "Nagevraagd bij de aanbieder; de zorg is geleverd zoals bedoeld.",
    "afwijzen": "Nagevraagd bij de aanbieder; graag gecorrigeerd opnieuw indienen.",
}


class Uitvalplek(msgspec.Struct, frozen=True):
    """Which item of the queue: the key of the declaratie and the place of a prestatie in it (from 1)."""

    declaratie: str
    volgnummer: int


class BesluitInvoer(msgspec.Struct, frozen=True):
    """A decision as the POST takes it; without retourcodes the codes found are those of the rejection."""

    besluit: Besluit
    retourcodes: tuple[str, ...]
    motivering: str


def invoer(prestatie: Prestatie) -> BesluitInvoer:
    """The decision about a prestatie, or about the Client it belongs to."""
    assert prestatie.besluit is not None
    kiest = prestatie.besluit == "afwijzen" and prestatie.codes == (EIGEN_CODE,) and bool(prestatie.intern)
    codes = (EIGEN_CODE,) if kiest else ()
    return BesluitInvoer(prestatie.besluit, codes, _MOTIVERING[prestatie.besluit])


def met_besluit(prestaties: Iterable[Prestatie], besluit: Besluit) -> list[Prestatie]:
    """The same prestaties where everything that would stay in the queue is decided.

    Rejected, a prestatie carries the codes that were found, or a chosen one when they are not of the standard.
    A Client that is rejected carries 8187, and its prestaties 0233.
    """
    return [
        _besloten(prestatie, besluit) if prestatie.uitkomst == "inUitval" else prestatie for prestatie in prestaties
    ]


def _besloten(prestatie: Prestatie, besluit: Besluit) -> Prestatie:
    if besluit == "toekennen":
        return replace(prestatie, besluit=besluit, uitkomst="toegekend")
    codes = (NIET_BEOORDEELD,) if prestatie.client_codes else prestatie.codes or (EIGEN_CODE,)
    return replace(prestatie, besluit=besluit, uitkomst="afgewezen", codes=codes)
