"""What compose, Kubernetes and the product must agree on: names of settings, sizes, times, versions, addresses."""

import re
import tomllib
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from services.cli.kafka_rechten import rechten
from services.cli.samenstelling import all_services
from services.platform.app import create_app
from services.platform.auth import Authenticator, LocalIssuer
from services.platform.clock import SystemClock
from services.platform.kafka import client
from services.platform.migrations import role_of
from services.platform.models import service_metadata
from services.platform.server import make_server
from services.platform.service import Context, Service
from services.platform.settings import ROOT, SERVICES, Settings
from services.platform.tracing.export import STOP_SECONDS
from tests.unit.deploy import compose
from tests.unit.deploy.kustomize import FOLDER, OVERLAYS, build, containers

BUILT = {overlay: build(FOLDER / "overlays" / overlay) for overlay in OVERLAYS}
OUR_IMAGE = re.compile(r"(?:.*/)?happyflow:")

BASIS_BYTES = 768 * 1024 * 1024
"""What the process itself may take, with the server its workers are forked from: some 230 MB when it idles, and the
batches of thousands of prestaties."""


def ours() -> Iterator[tuple[str, dict[str, str], int]]:
    """Every container of our image: where it stands, its environment, its limit on memory in bytes."""
    for name, service in compose.SERVICES.items():
        if OUR_IMAGE.match(service["image"]):
            environment = {k: str(v) for k, v in service["environment"].items() if v is not None}
            yield (
                f"compose {name}",
                environment,
                compose.number_of_bytes(service["deploy"]["resources"]["limits"]["memory"]),
            )
    for overlay, built in BUILT.items():
        for pod in built.pods().values():
            for container in containers(pod):
                if OUR_IMAGE.match(container["image"]):
                    yield (
                        f"{overlay} {container['name']}",
                        built.environment(container),
                        compose.number_of_bytes(container["resources"]["limits"]["memory"]),
                    )


