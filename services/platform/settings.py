"""Settings from the environment (``HAPPYFLOW_...``); the defaults run everything on one machine."""

from pathlib import Path

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
    host: str = "127.0.0.1"
    port: int = 8080
    pool_size: int = Field(default=10, description="database connections per service")
    pool_wait_seconds: float = Field(default=5.0, description="how long a request waits for a connection")
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
    gateway_url: str | None = Field(default=None, description="where the other services are reached; unset: here")
    oin: str = Field(default="00000000000000000000", description="OIN in the CloudEvents source")
    issuer: str = Field(default="urn:happyflow:lokaal", description="iss of accepted tokens")
    audience: str = "happyflow"
    jwks_url: str | None = Field(default=None, description="keys of the OIDC issuer; unset: the local key")
    log_level: str = "INFO"

    @property
    def releases(self) -> Releasebron:
        """Where the releases of the standard are."""
        return Releasebron(self.ijw_releases, self.ijw_schemas)

    @property
    def keys(self) -> Path:
        """Folder with the keys that must not stand in the database."""
        return self.data / "sleutels"

    @property
    def base_url(self) -> str:
        """Where the single process listens."""
        return f"http://{self.host}:{self.port}"
