"""The simulation: what all acts share. Who is there, what has come into being, many at once."""

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
ANALYST = "demo-analyst"
# Jobs of people that are done at the same time.
_AT_ONCE = 48

Step = Callable[[int], None]


@dataclass(slots=True)
class Community:
    """What has come into being on the platform.

    Attributes:
        people: The people of the organisation.
        ids: The ids of people, by what the identity provider calls them.
        groups: The ids of groups, by their index in the plan.
        channels: Kind and id of each channel, by the index of the group.
        posts: The posts that can be read.
        contest: The id of the contest, once it was made.
        result: The published result of the contest.
    """

    people: list[Colleague] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    channels: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    posts: list[DemoPost] = field(default_factory=list)
    contest: str | None = None
    result: Any = None


class Simulation:
    """The organisation while it is played, and the means of the acts.

    Args:
        client: Sends the requests.
        seed: Decides who the organisation is; another seed is another organisation.
        run: Names this run in Idempotency-Keys, so that a later run publishes new posts.
        advance: Called with the number of events that were acknowledged since the last call.
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
