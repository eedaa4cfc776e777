"""Tables that every service has in its own schema: outbox, what of it was published, positions, dead letters."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def service_metadata() -> MetaData:
    """Metadata with the platform's tables in it; a service adds its own.

    The tables name no schema: the service's role has exactly one on its search path.
    """
    metadata = MetaData(naming_convention=NAMING)
    Table(
        "outbox",
        metadata,
        # The writing transaction's number: rows below the snapshot's xmin are final, so a reader that
        # stops there never passes a row that commits late.
        Column("xid", BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text::bigint)")),
        Column("volgnummer", BigInteger, Identity(always=True), nullable=False),
        Column("topic", Text, nullable=False),
        Column("partitie", SmallInteger, nullable=False),
        Column("sleutel", Text, nullable=False),
        Column("event_id", Uuid, nullable=False, server_default=text("gen_random_uuid()")),
        Column("type", Text, nullable=False),
        Column("tijd", DateTime(timezone=True), nullable=False),
        # Stored uncompressed, which the migrations see to.
        Column("data", LargeBinary, nullable=False),
        Column("traceparent", Text, comment="the work that led to it (W3C Trace Context); null when nobody said"),
        Index("ix_outbox_topic_xid_volgnummer", "topic", "xid", "volgnummer", unique=True),
        info={"platform": True},
    )
    Table(
        "posities",
        metadata,
        Column("topic", Text, primary_key=True),
        Column("partitie", SmallInteger, primary_key=True),
        Column("xid", BigInteger, nullable=False),
        Column("volgnummer", BigInteger, nullable=False),
        Column("kafka_offset", BigInteger, comment="where to read on in Kafka; null when nothing came from there"),
        info={"platform": True},
    )
    Table(
        "gepubliceerd",
        metadata,
        Column("topic", Text, primary_key=True),
        Column("partitie", SmallInteger, primary_key=True, comment="-1: the place in the outbox, of all partitions"),
        Column("xid", BigInteger, nullable=False),
        Column("volgnummer", BigInteger, nullable=False),
        Column("kafka_offset", BigInteger, comment="of the last event of the partition"),
        info={"platform": True},
    )
    _dead_letters(metadata)
    return metadata


def _dead_letters(metadata: MetaData) -> None:
    """What a consumer set aside, and what was done with it since."""
    Table(
        "dode_letters",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("partitie", SmallInteger, nullable=False),
        Column("xid", BigInteger, nullable=False),
        Column("volgnummer", BigInteger, nullable=False),
        Column("sleutel", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("data", LargeBinary, nullable=False),
        Column("pogingen", Integer, nullable=False),
        Column("reden", Text, nullable=False),
        Column("vastgelegd_op", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        *_more_of_dead_letters(),
        Index("ix_dode_letters_nummer", "nummer", unique=True),
        Index("ix_dode_letters_open", "nummer", postgresql_where=text("opgelost_op IS NULL")),
        info={"platform": True},
    )
    Table(
        "dode_letter_acties",
        metadata,
        Column("actie_id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
        Column("volgnummer", BigInteger, Identity(always=True), nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("soort", Text, nullable=False, comment="terzijde, opnieuw, mislukt, afgehandeld or vervallen"),
        Column("tijdstip", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("door", Text, nullable=False, server_default="", comment="the person who asked; empty: nobody did"),
        Column("motivering", Text, nullable=False, server_default=""),
        Column("poging", Integer, nullable=False),
        Column("reden", Text, nullable=False, server_default=""),
        Column("melding", Text, nullable=False, server_default=""),
        Column("stapel", Text, nullable=False, server_default=""),
        Index("ix_dode_letter_acties_event_id", "event_id"),
        info={"platform": True, "append_only": True},
    )


def _more_of_dead_letters() -> list[Column[Any]]:
    """What a person needs to judge a dead letter, and what became of it. Open as long as ``opgelost_op`` is null."""
    return [
        Column("nummer", BigInteger, Identity(always=True), nullable=False, comment="by which people name it"),
        Column("melding", Text, nullable=False, server_default="", comment="the error's text without values"),
        Column("stapel", Text, nullable=False, server_default="", comment="where it came from, innermost last"),
        Column("kafka_offset", BigInteger, comment="null when it was read from the outbox itself"),
        Column("kopnamen", ARRAY(Text), nullable=False, server_default="{}", comment="names of its headers"),
        Column("kopwaarden", ARRAY(LargeBinary), nullable=False, server_default="{}"),
        Column("ruwe_sleutel", LargeBinary, comment="the key as it came, of a record that is no event"),
        Column("omvang", Integer, comment="bytes of the data as they came; null when all of them are kept"),
        Column("eerst_op", DateTime(timezone=True), comment="when it first failed"),
        Column("laatst_op", DateTime(timezone=True), nullable=False, server_default=text("now()")),
        Column("opnieuw_op", DateTime(timezone=True), comment="asked to be handled again, and not done yet"),
        Column("opnieuw_door", Text),
        Column("opgelost_op", DateTime(timezone=True)),
        Column("opgelost_door", Text),
        Column("oplossing", Text, comment="afgehandeld: handled after all; vervallen: a person let it go"),
    ]
