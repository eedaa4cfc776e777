"""Keep of a dead letter what a person needs to judge it and what became of it; let a count that comes late not count.

An event that was set aside and is handled later may be older than what is known by then.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from services.platform.dode_letters import tabellen

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    tabellen.upgrade()
    op.add_column(
        "gebruik",
        sa.Column(
            "volgnummer",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="of the event that said so, in matching's outbox: an older one that comes late changes nothing",
        ),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("gebruik", "volgnummer")
    tabellen.downgrade()
