"""Problems in the OpenAPI document: each operation has a type of its own for what it can refuse.

Its `type` is the enumeration of the problems of that operation, so a client that decides by it is
told by its compiler of a case that it forgot, or that can't happen. One for all statuses: a type
has one status everywhere, and clients see the refusals of an operation as one.
"""

import re
from collections.abc import Iterable
from typing import Any

from shared.contract.errors import OutcomeUnknown, Overloaded, Refusal
from shared.web.http.problems import MEDIA_TYPE, type_of
from shared.web.identity import TokenInvalid

_REFERENCE = "#/components/schemas/"


def name_problems(
    operation: dict[str, Any], schemas: dict[str, Any], *, more: Iterable[str]
) -> None:
    """Gives an operation its own schema of problems, and its answers that schema.

    Args:
        operation: With the examples of all its problems; its answers are changed.
        schemas: The components of the document; the new schema is added.
        more: Slugs of problems that have no example, since they are finer kinds of one that has.
    """
    contents = [
        answer["content"][MEDIA_TYPE]
        for answer in operation["responses"].values()
        if MEDIA_TYPE in answer.get("content", {})
    ]
    slugs = {slug for content in contents for slug in content["examples"]} | set(more)
    words = re.split(r"[_\W]+", operation["operationId"])
    name = "".join(word.capitalize() for word in words) + "Problem"
    schemas[name] = {
        "title": name,
        "description": f"What `{operation['operationId']}` can refuse",
        "allOf": [
            {"$ref": f"{_REFERENCE}Problem"},
            {
                "type": "object",
                "properties": {"type": {"type": "string", "enum": sorted(map(type_of, slugs))}},
                "required": ["type"],
            },
        ],
    }
    for content in contents:
        content["schema"] = {"$ref": _REFERENCE + name}


def finer_problems(*, guarded: bool, writes: bool) -> list[str]:
    """Slugs of what is answered under the heading of a general problem.

    Args:
        guarded: The operation needs a token: what may be wrong with one is told in detail.
        writes: It is committed.
    """
    kinds: list[type[Refusal]] = []
    if guarded:
        kinds += TokenInvalid.__subclasses__()
    if guarded and writes:
        kinds += [Overloaded, OutcomeUnknown]
    return [kind.slug for kind in kinds]
