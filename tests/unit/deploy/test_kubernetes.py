"""deploy/kubernetes: valid for Kubernetes, shut wherever it can be, and with only what each pod needs."""

import re
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from services.platform.events import PARTITIONS
from services.platform.settings import ROOT, SERVICES
from tests.unit.deploy import compose
from tests.unit.deploy.kustomize import FOLDER, OVERLAYS, Built, Object, build, containers

BUILT = {overlay: build(FOLDER / "overlays" / overlay) for overlay in OVERLAYS}
OURS = {*SERVICES, "gateway", "migraties", "controle"}


@pytest.fixture(params=OVERLAYS)
def built(request: pytest.FixtureRequest) -> Built:
    return BUILT[request.param]


def test_every_object_is_one_that_kubernetes_knows(built: Built) -> None:
    for item in built.objects:
        kubernetes_validate.validate(item, "1.37", strict=True)
    assert len(built.objects) > 35


@pytest.mark.parametrize("kind", ["Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget", "CronJob"])
def test_what_is_new_in_kubernetes_is_known_to_the_oldest_that_we_name(kind: str) -> None:
    for item in list(BUILT["productie"].of(kind).values())[:2]:
        kubernetes_validate.validate(item, "1.32", strict=True)
    assert "version 1.32 or newer" in (ROOT / "docs" / "uitrol.md").read_text(encoding="utf-8")


