"""A platform that records acts as the real one does: many at once, once per key, each act once."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from mitmach.importing.recording.api import Api

PROBLEM = "urn:mitmach:problem:"
Refuse = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Received:
    """A request that arrived.

    Attributes:
        path: Its method and path.
        headers: Those of the request.
        body: Its bytes.
    """

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """What it is recorded once for."""
        return self.headers.get("Idempotency-Key", "")

    @property
    def acts(self) -> list[dict[str, Any]]:
        """The acts that it has; none where it is another request."""
        return list(json.loads(self.body)["acts"]) if self.key else []


@dataclass
class FakePlatform:
    """What it was asked, and what it shall answer.

    Attributes:
        received: All requests that arrived, those with faults too.
        recorded: All acts that it has, in the order in which they were recorded.
        accounts: The accounts that were there before, by what the identity provider calls them.
        refuse: Says the slug of the refusal of an act; empty for none.
        faults: What happens to the next requests that write: a status, or "lost", which records and
            doesn't answer.
        tokens: The access tokens that it takes; empty: all.
    """

    received: list[Received] = field(default_factory=list)
    recorded: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    refuse: Refuse = lambda _act: ""
    faults: list[int | str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    address: str = ""
    _answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def asked(self, path: str) -> list[Received]:
        """The requests to a path."""
        return [one for one in self.received if one.path.partition(" ")[2].startswith(path)]

    def batches(self) -> list[Received]:
        """The requests that recorded acts."""
        return self.asked("/v1/history/")

    def operations(self) -> list[str]:
        """What was recorded, by the operations."""
        return [act["act"] for act in self.recorded]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answers as the platform does."""
        body = await request.read()
        path = f"{request.method} {request.path_qs}"
        self.received.append(Received(path, dict(request.headers), body))
        given = request.headers["Authorization"].removeprefix("Bearer ")
        if self.tokens and given not in self.tokens:
            return problem(401, "token-expired", "Sign in again.")
        fault: int | str = ""
        if self.faults and request.path != "/v1/me/visits":
            fault = self.faults.pop(0)
        if isinstance(fault, int):
            slug = {403: "history-closed"}.get(fault, "unavailable")
            return problem(fault, slug, "Nothing is recorded here now.")
        answered = self._answered(request, body)
        if fault == "lost":
            assert request.transport is not None
            request.transport.abort()
        return answered

    def _answered(self, request: web.Request, body: bytes) -> web.Response:
        if request.method == "GET":
            found = self.accounts.get(request.query["external_id"])
            items = [] if found is None else [{"id": found}]
            return web.json_response({"items": items})
        service = request.path.rpartition("/")[2]
        if not request.path.startswith("/v1/history/"):
            return web.json_response({}, headers={"Event-Ids": "one,two"})
        key = request.headers["Idempotency-Key"]
        if key not in self._answers:
            self._answers[key] = [self._record(act) for act in json.loads(body)["acts"]]
        token = f"{service}-{len(self._answers)}"
        return web.json_response(
            {"items": self._answers[key]}, headers={"Consistency-Token": token}
        )

    def _record(self, act: dict[str, Any]) -> dict[str, Any]:
        slug = self.refuse(act)
        external = act["body"].get("external_id")
        if external in self.accounts and act.get("id") != self.accounts[external]:
            slug = "person-exists"
        if slug:
            return {"event_ids": [], "problem": PROBLEM + slug, "status": 409, "detail": "No."}
        if act in self.recorded:
            return {"event_ids": [], "problem": None, "status": None, "detail": None}
        self.recorded.append(act)
        event = f"event-{len(self.recorded)}"
        return {"event_ids": [event], "problem": None, "status": None, "detail": None}


def problem(status: int, slug: str, detail: str) -> web.Response:
    """A refusal as the platform spells it."""
    return web.json_response({"type": PROBLEM + slug, "detail": detail}, status=status)


@asynccontextmanager
async def fake_platform() -> AsyncIterator[FakePlatform]:
    """A fake platform that listens."""
    platform = FakePlatform()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", platform.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    platform.address = f"http://{host}:{port}"
    try:
        yield platform
    finally:
        await runner.cleanup()


@asynccontextmanager
async def api_of(platform: FakePlatform, *tokens: str) -> AsyncIterator[Api]:
    """The platform as an import talks to it, with access tokens that expire one by one."""
    given: Iterator[str] = iter(tokens or ("token",) * 9)
    async with aiohttp.ClientSession() as http:
        yield Api(http, platform.address, token=lambda: next(given))
