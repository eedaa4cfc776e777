"""Keep the lines of a boeking in the boeking itself, as arrays.

Six rows with an index entry each cost several times what they hold, and lines apart from their boeking could be
lost, added or left behind. The hash of a boeking does not change: it covers the same content.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The caller's search path plays no part: only built-in functions are used.
CHECK_LINES = """
CREATE FUNCTION regels_kloppen(rekeningen smallint[], productcategorieen text[], bedragen bigint[], aantal smallint)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  bedrag bigint;
  som bigint := 0;
BEGIN
  IF cardinality(bedragen) IS DISTINCT FROM aantal OR cardinality(rekeningen) IS DISTINCT FROM aantal
     OR cardinality(productcategorieen) IS DISTINCT FROM aantal OR array_ndims(bedragen) <> 1
     OR array_position(rekeningen, NULL) IS NOT NULL OR array_position(productcategorieen, NULL) IS NOT NULL THEN
    RETURN false;
  END IF;
  FOREACH bedrag IN ARRAY bedragen LOOP
    IF bedrag IS NULL OR bedrag = 0 THEN
      RETURN false;
    END IF;
    som := som + bedrag;
  END LOOP;
  RETURN som = 0;
END $$
"""

MOVE_LINES_IN = """
UPDATE boekingen AS b SET rekeningen = r.rekeningen, productcategorieen = r.productcategorieen, bedragen = r.bedragen
FROM (SELECT domein, gemeente, nummer, array_agg(rekening ORDER BY regel) AS rekeningen,
        array_agg(productcategorie ORDER BY regel) AS productcategorieen, array_agg(bedrag ORDER BY regel) AS bedragen
      FROM boekingsregels GROUP BY domein, gemeente, nummer) AS r
WHERE (r.domein, r.gemeente, r.nummer) = (b.domein, b.gemeente, b.nummer)
"""

DAMAGED = """
SELECT gemeente, nummer
FROM boekingen b
FULL JOIN (SELECT domein, gemeente, nummer, count(*) AS aantal, min(regel) AS eerste, max(regel) AS laatste,
             sum(bedrag) AS som
           FROM boekingsregels GROUP BY domein, gemeente, nummer) AS r USING (domein, gemeente, nummer)
WHERE b.nummer IS NULL OR r.nummer IS NULL OR r.aantal <> b.aantal_regels OR r.eerste <> 1
   OR r.laatste <> b.aantal_regels OR r.som <> 0
ORDER BY 1, 2 LIMIT 20
"""
"""What somebody did to the lines behind our back: it must not disappear in the move."""

VIEW = """
CREATE VIEW boekingsregels AS
SELECT b.domein, b.gemeente, b.nummer, r.regel::smallint AS regel, r.rekening, r.productcategorie, r.bedrag
FROM boekingen b, unnest(b.rekeningen, b.productcategorieen, b.bedragen)
  WITH ORDINALITY AS r(rekening, productcategorie, bedrag, regel)
"""

REQUIRE_BALANCE = """
CREATE FUNCTION eis_balans() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE fout record;
BEGIN
  EXECUTE $vraag$ SELECT n.gemeente, n.nummer, n.som
  FROM (SELECT domein, gemeente, nummer, sum(bedrag) AS som, count(*) AS aantal, max(regel) AS laatste
        FROM nieuwe_regels GROUP BY domein, gemeente, nummer) AS n
  LEFT JOIN boekingen AS b ON b.domein = n.domein AND b.gemeente = n.gemeente AND b.nummer = n.nummer
  WHERE n.som <> 0 OR b.aantal_regels IS DISTINCT FROM n.aantal OR b.aantal_regels IS DISTINCT FROM n.laatste
  LIMIT 1 $vraag$ INTO fout;
  IF fout.nummer IS NOT NULL THEN
    RAISE EXCEPTION 'entry % of % is out of balance (%) or incomplete', fout.nummer, fout.gemeente, fout.som
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Bring the tables to this version."""
    damaged = op.get_bind().execute(sa.text(DAMAGED)).all()
    if damaged:
        named = ", ".join(f"{row.gemeente}/{row.nummer}" for row in damaged)
        raise RuntimeError(f"boekingen whose lines are not those they were booked with (gemeente/nummer): {named}")
    op.add_column("boekingen", sa.Column("rekeningen", sa.ARRAY(sa.SmallInteger()), comment="of line 1, 2, ..."))
    op.add_column(
        "boekingen",
        sa.Column("productcategorieen", sa.ARRAY(sa.Text()), comment="of each line; empty when it has none"),
    )
    op.add_column(
        "boekingen",
        sa.Column("bedragen", sa.ARRAY(sa.BigInteger()), comment="cents; debet positive, credit negative"),
    )
    op.execute("ALTER TABLE boekingen DISABLE TRIGGER boekingen_alleen_toevoegen")
    op.execute(MOVE_LINES_IN)
    op.execute("ALTER TABLE boekingen ENABLE TRIGGER boekingen_alleen_toevoegen")
    for column in ("rekeningen", "productcategorieen", "bedragen"):
        op.alter_column("boekingen", column, nullable=False)
    op.execute(CHECK_LINES)
    op.create_check_constraint(
        op.f("ck_boekingen_regels"),
        "boekingen",
        "regels_kloppen(rekeningen, productcategorieen, bedragen, aantal_regels)",
    )
    op.drop_table("boekingsregels")
    op.execute("DROP FUNCTION eis_balans()")
    op.execute(VIEW)
    # A batch rewrites every row of a page at once: half a page of room keeps them all on it.
    op.execute("ALTER TABLE toewijzing_saldi SET (fillfactor = 45)")


def downgrade() -> None:
    """Back to the version before."""
    op.execute("ALTER TABLE toewijzing_saldi RESET (fillfactor)")
    op.execute("ALTER VIEW boekingsregels RENAME TO regels_uit_boekingen")
    op.create_table(
        "boekingsregels",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("nummer", sa.BigInteger(), nullable=False),
        sa.Column("regel", sa.SmallInteger(), nullable=False, comment="1, 2, ... within the boeking"),
        sa.Column("rekening", sa.SmallInteger(), nullable=False),
        sa.Column("productcategorie", sa.Text(), nullable=False, comment="empty when it has none"),
        sa.Column("bedrag", sa.BigInteger(), nullable=False, comment="cents; debet positive, credit negative"),
        sa.CheckConstraint("bedrag <> 0", name=op.f("ck_boekingsregels_bedrag")),
        sa.CheckConstraint("regel >= 1", name=op.f("ck_boekingsregels_regel")),
        sa.PrimaryKeyConstraint("domein", "gemeente", "nummer", "regel", name=op.f("pk_boekingsregels")),
    )
    op.execute("INSERT INTO boekingsregels SELECT * FROM regels_uit_boekingen")
    op.execute("DROP VIEW regels_uit_boekingen")
    op.drop_constraint(op.f("ck_boekingen_regels"), "boekingen")
    op.execute("DROP FUNCTION regels_kloppen(smallint[], text[], bigint[], smallint)")
    for column in ("rekeningen", "productcategorieen", "bedragen"):
        op.drop_column("boekingen", column)
    op.execute(
        "CREATE TRIGGER boekingsregels_alleen_toevoegen BEFORE UPDATE OR DELETE OR TRUNCATE ON boekingsregels"
        " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )
    op.execute(REQUIRE_BALANCE)
    op.execute(
        "CREATE TRIGGER boekingsregels_balans AFTER INSERT ON boekingsregels"
        " REFERENCING NEW TABLE AS nieuwe_regels FOR EACH STATEMENT EXECUTE FUNCTION eis_balans()"
    )
