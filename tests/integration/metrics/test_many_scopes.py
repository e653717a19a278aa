"""Ten thousand groups, and topics that people make up to do harm: figures stay right and small."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from msgspec import structs

from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window
from services.metrics.projection import FlatEvent, fold
from services.metrics.store.documents import COLLECTIONS, JOURNAL, PARTICIPATION
from services.metrics.store.read.communities import read_communities
from services.metrics.store.read.kpi_calculator import KpiCalculator
from services.metrics.store.write.writer import Writer
from shared.contract.events import groups, people, posts, responses, topics
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Driver
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.integration.metrics.counted_community import exported, sources_at
from tests.support.metrics import NOON, told
from tests.support.mongodb import connected
from tooling.sample_events import sample

GROUPS, PEOPLE, POSTS = 10_000, 300, 2_000
PER_GROUP = 6  # members
HOSTILE = (
    "$where",
    "a.b|c/d",
    "__proto__",
    "\u202eterces",
    "\U0001f4a5" * 30,
    "ﷺ" * 20,
    "'; drop table",
    "0" * 99,
)
PARTITIONS = tuple(f"{name}/0" for name in (topics.PEOPLE, topics.GROUPS, topics.POSTS))
TODAY = Window(NOON.date(), NOON.date() + timedelta(days=1))


def person(number: int) -> str:
    return f"01936f3e-0000-4000-8000-{number:012x}"


def events() -> Iterator[tuple[str, FlatEvent]]:
    """Each with its partition: everybody arrives, all groups are founded, some of them talk."""
    for number in range(PEOPLE):
        who = person(number)
        arrived = sample(people.PersonActivated, person=who, account="human")
        yield PARTITIONS[0], told(arrived, actor=who)
    founded, joined = sample(groups.GroupCreated), sample(groups.MembershipJoined)
    for number, group_id in enumerate(IDS):
        about = {"group_id": group_id, "group_kind": "community", "visibility": "open"}
        yield PARTITIONS[1], told(structs.replace(founded, **about))
        for member in members(number):
            said = {**about, "member": person(member), "role": "member", "counted": True}
            yield PARTITIONS[1], told(structs.replace(joined, **said), actor=person(member))
    for number in range(POSTS):
        yield from of_post(number)


def members(group: int) -> Iterator[int]:
    """Who belongs to a group."""
    return ((group * 7 + step) % PEOPLE for step in range(PER_GROUP))


def of_post(number: int) -> Iterator[tuple[str, FlatEvent]]:
    """A post in one of the groups, with words that nobody else uses, and who answers it."""
    author, *others = map(person, members(number))
    made_up = tuple(f"{number} {word}" for word in HOSTILE[:-1])
    about: dict[str, Any] = {
        "post_id": new_id(),
        "group_id": IDS[number],
        "author": author,
        "author_human": True,
        "format": "text",
        "topics": (HOSTILE[number % len(HOSTILE)], *made_up),
        "published_at": NOON,
    }
    acts: dict[str, Any] = {**about, "human": True, "own": False}
    first = {"first_view": True, "was_interacting": False}
    published = structs.replace(PUBLISHED, **about)
    yield PARTITIONS[2], told(published, actor=author)
    viewed = structs.replace(VIEWED, **acts, first_view=True, in_audience=True)
    for who in others[:3]:
        yield PARTITIONS[2], told(viewed, actor=who)
    said = {"comment_author": others[0], "parent_id": None}
    commented = structs.replace(COMMENTED, **acts, **first, **said)
    yield PARTITIONS[2], told(commented, actor=others[0])


IDS = tuple(new_id() for _ in range(GROUPS))
PUBLISHED = sample(posts.PostPublished)
VIEWED = sample(posts.PostViewed)
COMMENTED = sample(responses.CommentAdded, comment_id=new_id())


@asynccontextmanager
async def counted(mongo_url: str, prefix: str) -> AsyncIterator[Database]:
    """The database in which all of it was counted, in flushes of some thousand events."""
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(f"{prefix}metrics")
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        sessions = mongo.sessions(database)
        session = await sessions.open()
        writer = Writer(database)
        folds = {name: fold(name) for name in PARTITIONS}

        async def flush() -> None:
            await writer.prepare([(name, folded.take()) for name, folded in folds.items()])
            async with session.transaction() as transaction:
                await writer.write(transaction)
                await transaction.commit()

        for number, (name, event) in enumerate(events(), 1):
            folds[name].apply(event)
            if number % 4_000 == 0:
                await flush()
        await flush()
        await sessions.close()
        yield database


async def test_ten_thousand_groups_and_made_up_words(mongo_url: str, database_prefix: str) -> None:
    async with counted(mongo_url, database_prefix) as database:
        calculator = KpiCalculator(database)

        async def of(name: str, **filters: str) -> tuple[Any, Any]:
            asked = Filters(**filters)
            (found,) = await calculator.compute([name], TODAY, now=NOON, filters=asked)
            return found.numerator, found.denominator

        for number in (0, 7, POSTS - 1):  # one creates, one comments, two more look
            assert await of("participation", group=IDS[number]) == (2, PER_GROUP)
            assert await of("adoption", group=IDS[number]) == (4, PER_GROUP)
        for number in (POSTS, GROUPS - 1):  # nothing happens there
            assert await of("adoption", group=IDS[number]) == (0, PER_GROUP)
        for place, word in enumerate(HOSTILE):
            answered = {
                [*members(number)][1] for number in range(POSTS) if number % len(HOSTILE) == place
            }
            assert await of("topic_demand", topic=word) == (len(answered), PEOPLE)
        assert await of("topic_demand", topic=f"7 {HOSTILE[0]}") == (1, PEOPLE)
        assert await of("topic_demand", topic="said by nobody") == (0, PEOPLE)
        states = (await read_communities(database, NOON)).states
        assert states == {"alive": GROUPS, "at_risk": 0, "dormant": 0}
        await is_small(database)


async def is_small(database: Database) -> None:
    """What is stored and shown grows with what is done, and not with how things are called."""
    shown = await exported(sources_at(database, NOON))
    values = {
        value for samples in shown.values() for labels, _ in samples for value in labels.values()
    }
    assert values.isdisjoint({*IDS, *HOSTILE})
    assert len(values) < 100
    for collection in (JOURNAL, PARTICIPATION):
        sizes = [len(stored["body"]) for stored in await database.find(collection, {})]
        assert all(size < 2_000_000 for size in sizes), collection
