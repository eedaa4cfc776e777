"""Look up a prestatie by its reference first, which tells rows apart"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _index(*kolommen: str) -> None:
    op.drop_index("ix_prestaties_referentie", table_name="prestaties")
    op.create_index(
        "ix_prestaties_referentie",
        "prestaties",
        list(kolommen),
        unique=True,
        postgresql_where=sa.text("NOT referentie_dubbel"),
    )


def upgrade() -> None:
    """Bring the tables to this version."""
    _index("referentie", "aanbieder", "domein")


def downgrade() -> None:
    """Back to the version before."""
    _index("domein", "aanbieder", "referentie")
