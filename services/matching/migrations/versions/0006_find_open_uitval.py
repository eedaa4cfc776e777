"""Find what is open by its age, for the gauges, without reading everything that was ever in uitval."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.execute("CREATE INDEX ix_uitval_open ON uitval (ontstaan_op) WHERE status = 'open'")


def downgrade() -> None:
    """Back to the version before."""
    op.execute("DROP INDEX ix_uitval_open")
