"""Keep a copy of the own product codes of gemeenten, which matching tells of"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "productlijst_regels",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("categorie", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("geldig_van", sa.Date(), nullable=False),
        sa.Column("geldig_tot", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "domein", "gemeente", "versie", "categorie", "code", "geldig_van", name=op.f("pk_productlijst_regels")
        ),
        comment="the codes of that version (TR381), and for a moment those of one that is still coming in",
    )
    op.create_table(
        "productlijsten",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", name=op.f("pk_productlijsten")),
        comment="which version of a gemeente's own product codes counts, as matching said last",
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("productlijsten")
    op.drop_table("productlijst_regels")
