"""The step of four migrations that made dead letters something to work on. It does not change any more."""

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    """Add what a person needs to judge a dead letter, what became of it, and who did what with it."""
    for column in (
        sa.Column(
            "nummer", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="by which people name it"
        ),
        sa.Column("melding", sa.Text(), nullable=False, server_default="", comment="the error's text without values"),
        sa.Column("stapel", sa.Text(), nullable=False, server_default="", comment="where it came from, innermost last"),
        sa.Column(
            "kafka_offset", sa.BigInteger(), nullable=True, comment="null when it was read from the outbox itself"
        ),
        sa.Column("kopnamen", sa.ARRAY(sa.Text()), nullable=False, server_default="{}", comment="names of its headers"),
        sa.Column("kopwaarden", sa.ARRAY(sa.LargeBinary()), nullable=False, server_default="{}"),
        sa.Column(
            "ruwe_sleutel", sa.LargeBinary(), nullable=True, comment="the key as it came, of a record that is no event"
        ),
        sa.Column(
            "omvang",
            sa.Integer(),
            nullable=True,
            comment="bytes of the data as they came; null when all of them are kept",
        ),
        sa.Column("eerst_op", sa.DateTime(timezone=True), nullable=True, comment="when it first failed"),
        sa.Column("laatst_op", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column(
            "opnieuw_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="asked to be handled again, and not done yet",
        ),
        sa.Column("opnieuw_door", sa.Text(), nullable=True),
        sa.Column("opgelost_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opgelost_door", sa.Text(), nullable=True),
        sa.Column(
            "oplossing",
            sa.Text(),
            nullable=True,
            comment="afgehandeld: handled after all; vervallen: a person let it go",
        ),
    ):
        op.add_column("dode_letters", column)
    op.execute("UPDATE dode_letters SET laatst_op = vastgelegd_op")
    op.create_index("ix_dode_letters_nummer", "dode_letters", ["nummer"], unique=True)
    op.create_index("ix_dode_letters_open", "dode_letters", ["nummer"], postgresql_where=sa.text("opgelost_op IS NULL"))
    _create_actions()


def _create_actions() -> None:
    op.create_table(
        "dode_letter_acties",
        sa.Column("actie_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False, comment="terzijde, opnieuw, mislukt, afgehandeld or vervallen"),
        sa.Column("tijdstip", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column(
            "door", sa.Text(), nullable=False, server_default="", comment="the person who asked; empty: nobody did"
        ),
        sa.Column("motivering", sa.Text(), nullable=False, server_default=""),
        sa.Column("poging", sa.Integer(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False, server_default=""),
        sa.Column("melding", sa.Text(), nullable=False, server_default=""),
        sa.Column("stapel", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("actie_id", name="pk_dode_letter_acties"),
    )
    op.create_index("ix_dode_letter_acties_event_id", "dode_letter_acties", ["event_id"])


def downgrade() -> None:
    """Back to the version before: what is solved must not count as open, so it goes."""
    op.drop_table("dode_letter_acties")
    op.execute("DELETE FROM dode_letters WHERE opgelost_op IS NOT NULL")
    op.drop_index("ix_dode_letters_open", "dode_letters")
    op.drop_index("ix_dode_letters_nummer", "dode_letters")
    for name in (
        "oplossing", "opgelost_door", "opgelost_op", "opnieuw_door", "opnieuw_op", "laatst_op", "eerst_op", "omvang",
        "ruwe_sleutel", "kopwaarden", "kopnamen", "kafka_offset", "stapel", "melding", "nummer",
    ):  # fmt: skip
        op.drop_column("dode_letters", name)
