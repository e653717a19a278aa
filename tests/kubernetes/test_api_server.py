"""A real API server takes every overlay, and refuses a pod that is allowed too much.

`make k8s-test KUBECTL="kubectl --context ..."` runs it against any cluster; nothing but the
namespace `mitmach` is made there, everything else is a dry run on the server. Without a cluster a
server is started where its programs are installed.
"""

import copy
import os
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import yaml

from tests.kubernetes.api_server import NoApiServer, api_server
from tests.support.manifests import OVERLAYS, Object, pod_of, rendered

# What isn't built in is checked where the operator's definitions are installed.
BUILT_IN = {"v1", "apps/v1", "batch/v1", "policy/v1", "autoscaling/v2", "networking.k8s.io/v1"}

pytestmark = pytest.mark.timeout(300)  # the server takes a while to start

Cluster = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Talks to the cluster that was named, or to a server of our own."""
    with ExitStack() as stack:
        command = shlex.split(os.environ.get("MITMACH_KUBECTL", ""))
        if not command:
            try:
                command = stack.enter_context(api_server(tmp_path_factory.mktemp("kubernetes")))
            except NoApiServer as reason:
                pytest.skip(f"no API server: {reason}, and MITMACH_KUBECTL names no cluster")

        def talk(*arguments: str, given: str = "") -> tuple[int, str]:
            done = subprocess.run(
                [*command, *arguments], input=given, capture_output=True, text=True, check=False
            )
            return done.returncode, done.stdout + done.stderr

        yield talk


@pytest.fixture(scope="module")
def dry_run(kubectl: Cluster) -> Cluster:
    """Has the server judge objects in our namespace."""
    for one in rendered("production"):
        if one["kind"] == "Namespace":
            code, said = kubectl("apply", "-f", "-", given=yaml.safe_dump(one))
            assert code == 0, said

    def judge(*objects: Object) -> tuple[int, str]:
        given = yaml.safe_dump_all(objects)
        return kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", given=given)

    return judge


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_server_takes_the_overlay(overlay: str, dry_run: Cluster) -> None:
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
def test_every_pod_is_admitted(overlay: str, dry_run: Cluster) -> None:
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
def test_a_pod_that_is_allowed_too_much_is_refused(too_much: Object, dry_run: Cluster) -> None:
    bad = pod(next(one for one in rendered("production") if one["kind"] == "Deployment"))
    bad["spec"]["containers"][0]["securityContext"] |= too_much
    code, said = dry_run(bad)
    assert code != 0
    assert 'violates PodSecurity "restricted' in said or "Invalid" in said
