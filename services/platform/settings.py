"""Settings from the environment (``HAPPYFLOW_...``); the defaults run everything on one machine."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.platform.releases import Releasebron

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: where schemas/ stands."""

SERVICES = ("allocation", "invoice", "matching", "ledger")


class StartError(RuntimeError):
    """Something that a process needs is not there; the text says what, for whoever starts it."""


class Settings(BaseSettings):
    """One value per environment variable, for example ``HAPPYFLOW_PORT=9000``."""

    model_config = SettingsConfigDict(env_prefix="HAPPYFLOW_", env_file=None, extra="ignore")

    data: Path = Field(default=ROOT / ".data", description="folder for the embedded database and the local keys")
    database_url: str | None = Field(
        default=None,
        description="postgresql://user@host/db of one's own PostgreSQL; unset: the embedded one under `data`",
    )
    database_password_folder: Path | None = Field(
        default=None,
        description="folder with the password of each database role in a file of its name; set: services log in as"
        " their own role and leave the tables to `happyflow migrate`",
    )
    keys_folder: Path | None = Field(
        default=None, description="folder with keys made elsewhere; unset: `data`/sleutels, made at the first start"
    )
    host: str = "127.0.0.1"
    port: int = 8080
    pool_size: int = Field(default=10, description="database connections per service")
    pool_wait_seconds: float = Field(default=5.0, description="how long a request waits for a connection")
    database_command_seconds: float = Field(default=120.0, gt=0, description="how long one statement may take")
    database_wait_seconds: float = Field(default=30.0, description="how long a start waits for the database")
    workers: int = Field(default=2, description="processes that parse XML")
    worker_memory_mb: int = Field(default=2048, description="address space of one such process")
    worker_timeout_seconds: float = 120.0
    max_body_bytes: int = Field(default=25 * 1024 * 1024, description="the sector's limit on a message (OP179)")
    max_json_bytes: int = Field(default=16 * 1024 * 1024, description="the limit on any other request")
    max_buffered_bytes: int = Field(default=256 * 1024 * 1024, description="bodies of all requests in progress")
    max_requests: int = Field(default=500, description="requests in progress; more get 503")
    ijw_releases: Path = Field(default=ROOT / "schemas" / "releases.csv", description="the releases of the standard")
    ijw_schemas: Path | None = Field(default=None, description="folder with the XSDs of a release, in place of ours")
    codelists: Path = ROOT / "schemas" / "codelists"
    trusted_proxies: str = Field(
        default="127.0.0.1", description="addresses or networks of proxies whose X-Forwarded-Proto counts"
    )
    gateway_url: str | None = Field(default=None, description="where the other services are reached; unset: here")
    oin: str = Field(default="00000000000000000000", description="OIN in the CloudEvents source")
    issuer: str = Field(default="urn:happyflow:lokaal", description="iss of accepted tokens")
    audience: str = "happyflow"
    jwks_url: str | None = Field(default=None, description="keys of the OIDC issuer; unset: the local key")
    log_level: str = "INFO"
    kafka_bootstrap: str = Field(
        default="",
        description="host:port,host:port of Apache Kafka; empty: events are read from the outboxes themselves",
    )
    kafka_topic_prefix: str = Field(
        default="", pattern=r"^[a-zA-Z0-9._-]{0,100}$", description="before the name of each topic and group"
    )
    kafka_create_topics: bool = Field(default=True, description="make topics that are missing")
    kafka_replication_factor: int = Field(default=1, ge=1, description="copies of each event; three in production")
    kafka_min_insync: int = Field(default=1, ge=1, description="copies that must exist before an event counts as sent")
    kafka_retention_hours: int = Field(default=168, ge=1, description="how long Kafka keeps events; the outbox has all")
    kafka_compression: Literal["lz4", "gzip", "none"] = "lz4"
    kafka_send_seconds: float = Field(default=30.0, gt=0, description="how long a batch may take to be stored by Kafka")
    kafka_session_seconds: float = Field(
        default=20.0, ge=6, description="silence after which a consumer counts as dead and others take its partitions"
    )
    kafka_tls: bool = Field(default=False, description="TLS to Kafka; a CA or client certificate switches it on too")
    kafka_ca_file: Path | None = Field(
        default=None, description="who signs the brokers' certificates; unset: the system's"
    )
    kafka_cert_file: Path | None = Field(default=None, description="our client certificate")
    kafka_key_file: Path | None = Field(default=None, description="its private key; unset: in the same file")
    kafka_sasl_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = ""
    kafka_user: str = ""
    kafka_password_file: Path | None = Field(default=None, description="file with the password of `kafka_user`")

    @property
    def releases(self) -> Releasebron:
        """Where the releases of the standard are."""
        return Releasebron(self.ijw_releases, self.ijw_schemas)

    @property
    def keys(self) -> Path:
        """Folder with the keys that must not stand in the database."""
        return self.keys_folder or self.data / "sleutels"

    @property
    def makes_keys(self) -> bool:
        """Whether keys that are missing are made: never those that several processes must share."""
        return self.keys_folder is None

    @property
    def base_url(self) -> str:
        """Where the single process listens."""
        return f"http://{self.host}:{self.port}"
