"""Tables of the services that take in and send out messages."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)


def add_message_tables(metadata: MetaData) -> None:
    """``berichten`` (every message, to the byte, encrypted) and ``postbus`` (what waits for a party)."""
    Sequence("berichtnummers", metadata=metadata)
    Table(
        "berichten",
        metadata,
        Column("bericht_id", Uuid, primary_key=True),
        Column("domein", Text, nullable=False),
        Column("berichtsoort", Text, nullable=False),
        Column("richting", Text, nullable=False, comment="in or uit"),
        Column("identificatie", Text, nullable=False),
        Column("dagtekening", Date, nullable=False),
        Column("van", Text, nullable=False, comment="party that really sends: gemeente or AGB code"),
        Column("aan", Text, nullable=False, comment="party that really receives"),
        Column("gemeente", Text, nullable=False),
        Column("aanbieder", Text, nullable=False),
        Column("sha256", LargeBinary, nullable=False),
        Column("xml", LargeBinary, nullable=False, comment="compressed and encrypted"),
        Column("vastgelegd_op", DateTime(timezone=True), nullable=False),
        Column("status", Text, nullable=False, comment="geaccepteerd or afgekeurd"),
        Column("retourcodes", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
        # A message under a used Identificatie is kept and answered with 9056; only the first one owns it.
        Column("identificatie_gebruikt", Boolean, nullable=False, server_default=text("false")),
        Column("heenbericht_id", Uuid, ForeignKey("berichten.bericht_id"), nullable=True),
        Index(
            "ix_berichten_identificatie",
            "domein",
            "berichtsoort",
            "van",
            "identificatie",
            unique=True,
            postgresql_where=text("richting = 'in' AND NOT identificatie_gebruikt"),
        ),
        Index("ix_berichten_sha256", "van", "sha256", unique=True, postgresql_where=text("richting = 'in'")),
        Index("ix_berichten_heenbericht_id", "heenbericht_id"),
        # The receiver of a message returns one retour on it; our own answer is of the other richting.
        Index("ix_berichten_retour", "heenbericht_id", unique=True, postgresql_where=text("richting = 'in'")),
    )
    Table(
        "postbus",
        metadata,
        Column("volgnummer", BigInteger, Identity(always=True), primary_key=True),
        Column("partij", Text, nullable=False),
        Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), nullable=False),
        Column("klaargezet_op", DateTime(timezone=True), nullable=False),
        Column("ontvangen_op", DateTime(timezone=True), nullable=True),
        # Nullable, because code from before it may still run beside this; the task of the terms fills it in.
        Column("uiterlijk_op", Date, nullable=True, comment="last day on which it is fetched in time"),
        Index("uq_postbus_bericht_id", "bericht_id", "partij", unique=True),
        Index("ix_postbus_wachtend", "partij", "volgnummer", postgresql_where=text("ontvangen_op IS NULL")),
        Index("ix_postbus_uiterlijk_op", "uiterlijk_op", postgresql_where=text("ontvangen_op IS NULL")),
        Index("ix_postbus_zonder_termijn", "volgnummer", postgresql_where=text("uiterlijk_op IS NULL")),
    )