def test_an_object_that_it_does_not_know_would_be_seen(built: Built) -> None:
    wrong = deepcopy(built.of("Deployment")["ledger"])
    wrong["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_each_service_has_all_that_a_service_has(built: Built) -> None:
    for kind in ("ServiceAccount", "Service", "Deployment", "PodDisruptionBudget", "HorizontalPodAutoscaler"):
        assert set(SERVICES) <= set(built.of(kind)), kind


def test_the_four_are_the_same_but_for_their_name_and_what_messages_cost() -> None:
    apart = re.compile(
        r".*(?:HAPPYFLOW_(?:WORKER|MAX_BUFFERED|GATEWAY)|happyflow-sleutels|memory:|#).*\n",
    )
    texts = {
        apart.sub("", re.sub(rf"\b{name}\b", "x", (FOLDER / "base" / f"{name}.yaml").read_text(encoding="utf-8")))
        for name in SERVICES
    }
    assert len(texts) == 1


def test_every_pod_is_shut(built: Built) -> None:
    for name, pod in built.pods().items():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        assert not any("hostPath" in volume for volume in pod.get("volumes", ())), name
        for container in containers(pod):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]), name
            assert "memory" in container["resources"]["limits"], name
    (namespace,) = built.of("Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert namespace["metadata"]["name"] == built.of("Deployment")["ledger"]["metadata"]["namespace"]


def test_a_service_s_account_may_nothing(built: Built) -> None:
    accounts = built.of("ServiceAccount")
    assert set(accounts) == OURS
    assert all(account["automountServiceAccountToken"] is False for account in accounts.values())
    assert all(built.pods()[name]["serviceAccountName"] == name for name in OURS)
    assert not {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"} & {o["kind"] for o in built.objects}


def secrets_of(pod: Object) -> dict[str, bool]:
    """Names of the Secrets a pod mounts, and whether it must have them."""
    found = {}
    for volume in pod["volumes"]:
        for source in volume.get("projected", {}).get("sources", ()):
            if "secret" in source:
                found[source["secret"]["name"]] = not source["secret"].get("optional", False)
    return found


def test_each_service_gets_its_own_secrets_and_no_other(built: Built) -> None:
    from services.cli.samenstelling import all_services

    for service in all_services():
        own = {f"happyflow-database-{service.name}": True}
        own |= {"happyflow-token": False, f"happyflow-kafka-{service.name}": False}
        own |= {"happyflow-sleutels": True} if service.opens_messages else {}
        assert secrets_of(built.pods()[service.name]) == own
    assert secrets_of(built.pods()["migraties"]) == {
        "happyflow-database-beheer": True,
        "happyflow-kafka-beheer": False,
    }
    # Nobody who looks may change a table.
    assert secrets_of(built.pods()["controle"]) == {
        **{f"happyflow-database-{name}": True for name in SERVICES},
        "happyflow-sleutels": True,
        "happyflow-token": False,
    }
    for pod in built.pods().values():
        for container in containers(pod):
            assert all("value" in item and "valueFrom" not in item for item in container.get("env", ()))
    assert built.of("Secret") == {}


def test_the_secrets_are_made_with_those_names_and_keys(tmp_path: Path) -> None:
    """With the script, and a kubectl that only writes down what it is asked."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/gevraagd\n')
    kubectl.chmod(0o755)
    script = FOLDER / "geheimen.sh"
    made = tmp_path / "geheimen"
    subprocess.run([FOLDER.parent / "geheimen.sh", made], check=True, capture_output=True)
    environment = {"KUBECTL": str(kubectl), "PATH": "/usr/bin:/bin", "TOKENS": "lokaal"}
    subprocess.run([script, made], check=True, capture_output=True, env=environment)
    asked = [line.split() for line in (tmp_path / "gevraagd").read_text().splitlines() if line.startswith("create")]
    keys = {
        words[3]: {word.removeprefix("--from-file=") for word in words if word.startswith("--from-file=")}
        for words in asked
    }
    for pod in BUILT["productie"].pods().values():
        for name, needed in secrets_of(pod).items():
            assert not needed or name in keys
    assert all(keys[f"happyflow-database-{s}"] == {"happyflow_bus", f"happyflow_{s}"} for s in SERVICES)
    assert keys["happyflow-database-beheer"] == {
        "beheerder",
        "happyflow_bus",
        *(f"happyflow_{service}" for service in SERVICES),
    }
    assert keys["happyflow-sleutels"] == {"pseudoniem.key", "opslag-1.key"}
    assert keys["happyflow-token"] == {"token.pem"}
    (made / "happyflow_ledger").unlink()
    assert subprocess.run([script, made], check=False, capture_output=True, env=environment).returncode == 1


def test_no_file_of_a_pod_comes_from_two_secrets(built: Built) -> None:
    keys = {f"happyflow-database-{name}": ["happyflow_bus", f"happyflow_{name}"] for name in SERVICES}
    for name, pod in built.pods().items():
        files: list[str] = []
        for volume in pod["volumes"]:
            for source in volume.get("projected", {}).get("sources", ()):
                secret = source.get("secret", {})
                items = [item["path"] for item in secret.get("items", ())]
                files += items or keys.get(secret.get("name"), [])
        assert len(files) == len(set(files)), name
        if name == "controle":
            assert set(files) == {"happyflow_bus", *(f"happyflow_{service}" for service in SERVICES)}


def test_what_a_pod_refers_to_is_there(built: Built) -> None:
    maps = set(built.of("ConfigMap"))
    for name, pod in built.pods().items():
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        claims = built.of("StatefulSet").get(name, {}).get("spec", {}).get("volumeClaimTemplates", ())
        known = set(volumes) | {claim["metadata"]["name"] for claim in claims}
        assert {volume["configMap"]["name"] for volume in volumes.values() if "configMap" in volume} <= maps
        for container in containers(pod):
            assert {mount["name"] for mount in container["volumeMounts"]} <= known, name
            named = {port["name"] for port in container.get("ports", ())}
            probes = [container[probe] for probe in container if probe.endswith("Probe")]
            asked = [probe.get("httpGet", probe.get("tcpSocket")) for probe in probes]
            assert {item["port"] for item in asked if item} <= named, name
            assert {source["configMapRef"]["name"] for source in container.get("envFrom", ())} <= maps
    for name, service in built.of("Service").items():
        labels = [template["metadata"]["labels"] for template in built.templates().values()]
        assert any(service["spec"]["selector"].items() <= found.items() for found in labels), name
    for name, scaler in built.of("HorizontalPodAutoscaler").items():
        assert scaler["spec"]["scaleTargetRef"]["name"] == name in built.of("Deployment")
        assert "replicas" not in built.of("Deployment")[name]["spec"], "two would say how many there are"
        assert scaler["spec"]["minReplicas"] <= scaler["spec"]["maxReplicas"] <= PARTITIONS
    for name, budget in built.of("PodDisruptionBudget").items():
        template = built.of("Deployment")[name]["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["selector"]["matchLabels"].items() <= template.items()


def test_in_production_there_is_always_one_more_than_may_go(built: Built) -> None:
    production = BUILT["productie"]
    for name in SERVICES:
        assert production.of("HorizontalPodAutoscaler")[name]["spec"]["minReplicas"] >= 2
        assert production.of("PodDisruptionBudget")[name]["spec"]["maxUnavailable"] == 1
        rolling = production.of("Deployment")[name]["spec"]["strategy"]["rollingUpdate"]
        assert rolling == {"maxSurge": 1, "maxUnavailable": 0}
    environment = production.environment(production.pods()["ledger"]["containers"][0])
    assert int(environment["HAPPYFLOW_KAFKA_REPLICATION_FACTOR"]) == 3
    assert int(environment["HAPPYFLOW_KAFKA_MIN_INSYNC"]) == 2
    assert environment["HAPPYFLOW_JWKS_URL"].startswith("https://")
    assert "sslmode=verify-full" in environment["HAPPYFLOW_DATABASE_URL"]
    ingress = production.of("Ingress")["gateway"]["spec"]
    assert [rule["host"] for rule in ingress["rules"]] == ingress["tls"][0]["hosts"]


def test_the_migration_reaches_the_same_database_as_the_services(built: Built) -> None:
    tables, topics = containers(built.pods()["migraties"])
    assert (tables["args"], topics["args"]) == (["migrate"], ["kafka", "topics", "--maak"])
    administrator = built.environment(tables)["HAPPYFLOW_DATABASE_URL"]
    service = built.environment(built.pods()["ledger"]["containers"][0])["HAPPYFLOW_DATABASE_URL"]
    assert administrator.replace("beheerder@", "") == service


# --- who may speak to whom


def peers(policy: Any, direction: str) -> set[tuple[str, int]]:
    """Who and which port, of a policy's rules: labels of pods and namespaces as one string."""
    found = set()
    for rule in policy["spec"].get(direction, ()):
        for peer in rule["from" if direction == "ingress" else "to"]:
            labels = [f"{k}={v}" for part in peer.values() for k, v in part.get("matchLabels", {}).items()]
            who = ",".join(sorted(labels)) if "ipBlock" not in peer else peer["ipBlock"]["cidr"]
            found |= {(who, port["port"]) for port in rule["ports"]}
    return found


FLOWS = {
    "gateway": ({("happyflow.nl/toegang=ingress", 8080)}, {("app.kubernetes.io/component=dienst", 8080)}),
    "diensten": (
        {
            ("app.kubernetes.io/component=gateway", 8080),
            ("app.kubernetes.io/name=prometheus,happyflow.nl/toegang=prometheus", 8080),
        },
        {("happyflow.nl/rol=postgres", 5432), ("happyflow.nl/rol=kafka", 9092), ("happyflow.nl/rol=traces", 4318)},
    ),
    "invoice-vraagt": (set(), {("app.kubernetes.io/name=matching", 8080)}),
    "matching-antwoordt": ({("app.kubernetes.io/name=invoice", 8080)}, set()),
    "migraties": (set(), {("happyflow.nl/rol=postgres", 5432), ("happyflow.nl/rol=kafka", 9092)}),
    "namen": (set(), {("k8s-app=kube-dns,kubernetes.io/metadata.name=kube-system", 53)}),
    "niets": (set(), set()),
    "inloggen": (set(), {("192.0.2.0/24", 443)}),
    "controle": (set(), {("happyflow.nl/rol=postgres", 5432)}),
    "postgres": ({(f"app.kubernetes.io/component={who}", 5432) for who in ("dienst", "migraties", "controle")}, set()),
    "kafka": ({(f"app.kubernetes.io/component={who}", 9092) for who in ("dienst", "migraties")}, set()),
}


def test_nothing_flows_but_what_is_needed(built: Built) -> None:
    for name, policy in built.of("NetworkPolicy").items():
        assert (peers(policy, "ingress"), peers(policy, "egress")) == FLOWS[name], name
    shut = built.of("NetworkPolicy")["niets"]["spec"]
    assert shut == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_only_invoice_asks_another_service_and_only_matching() -> None:
    asking = {}
    for name in SERVICES:
        text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "services" / name).rglob("*.py"))
        asking[name] = set(re.findall(r"context\.http\.\w+\(\s*f?\"/(\w+)/", text))
        assert len(re.findall(r"\.http\b", text)) == len(re.findall(r"context\.http\.\w+\(\s*f?\"/", text)), name
    assert asking == {"allocation": set(), "invoice": {"matching"}, "matching": set(), "ledger": set()}
    in_compose = {name: compose.SERVICES[name]["environment"].get("HAPPYFLOW_GATEWAY_URL") for name in SERVICES}
    assert in_compose == {name: "http://matching:8080" if name == "invoice" else None for name in SERVICES}
    for overlay in BUILT.values():
        urls = {
            n: overlay.environment(overlay.pods()[n]["containers"][0]).get("HAPPYFLOW_GATEWAY_URL") for n in SERVICES
        }
        assert urls == {name: "http://matching:8080" if name == "invoice" else None for name in SERVICES}


