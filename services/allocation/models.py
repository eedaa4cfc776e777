"""Tables of the allocation service: messages, the register of toewijzingen, and what its rules ask of others."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from services.platform.berichten.models import add_message_tables
from services.platform.models import service_metadata

METADATA = service_metadata()
add_message_tables(METADATA)

_SLEUTEL = ("domein", "gemeente", "toewijzing_nummer")


def _sleutel() -> list[Column[object]]:
    """What names one toewijzing (TR332); part of the primary key wherever it stands."""
    return [
        Column("domein", Text, primary_key=True),
        Column("gemeente", Text, primary_key=True),
        Column("toewijzing_nummer", BigInteger, primary_key=True, autoincrement=False),
    ]


def _bericht(name: str = "bericht_id", *, nullable: bool = False) -> Column[object]:
    return Column(name, Uuid, ForeignKey("berichten.bericht_id"), nullable=nullable)


def _vastgelegd_op() -> Column[object]:
    return Column("vastgelegd_op", DateTime(timezone=True), nullable=False)


Table(
    "toewijzingen",
    METADATA,
    *_sleutel(),
    # ijw.kalender.tijdstip of the two columns after it; compared by code point, so any fraction counts exactly.
    Column("tijdstip", Text(collation="C"), primary_key=True),
    Column("toewijzingsdatum", Date, nullable=False),
    Column("toewijzingstijd", Text, nullable=False, comment="as sent"),
    Column("aanbieder", Text, nullable=False),
    Column("client", Text, nullable=False, comment="pseudonym"),
    Column("product_categorie", Text, nullable=True),
    Column("product_code", Text, nullable=True),
    Column("ingangsdatum", Date, nullable=False),
    Column("einddatum", Date, nullable=True),
    Column("reden_wijziging", Text, nullable=True),
    Column("volume", BigInteger, nullable=True),
    Column("eenheid", Text, nullable=True),
    Column("frequentie", Text, nullable=True),
    Column("budget", BigInteger, nullable=True, comment="eurocents"),
    Column("referentie_aanbieder", Text, nullable=True),
    _bericht(),
    _vastgelegd_op(),
    Index("ix_toewijzingen_bericht_id", "bericht_id"),
    comment="every version ever accepted",
    info={"append_only": True},
)

Table(
    "actueel",
    METADATA,
    *_sleutel(),
    Column("tijdstip", Text(collation="C"), nullable=False),
    Column("volgnummer", Integer, nullable=False, comment="grows with every version that became current"),
    Column("aanbieder", Text, nullable=False),
    Column("client", Text, nullable=False, comment="pseudonym"),
    Column("ingangsdatum", Date, nullable=False),
    Column("einddatum", Date, nullable=True),
    Column("verwijderd", Boolean, nullable=False),
    ForeignKeyConstraint(
        (*_SLEUTEL, "tijdstip"), tuple(f"toewijzingen.{column}" for column in (*_SLEUTEL, "tijdstip"))
    ),
    Index("ix_actueel_aanbieder", "domein", "aanbieder", "gemeente", "toewijzing_nummer"),
    Index("ix_actueel_client", "domein", "client"),
    comment="which version of each toewijzing counts (IV013), with what lists are searched by",
)

Table(
    "meldingen",
    METADATA,
    Column("melding_id", BigInteger, Identity(always=True), primary_key=True),
    Column("domein", Text, nullable=False),
    Column("gemeente", Text, nullable=False),
    Column("toewijzing_nummer", BigInteger, nullable=True, comment="absent when it is about a message as a whole"),
    Column("soort", Text, nullable=False, comment="a key of services.allocation.meldingen.UITLEG"),
    Column("tijdstip", Text(collation="C"), nullable=True, comment="of the version it is about"),
    Column("elementen", ARRAY(Text), nullable=False, comment="elements of the message that differ"),
    _bericht(nullable=True),
    _vastgelegd_op(),
    CheckConstraint("(toewijzing_nummer IS NULL) = (tijdstip IS NULL)", name="versie"),
    CheckConstraint("toewijzing_nummer IS NOT NULL OR bericht_id IS NOT NULL", name="onderwerp"),
    Index("ix_meldingen_toewijzing_nummer", *_SLEUTEL),
    Index("ix_meldingen_bericht_id", "bericht_id"),
    comment="what a person should know about a toewijzing or a message, and no message can say",
    info={"append_only": True},
)

Table(
    "clienten",
    METADATA,
    Column("domein", Text, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("aanbieder", Text, primary_key=True),
    Column("client", Text, primary_key=True, comment="pseudonym"),
    Column("dagtekening", Date, nullable=False, comment="of the message the document comes from"),
    Column("document", LargeBinary, nullable=False, comment="encrypted: BSN, birth date, geslacht, name"),
    _bericht(),
    _vastgelegd_op(),
    Index("ix_clienten_client", "domein", "client"),
    comment="who a client is, as the newest accepted message between these parties says",
)

Table(
    "bevindingen",
    METADATA,
    Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), primary_key=True),
    Column("nummer", SmallInteger, primary_key=True, autoincrement=False),
    Column("regel", Text, nullable=False),
    Column("retourcode", Text, nullable=False),
    Column("niveau", SmallInteger, nullable=False),
    Column("pad", Text, nullable=False),
    Column("uitleg", Text, nullable=False, comment="Dutch, without personal data"),
    comment="why a message was refused, for its sender; a retourbericht has only codes",
    info={"append_only": True},
)

Table(
    "verzoeken",
    METADATA,
    # The message that asks; the verzoekId of the API.
    Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), primary_key=True),
    Column("volgnummer", BigInteger, Identity(always=True), nullable=False, comment="order of arrival"),
    Column("domein", Text, nullable=False),
    Column("gemeente", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    Column("client", Text, nullable=False, comment="pseudonym"),
    Column("berichtsoort", Text, nullable=False, comment="JW315 or JW317"),
    Column("dagtekening", Date, nullable=False),
    Column("ontvangen_op", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False, comment="verzoek.Verzoekstatus of its references"),
    Column("versie", Integer, nullable=False, comment="grows with every answer; the ETag"),
    Index("uq_verzoeken_volgnummer", "volgnummer", unique=True),
    Index("ix_verzoeken_gemeente", "domein", "gemeente", "volgnummer"),
    Index("ix_verzoeken_aanbieder", "domein", "aanbieder", "volgnummer"),
    # TR374: one pending verzoek of an aanbieder about a client at a gemeente.
    Index(
        "uq_verzoeken_openstaand",
        "domein",
        "gemeente",
        "aanbieder",
        "client",
        unique=True,
        postgresql_where=text("status IN ('open', 'in_onderzoek')"),
    ),
    comment="what aanbieders asked for and were not refused in the retourbericht",
)

Table(
    "referenties",
    METADATA,
    Column("domein", Text, primary_key=True),
    Column("aanbieder", Text, primary_key=True),
    Column("referentie_aanbieder", Text, primary_key=True),
    Column("verzoek_id", Uuid, ForeignKey("verzoeken.bericht_id"), nullable=False),
    Column("toestand", Text, nullable=False, comment="verzoek.Toestand, except geen"),
    Column("gewijzigd_op", DateTime(timezone=True), nullable=False),
    _bericht("onderzoek_id", nullable=True),
    _bericht("antwoord_id", nullable=True),
    Column("reden_afwijzing", Text, nullable=True, comment="RedenAfwijzingVerzoek (WJ759)"),
    Column("woonplaats_gemeente", Text, nullable=True, comment="gemeente of Woonplaatsbeginsel"),
    Index("ix_referenties_verzoek_id", "verzoek_id"),
    # By the message that answers: how it is verified what each answered.
    Index("ix_referenties_onderzoek_id", "onderzoek_id", postgresql_where=text("onderzoek_id IS NOT NULL")),
    Index("ix_referenties_antwoord_id", "antwoord_id", postgresql_where=text("antwoord_id IS NOT NULL")),
    comment="what is decided by itself: a ReferentieAanbieder (TR347) and its answers",
)

Table(
    "verzoekproducten",
    METADATA,
    Column("verzoek_id", Uuid, ForeignKey("verzoeken.bericht_id"), primary_key=True),
    Column("volgnummer", Integer, primary_key=True, autoincrement=False),
    Column("soort", Text, nullable=False, comment="aangevraagd, ongewijzigd, te_wijzigen or nieuw"),
    Column("referentie_aanbieder", Text, nullable=False),
    Column("toewijzing_nummer", BigInteger, nullable=True),
    Column("product_categorie", Text, nullable=True),
    Column("product_code", Text, nullable=True),
    Column("ingangsdatum", Date, nullable=True, comment="ToewijzingIngangsdatum or GewensteIngangsdatum"),
    Column("einddatum", Date, nullable=True),
    Column("volume", BigInteger, nullable=True),
    Column("eenheid", Text, nullable=True),
    Column("frequentie", Text, nullable=True),
    Column("budget", BigInteger, nullable=True, comment="eurocents"),
    comment="the products of a verzoek, in the order of its message",
    info={"append_only": True},
)

Table(
    "beslissingen",
    METADATA,
    Column("beslissing_id", Uuid, primary_key=True),
    Column("verzoek_id", Uuid, ForeignKey("verzoeken.bericht_id"), nullable=False),
    Column("versie", Integer, nullable=False, comment="of the verzoek that the decider saw"),
    Column("invoer_sha256", LargeBinary, nullable=False, comment="the same decision again gets the first answer"),
    Column("besluit", Text, nullable=False, comment="toekennen, onderzoek or afwijzen"),
    Column("door", Text, nullable=False),
    Column("bericht_ids", ARRAY(Uuid), nullable=False, comment="the messages it sent, in order"),
    Column("toewijzing_nummers", ARRAY(BigInteger), nullable=False, comment="new or changed by it"),
    _vastgelegd_op(),
    Index("uq_beslissingen_versie", "verzoek_id", "versie", unique=True),
    comment="who decided what here, on behalf of the gemeente",
    info={"append_only": True},
)

Table(
    "verzonden",
    METADATA,
    Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), primary_key=True),
    Column("beslissing_id", Uuid, ForeignKey("beslissingen.beslissing_id"), nullable=False),
    comment="the messages that were made here, each with its decision, which cannot go while they stand here",
    info={"append_only": True},
)

Table(
    "regie",
    METADATA,
    Column("regie_id", BigInteger, Identity(always=True), primary_key=True),
    Column("domein", Text, nullable=False),
    Column("gemeente", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    Column("client", Text, nullable=False, comment="pseudonym"),
    Column("onderwerp", Text, nullable=False, comment="toewijzingnummer, or categorie/code/begindatum (taakgericht)"),
    Column("toewijzing_nummer", BigInteger, nullable=True, comment="none for taakgericht"),
    Column("toestand", Text, nullable=False, comment="geen-start, gestart, tijdelijk-gestopt or gestopt"),
    Column("volgnummer", Integer, nullable=False, comment="of the last row in aanleveringen"),
    Column("product_categorie", Text, nullable=True, comment="of the latest start in force"),
    Column("product_code", Text, nullable=True),
    Column("begindatum", Date, nullable=True),
    Column("reden_beeindiging", Text, nullable=True, comment="of the last stop in force on that start"),
    Column("einddatum", Date, nullable=True),
    Column("gewijzigd_op", DateTime(timezone=True), nullable=False),
    Index("uq_regie_onderwerp", "domein", "gemeente", "aanbieder", "client", "onderwerp", unique=True),
    Index("uq_regie_toewijzing_nummer", *_SLEUTEL, unique=True),
    Index("ix_regie_gemeente", "domein", "gemeente", "regie_id", postgresql_where=text("toewijzing_nummer IS NULL")),
    Index(
        "ix_regie_aanbieder",
        "domein",
        "aanbieder",
        "gemeente",
        "regie_id",
        postgresql_where=text("toewijzing_nummer IS NULL"),
    ),
    comment="how far delivery is per toewijzing, or taakgericht per Product and Begindatum (IV096)",
)

Table(
    "aanleveringen",
    METADATA,
    Column("regie_id", BigInteger, ForeignKey("regie.regie_id"), primary_key=True, autoincrement=False),
    Column("volgnummer", Integer, primary_key=True, autoincrement=False, comment="order in which they were handled"),
    Column("soort", Text, nullable=False, comment="start or stop"),
    Column("status_aanlevering", Text, nullable=False, comment="3 takes the earlier one with this key back"),
    Column("product_categorie", Text, nullable=True),
    Column("product_code", Text, nullable=True),
    Column("toewijzing_ingangsdatum", Date, nullable=True),
    Column("begindatum", Date, nullable=False),
    Column("reden_beeindiging", Text, nullable=True),
    Column("einddatum", Date, nullable=True),
    _bericht(),
    _vastgelegd_op(),
    Index("ix_aanleveringen_bericht_id", "bericht_id"),
    comment="every StartProduct and StopProduct ever accepted",
    info={"append_only": True},
)

Table(
    "productlijsten",
    METADATA,
    Column("domein", Text, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("versie", Integer, nullable=False),
    _vastgelegd_op(),
    comment="which version of a gemeente's own product codes counts, as matching said last",
)

Table(
    "productlijst_regels",
    METADATA,
    Column("domein", Text, primary_key=True),
    Column("gemeente", Text, primary_key=True),
    Column("versie", Integer, primary_key=True, autoincrement=False),
    Column("categorie", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("geldig_van", Date, primary_key=True),
    Column("geldig_tot", Date, nullable=True),
    comment="the codes of that version (TR381), and for a moment those of one that is still coming in",
)

Table(
    "termijnen",
    METADATA,
    Column("bericht_id", Uuid, ForeignKey("berichten.bericht_id"), primary_key=True, comment="that it starts with"),
    Column("soort", Text, primary_key=True, comment="ijw.termijnen.Soort, but those that other tables hold"),
    Column("onderwerp", Text, primary_key=True, comment="ReferentieAanbieder, or onderwerp of regie; else empty"),
    Column("volgnummer", Integer, primary_key=True, autoincrement=False, comment="of aanleveringen; else 0"),
    Column("domein", Text, nullable=False),
    Column("gemeente", Text, nullable=False),
    Column("aanbieder", Text, nullable=False),
    Column("wie", Text, nullable=False, comment="party that must act"),
    Column("aan", Text, nullable=False, comment="party it owes that to"),
    Column("begin", Date, nullable=False, comment="day 0"),
    Column("uiterlijk_op", Date, nullable=False, comment="last day on which it is in time"),
    Column("voldaan_op", DateTime(timezone=True), nullable=True),
    _bericht("voldaan_door", nullable=True),
    CheckConstraint("(voldaan_op IS NULL) = (voldaan_door IS NULL)", name="voldaan"),
    Index("ix_termijnen_open", "uiterlijk_op", postgresql_where=text("voldaan_op IS NULL")),
    Index("ix_termijnen_soort", "soort", "uiterlijk_op"),
    Index("ix_termijnen_gemeente", "gemeente", "uiterlijk_op"),
    Index("ix_termijnen_aanbieder", "aanbieder", "uiterlijk_op"),
    comment="until when parties have for what they owe each other, and when they did it",
)

Table(
    "gebruik",
    METADATA,
    *_sleutel(),
    Column("aantal_toegekend", Integer, nullable=False),
    Column(
        "volgnummer",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="of the event that said so, in matching's outbox: an older one that comes late changes nothing",
    ),
    # The number first, which tells rows apart: one is looked up for every prestatie that is awarded.
    PrimaryKeyConstraint("toewijzing_nummer", "gemeente", "domein"),
    comment="awarded, uncredited debet prestaties per toewijzing (TR385), as matching counts them",
)
