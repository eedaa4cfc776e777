"""The production shape on one machine: PostgreSQL, Apache Kafka and copies of each service behind one address."""

from services.cli.opstelling.opstelling import Opstelling, ruim_op

__all__ = ["Opstelling", "ruim_op"]
