"""Sums over day columns are the sums over all records, whatever happened to the posts."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.projection import fold
from services.metrics.store.columns.day_columns import ROWS_PER_PAGE, DayColumnsCache, PartitionDay
from services.metrics.store.columns.published_posts import PostFilter, PublishedPosts
from services.metrics.store.documents import BITMAPS, COLLECTIONS, DAY_COLUMNS, TOTALS
from services.metrics.store.documents import GROUPS as GROUP_RECORDS
from services.metrics.store.documents import POSTS as POST_RECORDS
from services.metrics.store.writer import Writer
from shared.contract.events import posts, responses
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Driver, Session
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.support.metrics import NOON, Story
from tests.support.mongodb import connected
from tooling import metrics_scan as scan

PEOPLE = tuple("abcdefgh")
FORMATS = ("video", "text")
TOPICS = ("running", "söndag", "zebra")
GROUPS = (new_id(), new_id())
WINDOW = Window(NOON.date() - timedelta(days=2), NOON.date() + timedelta(days=2))
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
PARTITION = f"{POSTS}/0"
SORTS = ("engagement", "reach", "interactors", "viewers")

topics = st.lists(st.sampled_from(TOPICS), max_size=3).map(tuple)
abouts = st.fixed_dictionaries(
    {
        "published_at": st.sampled_from(
            (NOON, NOON + timedelta(days=1), MIDNIGHT, MIDNIGHT - timedelta(milliseconds=1))
        ),
        "group_id": st.sampled_from(GROUPS),
        "format": st.sampled_from(FORMATS),
        "topics": topics,
    }
)
afters = st.sampled_from(
    (
        timedelta(seconds=7.3),
        timedelta(days=6, hours=23),
        timedelta(days=7),
        timedelta(days=9),
    )
)

happenings = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(PEOPLE),
        afters,
        st.booleans(),
        st.one_of(
            st.just(("publish",)),
            st.tuples(st.just("seen by"), st.integers(1, 8)),
            st.just(("view",)),
            st.just(("react",)),
            st.just(("unreact",)),
            st.just(("comment",)),
            st.tuples(
                st.sampled_from(
                    (responses.CommentHidden, responses.CommentRestored, responses.CommentDeleted)
                ),
            ),
            st.tuples(st.sampled_from((posts.PostHidden, posts.PostRestored, posts.PostDeleted))),
            st.tuples(st.just("edit"), st.sampled_from(FORMATS), topics, st.sampled_from(GROUPS)),
            st.just(("flush",)),
            st.just(("restart",)),
            st.just(("move",)),
        ),
    ),
    min_size=5,
    max_size=40,
)


_ENDS = (responses.CommentHidden, responses.CommentDeleted)


def happen(story: Story, who: str, after: timedelta, flag: bool, what: Any) -> None:
    """Something that people do with a post."""
    match what:
        case ("seen by", count):
            for person in PEOPLE[:count]:
                story.viewed(person, inside=flag, after=after)
        case ("view",):
            story.viewed(who, inside=flag, after=after)
        case ("react",):
            story.reacted(who, already=flag, after=after)
        case ("unreact",):
            story.unreacted(who, still=flag, after=after)
        case ("comment",):
            story.commented(who, already=flag, after=after)
        case ("edit", format_, topics_, group):
            story.about |= {"format": format_, "topics": topics_, "group_id": group}
            story.tell(posts.PostEdited, "a", after=after)
        case (kind,) if kind in _ENDS and flag and story.answers:
            story.unanswered(kind, who, comment_author=who, after=after)
        case (kind,):
            more = {"comment_author": who} if "comment" in kind.type else {}
            story.tell(kind, who, after=after, **more)


class World:
    """Posts in two partitions, a writer that stores what happens, and a reader."""

    def __init__(self, database: Database, session: Session, about: Sequence[Any]) -> None:
        self.database = database
        self.session = session
        self.writer = Writer(database)
        self.published = PublishedPosts(database)
        self.folds = {number: fold(f"{POSTS}/{number}") for number in range(4)}
        self.heard: set[int] = set()
        self.at = [index % 2 for index in range(len(about))]
        self.stories = [
            Story(self.folds[self.at[index]], author="a", **facts)
            for index, facts in enumerate(about)
        ]

    async def flush(self) -> None:
        """Stores what has gathered."""
        taken = [(f"{POSTS}/{number}", fold_.take()) for number, fold_ in self.folds.items()]
        await self.writer.prepare(taken)
        async with self.session.transaction() as transaction:
            await self.writer.write(transaction)
            await transaction.commit()

    async def happens(self, index: int, who: str, after: timedelta, flag: bool, what: Any) -> None:
        """One of the things that can happen to a post, or to the consumer."""
        match what:
            case ("publish",):
                if index not in self.heard and self.at[index] < 2:
                    self.heard.add(index)
                    self.stories[index].published(audience=len(who) + PEOPLE.index(who))
            case ("flush",):
                await self.flush()
            case ("restart",):
                await self.flush()
                self.writer = Writer(self.database)
            case ("move",):
                # The topic got more partitions: from here on the post's events are elsewhere.
                if index in self.heard:
                    await self.flush()
                    self.at[index] += 2 if self.at[index] < 2 else 0
                    self.stories[index].fold = self.folds[self.at[index]]
            case _:
                happen(self.stories[index], who, after, flag, what)

    async def agrees(self, as_of: datetime) -> None:
        """Compares every sum with the scan."""
        await self.flush()
        (all_of_them,) = await self.published.of(WINDOW)
        for post_filter in (
            PostFilter(),
            PostFilter(group=GROUPS[1]),
            *(PostFilter(format=format_) for format_ in (FORMATS[1], "nothing")),
            *(PostFilter(topic=topic) for topic in (TOPICS[1], "nothing")),
            PostFilter(GROUPS[0], FORMATS[0], TOPICS[0]),
        ):
            selection = all_of_them.filtered(post_filter)
            seen = selection.attention(as_of)
            wanted = await scan.attention(self.database, WINDOW, post_filter, as_of)
            assert seen == wanted
            assert list(seen.topics) == list(wanted.topics)
            for provisional in (False, True):
                assert selection.answers(as_of=as_of, provisional=provisional) == (
                    await scan.answers(
                        self.database, WINDOW, post_filter, as_of=as_of, provisional=provisional
                    )
                )
        for sort in SORTS:
            best = await scan.best_posts(self.database, WINDOW, PostFilter(), sort=sort, limit=3)
            assert all_of_them.best(sort, 3) == [post.post_id for post in best]
        since = NOON + timedelta(hours=1)
        assert all_of_them.unanswered(since) == await scan.unanswered(self.database, since)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    about=st.lists(abouts, min_size=4, max_size=4),
    story=happenings,
    rows=st.sampled_from((1, ROWS_PER_PAGE)),
    as_of=st.sampled_from((NOON + timedelta(days=1), NOON + timedelta(days=8))),
)
def test_sums_over_day_columns_are_the_sums_over_all_records(
    mongo_url: str,
    database_prefix: str,
    *,
    about: list[dict[str, Any]],
    story: list[tuple[Any, ...]],
    rows: int,
    as_of: datetime,
) -> None:
    async def compare() -> None:
        async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
            database = mongo.database(f"{database_prefix}metrics")
            await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
            for collection in (POST_RECORDS, DAY_COLUMNS, TOTALS, BITMAPS, GROUP_RECORDS):
                await database.delete(collection, {})
            sessions = mongo.sessions(database)
            world = World(database, await sessions.open(), about)
            half = len(story) // 2
            for act in story[:half]:
                await world.happens(*act)
            await world.agrees(as_of)
            for act in story[half:]:
                await world.happens(*act)
            await world.agrees(as_of)
            await sessions.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.metrics.store.columns.day_columns.ROWS_PER_PAGE", rows)
        asyncio.run(compare())


async def test_what_changes_nothing_in_a_sheet_stores_none(database: Database) -> None:
    story = Story(fold(PARTITION)).published(audience=SMALLEST)
    story.viewed("bea")
    day_columns = DayColumnsCache(database)
    first = story.fold.take()
    story.viewed("bea", first=False)
    story.viewed("cem", after=timedelta(days=8))
    second = story.fold.take()

    await day_columns.load([PartitionDay(PARTITION, NOON.date())])
    (stored,) = day_columns.merge(PARTITION, first, 1)
    assert stored["q"] == {"_id": f"{PARTITION}|{NOON.date()}"}
    assert list(day_columns.merge(PARTITION, second, 2)) == []


async def test_a_flush_stores_only_the_pages_that_changed(database: Database) -> None:
    posts_ = [
        Story(fold(PARTITION)).published(audience=SMALLEST) for _ in range(2 * ROWS_PER_PAGE + 1)
    ]
    place = PartitionDay(PARTITION, NOON.date())
    writing = DayColumnsCache(database)
    await writing.load([place])
    for story in posts_:
        stored = list(writing.merge(PARTITION, story.fold.take(), 1))
        assert len(stored) == 1
        await database.update(DAY_COLUMNS, stored)

    reading = DayColumnsCache(database)
    await reading.load([place])
    for number, changed in (
        (0, 0),
        (ROWS_PER_PAGE - 1, 0),
        (ROWS_PER_PAGE, 1),
        (2 * ROWS_PER_PAGE, 2),
    ):
        posts_[number].viewed("bea")
        taken = posts_[number].fold.take()
        for day_columns in (writing, reading):
            (stored_one,) = day_columns.merge(PARTITION, taken, 2)
            assert stored_one["u"]["$set"]["page"] == changed
            assert "facts" not in stored_one["u"]["$set"]
    assert await database.count(DAY_COLUMNS, {}) == 3
    (seen,) = await PublishedPosts(database).of(WINDOW)
    assert seen.attention(NOON).total.posts == 2 * ROWS_PER_PAGE + 1


async def test_a_sheet_from_before_there_were_pages_is_continued(database: Database) -> None:
    old, new = (Story(fold(PARTITION)).published(audience=SMALLEST) for _ in range(2))
    place = PartitionDay(PARTITION, NOON.date())
    day_columns = DayColumnsCache(database)
    await day_columns.load([place])
    await database.update(DAY_COLUMNS, list(day_columns.merge(PARTITION, old.fold.take(), 1)))
    await database.update(DAY_COLUMNS, [{"q": {}, "u": {"$unset": {"page": ""}}}])

    day_columns = DayColumnsCache(database)
    await day_columns.load([place])
    await database.update(DAY_COLUMNS, list(day_columns.merge(PARTITION, new.fold.take(), 2)))
    assert await database.count(DAY_COLUMNS, {}) == 1
    (seen,) = await PublishedPosts(database).of(WINDOW)
    assert seen.attention(NOON).total.posts == 2
