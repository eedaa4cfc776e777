"""The production shape on one machine: PostgreSQL, Apache Kafka and copies of each service behind one address."""

from services.cli.opstelling.opstelling import Opstelling, OpstellingError

__all__ = ["Opstelling", "OpstellingError"]
