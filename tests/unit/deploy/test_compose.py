"""docker-compose.yml: valid for Docker Compose, shut wherever it can be, and with no secret in it."""

import re
import subprocess
import sys
from typing import Any

import pytest

from services.cli.samenstelling import all_services
from services.platform.settings import ROOT
from services.platform.settings import SERVICES as NAMES
from tests.leesyaml import lees
from tests.unit.deploy.compose import COMPOSE, PATH, SERVICES

JOBS = {"migraties", "topics", "beheer", "herstel"}
OURS = {*NAMES, *JOBS}


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.tls.yml"])
def test_it_is_a_compose_file(name: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    good = subprocess.run([*command, ROOT / name], capture_output=True, text=True, check=False)
    assert good.returncode == 0, good.stdout


def test_what_is_no_compose_file_would_be_seen(tmp_path: Any) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(PATH.read_text(encoding="utf-8").replace("healthcheck:", "healthchek:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", wrong]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


def test_everything_is_there() -> None:
    assert set(NAMES) <= set(SERVICES)
    assert {"postgres", "kafka", "migraties", "topics", "gateway", "prometheus", "grafana"} <= set(SERVICES)
    assert all(SERVICES[name]["command"] == ["up", name] for name in NAMES)
    assert SERVICES["migraties"]["command"] == ["migrate"]
    assert SERVICES["topics"]["command"] == ["kafka", "topics", "--maak"]
    # Any number of copies: nothing in a service that only one can have.
    assert not [name for name in NAMES if {"ports", "container_name", "volumes", "hostname"} & set(SERVICES[name])]
    assert all("replicas" in SERVICES[name]["deploy"] for name in NAMES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert {"memory", "cpus"} <= set(service["deploy"]["resources"]["limits"])
    restart = {"beheer": "no", "herstel": "no", "migraties": "on-failure:5", "topics": "on-failure:5"}
    assert service["restart"] == restart.get(name, "unless-stopped")
    assert not {"privileged", "pid", "ipc", "network_mode", "cap_add", "devices"} & set(service)
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", ()))
    mounted = [volume for volume in service.get("volumes", ()) if str(volume).startswith("./")]
    assert all(volume.endswith(":ro") for volume in mounted)
    assert name in OURS or name == "jaeger" or "healthcheck" in service, "ours have theirs in the image"


def test_only_the_gateway_is_there_for_others_and_only_on_loopback_unless_told_otherwise() -> None:
    published = {name: port for name, service in SERVICES.items() for port in service.get("ports", ())}
    assert set(published) == {"gateway", "prometheus", "grafana", "jaeger"}
    assert published.pop("gateway") == "${HAPPYFLOW_ADRES:-127.0.0.1}:${HAPPYFLOW_POORT:-8080}:8080"
    assert all(port.startswith("127.0.0.1:") for port in published.values())


def test_who_is_on_a_network_with_whom() -> None:
    on = {network: {n for n, s in SERVICES.items() if network in s["networks"]} for network in COMPOSE["networks"]}
    assert on == {
        "front": {"gateway", *NAMES},
        "back": {"postgres", "kafka", *NAMES, *JOBS},
        "meting": {"prometheus", "grafana", "jaeger", *NAMES},
        "beheer": {"prometheus", "grafana", "jaeger"},
    }
    internal = {name for name, network in COMPOSE["networks"].items() if (network or {}).get("internal")}
    assert internal == {"back", "meting"}


def test_each_container_gets_its_own_secrets_and_no_other() -> None:
    for service in all_services():
        own = {"happyflow_bus", f"happyflow_{service.name}", "token.pem"}
        own |= {"pseudoniem.key", "opslag-1.key"} if service.opens_messages else set()
        assert set(SERVICES[service.name]["secrets"]) == own
    roles = {"happyflow_bus", *(f"happyflow_{name}" for name in NAMES)}
    others = {name: set(s["secrets"]) for name, s in SERVICES.items() if "secrets" in s and name not in NAMES}
    # Who looks at everything may change no table.
    keys = {"pseudoniem.key", "opslag-1.key", "token.pem"}
    assert others.pop("beheer") == roles | keys
    # Who makes a service's tables anew must.
    assert others.pop("herstel") == {"beheerder"} | roles | keys
    assert SERVICES["beheer"]["profiles"] == SERVICES["herstel"]["profiles"] == ["beheer"]
    assert others == {"postgres": {"beheerder"}, "migraties": {"beheerder", *roles}, "grafana": {"grafana"}}
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./deploy/geheimen/{name}"}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/geheimen/", ".env"} <= set(ignored)


def test_the_script_makes_every_secret_that_is_named(tmp_path: Any) -> None:
    subprocess.run([ROOT / "deploy" / "geheimen.sh", tmp_path], check=True, capture_output=True)
    assert {path.name for path in tmp_path.iterdir()} == set(COMPOSE["secrets"])


def test_no_value_of_a_secret_stands_in_it() -> None:
    secretive = re.compile(r"(?i)password|passwd|secret|token|_key")
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            assert not secretive.search(variable) or str(value).startswith("/run/secrets"), (name, variable)
            assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), (name, variable)


def test_what_is_mounted_is_there() -> None:
    for document in (COMPOSE, lees((ROOT / "docker-compose.tls.yml").read_text(encoding="utf-8"))):
        for name, service in document["services"].items():
            for volume in service.get("volumes", ()):
                source = volume.split(":")[0]
                if source.startswith("."):
                    assert (ROOT / source).exists(), (name, source)
                else:
                    assert source in COMPOSE["volumes"], (name, source)


def test_services_start_after_what_they_need() -> None:
    for name in NAMES:
        assert {k: v["condition"] for k, v in SERVICES[name]["depends_on"].items()} == {
            "migraties": "service_completed_successfully",
            "topics": "service_completed_successfully",
            "postgres": "service_healthy",
            "kafka": "service_healthy",
        }
    assert {v["condition"] for v in SERVICES["gateway"]["depends_on"].values()} == {"service_healthy"}
    assert set(SERVICES["gateway"]["depends_on"]) == set(NAMES)


def test_prometheus_asks_every_copy_of_every_service() -> None:
    prometheus = lees((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    jobs = {job["job_name"]: job for job in prometheus["scrape_configs"]}
    for name in NAMES:
        job = jobs[f"happyflow-{name}"]
        (found,) = job["dns_sd_configs"]
        assert (job["metrics_path"], found["names"], found["port"]) == (f"/{name}/metrics", [name], 8080)
    mounts = dict(volume.split(":")[:2] for volume in SERVICES["prometheus"]["volumes"])
    assert prometheus["rule_files"] == [mounts["./deploy/prometheus/alerts.yml"]]
    assert f"--config.file={mounts['./deploy/prometheus/prometheus.yml']}" in SERVICES["prometheus"]["command"]


def test_grafana_finds_the_dashboards_and_prometheus() -> None:
    mounts = dict(volume.split(":")[:2] for volume in SERVICES["grafana"]["volumes"])
    provisioning = ROOT / "deploy" / "grafana" / "provisioning"
    (provider,) = lees((provisioning / "dashboards.yml").read_text(encoding="utf-8"))["providers"]
    assert provider["options"]["path"] == mounts["./deploy/grafana/dashboards"]
    (source,) = lees((provisioning / "datasources.yml").read_text(encoding="utf-8"))["datasources"]
    assert source["url"] == "http://prometheus:9090"
    for name in ("dashboards", "datasources"):
        assert mounts[f"./deploy/grafana/provisioning/{name}.yml"].startswith(f"/etc/grafana/provisioning/{name}/")
