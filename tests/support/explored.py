"""What a generator of requests is told of the API: what a schema can say."""

import copy
from collections.abc import Mapping
from typing import Any

from shared.delivery.consistency import HEADER


def explored(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without Consistency-Token.

    No schema says which tokens answers have carried. Made up, nearly all of them are refused before
    anything else is looked at, and nothing else would be explored.
    """
    found = copy.deepcopy(dict(document))
    for item in found["paths"].values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [one for one in parameters if one["name"] != HEADER]
    return found
