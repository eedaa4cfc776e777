"""The lists of the standard as the repository has them."""

from pathlib import Path

from ijw.codelijsten import Gemeentelijst, Productcodelijst
from ijw.schemas import Schemas

_MAP = Path(__file__).resolve().parents[3] / "schemas"

SCHEMAS = Schemas(_MAP / "ijw-3.2")
GEMEENTEN = Gemeentelijst.lees_csv((_MAP / "codelists" / "gemeenten.csv").read_text(encoding="utf-8"))
PRODUCTCODES = Productcodelijst.lees_csv((_MAP / "codelists" / "productcodes_jz21.csv").read_text(encoding="utf-8"))
