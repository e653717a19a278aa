"""Load over HTTP while everything breaks, and a ledger of what its clients were told.

An operation is what a person wants done: it has a key, so that it may be asked for again, and after
some tries without an answer the person gives up. What then became of it only the oracle knows.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from mitmach.demo.client import Client
from mitmach.demo.client import Ledger as Receipts
from tooling.servers.role_processes import RoleProcess

AT_ONCE = 8
PAUSE = 0.05  # seconds, unless said otherwise: what is tested is not how much
ANSWER_WITHIN = 6.0  # seconds; a service promises three
MOST_TRIES = 4
ARRIVED_WITHIN = 60.0
PEOPLE = [f"person-{number}" for number in range(40)]
POSTS = 12


@dataclass
class Operation:
    """Something that a person wants done.

    Attributes:
        kind: `comment`, `share`, `reaction` or `view`.
        post: Id of the post that it is about.
        key: Its Idempotency-Key, and the text of a comment.
        receipts: Ids of its events, once it was acknowledged; before: None.
        asked: How often it was asked for.
    """

    kind: str
    post: str
    key: str
    receipts: tuple[str, ...] | None = None
    asked: int = 0


@dataclass
class Load:
    """Some dozen people who react, comment, share and view, spread over the APIs of posts.

    Attributes:
        operations: All that they wanted.
        bad_answers: Answers that nobody should get, whatever breaks.
        posts: Ids of the posts that they use.
        group: The id of the group in which they are.
        channel: The id of the channel in which they post.
        answer_times: Seconds until each answer that was a good one.
        told_to_wait: How often one of them was told to come again later.
        pause: Seconds between two operations of a person.
    """

    http: aiohttp.ClientSession
    groups: RoleProcess
    apis: Sequence[RoleProcess]
    token: Callable[..., str]
    dice: random.Random
    receipts: Receipts = field(default_factory=Receipts)
    operations: list[Operation] = field(default_factory=list)
    bad_answers: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    group: str = ""
    channel: str = ""
    answer_times: list[float] = field(default_factory=list)
    told_to_wait: int = 0
    pause: float = PAUSE
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def set_up(self) -> None:
        """They arrive, found a group and post, before anything breaks."""
        groups, posts = self._client(self.groups), self._client(self.apis[0])
        for person in PEOPLE:
            await groups.call("POST", "/v1/me/visits", person)
            await posts.call("GET", "/v1/feed", person)  # again until posts has heard of them
        body = {"kind": "community", "visibility": "open", "name": "Runners"}
        group = await groups.call("POST", "/v1/groups", PEOPLE[0], body=body, key="g")
        self.group = group["id"]
        path = f"/v1/groups/{self.group}"
        for person in PEOPLE[1:]:
            await groups.call("PUT", f"{path}/members/me", person)
        channels = await groups.call("GET", f"{path}/channels", PEOPLE[0])
        self.channel = channels["items"][0]["id"]
        body = {"channel_id": self.channel, "text": "Who joins?"}
        async with asyncio.timeout(ARRIVED_WITHIN):
            for person in PEOPLE[:POSTS]:
                # Until posts has heard of the channel, and of them.
                while (post := await self._posted(posts, person, body)) is None:
                    await asyncio.sleep(0.1)
                self.posts.append(post)

    async def _posted(self, client: Client, person: str, body: dict[str, str]) -> str | None:
        key = f"post-{self.dice.random()}"
        answer = await client.call("POST", "/v1/posts", person, body=body, key=key, fine=(403, 404))
        return None if answer is None else str(answer["id"])

    def _client(self, role: RoleProcess) -> Client:
        return Client(self.http, role.http, token=self.token, ledger=self.receipts, rng=self.dice)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """They go on as long as the block runs; then what was begun is finished."""
        async with asyncio.TaskGroup() as together:
            for number in range(AT_ONCE):
                together.create_task(self._go_on(number))
            try:
                yield
            finally:
                self.stopped.set()

    async def _go_on(self, number: int) -> None:
        count = 0
        while not self.stopped.is_set():
            count += 1
            kind = self.dice.choices(("view", "reaction", "comment", "share"), (4, 4, 4, 1))[0]
            operation = Operation(kind, self.dice.choice(self.posts), f"{number}-{count}")
            self.operations.append(operation)
            await self._do(operation, self.dice.choice(PEOPLE))
            await asyncio.sleep(self.pause)

    async def _do(self, operation: Operation, person: str) -> None:
        for attempt in range(self.dice.randint(1, MOST_TRIES)):
            if attempt:
                await asyncio.sleep(self.dice.uniform(0.2, 1.5))
            operation.asked += 1
            if await self._acknowledged(operation, person):
                return

    async def _acknowledged(self, operation: Operation, person: str) -> bool:
        method, path, body = self._request(operation)
        headers = {"authorization": f"Bearer {self.token(person, ())}"}
        if method == "POST":
            headers["idempotency-key"] = operation.key
        began = time.perf_counter()
        try:
            async with self.http.request(
                method,
                f"{self.dice.choice(self.apis).http}/v1/posts/{operation.post}{path}",
                json=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
            ) as answer:
                said = await answer.text()
                if answer.status in (429, 503):
                    self.told_to_wait += 1
                    return False
                if answer.status >= 400:
                    self.bad_answers.append(f"{method} {path}: {answer.status} {said[:300]}")
                    return False
                ids = answer.headers.get("event-ids", "")
                operation.receipts = tuple(one for one in ids.split(",") if one)
                self.answer_times.append(time.perf_counter() - began)
                return True
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _request(self, operation: Operation) -> tuple[str, str, dict[str, str] | None]:
        match operation.kind:
            case "view":
                return "PUT", "/view", None
            case "reaction":
                return "PUT", "/reaction", {"kind": self.dice.choice(("like", "thanks", "funny"))}
            case "comment":
                return "POST", "/comments", {"text": operation.key}
            case _:
                return "POST", "/shares", {}
