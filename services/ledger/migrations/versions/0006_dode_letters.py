"""Keep of a dead letter what a person needs to judge it, what became of it and who did what with it."""

from collections.abc import Sequence

from services.platform.dode_letters import tabellen

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    tabellen.upgrade()


def downgrade() -> None:
    """Back to the version before."""
    tabellen.downgrade()
