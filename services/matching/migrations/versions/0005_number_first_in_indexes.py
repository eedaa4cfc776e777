"""Look up by what tells rows apart: the number of a toewijzing, the reference of a prestatie"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SLEUTELTABELLEN = ("toewijzingen", "toewijzing_saldi")
_INDEXEN = {
    "ix_prestaties_levering": (
        ["gemeente", "toewijzing_nummer", "begindatum"],
        ["toewijzing_nummer", "gemeente", "begindatum"],
    ),
    "ix_prestaties_referentie": (["aanbieder", "referentie"], ["referentie", "aanbieder"]),
}
"""Columns before and after."""


def _sleutel(kolommen: Sequence[str]) -> None:
    for tabel in _SLEUTELTABELLEN:
        op.drop_constraint(op.f(f"pk_{tabel}"), tabel, type_="primary")
        op.create_primary_key(op.f(f"pk_{tabel}"), tabel, list(kolommen))


def _index(plaats: int) -> None:
    for naam, kolommen in _INDEXEN.items():
        op.drop_index(naam, table_name="prestaties")
        op.create_index(naam, "prestaties", kolommen[plaats])


def upgrade() -> None:
    """Bring the tables to this version."""
    _sleutel(("toewijzing_nummer", "gemeente", "domein"))
    _index(1)


def downgrade() -> None:
    """Back to the version before."""
    _index(0)
    _sleutel(("domein", "gemeente", "toewijzing_nummer"))
