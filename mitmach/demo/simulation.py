"""The simulation: what all acts share. Who is there, what has come into being, and many at once."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from mitmach.demo.behaviour import DemoPost
from mitmach.demo.client import Client
from mitmach.demo.organisation import Colleague, people

ADMIN = "demo-admin"
EDITOR = "demo-editor"
_AT_ONCE = 48  # people who are busy at the same time

Step = Callable[[int], None]


@dataclass(slots=True)
class Community:
    """What has come into being.

    Attributes:
        groups: Ids by index of the plan.
        channels: By group index: kind and id of each.
        contest: Its id, once there is one.
        result: Its published result.
    """

    people: list[Colleague] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    channels: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    posts: list[DemoPost] = field(default_factory=list)
    contest: str | None = None
    result: Any = None


class Simulation:
    """What the acts play on.

    Args:
        client: Sends the requests.
        seed: Of the organisation; another one is another organisation.
        run: Names this run in Idempotency-Keys, so that a later run publishes new posts.
        advance: Told how many events were acknowledged since.
    """

    def __init__(self, client: Client, *, seed: int, run: str, advance: Step) -> None:
        self.community = Community(people=people(seed))
        self.client = client
        self.seed = seed
        self.run = run
        self.rng = random.Random(f"{seed} {run}")
        self._advance = advance
        self._told = 0

    def founder(self, index: int) -> Colleague:
        """The first creator who belongs to the group."""
        inside = [person for person in self.community.people if index in person.groups]
        return next((p for p in inside if p.temper == "creator"), inside[0])

    async def together(self, jobs: Iterable[Coroutine[Any, Any, Any]]) -> None:
        """Runs jobs, a bounded number at once; the first failure ends all."""
        waiting = iter(list(jobs))

        async def work() -> None:
            for job in waiting:
                await job
                self._tell()

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(_AT_ONCE):
                    group.create_task(work())
        except BaseExceptionGroup as failures:
            for job in waiting:
                job.close()
            raise _first(failures) from None

    def _tell(self) -> None:
        now = len(self.client.ledger.receipts)
        self._advance(now - self._told)
        self._told = now


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    failure = failures.exceptions[0]
    return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
