"""A process: the port, the help, and an end in order, over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.runtime.health import Health
from shared.runtime.process import Part, Stopped, bind, port_of, run_role, running, serve, side_app
from shared.runtime.settings import ServiceSettings, load
from shared.runtime.telemetry import Telemetry
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, Recorder, client_of, make_web_context, notes_app
from tooling.servers.http import NO_TLS


def settings_of(**values: Any) -> ServiceSettings:
    defaults: dict[str, Any] = {"pseudonym_key": "x" * 20, "http_port": 0, "http_grace": 5}
    return load(ServiceSettings, **(defaults | values))


@asynccontextmanager
async def served(app: FastAPI, stop: asyncio.Event) -> AsyncIterator[str]:
    settings = settings_of()
    listening = bind(settings)
    ready = asyncio.Event()
    serving = asyncio.create_task(serve(app, settings, listening, stop, ready=ready))
    try:
        await asyncio.wait_for(ready.wait(), 10)
        yield f"http://127.0.0.1:{port_of(listening)}"
    finally:
        stop.set()
        await serving
        listening.close()


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Stopped, match="MITMACH_HTTP_PORT"):
            bind(settings_of(http_port=other.getsockname()[1]))


async def test_so_is_one_that_another_process_took_at_the_same_moment() -> None:
    settings, stop = settings_of(), asyncio.Event()
    with bind(settings) as ours, bind(settings_of(http_port=port_of(ours))) as theirs:
        theirs.listen()
        with pytest.raises(Stopped, match="MITMACH_HTTP_PORT"):
            await serve(FastAPI(), settings, ours, stop)


async def test_a_running_request_is_finished_before_the_process_ends() -> None:
    class Slow(Recorder):
        async def execute(self, command: Any, **options: Any) -> Any:
            busy.set()
            await go_on.wait()
            return await super().execute(command, **options)

    busy, go_on, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    web = make_web_context(Slow())
    async with served(notes_app(web), stop) as address, httpx.AsyncClient(verify=NO_TLS) as client:
        request = client.put(
            f"{address}/v1/notes/{NOTE_ID}/star",
            json={"kind": "gold"},
            headers={"authorization": f"Bearer {token_of('anna')}"},
        )
        answering = asyncio.create_task(request)
        await busy.wait()
        stop.set()
        await asyncio.wait_for(web.closing.wait(), 5)
        go_on.set()
        assert (await answering).status_code == 200


async def test_a_chunked_body_without_a_length_is_bounded_over_a_real_socket() -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 1024

    app, stop = notes_app(make_web_context()), asyncio.Event()
    async with served(app, stop) as address, httpx.AsyncClient(verify=NO_TLS) as client:
        headers = {
            "authorization": f"Bearer {token_of('anna')}",
            "content-type": "application/json",
        }
        for method, path in (("POST", "/v1/notes"), ("PUT", f"/v1/notes/{NOTE_ID}/star")):
            answer = await client.request(
                method, f"{address}{path}", content=endless(), headers=headers
            )
            assert answer.status_code == 413
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_part_that_fails_ends_the_process() -> None:
    async def fail() -> None:
        raise ValueError

    stop = asyncio.Event()
    async with running(Part("relay", fail), stop) as work:
        await asyncio.wait_for(stop.wait(), 5)
    assert isinstance(work.exception(), ValueError)


async def test_a_part_is_cancelled_at_the_end() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async with running(Part("relay", work), asyncio.Event()):
        await asyncio.sleep(0)
    assert ended.is_set()


async def test_a_part_without_an_api_answers_probes_and_metrics() -> None:
    health = Health()
    async with client_of(side_app(Telemetry("relay"), health, settings_of())) as client:
        assert (await client.get("/health/live")).json() == {"status": "ok", "checks": {}}
        health.unready("lease", "lost")
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert answer.json() == {"status": "failing", "checks": {"lease": "lost"}}
        assert "process_cpu_seconds_total" in (await client.get("/metrics")).text
        head = await client.head("/health/live")
        assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/elsewhere", 404, "route-missing"),
        ("GET", "/health/live/", 404, "route-missing"),
        ("DELETE", "/metrics", 405, "method-not-allowed"),
    ],
)
async def test_a_part_without_an_api_answers_with_problems_too(
    method: str, path: str, status: int, slug: str
) -> None:
    async with client_of(side_app(Telemetry("relay"), Health(), settings_of())) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["type"] == f"urn:mitmach:problem:{slug}"
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD"


def test_the_help_lists_roles_and_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_role("notes", ServiceSettings, arguments=["--help"], api=None, relay=None)  # type: ignore[arg-type]
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert "{api,relay}" in text
    assert "MITMACH_MONGODB_URL" in text


def test_a_missing_setting_ends_the_process_with_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MITMACH_PSEUDONYM_KEY", raising=False)
    with pytest.raises(SystemExit) as ended:
        run_role("notes", ServiceSettings, arguments=["api"], api=None)  # type: ignore[arg-type]
    assert ended.value.code == 2
    assert "MITMACH_PSEUDONYM_KEY is missing" in capsys.readouterr().err
