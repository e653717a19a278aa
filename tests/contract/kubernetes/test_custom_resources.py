"""What we ask of operators fits their own definitions, and a typing error would be noticed."""

import copy
from collections.abc import Callable

import pytest

from tests.contract.kubernetes.custom_resources import FITS, judged_by_models, judged_by_strimzi
from tests.support.manifests import OVERLAYS, Object, rendered, stored

# A field of each kind whose type can be wrong.
KINDS = {
    "keda.sh": {"ScaledObject": "maxReplicaCount", "TriggerAuthentication": "secretTargetRef"},
    "monitoring.coreos.com": {"ServiceMonitor": "endpoints", "PrometheusRule": "groups"},
    "kafka.strimzi.io": {
        "Kafka": "entityOperator",
        "KafkaNodePool": "replicas",
        "KafkaTopic": "partitions",
        "KafkaUser": "authorization",
    },
}


def of_groups(groups: list[str]) -> list[Object]:
    """All that is stored, and what overlays make of it."""
    everything = [one for _, one in stored()]
    everything += [one for overlay in OVERLAYS for one in rendered(overlay)]
    return [one for one in everything if one["apiVersion"].split("/")[0] in groups]


# Starting a judge takes seconds, so each is asked once.
@pytest.mark.parametrize(
    ("judged", "groups"),
    [
        pytest.param(judged_by_models, ["keda.sh", "monitoring.coreos.com"], id="models"),
        pytest.param(
            judged_by_strimzi, ["kafka.strimzi.io"], id="strimzi", marks=pytest.mark.tools
        ),
    ],
)
def test_objects_fit_the_operators_definitions_and_planted_faults_do_not(
    judged: Callable[[list[Object]], list[str]], groups: list[str]
) -> None:
    ours = of_groups(groups)
    kinds = {one["kind"]: one for one in ours}
    fields = {kind: field for group in groups for kind, field in KINDS[group].items()}
    assert kinds.keys() == fields.keys()
    unknown, mistyped = [], []
    for kind, field in fields.items():
        unknown.append(copy.deepcopy(kinds[kind]))
        unknown[-1]["spec"]["invented"] = True
        mistyped.append(copy.deepcopy(kinds[kind]))
        assert field in mistyped[-1]["spec"]
        mistyped[-1]["spec"][field] = "a few"

    said = judged([*ours, *unknown, *mistyped])

    assert [line for line in said[: len(ours)] if line != FITS] == []
    for one, line in zip(unknown, said[len(ours) :], strict=False):
        assert line.startswith(one["kind"])
        assert "invented" in line
    for one, line in zip(mistyped, said[len(ours) + len(unknown) :], strict=True):
        assert line.startswith(one["kind"])
