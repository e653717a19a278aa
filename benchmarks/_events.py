"""Events as a busy community makes them: posts, then what people do with them."""

import itertools
import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from shared.contract.aliases import Aliases
from shared.contract.events.disclosure import Disclosure
from shared.contract.events.envelope import EventData, Sealed, format_time, seal, with_sequence
from shared.contract.events.posts import PostPublished, PostViewed
from shared.contract.events.responses import CommentAdded, ReactionAdded
from shared.contract.events.traces import TraceAliases
from shared.delivery.relay.sequences import partition_of
from tooling.sample_events import sample

PARTITIONS = 6
PEOPLE = 20_000
SOURCE = "/mitmach/posts/benchmark"
ALIASES = Aliases(b"a key for benchmarks")
TRACES = TraceAliases(b"a key for benchmarks")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def sealed(events: int, posts: int, *, first: int = 1) -> Iterator[Sealed]:
    """As many events, without numbers; the same ones each time, but for the hour.

    Args:
        events: How many, the posts' own included.
        posts: How many of them publish a post. Seven of ten of the others are views, the rest
            reactions and comments, most of them on few posts.
        first: Number of the first one. Other numbers are other events, on other posts.
    """
    dice = random.Random(first)
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    people = persons(PEOPLE)
    disclosure = Disclosure(ALIASES, TRACES)
    made = f"{int(start.timestamp() * 1000):012x}"
    ids = [f"{made[:8]}-{made[8:]}-7000-8000-{n:012x}" for n in range(first - 1, first - 1 + posts)]
    common: dict[str, Any] = {"published_at": start, "own": False, "in_audience": True}
    kinds = {
        "viewed": sample(PostViewed, **common),
        "reacted": sample(ReactionAdded, **common, comment_id=None, comment_author=None),
        "commented": sample(CommentAdded, **common),
    }
    data: EventData
    published = sample(PostPublished, published_at=start)
    for n in range(first, first + events):
        whose: dict[str, str] = {}
        actor = dice.choice(people)
        if n < first + posts:
            post, data = ids[n - first], published
            whose["author"] = actor
        else:
            post = ids[min(int(dice.expovariate(6 / posts)), posts - 1)]
            kind = dice.choices(("viewed", "reacted", "commented"), (7, 2, 1))[0]
            data = kinds[kind]
            if kind == "commented":
                whose["comment_author"] = actor
        happened = msgspec.structs.replace(data, post_id=post, **whose)
        told, shown = disclosure.publishable(happened, actor, None, masked=False)
        yield seal(
            told,
            actor=shown,
            source=SOURCE,
            event_id=f"01a20d23-4f02-7000-8000-{n:012x}",
            time=format_time(start + timedelta(milliseconds=n)),
            traceparent=TRACE,
        )


def persons(count: int) -> list[str]:
    """The ids of so many people, the same ones each time."""
    dice = random.Random(3)
    return [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(count)]


class Record(NamedTuple):
    """A numbered event as a record of Kafka."""

    key: bytes
    value: bytes


def numbered(events: int, posts: int, *, warm_up: int = 0) -> Iterator[tuple[int, Record]]:
    """The same as the relay numbers them, each with its partition.

    Args:
        events: How many, the posts' own included.
        posts: How many of them publish a post.
        warm_up: How many further ones come before, on posts of their own, in the same proportion.
    """
    heads = [0] * PARTITIONS
    before = sealed(warm_up, posts * warm_up // events)
    measured = sealed(events, posts, first=warm_up + 1)
    for n, event in enumerate(itertools.chain(before, measured), 1):
        at = partition_of(event.key, PARTITIONS)
        yield at, Record(event.key.encode(), with_sequence(event.body, n, heads[at]))
        heads[at] = n


def chains(records: Iterable[tuple[int, Record]]) -> list[list[Record]]:
    """The records of each partition, in order."""
    found: list[list[Record]] = [[] for _ in range(PARTITIONS)]
    for at, record in records:
        found[at].append(record)
    return found
