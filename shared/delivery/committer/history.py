"""Acts at their own time, many in one transaction: all of them are recorded, or none.

They are decided one after the other, each as of its own moment, and a refusal of one leaves the
others alone. What became of each is stored with them under the key that the request came with, for
as long as an import may take: whoever sends the same request again is told the same.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import msgspec

from shared.contract.errors import Refusal
from shared.contract.history import RecordedTooLate
from shared.delivery.command import (
    Changes,
    Command,
    Entity,
    Found,
    Key,
    OrderedCommand,
    PastAct,
)
from shared.delivery.committer.idempotency import IdempotencyKeyReused
from shared.delivery.committer.queue import CommandResult, Job
from shared.delivery.consistency.token import planned_partition
from shared.delivery.mongo import Index

KEPT_FOR = 60 * 24 * 3600
"""Seconds that outcomes are remembered: within them an interrupted import is taken up again."""

MOST_ACTS = 256
"""Acts of one request: as many commands as one transaction has."""

FAULT = "internal"
"""Stands for the refusal of an act that nobody foresaw: a fault of the platform, not of the act."""


class ActOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one act.

    Attributes:
        event_ids: Ids of the events that it caused; none where it changed nothing.
        refusal: The slug of why it was refused; empty where it wasn't.
        category: The category of the refusal.
        detail: What is to be said about it.
    """

    event_ids: tuple[str, ...] = ()
    refusal: str = ""
    category: str = ""
    detail: str = ""


class Recorded(NamedTuple):
    """What became of the acts of one request.

    Attributes:
        outcomes: One for each act, in their order.
        last: Topic and planned partition of the events, with the last one in each: what a
            consistency token is made of.
    """

    outcomes: Sequence[ActOutcome]
    last: Sequence[tuple[str, int, str]]


class RecordedActs(Entity, frozen=True, kw_only=True):
    """What became of the acts of one request; the id is a digest of its key.

    Attributes:
        fingerprint: A hash of the request.
        outcomes: One for each act, in their order.
        last: As in `Recorded`.
        at: When they were recorded.
    """

    collection: ClassVar[str] = "recorded_acts"
    fingerprint: str
    outcomes: tuple[ActOutcome, ...]
    last: tuple[tuple[str, int, str], ...] = ()
    at: datetime

    @property
    def reply(self) -> Recorded:
        """What is answered."""
        return Recorded(self.outcomes, self.last)


COLLECTIONS: Mapping[str, Sequence[Index]] = {
    RecordedActs.collection: (Index((("at", 1),), expire_after=KEPT_FOR),),
}


class PastJob(Job):
    """Acts of one request that wait to be recorded together.

    Attributes:
        parts: Each act, as a job that nobody waits for.
        key: A digest of the request's key.
        fingerprint: A hash of the request.
    """

    __slots__ = ("fingerprint", "key", "parts")

    def __init__(
        self,
        acts: Sequence[PastAct],
        *,
        key: str,
        fingerprint: str,
        traceparent: str | None,
        answer: asyncio.Future[Any],
        expires: float,
    ) -> None:
        self.key = key
        self.fingerprint = fingerprint
        self.parts = [
            Job(command, None, traceparent, answer, expires, moment=moment, recorder=recorder)
            for command, moment, recorder in acts
        ]
        super().__init__(_Several(self.parts, key), None, traceparent, answer, expires)

    def before(self, found: Found) -> Recorded | None:
        """What became of the acts when they were recorded before; None if they weren't.

        Raises:
            IdempotencyKeyReused: The key came with other acts.
        """
        recorded = found.get(RecordedActs, self.key)
        if recorded is None:
            return None
        if recorded.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused("Use a new key for other acts.")
        return recorded.reply

    def record(self, verdicts: Sequence[CommandResult | Exception], now: datetime) -> RecordedActs:
        """What is stored beside the acts."""
        last: dict[tuple[str, int], str] = {}
        for verdict in verdicts:
            if isinstance(verdict, CommandResult):
                for place, event_id in zip(verdict.places, verdict.event_ids, strict=True):
                    last[planned_partition(place)] = event_id
        return RecordedActs(
            id=self.key,
            fingerprint=self.fingerprint,
            outcomes=tuple(map(outcome_of, verdicts)),
            last=tuple((topic, partition, last_id) for (topic, partition), last_id in last.items()),
            at=now,
        )


class _Several:
    """Reads what all acts read; decided they are one by one."""

    def __init__(self, parts: Sequence[Job], key: str) -> None:
        self._parts = parts
        self._key = key

    def reads(self, found: Found) -> Iterator[Key]:
        yield RecordedActs, self._key
        if found.get(RecordedActs, self._key) is None:
            for part in self._parts:
                yield from part.reads(found)

    def decide(self, found: Found, now: datetime) -> Changes:
        raise NotImplementedError("acts at their own time are decided one by one")


def check_order(command: Command, moment: datetime, found: Found, *, recorder: str = "") -> None:
    """Returns if all that the act rests on was so at that moment already.

    What a worker does because of such an act isn't asked (`FollowingCommand`).

    Args:
        command: The act; what it reads was read.
        moment: When it happened.
        found: The entities that the command has named, as they are now.
        recorder: The id of whoever records, where they act in the name of the organisation:
            their own account may be as young as the import. Empty where somebody else acts.

    Raises:
        RecordedTooLate: Something it rests on came to be, or has changed, after that.
    """
    if getattr(command, "follows", False):
        return
    stands_anyway = getattr(command, "stands_anyway", None)
    if stands_anyway is not None and stands_anyway(found):
        return
    if hasattr(command, "rests_on"):
        ordered: OrderedCommand = command  # type: ignore[assignment]
        since = ordered.rests_on(found)
        if since is not None and since > moment:
            raise RecordedTooLate(_too_late("basis", since))
    for key in command.reads(found):
        entity = None if key[1] == recorder else found.get(*key)
        since = None if entity is None else entity.holds_since
        if since is not None and since > moment:
            raise RecordedTooLate(_too_late(key[0].__name__, since))


def _too_late(what: str, since: datetime) -> str:
    return f"Its {what.lower()} is so since {since:%Y-%m-%dT%H:%M:%S.%fZ}; record acts in order."


def outcome_of(verdict: CommandResult | Exception) -> ActOutcome:
    """What is told, and kept, of what became of an act."""
    if isinstance(verdict, CommandResult):
        return ActOutcome(event_ids=verdict.event_ids)
    if isinstance(verdict, Refusal):
        return ActOutcome(
            refusal=verdict.slug, category=verdict.category.value, detail=verdict.detail
        )
    return ActOutcome(refusal=FAULT, category="fault", detail="The platform failed at it.")
