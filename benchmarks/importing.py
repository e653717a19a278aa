"""How fast a history is imported, and what the living notice of it.

    python benchmarks/importing.py [--acts 100000] [--live 20]

The platform runs in one process with its database and broker, as `mitmach up` starts it, and
`mitmach import` brings a made-up Mattermost export in. Meanwhile somebody reacts to posts as often
as it says: how long their reaction takes to be answered, and until the figures have it, is
measured by the consistency token, which the metrics service answers only when it has counted what
the token names. At the end the platform's counters are compared with what the export has, and all
that it shows with the queries of `docs/sql` over its log.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import psutil
import uvloop

from benchmarks._machine import Rows, cpu_of_tree, peak_memory_mib
from benchmarks._mattermost_export import write_large_export
from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from mitmach.embedded.child import EmbeddedFailure
from mitmach.importing.recording.lead import MOST
from tooling.sql_oracle import Comparison, ExportedLog, figures_at

STARTED_WITHIN = 120.0
# What the export calls an act, and the event that it becomes.
EVENTS: Mapping[str, str] = {
    "person": "mitmach.person.invited",
    "post": "mitmach.post.published",
    "comment": "mitmach.comment.added",
    "reaction": "mitmach.reaction.added",
}
_COUNTER = re.compile(r'^mitmach_events_total\{.*type="([^"]+)"\} (\S+)$', re.MULTILINE)


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[tuple[str, int]]:
    """A platform that records history: its address, and its process."""
    command = [sys.executable, "-m", "mitmach", "up", "--data", str(data), "--http-port", "0"]
    environment = os.environ | {"MITMACH_HISTORY": "true", "MITMACH_HTTP_PERSON_RATE": "0"}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            while (address := address_in(data)) is None:
                await asyncio.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        await process.wait()


def address_in(data: Path) -> str | None:
    """The address of the platform on a folder; None before it is up."""
    try:
        return read_addresses(data).http
    except EmbeddedFailure:
        return None


class Living:
    """Somebody who reacts meanwhile.

    Attributes:
        answered: Seconds until an answer.
        fresh: Seconds from an answer to the figures.
    """

    def __init__(self, http: aiohttp.ClientSession, base: str, token: str) -> None:
        self.answered: list[float] = []
        self.fresh: list[float] = []
        self._http = http
        self._base = base
        self._headers = {"Authorization": f"Bearer {token}"}

    async def _call(
        self, method: str, path: str, body: object = None, token: str = ""
    ) -> tuple[int, object, str]:
        headers = self._headers | ({"Consistency-Token": token} if token else {})
        async with self._http.request(
            method, self._base + path, json=body, headers=headers
        ) as answer:
            content = await answer.read()
            found = json.loads(content) if content else None
            return answer.status, found, answer.headers.get("Consistency-Token", "")

    async def settle(self) -> str:
        """Comes, founds a group, and writes a post there; gives the post's id."""
        _, _, token = await self._call("POST", "/v1/me/visits")
        _, group, token = await self._call(
            "POST", "/v1/groups", {"name": "Living", "kind": "community"}, token
        )
        assert isinstance(group, dict)
        _, channels, _ = await self._call("GET", f"/v1/groups/{group['id']}/channels", None, token)
        assert isinstance(channels, dict)
        channel = channels["items"][0]["id"]
        status, post, _ = await self._call(
            "POST", "/v1/posts", {"channel_id": channel, "text": "Hello"}, token
        )
        assert isinstance(post, dict), status
        return str(post["id"])

    async def live(self, post: str, rate: float) -> None:
        """Comments at a rate until it is cancelled."""
        running: set[asyncio.Task[None]] = set()
        while True:
            await asyncio.sleep(1 / rate)
            task = asyncio.ensure_future(self._comment(post))
            running.add(task)
            task.add_done_callback(running.discard)

    async def _comment(self, post: str) -> None:
        began = time.monotonic()
        status, _, token = await self._call(
            "POST", f"/v1/posts/{post}/comments", {"text": "Still here."}
        )
        answered = time.monotonic()
        if status != 201:
            return
        self.answered.append(answered - began)
        while (await self._call("GET", "/v1/kpis/definitions", None, token))[0] == 503:
            pass
        self.fresh.append(time.monotonic() - answered)


