"""A metrics store of any size, written directly: what the consumer would have stored by now."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from pyroaring import BitMap

from services.metrics.projection.increments import PostIncrement
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.layout import day_begins
from services.metrics.store.columns.participation import (
    CONTRIBUTED,
    CREATED,
    INTERACTED,
    ON_ANY_TOPIC,
    VIEWED,
    ParticipationNews,
    ParticipationTable,
    in_group,
    on_topic,
)
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.documents import (
    BITMAPS,
    COUNTERS,
    DAY_COLUMNS,
    GROUPS,
    PARTICIPATION,
    PEOPLE,
    TOTALS,
    bitmap_id,
    page_id,
)
from services.metrics.store.journal_entry import attribute_set
from shared.contract.events import topics
from shared.delivery.mongo import Database
from shared.delivery.relay.sequences import partition_of

PARTITIONS = 6
FORMATS = ("text", "picture", "video", "poll", "link", "file")
TOPICS = tuple(f"topic-{n}" for n in range(200))
DEPARTMENTS = tuple(f"department-{n}" for n in range(20))
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The size of a made-up community."""

    people: int
    groups: int
    posts: int
    days: int


def post_day(number: int, size: Size, today: date) -> date:
    """When the post with this number was published: evenly over the days, the last ones today."""
    return today - timedelta(days=size.days - 1 - number * size.days // size.posts)


def post_id(number: int, size: Size, today: date) -> str:
    """Id of the post with this number, made on the day of its publication."""
    made = f"{day_begins(post_day(number, size, today)):012x}"
    return f"{made[:8]}-{made[8:]}-7000-8000-{number:012x}"


def group_id(number: int) -> str:
    """Id of the group with this number."""
    return f"01a20d23-4f02-7000-9000-{number:012x}"


def person_id(number: int) -> str:
    """Id of the person with this number."""
    return f"01a20d23-4f02-4000-8000-{number:012x}"


def post_of(number: int, size: Size, today: date, dice: random.Random) -> PostIncrement:
    """All that a post has come to."""
    day = post_day(number, size, today)
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


async def build(database: Database, size: Size, today: date) -> None:
    """Fills a prepared database with the figures of a whole community."""
    dice = random.Random(1)
    await _posts(database, size, today, dice)
    await _people(database, size, today)
    partitions = [f"{topics.POSTS}/{n}" for n in range(PARTITIONS)]
    partitions.append(f"{topics.PEOPLE}/0")
    await database.insert(
        TOTALS,
        [{"_id": name, "flush": 1, "through": 1, "events": {}, "views": {}} for name in partitions],
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
    of_day: dict[str, list[tuple[str, PostIncrement]]] = {}
    before = post_day(0, size, today)
    for number in range(size.posts):
        day = post_day(number, size, today)
        if day != before:
            await _store(database, before, of_day)
            of_day, before = {}, day
        id_ = post_id(number, size, today)
        partition = f"{topics.POSTS}/{partition_of(id_, PARTITIONS)}"
        of_day.setdefault(partition, []).append((id_, post_of(number, size, today, dice)))
    await _store(database, before, of_day)


async def _store(
    database: Database, day: date, of_day: Mapping[str, Sequence[tuple[str, PostIncrement]]]
) -> None:
    pages = []
    for partition, posts in of_day.items():
        table = DayTable()
        table.apply(PostNews.of(posts, {}), 1)
        about = {"partition": partition, "day": str(day), "flush": 1}
        pages += [
            {
                "_id": page_id(partition, day, page.number),
                "page": page.number,
                **about,
                **page.fields,
            }
            for page in table.pages()
        ]
    await database.insert(DAY_COLUMNS, pages)


async def _people(database: Database, size: Size, today: date) -> None:
    dice = np.random.default_rng(1)
    for start in range(0, size.people, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, size.people))
        await database.insert(PEOPLE, [{"_id": person_id(n), "number": n} for n in numbers])
    await database.insert(COUNTERS, [{"_id": "people", "next": size.people}])
    first = today - timedelta(days=size.days)
    everybody = BitMap(range(size.people))
    accounts = [("invited", everybody), ("was_active", everybody), ("switched_on", everybody)]
    for number, word in enumerate(DEPARTMENTS):
        people = BitMap(range(number, size.people, len(DEPARTMENTS)))
        accounts.append((attribute_set("department", word), people))
    await database.insert(
        BITMAPS, [_bitmap(f"{topics.PEOPLE}/0", first, name, who) for name, who in accounts]
    )
    for back in range(size.days):
        day = today - timedelta(days=back)
        await database.insert(BITMAPS, list(_deeds(day, size.people, dice)))
        await database.insert(PARTICIPATION, list(_participation(day, size, dice)))


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


def _participation(day: date, size: Size, dice: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Who took part where: as many as `_deeds` has, each in a group, and on two topics."""
    groups = [in_group(group_id(number)) for number in range(size.groups)]
    topics_ = [on_topic(topic) for topic in TOPICS]
    for partition in range(PARTITIONS):
        runs = _Runs()
        for deed, share in (
            *((VIEWED, 0.1), (INTERACTED, 0.02)),
            *((CONTRIBUTED, 0.01), (CREATED, 0.003)),
        ):
            who = np.flatnonzero(dice.random(size.people) < share)
            where = np.minimum(dice.pareto(0.7, len(who)).astype(np.int64), size.groups - 1)
            runs.add(where, who, groups, deed)
            if deed == INTERACTED:
                runs.add(np.zeros(len(who), np.int64), who, [ON_ANY_TOPIC], deed)
                for _ in range(2):
                    which = np.minimum(dice.pareto(0.6, len(who)).astype(np.int64), len(TOPICS) - 1)
                    runs.add(which, who, topics_, deed)
        table = ParticipationTable.empty().changed([runs.news()])
        pages = table.pages()
        for number, body in enumerate(pages):
            name = f"{topics.POSTS}/{partition}"
            yield {
                "_id": page_id(name, day, number),
                "partition": name,
                "day": str(day),
                "flush": 1,
                "pages": len(pages),
                "body": body,
            }


class _Runs:
    """Rows of people, as the news of a flush."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, Any, Any]] = []

    def add(self, where: Any, who: Any, scopes: Sequence[int], deed: int) -> None:
        """Adds people, each in one of some scopes."""
        places = np.array(scopes, np.uint64)[where]
        self._rows.append((places, who.astype(np.uint32), np.full(len(who), deed, np.uint8)))

    def news(self) -> ParticipationNews:
        """All of them, each a run of one."""
        places, who, deeds = (np.concatenate(column) for column in zip(*self._rows, strict=True))
        return ParticipationNews(places, deeds, np.ones(len(who), np.uint32), who)


def _bitmap(partition: str, day: date, name: str, who: BitMap) -> dict[str, Any]:
    return {
        "_id": bitmap_id(partition, day, name),
        "partition": partition,
        "day": str(day),
        "name": name,
        "flush": 1,
        "people": who.serialize(),
    }
