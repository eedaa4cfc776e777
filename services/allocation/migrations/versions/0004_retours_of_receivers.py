"""Let a melding be about a message, and let a message have one retour of its receiver"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_index(
        "ix_berichten_retour",
        "berichten",
        ["heenbericht_id"],
        unique=True,
        postgresql_where=sa.text("richting = 'in'"),
    )
    op.alter_column(
        "meldingen",
        "toewijzing_nummer",
        existing_type=sa.BIGINT(),
        nullable=True,
        comment="absent when it is about a message as a whole",
    )
    op.alter_column(
        "meldingen",
        "soort",
        existing_type=sa.TEXT(),
        existing_nullable=False,
        comment="a key of services.allocation.meldingen.UITLEG",
    )
    op.alter_column("meldingen", "tijdstip", existing_type=sa.TEXT(collation="C"), nullable=True)
    op.create_check_constraint(
        op.f("ck_meldingen_versie"), "meldingen", "(toewijzing_nummer IS NULL) = (tijdstip IS NULL)"
    )
    op.create_check_constraint(
        op.f("ck_meldingen_onderwerp"), "meldingen", "toewijzing_nummer IS NOT NULL OR bericht_id IS NOT NULL"
    )
    op.create_index("ix_meldingen_bericht_id", "meldingen", ["bericht_id"], unique=False)
    op.create_table_comment(
        "meldingen", "what a person should know about a toewijzing or a message, and no message can say"
    )


def downgrade() -> None:
    """Back to the version before; what is about a message has no place there."""
    op.execute("DELETE FROM meldingen WHERE toewijzing_nummer IS NULL")
    op.create_table_comment("meldingen", "what a person should know about a toewijzing and no message can say")
    op.drop_index("ix_meldingen_bericht_id", table_name="meldingen")
    op.drop_constraint(op.f("ck_meldingen_onderwerp"), "meldingen")
    op.drop_constraint(op.f("ck_meldingen_versie"), "meldingen")
    op.alter_column("meldingen", "tijdstip", existing_type=sa.TEXT(collation="C"), nullable=False)
    op.alter_column(
        "meldingen",
        "soort",
        existing_type=sa.TEXT(),
        existing_nullable=False,
        comment="gelijk-tijdstip or verwijderd-in-gebruik",
    )
    op.alter_column("meldingen", "toewijzing_nummer", existing_type=sa.BIGINT(), nullable=False, comment=None)
    op.drop_index("ix_berichten_retour", table_name="berichten")
