"""Keep until when parties have for what they owe each other"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from ijw.termijnen import Soort, uiterlijk_op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DAG = "(p.klaargezet_op AT TIME ZONE 'Europe/Amsterdam')::date"


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
    op.create_table(
        "termijnen",
        sa.Column("bericht_id", sa.Uuid(), nullable=False, comment="that it starts with"),
        sa.Column("soort", sa.Text(), nullable=False, comment="ijw.termijnen.Soort, but those that other tables hold"),
        sa.Column(
            "onderwerp",
            sa.Text(),
            nullable=False,
            comment="ReferentieAanbieder, or onderwerp of regie; else empty",
        ),
        sa.Column("volgnummer", sa.Integer(), autoincrement=False, nullable=False, comment="of aanleveringen; else 0"),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("wie", sa.Text(), nullable=False, comment="party that must act"),
        sa.Column("aan", sa.Text(), nullable=False, comment="party it owes that to"),
        sa.Column("begin", sa.Date(), nullable=False, comment="day 0"),
        sa.Column("uiterlijk_op", sa.Date(), nullable=False, comment="last day on which it is in time"),
        sa.Column("voldaan_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voldaan_door", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(voldaan_op IS NULL) = (voldaan_door IS NULL)", name=op.f("ck_termijnen_voldaan")),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_termijnen_bericht_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["voldaan_door"], ["berichten.bericht_id"], name=op.f("fk_termijnen_voldaan_door_berichten")
        ),
        sa.PrimaryKeyConstraint("bericht_id", "soort", "onderwerp", "volgnummer", name=op.f("pk_termijnen")),
        comment="until when parties have for what they owe each other, and when they did it",
    )
    op.create_index("ix_termijnen_open", "termijnen", ["uiterlijk_op"], postgresql_where=sa.text("voldaan_op IS NULL"))
    op.create_index("ix_termijnen_soort", "termijnen", ["soort", "uiterlijk_op"])
    op.create_index("ix_termijnen_gemeente", "termijnen", ["gemeente", "uiterlijk_op"])
    op.create_index("ix_termijnen_aanbieder", "termijnen", ["aanbieder", "uiterlijk_op"])
    _geef_termijnen()


def _geef_termijnen() -> None:
    """Give what was delivered before its last days; other kinds of term are as new as this table."""
    connection = op.get_bind()
    dagen = connection.execute(sa.text(f"SELECT DISTINCT {_DAG} FROM postbus p")).scalars().all()
    for dag in dagen:
        connection.execute(
            sa.text(f"UPDATE postbus p SET uiterlijk_op = :laatste WHERE {_DAG} = :dag"),
            {"dag": dag, "laatste": uiterlijk_op(Soort.OPHALEN, dag)},
        )
        connection.execute(
            sa.text(
                "INSERT INTO termijnen (bericht_id, soort, onderwerp, volgnummer, domein, gemeente, aanbieder, wie,"
                " aan, begin, uiterlijk_op, voldaan_op, voldaan_door)"
                " SELECT b.bericht_id, 'retour', '', 0, b.domein, b.gemeente, b.aanbieder, b.aan, b.van, :dag,"
                " :laatste, r.vastgelegd_op, r.bericht_id"
                " FROM postbus p JOIN berichten b ON b.bericht_id = p.bericht_id AND b.aan = p.partij"
                " LEFT JOIN berichten r ON r.heenbericht_id = b.bericht_id AND r.richting = 'in'"
                " WHERE b.richting = 'in' AND b.heenbericht_id IS NULL AND b.status = 'geaccepteerd'"
                f" AND {_DAG} = :dag"
            ),
            {"dag": dag, "laatste": uiterlijk_op(Soort.RETOUR, dag)},
        )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("termijnen")
    op.drop_index("ix_postbus_zonder_termijn", table_name="postbus")
    op.drop_index("ix_postbus_uiterlijk_op", table_name="postbus")
    op.drop_column("postbus", "uiterlijk_op")
