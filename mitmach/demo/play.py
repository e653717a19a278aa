"""The story, act by act: people arrive, found groups, write, read and answer, and vote.

Everything goes through the public HTTP API, many people at once. A second run goes on where the
last one stopped: what exists already is found by its Idempotency-Key or left as it is.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mitmach.demo.behaviour import Published, Visit, format_of, kind_of, visits
from mitmach.demo.client import Client
from mitmach.demo.organisation import COMMENTS, GROUPS, Person, people, title

ADMIN = "demo-admin"
EDITOR = "demo-editor"
_AT_ONCE = 48  # people who are busy at the same time
_BATCH = 100  # people in one request
_JOIN_PATIENCE = 20.0  # seconds for a membership to reach the other services, at worst
_CLOSING = 9.0  # seconds from ending a vote to its tally: the longest commit, and the notice before

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

    people: list[Person] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)
    channels: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    posts: list[Published] = field(default_factory=list)
    contest: str | None = None
    result: Any = None


class Play:
    """One run of the story.

    Args:
        client: Sends the requests.
        seed: Of the organisation; another one is another organisation.
        run: Names this run in Idempotency-Keys, so that a later run publishes new posts.
        interactions: Acknowledged events that the readers' act should reach at least.
        advance: Told how many events were acknowledged since.
    """

    def __init__(
        self, client: Client, *, seed: int, run: str, interactions: int, advance: Step
    ) -> None:
        self.community = Community(people=people(seed))
        self._client = client
        self._seed = seed
        self._run = run
        self._interactions = interactions
        self._advance = advance
        self._dice = random.Random(f"{seed} {run}")
        self._told = 0

    async def all(self) -> Community:
        """Plays everything."""
        await self.arrive()
        await self.found_groups()
        await self.write()
        await asyncio.gather(self.compete(), self.read_and_answer())
        return self.community

    async def arrive(self) -> None:
        """The directory provisions the people; nine in ten come."""
        call = self._client.call
        everyone = self.community.people
        for start in range(0, len(everyone), _BATCH):
            entries = [
                {
                    "id": person.id,
                    "name": person.name,
                    "department": person.department,
                    "location": person.location,
                }
                for person in everyone[start : start + _BATCH]
            ]
            body = {"people": entries}
            await call("POST", "/v1/people:batch", ADMIN, body=body, roles=("admin",))
        coming = [person for person in everyone if self._dice.random() < 0.93]
        self.community.people = coming
        await self._together(
            call("POST", "/v1/me/visits", who, deed="visits")
            for who in [*(person.id for person in coming), EDITOR]
        )

    async def found_groups(self) -> None:
        """Each group is founded by someone who will be in it; then the others join."""
        await self._together(self._found(index) for index in range(len(GROUPS)))
        await self._together(
            self._join(person, index) for person in self.community.people for index in person.groups
        )

    async def _found(self, index: int) -> None:
        plan = GROUPS[index]
        call = self._client.call
        founder = self._founder(index)
        body = {
            "name": plan.name,
            "kind": plan.kind,
            "visibility": plan.visibility,
            "topics": list(plan.topics),
            "purpose": plan.purpose,
        }
        group = await call(
            "POST",
            "/v1/groups",
            founder.id,
            body=body,
            key=f"demo-{self._seed}-group-{index}",
            roles=("editor",) if plan.kind == "pilot" else (),
        )
        self.community.groups[index] = group["id"]
        channels = []
        for kind, name in plan.channels:
            channel = await call(
                "POST",
                f"/v1/groups/{group['id']}/channels",
                founder.id,
                body={"kind": kind, "name": name},
                key=f"demo-{self._seed}-channel-{index}-{name}",
            )
            channels.append((kind, channel["id"]))
        self.community.channels[index] = channels

    def _founder(self, index: int) -> Person:
        """The first creator who belongs to the group."""
        inside = [person for person in self.community.people if index in person.groups]
        return next((p for p in inside if p.temper == "creator"), inside[0])

    async def _join(self, person: Person, index: int) -> None:
        group = self.community.groups[index]
        founder = self._founder(index)
        if person is founder:
            return
        call = self._client.call
        if GROUPS[index].visibility == "open":
            path = f"/v1/groups/{group}/members/me"
            await call("PUT", path, person.id, deed="joins", fine=(409,))
            return
        requests = f"/v1/groups/{group}/requests"
        asked = await call("POST", requests, person.id, body={}, deed="joins", fine=(409,))
        if asked is not None:
            approve = f"{requests}/{person.id}:approve"
            await call("POST", approve, founder.id, deed="joins", fine=(404, 409))

    async def write(self) -> None:
        """Creators publish: news in the morning, the rest when they like."""
        jobs = []
        for index, plan in enumerate(GROUPS):
            writers = [
                p for p in self.community.people if index in p.groups and p.temper == "creator"
            ]
            writers = writers or [self._founder(index)]
            for number in range(int(9 * plan.liveliness)):
                kind, channel = self._dice.choice(self.community.channels[index])
                writer = self._founder(index) if kind == "news" else self._dice.choice(writers)
                jobs.append(self._publish(index, number, kind, channel, writer))
        await self._together(jobs)

    async def _publish(
        self, index: int, number: int, kind: str, channel: str, writer: Person
    ) -> None:
        plan = GROUPS[index]
        topics = list({self._dice.choice(plan.topics), self._dice.choice(plan.topics)})
        format_ = format_of(index, self._dice)
        body = {
            "channel_id": channel,
            "format": format_,
            "kind": kind_of(kind, self._dice),
            "title": title(plan.topics, self._dice),
            "text": "More in the channel. What do you think?",
            "topics": topics,
        }
        key = f"demo-{self._run}-post-{index}-{number}"
        post = await self._patiently("POST", "/v1/posts", writer.id, body=body, key=key)
        weight = self._dice.paretovariate(1.1)
        self.community.posts.append(Published(post["id"], index, format_, writer.id, weight))

    async def _patiently(self, method: str, path: str, person: str, **call: Any) -> Any:
        """Waits until the other services have heard of a new group, channel or membership."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _JOIN_PATIENCE
        while loop.time() < until:
            answer = await self._client.call(
                method, path, person, deed="posts", fine=(403, 404), **call
            )
            if answer is not None:
                return answer
            await asyncio.sleep(0.1)
        return await self._client.call(method, path, person, deed="posts", **call)

    async def read_and_answer(self) -> None:
        """Days of visits, until enough has been acknowledged."""
        ledger = self._client.ledger
        goal = len(ledger.receipts) + self._interactions
        while len(ledger.receipts) < goal:
            day = visits(self.community.people, self.community.posts, self._dice)
            await self._together(self._visit(visit, goal) for visit in day)

    async def _visit(self, visit: Visit, goal: int) -> None:
        call = self._client.call
        if len(self._client.ledger.receipts) >= goal or not visit.reads:
            return
        who = visit.person.id
        reads = {"post_ids": [post.id for post in visit.reads]}
        await call("POST", "/v1/views:batch", who, body=reads, deed="views")
        for post, reaction in visit.reactions:
            path = f"/v1/posts/{post.id}/reaction"
            await call("PUT", path, who, body={"kind": reaction}, deed="reactions")
        for number, post in enumerate(visit.comments):
            key = f"{self._run}-{who}-{post.id}-{visit.hour}-{number}-{self._dice.random()}"
            body: dict[str, Any] = {"text": self._dice.choice(COMMENTS)}
            path = f"/v1/posts/{post.id}/comments"
            await call("POST", path, who, body=body, key=key, deed="comments")
        for post in visit.shares:
            await call("POST", f"/v1/posts/{post.id}/shares", who, body={}, deed="shares")

    async def compete(self) -> None:
        """A photo contest: from the draft to the published result."""
        call = self._client.call
        organise: dict[str, Any] = {"roles": ("editor",), "deed": "contest"}
        now = datetime.now(UTC)
        times = ("submissions_at", "review_at", "voting_at", "closes_at")
        schedule = {
            name: (now + timedelta(days=day)).isoformat() for day, name in enumerate(times, start=1)
        }
        body = {
            "title": "The light of this week",
            "text": "One photo each, two votes each.",
            "kind": "photo",
            "rules": {"votes_max": 2, "reviewed": True, "anonymous": True},
            "schedule": schedule,
        }
        key = f"demo-{self._run}-contest"
        contest = await call("POST", "/v1/contests", EDITOR, body=body, key=key, **organise)
        self.community.contest = contest["id"]
        path = f"/v1/contests/{contest['id']}"
        await call("POST", f"{path}:announce", EDITOR, **organise)
        await call("POST", f"{path}:advance", EDITOR, **organise)
        entrants = self._dice.sample(self.community.people, 14)
        entries = [await self._enter(path, person) for person in entrants]
        await call("POST", f"{path}:advance", EDITOR, **organise)
        for entry in entries[:-1]:
            await call("POST", f"/v1/entries/{entry}:accept", EDITOR, **organise)
        rejected = f"/v1/entries/{entries[-1]}:reject"
        await call("POST", rejected, EDITOR, body={"reason": "Not from this week."}, **organise)
        await call("POST", f"{path}:advance", EDITOR, **organise)
        voters = self._dice.sample(self.community.people, int(0.5 * len(self.community.people)))
        owners = dict(zip((p.id for p in entrants), entries, strict=True))
        await self._together(self._vote(path, voter, entries[:-1], owners) for voter in voters)
        await call("POST", f"{path}:advance", EDITOR, **organise)
        await self._publish_results(path, organise)

    async def _enter(self, path: str, person: Person) -> str:
        body = {
            "title": "What I saw on my way",
            "text": "",
            "media": [{"url": f"https://media.example/{person.id}.jpg", "alt": "A morning"}],
            "consent": True,
        }
        key = f"demo-{self._run}-entry-{person.id}"
        entry = await self._client.call(
            "POST", f"{path}/entries", person.id, body=body, key=key, deed="contest"
        )
        return str(entry["id"])

    async def _vote(
        self, path: str, voter: Person, entries: Sequence[str], owners: dict[str, str]
    ) -> None:
        others = [entry for entry in entries if entry != owners.get(voter.id)]
        weights = [1 / (1 + place) for place in range(len(others))]
        chosen = list(dict.fromkeys(self._dice.choices(others, weights, k=2)))
        body = {"entry_ids": chosen}
        await self._client.call("PUT", f"{path}/ballot", voter.id, body=body, deed="ballots")

    async def _publish_results(self, path: str, organise: dict[str, Any]) -> None:
        """Ends the vote, waits for the tally, publishes."""
        call = self._client.call
        loop = asyncio.get_running_loop()
        until = loop.time() + 3 * _CLOSING
        while loop.time() < until:
            contest = await call("GET", path, EDITOR, roles=("editor",))
            if contest["phase"] == "published":
                break
            if contest["phase"] == "judged":
                await call("POST", f"{path}:advance", EDITOR, **organise)
                continue
            await asyncio.sleep(0.5)
        self.community.result = await call("GET", f"{path}/results", EDITOR, roles=("editor",))

    async def _together(self, jobs: Iterable[Coroutine[Any, Any, Any]]) -> None:
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
        now = len(self._client.ledger.receipts)
        self._advance(now - self._told)
        self._told = now


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    failure = failures.exceptions[0]
    return _first(failure) if isinstance(failure, BaseExceptionGroup) else failure
