"""docs/problems.md tells of every problem that can be answered, and each means one thing."""

from collections.abc import Iterator
from typing import Any

from mitmach.services import SERVICES
from tooling.generators import problem_reference


def examples() -> Iterator[dict[str, Any]]:
    """All problems in all documents."""
    for service in SERVICES:
        for item in service.openapi()["paths"].values():
            for operation in item.values():
                for response in operation["responses"].values():
                    content = response.get("content", {}).get("application/problem+json", {})
                    for example in content.get("examples", {}).values():
                        yield example["value"]


def page() -> str:
    return problem_reference.generate()[problem_reference.PATH].decode()


def test_the_page_has_a_row_for_every_documented_problem() -> None:
    there = page()
    missing = {
        one["type"] for one in examples() if f"| `{one['type']}` | {one['title']}" not in there
    }
    assert missing == set()


def test_a_type_has_one_status_and_one_title_in_all_services() -> None:
    meanings: dict[str, set[tuple[int, str]]] = {}
    for one in examples():
        meanings.setdefault(one["type"], set()).add((one["status"], one["title"]))
    assert {kind: found for kind, found in meanings.items() if len(found) > 1} == {}


def test_what_is_answered_without_being_documented_by_each_route_is_there_too() -> None:
    there = page()
    for slug in ("token-forged", "idempotency-key-reused", "cursor-invalid", "overloaded"):
        assert f"`urn:mitmach:problem:{slug}`" in there
    assert "successor-gone" not in there  # of a worker, which answers nobody
