"""Make the register, messages and what rules ask of others"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    # Autogenerate does not see sequences: Identificaties of our own answers come from this one.
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
        "gebruik",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("aantal_toegekend", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", name=op.f("pk_gebruik")),
        comment="awarded, uncredited debet prestaties per toewijzing (TR385), as matching counts them",
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
        "bevindingen",
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("nummer", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("regel", sa.Text(), nullable=False),
        sa.Column("retourcode", sa.Text(), nullable=False),
        sa.Column("niveau", sa.SmallInteger(), nullable=False),
        sa.Column("pad", sa.Text(), nullable=False),
        sa.Column("uitleg", sa.Text(), nullable=False, comment="Dutch, without personal data"),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_bevindingen_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("bericht_id", "nummer", name=op.f("pk_bevindingen")),
        comment="why a message was refused, for its sender; a retourbericht has only codes",
        info={"append_only": True},
    )
    op.create_table(
        "clienten",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("dagtekening", sa.Date(), nullable=False, comment="of the message the document comes from"),
        sa.Column("document", sa.LargeBinary(), nullable=False, comment="encrypted: BSN, birth date, geslacht, name"),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_clienten_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("domein", "gemeente", "aanbieder", "client", name=op.f("pk_clienten")),
        comment="who a client is, as the newest accepted message between these parties says",
    )
    op.create_table(
        "meldingen",
        sa.Column("melding_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False, comment="gelijk-tijdstip or verwijderd-in-gebruik"),
        sa.Column("tijdstip", sa.Text(collation="C"), nullable=False, comment="of the version it is about"),
        sa.Column("elementen", sa.ARRAY(sa.Text()), nullable=False, comment="elements of the message that differ"),
        sa.Column("bericht_id", sa.Uuid(), nullable=True),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_meldingen_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("melding_id", name=op.f("pk_meldingen")),
        comment="what a person should know about a toewijzing and no message can say",
        info={"append_only": True},
    )
    op.create_index(
        "ix_meldingen_toewijzing_nummer", "meldingen", ["domein", "gemeente", "toewijzing_nummer"], unique=False
    )
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
    op.create_table(
        "toewijzingen",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tijdstip", sa.Text(collation="C"), nullable=False),
        sa.Column("toewijzingsdatum", sa.Date(), nullable=False),
        sa.Column("toewijzingstijd", sa.Text(), nullable=False, comment="as sent"),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("product_categorie", sa.Text(), nullable=True),
        sa.Column("product_code", sa.Text(), nullable=True),
        sa.Column("ingangsdatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("reden_wijziging", sa.Text(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=True),
        sa.Column("eenheid", sa.Text(), nullable=True),
        sa.Column("frequentie", sa.Text(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True, comment="eurocents"),
        sa.Column("referentie_aanbieder", sa.Text(), nullable=True),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_toewijzingen_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", "tijdstip", name=op.f("pk_toewijzingen")),
        comment="every version ever accepted",
        info={"append_only": True},
    )
    op.create_index("ix_toewijzingen_bericht_id", "toewijzingen", ["bericht_id"], unique=False)
    op.create_table(
        "verzoeken",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("referentie_aanbieder", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("berichtsoort", sa.Text(), nullable=False, comment="JW315 or JW317"),
        sa.Column("status", sa.Text(), nullable=False, comment="open, in_onderzoek, toegekend or afgewezen"),
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("antwoord_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["antwoord_id"], ["berichten.bericht_id"], name=op.f("fk_verzoeken_antwoord_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_verzoeken_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("domein", "aanbieder", "referentie_aanbieder", name=op.f("pk_verzoeken")),
        comment="what aanbieders asked for, by ReferentieAanbieder (TR347, TR383)",
    )
    op.create_index("ix_verzoeken_client", "verzoeken", ["domein", "gemeente", "aanbieder", "client"], unique=False)
    op.create_table(
        "actueel",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tijdstip", sa.Text(collation="C"), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False, comment="grows with every version that became current"),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("ingangsdatum", sa.Date(), nullable=False),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("verwijderd", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domein", "gemeente", "toewijzing_nummer", "tijdstip"],
            ["toewijzingen.domein", "toewijzingen.gemeente", "toewijzingen.toewijzing_nummer", "toewijzingen.tijdstip"],
            name=op.f("fk_actueel_domein_toewijzingen"),
        ),
        sa.PrimaryKeyConstraint("domein", "gemeente", "toewijzing_nummer", name=op.f("pk_actueel")),
        comment="which version of each toewijzing counts (IV013), with what lists are searched by",
    )
    op.create_index(
        "ix_actueel_aanbieder", "actueel", ["domein", "aanbieder", "gemeente", "toewijzing_nummer"], unique=False
    )
    op.create_index("ix_actueel_client", "actueel", ["domein", "client"], unique=False)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_actueel_client", table_name="actueel")
    op.drop_index("ix_actueel_aanbieder", table_name="actueel")
    op.drop_table("actueel")
    op.drop_index("ix_verzoeken_client", table_name="verzoeken")
    op.drop_table("verzoeken")
    op.drop_index("ix_toewijzingen_bericht_id", table_name="toewijzingen")
    op.drop_table("toewijzingen")
    op.drop_index("uq_postbus_bericht_id", table_name="postbus")
    op.drop_index("ix_postbus_wachtend", table_name="postbus", postgresql_where=sa.text("ontvangen_op IS NULL"))
    op.drop_table("postbus")
    op.drop_index("ix_meldingen_toewijzing_nummer", table_name="meldingen")
    op.drop_table("meldingen")
    op.drop_table("clienten")
    op.drop_table("bevindingen")
    op.drop_table("posities")
    op.drop_index("ix_outbox_topic_xid_volgnummer", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("gebruik")
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
