"""Grootboeken, boekingen, totals and begrotingen, with the triggers that guard them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADD_ONLY = ("boekingen", "boekingsregels", "begrotingen", "begrotingsposten")

REFUSE_CHANGES = """
CREATE FUNCTION weiger_wijziging() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: correct with a reversing entry', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$
"""

# One check for all lines of a statement, which a COPY of thousands hardly notices. Lines may only come with
# their boeking, all at once: how many there are is part of the boeking, and they are numbered from 1.
# EXECUTE plans it anew every time: a plan kept from the first few boekingen reads all of them for every line.
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
    op.create_table(
        "begrotingen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("boekdatum", sa.Date(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vastgesteld_door", sa.Text(), nullable=False, comment="sub of the token"),
        sa.PrimaryKeyConstraint("domein", "gemeente", "jaar", "versie", name=op.f("pk_begrotingen")),
    )
    op.create_table(
        "begrotingsposten",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("volgorde", sa.SmallInteger(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("productcategorieen", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("bedrag", sa.BigInteger(), nullable=False, comment="cents"),
        sa.Column("boeking", sa.BigInteger(), nullable=True, comment="that holds the money; none for zero"),
        sa.CheckConstraint("bedrag >= 0", name=op.f("ck_begrotingsposten_bedrag")),
        sa.PrimaryKeyConstraint("domein", "gemeente", "jaar", "versie", "volgorde", name=op.f("pk_begrotingsposten")),
    )
    op.create_table(
        "boekingen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("nummer", sa.BigInteger(), nullable=False, comment="1, 2, 3, ... without gaps"),
        sa.Column("boekjaar", sa.SmallInteger(), nullable=False, comment="year that bears it"),
        sa.Column("dienstperiode", sa.Integer(), nullable=True, comment="yyyymm of the ProductPeriode"),
        sa.Column("declaratieperiode", sa.Integer(), nullable=True, comment="yyyymm of the DeclaratiePeriode"),
        sa.Column("boekperiode", sa.Integer(), nullable=False, comment="yyyymm of boekdatum"),
        sa.Column("boekdatum", sa.Date(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("omschrijving", sa.Text(), nullable=False),
        sa.Column("bron", sa.Text(), nullable=False, comment="type of the event, or begroting"),
        sa.Column("declaratie_id", sa.Text(), nullable=True),
        sa.Column("declaratienummer", sa.Text(), nullable=True),
        sa.Column("aanbieder", sa.Text(), nullable=True),
        sa.Column("volgnummer", sa.Integer(), nullable=True, comment="of the prestatie in its declaratie"),
        sa.Column("referentie", sa.Text(), nullable=True, comment="ReferentieNummer of the prestatie"),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=True),
        sa.Column("sleutel", sa.Text(), nullable=False, comment="the fact that is booked, once"),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False, comment="fingerprint of what was asked under that key"),
        sa.Column("tegenboeking_van", sa.BigInteger(), nullable=True),
        sa.Column("aantal_regels", sa.SmallInteger(), nullable=False),
        sa.Column("vorige_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("aantal_regels >= 2", name=op.f("ck_boekingen_aantal_regels")),
        sa.CheckConstraint("tegenboeking_van < nummer", name=op.f("ck_boekingen_tegenboeking_van")),
        sa.PrimaryKeyConstraint("domein", "gemeente", "nummer", name=op.f("pk_boekingen")),
    )
    op.create_index("ix_boekingen_boekjaar", "boekingen", ["domein", "gemeente", "boekjaar", "nummer"], unique=False)
    op.create_index(
        "ix_boekingen_toekenning",
        "boekingen",
        ["domein", "gemeente", "toewijzing_nummer", "referentie"],
        unique=False,
        postgresql_where=sa.text("soort = 'toekenning'"),
    )
    op.create_index("uq_boekingen_sleutel", "boekingen", ["domein", "gemeente", "sleutel"], unique=True)
    op.create_index(
        "uq_boekingen_tegenboeking_van",
        "boekingen",
        ["domein", "gemeente", "tegenboeking_van"],
        unique=True,
        postgresql_where=sa.text("tegenboeking_van IS NOT NULL"),
    )
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
    op.create_table(
        "dagtotalen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("boekjaar", sa.SmallInteger(), nullable=False),
        sa.Column("boekdatum", sa.Date(), nullable=False),
        sa.Column("rekening", sa.SmallInteger(), nullable=False),
        sa.Column("productcategorie", sa.Text(), nullable=False),
        sa.Column("debet", sa.BigInteger(), nullable=False, comment="cents booked that day"),
        sa.Column("credit", sa.BigInteger(), nullable=False, comment="cents booked that day"),
        sa.PrimaryKeyConstraint(
            "domein", "gemeente", "boekjaar", "boekdatum", "rekening", "productcategorie", name=op.f("pk_dagtotalen")
        ),
    )
    op.create_table(
        "dode_letters",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partitie", sa.SmallInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.Column("sleutel", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("pogingen", sa.Integer(), nullable=False),
        sa.Column("reden", sa.Text(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_dode_letters")),
    )
    op.create_table(
        "grootboeken",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("laatste_nummer", sa.BigInteger(), nullable=False),
        sa.Column("laatste_hash", sa.LargeBinary(), nullable=False),
        sa.Column("boekdatum", sa.Date(), nullable=False, comment="of the last boeking; never goes back"),
        sa.Column(
            "vastgelegd_op", sa.DateTime(timezone=True), nullable=False, comment="of the last boeking; never goes back"
        ),
        sa.PrimaryKeyConstraint("domein", "gemeente", name=op.f("pk_grootboeken")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "xid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text::bigint)"), nullable=False
        ),
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partitie", sa.SmallInteger(), nullable=False),
        sa.Column("sleutel", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("tijd", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_outbox_topic_xid_volgnummer", "outbox", ["topic", "xid", "volgnummer"], unique=True)
    op.create_table(
        "posities",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partitie", sa.SmallInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partitie", name=op.f("pk_posities")),
    )
    op.create_table(
        "saldi",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("boekjaar", sa.SmallInteger(), nullable=False),
        sa.Column("rekening", sa.SmallInteger(), nullable=False),
        sa.Column("productcategorie", sa.Text(), nullable=False),
        sa.Column("debet", sa.BigInteger(), nullable=False, comment="cents so far"),
        sa.Column("credit", sa.BigInteger(), nullable=False, comment="cents so far"),
        sa.PrimaryKeyConstraint(
            "domein", "gemeente", "boekjaar", "rekening", "productcategorie", name=op.f("pk_saldi")
        ),
    )
    op.create_table(
        "toewijzing_saldi",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), nullable=False),
        sa.Column("verplicht", sa.BigInteger(), nullable=False, comment="cents committed"),
        sa.Column("toegekend", sa.BigInteger(), nullable=False, comment="cents awarded, net of credits"),
        sa.Column("productcategorie", sa.Text(), nullable=False, comment="on which the verplichting stands"),
        sa.Column("boeking", sa.BigInteger(), nullable=True, comment="number of the verplichting in force"),
        sa.Column(
            "reeds_toegekend", sa.BigInteger(), nullable=False, comment="cents awarded before the toewijzing was known"
        ),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", "jaar", name=op.f("pk_toewijzing_saldi")),
    )
    op.create_table(
        "verplichtingen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=False),
        sa.Column(
            "volgnummer", sa.Integer(), nullable=False, comment="of the latest statement; older ones are ignored"
        ),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False),
        sa.Column("grondslag", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", name=op.f("pk_verplichtingen")),
    )
    op.execute(REFUSE_CHANGES)
    for table in ADD_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_alleen_toevoegen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )
    op.execute(REQUIRE_BALANCE)
    op.execute(
        "CREATE TRIGGER boekingsregels_balans AFTER INSERT ON boekingsregels"
        " REFERENCING NEW TABLE AS nieuwe_regels FOR EACH STATEMENT EXECUTE FUNCTION eis_balans()"
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("verplichtingen")
    op.drop_table("toewijzing_saldi")
    op.drop_table("saldi")
    op.drop_table("posities")
    op.drop_index("ix_outbox_topic_xid_volgnummer", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("grootboeken")
    op.drop_table("dode_letters")
    op.drop_table("dagtotalen")
    op.drop_table("boekingsregels")
    op.drop_index(
        "uq_boekingen_tegenboeking_van",
        table_name="boekingen",
        postgresql_where=sa.text("tegenboeking_van IS NOT NULL"),
    )
    op.drop_index("uq_boekingen_sleutel", table_name="boekingen")
    op.drop_index("ix_boekingen_toekenning", table_name="boekingen", postgresql_where=sa.text("soort = 'toekenning'"))
    op.drop_index("ix_boekingen_boekjaar", table_name="boekingen")
    op.drop_table("boekingen")
    op.drop_table("begrotingsposten")
    op.drop_table("begrotingen")
    op.execute("DROP FUNCTION eis_balans()")
    op.execute("DROP FUNCTION weiger_wijziging()")
