"""What a topic of posts may look like to its readers, and what is true about it.

Events of one source over all partitions, each with the number of the one before it there. Like a
relay that was replaced in the midst, it sends some of them again, in their order.
"""

import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from shared.contract.events.envelope import EventData, format_time, seal, with_sequence
from shared.contract.events.posts import PostPublished
from shared.contract.events.responses import ReactionAdded, ReactionRemoved
from shared.contract.events.topics import POSTS, TOPICS
from shared.delivery.kafka import KafkaConnection, open_producer
from tooling.sample_events import A_MOMENT, sample

SOURCE = "/mitmach/posts/01936f00aa007000b0000000"
FORMATS = ("text", "photo", "video")
AUTHOR = "01936f3e-0000-4000-8000-000000000001"
_PARTITIONS = TOPICS[POSTS].partitions
# After so many events some are sent again; so many of them.
_EVERY, _AGAIN = 97, 40


class Sent(NamedTuple):
    """A record as it is sent."""

    partition: int
    value: bytes


class History:
    """The posts and reactions of an organisation, and what they come to.

    Attributes:
        reactions: Post -> the reactions that stand.
        people: Format -> the aliases of those who have reacted to posts of it.
        formats: Format -> how many posts were published.
        format_of: Post -> its format.
        events: How many different events were made.
    """

    def __init__(self, posts: int = 40) -> None:
        self.reactions: Counter[str] = Counter()
        self.people: dict[str, set[str]] = {chosen: set() for chosen in FORMATS}
        self.formats: Counter[str] = Counter()
        self.events = 0
        self._dice = random.Random(4711)
        self._last = dict.fromkeys(range(_PARTITIONS), 0)
        self._sent: list[Sent] = []
        self._posts = [f"01936f3e-0000-7000-8000-{number:012d}" for number in range(posts)]
        self.format_of: dict[str, str] = {}

    def more(self, events: int) -> list[Sent]:
        """So many further events, and repeats of earlier ones among them."""
        found = []
        for _ in range(events):
            self._sent.append(self._next())
            found.append(self._sent[-1])
            if len(self._sent) % _EVERY == 0:
                found += self._sent[-_AGAIN:]
        return found

    def _next(self) -> Sent:
        if len(self.format_of) < len(self._posts):
            post = self._posts[len(self.format_of)]
            chosen = self.format_of[post] = self._dice.choice(FORMATS)
            self.formats[chosen] += 1
            return self._numbered(sample(PostPublished, post_id=post, format=chosen), AUTHOR)
        post = self._dice.choice(self._posts)
        kind: type[EventData] = ReactionAdded
        if self.reactions[post] and self._dice.random() < 0.3:
            kind = ReactionRemoved
        self.reactions[post] += 1 if kind is ReactionAdded else -1
        actor = f"r{self._dice.randrange(200):032x}"
        if kind is ReactionAdded:
            self.people[self.format_of[post]].add(actor)
        return self._numbered(sample(kind, post_id=post, format=self.format_of[post]), actor)

    def _numbered(self, data: EventData, actor: str) -> Sent:
        self.events += 1
        partition = self._posts.index(data.post_id) % _PARTITIONS  # type: ignore[attr-defined]
        body = seal(
            data,
            actor=actor,
            source=SOURCE,
            event_id=f"01936f3e-0000-7000-9000-{self.events:012d}",
            time=format_time(A_MOMENT),
            traceparent=None,
        ).body
        sent = Sent(partition, with_sequence(body, self.events, self._last[partition]))
        self._last[partition] = self.events
        return sent


async def send(connection: KafkaConnection, records: Sequence[Sent]) -> None:
    """Sends records in their order, as relays send them, and waits for the broker."""
    async with open_producer(connection) as producer:
        waiting = [
            await producer.send(POSTS, one.value, partition=one.partition) for one in records
        ]
        for one in waiting:
            await one
