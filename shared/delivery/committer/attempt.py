"""One transaction for a batch: it reads what all need, decides one after the other, writes at once.

Nothing here answers anybody: an attempt keeps its verdicts, and the committer gives them as answers
only after the commit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from shared.contract.errors import Refusal
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData, Sealed, format_time, seal
from shared.contract.ids import new_id
from shared.delivery.command import (
    Changes,
    ChangesWith,
    Entity,
    Found,
    Key,
    ReplayedCommand,
)
from shared.delivery.committer.entity_cache import EntityCache
from shared.delivery.committer.history import PastJob, Recorded, check_order
from shared.delivery.committer.idempotency import IdempotencyRecord, record, replay
from shared.delivery.committer.queue import CommandResult, Job
from shared.delivery.consistency.token import place_in
from shared.delivery.log import LOG, log_documents
from shared.delivery.mongo import Transaction, document, entity

# Rounds of `reads`. A command that asks for more is written wrongly: it would hold up the whole
# batch.
MOST_ROUNDS = 5

Verdict = CommandResult | Recorded | Exception


def _as_it_is(
    data: EventData,
    actor: str | None,
    _within: str | None,
    _masked: bool,
    _apart: Mapping[str, str],
) -> tuple[EventData, str | None]:
    return data, actor


def _same_trace(_data: EventData, traceparent: str, _event_id: str) -> str:
    return traceparent


class Attempt:
    """A batch of commands inside one transaction.

    Args:
        jobs: The batch.
        source: CloudEvents source of its events.
        commit_id: Id of the commit in the log.
        cache: Entities that earlier transactions have read.
        public_url: Under which address events say that their schemas are; empty if there is none.
        disclosure: What events may say of people and traces; None: what commands and requests say.

    Attributes:
        verdicts: One per job, in their order: the result of its command, or why there is none.
        written: Keys of entities that the batch changes.
        events: Events of the batch, in the order of its commands.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        source: str,
        commit_id: str,
        cache: EntityCache,
        public_url: str = "",
        disclosure: Disclosure | None = None,
    ) -> None:
        self.jobs = jobs
        self.verdicts: list[Verdict] = []
        self.written: set[Key] = set()
        self.events: list[Sealed] = []
        self._source = source
        self._public_url = public_url
        self._publishable = _as_it_is if disclosure is None else disclosure.publishable
        self._trace = _same_trace if disclosure is None else disclosure.trace
        self.commit_id = commit_id
        self._cache = cache
        self._learnt: list[tuple[Key, int]] = []
        self._found = Found()
        self._existed: set[Key] = set()
        self._final: dict[Key, Entity | None] = {}

    async def read(self, transaction: Transaction, jobs: Iterable[Job] | None = None) -> None:
        """Reads what the jobs name, round by round, with one query per collection and round."""
        asking = list(self.jobs if jobs is None else jobs)
        for number in range(MOST_ROUNDS):
            # Nothing was read before the first round: what they name then is known already.
            asking, wanted = self._wanted(asking, named=jobs is None and number == 0)
            for kind, ids in wanted.items():
                await self._fetch(transaction, kind, list(ids))
            if not asking:
                return
        if any(wanted for _, wanted in [self._wanted(asking)]):
            raise RuntimeError(f"a command still names new entities after {MOST_ROUNDS} rounds")

    def _wanted(
        self, asking: list[Job], *, named: bool = False
    ) -> tuple[list[Job], dict[type[Entity], dict[str, None]]]:
        wanted: dict[type[Entity], dict[str, None]] = {}
        again: list[Job] = []
        found = self._found
        for job in asking:
            unread = found.unread(job.named if named else job.reads(found))
            for kind, entity_id in unread:
                wanted.setdefault(kind, {})[entity_id] = None
            if unread:
                again.append(job)
        return again, wanted

    async def _fetch(self, transaction: Transaction, kind: type[Entity], ids: list[str]) -> None:
        put = self._found.put
        if kind.changes_with is not None:
            ids = self._recall(kind, ids, kind.changes_with)
        for entity_id in ids:
            put((kind, entity_id), None)
        if not ids:
            return
        for stored in await transaction.find(kind.collection, {"_id": {"$in": ids}}):
            key = (kind, stored["_id"])
            put(key, entity(kind, stored))
            self._existed.add(key)

    def _recall(self, kind: type[Entity], ids: list[str], changes_with: ChangesWith) -> list[str]:
        """Takes entities from the cache; returns the ids of those that have to be read."""
        unknown: list[str] = []
        found = self._found
        for entity_id in ids:
            key = (kind, entity_id)
            version = changes_with(found, entity_id)
            if version is not None:
                entry = self._cache.get(key, version)
                if entry is not None:
                    found.put(key, entry.entity)
                    if entry.entity is not None:
                        self._existed.add(key)
                    continue
                self._learnt.append((key, version))
            unknown.append(entity_id)
        return unknown

    def remember(self) -> None:
        """Puts what was read into the cache. After the commit: only then was all of it true."""
        for key, version in self._learnt:
            if key not in self.written:
                self._cache.put(key, version, self._found.get(*key))

    async def decide(self, transaction: Transaction, clock: Callable[[], datetime]) -> None:
        """Lets every command decide, each on what the ones before it wrote."""
        now = clock()
        time = format_time(now)
        for job in self.jobs:
            if self.written and not self.written.isdisjoint(job.keys):
                # A neighbour wrote something that this command reads, so it may now ask for more.
                await self.read(transaction, [job])
            if type(job) is PastJob:
                self.verdicts.append(await self._record(transaction, job, now, time))
            else:
                self.verdicts.append(self._decide(job, now, time))

    async def _record(
        self, transaction: Transaction, job: PastJob, now: datetime, time: str
    ) -> Recorded | Exception:
        """Decides acts at their own time one after the other, unless that was done before."""
        try:
            before = job.before(self._found)
        except Refusal as refusal:
            return refusal
        if before is not None:
            return before
        verdicts = []
        for part in job.parts:
            if self.written and not self.written.isdisjoint(part.keys):
                await self.read(transaction, [part])
            verdicts.append(self._decide(part, now, time))
        recorded = job.record(verdicts, now)
        self._apply(Changes(), [recorded])
        return recorded.reply

    def _decide(self, job: Job, now: datetime, time: str) -> CommandResult | Exception:
        once = job.once
        try:
            if (
                once is not None
                and (before := self._found.get(IdempotencyRecord, once.key)) is not None
            ):
                reply = replay(once, before, self._found)
                command: ReplayedCommand = job.command  # type: ignore[assignment]
                command.check_shown(self._found, reply)
                places = tuple(place_in(*place) for place in before.places)
                return CommandResult(reply, tuple(before.event_ids), replayed=True, places=places)
            moment = job.moment
            if moment is None:
                changes = job.command.decide(self._found, now)
                sealed, ids = self._seal(changes, time, job.traceparent)
            else:
                changes = self._decide_as_of(moment, job, now)
                sealed, ids = self._seal(
                    changes, format_time(moment), job.traceparent, recorded=time
                )
            places = tuple([event[:2] for event in sealed])
            records = () if once is None else (record(once, changes.reply, ids, places, now),)
        except Refusal as refusal:
            return refusal
        except Exception as bug:  # noqa: BLE001 - a bug in one command fails that command alone
            return bug
        self._apply(changes, records)
        self.events += sealed
        return CommandResult(changes.reply, ids, places=places)

    def _decide_as_of(self, moment: datetime, job: Job, now: datetime) -> Changes:
        check_order(job.command, moment, self._found, recorder=job.recorder)
        changes = job.command.decide(self._found, moment)
        stored = [written.recorded(moment, now) for written in changes.put]
        return msgspec.structs.replace(changes, put=stored)

    def _seal(
        self,
        changes: Changes,
        time: str,
        traceparent: str | None,
        *,
        recorded: str = "",
    ) -> tuple[list[Sealed], tuple[str, ...]]:
        ids = tuple([new_id() for _ in changes.events])
        told = [self._publishable(*occurred) for occurred in changes.events]
        sealed = [
            seal(
                data,
                actor=actor,
                source=self._source,
                event_id=event_id,
                time=time,
                traceparent=traceparent and self._trace(data, traceparent, event_id),
                public_url=self._public_url,
                recorded=recorded,
            )
            for (data, actor), event_id in zip(told, ids, strict=True)
        ]
        return sealed, ids

    def _apply(self, changes: Changes, records: Sequence[Entity]) -> None:
        for written in (*changes.put, *records):
            self._change((type(written), written.id), written)
        for key in changes.remove:
            self._change(key, None)

    def _change(self, key: Key, written: Entity | None) -> None:
        if not self._found.knows(key):
            raise RuntimeError(
                f"{key[0].__name__} was written by a command that didn't name it in reads()"
            )
        self._found.put(key, written)
        self._final[key] = written
        self.written.add(key)

    def changes_anything(self) -> bool:
        """Whether there is something to commit; without it the batch only read."""
        return bool(self._final or self.events)

    async def write(self, transaction: Transaction) -> None:
        """Writes entities and idempotency records, one command per collection, and the log."""
        inserts: dict[str, list[dict[str, Any]]] = {}
        updates: dict[str, list[dict[str, Any]]] = {}
        deletes: dict[str, list[str]] = {}
        for key, final in self._final.items():
            kind, entity_id = key
            if final is None:
                if key in self._existed:
                    deletes.setdefault(kind.collection, []).append(entity_id)
            elif key in self._existed:
                updates.setdefault(kind.collection, []).append(
                    {"q": {"_id": entity_id}, "u": document(final)}
                )
            else:
                inserts.setdefault(kind.collection, []).append(document(final))
        if self.events:
            inserts[LOG] = log_documents(self.commit_id, transaction.seen_at(), self.events)
        for collection, documents in inserts.items():
            await transaction.insert(collection, documents)
        for collection, statements in updates.items():
            await transaction.update(collection, statements)
        for collection, ids in deletes.items():
            await transaction.delete(collection, ids)
