"""Forms that several routes share."""

from typing import Annotated

from fastapi import Path
from pydantic import StringConstraints

from services.platform.auth import Identiteit
from services.platform.invoer import Geheel, Invoer
from services.platform.problems import not_found
from services.platform.service import Context

__all__ = ["AGB", "GEMEENTE", "Geheel", "Invoer", "PadAanbieder", "PadGemeente", "PadJaar", "Tekst", "eigen_gemeente"]

GEMEENTE = r"^[0-9]{4}$"
AGB = r"^[0-9]{8}$"

PadGemeente = Annotated[str, Path(pattern=GEMEENTE, description="CBS-code van de gemeente")]
PadAanbieder = Annotated[str, Path(pattern=AGB, description="AGB-code van de aanbieder")]
PadJaar = Annotated[int, Path(ge=2015, le=2100, description="kalenderjaar")]

Tekst = Annotated[str, StringConstraints(min_length=1, max_length=36)]


def eigen_gemeente(context: Context, wie: Identiteit, gemeente: str) -> None:
    """404 unless it is a gemeente whose details are the caller's."""
    # A dissolved gemeente still has contracts to settle.
    if not wie.ziet_gemeente(gemeente) or gemeente not in context.gemeenten:
        raise not_found("Gemeente")
