"""Keep with each event in the outbox which trace it is part of.

Events from before have none. Adding the column rewrites no row.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column(
        "outbox",
        sa.Column(
            "traceparent",
            sa.Text(),
            nullable=True,
            comment="the work that led to it (W3C Trace Context); null when nobody said",
        ),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("outbox", "traceparent")