# --- what it is scaled and watched by


def test_the_autoscaler_asks_for_a_metric_that_there_is(built: Built) -> None:
    from services.platform.metrics import BUS_LAG

    (rule,) = yaml.safe_load((FOLDER / "prometheus" / "adapter.yaml").read_text(encoding="utf-8"))["externalRules"]
    (metric,) = BUS_LAG.collect()
    assert rule["seriesQuery"] == metric.name
    labels = set(BUS_LAG._labelnames)
    for grouping in re.findall(r"by \(([^)]*)\)", rule["metricsQuery"]):
        assert set(grouping.split(", ")) <= labels
    for name, scaler in built.of("HorizontalPodAutoscaler").items():
        (external,) = (m["external"] for m in scaler["spec"]["metrics"] if m["type"] == "External")
        assert external["metric"] == {"name": rule["name"]["as"], "selector": {"matchLabels": {"service": name}}}
    # The adapter adds the namespace of the autoscaler to every question.
    relabel = scrape()["relabel_configs"]
    assert rule["resources"]["overrides"] == {"namespace": {"resource": "namespace"}}
    assert [r["target_label"] for r in relabel if r["source_labels"] == ["__meta_kubernetes_namespace"]] == [
        "namespace"
    ]
    assert "service" not in {r.get("target_label") for r in relabel}, "the metrics say it themselves"


def scrape() -> Any:
    """The job of a Prometheus in the cluster."""
    (job,) = yaml.safe_load((FOLDER / "prometheus" / "scrape.yaml").read_text(encoding="utf-8"))["scrape_configs"]
    return job


def test_prometheus_finds_every_copy_and_asks_each_for_its_own_metrics(built: Built) -> None:
    job = scrape()
    (namespace,) = built.of("Namespace")
    assert job["kubernetes_sd_configs"] == [{"role": "pod", "namespaces": {"names": [namespace]}}]
    component, port, path, name, *_ = job["relabel_configs"]
    for service in SERVICES:
        template = built.of("Deployment")[service]["spec"]["template"]
        assert template["metadata"]["labels"]["app.kubernetes.io/component"] == component["regex"] == "dienst"
        assert [p["name"] for p in template["spec"]["containers"][0]["ports"]] == [port["regex"]]
        assert template["metadata"]["labels"]["app.kubernetes.io/name"] == service
    assert (path["target_label"], path["replacement"]) == ("__metrics_path__", "/$1/metrics")
    assert (name["target_label"], name["replacement"]) == ("job", "happyflow-$1")
