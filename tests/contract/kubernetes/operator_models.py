"""Holds objects of KEDA and of the Prometheus operator against the models of their schemas.

A program for the environment of requirements/tools.txt: objects as JSON in, a line for each out.
"""

import json
import sys
from typing import Any

from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as prometheus
from pydantic import ValidationError

MODELS = {"keda.sh/v1alpha1": keda, "monitoring.coreos.com/v1": prometheus}


def faults(given: dict[str, Any]) -> list[str]:
    """What is wrong, or unknown: a model drops what it doesn't know."""
    name = f"{given['kind']} {given['metadata']['name']}"
    model = getattr(MODELS[given["apiVersion"]], given["kind"])
    try:
        kept = model.model_validate(given).model_dump(
            by_alias=True, exclude_unset=True, mode="json"
        )
    except ValidationError as error:
        return [f"{name}: {one['msg']} at {one['loc']}" for one in error.errors()]
    return [f"{name}: {path} is unknown" for path in lost(given, kept, "")]


def lost(given: Any, kept: Any, path: str) -> list[str]:
    """Paths of what is given and wasn't kept."""
    if isinstance(given, dict) and isinstance(kept, dict):
        return [
            where
            for key, value in given.items()
            for where in (
                lost(value, kept[key], f"{path}/{key}") if key in kept else [f"{path}/{key}"]
            )
        ]
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        pairs = enumerate(zip(given, kept, strict=True))
        return [where for i, (one, its) in pairs for where in lost(one, its, f"{path}/{i}")]
    return [] if given == kept else [path]


if __name__ == "__main__":
    for one in json.load(sys.stdin):
        print("; ".join(faults(one)).replace("\n", " ") or "fits")  # noqa: T201 - a program's answer
