"""How much one person may make in a day: no single one can fill everybody's lists and disks.

A service says what counts as what (`PublishPost` as a post) and how many of it a person may make in
a UTC day; its routes' commands then run inside of `CountedCommand`, which counts in the same
transaction: one small document per person, so that counting is as exact as what it counts. A
command that is refused, that changes nothing or is answered from its Idempotency-Key counts
nothing.

The hot commands have no further document to pay for. How often somebody reacts to a post or
replaces a ballot is bounded in the document that the act writes anyway. Comments are counted by
each API process in its own memory: of n replicas, n times as many.

People with the role `admin` or `editor` act for the organisation, and `service` is a program that
provisions: none of them has a quota.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, NamedTuple

import msgspec

from shared.contract.errors import Category, Refusal
from shared.contract.moments import day_of, to_milliseconds, utc_now
from shared.contract.principal import Principal
from shared.delivery.command import (
    Changes,
    Command,
    Entity,
    Found,
    Key,
    ReplayedCommand,
    check_repeatable,
)

EXEMPT = frozenset({"admin", "editor", "service"})
"""Platform roles without quotas."""

_DAY = timedelta(days=1)


class Quota(NamedTuple):
    """How much of something a person may make.

    Attributes:
        kind: What it is, in the plural, as the refusal says it: `groups`.
        limit: As many in one UTC day; 0 for no limit.
        hot: Counted in memory instead of in the transaction.
    """

    kind: str
    limit: int
    hot: bool = False


class DailyUse(Entity, frozen=True, kw_only=True):
    """What a person has made on the last day on which they made something; its id is theirs.

    Attributes:
        day: In UTC, as ISO text.
        used: How many, by kind.
        expires_at: When the database may remove it: some time after that day is over.
    """

    collection: ClassVar[str] = "daily_use"
    day: str
    used: dict[str, int]
    expires_at: datetime


class DailyQuotaReached(Refusal):
    """This person has made as much of this as one may in a day.

    Attributes:
        wait: Seconds until the next day begins.
    """

    category = Category.TOO_MANY
    title = "The quota of this day is used up"

    def __init__(self, kind: str, limit: int, now: datetime) -> None:
        midnight = _midnight_after(now)
        super().__init__(
            f"You can make at most {limit} {kind} in a day. It begins anew at"
            f" {midnight:%Y-%m-%dT%H:%M:%SZ}."
        )
        self.wait = (midnight - now).total_seconds()


@dataclass(frozen=True, slots=True)
class CountedCommand:
    """A command that counts against a quota, exactly.

    Attributes:
        command: The command that is executed if the quota allows it.
        person_id: The person whose use is counted.
        quota: The kind of thing that the command makes, and its limit.
    """

    command: Command
    person_id: str
    quota: Quota

    def reads(self, found: Found) -> Iterator[Key]:
        """What the command reads, and what the person has made today."""
        yield DailyUse, self.person_id
        yield from self.command.reads(found)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Decides as the command does; what changes nothing counts nothing.

        The quota is asked last, so that nobody learns from it of something that they may not see.

        Raises:
            DailyQuotaReached: They have made as many today.
        """
        changes = self.command.decide(found, now)
        if not (changes.put or changes.remove or changes.events):
            return changes
        after = add_use(found.get(DailyUse, self.person_id), self.person_id, self.quota, now)
        return msgspec.structs.replace(changes, put=(*changes.put, after))

    def shown_reads(self, found: Found, reply: Any) -> Iterable[Key]:
        """What the command names."""
        return _repeatable(self.command).shown_reads(found, reply)

    def check_shown(self, found: Found, reply: Any) -> None:
        """As the command does: a repeat counts nothing."""
        _repeatable(self.command).check_shown(found, reply)


@dataclass(frozen=True, slots=True)
class _RefusedCommand:
    """A hot command of somebody whose quota is used up: refused, unless for another reason.

    Not refused before it is decided, so that a repeated Idempotency-Key still gets its answer.
    """

    command: Command
    quota: Quota

    def reads(self, found: Found) -> Iterator[Key]:
        yield from self.command.reads(found)

    def decide(self, found: Found, now: datetime) -> Changes:
        self.command.decide(found, now)
        raise DailyQuotaReached(self.quota.kind, self.quota.limit, now)

    def shown_reads(self, found: Found, reply: Any) -> Iterable[Key]:
        return _repeatable(self.command).shown_reads(found, reply)

    def check_shown(self, found: Found, reply: Any) -> None:
        _repeatable(self.command).check_shown(found, reply)


def _repeatable(command: Command) -> ReplayedCommand:
    check_repeatable(command)
    return command  # type: ignore[return-value]


def add_use(before: DailyUse | None, person_id: str, quota: Quota, now: datetime) -> DailyUse:
    """What a person has made today, with one more.

    Raises:
        DailyQuotaReached: That would be more than the quota.
    """
    day, used = day_of(now), {}
    # Not `==`: around midnight the clocks of two processes may disagree which day it is.
    if before is not None and before.day >= day:
        day, used = before.day, before.used
    number = used.get(quota.kind, 0) + 1
    if number > quota.limit:
        raise DailyQuotaReached(quota.kind, quota.limit, now)
    expires_at = to_milliseconds(_midnight_after(now)) + _DAY
    return DailyUse(id=person_id, day=day, used=used | {quota.kind: number}, expires_at=expires_at)


class Quotas:
    """The quotas of a service.

    Attributes:
        of: The quota of each type of command that has any.

    Args:
        of: The quota that each type of command counts against; other commands have none.
        now: The clock that days of hot commands are told by.
    """

    def __init__(
        self,
        of: Mapping[type[Command], Quota] | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.of = {kind: quota for kind, quota in (of or {}).items() if quota.limit}
        self._now = now
        self._ordinal = 0
        self._made: Counter[tuple[str, str]] = Counter()

    def wrap(self, command: Command) -> Command:
        """The command, made to count where it has a quota and its person isn't exempt."""
        quota = self.of.get(type(command))
        if quota is None:
            return command
        principal: Principal = command.principal  # type: ignore[attr-defined]
        if not EXEMPT.isdisjoint(principal.roles):
            return command
        if not quota.hot:
            return CountedCommand(command, principal.person_id, quota)
        if self._today()[quota.kind, principal.person_id] >= quota.limit:
            return _RefusedCommand(command, quota)
        return command

    def count(self, command: Command) -> None:
        """Counts a hot command that was executed and changed something."""
        quota = self.of.get(type(command))
        if quota is not None and quota.hot:
            principal: Principal = command.principal  # type: ignore[attr-defined]
            self._today()[quota.kind, principal.person_id] += 1

    def _today(self) -> Counter[tuple[str, str]]:
        ordinal = self._now().toordinal()
        if ordinal != self._ordinal:
            self._ordinal, self._made = ordinal, Counter()
        return self._made


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + _DAY, datetime.min.time(), UTC)
