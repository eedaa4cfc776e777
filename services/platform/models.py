"""Tables that every service has in its own schema: outbox, what of it was published, positions, dead letters."""

from sqlalchemy import (
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
        info={"platform": True},
    )
    return metadata
