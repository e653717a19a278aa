"""Topics are made up by people: what they can fill with them, and what is counted of them."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.metrics.store.read.published_posts
from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window
from services.metrics.projection.increments import PostIncrement
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.layout import DAY_MS
from services.metrics.store.columns.post_columns import visible_posts
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS, TopicBounds
from services.metrics.store.documents import DAY_COLUMNS, TOTALS
from services.metrics.store.read.follower import Follower
from services.metrics.store.read.published_posts import PublishedPosts
from shared.contract.ids import new_id
from shared.delivery.mongo import Database

DAY = date(2026, 11, 20)
GROUP = new_id()
MOST = 10  # topics of a post


class Post(NamedTuple):
    """A post as its publication tells it."""

    id: str
    author: str
    topics: Sequence[str]
    day: date = DAY

    def told(self, sequence: int = 1) -> PostIncrement:
        published = datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=UTC)
        return PostIncrement(
            group_id=GROUP,
            format="video",
            kind="news",
            topics=tuple(self.topics),
            published_at=published,
            counted_until=published + timedelta(days=7),
            facts_changed=True,
            facts_said=f"{sequence:020d}",
            author=self.author,
            audience_size=10,
            status="published",
            status_said=f"{sequence:020d}",
            viewers=3,
        )


def post_id(number: int) -> str:
    return f"01936f3e-0000-7000-8000-{number:012x}"


def news_of(*told: tuple[str, PostIncrement]) -> PostNews:
    """What a flush adds; each author has a number."""
    return PostNews.of(told, numbers_of(told))


def numbers_of(told: Sequence[tuple[str, PostIncrement]]) -> dict[str, int]:
    """A number for each author."""
    return {
        post.author: int.from_bytes(post.author.encode()[:3]) for _, post in told if post.author
    }


def table_of(posts: Sequence[Post]) -> DayTable:
    """Some posts of a day."""
    table = DayTable()
    for number, post in enumerate(posts, 1):
        table.apply(news_of((post.id, post.told())), number)
    return table


def stored(posts: Sequence[Post]) -> list[dict[str, Any]]:
    """The pages of some posts of a day, as they are in the database."""
    return [{"flush": 1, "page": page.number, **page.fields} for page in table_of(posts).pages()]


def counted(
    tables: Sequence[DayTable], bounds: TopicBounds = DEFAULT_BOUNDS
) -> dict[str, list[str]]:
    """The topics that each post of a day is counted with."""
    dictionary = Dictionary()
    rows = visible_posts(tables, dictionary, bounds)
    found: dict[str, list[str]] = {}
    for high, low in rows["keys"].tolist():
        found[f"{high:016x}{low:016x}"] = []
    ids = list(found)
    for row, topic in zip(rows["topic_rows"].tolist(), rows["topics"].tolist(), strict=True):
        found[ids[row]].append(dictionary[topic])
    return {key_text(id_): sorted(topics) for id_, topics in found.items()}


def key_text(hexadecimal: str) -> str:
    return "-".join(
        hexadecimal[start:end] for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))
    )


# --- what is stored


def test_any_number_of_edits_with_new_topics_is_stored_and_leaves_the_last_ones() -> None:
    posts = [Post(post_id(number), "ann", ("first",)) for number in range(5)]
    table = table_of(posts)
    list(table.pages())
    began = time.process_time()
    for edit in range(6_500):
        post = posts[edit % len(posts)]
        topics = [f"topic-{edit}-{number}" for number in range(MOST)]
        table.apply(news_of((post.id, post._replace(topics=topics).told())), 10 + edit)
    ((_, fields),) = table.pages()
    assert len(fields["words"]) == len(posts) * MOST + 2
    assert time.process_time() - began < 5  # `list.index` took minutes
    assert len(table.words) <= 2_000, "what nobody says any more is forgotten in memory, too"
    again = DayTable([{"flush": 1, **fields}])
    assert list(again.pages()) == []
    for shown in (counted([table]), counted([again])):
        assert shown[posts[0].id] == sorted(f"topic-6495-{number}" for number in range(MOST))


def test_a_first_response_from_another_age_fits() -> None:
    post = Post(post_id(1), "ann", ())
    told = post.told()
    told.published_at = datetime(1, 1, 1, tzinfo=UTC)
    told.response_told, told.first_response_at = "1", datetime(9999, 12, 31, tzinfo=UTC)
    table = DayTable()
    table.apply(news_of((post.id, told)), 1)
    assert table["response"][0] == (date(9999, 12, 31) - date(1, 1, 1)).days * DAY_MS


# --- what is counted


class Plain:
    """The bounds, as a person would apply them."""

    def __init__(self, posts: Sequence[Post], bounds: TopicBounds) -> None:
        ordered = sorted(posts, key=lambda post: post.id)
        fits: dict[str, dict[str, None]] = defaultdict(dict)
        entries: list[tuple[str, str]] = []
        for post in ordered:
            mine = fits[post.author]
            for topic in post.topics:
                if post.author and topic not in mine and len(mine) >= bounds.per_person:
                    continue
                mine[topic] = None
                entries.append((post.id, topic))
        uses = Counter(topic for _, topic in entries)
        first = list(dict.fromkeys(topic for _, topic in entries))
        leading = sorted(uses, key=lambda topic: (-uses[topic], first.index(topic)))
        self.topics: dict[str, list[str]] = {post.id: [] for post in posts}
        for id_, topic in entries:
            if topic in leading[: bounds.per_day]:
                self.topics[id_].append(topic)


post_lists = st.lists(
    st.tuples(
        st.sampled_from(("ann", "bea", "cem", "")),
        st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=4),
    ),
    max_size=14,
)


@given(
    post_lists,
    st.lists(st.integers(0, 3), min_size=14, max_size=14),
    st.integers(1, 6),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)
def test_the_same_is_counted_however_posts_are_spread_and_in_whatever_order_they_came(
    told: list[tuple[str, list[str]]], places: list[int], per_person: int, per_day: int, dice: Any
) -> None:
    posts = [Post(post_id(number), *facts) for number, facts in enumerate(told)]
    bounds = TopicBounds(per_person, per_day)
    pages: dict[int, list[Post]] = defaultdict(list)
    for post, place in dice.sample(list(zip(posts, places, strict=False)), len(posts)):
        pages[place].append(post)
    found = counted([table_of(some) for some in pages.values()], bounds)
    wanted = Plain(posts, bounds).topics
    assert found == {id_: sorted(topics) for id_, topics in wanted.items()}


def test_a_flood_of_topics_of_one_post_each_crowds_out_none_that_two_posts_are_on() -> None:
    flood = [
        Post(post_id(number), f"p{number}", [f"flood-{number}-{i}" for i in range(MOST)])
        for number in range(50)
    ]
    late = [Post(post_id(1000 + number), "ann", ["real"]) for number in range(2)]
    found = counted([table_of([*flood, *late])], TopicBounds(per_person=10, per_day=100))
    assert [found[post.id] for post in late] == [["real"], ["real"]]
    assert len({topic for topics in found.values() for topic in topics}) == 100
    assert len(found) == 52  # every post counts, with its topics or without


def test_one_person_adds_no_more_topics_to_a_day_than_allowed() -> None:
    mine = [Post(post_id(n), "ann", [f"t{n}-{i}" for i in range(MOST)]) for n in range(20)]
    found = counted(
        [table_of(mine[:7]), table_of(mine[7:])], TopicBounds(per_person=25, per_day=2000)
    )
    assert [len(found[post.id]) for post in mine] == [10, 10, 5, *[0] * 17]


# --- what readers keep


class Memory:
    """A database with the day columns of many days."""

    def __init__(self) -> None:
        self.pages: dict[date, list[dict[str, Any]]] = {}

    def day(self, number: int, topics: Sequence[str]) -> date:
        day = DAY + timedelta(days=number)
        posts = [
            Post(post_id(number * 100 + at), f"p{at}", topics[at * MOST : (at + 1) * MOST], day)
            for at in range(len(topics) // MOST)
        ]
        about = {"_id": str(day), "partition": "mitmach.posts.v1/0", "day": str(day)}
        self.pages[day] = [{**about, **page} for page in stored(posts)]
        return day

    async def find(
        self, collection: str, wanted: Mapping[str, Any], **_: object
    ) -> list[dict[str, Any]]:
        if collection == TOTALS:
            return [{"_id": "mitmach.posts.v1/0", "flush": 1, "through": 1}]
        assert collection == DAY_COLUMNS
        days = map(date.fromisoformat, wanted["day"]["$in"])
        return [page for day in days for page in self.pages[day]]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few days and entries in memory."""
    monkeypatch.setattr(services.metrics.store.read.published_posts, "CAPACITY", 6)
    monkeypatch.setattr(services.metrics.store.read.published_posts, "MANY_ENTRIES", 100)


