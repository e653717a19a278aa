"""Commands that wait to be committed, and which of them may run beside a running commit."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.contract.errors import OutcomeUnknown, Overloaded, Unavailable
from shared.delivery.command import Command, Found, Key, ReplayedCommand, check_repeatable
from shared.delivery.committer.idempotency import (
    IdempotencyKey,
    IdempotencyRecord,
    reply_keys,
    stored_reply,
)
from shared.delivery.consistency import Place

# Commands in one transaction. More gain nothing (the cost per command is flat from about 100 on)
# and make the answer wait longer; entities in one transaction bound its size on the server, and
# commands that read many count as many.
MOST_COMMANDS = 256
MOST_ENTITIES = 4000

_NOTHING = Found()


class CommandResult(NamedTuple):
    """An acknowledged command.

    Attributes:
        reply: What the command decided to answer.
        event_ids: Receipts: the ids of the events that it caused and that will be published.
        replayed: Whether an earlier execution with the same Idempotency-Key answered.
        places: Where each of these events goes: topic and Kafka key. Of an old answer the key isn't
            known, and another of its partition stands for it; empty if that isn't known either.
    """

    reply: Any
    event_ids: tuple[str, ...]
    replayed: bool = False
    places: tuple[Place, ...] = ()


class Job:
    """A command that waits for its answer.

    Attributes:
        answer: What the caller waits for.
        expires: Seconds on the event loop's clock; then it is refused, if nothing is known of it.
        sent: Whether its transaction's commit has left: from here on a timeout means "not known".
        named: Keys of entities that it reads, as it names them before anything was read.
        keys: The named keys as a set, to be compared with those of running commits.
        moment: When an act at its own time happened; None for all others.
        recorder: As in `PastAct`.
    """

    __slots__ = (
        "answer",
        "command",
        "expires",
        "keys",
        "moment",
        "named",
        "once",
        "recorder",
        "sent",
        "traceparent",
    )

    def __init__(
        self,
        command: Command,
        once: IdempotencyKey | None,
        traceparent: str | None,
        answer: asyncio.Future[Any],
        expires: float,
        *,
        moment: datetime | None = None,
        recorder: str = "",
    ) -> None:
        if once is not None:
            check_repeatable(command)
        self.command = command
        self.once = once
        self.traceparent = traceparent
        self.answer = answer
        self.expires = expires
        self.sent = False
        self.moment = moment
        self.recorder = recorder
        self.named: Sequence[Key] = tuple(self.reads(_NOTHING))
        self.keys = frozenset(self.named)

    def reads(self, found: Found) -> Iterable[Key]:
        """Keys of what it must know: the command's own reads, and its Idempotency-Key's record.

        Where there is such a record, it has to know what was replied with, and then whether that
        may still be shown.
        """
        once = self.once
        if once is None:  # the busiest commands: no generator around theirs
            return self.command.reads(found)
        before = found.get(IdempotencyRecord, once.key)
        if before is not None:
            return self._repeated_reads(found, once, before)
        return (*self.command.reads(found), (IdempotencyRecord, once.key))

    def _repeated_reads(
        self, found: Found, once: IdempotencyKey, before: IdempotencyRecord
    ) -> Iterator[Key]:
        yield from reply_keys(once, before)
        reply = stored_reply(once, before, found)
        if reply is not None:
            command: ReplayedCommand = self.command  # type: ignore[assignment]
            yield from command.shown_reads(found, reply)

    def succeed(self, outcome: Any) -> None:
        """Answers, unless the deadline was quicker."""
        if not self.answer.done():
            self.answer.set_result(outcome)

    def fail(self, error: BaseException) -> None:
        """Answers with an error, unless the deadline was quicker."""
        if not self.answer.done():
            self.answer.set_exception(error)

    @property
    def refused(self) -> bool:
        """Whether it was answered already, to somebody who still listened."""
        return self.answer.done() and not self.answer.cancelled()

    def expire(self) -> None:
        """Answers after the deadline: with what is known."""
        self.fail(OutcomeUnknown() if self.sent else Unavailable())


class Queue:
    """Jobs in the order of their arrival.

    Only that a command which shares an entity with a running commit waits for its end.

    Args:
        most_waiting: Jobs that may wait; above it a command is refused at once: an early, honest
            no.
    """

    def __init__(self, most_waiting: int) -> None:
        self._waiting: deque[Job] = deque()
        self._most = most_waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, job: Job) -> None:
        """Lines a job up.

        Raises:
            Overloaded: Too much waits already.
        """
        if len(self._waiting) >= self._most:
            raise Overloaded("Try again in a moment.")
        self._waiting.append(job)

    def next_batch(self, busy: set[Key]) -> list[Job]:
        """Takes the next batch out of the queue.

        Nothing in it touches `busy`, nor what an earlier job still waits for.

        Args:
            busy: Entities that running commits may change.
        """
        batch: list[Job] = []
        passed_over: list[Job] = []
        blocked = set(busy)
        entities = 0
        while self._waiting and len(batch) < MOST_COMMANDS and entities < MOST_ENTITIES:
            job = self._waiting.popleft()
            # What expired while it waited must not be executed after its refusal.
            if job.answer.done():
                continue
            if blocked and not blocked.isdisjoint(job.keys):
                passed_over.append(job)
                blocked |= job.keys
                continue
            batch.append(job)
            entities += len(job.keys)
        self._waiting.extendleft(reversed(passed_over))
        return batch
