"""Keep until when what waits in a postbus is fetched in time"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from ijw.termijnen import Soort, uiterlijk_op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DAG = "(klaargezet_op AT TIME ZONE 'Europe/Amsterdam')::date"


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column(
        "postbus",
        sa.Column("uiterlijk_op", sa.Date(), nullable=True, comment="last day on which it is fetched in time"),
    )
    op.create_index(
        "ix_postbus_uiterlijk_op", "postbus", ["uiterlijk_op"], postgresql_where=sa.text("ontvangen_op IS NULL")
    )
    op.create_index(
        "ix_postbus_zonder_termijn", "postbus", ["volgnummer"], postgresql_where=sa.text("uiterlijk_op IS NULL")
    )
    connection = op.get_bind()
    dagen = connection.execute(sa.text(f"SELECT DISTINCT {_DAG} FROM postbus")).scalars().all()
    for dag in dagen:
        connection.execute(
            sa.text(f"UPDATE postbus SET uiterlijk_op = :laatste WHERE {_DAG} = :dag"),
            {"dag": dag, "laatste": uiterlijk_op(Soort.OPHALEN, dag)},
        )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_postbus_zonder_termijn", table_name="postbus")
    op.drop_index("ix_postbus_uiterlijk_op", table_name="postbus")
    op.drop_column("postbus", "uiterlijk_op")
