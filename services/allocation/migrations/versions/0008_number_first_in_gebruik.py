"""Look up the use of a toewijzing by its number, which tells rows apart"""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _sleutel(*kolommen: str) -> None:
    op.drop_constraint(op.f("pk_gebruik"), "gebruik", type_="primary")
    op.create_primary_key(op.f("pk_gebruik"), "gebruik", list(kolommen))


def upgrade() -> None:
    """Bring the tables to this version."""
    _sleutel("toewijzing_nummer", "gemeente", "domein")


def downgrade() -> None:
    """Back to the version before."""
    _sleutel("domein", "gemeente", "toewijzing_nummer")
