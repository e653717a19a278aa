"""A real API server takes every overlay, and refuses a pod that is allowed too much.

`make k8s-test KUBECTL="kubectl --context ..."` runs it against any cluster; nothing but the
namespace `mitmach` is made there, everything else is a dry run on the server.
"""

import copy
import os
import shlex
import subprocess

import pytest
import yaml

from tests.support.manifests import OVERLAYS, Object, pod_of, rendered

KUBECTL = shlex.split(os.environ.get("MITMACH_KUBECTL", ""))
# What isn't built in is checked where the operator's definitions are installed.
BUILT_IN = {"v1", "apps/v1", "batch/v1", "policy/v1", "autoscaling/v2", "networking.k8s.io/v1"}

pytestmark = pytest.mark.skipif(not KUBECTL, reason="`make k8s-test` runs these")


def kubectl(*arguments: str, given: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [*KUBECTL, *arguments], input=given, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def dry_run(*objects: Object) -> tuple[int, str]:
    return kubectl(
        "apply", "--server-side", "--dry-run=server", "-f", "-", given=yaml.safe_dump_all(objects)
    )


@pytest.fixture(scope="module", autouse=True)
def namespace() -> None:
    for one in rendered("production"):
        if one["kind"] == "Namespace":
            code, said = kubectl("apply", "-f", "-", given=yaml.safe_dump(one))
            assert code == 0, said


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_server_takes_the_overlay(overlay: str) -> None:
    objects = [one for one in rendered(overlay) if one["apiVersion"] in BUILT_IN]
    code, said = dry_run(*objects)
    assert code == 0, said
    assert "would violate" not in said


def pod(one: Object) -> Object:
    """A workload's pod by itself: of a workload the server would only warn."""
    spec = copy.deepcopy(pod_of(one))
    assert spec is not None
    spec.pop("restartPolicy", None)
    mounted = [claim["metadata"]["name"] for claim in one["spec"].get("volumeClaimTemplates", ())]
    spec["volumes"] = [
        *spec.get("volumes", ()),
        *({"name": name, "emptyDir": {}} for name in mounted),
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": one["metadata"]["name"], "namespace": "mitmach"},
        "spec": spec,
    }


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_is_admitted(overlay: str) -> None:
    pods = [pod(one) for one in rendered(overlay) if pod_of(one) is not None]
    assert len(pods) > 10
    code, said = dry_run(*pods)
    assert code == 0, said


@pytest.mark.parametrize(
    "too_much",
    [
        {"privileged": True},
        {"allowPrivilegeEscalation": True},
        {"capabilities": {"add": ["NET_ADMIN"]}},
        {"runAsUser": 0},
    ],
    ids=lambda one: next(iter(one)),
)
def test_a_pod_that_is_allowed_too_much_is_refused(too_much: Object) -> None:
    bad = pod(next(one for one in rendered("production") if one["kind"] == "Deployment"))
    bad["spec"]["containers"][0]["securityContext"] |= too_much
    code, said = dry_run(bad)
    assert code != 0
    assert 'violates PodSecurity "restricted' in said or "Invalid" in said
