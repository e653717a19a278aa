"""The loop of group commit: no timer, two slots, honest answers.

An idle service commits a lone command at once. While a transaction runs, what arrives waits and
shares the next; a second transaction may run beside it when the two touch different entities.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import Context, copy_context
from datetime import datetime
from functools import partial
from typing import Any

from shared.contract.errors import Unavailable
from shared.contract.events.disclosure import Disclosure
from shared.contract.ids import new_id
from shared.contract.moments import utc_now
from shared.delivery import signals
from shared.delivery.command import Command, Key, PastAct
from shared.delivery.committer.attempt import Attempt
from shared.delivery.committer.commit import Commits
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.committer.history import PastJob, Recorded
from shared.delivery.committer.idempotency import IdempotencyKey
from shared.delivery.committer.instruments import CommitterInstruments
from shared.delivery.committer.queue import CommandResult, Job, Queue
from shared.delivery.failpoints import failpoint
from shared.delivery.mongo import Conflict, Database, Session, SessionRegistry, deadline
from shared.runtime.telemetry import Telemetry

log = logging.getLogger(__name__)

# Transactions at once. A third finds nothing free of the other two, and only splits batches.
SLOTS = 2
# Beside one that runs, the next one begins when this share of what the last one took is waiting: a
# commit costs much the same for one command and for fifty. Nobody is held back for longer than the
# seconds below: what runs may be stuck behind a lock of somebody who died.
_WORTH_A_COMMIT = 0.75
_HELD_BACK = 0.05
# Seconds for a command in all, retries included; then 503. Rules made safe by time rest on it.
LONGEST = 3.0
# Commands that may wait: at some 5,000 per second they are finished well before the deadline.
MOST_WAITING = 2000
_SWEEP = 0.1  # seconds between looks for expired commands: how late an "it took too long" may be
# Seconds between attempts: the first pause, doubled each time up to the longest, with jitter.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.004, 0.25
# Conflicts of the same batch; then it is halved, so that no bad command can starve the rest.
_SPLIT_AFTER = 3
# Share of a command's time: with less left it may be refused because the last transaction took
# longer. Bounded, so that after a hang the next commands are tried again.
_MOST_AHEAD = 0.5
# Conflicts of the same batch: by then it is likely a dead process's lock that is in the way.
_END_SILENT_AFTER = 6


class Committer:
    """Executes commands: many share one transaction, each gets its own answer, after the commit.

    Use as `async with Committer(...).running() as committer`.

    Args:
        database: The service's database; its collections exist.
        sessions: Where this process's transactions are written down.
        source: The CloudEvents source, from `shared.delivery.log.source_of`.
        public_url: Under which address events say that their schemas are; empty if there is none.
        disclosure: What events may say of people and traces; None: what commands and requests say.
        clock: Gives `now` to decisions.
        most_waiting: Commands that may wait; above it they are refused at once.
        slots: Transactions at once.
        telemetry: The process's metrics and traces; a throwaway when left out.

    Attributes:
        batches: Transactions that were answered, those that changed nothing included.
        commands: Commands that were answered in them.
        conflicts: Attempts that another transaction aborted.
    """

    def __init__(
        self,
        database: Database,
        sessions: SessionRegistry,
        *,
        source: str,
        public_url: str = "",
        disclosure: Disclosure | None = None,
        clock: Callable[[], datetime] = utc_now,
        most_waiting: int = MOST_WAITING,
        slots: int = SLOTS,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.batches = 0
        self.commands = 0
        self.conflicts = 0
        self._instruments = CommitterInstruments(
            telemetry or Telemetry("committer"),
            source.split("/")[2],
            lambda: len(self._queue),
            most_waiting,
            database.name,
        )
        self._commits = Commits(database, self._instruments)
        self._database = database.name
        self._registry = sessions
        self._clock = clock
        self._queue = Queue(most_waiting)
        self._slots = slots
        self._free: list[Session] = []
        self._busy: dict[Session, set[Key]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._jobs: set[Job] = set()
        self._scheduled = False
        self._closing = False
        self._context = Context()
        self._attempt = partial(
            Attempt,
            source=source,
            public_url=public_url,
            disclosure=disclosure,
            cache=EntityCache(),
        )
        self._took = 0.0
        self._last_batch = 0
        self._holding: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Committer"]:
        """Opens the sessions; at the end finishes what waits, and closes them."""
        self._context = copy_context()
        for _ in range(self._slots):
            self._free.append(await self._registry.open())
        sweeper = asyncio.create_task(self._sweep(), name="committer deadlines")
        try:
            with signals.writing(self._database):
                yield self
        finally:
            self._closing = True
            while self._running:
                await asyncio.wait(self._running)
            sweeper.cancel()
            await asyncio.wait([sweeper])

    @property
    def waiting(self) -> int:
        """Commands that wait for a transaction."""
        return len(self._queue)

    async def execute(
        self,
        command: Command,
        *,
        once: IdempotencyKey | None = None,
        traceparent: str | None = None,
        moment: datetime | None = None,
        recorder: str = "",
    ) -> CommandResult:
        """Decides and commits a command together with whatever else waits.

        Args:
            command: The command to decide and commit.
            once: The Idempotency-Key that the command is executed at most once for; None for none.
            traceparent: The W3C trace context of the cause; travels with the events.
            moment: When an act at its own time happened; None: it happens now.
            recorder: As in `PastAct`.

        Raises:
            Refusal: The command was refused; nothing changed.
            Overloaded: Too much waits; refused before any work.
            Unavailable: The database didn't answer within `LONGEST`; nothing was stored.
            OutcomeUnknown: The commit was sent and no answer came; repeat the same request.
        """
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        expires = loop.time() + LONGEST
        job = Job(command, once, traceparent, answer, expires, moment=moment, recorder=recorder)
        result: CommandResult = await self._answered(job)
        return result

    async def record(
        self,
        acts: Sequence[PastAct],
        *,
        key: str,
        fingerprint: str,
        traceparent: str | None = None,
    ) -> Recorded:
        """Records acts at their own time, together and in this order, at most once for a key.

        A refusal of one leaves the others alone.

        Args:
            acts: The acts, at most `MOST_ACTS`.
            key: A digest of what the acts are recorded at most once for.
            fingerprint: A hash of the request: the same key with other acts is a mistake.
            traceparent: As for `execute`.

        Returns:
            What became of each act: now, or when they were recorded.

        Raises:
            IdempotencyKeyReused: The key was used for other acts.
            Unavailable: As `execute`, with the two others.
        """
        loop = asyncio.get_running_loop()
        job = PastJob(
            acts,
            key=key,
            fingerprint=fingerprint,
            traceparent=traceparent,
            answer=loop.create_future(),
            expires=loop.time() + LONGEST,
        )
        recorded: Recorded = await self._answered(job)
        return recorded

    async def _answered(self, job: Job) -> Any:
        if self._closing:
            raise Unavailable("This process is shutting down; another one answers.")
        self._queue.add(job)
        self._jobs.add(job)
        self._schedule()
        try:
            return await job.answer
        finally:
            self._jobs.discard(job)

    def _schedule(self) -> None:
        # Not at once: everything that the event loop reads from its sockets in this turn can share
        # the transaction.
        if not self._scheduled and self._free:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._launch)

    def _launch(self, *, held_back: bool = False) -> None:
        self._scheduled = False
        while self._free and len(self._queue):
            enough = self._last_batch * _WORTH_A_COMMIT
            if self._busy and len(self._queue) < enough and not held_back:
                self._hold_back()
                return
            batch = self._queue.next_batch(set().union(*self._busy.values()))
            if not batch:
                return
            self._last_batch = len(batch)
            if self._holding is not None:
                self._holding.cancel()
                self._holding = None
            session = self._free.pop()
            self._busy[session] = set().union(*(job.keys for job in batch))
            # In a context of its own: a task inherits its creator's, with the deadline of the
            # commit that made room. Under steady load each would hand that on, long expired.
            task = asyncio.create_task(
                self._run(session, batch), name="commit", context=self._context.copy()
            )
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _hold_back(self) -> None:
        """Has those who wait join the next batch, unless the one that runs takes too long."""
        if self._holding is None:
            loop = asyncio.get_running_loop()
            self._holding = loop.call_later(_HELD_BACK, self._let_go)

    def _let_go(self) -> None:
        self._holding = None
        self._launch(held_back=True)

    async def _run(self, session: Session, batch: Sequence[Job]) -> None:
        try:
            await self._settle(session, batch)
        except Exception as bug:
            log.exception("a commit failed in a way that nobody foresaw")
            for job in batch:
                job.fail(bug)
        finally:
            del self._busy[session]
            self._free.append(session)
            self._launch()

    async def _settle(self, session: Session, jobs: Sequence[Job]) -> None:
        """Commits the batch, retried and split as the deadline allows, and answers all of it."""
        tries = 0
        while jobs := self._in_time(jobs):
            try:
                await self._commit(session, jobs)
                return
            except Conflict:
                tries += 1
                await self._after_conflict(tries)
                if tries >= _SPLIT_AFTER and len(jobs) > 1:
                    break
            except Unavailable as outage:
                for job in jobs:
                    job.fail(outage)
                return
            except Exception as bug:
                # A document that is too large, say. Alone, it fails alone.
                if len(jobs) == 1:
                    jobs[0].fail(bug)
                    return
                log.warning("splitting a batch that can't be committed", exc_info=bug)
                break
        if jobs:
            await self._halve(session, jobs)

    def _in_time(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Refuses jobs that would expire inside the transaction; returns the others.

        Nothing may be stored after its refusal, so a job that expires in there costs all its
        neighbours the attempt. Under steady load there would be such a job in each.
        """
        enough = asyncio.get_running_loop().time() + min(self._took, LONGEST * _MOST_AHEAD)
        for job in jobs:
            if job.expires < enough:
                job.expire()
        return [job for job in jobs if not job.answer.done()]

    async def _halve(self, session: Session, jobs: Sequence[Job]) -> None:
        self._instruments.splits.inc()
        middle = (len(jobs) + 1) // 2
        for half in (jobs[:middle], jobs[middle:]):
            if half:
                await self._settle(session, half)

    async def _after_conflict(self, tries: int) -> None:
        self.conflicts += 1
        self._instruments.conflicts.inc()
        if tries % _END_SILENT_AFTER == 0:
            with suppress(Unavailable):  # the next try meets the same
                await self._registry.end_silent()
        pause = min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    async def _commit(self, session: Session, jobs: Sequence[Job]) -> None:
        loop = asyncio.get_running_loop()
        attempt = self._attempt(jobs, commit_id=new_id())
        left = max(job.expires for job in jobs) - loop.time()
        await failpoint("committer.before_transaction")
        with self._instruments.commit(jobs, attempt.events), deadline(left), self._timed():
            async with session.transaction() as transaction:
                await attempt.read(transaction)
                await attempt.decide(transaction, self._clock)
                if attempt.changes_anything():
                    # Only what is written matters to other batches from here on: they may start
                    # with the rest.
                    self._busy[session] = attempt.written
                    self._schedule()
                    await attempt.write(transaction)
                    await failpoint("committer.before_commit")
                    await self._commits.commit(transaction, attempt)
                    attempt.remember()
        self._answer(attempt, jobs)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self._took = time.monotonic() - began

    def _answer(self, attempt: Attempt, jobs: Sequence[Job]) -> None:
        self.batches += 1
        self.commands += len(jobs)
        for job, verdict in zip(jobs, attempt.verdicts, strict=True):
            if isinstance(verdict, Exception):
                job.fail(verdict)
            else:
                job.succeed(verdict)
        if attempt.events:
            signals.committed(self._database)

    async def _sweep(self) -> None:
        """Answers what has waited too long, be it in the queue or in a transaction that hangs."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_SWEEP)
            now = loop.time()
            for job in [job for job in self._jobs if job.expires <= now]:
                job.expire()
