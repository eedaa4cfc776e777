"""Where the releases of the standard are read from, in this process and in every worker process."""

from functools import lru_cache
from pathlib import Path

import msgspec

from ijw.releases import Releases


class Releasebron(msgspec.Struct, frozen=True):
    """The register, and a folder with XSDs that takes the place of ours for one release."""

    register: Path
    eigen: Path | None = None


@lru_cache(maxsize=4)
def releases_uit(bron: Releasebron) -> Releases:
    """The releases with their compiled XSDs, once per process.

    OSError, ValueError or SchemaOntbreektError when a file is not there or cannot be used.
    """
    return Releases.lees(bron.register.read_text(encoding="utf-8"), bron.register.parent, bron.eigen)
