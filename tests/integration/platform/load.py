"""Load on a whole platform: people who post and react, for tests that compare counts afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec

from mitmach.demo.client import Client
from shared.contract.services import LogOwner
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Mongo

PEOPLE = [f"person-{number}" for number in range(30)]
AT_ONCE = 8
KNOWN_WITHIN = 60.0  # seconds until posts has heard of all of them
MOST_OPERATIONS = 8000  # a bound for a slow takeover; about 1500 are usual


class PlatformLoad:
    """People who post and react.

    Args:
        groups: Client of the API of groups.
        posts: Clients of the APIs of posts, one for each process of it.
        dice: Decides who does what; with the same seed all do the same.

    Attributes:
        post_ids: Ids of the posts that they react to, after `set_up`.
    """

    def __init__(self, groups: Client, posts: Sequence[Client], dice: random.Random) -> None:
        self._groups = groups
        self._posts = posts
        self._dice = dice
        self.post_ids: list[str] = []

    async def set_up(self) -> None:
        """People arrive, found a group, and post."""
        founder = PEOPLE[0]
        for person in PEOPLE:
            await self._groups.call("POST", "/v1/me/visits", person)
        body = {"kind": "community", "visibility": "open", "name": "Runners"}
        group = await self._groups.call("POST", "/v1/groups", founder, body=body, key="g")
        path = f"/v1/groups/{group['id']}"
        for person in PEOPLE[1:]:
            await self._groups.call("PUT", f"{path}/members/me", person)
        channels = await self._groups.call("GET", f"{path}/channels", founder)
        body = {"channel_id": channels["items"][0]["id"], "text": "Who joins?"}
        async with asyncio.timeout(KNOWN_WITHIN):
            while len(self.post_ids) < 12:
                person = PEOPLE[len(self.post_ids)]
                post = await self._post(person, body)
                if post is None:
                    await asyncio.sleep(0.1)  # posts hasn't heard of the channel, or of them, yet
                else:
                    self.post_ids.append(post["id"])
            for person in PEOPLE:
                while await self._greet(person) is None:
                    await asyncio.sleep(0.1)  # it hasn't heard that they have joined

    async def _greet(self, person: str) -> dict[str, str] | None:
        path, body = f"/v1/posts/{self.post_ids[0]}/comments", {"text": "Hello."}
        greeted: dict[str, str] | None = await self._posts[0].call(
            "POST", path, person, body=body, key=f"hello-{person}-{random.random()}", fine=(403,)
        )
        return greeted

    async def _post(self, person: str, body: dict[str, str]) -> dict[str, str] | None:
        key = f"p-{len(self.post_ids)}-{random.random()}"
        posts: dict[str, str] | None = await self._posts[0].call(
            "POST", "/v1/posts", person, body=body, key=key, fine=(403, 404)
        )
        return posts

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """They go on doing things as long as the block runs; every answer must be a good one."""
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as together:
            for number in range(AT_ONCE):
                together.create_task(self._go_on(number, enough))
            yield
            enough.set()

    async def _go_on(self, number: int, enough: asyncio.Event) -> None:
        for count in range(MOST_OPERATIONS // AT_ONCE):
            if enough.is_set():
                return
            await self.do_something(f"{number}-{count}")

    async def do_something(self, key: str) -> None:
        """Something that a person does; repeated with the same key it has one effect."""
        dice = self._dice
        client, person = dice.choice(self._posts), dice.choice(PEOPLE)
        path = f"/v1/posts/{dice.choice(self.post_ids)}"
        match dice.choices(("view", "react", "comment", "share"), (5, 4, 2, 1))[0]:
            case "view":
                await client.call("PUT", f"{path}/view", person)
            case "react":
                kind = dice.choice(("like", "thanks", "funny"))
                await client.call("PUT", f"{path}/reaction", person, body={"kind": kind})
            case "comment":
                text = {"text": "I do."}
                await client.call("POST", f"{path}/comments", person, body=text, key=key)
            case _:
                await client.call("POST", f"{path}/shares", person, body={}, key=key)


async def caused_by_people(mongo: Mongo, prefix: str) -> set[str]:
    """The ids of all events in the logs but those of the services themselves."""
    found = set()
    for service in LogOwner:
        async for document in mongo.database(prefix + service).stream(LOG, {}):
            events = [msgspec.json.decode(event.body) for event in logged_events(document)]
            found |= {event["id"] for event in events if "actor" in event}
    return found
