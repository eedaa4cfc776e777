"""Lay the tables of the invoice service"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("berichtnummers")))
    op.create_table(
        "berichten",
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("berichtsoort", sa.Text(), nullable=False),
        sa.Column("richting", sa.Text(), nullable=False, comment="in or uit"),
        sa.Column("identificatie", sa.Text(), nullable=False),
        sa.Column("dagtekening", sa.Date(), nullable=False),
        sa.Column("van", sa.Text(), nullable=False, comment="party that really sends: gemeente or AGB code"),
        sa.Column("aan", sa.Text(), nullable=False, comment="party that really receives"),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False, comment="compressed and encrypted"),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="geaccepteerd or afgekeurd"),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("identificatie_gebruikt", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("heenbericht_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["heenbericht_id"], ["berichten.bericht_id"], name=op.f("fk_berichten_heenbericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("bericht_id", name=op.f("pk_berichten")),
    )
    op.create_index("ix_berichten_heenbericht_id", "berichten", ["heenbericht_id"], unique=False)
    op.create_index(
        "ix_berichten_identificatie",
        "berichten",
        ["domein", "berichtsoort", "van", "identificatie"],
        unique=True,
        postgresql_where=sa.text("richting = 'in' AND NOT identificatie_gebruikt"),
    )
    op.create_index(
        "ix_berichten_sha256", "berichten", ["van", "sha256"], unique=True, postgresql_where=sa.text("richting = 'in'")
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
        info={"platform": True},
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
        info={"platform": True},
    )
    op.create_index("ix_outbox_topic_xid_volgnummer", "outbox", ["topic", "xid", "volgnummer"], unique=True)
    op.create_table(
        "posities",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partitie", sa.SmallInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partitie", name=op.f("pk_posities")),
        info={"platform": True},
    )
    op.create_table(
        "prestaties",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column(
            "volgnummer", sa.Integer(), nullable=False, comment="1-based place of the Prestatie in the whole JW323"
        ),
        sa.Column("clientnummer", sa.Integer(), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("referentie", sa.Text(), nullable=False),
        sa.Column("vorige_referentie", sa.Text(), nullable=True),
        sa.Column("toewijzing_nummer", sa.Integer(), nullable=False),
        sa.Column("product_categorie", sa.Text(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("eenheid", sa.Text(), nullable=False),
        sa.Column("tarief", sa.Integer(), nullable=True),
        sa.Column("bedrag", sa.Integer(), nullable=False, comment="signed eurocents: a credit is negative"),
        sa.Column("referentie_dubbel", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("declaratie_id", "volgnummer", name=op.f("pk_prestaties")),
        info={"append_only": True},
    )
    op.create_index(
        "ix_prestaties_referentie",
        "prestaties",
        ["domein", "aanbieder", "referentie"],
        unique=True,
        postgresql_where=sa.text("NOT referentie_dubbel"),
    )
    op.create_table(
        "uitval",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("declaratie_id", "volgnummer", name=op.f("pk_uitval")),
        info={"append_only": True},
    )
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
    op.create_table(
        "declaraties",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of arrival"),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("antwoord_bericht_id", sa.Uuid(), nullable=True),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("declaratienummer", sa.Text(), nullable=False),
        sa.Column("periode_begin", sa.Date(), nullable=False),
        sa.Column("periode_eind", sa.Date(), nullable=False),
        sa.Column("dagtekening", sa.Date(), nullable=False, comment="DeclaratieDagtekening"),
        sa.Column("basisschema_xsd_versie", sa.Text(), nullable=False, comment="of the JW323; its JW325 repeats it"),
        sa.Column("bericht_xsd_versie", sa.Text(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uiterlijk_op", sa.Date(), nullable=False, comment="tenth werkdag after receipt (OP090x4)"),
        sa.Column("beantwoord_op", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), nullable=False, comment="why it was refused as a whole"),
        sa.Column(
            "bevindingen",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="the same in words: regel, retourcode, pad, uitleg",
        ),
        sa.Column("aantal_prestaties", sa.Integer(), nullable=False),
        sa.Column("aantal_toegekend", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("aantal_afgewezen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("aantal_in_uitval", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("totaal_ingediend", sa.BigInteger(), nullable=False, comment="signed eurocents"),
        sa.Column(
            "totaal_toegekend", sa.BigInteger(), server_default=sa.text("0"), nullable=False, comment="signed eurocents"
        ),
        sa.Column("clienten", sa.ARRAY(sa.Text()), nullable=False, comment="pseudonym of clientnummer n at place n"),
        sa.Column(
            "bsns",
            sa.LargeBinary(),
            nullable=True,
            comment="one encrypted document: the BSN of clientnummer n at place n; for the JW325",
        ),
        sa.CheckConstraint(
            "(status = 'afgekeurd') = (cardinality(retourcodes) > 0)", name=op.f("ck_declaraties_retourcodes")
        ),
        sa.CheckConstraint(
            "(status IN ('afgekeurd', 'beantwoord')) = (antwoord_bericht_id IS NOT NULL AND beantwoord_op IS NOT NULL)",
            name=op.f("ck_declaraties_antwoord"),
        ),
        sa.CheckConstraint(
            "status <> 'beantwoord' OR aantal_toegekend + aantal_afgewezen = aantal_prestaties",
            name=op.f("ck_declaraties_beslist"),
        ),
        sa.CheckConstraint(
            "status IN ('afgekeurd', 'in_behandeling', 'in_uitval', 'beantwoord')", name=op.f("ck_declaraties_status")
        ),
        sa.ForeignKeyConstraint(
            ["antwoord_bericht_id"], ["berichten.bericht_id"], name=op.f("fk_declaraties_antwoord_bericht_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_declaraties_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("declaratie_id", name=op.f("pk_declaraties")),
        sa.UniqueConstraint("antwoord_bericht_id", name=op.f("uq_declaraties_antwoord_bericht_id")),
        sa.UniqueConstraint("bericht_id", name=op.f("uq_declaraties_bericht_id")),
    )
    op.create_index("ix_declaraties_aanbieder_volgnummer", "declaraties", ["aanbieder", "volgnummer"], unique=False)
    op.create_index(
        "ix_declaraties_declaratienummer",
        "declaraties",
        ["domein", "aanbieder", "declaratienummer"],
        unique=True,
        postgresql_where=sa.text("status <> 'afgekeurd'"),
    )
    op.create_index("ix_declaraties_gemeente_volgnummer", "declaraties", ["gemeente", "volgnummer"], unique=False)
    op.create_index(
        "ix_declaraties_open",
        "declaraties",
        ["uiterlijk_op"],
        unique=False,
        postgresql_where=sa.text("status IN ('in_behandeling', 'in_uitval')"),
    )
    op.create_index(
        "ix_declaraties_periode",
        "declaraties",
        ["domein", "aanbieder", "gemeente", "periode_begin"],
        unique=False,
        postgresql_where=sa.text("status <> 'afgekeurd'"),
    )
    op.create_index("ix_declaraties_volgnummer", "declaraties", ["volgnummer"], unique=True)
    op.create_table(
        "postbus",
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("partij", sa.Text(), nullable=False),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("klaargezet_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_postbus_bericht_id_berichten")),
        sa.PrimaryKeyConstraint("volgnummer", name=op.f("pk_postbus")),
    )
    op.create_index(
        "ix_postbus_wachtend",
        "postbus",
        ["partij", "volgnummer"],
        unique=False,
        postgresql_where=sa.text("ontvangen_op IS NULL"),
    )
    op.create_index("uq_postbus_bericht_id", "postbus", ["bericht_id", "partij"], unique=True)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("uq_postbus_bericht_id", table_name="postbus")
    op.drop_index("ix_postbus_wachtend", table_name="postbus", postgresql_where=sa.text("ontvangen_op IS NULL"))
    op.drop_table("postbus")
    op.drop_index("ix_declaraties_volgnummer", table_name="declaraties")
    op.drop_index("ix_declaraties_periode", table_name="declaraties", postgresql_where=sa.text("status <> 'afgekeurd'"))
    op.drop_index(
        "ix_declaraties_open",
        table_name="declaraties",
        postgresql_where=sa.text("status IN ('in_behandeling', 'in_uitval')"),
    )
    op.drop_index("ix_declaraties_gemeente_volgnummer", table_name="declaraties")
    op.drop_index(
        "ix_declaraties_declaratienummer", table_name="declaraties", postgresql_where=sa.text("status <> 'afgekeurd'")
    )
    op.drop_index("ix_declaraties_aanbieder_volgnummer", table_name="declaraties")
    op.drop_table("declaraties")
    op.drop_index("ix_verdicten_afgewezen", table_name="verdicten", postgresql_where=sa.text("uitkomst = 'afgewezen'"))
    op.drop_table("verdicten")
    op.drop_table("uitval")
    op.drop_index(
        "ix_prestaties_referentie", table_name="prestaties", postgresql_where=sa.text("NOT referentie_dubbel")
    )
    op.drop_table("prestaties")
    op.drop_table("posities")
    op.drop_index("ix_outbox_topic_xid_volgnummer", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("dode_letters")
    op.drop_index("ix_berichten_sha256", table_name="berichten", postgresql_where=sa.text("richting = 'in'"))
    op.drop_index(
        "ix_berichten_identificatie",
        table_name="berichten",
        postgresql_where=sa.text("richting = 'in' AND NOT identificatie_gebruikt"),
    )
    op.drop_index("ix_berichten_heenbericht_id", table_name="berichten")
    op.drop_table("berichten")
    op.execute(sa.schema.DropSequence(sa.Sequence("berichtnummers")))
