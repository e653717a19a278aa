"""An import from beginning to end: read, record, report."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from mitmach.importing.acts import AnyAct, PostPublished, RolesHeld
from mitmach.importing.causes import RANK_OF_ROLES, Sort, kind_of
from mitmach.importing.gathering import gathered
from mitmach.importing.recording.api import Api
from mitmach.importing.recording.ids import Ids
from mitmach.importing.recording.journal import OriginLookup, SpoolJournal
from mitmach.importing.recording.lead import MOST
from mitmach.importing.recording.recorder import Outcome, Recorder
from mitmach.importing.recording.requests import World
from mitmach.importing.report import Report
from mitmach.importing.sources.options import SourceOptions
from mitmach.importing.spool import ActState, Position, Spool
from shared.runtime.process import Stopped

# Acts that are read from the spool together.
_PIECE = 1_000
_NAME = "name"
# Reasons that the summary shows, the most frequent first.
_REASONS = 20


class Choice(NamedTuple):
    """What somebody chose to import.

    Attributes:
        source: Where the history comes from.
        file: The export.
        spool: Where the import keeps what it knows.
        options: What else was chosen of the source.
        name: Names the platform that the history comes from.
        since: Of posts and what belongs to them, only what happened from then on; None: all.
        limit: How many acts at most are recorded in this run; None: all.
        lead: Acts that may be recorded and not counted yet.
    """

    source: str
    file: Path
    spool: Path
    options: SourceOptions
    name: str
    since: datetime | None = None
    limit: int | None = None
    lead: int = MOST


class Summary(NamedTuple):
    """What became of the acts of an import so far.

    Attributes:
        taken: How many the platform has.
        refused: How many weren't taken, by the reason and the kind of act.
        waiting: How many weren't sent yet.
        events: How many events this run was told of; a repeated request tells of them again.
        read: What was found when the file was read.
    """

    taken: int
    refused: Counter[tuple[str, str]]
    waiting: int
    events: int
    read: Report

    def as_json(self) -> dict[str, Any]:
        """What the file tells, and what became of it, for programs."""
        refused = [
            {"reason": reason, "kind": kind, "acts": count}
            for (reason, kind), count in self.refused.most_common()
        ]
        return {
            "file": self.read.as_json(),
            "taken": self.taken,
            "refused": refused,
            "waiting": self.waiting,
            "events": self.events,
        }

    def show(self, console: Console) -> None:
        """Prints it for people."""
        table = Table(title="What the platform took")
        table.add_column("")
        table.add_column("acts", justify="right")
        table.add_row("taken", f"{self.taken:,}")
        for (reason, kind), count in self.refused.most_common(_REASONS):
            table.add_row(f"not taken: {kind}, {reason}", f"{count:,}")
        if self.waiting:
            table.add_row("waiting", f"{self.waiting:,}")
        console.print(table)


def read_only(choice: Choice, console: Console) -> Report:
    """Reads and checks everything, and sends nothing.

    Raises:
        OSError: The file can't be read.
        Stopped: The spool can't be used.
    """
    with _progress(console) as progress, _gathered(choice, progress) as spool:
        report = spool.report()
    report.show(console)
    return report


async def run_import(
    choice: Choice, console: Console, *, target: str, token: Callable[[], str]
) -> Summary:
    """Imports what wasn't taken yet.

    Args:
        choice: The export, and how it is taken.
        console: Gets progress and reports.
        target: The address of the platform.
        token: Gives a token with the role `importer`.

    Raises:
        OSError: The file can't be read.
        Stopped: The spool can't be used, or the platform doesn't take part; the same call goes on.
    """
    with _progress(console) as progress, _gathered(choice, progress) as spool:
        events = await _send(spool, choice, progress, target=target, token=token)
        progress.stop()
        spool.report().show(console)
        summary = _summary(spool, events)
    summary.show(console)
    return summary


@contextmanager
def _gathered(choice: Choice, progress: Progress) -> Iterator[Spool]:
    """The spool of the import, read now unless it was before."""
    reading = progress.add_task("read", total=None)
    with gathered(
        choice.source,
        choice.file,
        spool=choice.spool,
        options=choice.options,
        now=datetime.now(UTC),
        progress=lambda count: progress.update(reading, completed=count),
    ) as spool:
        progress.remove_task(reading)
        yield spool


async def _send(
    spool: Spool,
    choice: Choice,
    progress: Progress,
    *,
    target: str,
    token: Callable[[], str],
) -> int:
    _check_name(spool, choice)
    lookup = OriginLookup(spool)
    world = World(ids=Ids(choice.name, lookup), author=lookup.author)
    journal = SpoolJournal(spool, world)
    journal.restore()
    done = spool.count(ActState.TAKEN) + spool.count(ActState.REFUSED)
    task = progress.add_task("recorded", total=done + spool.count(ActState.WAITING), completed=done)
    events = 0

    def settled(outcome: Outcome) -> None:
        nonlocal events
        events += len(outcome.event_ids)
        progress.advance(task)

    async with aiohttp.ClientSession() as http:
        api = Api(http, target, token=token, seen=journal.tokens)
        await api.arrive()
        recorder = Recorder(api, world, journal, lead=choice.lead)
        for batch, acts in journal.unanswered():
            for _, outcome in await recorder.repeat(batch, acts):
                settled(outcome)
        async for _, outcome in recorder.record(_acts(spool, choice, world, lookup)):
            settled(outcome)
    return events


def _check_name(spool: Spool, choice: Choice) -> None:
    """Another name means other ids: half of an import would be there twice."""
    begun = spool.platform_id(_NAME, "")
    if begun is None:
        spool.remember(_NAME, "", choice.name)
    elif begun != choice.name:
        raise Stopped(
            f"This import was begun with the name {begun}, not {choice.name}: go on with --name"
            f" {begun}, or remove {choice.spool}."
        )


def _acts(
    spool: Spool, choice: Choice, world: World, lookup: OriginLookup
) -> Iterator[tuple[Position, AnyAct]]:
    """What waits, as far as it was chosen.

    Which roles people held is told to nobody, so those acts are taken before acts that come before
    them are sent. Each run therefore goes through them again, each in its place.
    """
    held = deque(spool.taken_of_rank(RANK_OF_ROLES))
    after: Position | None = None
    yielded = 0
    while piece := spool.window(after, _PIECE):
        after = piece[-1].position
        for position, _, act in piece:
            while held and held[0].position < position:
                before = held.popleft().act
                assert isinstance(before, RolesHeld)
                world.roles[before.person] = before.roles
            if choice.since is not None and _is_before(act, choice.since, lookup):
                continue
            if yielded == choice.limit:
                return
            yielded += 1
            yield position, act


def _is_before(act: AnyAct, since: datetime, lookup: OriginLookup) -> bool:
    """Whether an act is a post of before, or on one."""
    if isinstance(act, PostPublished):
        return act.at < since
    post = getattr(act, "post", None)
    comment = getattr(act, "comment", None)
    if comment is not None:
        origin = lookup(Sort.COMMENT, comment)
        post = None if origin is None else origin[1]
    if post is None:
        return False
    origin = lookup(Sort.POST, post)
    return origin is not None and origin[0] < since


def _summary(spool: Spool, events: int) -> Summary:
    refused: Counter[tuple[str, str]] = Counter()
    for spooled, reason in spool.refused():
        refused[reason.partition(":")[0], kind_of(spooled.act)] += 1
    return Summary(
        spool.count(ActState.TAKEN),
        refused,
        spool.count(ActState.WAITING),
        events,
        spool.report(),
    )


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
