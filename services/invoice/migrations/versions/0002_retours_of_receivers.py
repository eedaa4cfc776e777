"""Let a message have one retour of its receiver, as everywhere where messages are kept"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_index(
        "ix_berichten_retour",
        "berichten",
        ["heenbericht_id"],
        unique=True,
        postgresql_where=sa.text("richting = 'in'"),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_berichten_retour", table_name="berichten")
