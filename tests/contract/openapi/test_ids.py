"""An answered id has the type of an asked one: generated clients have classes for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from mitmach.services import SERVICES

# What the directory calls somebody, and a digest that stands for one where nobody is named.
OTHERS = {"PersonRecordView.external_id", "ErasureView.id"}
# Echoed as they were sent, whatever that was.
ECHOED = {"SeenReportView.post_id"}
# How far a stream has come: no id of a thing, whatever server-sent events call it.
POSITIONS = {"LiveEventView.id"}


def answered_ids(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in document["components"]["schemas"].items():
        for field, kind in schema.get("properties", {}).items():
            place = f"{name}.{field}"
            is_id = field == "id" or field.endswith(("_id", "_ids"))
            if is_id and name.endswith("View") and place not in ECHOED | POSITIONS | OTHERS:
                yield place, kind


def innermost(kind: dict[str, Any]) -> dict[str, Any]:
    """Of a list its items, of what may be null the rest."""
    if "items" in kind:
        return innermost(kind["items"])
    for choice in kind.get("anyOf", ()):
        if choice != {"type": "null"}:
            return innermost(choice)
    return kind


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_an_answered_id_is_a_uuid_as_the_asked_one_is(service: Any) -> None:
    document = service.openapi()
    found = dict(answered_ids(document))
    assert len(found) >= 5
    assert [place for place, kind in found.items() if innermost(kind).get("format") != "uuid"] == []
