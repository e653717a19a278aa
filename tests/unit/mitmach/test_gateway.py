"""One address for several APIs."""

import httpx
import pytest
from fastapi import FastAPI

from mitmach.gateway import Gateway
from shared.runtime.health import Health
from shared.runtime.telemetry import Telemetry


class _Web:
    def __init__(self) -> None:
        self.health = Health()


def api(name: str) -> FastAPI:
    app = FastAPI(title=name)
    app.state.web = _Web()

    @app.get("/{path:path}")
    async def echo(path: str) -> str:
        return f"{name} answers /{path}"

    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    gateway = Gateway(
        {"posts": api("posts"), "groups": api("groups"), "metrics": api("metrics")},
        {"posts": ["/v1/posts"], "groups": ["/v1", "/v1/people"], "metrics": ["/v1/posts/top"]},
        others={"posts-relay": Health()},
        telemetry=Telemetry("test"),
    )
    transport = httpx.ASGITransport(app=gateway)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8000")


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/posts", "posts"),
        ("/v1/posts/1/comments", "posts"),
        ("/v1/posts:batch", "posts"),
        ("/v1/posts/top", "metrics"),
        ("/v1/posts/topics", "posts"),
        ("/v1/postscript", "groups"),
        ("/v1/people:batch", "groups"),
    ],
)
async def test_the_longest_start_that_ends_a_segment_decides(
    client: httpx.AsyncClient, path: str, service: str
) -> None:
    answer = await client.get(path)

    assert answer.json() == f"{service} answers {path}"


async def test_what_concerns_all_is_answered_here(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200
    assert "python_info" in (await client.get("/metrics")).text


async def test_the_first_page_is_found_wherever_a_proxy_has_put_it(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/")).headers["location"] == "board"


async def test_metrics_are_for_this_machine_only(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"x-forwarded-for": "10.0.0.7"})
    assert answer.status_code == 401
    assert "python_info" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/elsewhere", 404, "route-missing"),
        ("GET", "/health/live/", 404, "route-missing"),
        ("GET", "/openapi/nothing.json", 404, "route-missing"),
        ("POST", "/health/live", 405, "method-not-allowed"),
    ],
)
async def test_what_isnt_there_is_answered_with_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, slug: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert "location" not in answer.headers
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["type"] == f"urn:mitmach:problem:{slug}"


@pytest.mark.parametrize("path", ["/", "/health/live", "/health/ready", "/metrics"])
async def test_head_answers_as_get_does(client: httpx.AsyncClient, path: str) -> None:
    get, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.keys() == get.headers.keys()
