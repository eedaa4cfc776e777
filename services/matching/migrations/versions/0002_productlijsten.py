"""Keep the own product codes of gemeenten, every version of them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "productlijst_regels",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("regelnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("categorie", sa.Text(), nullable=False),
        sa.Column("omschrijving", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("geldig_van", sa.Date(), nullable=False),
        sa.Column("geldig_tot", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("domein", "gemeente", "versie", "regelnummer", name=op.f("pk_productlijst_regels")),
        info={"append_only": True},
    )
    op.create_table(
        "productlijsten",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        sa.Column("terugwerkend", sa.Boolean(), nullable=False, comment="was let take codes from days in the past"),
        sa.PrimaryKeyConstraint("domein", "gemeente", "versie", name=op.f("pk_productlijsten")),
        comment="every own list of product codes a gemeente ever had; the highest version counts",
        info={"append_only": True},
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("productlijsten")
    op.drop_table("productlijst_regels")
