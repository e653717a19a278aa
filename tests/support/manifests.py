"""The manifests in k8s/: as files, and as `kubectl kustomize` renders an overlay."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "k8s"
OVERLAYS = ("dev", "production", "strimzi")
_BUILDS_FILES = {"Kustomization", "Component"}
# The same as the safe loader, ten times as fast where the C library is there.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Object = dict[str, Any]


@cache
def stored() -> tuple[tuple[Path, Object], ...]:
    """Every object that is written down in a file, base, components and overlays."""
    return tuple(
        (file, manifest)
        for file in sorted(FOLDER.rglob("*.yaml"))
        for manifest in yaml.load_all(file.read_text(), LOADER)
        if manifest and manifest["kind"] not in _BUILDS_FILES
    )


@cache
def rendered(overlay: str) -> tuple[Object, ...]:
    """What an overlay comes to; the test is skipped where kubectl isn't installed."""
    return kustomized(FOLDER / "overlays" / overlay)


def kustomized(folder: Path) -> tuple[Object, ...]:
    """What the kustomization of a folder comes to."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl isn't installed, so overlays aren't rendered")
    done = subprocess.run(
        [kubectl, "kustomize", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tuple(manifest for manifest in yaml.load_all(done.stdout, LOADER) if manifest)


def pod_of(manifest: Object) -> Object | None:
    """The pod's spec in a workload, None in anything else."""
    if manifest["kind"] in {"Deployment", "StatefulSet", "Job"}:
        pod: Object = manifest["spec"]["template"]["spec"]
        return pod
    if manifest["kind"] == "CronJob":
        scheduled: Object = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        return scheduled
    return None
