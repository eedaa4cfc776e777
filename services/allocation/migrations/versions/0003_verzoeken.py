"""Keep what aanbieders ask for, per verzoek and per reference, with its decisions"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the tables to this version."""
    # The former table was never written to: no message that could was taken in.
    op.drop_index("ix_verzoeken_client", table_name="verzoeken")
    op.drop_table("verzoeken")
    op.create_table(
        "verzoeken",
        sa.Column("bericht_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="order of arrival"),
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("gemeente", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False, comment="pseudonym"),
        sa.Column("berichtsoort", sa.Text(), nullable=False, comment="JW315 or JW317"),
        sa.Column("dagtekening", sa.Date(), nullable=False),
        sa.Column("ontvangen_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, comment="verzoek.Verzoekstatus of its references"),
        sa.Column("versie", sa.Integer(), nullable=False, comment="grows with every answer; the ETag"),
        sa.ForeignKeyConstraint(
            ["bericht_id"], ["berichten.bericht_id"], name=op.f("fk_verzoeken_bericht_id_berichten")
        ),
        sa.PrimaryKeyConstraint("bericht_id", name=op.f("pk_verzoeken")),
        comment="what aanbieders asked for and were not refused in the retourbericht",
    )
    op.create_index("ix_verzoeken_aanbieder", "verzoeken", ["domein", "aanbieder", "volgnummer"], unique=False)
    op.create_index("ix_verzoeken_gemeente", "verzoeken", ["domein", "gemeente", "volgnummer"], unique=False)
    op.create_index(
        "uq_verzoeken_openstaand",
        "verzoeken",
        ["domein", "gemeente", "aanbieder", "client"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'in_onderzoek')"),
    )
    op.create_index("uq_verzoeken_volgnummer", "verzoeken", ["volgnummer"], unique=True)
    op.create_table(
        "referenties",
        sa.Column("domein", sa.Text(), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("referentie_aanbieder", sa.Text(), nullable=False),
        sa.Column("verzoek_id", sa.Uuid(), nullable=False),
        sa.Column("toestand", sa.Text(), nullable=False, comment="verzoek.Toestand, except geen"),
        sa.Column("gewijzigd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column("onderzoek_id", sa.Uuid(), nullable=True),
        sa.Column("antwoord_id", sa.Uuid(), nullable=True),
        sa.Column("reden_afwijzing", sa.Text(), nullable=True, comment="RedenAfwijzingVerzoek (WJ759)"),
        sa.Column("woonplaats_gemeente", sa.Text(), nullable=True, comment="gemeente of Woonplaatsbeginsel"),
        sa.ForeignKeyConstraint(
            ["antwoord_id"], ["berichten.bericht_id"], name=op.f("fk_referenties_antwoord_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["onderzoek_id"], ["berichten.bericht_id"], name=op.f("fk_referenties_onderzoek_id_berichten")
        ),
        sa.ForeignKeyConstraint(
            ["verzoek_id"], ["verzoeken.bericht_id"], name=op.f("fk_referenties_verzoek_id_verzoeken")
        ),
        sa.PrimaryKeyConstraint("domein", "aanbieder", "referentie_aanbieder", name=op.f("pk_referenties")),
        comment="what is decided by itself: a ReferentieAanbieder (TR347) and its answers",
    )
    op.create_index("ix_referenties_verzoek_id", "referenties", ["verzoek_id"], unique=False)
    op.create_table(
        "verzoekproducten",
        sa.Column("verzoek_id", sa.Uuid(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("soort", sa.Text(), nullable=False, comment="aangevraagd, ongewijzigd, te_wijzigen or nieuw"),
        sa.Column("referentie_aanbieder", sa.Text(), nullable=False),
        sa.Column("toewijzing_nummer", sa.BigInteger(), nullable=True),
        sa.Column("product_categorie", sa.Text(), nullable=True),
        sa.Column("product_code", sa.Text(), nullable=True),
        sa.Column("ingangsdatum", sa.Date(), nullable=True, comment="ToewijzingIngangsdatum or GewensteIngangsdatum"),
        sa.Column("einddatum", sa.Date(), nullable=True),
        sa.Column("volume", sa.BigInteger(), nullable=True),
        sa.Column("eenheid", sa.Text(), nullable=True),
        sa.Column("frequentie", sa.Text(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True, comment="eurocents"),
        sa.ForeignKeyConstraint(
            ["verzoek_id"], ["verzoeken.bericht_id"], name=op.f("fk_verzoekproducten_verzoek_id_verzoeken")
        ),
        sa.PrimaryKeyConstraint("verzoek_id", "volgnummer", name=op.f("pk_verzoekproducten")),
        comment="the products of a verzoek, in the order of its message",
        info={"append_only": True},
    )
    op.create_table(
        "beslissingen",
        sa.Column("beslissing_id", sa.Uuid(), nullable=False),
        sa.Column("verzoek_id", sa.Uuid(), nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False, comment="of the verzoek that the decider saw"),
        sa.Column(
            "invoer_sha256", sa.LargeBinary(), nullable=False, comment="the same decision again gets the first answer"
        ),
        sa.Column("besluit", sa.Text(), nullable=False, comment="toekennen, onderzoek or afwijzen"),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("bericht_ids", sa.ARRAY(sa.Uuid()), nullable=False, comment="the messages it sent, in order"),
        sa.Column("toewijzing_nummers", sa.ARRAY(sa.BigInteger()), nullable=False, comment="new or changed by it"),
        sa.Column("vastgelegd_op", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["verzoek_id"], ["verzoeken.bericht_id"], name=op.f("fk_beslissingen_verzoek_id_verzoeken")
        ),
        sa.PrimaryKeyConstraint("beslissing_id", name=op.f("pk_beslissingen")),
        comment="who decided what here, on behalf of the gemeente",
        info={"append_only": True},
    )
    op.create_index("uq_beslissingen_versie", "beslissingen", ["verzoek_id", "versie"], unique=True)
    op.create_index("ix_clienten_client", "clienten", ["domein", "client"], unique=False)


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_clienten_client", table_name="clienten")
    op.drop_table("beslissingen")
    op.drop_table("verzoekproducten")
    op.drop_table("referenties")
    op.drop_table("verzoeken")
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
