"""An import of which something is killed in the middle ends as one that nobody disturbed.

The importer is started again; all else comes back, and it goes on by itself. Compared are the
events of each type, the counts beside each post, and what `mitmach verify` says.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import pytest

from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import EmbeddedFailure, free_port
from shared.delivery.mongo import connect
from tests.support.importing import (
    by_type,
    end_of,
    events_of,
    history,
    import_of,
    start_import,
    verified,
    write_lines,
)
from tests.support.platform import HEARD_WITHIN, STARTED_WITHIN

PEOPLE, POSTS = 20, 120
AWAY = 2.0  # seconds: longer than the importer's first pauses, shorter than anybody's patience

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


class Imported(NamedTuple):
    """What an import has left behind.

    Attributes:
        events: How many events there are of each type.
        counts: How many posts there are with each of the counts beside them.
    """

    events: Counter[str]
    counts: Counter[tuple[int, int, int]]


class KillablePlatform:
    """`mitmach up` at an address that stays the same, whoever is killed.

    Attributes:
        data: Its folder.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._revived: list[subprocess.Popen[bytes]] = []

    async def start(self) -> None:
        """Starts it, and waits until it is up."""
        self._process = self._started()
        async with asyncio.timeout(STARTED_WITHIN):
            while not self._is_up():
                assert self._process.poll() is None, "it has ended at once"
                await asyncio.sleep(0.05)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mitmach", "up", "--data", str(self.data)]
        return subprocess.Popen(
            [*command, "--http-port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"MITMACH_HISTORY": "true", "MITMACH_HTTP_PERSON_RATE": "0"},
        )

    def _is_up(self) -> bool:
        try:
            found = read_addresses(self.data)
        except EmbeddedFailure:
            return False
        return self._process is not None and found.pid == self._process.pid

    def kill(self) -> None:
        """As a power cut would: its servers die with it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        """Ends all that runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(40)
        for server in self._revived:
            server.kill()
            server.wait()

    def server(self, word: str) -> psutil.Process:
        """One of its servers, by a word of its command."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children(recursive=True)
        [found] = [child for child in children if any(word in part for part in child.cmdline()[:4])]
        return found

    def revive(self, command: list[str]) -> None:
        """Starts a server that was killed again, on the files that it has left."""
        self._revived.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    async def recorded(self) -> int:
        """How many batches it has recorded."""
        async with connect(read_addresses(self.data).mongodb) as mongo:
            services = [mongo.database(f"mitmach_{name}") for name in ("groups", "posts")]
            return sum([await one.count("recorded_acts", {}) for one in services])

    async def has_recorded(self, more: int, since: int) -> None:
        """Waits until it has recorded some batches more than at a moment."""
        async with asyncio.timeout(HEARD_WITHIN):
            while await self.recorded() < since + more:
                await asyncio.sleep(0.02)

    async def counts(self, posts: list[str]) -> Counter[tuple[int, int, int]]:
        """How many posts there are with each of the counts beside them."""
        token = DevelopmentSecrets(self.data).token("looker", ["admin"])
        headers = {"Authorization": f"Bearer {token}"}
        address = read_addresses(self.data).http
        found: Counter[tuple[int, int, int]] = Counter()
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=20) as http:
            await http.post("/v1/me/visits")
            async with asyncio.timeout(HEARD_WITHIN):
                while not (await http.get(f"/v1/posts/{posts[0]}")).is_success:
                    await asyncio.sleep(0.1)
            for post in posts:
                counts = (await http.get(f"/v1/posts/{post}")).json()["counts"]
                reactions = sum(counts["reactions"].values())
                found[counts["comments"], counts["shares"], reactions] += 1
        return found


@asynccontextmanager
async def killable_platform(data: Path) -> AsyncIterator[KillablePlatform]:
    """A platform that is up, and ended after the block."""
    platform = KillablePlatform(data)
    try:
        await platform.start()
        yield platform
    finally:
        await asyncio.to_thread(platform.end)


def told(folder: Path, name: str) -> tuple[Path, tuple[str, ...]]:
    """The file and the options of an import, which has nothing in common with another's."""
    lines = list(history(PEOPLE, POSTS, prefix=f"{name}-"))
    return write_lines(folder / f"{name}.ndjson", lines), ("--name", name)


async def left_by(platform: KillablePlatform, before: list[dict[str, Any]]) -> Imported:
    """What has come since."""
    await verified(platform.data)
    known = {event["id"] for event in before}
    new = [event for event in await events_of(platform.data) if event["id"] not in known]
    posts = [one["data"]["post_id"] for one in new if one["type"] == "mitmach.post.published"]
    return Imported(by_type(new), await platform.counts(posts))


async def undisturbed(platform: KillablePlatform, folder: Path) -> Imported:
    """What an import leaves behind that nobody disturbs."""
    file, options = told(folder, "whole")
    ran = await import_of(platform.data, "ndjson", file, *options)
    assert (ran.code, ran.report["refused"]) == (0, []), ran.said
    left = await left_by(platform, [])
    assert left.events["mitmach.post.published"] == left.counts.total() == POSTS
    assert set(left.counts) == {(3, 1, 1), (2, 1, 1)}
    return left


async def test_a_killed_importer_goes_on_where_it_was(tmp_path: Path) -> None:
    async with killable_platform(tmp_path / "data") as platform:
        wanted = await undisturbed(platform, tmp_path)
        before = await events_of(platform.data)
        file, options = told(tmp_path, "killed")
        report = tmp_path / "report.json"
        kills = 0
        for batches in (1, 2, 2, 3):
            since = await platform.recorded()
            importer = await start_import(platform.data, "ndjson", file, *options, report=report)
            await platform.has_recorded(batches, since)
            if importer.returncode is None:
                importer.kill()
                kills += 1
            await importer.communicate()
        assert kills >= 3
        ran = await import_of(platform.data, "ndjson", file, *options)
        assert (ran.code, ran.report["refused"], ran.report["waiting"]) == (0, [], 0), ran.said
        assert await left_by(platform, before) == wanted


Strike = Callable[[KillablePlatform], Awaitable[None]]


async def kill_the_platform(platform: KillablePlatform) -> None:
    """All of it, a moment away."""
    await asyncio.to_thread(platform.kill)
    await asyncio.sleep(AWAY)
    await platform.start()


async def kill_the_database(platform: KillablePlatform) -> None:
    """The database alone, which comes back with its files."""
    database = platform.server("mongod")
    command = database.cmdline()
    database.kill()
    await asyncio.sleep(AWAY)
    platform.revive(command)


async def kill_the_broker(platform: KillablePlatform) -> None:
    """The broker, which has no files: the platform that it belongs to starts anew with it."""
    platform.server("broker").kill()
    await asyncio.sleep(AWAY)
    await kill_the_platform(platform)


@pytest.mark.faults_long
@pytest.mark.parametrize(
    "strike",
    [kill_the_platform, kill_the_database, kill_the_broker],
    ids=lambda strike: strike.__name__,
)
async def test_whatever_is_killed_the_import_goes_on_by_itself(
    tmp_path: Path, strike: Strike
) -> None:
    async with killable_platform(tmp_path / "data") as platform:
        wanted = await undisturbed(platform, tmp_path)
        before = await events_of(platform.data)
        file, options = told(tmp_path, "struck")
        report = tmp_path / "report.json"
        since = await platform.recorded()
        # The address stays the same, and is told: the file of addresses has none in between.
        target = ("--target", read_addresses(platform.data).http)
        importer = await start_import(
            platform.data, "ndjson", file, *options, *target, report=report
        )
        await platform.has_recorded(4, since)
        assert importer.returncode is None, "it was over before anything was killed"
        await strike(platform)
        ran = await end_of(importer, report)
        assert (ran.code, ran.report["refused"], ran.report["waiting"]) == (0, [], 0), ran.said
        assert await left_by(platform, before) == wanted
