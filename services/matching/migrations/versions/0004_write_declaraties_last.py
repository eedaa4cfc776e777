"""Let a declaratie be written after the uitval it has, just before the commit.

Prestaties of one declaratie are judged in several partitions at once: whoever has written its row makes the others
wait until the commit, so it is written last.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME = "fk_uitval_declaratie_id_declaraties"


def upgrade() -> None:
    """Bring the tables to this version."""
    op.execute(f"ALTER TABLE uitval ALTER CONSTRAINT {NAME} DEFERRABLE INITIALLY DEFERRED")


def downgrade() -> None:
    """Back to the version before."""
    op.execute(f"ALTER TABLE uitval ALTER CONSTRAINT {NAME} NOT DEFERRABLE")
