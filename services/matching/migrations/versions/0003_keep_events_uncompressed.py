"""Keep events as they are instead of compressed."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    # Compressing an event costs more than making it, and every event is read once or twice soon after.
    op.execute("ALTER TABLE outbox ALTER COLUMN data SET STORAGE EXTERNAL")
    # A batch rewrites every row of a page at once: half a page of room keeps them all on it.
    op.execute("ALTER TABLE toewijzing_saldi SET (fillfactor = 45)")


def downgrade() -> None:
    """Back to the version before."""
    op.execute("ALTER TABLE outbox ALTER COLUMN data SET STORAGE EXTENDED")
    op.execute("ALTER TABLE toewijzing_saldi SET (fillfactor = 70)")
