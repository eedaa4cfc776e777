"""Tables of the ledger. Boekingen and begrotingen are only ever added to (triggers see to it)."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)

from services.platform.models import service_metadata

METADATA = service_metadata()


def _plaats() -> list[Column[str]]:
    """Every row belongs to one grootboek."""
    return [Column("domein", Text, primary_key=True), Column("gemeente", Text, primary_key=True)]


GROOTBOEKEN = Table(
    "grootboeken",
    METADATA,
    *_plaats(),
    Column("laatste_nummer", BigInteger, nullable=False),
    Column("laatste_hash", LargeBinary, nullable=False),
    Column("boekdatum", Date, nullable=False, comment="of the last boeking; never goes back"),
    Column("vastgelegd_op", DateTime(timezone=True), nullable=False, comment="of the last boeking; never goes back"),
)

BOEKINGEN = Table(
    "boekingen",
    METADATA,
    *_plaats(),
    Column("nummer", BigInteger, primary_key=True, comment="1, 2, 3, ... without gaps"),
    Column("boekjaar", SmallInteger, nullable=False, comment="year that bears it"),
    Column("dienstperiode", Integer, nullable=True, comment="yyyymm of the ProductPeriode"),
    Column("declaratieperiode", Integer, nullable=True, comment="yyyymm of the DeclaratiePeriode"),
    Column("boekperiode", Integer, nullable=False, comment="yyyymm of boekdatum"),
    Column("boekdatum", Date, nullable=False),
    Column("vastgelegd_op", DateTime(timezone=True), nullable=False),
    Column("soort", Text, nullable=False),
    Column("omschrijving", Text, nullable=False),
    Column("bron", Text, nullable=False, comment="type of the event, or begroting"),
    Column("declaratie_id", Text, nullable=True),
    Column("declaratienummer", Text, nullable=True),
    Column("aanbieder", Text, nullable=True),
    Column("volgnummer", Integer, nullable=True, comment="of the prestatie in its declaratie"),
    Column("referentie", Text, nullable=True, comment="ReferentieNummer of the prestatie"),
    Column("toewijzing_nummer", BigInteger, nullable=True),
    Column("sleutel", Text, nullable=False, comment="the fact that is booked, once"),
    Column("inhoud", LargeBinary, nullable=False, comment="fingerprint of what was asked under that key"),
    Column("tegenboeking_van", BigInteger, nullable=True),
    Column("aantal_regels", SmallInteger, nullable=False),
    Column("vorige_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # The lines, as one array per column: six rows of a table of their own cost several times what they hold. The
    # view boekingsregels shows them as rows.
    Column("rekeningen", ARRAY(SmallInteger), nullable=False, comment="of line 1, 2, ..."),
    Column("productcategorieen", ARRAY(Text), nullable=False, comment="of each line; empty when it has none"),
    Column("bedragen", ARRAY(BigInteger), nullable=False, comment="cents; debet positive, credit negative"),
    CheckConstraint("aantal_regels >= 2", name="aantal_regels"),
    CheckConstraint("regels_kloppen(rekeningen, productcategorieen, bedragen, aantal_regels)", name="regels"),
    CheckConstraint("tegenboeking_van < nummer", name="tegenboeking_van"),
    # What tells rows apart comes first: domein and gemeente, the same for thousands, would be compared at every step.
    Index("uq_boekingen_sleutel", "sleutel", "gemeente", "domein", unique=True),
    Index("ix_boekingen_boekjaar", "domein", "gemeente", "boekjaar", "nummer"),
    # What was taken back once cannot be taken back again, whoever tries at the same moment.
    Index(
        "uq_boekingen_tegenboeking_van",
        "domein",
        "gemeente",
        "tegenboeking_van",
        unique=True,
        postgresql_where=text("tegenboeking_van IS NOT NULL"),
    ),
    # A credit prestatie names the debet prestatie it takes back.
    Index(
        "ix_boekingen_toekenning",
        "toewijzing_nummer",
        "referentie",
        "gemeente",
        "domein",
        postgresql_where=text("soort = 'toekenning'"),
    ),
    info={"append_only": True},
)


def _totalen(per: str) -> list[Column[str] | Column[int]]:
    return [
        Column("rekening", SmallInteger, primary_key=True),
        Column("productcategorie", Text, primary_key=True),
        Column("debet", BigInteger, nullable=False, comment=f"cents {per}"),
        Column("credit", BigInteger, nullable=False, comment=f"cents {per}"),
    ]


SALDI = Table("saldi", METADATA, *_plaats(), Column("boekjaar", SmallInteger, primary_key=True), *_totalen("so far"))

# By day, so that an answer as of a date needs no boekingen and never changes afterwards.
DAGTOTALEN = Table(
    "dagtotalen",
    METADATA,
    *_plaats(),
    Column("boekjaar", SmallInteger, primary_key=True),
    Column("boekdatum", Date, primary_key=True),
    *_totalen("booked that day"),
)

VERPLICHTINGEN = Table(
    "verplichtingen",
    METADATA,
    *_plaats(),
    Column("toewijzing_nummer", BigInteger, primary_key=True),
    Column("volgnummer", Integer, nullable=False, comment="of the latest statement; older ones are ignored"),
    Column("inhoud", LargeBinary, nullable=False),
    Column("grondslag", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    PrimaryKeyConstraint("toewijzing_nummer", "gemeente", "domein"),
)

TOEWIJZING_SALDI = Table(
    "toewijzing_saldi",
    METADATA,
    *_plaats(),
    Column("toewijzing_nummer", BigInteger, primary_key=True),
    Column("jaar", SmallInteger, primary_key=True),
    Column("verplicht", BigInteger, nullable=False, comment="cents committed"),
    Column("toegekend", BigInteger, nullable=False, comment="cents awarded, net of credits"),
    Column("productcategorie", Text, nullable=False, comment="on which the verplichting stands"),
    Column("boeking", BigInteger, nullable=True, comment="number of the verplichting in force"),
    Column("reeds_toegekend", BigInteger, nullable=False, comment="cents awarded before the toewijzing was known"),
    PrimaryKeyConstraint("toewijzing_nummer", "jaar", "gemeente", "domein"),
    # A batch rewrites every row of a page at once: half a page of room keeps them all on it.
    postgresql_with={"fillfactor": "45"},
)

BEGROTINGEN = Table(
    "begrotingen",
    METADATA,
    *_plaats(),
    Column("jaar", SmallInteger, primary_key=True),
    Column("versie", Integer, primary_key=True),
    Column("boekdatum", Date, nullable=False),
    Column("vastgelegd_op", DateTime(timezone=True), nullable=False),
    Column("vastgesteld_door", Text, nullable=False, comment="sub of the token"),
    info={"append_only": True},
)

BEGROTINGSPOSTEN = Table(
    "begrotingsposten",
    METADATA,
    *_plaats(),
    Column("jaar", SmallInteger, primary_key=True),
    Column("versie", Integer, primary_key=True),
    Column("volgorde", SmallInteger, primary_key=True),
    Column("post", Text, nullable=False),
    Column("productcategorieen", ARRAY(Text), nullable=False),
    Column("bedrag", BigInteger, nullable=False, comment="cents"),
    Column("boeking", BigInteger, nullable=True, comment="that holds the money; none for zero"),
    CheckConstraint("bedrag >= 0", name="bedrag"),
    info={"append_only": True},
)
