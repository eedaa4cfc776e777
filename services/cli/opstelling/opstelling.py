"""One PostgreSQL, one Apache Kafka and any number of copies of each service, every one a process of its own."""

import asyncio
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, overload

import psutil

from services.cli.opstelling.poort import Luisteraar, Poort
from services.cli.proces import Kopie, free_port
from services.cli.samenstelling import DATABASE
from services.platform.auth import LocalIssuer, Rol
from services.platform.clock import SystemClock
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.migrations import create_database
from services.platform.postgres import EmbeddedPostgres
from services.platform.settings import SERVICES, Settings

K = TypeVar("K", bound=Kopie)

_READY_SECONDS = 300.0
"""Of all copies together, on a machine that has other things to do as well."""

_ZUINIG = {"HAPPYFLOW_WORKERS": "1", "HAPPYFLOW_POOL_SIZE": "4"}
"""What makes many copies fit on one machine; PostgreSQL has 120 connections for all of them."""


class Opstelling:
    """Everything with its data under ``folder``. Its methods block: call them in a thread beside an event loop.

    ``kafka`` is somebody else's, which is started when it does not run and not stopped; without it this has its
    own, of ``brokers``. ``omgeving`` is for every copy; one of them can have its own in ``Kopie.omgeving``.
    """

    def __init__(
        self,
        folder: Path,
        kopieen: int = 2,
        *,
        kafka: EmbeddedKafka | None = None,
        brokers: int = 1,
        port: int | None = None,
        omgeving: Mapping[str, str] | None = None,
        antwoord_seconden: float = 60.0,
    ) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.kafka = kafka or EmbeddedKafka(folder / "kafka", brokers)
        self.omgeving = {**_ZUINIG, **(omgeving or {})}
        self.kopieen: dict[str, list[Kopie]] = {service: [] for service in SERVICES}
        self.aantal = kopieen
        """Copies of each service that ``start`` sees to."""
        self._own_kafka = kafka is None
        self._prefix = "" if kafka is None else f"{secrets.token_hex(4)}."
        self._port = port or free_port()
        self._poort = Luisteraar(Poort(self.adressen, antwoord_seconden), self._port)
        self._issuer: LocalIssuer | None = None

    @property
    def dsn(self) -> str:
        """The connection string of the database's owner."""
        return self.postgres.dsn(DATABASE)

    @property
    def url(self) -> str:
        """The one address of all services."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def settings(self) -> Settings:
        """Those of a program beside the copies, such as ``happyflow check``; Kafka must have been started once."""
        return Settings(
            data=self.folder,
            port=self._port,
            database_url=self.dsn,
            kafka_bootstrap=self.kafka.bootstrap_servers,
            kafka_topic_prefix=self._prefix,
            pool_size=4,
        )

    def variabelen(self) -> dict[str, str]:
        """``settings`` as environment variables, for a program that is started beside the copies."""
        return {
            **self.omgeving,
            "HAPPYFLOW_DATA": str(self.folder),
            "HAPPYFLOW_DATABASE_URL": self.dsn,
            "HAPPYFLOW_HOST": "127.0.0.1",
            "HAPPYFLOW_PORT": str(self._port),
            "HAPPYFLOW_GATEWAY_URL": self.url,
            "HAPPYFLOW_KAFKA_BOOTSTRAP": self.kafka.bootstrap_servers,
            "HAPPYFLOW_KAFKA_TOPIC_PREFIX": self._prefix,
        }

    def start(self) -> None:
        """Start everything and wait until all copies are ready; what fails raises with the end of its log."""
        self.start_basis()
        self.start_kopieen()

    def start_kopieen(self) -> None:
        """Start every copy, after adding those that are missing, and wait until all are ready."""
        for service in SERVICES:
            for _ in range(self.aantal - len(self.kopieen[service])):
                self.voeg_toe(service)
        for kopie in self.alle():
            if not kopie.running:
                kopie.launch()
        self.wacht_tot_gereed()

    def start_basis(self) -> None:
        """Start PostgreSQL with an empty database, Kafka and the gateway."""
        self.postgres.start()
        asyncio.run(create_database(self.postgres.dsn("postgres"), DATABASE))
        self.kafka.start()
        self._poort.start()

    @overload
    def voeg_toe(self, service: str) -> Kopie: ...
    @overload
    def voeg_toe(self, service: str, soort: type[K]) -> K: ...
    def voeg_toe(self, service: str, soort: type[Kopie] = Kopie) -> Kopie:
        """One more copy of a service, still to be started; Kafka must have been started once."""
        naam = f"{service}-{len(self.kopieen[service]) + 1}"
        log = self.logs / f"{naam}.log"
        kopie = soort(naam, (service,), free_port(), log, self.variabelen())
        self.kopieen[service].append(kopie)
        return kopie

    @property
    def running(self) -> bool:
        """Whether anything of it still answers."""
        return any(kopie.running for kopie in self.alle())

    def alle(self) -> Iterator[Kopie]:
        """Every copy, whether it runs or not."""
        for kopieen in self.kopieen.values():
            yield from kopieen

    def adressen(self, service: str) -> list[str]:
        """Where copies of a service are meant to be."""
        return [kopie.url for kopie in self.kopieen.get(service, ())]

    def wacht_tot_gereed(self, seconds: float = _READY_SECONDS) -> None:
        """Until every copy that was started answers; ``ProcesError`` when one does not."""
        for kopie in self.alle():
            if kopie.pid:
                kopie.wait_until_ready(seconds)

    def token(self, rol: Rol, **claims: Any) -> str:
        """A token that every copy accepts."""
        if self._issuer is None:
            self._issuer = LocalIssuer(self.settings.keys, self.settings, SystemClock())
        return self._issuer.mint(rol, **claims)

    def stop(self) -> None:
        """Stop every copy as a supervisor does, then what they stood on; nothing of it is left running."""
        self._poort.stop()
        for kopie in self.alle():
            kopie.resume()
            kopie.signal_stop()
        for kopie in self.alle():
            kopie.wait_until_stopped()
        if self._own_kafka:
            self.kafka.stop()
        self.postgres.stop()

    def laatste_woorden(self, characters: int = 2000) -> str:
        """The end of every log that says something."""
        parts = [f"--- {kopie.naam}\n{tail}" for kopie in self.alle() if (tail := kopie.tail(characters).strip())]
        return "\n".join(parts)


def ruim_op(folder: Path) -> None:
    """Clear away what stands in ``folder``: processes and servers that outlived their starter, and all data."""
    if not folder.exists():
        return
    for process in psutil.process_iter():
        try:
            arguments = process.cmdline()
            ours = "services.cli" in arguments and folder in _data_of(process)
        except psutil.Error:
            continue
        if ours and process.pid != os.getpid():
            for one in [*process.children(recursive=True), process]:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
    if (folder / "kafka").exists():
        EmbeddedKafka(folder / "kafka").kill()
    if (folder / "postgres").exists():
        EmbeddedPostgres(folder / "postgres").stop("immediate")
    shutil.rmtree(folder)


def _data_of(process: psutil.Process) -> list[Path]:
    """The data folder of one of our processes, and those it is in."""
    data = process.environ().get("HAPPYFLOW_DATA")
    return [Path(data), *Path(data).parents] if data else []
