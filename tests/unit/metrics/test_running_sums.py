"""Sums that follow what happens to posts are those of whoever adds all of it up now."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.metrics.store.read.published_posts
from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window
from services.metrics.projection.increments import PostIncrement
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.columns.sums import counted
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.published_posts import PublishedPosts

FIRST = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
AS_OF = NOON + timedelta(days=8)
DAYS = 2
POSTS = 6
PARTITIONS = ("mitmach.posts.v1/0", "mitmach.posts.v1/1")
FORMATS = ("video", "text")
TOPICS = ("running", "söndag", "zebra")


class Happened(NamedTuple):
    """Something that happened to a post."""

    post: int
    viewers: int
    interactors: int
    comments: int
    reactions: int
    published: bool
    hidden: bool
    waited: int | None

    def told(self, sequence: int) -> tuple[str, PostIncrement]:
        at = NOON + timedelta(days=self.post % DAYS)
        told = f"{sequence:020d}"
        post = PostIncrement(
            group_id="01a20d23-4f02-7000-9000-000000000001",
            format=FORMATS[self.post % 2],
            kind="news",
            topics=TOPICS[: self.post % 4],
            published_at=at,
            counted_until=at + timedelta(days=7),
            viewers=self.viewers,
            interactors=self.interactors,
            interactors_7d=self.interactors,
            comments=self.comments,
            comments_7d=self.comments,
            reactions=self.reactions,
            reactions_7d=self.reactions,
        )
        if self.published:
            post.facts_changed, post.facts_said, post.audience_size = True, told, 3
        if self.published or self.hidden:
            post.status, post.status_said = "hidden" if self.hidden else "published", told
        if self.waited is not None:
            post.response_told = told
            post.first_response_at = at + timedelta(seconds=self.waited)
        return f"01a20d23-4f02-7000-8000-{self.post:012x}", post


happened = st.builds(
    Happened,
    post=st.integers(0, POSTS - 1),
    viewers=st.integers(0, 3),
    interactors=st.integers(-2, 2),
    comments=st.integers(-1, 1),
    reactions=st.integers(0, 1),
    published=st.just(False) | st.booleans(),
    hidden=st.just(False) | st.booleans(),
    waited=st.none() | st.integers(-5, 700_000),
)
# What a flush of each partition adds; whether somebody asks after it.
flushes = st.lists(
    st.tuples(st.sampled_from(PARTITIONS), st.lists(happened, max_size=6), st.booleans()),
    max_size=8,
)


class Behind:
    """A follower for whom everything is behind the base."""

    def __init__(self) -> None:
        self.entries: list[JournalEntry] = []

    def tell(self, listener: object) -> None:
        """Tells nobody: the test does."""

    async def follow(self) -> None:
        """Nothing to do."""

    async def load(self, *_: object) -> list[dict[str, Any]]:
        return []

    def all_behind(self) -> Iterator[JournalEntry]:
        return iter(self.entries)


def all_posts(elsewhere: Sequence[int] = ()) -> list[Happened]:
    """The publications of all posts."""
    return [
        Happened(post, 1, 0, 0, 0, published=True, hidden=False, waited=None)
        for post in range(POSTS)
        if post not in elsewhere
    ]


async def answers(published: PublishedPosts) -> list[object]:
    """Everything that can be asked."""
    (whole,) = await published.of(Window(FIRST, FIRST + timedelta(days=DAYS)))
    narrowed = whole.filtered(Filters(topic=TOPICS[1]))
    return [
        (
            posts.attention(AS_OF),
            posts.attention(AS_OF - timedelta(days=1)),
            posts.answers(as_of=AS_OF, provisional=False),
            posts.answers(as_of=AS_OF, provisional=True),
            posts.unanswered(NOON),
        )
        for posts in (whole, narrowed)
    ]


@pytest.mark.parametrize("entries", [10_000, 1])
@given(flushes)
async def test_sums_follow(entries: int, told: list[tuple[str, list[Happened], bool]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services.metrics.store.read.published_posts, "MANY_ENTRIES", entries)
        behind = Behind()
        following = PublishedPosts(cast(Follower, behind))
        await answers(following)
        published = [(PARTITIONS[0], all_posts(elsewhere=(POSTS - 1,)), True)]
        for number, (partition, news, asked) in enumerate([*published, *told]):
            rows = [one.told(100 * number + at + 1) for at, one in enumerate(news)]
            entry = JournalEntry(partition, number + 1, PostNews.of(rows, {}), {}, {})
            behind.entries.append(entry)
            following.take(entry)
            if asked:
                assert await answers(following) == await answers(
                    PublishedPosts(cast(Follower, behind))
                )
        assert await answers(following) == await answers(PublishedPosts(cast(Follower, behind)))


def take(
    behind: Behind, following: PublishedPosts, flush: int, rows: list[tuple[str, PostIncrement]]
) -> None:
    """Has a reader take in a flush of the first partition."""
    entry = JournalEntry(PARTITIONS[0], flush, PostNews.of(rows, {}), {}, {})
    behind.entries.append(entry)
    following.take(entry)


async def test_what_was_selected_stays_as_it_was() -> None:
    behind = Behind()
    following = PublishedPosts(cast(Follower, behind))
    whole = Window(FIRST, FIRST + timedelta(days=DAYS))
    take(behind, following, 1, [one.told(1) for one in all_posts()])
    (before,) = await following.of(whole)
    seen = before.attention(AS_OF)
    viewed = Happened(0, 2, 1, 0, 0, published=False, hidden=False, waited=None)
    take(behind, following, 2, [viewed.told(2)])
    (after,) = await following.of(whole)
    assert after.attention(AS_OF).total.viewers == seen.total.viewers + 2
    assert before.attention(AS_OF) == seen
    videos = [posts.filtered(Filters(format=FORMATS[0])) for posts in (before, after)]
    assert [posts.attention(AS_OF).total.viewers for posts in videos] == [3, 5]


@given(st.lists(st.lists(st.integers(-5, 5) | st.integers(-(1 << 50), 1 << 50))))
def test_values_are_counted_in_their_order(columns: list[list[int]]) -> None:
    values, times = counted([np.array(column, np.int64) for column in columns])
    found = sorted(value for column in columns for value in column)
    assert np.repeat(values, times).tolist() == found
    assert len(set(values.tolist())) == len(values)
