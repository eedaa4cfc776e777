"""What of a list is the caller's: its filters narrowed to what the token may see."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query

from services.platform.auth import Identiteit, Rol, require

Lezer = Annotated[Identiteit, Depends(require(Rol.GEMEENTE, Rol.AANBIEDER, Rol.MEDEWERKER))]
GemeenteFilter = Annotated[str | None, Query(pattern=r"^[0-9]{4}$", description="CBS-code")]
AanbiederFilter = Annotated[str | None, Query(pattern=r"^[0-9]{8}$", description="AGB-code")]


def binnen(wie: Identiteit, gemeente: str | None, aanbieder: str | None) -> tuple[Sequence[str] | None, str | None]:
    """Gemeenten and aanbieder to look for, None meaning all; asking for another's finds nothing."""
    gemeenten: Sequence[str] | None = None if gemeente is None else [gemeente]
    if wie.rol is Rol.AANBIEDER:
        if aanbieder not in {None, wie.agb}:
            gemeenten = []
        aanbieder = wie.agb
    elif wie.rol is not Rol.BEHEER:
        gemeenten = [code for code in wie.gemeenten if gemeente in {None, code}]
    return gemeenten, aanbieder
