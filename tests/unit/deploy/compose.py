"""docker-compose.yml as Docker reads it: anchors merged, sizes as numbers."""

import re
from typing import Any

from services.platform.settings import ROOT
from tests.leesyaml import lees

PATH = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = lees(PATH.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

_UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3}


def number_of_bytes(size: str) -> int:
    """Of 64m, 2G, 512Mi."""
    found = re.fullmatch(r"(\d+)([A-Za-z]*)", str(size))
    assert found, size
    unit = found[2] if found[2].endswith("i") else found[2].lower()
    return int(found[1]) * _UNITS[unit]


def seconds(duration: str | int) -> int:
    """Of 60s."""
    return int(str(duration).removesuffix("s"))
