"""Behind one address every operation of every service is answered by the service that has it."""

import re

import pytest

from mitmach.services import SERVICES, Service

# Each service has these for itself; behind one address the gateway answers them.
_OPERATIONS = {"/health/live", "/health/ready", "/metrics"}


def owner(path: str) -> str:
    starts = {start: service.name for service in SERVICES for start in service.all_paths}
    fitting = [start for start in starts if re.match(rf"{re.escape(start)}(?=[/:]|$)", path)]
    return starts[max(fitting, key=len)] if fitting else "nobody"


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_operation_is_reached(service: Service) -> None:
    paths = set(service.openapi()["paths"]) - _OPERATIONS

    assert {path: owner(path) for path in paths} == dict.fromkeys(paths, service.name)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_document_of_every_service_is_reached(service: Service) -> None:
    assert owner(f"/openapi/{service.name}.json") == service.name


def test_what_concerns_the_whole_origin_is_answered_by_one_service() -> None:
    paths = (
        "/docs",
        "/docs/start.js",
        "/openapi.json",
        "/asyncapi.json",
        "/schemas/mitmach.post.published/1.json",
    )
    assert {owner(path) for path in paths} == {"metrics"}


def test_no_operation_id_is_used_twice() -> None:
    ids = [
        operation["operationId"]
        for service in SERVICES
        for path, operations in service.openapi()["paths"].items()
        if path not in _OPERATIONS
        for operation in operations.values()
    ]

    assert len(ids) == len(set(ids))
