"""Base and journal together are what a plain fold comes to, wherever the one ends.

Readers that follow and readers that begin see the same, whatever happened to the posts.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.measures import SMALLEST
from services.metrics.kpis.windows import Window
from services.metrics.projection import fold
from services.metrics.store.columns.day_table import ROWS_PER_PAGE, DayTable
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.documents import COLLECTIONS, DAY_COLUMNS, JOURNAL, TOTALS
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.published_posts import PublishedPosts
from services.metrics.store.write.base import KEPT_ENTRIES, MOST_DAYS, MOST_ENTRIES
from services.metrics.store.write.writer import Writer
from shared.contract.events import posts, responses
from shared.contract.events.topics import POSTS
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Driver, Session
from shared.runtime.assembly import SHARED_COLLECTIONS
from tests.support.metrics import NOON, Story
from tests.support.metrics_reading import published_posts
from tests.support.mongodb import connected
from tooling.metrics_records import Records

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
            st.just(("look",)),
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
    """Posts in two partitions, a writer that stores what happens, and readers."""

    def __init__(self, database: Database, session: Session, about: Sequence[Any]) -> None:
        self.database = database
        self.session = session
        self.writer = Writer(database)
        self.following = published_posts(database)
        self.records = Records()
        self.folds = {number: fold(f"{POSTS}/{number}") for number in range(4)}
        self.heard: set[int] = set()
        self.at = [index % 2 for index in range(len(about))]
        self.stories = [
            Story(self.folds[self.at[index]], author="a", **facts)
            for index, facts in enumerate(about)
        ]

    async def flush(self, *numbers: int) -> None:
        """Stores what has gathered: of all partitions, or of these."""
        taken = [
            (f"{POSTS}/{number}", fold_.take())
            for number, fold_ in self.folds.items()
            if not numbers or number in numbers
        ]
        for _, increments in taken:
            self.records.add(increments)
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
            case ("look",):
                await self.flush()
                (seen,) = await self.following.of(WINDOW)  # its sums follow from now on
                seen.attention(NOON)
                seen.answers(as_of=NOON, provisional=True)
            case ("move",):
                # The topic got more partitions: from here on the post's events are elsewhere.
                if index in self.heard:
                    await self.flush()
                    self.at[index] += 2 if self.at[index] < 2 else 0
                    self.stories[index].fold = self.folds[self.at[index]]
            case _:
                happen(self.stories[index], who, after, flag, what)

    async def agrees(self, as_of: datetime) -> None:
        """Compares every sum with the records, as readers see it that follow and that begin."""
        await self.flush()
        for published in (self.following, published_posts(self.database)):
            await self._agrees(published, as_of)

    async def _agrees(self, published: PublishedPosts, as_of: datetime) -> None:
        (all_of_them,) = await published.of(WINDOW)
        for post_filter in (
            Filters(),
            Filters(group=GROUPS[1]),
            *(Filters(format=format_) for format_ in (FORMATS[1], "nothing")),
            *(Filters(topic=topic) for topic in (TOPICS[1], "nothing")),
            Filters(GROUPS[0], FORMATS[0], TOPICS[0]),
        ):
            selection = all_of_them.filtered(post_filter)
            seen = selection.attention(as_of)
            wanted = self.records.attention(WINDOW, post_filter, as_of)
            assert seen == wanted
            assert list(seen.topics) == list(wanted.topics)
            for provisional in (False, True):
                assert selection.answers(
                    as_of=as_of, provisional=provisional
                ) == self.records.answers(WINDOW, post_filter, as_of=as_of, provisional=provisional)
        for sort in SORTS:
            assert all_of_them.best(sort, 3) == self.records.best(WINDOW, sort, 3)
        since = NOON + timedelta(hours=1)
        assert all_of_them.unanswered(since) == self.records.unanswered(WINDOW, since)
        await self._each_agrees(published)

    async def _each_agrees(self, published: PublishedPosts) -> None:
        found = {post.post_id: post for post in await published.find([*self.records.posts])}
        for post_id, record in self.records.posts.items():
            if record["status"][1] == "deleted":
                assert post_id not in found
                continue
            post = found[post_id]
            facts = record["facts"]
            shown = (post.status, post.audience, post.format, post.topics, post.group_id)
            told = (facts.format, facts.topics, facts.group_id)
            assert shown == (record["status"][1], record["audience"], *told)
            for name in ("viewers", "comments", "reactions", "viewers_7d"):
                assert getattr(post, name) == record[name], name
            assert (post.views, post.first_response_at) == (record["viewed"], record["response"][1])


@asynccontextmanager
async def new_world(mongo_url: str, prefix: str, about: Sequence[Any]) -> AsyncIterator[World]:
    """A world in an empty database, with posts of which nothing was told yet."""
    async with connected(mongo_url, driver=Driver.PYMONGO) as mongo:
        database = mongo.database(f"{prefix}metrics")
        await database.ensure_collections({**COLLECTIONS, **SHARED_COLLECTIONS})
        for collection in COLLECTIONS:
            await database.delete(collection, {})
        sessions = mongo.sessions(database)
        yield World(database, await sessions.open(), about)
        await sessions.close()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    about=st.lists(abouts, min_size=4, max_size=4),
    story=happenings,
    rows=st.sampled_from((1, ROWS_PER_PAGE)),
    entries=st.sampled_from((1, 2, 5, MOST_ENTRIES)),
    kept=st.sampled_from((0, 2, KEPT_ENTRIES)),
    days=st.sampled_from((1, MOST_DAYS)),
    as_of=st.sampled_from((NOON + timedelta(days=1), NOON + timedelta(days=8))),
)
def test_base_and_journal_are_what_a_plain_fold_comes_to(
    mongo_url: str,
    database_prefix: str,
    *,
    about: list[dict[str, Any]],
    story: list[tuple[Any, ...]],
    rows: int,
    entries: int,
    kept: int,
    days: int,
    as_of: datetime,
) -> None:
    async def compare() -> None:
        async with new_world(mongo_url, database_prefix, about) as world:
            half = len(story) // 2
            for act in story[:half]:
                await world.happens(*act)
            await world.agrees(as_of)
            for act in story[half:]:
                await world.happens(*act)
            await world.agrees(as_of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.metrics.store.columns.day_table.ROWS_PER_PAGE", rows)
        patch.setattr("services.metrics.store.write.base.MOST_ENTRIES", entries)
        patch.setattr("services.metrics.store.write.base.KEPT_ENTRIES", kept)
        patch.setattr("services.metrics.store.write.base.MOST_DAYS", days)
        asyncio.run(compare())


def day_of_posts(number: int) -> tuple[DayTable, list[Story]]:
    """A table with some posts, and what can happen to them."""
    stories = [Story(fold(PARTITION)).published(audience=SMALLEST) for _ in range(number)]
    table = DayTable()
    for flush, story in enumerate(stories, 1):
        table.apply(PostNews.of(story.fold.take().posts, {}), flush)
    return table, stories


def test_only_the_pages_that_changed_are_stored() -> None:
    table, stories = day_of_posts(2 * ROWS_PER_PAGE + 1)
    assert [page.number for page in table.pages()] == [0, 1, 2]
    for number, changed in (
        (0, 0),
        (ROWS_PER_PAGE - 1, 0),
        (ROWS_PER_PAGE, 1),
        (2 * ROWS_PER_PAGE, 2),
    ):
        stories[number].viewed("bea")
        table.apply(PostNews.of(stories[number].fold.take().posts, {}), 5_000 + number)
        assert [page.number for page in table.pages()] == [changed]
    assert list(table.pages()) == []


def test_news_that_a_page_has_already_are_left_out() -> None:
    table, stories = day_of_posts(ROWS_PER_PAGE + 1)
    first, last = table.pages()
    stored = [{"flush": 10, **first.fields}, {"flush": 20, **last.fields}]
    for flush, wanted in ((10, [0, 0]), (15, [1, 0]), (20, [1, 0]), (21, [1, 1])):
        read = DayTable(stored)
        for story in (stories[0], stories[-1]):
            story.viewed("bea")
            read.apply(PostNews.of(story.fold.take().posts, {}), flush)
        assert read["viewed"][[0, -1]].tolist() == wanted, flush


@asynccontextmanager
async def one_post(
    mongo_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch, *, entries: int, kept: int
) -> AsyncIterator[World]:
    """A world with a post that was published, and counted."""
    monkeypatch.setattr("services.metrics.store.write.base.MOST_ENTRIES", entries)
    monkeypatch.setattr("services.metrics.store.write.base.KEPT_ENTRIES", kept)
    about = {"published_at": NOON, "group_id": GROUPS[0], "format": "text", "topics": ()}
    async with new_world(mongo_url, prefix, [about]) as world:
        world.stories[0].published(audience=9)
        await world.agrees(NOON)
        yield world


async def test_a_new_owner_folds_what_the_one_before_has_left_behind_the_base(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=6, kept=0) as world:
        for number, person in enumerate(PEOPLE):
            world.stories[0].viewed(person)
            if number == 3:
                world.writer = Writer(world.database)
            await world.agrees(NOON)
        for _ in range(12):  # nothing happens to the post any more
            await world.agrees(NOON)


async def test_a_reader_that_comes_too_late_for_the_journal_begins_with_the_base_again(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=2, kept=0) as world:
        for person in PEOPLE:
            world.stories[0].viewed(person)
            await world.flush()
        assert await world.database.count(JOURNAL, {"partition": PARTITION}) < len(PEOPLE)
        await world.agrees(NOON)


@pytest.mark.parametrize("kept", [0, 50])
async def test_a_partition_that_is_new_to_a_reader_is_taken_in_from_its_first_entry(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=1, kept=kept) as world:
        fold_ = world.folds[4] = fold(f"{POSTS}/4")
        about = {**world.stories[0].about, "post_id": new_id()}
        world.stories.append(Story(fold_, author="a", **about))
        world.stories[-1].published(audience=9)
        for _ in range(4):  # by now the base has all of it, and perhaps the entries are gone
            await world.flush(4)
        totals = {one["_id"]: one for one in await world.database.find(TOTALS, {})}
        assert totals[f"{POSTS}/4"]["through"] >= 1
        await world.agrees(NOON)


async def test_asking_for_ids_of_any_day_drives_no_day_out_of_memory(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=1, kept=50) as world:
        before = set(world.following._tables)
        for day in range(0, 4000, 100):
            made = f"{day * 24 * 60 * 60 * 1000:012x}"
            assert not await world.following.find([f"{made[:8]}-{made[8:]}-7000-8000-{day:012x}"])
        assert set(world.following._tables) == before


async def test_a_base_of_many_days_is_folded_in_portions(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.metrics.store.write.base.MOST_DAYS", 1)
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=6, kept=0) as world:
        for number in range(1, 9):
            about = {**world.stories[0].about, "post_id": new_id()}
            about["published_at"] = NOON + timedelta(days=number % 2)
            world.stories.append(Story(world.folds[0], author="a", **about))
            world.stories[-1].published(audience=9)
            await world.agrees(NOON + timedelta(days=9))
        totals = {one["_id"]: one for one in await world.database.find(TOTALS, {})}
        assert 0 < totals[PARTITION]["through"] < totals[PARTITION]["flush"]


class Interrupted:
    """A database that does something else between reading pages and handing them over."""

    def __init__(self, database: Database, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._meanwhile = meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def find(self, collection: str, *given: Any, **named: Any) -> Any:
        found = await self._database.find(collection, *given, **named)
        if collection == DAY_COLUMNS:
            await self._meanwhile()
        return found


async def test_what_is_loaded_while_the_base_goes_on_is_whole(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=1, kept=50) as world:

        async def meanwhile() -> None:
            for person in PEOPLE:
                world.stories[0].viewed(person)
                await world.flush()
            await follower.follow()

        database = cast(Database, Interrupted(world.database, meanwhile))
        follower = Follower(database)
        reader = PublishedPosts(follower)
        (selection,) = await reader.of(WINDOW)
        wanted = world.records.attention(WINDOW, Filters(), NOON)
        assert selection.attention(NOON) == wanted
        assert wanted.total.viewers == len(PEOPLE) - 1


async def test_what_is_loaded_while_the_journal_is_lost_to_the_reader_is_whole(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=1, kept=0) as world:
        people = iter(PEOPLE)

        async def meanwhile() -> None:
            """Once: more is folded and deleted than the reader has followed."""
            for person in people:
                world.stories[0].viewed(person)
                await world.flush()
            await follower.follow()

        database = cast(Database, Interrupted(world.database, meanwhile))
        follower = Follower(database)
        reader = PublishedPosts(follower)
        await follower.follow()
        before = WINDOW.previous
        (nothing,) = await reader.of(Window(before.start, before.start + timedelta(days=1)))
        assert len(nothing) == 0
        people = iter(PEOPLE)
        both = Window(before.start, WINDOW.end)
        (selection,) = await reader.of(both)
        assert selection.attention(NOON) == world.records.attention(both, Filters(), NOON)
        assert selection.attention(NOON).total.viewers > 0


async def test_a_reader_of_a_database_that_went_back_begins_again(
    mongo_url: str, database_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one_post(mongo_url, database_prefix, monkeypatch, entries=1, kept=50) as world:
        world.stories[0].viewed("b")
        await world.agrees(NOON)
        for collection in COLLECTIONS:
            await world.database.delete(collection, {})
        (selection,) = await world.following.of(WINDOW)
        assert len(selection) == 0
