"""The whole platform as a child process (`mitmach up`), and people who use it over HTTP."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import EmbeddedFailure
from tests.support.retrying import RetryingTransport

STARTED_WITHIN = 60.0  # seconds; about five on an idle machine
ENDED_WITHIN = 40.0
HEARD_WITHIN = 60.0  # seconds until one service has heard of another; a fraction of one is usual
# One route of each service that everybody may read; the groups service knows who came at once.
OF_EACH_OTHER_SERVICE = ("/v1/feed", "/v1/contests", "/v1/kpis/definitions")


@dataclass(frozen=True)
class Visitor:
    """A person with a token.

    Attributes:
        id: Who they are on the platform; empty for who hasn't arrived.
    """

    id: str
    http: httpx.AsyncClient
    token: str

    async def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Sends a request with the person's token."""
        content = {} if body is None else {"json": body}
        headers = {"authorization": f"Bearer {self.token}"}
        return await self.http.request(method, path, headers=headers, **content)

    async def good(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request that must succeed; None for an empty one."""
        answer = await self.call(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and problem of a request that must be refused."""
        answer = await self.call(method, path, body)
        assert answer.is_client_error, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    async def eventually(self, method: str, path: str, body: Any = None) -> Any:
        """The answer, once other services have heard of what makes the request possible."""
        async with asyncio.timeout(HEARD_WITHIN):
            while not (answer := await self.call(method, path, body)).is_success:
                assert answer.status_code < 500, answer.text
                await asyncio.sleep(0.1)
        return answer.json() if answer.content else None

    async def soon_refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and problem, once other services have heard of what makes it impossible.

        Only for requests that may succeed several times until then.
        """
        async with asyncio.timeout(HEARD_WITHIN):
            while (await self.call(method, path, body)).is_success:
                await asyncio.sleep(0.1)
        return await self.refused(method, path, body)

    async def heard_of(self) -> None:
        """Waits until all services know that the person is active."""
        async with asyncio.timeout(HEARD_WITHIN):
            for path in OF_EACH_OTHER_SERVICE:
                while "person-not-active" in (await self.call("GET", path)).text:
                    await asyncio.sleep(0.05)

    async def reads(self, path: str, wanted: Callable[[Any], bool]) -> Any:
        """What is read there once it is as wanted: counts and figures are a moment behind."""
        async with asyncio.timeout(HEARD_WITHIN):
            while not wanted(found := await self.eventually("GET", path)):
                await asyncio.sleep(0.1)
        return found


class Platform:
    """A running platform, and tokens for people who use it."""

    def __init__(self, http: httpx.AsyncClient, data: Path) -> None:
        self.http = http
        self.data = data
        self.address = str(http.base_url).rstrip("/")
        self._secrets = DevelopmentSecrets(data)

    def token(self, name: str, *roles: str) -> str:
        """What the person's identity provider would sign."""
        return self._secrets.token(name, list(roles))

    async def visitor(self, name: str, *roles: str) -> Visitor:
        """A person who has arrived, and of whom all services have heard."""
        stranger = self.stranger(name, *roles)
        visit = await stranger.good("POST", "/v1/me/visits")
        await stranger.heard_of()
        return replace(stranger, id=visit["person_id"])

    def stranger(self, name: str, *roles: str) -> Visitor:
        """Somebody with a token who was never here."""
        return Visitor("", self.http, self.token(name, *roles))


@asynccontextmanager
async def running_platform(
    data: Path, *, quotas: bool = True, log: Path | None = None, **settings: str
) -> AsyncIterator[Platform]:
    """All services on real servers of their own, ended in order.

    Args:
        data: Folder for all that the servers store.
        quotas: Whether people have daily quotas and a rate; not where few people try everything.
        log: Where its log lines go; None: nowhere.
        settings: Further ones by their names in lower case, without `MITMACH_`.
    """
    command = [sys.executable, "-m", "mitmach", "up", "--data", str(data), "--http-port", "0"]
    lines = asyncio.subprocess.DEVNULL if log is None else log.open("wb")
    unlimited = {} if quotas else {"MITMACH_QUOTAS": "false", "MITMACH_HTTP_PERSON_RATE": "0"}
    given = {f"MITMACH_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=lines, stderr=lines, env=os.environ | unlimited | given
    )
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            while (address := _address(data, process)) is None:
                await asyncio.sleep(0.05)
        async with httpx.AsyncClient(
            base_url=address, timeout=10, transport=RetryingTransport()
        ) as http:
            yield Platform(http, data)
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(ENDED_WITHIN):
            await process.wait()


def _address(data: Path, process: asyncio.subprocess.Process) -> str | None:
    if process.returncode is not None:
        pytest.fail(f"`mitmach up` ended at once with {process.returncode}")
    try:
        found = read_addresses(data)
    except EmbeddedFailure:
        return None
    return found.http if found.pid == process.pid else None
