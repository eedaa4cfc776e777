"""One broker that asks who comes: by password over TLS, by client certificate, and with a certificate that expired."""

import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

from services.cli.proces import free_port
from services.platform.kafka.rechten import GROUP, TOPIC, Right
from services.platform.local_kafka.broker import EmbeddedKafka
from services.platform.local_kafka.config import Cluster, Extra
from services.platform.poorten import HOST
from services.platform.settings import Settings
from tests.kafka.beveiligd.certificaten import Authority
from tests.kafka.bus.conftest import database, databases, postgres, workers

__all__ = ["database", "databases", "postgres", "workers"]

USERS = ("allocation", "invoice", "matching", "ledger", "niemand")
PASSWORD = "een-wachtwoord-dat-nergens-mag-staan"

_LISTENERS = """
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller},PASSWORD://{host}:{p},CERT://{host}:{c},OLD://{host}:{o}
advertised.listeners=BROKER://{host}:{port},PASSWORD://{host}:{p},CERT://{host}:{c},OLD://{host}:{o}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,PASSWORD:SASL_SSL,CERT:SSL,OLD:SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.password.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.cert.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={store}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.old.ssl.keystore.type=PEM
listener.name.old.ssl.keystore.location={old_store}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
# The brokers themselves, and the test that arranges things, come in where nobody is asked.
super.users=User:ANONYMOUS
"""


@dataclass
class Secured:
    """That broker, and how to come in."""

    kafka: EmbeddedKafka
    authority: Authority
    ports: dict[str, int]
    folder: Path

    def settings(self, door: str, prefix: str, data: Path, **changes: object) -> Settings:
        """Settings to come in by ``password`` or ``cert``; ``old`` has the certificate that expired."""
        values: dict[str, object] = {
            "data": data,
            "kafka_bootstrap": f"{HOST}:{self.ports[door]}",
            "kafka_topic_prefix": prefix,
            "kafka_ca_file": self.authority.file,
            "kafka_send_seconds": 10,
        }
        return Settings(**(values | changes))  # type: ignore[arg-type]

    def user(self, name: str, password: str = PASSWORD) -> dict[str, object]:
        """What the settings need for a user with a password."""
        file = self.folder / f"wachtwoord-{name}-{abs(hash(password))}"
        file.write_text(f"{password}\n")
        return {"kafka_sasl_mechanism": "SCRAM-SHA-512", "kafka_user": name, "kafka_password_file": file}

    def certificate(self, name: str) -> dict[str, object]:
        """What the settings need for a client certificate."""
        certificate, key = self.authority.issue(name)
        return {"kafka_cert_file": certificate, "kafka_key_file": key}

    async def allow(self, principal: str, rights: list[Right]) -> None:
        """Let somebody do these things."""
        kinds, operations = {TOPIC: 2, GROUP: 3}, {"Read": 3, "Write": 4, "Create": 5, "Alter": 7}
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka.bootstrap_servers)
        await admin.start()
        try:
            for right in rights:
                answer = await admin._send_request(
                    CreateAclsRequest(
                        kinds[right.resource], right.name, 3, principal, "*", operations[right.operation], 3
                    )
                )
                assert [code for code, _ in answer.creation_responses] == [0], answer
        finally:
            await admin.close()


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """It takes its time to start, so there is one."""
    folder = tmp_path_factory.mktemp("certificaten")
    authority = Authority(folder, "eigen-ca")
    authority.issue("broker")
    authority.issue("verlopen", days=-1)
    ports = {door: free_port() for door in ("password", "cert", "old")}

    def properties(cluster: Cluster, number: int) -> str:
        own = cluster.ports[number - 1]
        return _LISTENERS.format(
            host=HOST, port=own.client, controller=own.controller, store=authority.store("broker"), ca=authority.file,
            old_store=authority.store("verlopen"), p=ports["password"], c=ports["cert"], o=ports["old"],
        )  # fmt: skip

    words = [word for user in USERS for word in ("-S", f"SCRAM-SHA-512=[name={user},password={PASSWORD}]")]
    with tempfile.TemporaryDirectory(prefix="happyflow beveiligd ") as base:
        kafka = EmbeddedKafka(Path(base) / "kafka", extra=Extra(properties, tuple(words)))
        kafka.start()
        yield Secured(kafka, authority, ports, folder)
        kafka.kill()


@pytest.fixture
def prefix() -> str:
    """Before the names of a test's own topics."""
    return f"test.{secrets.token_hex(4)}."
