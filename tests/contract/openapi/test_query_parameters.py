"""Every route of every service refuses parameters that its document doesn't name, and no others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mitmach.services import SERVICES
from shared.web.http.app import ServiceApp
from tests.contract.access.access_routes import service_apps
from tests.support.identity import make_verifier, token_of
from tests.support.web import client_of

ID = "01900000-0000-7000-8000-000000000001"


def operations(app: ServiceApp) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and document of everything that needs a token."""
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            if path.startswith("/v1/"):
                yield method.upper(), path, operation


def filled(path: str) -> str:
    return "/".join(
        ID + part.partition("}")[2] if "{" in part else part for part in path.split("/")
    )


@pytest.mark.parametrize("name", [service.name for service in SERVICES])
async def test_a_parameter_that_the_document_doesnt_name_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = service_apps(monkeypatch)[name]
    app.web = replace(app.web, verifier=make_verifier())
    asked = 0
    async with client_of(app, token_of("anna", roles=["admin"])) as client:
        for method, path, operation in operations(app):
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
            body: dict[str, Any] = {"json": {}} if "requestBody" in operation else {}
            answer = await client.request(method, filled(path) + "?invented=1", **body)
            assert answer.status_code == 422, (method, path, answer.text)
            (error,) = answer.json()["errors"]
            assert error["field"] == "invented"
            _, _, known = error["message"].partition("known are: ")
            assert set(filter(None, known.split(", "))) == named, (method, path)
            asked += 1
    assert asked > 5


@pytest.mark.parametrize("name", [service.name for service in SERVICES])
async def test_a_second_value_is_refused_where_the_document_names_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = service_apps(monkeypatch)[name]
    app.web = replace(app.web, verifier=make_verifier())
    async with client_of(app, token_of("anna", roles=["admin"])) as client:
        for method, path, operation in operations(app):
            for one in operation.get("parameters", ()):
                if one["in"] != "query" or one["schema"].get("type") == "array":
                    continue
                query = f"?{one['name']}=1&{one['name']}=2"
                answer = await client.request(method, filled(path) + query)
                assert answer.status_code == 422, (method, path, answer.text)
                assert answer.json()["errors"] == [
                    {"field": one["name"], "message": "Sent more than once; it has one value"}
                ]
