"""Writes the dashboards as Grafana reads them."""

import json
from pathlib import Path

from deploy.grafana.bord import Bord, render
from deploy.grafana.borden import BORDEN

FOLDER = Path(__file__).parent / "dashboards"


def text(bord: Bord) -> str:
    """A dashboard as it stands in its file."""
    return json.dumps(render(bord), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the files."""
    for bord in BORDEN:
        (FOLDER / f"{bord.uid}.json").write_text(text(bord), encoding="utf-8")


if __name__ == "__main__":
    main()
