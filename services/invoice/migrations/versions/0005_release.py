"""Keep the release of every declaratie, in which its answer is made"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    # What was taken in before was of the one release there was: 3.2.
    op.add_column(
        "declaraties",
        sa.Column(
            "bericht_versie",
            sa.SmallInteger(),
            nullable=False,
            server_default="3",
            comment="of the JW323; its JW325 is of the same release",
        ),
    )
    op.add_column("declaraties", sa.Column("bericht_subversie", sa.SmallInteger(), nullable=False, server_default="2"))
    op.alter_column("declaraties", "bericht_versie", server_default=None)
    op.alter_column("declaraties", "bericht_subversie", server_default=None)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_column("declaraties", "bericht_subversie")
    op.drop_column("declaraties", "bericht_versie")
