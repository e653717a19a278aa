"""What we let a workload be: our own rules, beyond what Kubernetes' schemas and profiles want."""

from collections.abc import Iterator

from tests.support.manifests import Object, pod_of

_OWN_IMAGE = "mitmach:"
_OF_THE_NODE = ("hostNetwork", "hostPID", "hostIPC")


def violations(workload: Object) -> list[str]:
    """What is wrong with a workload, a sentence each; nothing for an object without a pod."""
    pod = pod_of(workload)
    if pod is None:
        return []
    found = list(_of_pod(pod))
    for one in (*pod["containers"], *pod.get("initContainers", ())):
        found += [f"{one['name']}: {fault}" for fault in _of_container(one)]
    return found


def _of_pod(pod: Object) -> Iterator[str]:
    security = pod.get("securityContext", {})
    if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
        yield "may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "may use every system call"
    if pod.get("automountServiceAccountToken") is not False:
        yield "gets a token of the cluster's API"
    if pod.get("enableServiceLinks") is not False:
        yield "gets the addresses of all services in its environment"
    for name in _OF_THE_NODE:
        if pod.get(name):
            yield f"shares its node: {name}"
    for volume in pod.get("volumes", ()):
        if "hostPath" in volume:
            yield f"sees a folder of its node: {volume['name']}"


def _of_container(container: Object) -> Iterator[str]:
    image, _, tag = container["image"].rpartition(":")
    if "@sha256:" not in container["image"] and (not image or "/" in tag or tag == "latest"):
        yield f"its image has no version: {container['image']}"
    resources = container.get("resources", {})
    for kind in ("requests", "limits"):
        for what in sorted({"cpu", "memory"} - resources.get(kind, {}).keys()):
            yield f"has no {kind} of {what}"
    security = container.get("securityContext", {})
    if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
        yield "may get more rights"
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "keeps capabilities"
    if security.get("runAsUser") == 0 or security.get("runAsNonRoot") is False:
        yield "runs as root"
    own = container["image"].startswith(_OWN_IMAGE)
    if own and security.get("readOnlyRootFilesystem") is not True:
        yield "can write to its image"