@pytest.mark.usefixtures("few")
async def test_what_readers_keep_stays_bounded_over_many_days_of_new_topics() -> None:
    memory = Memory()
    published = PublishedPosts(
        Follower(cast(Database, memory)), TopicBounds(per_person=5, per_day=40)
    )
    most = 0
    for number in range(200):
        hostile = [f"t{number}-{i}" for i in range(200)]
        last = memory.day(number, hostile)
        first = max(DAY, last - timedelta(days=2))
        (selection,) = await published.of(Window(first, last + timedelta(days=1)))
        attention = selection.attention(datetime(2027, 12, 1, tzinfo=UTC))
        assert attention.total.posts == 20 * len(range((last - first).days + 1))
        assert all(not topic.startswith("t0-") or number < 3 for topic in attention.topics)
        most = max(most, len(published._dictionary))
    # Six days in memory with forty topics each; unused ones are as many at most, and a day more.
    assert most <= 2 * (6 * 40 + 1) + 40
    assert len(published._tables) == 6


@pytest.mark.usefixtures("few")
async def test_answers_are_the_same_after_unused_entries_were_dropped() -> None:
    memory = Memory()
    as_of = datetime(2027, 12, 1, tzinfo=UTC)
    for number in range(6):
        memory.day(number, [f"t{number}-{i}" for i in range(30)] + ["every"] * MOST)
    whole = Window(DAY, DAY + timedelta(days=6))
    published = PublishedPosts(Follower(cast(Database, memory)), TopicBounds(50, 2000))
    (selection,) = await published.of(whole)
    before, narrowed = selection.attention(as_of), selection.filtered(Filters(topic="t3-7"))
    published._most_entries = 0
    dictionary = published._dictionary
    (again,) = await published.of(whole)
    assert published._dictionary is not dictionary
    assert again.attention(as_of) == before == selection.attention(as_of)
    assert len(again.filtered(Filters(topic="t3-7"))) == len(narrowed) == 1
    assert len(again.filtered(Filters(topic="other"))) == 0
