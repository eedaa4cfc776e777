"""Toewijzingen and their saldi, prestaties, uitval, contracts and policy."""

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
    op.create_table(
        "beleid",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column(
            "regels",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="treatment by retourcode, where it is not the default",
        ),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gewijzigd_door", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", name=op.f("pk_beleid")),
    )
    op.create_table(
        "contracten",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("plafond_cent", sa.BigInteger(), nullable=True),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gewijzigd_door", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", "aanbieder", "jaar", name=op.f("pk_contracten")),
    )
    op.create_table(
        "contractregels",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("jaar", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("regelnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_categorie", sa.Text(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=True, comment="null: every code of the categorie"),
        sa.Column("eenheid", sa.Text(), nullable=False),
        sa.Column("tarief_cent", sa.BigInteger(), nullable=True, comment="null only for Eenheid 83"),
        sa.Column("variant", sa.Text(), nullable=False, comment="inspanningsgericht or outputgericht, as agreed"),
        sa.Column("geldig_van", sa.Date(), nullable=False),
        sa.Column("geldig_tot", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "domein", "gemeente", "aanbieder", "jaar", "regelnummer", name=op.f("pk_contractregels")
        ),
    )
    op.create_table(
        "declaraties",
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("declaratienummer", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("periode_begin", sa.Date(), nullable=False),
        sa.Column("periode_eind", sa.Date(), nullable=False),
        sa.Column("dagtekening", sa.Date(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("declaratie_id", name=op.f("pk_declaraties")),
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
        sa.Column("volgnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("referentie", sa.Text(), nullable=False),
        sa.Column("vorige_referentie", sa.Text(), nullable=True),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=False),
        sa.Column("product_categorie", sa.Text(), nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("begindatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("eenheid", sa.Text(), nullable=False),
        sa.Column("tarief", sa.BigInteger(), nullable=True),
        sa.Column("bedrag", sa.BigInteger(), nullable=False, comment="absolute, in cents"),
        sa.Column("debet_credit", sa.Text(), nullable=False),
        sa.Column("toestand", sa.Text(), nullable=False),
        sa.Column("gekoppeld", sa.Boolean(), nullable=False, comment="counts in the saldo of its toewijzing"),
        sa.Column("verplicht", sa.Boolean(), nullable=False, comment="awarding it uses up the commitment"),
        sa.Column(
            "achteraf",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="awarded before its toewijzing was known",
        ),
        sa.Column("gecrediteerd", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("uitval_id", sa.Uuid(), nullable=True),
        sa.Column(
            "bevindingen", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="null when nothing was found"
        ),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), nullable=True, comment="of a rejected prestatie"),
        sa.Column(
            "client_retourcodes", sa.ARRAY(sa.Text()), nullable=True, comment="that its Client gets when it is rejected"
        ),
        sa.CheckConstraint("toestand IN ('toegekend', 'afgewezen', 'inUitval')", name=op.f("ck_prestaties_toestand")),
        sa.PrimaryKeyConstraint("declaratie_id", "volgnummer", name=op.f("pk_prestaties")),
    )
    op.create_index(
        "ix_prestaties_achteraf",
        "prestaties",
        ["gemeente", "toewijzing_nummer"],
        unique=False,
        postgresql_where=sa.text("achteraf"),
    )
    op.create_index(
        "ix_prestaties_in_uitval",
        "prestaties",
        ["gemeente", "aanbieder"],
        unique=False,
        postgresql_where=sa.text("toestand = 'inUitval'"),
    )
    op.create_index(
        "ix_prestaties_levering", "prestaties", ["gemeente", "toewijzing_nummer", "begindatum"], unique=False
    )
    op.create_index("ix_prestaties_referentie", "prestaties", ["aanbieder", "referentie"], unique=False)
    op.create_index(
        "ix_prestaties_uitval_id",
        "prestaties",
        ["uitval_id"],
        unique=False,
        postgresql_where=sa.text("uitval_id IS NOT NULL"),
    )
    op.create_index(
        "ix_prestaties_vorige_referentie",
        "prestaties",
        ["aanbieder", "vorige_referentie"],
        unique=False,
        postgresql_where=sa.text("vorige_referentie IS NOT NULL"),
    )
    op.create_table(
        "toewijzing_saldi",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False, comment="awarded or in uitval, net; hours as minutes"),
        sa.Column("bedrag_cent", sa.BigInteger(), nullable=False, comment="awarded or in uitval, net"),
        sa.Column("aantal_toegekend", sa.Integer(), nullable=False, comment="awarded debets without a credit"),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", name=op.f("pk_toewijzing_saldi")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "toewijzingen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "volgnummer", sa.BigInteger(), nullable=False, comment="of the version that counts: the highest seen"
        ),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("toewijzingsdatum", sa.Date(), nullable=False),
        sa.Column("toewijzingstijd", sa.Text(), nullable=False),
        sa.Column("ingangsdatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("verwijderd", sa.Boolean(), nullable=False),
        sa.Column("reden_wijziging", sa.Text(), nullable=True),
        sa.Column("product_categorie", sa.Text(), nullable=True),
        sa.Column("product_code", sa.Text(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=True),
        sa.Column("eenheid", sa.Text(), nullable=True),
        sa.Column("frequentie", sa.Text(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("verplichting_volgnummer", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "verplichting",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="as last stated in an event; null before the first",
        ),
        sa.Column(
            "geteld_tot", sa.SmallInteger(), nullable=True, comment="year to which an open-ended commitment was counted"
        ),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", name=op.f("pk_toewijzingen")),
    )
    op.create_index("ix_toewijzingen_client", "toewijzingen", ["gemeente", "aanbieder", "client"], unique=False)
    op.create_index(
        "ix_toewijzingen_geteld_tot",
        "toewijzingen",
        ["geteld_tot"],
        unique=False,
        postgresql_where=sa.text("geteld_tot IS NOT NULL"),
    )
    op.create_table(
        "uitval",
        sa.Column("uitval_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("declaratie_id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False, comment="grows with every change: the ETag"),
        sa.Column(
            "retourcodes", sa.ARRAY(sa.Text()), nullable=False, comment="of all findings; the internal one by its name"
        ),
        sa.Column("ontstaan_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("besluit", sa.Text(), nullable=True),
        sa.Column("besluit_retourcodes", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("motivering", sa.Text(), nullable=True),
        sa.Column("besloten_door", sa.Text(), nullable=True),
        sa.Column("besloten_op", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'besloten') = (besluit IS NOT NULL)", name=op.f("ck_uitval_besluit")),
        sa.CheckConstraint("soort IN ('prestatie', 'client')", name=op.f("ck_uitval_soort")),
        sa.CheckConstraint("status IN ('open', 'besloten', 'vervallen')", name=op.f("ck_uitval_status")),
        sa.ForeignKeyConstraint(
            ["declaratie_id"], ["declaraties.declaratie_id"], name=op.f("fk_uitval_declaratie_id_declaraties")
        ),
        sa.PrimaryKeyConstraint("uitval_id", name=op.f("pk_uitval")),
        sa.UniqueConstraint("volgnummer", name=op.f("uq_uitval_volgnummer")),
    )
    op.create_index("ix_uitval_aanbieder", "uitval", ["aanbieder", "status", "volgnummer"], unique=False)
    op.create_index("ix_uitval_gemeente", "uitval", ["gemeente", "status", "volgnummer"], unique=False)
    op.create_index(
        "ix_uitval_open_client",
        "uitval",
        ["gemeente", "aanbieder", "client"],
        unique=False,
        postgresql_where=sa.text("status = 'open' AND soort = 'client'"),
    )
    op.create_index(
        "uq_uitval_client",
        "uitval",
        ["declaratie_id", "client"],
        unique=True,
        postgresql_where=sa.text("soort = 'client'"),
    )
    op.create_table(
        "uitval_historie",
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("uitval_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("gebeurtenis", sa.Text(), nullable=False, comment="aangevuld, herbeoordeeld, besloten or vervallen"),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("besluit", sa.Text(), nullable=True),
        sa.Column("retourcodes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("motivering", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["uitval_id"], ["uitval.uitval_id"], name=op.f("fk_uitval_historie_uitval_id_uitval")),
        sa.PrimaryKeyConstraint("volgnummer", name=op.f("pk_uitval_historie")),
        info={"append_only": True},
    )
    op.create_index("ix_uitval_historie_uitval_id", "uitval_historie", ["uitval_id", "volgnummer"], unique=False)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_uitval_historie_uitval_id", table_name="uitval_historie")
    op.drop_table("uitval_historie")
    op.drop_index("uq_uitval_client", table_name="uitval", postgresql_where=sa.text("soort = 'client'"))
    op.drop_index(
        "ix_uitval_open_client", table_name="uitval", postgresql_where=sa.text("status = 'open' AND soort = 'client'")
    )
    op.drop_index("ix_uitval_gemeente", table_name="uitval")
    op.drop_index("ix_uitval_aanbieder", table_name="uitval")
    op.drop_table("uitval")
    op.drop_index(
        "ix_toewijzingen_geteld_tot", table_name="toewijzingen", postgresql_where=sa.text("geteld_tot IS NOT NULL")
    )
    op.drop_index("ix_toewijzingen_client", table_name="toewijzingen")
    op.drop_table("toewijzingen")
    op.drop_table("toewijzing_saldi")
    op.drop_index(
        "ix_prestaties_vorige_referentie",
        table_name="prestaties",
        postgresql_where=sa.text("vorige_referentie IS NOT NULL"),
    )
    op.drop_index("ix_prestaties_uitval_id", table_name="prestaties", postgresql_where=sa.text("uitval_id IS NOT NULL"))
    op.drop_index("ix_prestaties_referentie", table_name="prestaties")
    op.drop_index("ix_prestaties_levering", table_name="prestaties")
    op.drop_index("ix_prestaties_in_uitval", table_name="prestaties", postgresql_where=sa.text("toestand = 'inUitval'"))
    op.drop_index("ix_prestaties_achteraf", table_name="prestaties", postgresql_where=sa.text("achteraf"))
    op.drop_table("prestaties")
    op.drop_table("posities")
    op.drop_index("ix_outbox_topic_xid_volgnummer", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("dode_letters")
    op.drop_table("declaraties")
    op.drop_table("contractregels")
    op.drop_table("contracten")
    op.drop_table("beleid")
