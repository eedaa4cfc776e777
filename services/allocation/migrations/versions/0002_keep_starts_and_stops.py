"""Keep starts and stops"""

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
        "regie",
        sa.Column("regie_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column(
            "onderwerp",
            sa.Text(),
            nullable=False,
            comment="toewijzingnummer, or categorie/code/begindatum (taakgericht)",
        ),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=True, comment="none for taakgericht"),
        sa.Column("toestand", sa.Text(), nullable=False, comment="geen-start, gestart, tijdelijk-gestopt or gestopt"),
        sa.Column("volgnummer", sa.Integer(), nullable=False, comment="of the last row in aanleveringen"),
        sa.Column("product_categorie", sa.Text(), nullable=True, comment="of the latest start in force"),
        sa.Column("product_code", sa.Text(), nullable=True),
        sa.Column("begindatum", sa.Date(), nullable=True),
        sa.Column("reden_beeindiging", sa.Text(), nullable=True, comment="of the last stop in force on that start"),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("regie_id", name=op.f("pk_regie")),
        comment="how far delivery is per toewijzing, or taakgericht per Product and Begindatum (IV096)",
    )
    op.create_index(
        "ix_regie_aanbieder",
        "regie",
        ["domein", "aanbieder", "gemeente", "regie_id"],
        unique=False,
        postgresql_where=sa.text("toewijzing_nummer IS NULL"),
    )
    op.create_index(
        "ix_regie_gemeente",
        "regie",
        ["domein", "gemeente", "regie_id"],
        unique=False,
        postgresql_where=sa.text("toewijzing_nummer IS NULL"),
    )
    op.create_index(
        "uq_regie_onderwerp", "regie", ["domein", "gemeente", "aanbieder", "client", "onderwerp"], unique=True
    )
    op.create_index("uq_regie_toewijzing_nummer", "regie", ["domein", "gemeente", "toewijzing_nummer"], unique=True)
    op.create_table(
        "aanleveringen",
        sa.Column("regie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "volgnummer", sa.Integer(), autoincrement=False, nullable=False, comment="order in which they were handled"
        ),
        sa.Column("soort", sa.Text(), nullable=False, comment="start or stop"),
        sa.Column(
            "status_aanlevering", sa.Text(), nullable=False, comment="3 takes the earlier one with this key back"
        ),
        sa.Column("product_categorie", sa.Text(), nullable=True),
        sa.Column("product_code", sa.Text(), nullable=True),
        sa.Column("toewijzing_ingangsdatum", sa.Date(), nullable=True),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("reden_beeindiging", sa.Text(), nullable=True),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_aanleveringen_bericht_id_berichten")
        ),
        sa.ForeignKeyConstraint(["regie_id"], ["regie.regie_id"], name=op.f("fk_aanleveringen_regie_id_regie")),
        sa.PrimaryKeyConstraint("regie_id", "volgnummer", name=op.f("pk_aanleveringen")),
        comment="every StartProduct and StopProduct ever accepted",
        info={"append_only": True},
    )
    op.create_index("ix_aanleveringen_bericht_id", "aanleveringen", ["bericht_id"], unique=False)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_aanleveringen_bericht_id", table_name="aanleveringen")
    op.drop_table("aanleveringen")
    op.drop_index("uq_regie_toewijzing_nummer", table_name="regie")
    op.drop_index("uq_regie_onderwerp", table_name="regie")
    op.drop_index("ix_regie_gemeente", table_name="regie", postgresql_where=sa.text("toewijzing_nummer IS NULL"))
    op.drop_index("ix_regie_aanbieder", table_name="regie", postgresql_where=sa.text("toewijzing_nummer IS NULL"))
    op.drop_table("regie")
