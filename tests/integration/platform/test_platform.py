"""`mitmach up`: everything in one process on real servers, through a kill -9 and back."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from mitmach.addresses import Addresses, read_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import EmbeddedFailure, free_port
from tooling.servers.http import NO_TLS

_ADMIN = "operator"
_STARTED_WITHIN = 60
_HEARD_WITHIN = 60


class Up:
    """The command in a process of its own."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        command = [sys.executable, "-m", "mitmach", "up", "--data", str(data), "--http-port", "0"]
        self.process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    async def addresses(self) -> Addresses:
        async with asyncio.timeout(_STARTED_WITHIN):
            while True:
                if self.process.poll() is not None:
                    pytest.fail(f"ended at once: {self.output()}")
                try:
                    found = read_addresses(self.data)
                except EmbeddedFailure:
                    found = None
                if found is not None and found.pid == self.process.pid:
                    return found
                await asyncio.sleep(0.05)

    async def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return await asyncio.to_thread(self.process.wait, 40)

    def output(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def servers(self) -> list[int]:
        """Process ids of its children."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]


@asynccontextmanager
async def up(data: Path, *arguments: str) -> AsyncIterator[Up]:
    started = Up(data, *arguments)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            await started.end(signal.SIGKILL)
        assert started.process.stdout is not None
        started.process.stdout.close()


def client(http: str, data: Path) -> httpx.AsyncClient:
    token = DevelopmentSecrets(data).token(_ADMIN, ["admin"])
    return httpx.AsyncClient(
        base_url=http, verify=NO_TLS, headers={"Authorization": f"Bearer {token}"}
    )


async def arrive(admin: httpx.AsyncClient) -> None:
    assert (await admin.post("/v1/me/visits")).status_code == 200


async def invite(admin: httpx.AsyncClient) -> str:
    await arrive(admin)
    answer = await admin.post("/v1/people", json={})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Event-Ids"]
    return str(answer.json()["id"])


async def gone(pids: list[int]) -> None:
    async with asyncio.timeout(60):
        while any(_runs(pid) for pid in pids):
            await asyncio.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_kill_9_loses_nothing_and_fresh_forgets_everything(tmp_path: Path) -> None:
    async with up(tmp_path) as first:
        addresses = await first.addresses()
        async with client(addresses.http, tmp_path) as admin:
            person = await invite(admin)
        servers = first.servers()
        assert len(servers) == 2

        await first.end(signal.SIGKILL)
        await gone(servers)

    async with up(tmp_path) as second:
        addresses = await second.addresses()
        async with client(addresses.http, tmp_path) as admin:
            assert (await admin.get(f"/v1/people/{person}")).status_code == 200
        servers = second.servers()

        assert await second.end(signal.SIGINT) == 0
        assert not any(map(_runs, servers))

    async with up(tmp_path, "--fresh") as third:
        addresses = await third.addresses()
        async with client(addresses.http, tmp_path) as admin:
            forgotten = await admin.get("/v1/me")
            assert forgotten.json()["type"] == "urn:mitmach:problem:person-not-active"
            await arrive(admin)
            assert (await admin.get(f"/v1/people/{person}")).status_code == 404


async def test_one_address_answers_for_all(tmp_path: Path) -> None:
    async with up(tmp_path) as platform:
        addresses = await platform.addresses()
        async with client(addresses.http, tmp_path) as admin:
            ready = (await admin.get("/health/ready")).json()
            assert ready["status"] == "ok"
            assert {"groups-relay.broker", "posts-api.mongodb"} <= set(ready["checks"])
            await arrive(admin)
            async with asyncio.timeout(_HEARD_WITHIN):
                while (await admin.get("/v1/feed")).status_code == 403:
                    await asyncio.sleep(0.05)
                while (await admin.get("/v1/contests")).status_code == 403:
                    await asyncio.sleep(0.05)
            for path in ("/v1/groups", "/v1/feed", "/v1/contests", "/metrics", "/docs"):
                assert (await admin.get(path)).status_code == 200, path

        assert "already runs" in await asyncio.to_thread(_refusal, tmp_path, "--http-port", "0")


async def test_an_occupied_port_is_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", port)
    async with server:
        said = await asyncio.to_thread(_refusal, tmp_path, "--http-port", str(port))

    assert f"port {port}" in said
    assert "--http-port" in said
    assert len(said.strip().splitlines()) == 1


def _refusal(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "mitmach", "up", "--data", str(data), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert not done.stdout
    return done.stderr
