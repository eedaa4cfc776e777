"""Keep what was awarded as ranges of volgnummers, and only rejections a row each"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AWARDS = """
INSERT INTO toekenningen (declaratie_id, eerste, volgnummers, besluit_op)
SELECT declaratie_id, min(volgnummer), range_agg(int4range(volgnummer, volgnummer, '[]')), besluit_op
FROM verdicten WHERE uitkomst = 'toegekend' GROUP BY declaratie_id, besluit_op
"""
_REJECTIONS = """
INSERT INTO afwijzingen (declaratie_id, volgnummer, retourcodes, client_retourcodes, besluit_op)
SELECT declaratie_id, volgnummer, retourcodes, client_retourcodes, besluit_op
FROM verdicten WHERE uitkomst = 'afgewezen'
"""
_VIEW = """
CREATE VIEW verdicten AS
SELECT t.declaratie_id, v.volgnummer, 'toegekend'::text AS uitkomst, '{}'::text[] AS retourcodes,
  '{}'::text[] AS client_retourcodes, t.besluit_op
FROM toekenningen t CROSS JOIN LATERAL unnest(t.volgnummers) AS r(bereik)
CROSS JOIN LATERAL generate_series(lower(r.bereik), upper(r.bereik) - 1) AS v(volgnummer)
UNION ALL
SELECT declaratie_id, volgnummer, 'afgewezen'::text, retourcodes, client_retourcodes, besluit_op FROM afwijzingen
"""
_BACK = """
INSERT INTO verdicten (declaratie_id, volgnummer, uitkomst, retourcodes, client_retourcodes, besluit_op)
SELECT declaratie_id, volgnummer, uitkomst, retourcodes, client_retourcodes, besluit_op FROM verdicten_gezien
"""


def upgrade() -> None:
    """Bring the tables to this version."""
    op.create_table(
        "toekenningen",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("eerste", sa.Integer(), nullable=False, comment="the lowest of volgnummers"),
        sa.Column("volgnummers", INT4MULTIRANGE(), nullable=False),
        sa.Column("besluit_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("eerste = lower(volgnummers)", name=op.f("ck_toekenningen_eerste")),
        sa.PrimaryKeyConstraint("declaratie_id", "eerste", name=op.f("pk_toekenningen")),
        info={"append_only": True},
    )
    op.create_table(
        "afwijzingen",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("client_retourcodes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("besluit_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cardinality(retourcodes) + cardinality(client_retourcodes) > 0", name=op.f("ck_afwijzingen_reden")
        ),
        sa.PrimaryKeyConstraint("declaratie_id", "volgnummer", name=op.f("pk_afwijzingen")),
        info={"append_only": True},
    )
    op.execute(_AWARDS)
    op.execute(_REJECTIONS)
    op.drop_table("verdicten")
    op.execute(_VIEW)


def downgrade() -> None:
    """Back to the version before."""
    op.execute("ALTER VIEW verdicten RENAME TO verdicten_gezien")
    op.create_table(
        "verdicten",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("uitkomst", sa.Text(), nullable=False),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("client_retourcodes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("besluit_op", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(uitkomst = 'afgewezen') = (cardinality(retourcodes) + cardinality(client_retourcodes) > 0)",
            name=op.f("ck_verdicten_reden"),
        ),
        sa.CheckConstraint("uitkomst IN ('toegekend', 'afgewezen')", name=op.f("ck_verdicten_uitkomst")),
        sa.PrimaryKeyConstraint("declaratie_id", "volgnummer", name=op.f("pk_verdicten")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_verdicten_afgewezen",
        "verdicten",
        ["declaratie_id", "volgnummer"],
        unique=False,
        postgresql_where=sa.text("uitkomst = 'afgewezen'"),
    )
    op.execute(_BACK)
    op.execute("DROP VIEW verdicten_gezien")
    op.drop_table("afwijzingen")
    op.drop_table("toekenningen")
