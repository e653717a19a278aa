"""`mitmach import` as a child process, and what a platform has afterwards."""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from mitmach.addresses import read_addresses
from shared.contract.services import LogOwner
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import connect

ENDED_WITHIN = 240.0  # seconds; a killed platform needs some of them to be back


class Ran(NamedTuple):
    """An import that has ended.

    Attributes:
        code: The exit code.
        said: What it printed.
        report: What it wrote with `--report`; empty where it wrote none.
    """

    code: int
    said: str
    report: dict[str, Any]


async def start_import(
    data: Path, source: str, file: Path, *more: str, report: Path
) -> asyncio.subprocess.Process:
    """Starts an import into the platform of a folder."""
    command = [sys.executable, "-m", "mitmach", "import", source, str(file), "--data", str(data)]
    return await asyncio.create_subprocess_exec(
        *command,
        *more,
        *("--report", str(report)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"COLUMNS": "200"},
    )


async def end_of(process: asyncio.subprocess.Process, report: Path) -> Ran:
    """Waits until an import has ended."""
    async with asyncio.timeout(ENDED_WITHIN):
        said, _ = await process.communicate()
    code = process.returncode
    assert code is not None
    return Ran(code, said.decode(), _read(report))


def _read(report: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(report.read_bytes()) if report.exists() else {}
    return told


async def import_of(data: Path, source: str, file: Path, *more: str) -> Ran:
    """Imports a file into the platform of a folder."""
    report = data / "report.json"
    report.unlink(missing_ok=True)
    return await end_of(await start_import(data, source, file, *more, report=report), report)


async def verified(data: Path) -> dict[str, Any]:
    """What `mitmach verify` says once all is counted; the three counts must agree."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mitmach", "verify", "--json", "--data", str(data), "--wait", "90"),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(ENDED_WITHIN):
        said, _ = await process.communicate()
    found: dict[str, Any] = json.loads(said)
    assert found["agrees"], found
    return found


async def events_of(data: Path) -> list[dict[str, Any]]:
    """All events that the services of a platform have stored in their open logs."""
    found: list[dict[str, Any]] = []
    async with connect(read_addresses(data).mongodb) as mongo:
        for service in LogOwner:
            async for document in mongo.database(f"mitmach_{service}").stream(LOG, {}):
                found += [json.loads(event.body) for event in logged_events(document)]
    return found


def by_type(events: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many recorded events there are of each type.

    What only the present causes isn't among them: whoever looks arrives, for one.
    """
    return Counter(event["type"] for event in events if "recordedtime" in event)


_BEGIN = datetime(2024, 1, 8, 9, tzinfo=UTC)


def history(people: int, posts: int, *, prefix: str = "") -> Iterator[dict[str, Any]]:
    """A history in the neutral format: two groups, and posts of which each is talked about.

    Args:
        people: How many people there are, at least four.
        posts: How many posts; each has three comments (every fifth two in the end), two reactions,
            a view and a share.
        prefix: Begins the name of each person, which tells two histories apart.
    """
    seconds = iter(range(10**9))

    def told(kind: str, **fields: Any) -> dict[str, Any]:
        at = _BEGIN + timedelta(seconds=17 * next(seconds))
        return {"at": at.isoformat(), "kind": kind, **fields}

    names = [f"{prefix}person-{number}" for number in range(people)]
    for name in names:
        yield told("person", id=name, name=name.title())
    for group in ("soup", "tea"):
        yield told("group", id=group, by=names[0], name=group.title())
        yield told("channel", id=group, group=group, name="Everything")
        for name in names[1:]:
            role = "moderator" if name == names[1] else "member"
            yield told("join", group=group, person=name, role=role)
    for number in range(posts):
        post, one, other = f"post-{number}", names[number % people], names[(number + 1) % people]
        yield told("post", id=post, channel=("soup", "tea")[number % 2], by=one, text="Who?")
        yield told("view", post=post, by=other)
        for reply in range(3):
            comment = f"{post}-{reply}"
            yield told("comment", id=comment, post=post, by=other, text=f"Me {reply}.")
        yield told("reaction", post=post, by=other, reaction="like")
        yield told("reaction", comment=f"{post}-0", by=one, reaction="thanks")
        yield told("share", post=post, by=other)
        yield told("edit", post=post, by=one, text="Who else?")
        if number % 5 == 0:
            yield told("delete", comment=f"{post}-2", by=other)


def write_lines(file: Path, told: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> Path:
    """Writes a file of the neutral format."""
    file.write_text("".join(json.dumps(line) + "\n" for line in told))
    return file