def settings_of(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """As the program reads them."""
    with monkeypatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return Settings()


def test_ours_are_all_seen() -> None:
    seen = {where for where, _, _ in ours()}
    for place in ("compose", *OVERLAYS):
        assert {f"{place} {name}" for name in SERVICES} <= seen
    assert {"compose migraties", "compose topics", "productie tabellen", "productie topics"} <= seen


def test_every_variable_is_a_setting_with_a_value_that_it_can_have(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {f"HAPPYFLOW_{name.upper()}" for name in Settings.model_fields} | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    text = compose.PATH.read_text(encoding="utf-8")
    assert set(re.findall(r"^ +(HAPPYFLOW_\w+|OTEL_\w+):", text, re.MULTILINE)) <= known
    for where, environment, _ in ours():
        assert set(environment) <= known, where
        settings = settings_of(environment, monkeypatch)
        client.connection_options(settings.model_copy(update={"kafka_password_file": None, "kafka_ca_file": None,
                                                              "kafka_sasl_mechanism": ""}))  # fmt: skip
        assert settings.database_password_folder is not None, where
        assert not settings.makes_keys, where
        assert not settings.kafka_create_topics, where
        assert settings.kafka_bootstrap, where


def test_the_image_sets_settings_too() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(HAPPYFLOW_\w+)=", dockerfile))
    assert named == {"HAPPYFLOW_HOST", "HAPPYFLOW_PORT", "HAPPYFLOW_DATA"}


def test_a_container_has_memory_for_all_that_its_settings_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    for where, environment, limit in ours():
        if where.split()[1] in {"migraties", "topics", "tabellen"}:
            continue  # They read no message.
        settings = settings_of(environment, monkeypatch)
        workers = settings.workers * settings.worker_memory_mb * 1024 * 1024
        assert limit >= BASIS_BYTES + settings.max_buffered_bytes + workers, where
        assert settings.max_buffered_bytes >= 2 * settings.max_json_bytes, where


def test_the_database_has_a_connection_for_every_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each copy has two pools: its own role's and that of the bus. A few are the administrator's."""
    (allowed,) = re.findall(r"max_connections=(\d+)", " ".join(compose.SERVICES["postgres"]["command"]))
    pools = [2 * settings_of(dict(e), monkeypatch).pool_size for w, e, _ in ours() if w.split()[1] in SERVICES]
    assert 3 * sum(pools[:4]) + 10 <= int(allowed), "three copies of each"
    for overlay in ("ontwikkel", "productie"):
        built = BUILT[overlay]
        most = 0
        for name in SERVICES:
            settings = settings_of(built.environment(built.pods()[name]["containers"][0]), monkeypatch)
            copies = built.of("HorizontalPodAutoscaler")[name]["spec"]["maxReplicas"] + 1  # one more in a roll-out
            most += copies * 2 * settings.pool_size
        (here,) = re.findall(r"max_connections=(\d+)", (FOLDER / "overlays/ontwikkel/postgres.yaml").read_text())
        assert most + 10 <= int(here), f"{overlay}: docs/uitrol.md names this number"
    assert f"max_connections = {here}" in (ROOT / "docs" / "uitrol.md").read_text(encoding="utf-8")


def test_there_is_time_to_stop() -> None:
    """Requests end, then consumers and their clients, then two pools, then traces: one after the other."""
    server = make_server(cast(Any, None), Settings())
    assert server.config.timeout_graceful_shutdown is not None
    pools = 2 * 10
    clients = 2 * (client._CLOSE_SECONDS + client._CANCEL_SECONDS)
    needed = server.config.timeout_graceful_shutdown + clients + pools + STOP_SECONDS
    assert f"bounded\nat {needed:.0f} seconds," in (ROOT / "docs" / "uitrol.md").read_text(encoding="utf-8")
    for name in SERVICES:
        assert compose.seconds(compose.SERVICES[name]["stop_grace_period"]) >= needed
        for built in BUILT.values():
            pod = built.pods()[name]
            pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            assert pod["terminationGracePeriodSeconds"] >= pause + needed


async def test_probes_and_scrapers_ask_what_there_is(tmp_path: Path) -> None:
    import httpx

    def router(_context: Context) -> Any:
        from fastapi import APIRouter

        return APIRouter()

    asked: set[str] = set()
    for built in BUILT.values():
        for name in SERVICES:
            (container,) = built.pods()[name]["containers"]
            probes = {kind: container[kind]["httpGet"]["path"] for kind in container if kind.endswith("Probe")}
            assert set(probes) == {"startupProbe", "livenessProbe", "readinessProbe"}
            assert probes["livenessProbe"] != probes["readinessProbe"], "a database that is gone restarts nothing"
            asked |= set(probes.values())
    asked |= {f"/{name}/metrics" for name in SERVICES}
    settings = Settings(data=tmp_path)
    authenticator = Authenticator(settings, SystemClock(), LocalIssuer(tmp_path, settings, SystemClock()))
    context = cast(Context, SimpleNamespace(settings=settings, database=None))
    for name in SERVICES:
        app = create_app(Service(name, "Proef", service_metadata(), router), context, authenticator)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as http:
            for path in [path for path in asked if path.startswith(f"/{name}/")]:
                assert (await http.get(path)).status_code != 404, path
            assert (await http.get(f"/{name}/health/elders")).status_code == 404


def images() -> dict[str, set[str]]:
    """Every image that is named, by name: its versions."""
    named = {service["image"].replace("${HAPPYFLOW_VERSIE:-0.1.0}", "0.1.0") for service in compose.SERVICES.values()}
    for built in BUILT.values():
        named |= {container["image"] for pod in built.pods().values() for container in containers(pod)}
    found: dict[str, set[str]] = {}
    for image in named:
        name, _, tag = image.rpartition(":")
        found.setdefault(name, set()).add(tag)
    return found


def test_every_image_has_one_version_and_it_is_a_whole_one() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, versions in images().items():
        (version,) = versions
        assert re.fullmatch(r"v?\d+(\.\d+){1,2}(-alpine)?", version), (name, version)
        if OUR_IMAGE.match(f"{name}:"):
            assert version == pyproject["project"]["version"]
    assert {"happyflow", "postgres", "apache/kafka", "nginx", "prom/prometheus", "grafana/grafana"} <= set(images())


def test_kafka_is_the_one_that_the_tests_run_on() -> None:
    pom = ElementTree.parse(ROOT / "deploy" / "kafka" / "pom.xml")
    (version,) = [element.text for element in pom.iter() if element.tag.endswith("kafka.version")]
    assert images()["apache/kafka"] == {version}
    assert next(iter(images()["postgres"])).split(".")[0] == "18"


def test_kafka_gives_its_rights_to_the_users_that_services_log_in_as() -> None:
    (default,) = (p.default for n, p in signature(rechten).parameters.items() if n == "principal")
    for built in BUILT.values():
        for name in SERVICES:
            user = built.environment(built.pods()[name]["containers"][0])["HAPPYFLOW_KAFKA_USER"]
            assert f"User:{user}" == default.replace("{service}", name)


def test_passwords_are_made_for_the_roles_that_there_are() -> None:
    script = (ROOT / "deploy" / "geheimen.sh").read_text(encoding="utf-8")
    (names,) = re.findall(r"for role in ([^;]+);", script)
    assert set(names.split()) == {"beheerder", "grafana", "happyflow_bus", *(role_of(s.name) for s in all_services())}
