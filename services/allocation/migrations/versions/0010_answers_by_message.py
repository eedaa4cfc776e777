"""Know which messages a decision sent, and find by a message what it answered"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "verzonden",
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("beslissing_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_verzonden_bericht_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["beslissing_id"], ["beslissingen.beslissing_id"], name=op.f("fk_verzonden_beslissing_id_beslissingen")
        ),
        sa.PrimaryKeyConstraint("bericht_id", name=op.f("pk_verzonden")),
        comment="the messages that were made here, each with its decision, which cannot go while they stand here",
    )
    op.execute(
        "INSERT INTO verzonden (bericht_id, beslissing_id)"
        " SELECT bericht_id, beslissing_id FROM beslissingen CROSS JOIN unnest(bericht_ids) AS m(bericht_id)"
    )
    for kolom in ("onderzoek_id", "antwoord_id"):
        op.create_index(
            f"ix_referenties_{kolom}", "referenties", [kolom], postgresql_where=sa.text(f"{kolom} IS NOT NULL")
        )


def downgrade() -> None:
    """Back to the version before."""
    for kolom in ("antwoord_id", "onderzoek_id"):
        op.drop_index(f"ix_referenties_{kolom}", "referenties")
    op.drop_table("verzonden")
