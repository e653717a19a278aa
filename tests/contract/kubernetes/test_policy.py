"""No workload of an overlay breaks a rule of ours; one that does is noticed."""

import copy
from collections.abc import Callable

import pytest

from tests.contract.kubernetes.policy import violations
from tests.support.manifests import OVERLAYS, Object, pod_of, rendered, stored

GOOD = next(one for _, one in stored() if one["kind"] == "Deployment")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_workload_breaks_a_rule(overlay: str) -> None:
    found = {one["metadata"]["name"]: violations(one) for one in rendered(overlay)}
    assert {name: faults for name, faults in found.items() if faults} == {}


def container(pod: Object) -> Object:
    first: Object = pod["containers"][0]
    return first


PLANTED: dict[str, Callable[[Object], object]] = {
    "has no version": lambda pod: container(pod).update(image="mitmach:latest"),
    "has no version: registry:5000/mitmach": lambda pod: container(pod).update(
        image="registry:5000/mitmach"
    ),
    "has no limits of memory": lambda pod: container(pod)["resources"]["limits"].pop("memory"),
    "has no requests of cpu": lambda pod: container(pod)["resources"].pop("requests"),
    "may get more rights": lambda pod: container(pod)["securityContext"].update(privileged=True),
    "keeps capabilities": lambda pod: container(pod)["securityContext"].update(
        capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]}
    ),
    "runs as root": lambda pod: container(pod)["securityContext"].update(runAsUser=0),
    "can write to its image": lambda pod: container(pod)["securityContext"].pop(
        "readOnlyRootFilesystem"
    ),
    "may run as root": lambda pod: pod["securityContext"].pop("runAsNonRoot"),
    "may use every system call": lambda pod: pod["securityContext"].pop("seccompProfile"),
    "gets a token": lambda pod: pod.pop("automountServiceAccountToken"),
    "shares its node: hostNetwork": lambda pod: pod.update(hostNetwork=True),
    "sees a folder of its node": lambda pod: pod["volumes"].append(
        {"name": "socket", "hostPath": {"path": "/var/run"}}
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_noticed(fault: str) -> None:
    bad = copy.deepcopy(GOOD)
    bad["spec"]["template"]["spec"]["containers"][0]["image"] = "mitmach:0.1.0"
    assert violations(bad) == []
    pod = pod_of(bad)
    assert pod is not None
    PLANTED[fault](pod)
    assert any(fault in one for one in violations(bad))
