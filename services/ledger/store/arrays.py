"""Sets go into a query as one array per column."""

from collections.abc import Iterable
from typing import Any


def kolommen(rijen: Iterable[tuple[Any, ...]], breedte: int) -> list[list[Any]]:
    """Rows of ``breedte`` values as that many columns."""
    verzameld = [list(kolom) for kolom in zip(*rijen, strict=True)]
    return verzameld or [[] for _ in range(breedte)]
