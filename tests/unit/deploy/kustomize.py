"""As much of kustomize as deploy/ uses: resources, images, generated ConfigMaps, JSON patches, a namespace.

What is used and not known here is an error, so that a test never judges what a cluster would not get.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from services.platform.settings import ROOT
from tests.leesyaml import lees

Object = dict[str, Any]

FOLDER = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("ontwikkel", "productie")
_KNOWN = {"apiVersion", "kind", "resources", "configMapGenerator", "namespace", "images", "patches"}
_CLUSTER_WIDE = {"Namespace"}


@dataclass
class Built:
    """What `kustomize build` gives, but for the hashes behind names of generated ConfigMaps."""

    objects: list[Object] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Object]:
        """All of a kind, by name."""
        return {item["metadata"]["name"]: item for item in self.objects if item["kind"] == kind}

    def pods(self) -> dict[str, Object]:
        """The pod specs, by the name of what makes the pods."""
        return {name: template["spec"] for name, template in self.templates().items()}

    def templates(self) -> dict[str, Object]:
        """The pod templates, labels included, by the name of what makes the pods."""
        found = {}
        for item in self.objects:
            if item["kind"] in {"Deployment", "StatefulSet", "Job"}:
                found[item["metadata"]["name"]] = item["spec"]["template"]
            elif item["kind"] == "CronJob":
                found[item["metadata"]["name"]] = item["spec"]["jobTemplate"]["spec"]["template"]
        return found

    def environment(self, container: Object) -> dict[str, str]:
        """What a container gets, with what its ConfigMaps hold; its own comes last and wins."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            found |= self.of("ConfigMap")[source["configMapRef"]["name"]]["data"]
        return found | {item["name"]: item["value"] for item in container.get("env", ())}


def containers(pod: Object) -> Iterator[Object]:
    """Those that run first and those that stay."""
    yield from pod.get("initContainers", ())
    yield from pod["containers"]


def build(folder: Path) -> Built:
    """The objects of a kustomization and of all it is made of."""
    kustomization = lees((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    assert set(kustomization) <= _KNOWN, set(kustomization) - _KNOWN
    built = Built()
    for resource in kustomization.get("resources", ()):
        path = folder / resource
        if path.is_dir():
            built.objects += build(path.resolve()).objects
        else:
            assert path.parent == folder, f"{path}: kustomize reads no file outside its own folder"
            built.objects += [item for item in yaml.safe_load_all(path.read_text(encoding="utf-8")) if item]
    for generator in kustomization.get("configMapGenerator", ()):
        _generate(folder, built, generator)
    for patch in kustomization.get("patches", ()):
        _patch(built, patch)
    for image in kustomization.get("images", ()):
        _rename(built, image)
    if namespace := kustomization.get("namespace"):
        for item in built.objects:
            if item["kind"] not in _CLUSTER_WIDE:
                item["metadata"]["namespace"] = namespace
    names = [(item["kind"], item["metadata"]["name"]) for item in built.objects]
    assert len(names) == len(set(names)), "an object stands there twice"
    return built


def _generate(folder: Path, built: Built, generator: Object) -> None:
    assert set(generator) <= {"name", "files", "envs", "behavior"}, generator
    data: dict[str, str] = {}
    for name in generator.get("files", ()):
        data[Path(name).name] = (folder / name).read_text(encoding="utf-8")
    for name in generator.get("envs", ()):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        data |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    existing = built.of("ConfigMap").get(generator["name"])
    if generator.get("behavior") == "merge":
        assert existing is not None, generator
        existing["data"] |= data
    else:
        assert existing is None, generator
        metadata = {"name": generator["name"]}
        built.objects.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def _patch(built: Built, patch: Object) -> None:
    assert set(patch) == {"target", "patch"}
    assert set(patch["target"]) <= {"kind", "name"}
    wanted = patch["target"].get("name")
    targets = [item for name, item in built.of(patch["target"]["kind"]).items() if wanted in {None, name}]
    assert targets, patch["target"]
    for operation in yaml.safe_load(patch["patch"]):
        for target in targets:
            _apply(target, operation)


def _apply(target: Object, operation: Object) -> None:
    *way, last = [part.replace("~1", "/") for part in operation["path"].removeprefix("/").split("/")]
    place: Any = target
    for part in way:
        place = place[int(part)] if isinstance(place, list) else place[part]
    assert isinstance(place, dict)
    assert operation["op"] in {"add", "replace"}
    assert operation["op"] == "add" or last in place, operation
    place[last] = deepcopy(operation["value"])


def _rename(built: Built, image: Object) -> None:
    assert set(image) == {"name", "newName", "newTag"}
    for pod in built.pods().values():
        for container in containers(pod):
            if container["image"].split(":")[0] == image["name"]:
                container["image"] = f"{image['newName']}:{image['newTag']}"
