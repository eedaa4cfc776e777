"""Keep what was published to Kafka, and where to read on in it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.add_column(
        "posities",
        sa.Column(
            "kafka_offset",
            sa.BigInteger(),
            nullable=True,
            comment="where to read on in Kafka; null when nothing came from there",
        ),
    )
    op.create_table(
        "gepubliceerd",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column(
            "partitie",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="-1: the place in the outbox, of all partitions",
        ),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.Column("kafka_offset", sa.BigInteger(), nullable=True, comment="of the last event of the partition"),
        sa.PrimaryKeyConstraint("topic", "partitie", name=op.f("pk_gepubliceerd")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("gepubliceerd")
    op.drop_column("posities", "kafka_offset")
