"""What is answered for the whole origin, by the one service that does."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import shared
from shared.contract.events.envelope import format_time, seal
from shared.contract.events.posts import PostViewed
from shared.contract.events.registry import EVENT_CLASSES
from shared.web.http import create_app
from shared.web.http.origin import documents_folder
from tests.support.web import client_of, make_web_context, notes_router
from tooling.sample_events import A_MOMENT, sample

ROOT = Path(__file__).resolve().parents[3]
POST = "/schemas/mitmach.post.published/1.json"
DOCUMENTS = ["/openapi.json", "/asyncapi.json", POST, "/schemas/envelope/1.json"]


async def asked(path: str, public_url: str = "", **request: object) -> httpx.Response:
    web = replace(make_web_context(), public_url=public_url)
    app = create_app(web, notes_router(), title="notes", origin=["groups", "notes"])
    async with client_of(app) as client:
        return await client.request("GET", path, **request)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_a_document_is_public_and_what_is_committed(path: str) -> None:
    answer = await asked(path)
    assert answer.status_code == 200
    file = (
        ROOT / "schemas" / path[1:].removeprefix("schemas/").replace("openapi.", "openapi/origin.")
    )
    assert answer.json() == json.loads(file.read_bytes())
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_who_has_a_document_already_isnt_sent_it_again(path: str) -> None:
    answer = await asked(path)
    assert answer.headers["cache-control"].startswith("public")
    tag = answer.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await asked(path, headers={"if-none-match": sent})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == answer.headers["cache-control"]
    assert (await asked(path, headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: f"{kind.type}.{kind.version}")
async def test_the_schema_of_every_event_is_there(kind: type) -> None:
    answer = await asked(f"/schemas/{kind.type}/{kind.version}.json")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["type"] == "object"


@pytest.mark.parametrize(
    "path",
    [
        "/schemas",
        "/schemas/nothing/1.json",
        "/schemas/mitmach.post.published/2.json",
        "/schemas/mitmach.post.published/1",
        "/schemas/openapi/origin.json",
        "/schemas/openapi/posts.json",
        "/schemas/asyncapi.json",
        "/schemas/../pyproject.json",
        "/schemas/%2e%2e/asyncapi.json",
        "/schemas/envelope%2f..%2fenvelope/1.json",
        "/openapi/groups.json",
    ],
)
async def test_nothing_else_is_there(path: str) -> None:
    answer = await asked(path)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:mitmach:problem:route-missing"


async def test_the_document_names_the_public_address() -> None:
    here = await asked("/openapi.json")
    there = await asked("/openapi.json", "https://mitmach.example/in")
    assert here.json()["servers"] == [{"url": "/"}]
    assert there.json()["servers"] == [{"url": "https://mitmach.example/in"}]
    assert there.json()["paths"] == here.json()["paths"]
    assert there.headers["etag"] != here.headers["etag"]


@pytest.mark.parametrize("public_url", ["", "https://mitmach.example/social"])
async def test_a_schema_is_called_what_events_say_in_dataschema(public_url: str) -> None:
    event = seal(
        sample(PostViewed),
        actor=None,
        source="/mitmach/posts/1",
        event_id="1",
        time=format_time(A_MOMENT),
        traceparent=None,
        public_url=public_url,
    )
    schema = (await asked(PostViewed.schema_file, public_url)).json()
    assert schema["$id"] == json.loads(event.body)["dataschema"]
    assert list(schema)[:2] == ["$schema", "$id"]


async def test_one_page_shows_the_document_of_all_and_those_of_each() -> None:
    assert "<title>Mitmach</title>" in (await asked("/docs")).text
    start = (await asked("/docs/start.js")).text
    assert [start.index(f'"{url}"') for url in ("openapi.json", "openapi/groups.json")]


async def test_the_document_of_the_service_itself_is_where_proxies_look_for_it() -> None:
    document = (await asked("/openapi/notes.json")).json()
    assert "/v1/notes" in document["paths"]
    alone = create_app(make_web_context(), notes_router(), title="notes")
    async with client_of(alone) as client:
        for path in ("/openapi.json", "/openapi/notes.json"):
            assert (await client.get(path)).json() == document


def test_documents_are_data_of_the_product_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert documents_folder() == ROOT / "schemas"
    installed = tmp_path / "shared" / "schemas"
    installed.mkdir(parents=True)
    monkeypatch.setattr(shared, "__file__", str(tmp_path / "shared" / "__init__.py"))
    assert documents_folder() == installed
