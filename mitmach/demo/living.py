"""Life goes on: in real time somebody comes, reads, responds and now and then writes.

Each with their own token, through the ordinary routes, and knowing no more than what these answer.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from mitmach.demo import texts
from mitmach.demo.behaviour import (
    ASKED,
    COMMENTS,
    PULL,
    REACTS,
    SHARES,
    format_of,
    reaction,
)
from mitmach.demo.client import Client, RequestFailed
from mitmach.demo.groups import GROUPS
from mitmach.demo.organisation import Colleague

# Seconds from one visit to the next: a visit is up to twelve requests, so that is a few a second,
# which leaves the machine to those who look at it.
_PAUSE = (0.6, 3.0)
# Within a visit.
_THINKING = (0.2, 0.9)
# How many of the visits of creators bring a post: a day would have none by the measure of the
# quarter before whoever looks has gone.
_WRITES = 0.2
# People are as keen as in the quarter; only they are watched for minutes and not for months.
_KEENER = 1.6
_FEED = 20
_READS = (1, 7)
# Not allowed any more, gone, or changed meanwhile: what a person at a screen meets now and then.
_MEANWHILE = (403, 404, 409, 410)
_UNAVAILABLE_PAUSE = 10.0


class Life:
    """The people of the organisation, in real time.

    Args:
        client: Sends their requests.
        people: Those who are here.
        rng: Decides who does what.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        client: Client,
        people: Sequence[Colleague],
        rng: random.Random,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._people = people
        self._presence = [person.presence for person in people]
        self._rng = rng
        self._sleep = sleep

    async def go_on(self) -> None:
        """Lets visit follow visit until it is cancelled."""
        while True:
            (person,) = self._rng.choices(self._people, self._presence)
            try:
                await self.visit(person)
            except RequestFailed:
                # A platform that is restarted or overloaded has given up on it; it comes back.
                self._client.forget_tokens()
                await self._sleep(_UNAVAILABLE_PAUSE)
            # Nobody compares these with anything, and there will be more and more of them.
            self._client.ledger.receipts.clear()
            await self._pause(_PAUSE)

    async def visit(self, person: Colleague) -> None:
        """Somebody opens the platform, reads some of what is new, and responds as they are."""
        call = self._client.call
        if await call("POST", "/v1/me/visits", person.id, deed="visits", fine=(403,)) is None:
            return  # suspended since, or gone
        feed = await call("GET", f"/v1/feed?limit={_FEED}", person.id)
        posts = feed["items"]
        self._rng.shuffle(posts)
        read = posts[: self._rng.randint(*_READS)]
        if read:
            body = {"post_ids": [post["id"] for post in read]}
            await call("POST", "/v1/views:batch", person.id, body=body, deed="views")
        if person.temper == "reader":
            return
        for post in read:
            await self._respond(person, post)
        if posts and person.temper == "creator" and self._rng.random() < _WRITES:
            await self._write(person, self._rng.choice(posts))

    async def _respond(self, person: Colleague, post: Any) -> None:
        call, keen = self._client.call, PULL.get(post["format"], 1.0) * _KEENER
        path = f"/v1/posts/{post['id']}"
        asked = ASKED if post["kind"] in {"question", "idea"} else 1.0
        if self._rng.random() < REACTS[person.temper] * keen:
            await self._pause(_THINKING)
            await call(
                "PUT",
                f"{path}/reaction",
                person.id,
                body={"kind": reaction(self._rng)},
                deed="reactions",
                fine=_MEANWHILE,
            )
        if self._rng.random() < COMMENTS[person.temper] * keen * asked:
            await self._pause(_THINKING)
            body = {"text": texts.comment(post["format"], post["kind"], self._rng)}
            await call(
                "POST",
                f"{path}/comments",
                person.id,
                body=body,
                key=self._key(),
                deed="comments",
                fine=_MEANWHILE,
            )
        if self._rng.random() < SHARES * keen:
            await call(
                "POST",
                f"{path}/shares",
                person.id,
                body={},
                key=self._key(),
                deed="shares",
                fine=_MEANWHILE,
            )

    async def _write(self, person: Colleague, beside: Any) -> None:
        """Publishes something in the channel of a post; not everybody may in each."""
        topics = [topic for topic in beside["topics"] if topic in texts.TOPICS]
        topic = self._rng.choice(topics or [topic for group in GROUPS for topic in group.topics])
        format_, key = format_of((topic,), self._rng), self._key()
        body = {
            "channel_id": beside["channel_id"],
            "format": format_,
            "kind": "discussion",
            "title": texts.title(topic, self._rng),
            "text": texts.text(topic, format_, "discussion", self._rng),
            "topics": [topic],
            "media": texts.media(format_, key),
        }
        await self._client.call(
            "POST", "/v1/posts", person.id, body=body, key=key, deed="posts", fine=_MEANWHILE
        )

    def _key(self) -> str:
        return f"demo-live-{self._rng.getrandbits(64):016x}"

    async def _pause(self, between: tuple[float, float]) -> None:
        await self._sleep(self._rng.uniform(*between))