def quantile(values: list[float], share: float) -> float:
    """Milliseconds that this share of the values stays within."""
    ordered = sorted(values)
    return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


async def imported(file: Path, data: Path, lead: int) -> tuple[float, int]:
    """Imports; gives the seconds, and the most memory (MiB) that it had."""
    began = time.monotonic()
    command = [sys.executable, "-m", "mitmach", "import", "mattermost", str(file)]
    process = await asyncio.create_subprocess_exec(
        *command, "--data", str(data), "--lead", str(lead)
    )
    peak = 0
    ended = asyncio.ensure_future(process.wait())
    while not ended.done():
        await asyncio.wait({ended}, timeout=0.5)
        if not ended.done() and psutil.pid_exists(process.pid):
            peak = max(peak, peak_memory_mib(process.pid))
    if ended.result():
        raise SystemExit(f"the import ended with {ended.result()}")
    return time.monotonic() - began, peak


async def counted(http: aiohttp.ClientSession, base: str) -> Counter[str]:
    """The platform's counters of events, by type."""
    async with http.get(f"{base}/metrics") as answer:
        found = _COUNTER.findall(await answer.text())
    return Counter({kind: int(float(count)) for kind, count in found})


async def compare(base: str, data: Path, log: Path) -> int:
    """Compares what the platform shows with the queries over its log; gives how many figures."""
    analyst = DevelopmentSecrets(data).token("the-analyst", ["analyst"])
    async with figures_at(base, analyst) as figures:
        token = await figures.visit()
        await figures.get("/v1/kpis", token)
        command = [sys.executable, "-m", "mitmach", "log", "export", "--join-people"]
        exporting = await asyncio.create_subprocess_exec(
            *command, "--output", str(log), "--data", str(data)
        )
        if await exporting.wait():
            raise SystemExit("the log can't be exported")
        comparison = Comparison(figures, ExportedLog(log))
        await comparison.everything()
    if comparison.found:
        raise SystemExit("\n".join(comparison.found[:40]))
    return comparison.compared


async def main() -> None:
    """Imports once, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acts", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--channels", type=int, default=120)
    parser.add_argument("--lead", type=int, default=MOST)
    parser.add_argument("--live", type=float, default=20.0, help="comments a second; 0 for none")
    options = parser.parse_args()
    rows = Rows("importing")
    with tempfile.TemporaryDirectory(prefix="mitmach-bench-") as folder:
        data, file = Path(folder) / "platform", Path(folder) / "export.jsonl"
        told = write_large_export(
            file,
            acts=options.acts,
            people=options.people,
            channels=options.channels,
            until=datetime.now(UTC) - timedelta(days=2),
        )
        async with running(data) as (base, pid), aiohttp.ClientSession() as http:
            living = Living(http, base, DevelopmentSecrets(data).token("the-living"))
            post = await living.settle()
            task = asyncio.ensure_future(living.live(post, options.live)) if options.live else None
            used = cpu_of_tree(pid)
            seconds, peak = await imported(file, data, options.lead)
            used = cpu_of_tree(pid) - used
            if task is not None:
                task.cancel()
                await asyncio.sleep(3)
            found = await counted(http, base)
            own = Counter({EVENTS["comment"]: len(living.answered), EVENTS["post"]: 1})
            for kind, event in EVENTS.items():
                if found[event] - own[event] != told[kind]:
                    raise SystemExit(f"{found[event]} of {event}, {told[kind]} are in the export")
            compared = await compare(base, data, Path(folder) / "events.ndjson")
    acts = told.total()
    rows.add(
        "mattermost",
        acts=acts,
        lead=options.lead,
        values={
            "acts_per_second": acts / seconds,
            "figures_compared": compared,
            "platform_cpu_ms_per_act": 1000 * used / acts,
            "importer_peak_mib": peak,
            "live_answer_p99_ms": quantile(living.answered, 0.99),
            "live_fresh_p50_ms": quantile(living.fresh, 0.5),
            "live_fresh_p99_ms": quantile(living.fresh, 0.99),
        },
    )
    print(json.dumps({"benchmark": "importing", "live": options.live, "rows": rows.stored}))


if __name__ == "__main__":
    uvloop.run(main())
