"""Tables of the invoice service, beside those of the platform."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB

from services.platform.berichten.models import add_message_tables
from services.platform.models import service_metadata

METADATA = service_metadata()
add_message_tables(METADATA)

COUNTS = text("status <> 'afgekeurd'")
"""A declaratie that was refused as a whole counts as never sent: its numbers are free again."""

Table(
    "declaraties",
    METADATA,
    Column("declaratie_id", Uuid, primary_key=True),
    Column("volgnummer", BigInteger, Identity(always=True), nullable=False, comment="order of arrival"),
    Column("domein", Text, nullable=False),
    Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), nullable=False, unique=True),
    Column("antwoord_bericht_id", Uuid, ForeignKey("berichten.bericht_id"), nullable=True, unique=True),
    Column("gemeente", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    Column("declaratienummer", Text, nullable=False),
    Column("periode_begin", Date, nullable=False),
    Column("periode_eind", Date, nullable=False),
    Column("dagtekening", Date, nullable=False, comment="DeclaratieDagtekening"),
    Column("bericht_versie", SmallInteger, nullable=False, comment="of the JW323; its JW325 is of the same release"),
    Column("bericht_subversie", SmallInteger, nullable=False),
    Column("basisschema_xsd_versie", Text, nullable=False, comment="of the JW323; its JW325 repeats it"),
    Column("bericht_xsd_versie", Text, nullable=False),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("uiterlijk_op", Date, nullable=False, comment="tenth werkdag after receipt (OP090x4)"),
    Column("beantwoord_op", DateTime(timezone=True), nullable=True),
    Column("status", Text, nullable=False),
    Column("retourcodes", ARRAY(Text), nullable=False, comment="why it was refused as a whole"),
    Column("bevindingen", JSONB, nullable=False, comment="the same in words: regel, retourcode, pad, uitleg"),
    Column("aantal_prestaties", Integer, nullable=False),
    Column("aantal_toegekend", Integer, nullable=False, server_default=text("0")),
    Column("aantal_afgewezen", Integer, nullable=False, server_default=text("0")),
    Column("aantal_in_uitval", Integer, nullable=False, server_default=text("0")),
    Column("totaal_ingediend", BigInteger, nullable=False, comment="signed eurocents"),
    Column("totaal_toegekend", BigInteger, nullable=False, server_default=text("0"), comment="signed eurocents"),
    Column("clienten", ARRAY(Text), nullable=False, comment="pseudonym of clientnummer n at place n"),
    Column(
        "bsns",
        LargeBinary,
        nullable=True,
        comment="one encrypted document: the BSN of clientnummer n at place n; for the JW325",
    ),
    CheckConstraint("status IN ('afgekeurd', 'in_behandeling', 'in_uitval', 'beantwoord')", name="status"),
    CheckConstraint(
        "(status IN ('afgekeurd', 'beantwoord')) = (antwoord_bericht_id IS NOT NULL AND beantwoord_op IS NOT NULL)",
        name="antwoord",
    ),
    CheckConstraint("(status = 'afgekeurd') = (cardinality(retourcodes) > 0)", name="retourcodes"),
    CheckConstraint(
        "status <> 'beantwoord' OR aantal_toegekend + aantal_afgewezen = aantal_prestaties", name="beslist"
    ),
    Index(
        "ix_declaraties_declaratienummer",
        "domein",
        "aanbieder",
        "declaratienummer",
        unique=True,
        postgresql_where=COUNTS,
    ),
    Index("ix_declaraties_periode", "domein", "aanbieder", "gemeente", "periode_begin", postgresql_where=COUNTS),
    Index("ix_declaraties_volgnummer", "volgnummer", unique=True),
    Index("ix_declaraties_gemeente_volgnummer", "gemeente", "volgnummer"),
    Index("ix_declaraties_aanbieder_volgnummer", "aanbieder", "volgnummer"),
    Index("ix_declaraties_open", "uiterlijk_op", postgresql_where=text("status IN ('in_behandeling', 'in_uitval')")),
)

Table(
    "prestaties",
    METADATA,
    # No foreign keys from here on: COPY would check them row by row, while all is written in one transaction.
    Column("declaratie_id", Uuid, primary_key=True),
    Column("volgnummer", Integer, primary_key=True, comment="1-based place of the Prestatie in the whole JW323"),
    Column("clientnummer", Integer, nullable=False),
    Column("domein", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    Column("referentie", Text, nullable=False),
    Column("vorige_referentie", Text, nullable=True),
    Column("toewijzing_nummer", Integer, nullable=False),
    Column("product_categorie", Text, nullable=False),
    Column("product_code", Text, nullable=False),
    Column("begindatum", Date, nullable=False),
    Column("einddatum", Date, nullable=False),
    Column("volume", Integer, nullable=False),
    Column("eenheid", Text, nullable=False),
    Column("tarief", Integer, nullable=True),
    Column("bedrag", Integer, nullable=False, comment="signed eurocents: a credit is negative"),
    # TR314: a prestatie under a used ReferentieNummer is kept and rejected; only the first one owns it.
    Column("referentie_dubbel", Boolean, nullable=False),
    Index(
        # What tells rows apart comes first: the others are the same for all prestaties of an aanbieder.
        "ix_prestaties_referentie",
        "referentie",
        "aanbieder",
        "domein",
        unique=True,
        postgresql_where=text("NOT referentie_dubbel"),
    ),
    info={"append_only": True},
)

# What was decided on a prestatie stands in one of these two. The view ``verdicten`` shows them together, a row for
# each decided prestatie; a row each for what is awarded, nearly everything, would cost more than judging it.
Table(
    "toekenningen",
    METADATA,
    Column("declaratie_id", Uuid, primary_key=True),
    Column("eerste", Integer, primary_key=True, comment="the lowest of volgnummers"),
    Column("volgnummers", INT4MULTIRANGE, nullable=False),
    Column("besluit_op", DateTime(timezone=True), nullable=False),
    CheckConstraint("eerste = lower(volgnummers)", name="eerste"),
    info={"append_only": True},
)

Table(
    "afwijzingen",
    METADATA,
    Column("declaratie_id", Uuid, primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    Column("retourcodes", ARRAY(Text), nullable=False),
    Column("client_retourcodes", ARRAY(Text), nullable=False),
    Column("besluit_op", DateTime(timezone=True), nullable=False),
    CheckConstraint("cardinality(retourcodes) + cardinality(client_retourcodes) > 0", name="reden"),
    info={"append_only": True},
)

Table(
    "uitval",
    METADATA,
    Column("declaratie_id", Uuid, primary_key=True),
    Column("volgnummer", Integer, primary_key=True),
    Column("sinds", DateTime(timezone=True), nullable=False),
    info={"append_only": True},
)
