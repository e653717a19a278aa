"""A metrics store of any size, written directly: what the consumer would have stored by now."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from pyroaring import BitMap

from services.metrics.projection.increments import PostIncrement
from services.metrics.store.columns.column_page import key_of
from services.metrics.store.columns.day_columns import DayColumns, PartitionDay, page_id
from services.metrics.store.documents import (
    BITMAPS,
    COUNTERS,
    DAY_COLUMNS,
    GROUPS,
    PEOPLE,
    POSTS,
    TOTALS,
    bitmap_id,
)
from shared.contract.events import topics
from shared.delivery.mongo import Database
from shared.delivery.relay.sequences import partition_of

PARTITIONS = 6
FORMATS = ("text", "picture", "video", "poll", "link", "file")
TOPICS = tuple(f"topic-{n}" for n in range(200))
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The size of a made-up community."""

    people: int
    groups: int
    posts: int
    days: int


def post_id(number: int) -> str:
    """Id of the post with this number."""
    return f"01a20d23-4f02-7000-8000-{number:012x}"


def group_id(number: int) -> str:
    """Id of the group with this number."""
    return f"01a20d23-4f02-7000-9000-{number:012x}"


def person_id(number: int) -> str:
    """Id of the person with this number."""
    return f"01a20d23-4f02-4000-8000-{number:012x}"


def post_of(number: int, size: Size, today: date, dice: random.Random) -> PostIncrement:
    """All that a post has come to. Posts are spread evenly over the days, the last on today."""
    day = today - timedelta(days=size.days - 1 - number * size.days // size.posts)
    published = datetime.combine(day, time(), UTC) + timedelta(seconds=dice.randrange(86_400))
    viewers = int(dice.expovariate(1 / 25))
    interactors = dice.randrange(viewers + 1) // 4
    comments = interactors // 3
    return PostIncrement(
        group_id=group_id(min(int(dice.paretovariate(0.7)), size.groups) - 1),
        format=dice.choice(FORMATS),
        kind="news",
        topics=tuple(dice.sample(TOPICS[: int(dice.paretovariate(0.6)) + 3], dice.randrange(4))),
        published_at=published,
        counted_until=published + timedelta(days=7),
        facts_changed=True,
        status="hidden" if dice.random() < 0.01 else "published",
        audience_size=viewers + dice.randrange(100),
        viewers=viewers,
        interactors=interactors,
        interactors_7d=interactors,
        comments=comments,
        comments_7d=comments,
        reactions=interactors - comments,
        reactions_7d=interactors - comments,
        response_told="1" if comments else "",
        first_response_at=published + timedelta(seconds=dice.expovariate(1 / 9000))
        if comments
        else None,
    )


def _record(id_: str, post: PostIncrement) -> dict[str, Any]:
    record = {
        "_id": id_,
        "facts": {
            "said": post.facts_said,
            "group_id": post.group_id,
            "format": post.format,
            "kind": post.kind,
            "topics": list(post.topics),
            "published_at": post.published_at,
        },
        "status": {"said": post.status_said, "is": post.status},
        "audience_size": post.audience_size,
        "viewed": post.viewers,
        "viewers": post.viewers,
        "viewers_7d": post.viewers,
        "reached_7d": post.viewers,
        "interactors": post.interactors,
        "interactors_7d": post.interactors,
        "comments": post.comments,
        "comments_7d": post.comments_7d,
        "reactions": post.reactions,
        "reactions_7d": post.reactions_7d,
    }
    if post.first_response_at is not None:
        record["first_response"] = {"told": post.response_told, "at": post.first_response_at}
    return record


async def build(database: Database, size: Size, today: date) -> None:
    """Fills a prepared database with the figures of a whole community."""
    dice = random.Random(1)
    await _posts(database, size, today, dice)
    await _people(database, size, today)
    partitions = [f"{topics.POSTS}/{n}" for n in range(PARTITIONS)]
    partitions.append(f"{topics.PEOPLE}/0")
    await database.insert(
        TOTALS, [{"_id": name, "flush": 1, "events": {}, "views": {}} for name in partitions]
    )
    moment = datetime.combine(today, time(), UTC)
    await database.insert(
        GROUPS,
        [
            {
                "_id": f"{group_id(n)}|{topics.GROUPS}/0",
                "group_id": group_id(n),
                "about": {"said": "", "kind": "community", "visibility": "open"},
                "status": {"said": "", "is": "active"},
                "created_at": moment,
                "members": 50,
                "roles": {},
                "contributed_at": moment,
            }
            for n in range(size.groups)
        ],
    )


async def _posts(database: Database, size: Size, today: date, dice: random.Random) -> None:
    day_columns: dict[PartitionDay, DayColumns] = {}
    records: list[dict[str, Any]] = []
    for number in range(size.posts):
        id_, post = post_id(number), post_of(number, size, today, dice)
        place = PartitionDay(
            f"{topics.POSTS}/{partition_of(id_, PARTITIONS)}", post.published_at.date()
        )
        day_columns.setdefault(place, DayColumns()).apply(key_of(id_), post)
        records.append(_record(id_, post))
        if len(records) >= _AT_ONCE:
            await database.insert(POSTS, records)
            await _store(database, day_columns, place.day)
            records = []
    await database.insert(POSTS, records)
    await _store(database, day_columns, date.max)


async def _store(
    database: Database, day_columns: dict[PartitionDay, DayColumns], before: date
) -> None:
    done = [place for place in day_columns if place.day < before]
    await database.insert(
        DAY_COLUMNS,
        [
            {
                "_id": page_id(place, number),
                "partition": place.partition,
                "day": str(place.day),
                "flush": 1,
                **change,
            }
            for place in done
            for number, change in day_columns.pop(place).changes()
        ],
    )


async def _people(database: Database, size: Size, today: date) -> None:
    dice = np.random.default_rng(1)
    for start in range(0, size.people, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, size.people))
        await database.insert(PEOPLE, [{"_id": person_id(n), "number": n} for n in numbers])
    await database.insert(COUNTERS, [{"_id": "people", "next": size.people}])
    first = today - timedelta(days=size.days)
    everybody = BitMap(range(size.people))
    accounts = [("invited", everybody), ("was_active", everybody), ("switched_on", everybody)]
    await database.insert(
        BITMAPS, [_bitmap(f"{topics.PEOPLE}/0", first, name, who) for name, who in accounts]
    )
    for back in range(size.days):
        day = today - timedelta(days=back)
        await database.insert(BITMAPS, list(_deeds(day, size.people, dice)))


def _deeds(day: date, people: int, dice: np.random.Generator) -> Iterator[dict[str, Any]]:
    shares: Sequence[tuple[str, float]] = (
        ("viewed", 0.1),
        ("interacted", 0.02),
        ("contributed", 0.01),
        ("created", 0.003),
    )
    for partition in range(PARTITIONS):
        for name, share in shares:
            who = BitMap(np.flatnonzero(dice.random(people) < share))
            yield _bitmap(f"{topics.POSTS}/{partition}", day, name, who)


def _bitmap(partition: str, day: date, name: str, who: BitMap) -> dict[str, Any]:
    return {
        "_id": bitmap_id(partition, day, name),
        "partition": partition,
        "day": str(day),
        "name": name,
        "flush": 1,
        "people": who.serialize(),
    }
