"""Adding up what is kept of days comes to the same as going through all posts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.metrics.kpis.content import Answers, Attention, AttentionBreakdown
from services.metrics.kpis.definitions import Filters
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.layout import DAY_MS, RETRACTED, UNANSWERED, milliseconds
from services.metrics.store.columns.post_columns import PostColumns
from services.metrics.store.columns.sums import PostBatch
from services.metrics.store.read.published_posts import MOST_TOPICS, PostSelection

FIRST = date(2026, 11, 1)
DAYS = 12
NOON = DAY_MS // 2
FORMATS = ("video", "text", "poll")
TOPICS = ("running", "söndag", "zebra", "alpha")
GROUPS = ("01a20d23-4f02-7000-9000-000000000001", "01a20d23-4f02-7000-9000-000000000002")

DICTIONARY = Dictionary()
for word in ("nobody's", *TOPICS, *FORMATS):
    DICTIONARY.encode(word)


class Post(NamedTuple):
    """One post, as a person would write it down."""

    day: int
    at: int
    group: str
    format: str
    topics: Sequence[str]
    viewers: int
    interactors: int
    audience: int
    reached: int
    comments: int
    reactions: int
    response: int

    @property
    def published(self) -> int:
        """In milliseconds since 1970."""
        return milliseconds(datetime(2026, 11, 1, tzinfo=UTC)) + self.day * DAY_MS + self.at


counts = st.integers(0, 2**31 - 1) | st.integers(0, 3)
posts = st.builds(
    Post,
    day=st.integers(0, DAYS - 1),
    at=st.sampled_from((0, NOON - 1, NOON, NOON + 1, DAY_MS - 1)),
    group=st.sampled_from(GROUPS),
    format=st.sampled_from(FORMATS),
    topics=st.lists(st.sampled_from(TOPICS), unique=True, max_size=3),
    viewers=counts,
    interactors=counts,
    audience=counts,
    reached=counts,
    comments=st.integers(0, 2),
    reactions=st.integers(0, 2),
    response=st.sampled_from(
        (UNANSWERED, RETRACTED, -3_000, 0, 7_999, 8_000, 604_799_999, 604_800_000)
    ),
)
post_filters = st.builds(
    Filters,
    st.none() | st.sampled_from(GROUPS),
    st.none() | st.sampled_from((*FORMATS, "never used")),
    st.none() | st.sampled_from((*TOPICS, "never used")),
)
# From before all posts could be seven days old to after the last one is; the last moment of a day
# and the first one belong to different sides of the border.
moments = st.builds(
    lambda day, at: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day, milliseconds=at),
    st.integers(5, DAYS + 8),
    st.sampled_from((0, NOON, NOON + 1, DAY_MS - 1)),
)


def rows(some: Sequence[Post]) -> PostColumns:
    """The columns of posts."""
    columns = {
        name: np.array([getattr(post, name) for post in some], "i4")
        for name in ("viewers", "interactors", "audience", "reached", "comments", "reactions")
    }
    columns["response"] = np.array([post.response for post in some], "i8")
    columns["format"] = np.array([DICTIONARY.encode(post.format) for post in some], "i4")
    columns["published"] = np.array([post.published for post in some], "i8")
    columns["topics"] = np.array([DICTIONARY.encode(t) for post in some for t in post.topics], "i4")
    columns["topic_rows"] = np.repeat(np.arange(len(some)), [len(post.topics) for post in some])
    columns["keys"] = np.array([(0, number) for number in range(len(some))], "u8").reshape(-1, 2)
    ids = [bytes.fromhex(post.group.replace("-", "")) for post in some]
    columns["groups"] = np.frombuffer(b"".join(ids), ">u8").astype("u8").reshape(-1, 2)
    return PostColumns(columns, len(some))


def selection(some: Sequence[Post]) -> PostSelection:
    """What a window of all days selects."""
    days = [[post for post in some if post.day == day] for day in range(DAYS)]
    lots = [
        PostBatch.of_day(FIRST + timedelta(days=day), rows(of_day))
        for day, of_day in enumerate(days)
    ]
    return PostSelection(lots, DICTIONARY)


# --- the plain way


def fits(post: Post, post_filter: Filters) -> bool:
    return (
        post_filter.group in (None, post.group)
        and post_filter.format in (None, post.format)
        and (post_filter.topic is None or post_filter.topic in post.topics)
    )


def attention_of(some: Iterable[Post], limit: int) -> Attention:
    sums: Counter[str] = Counter()
    for post in some:
        sums["posts"] += 1
        sums["unfinished"] += post.published > limit
        for name in ("viewers", "interactors", "audience", "reached"):
            sums[name] += getattr(post, name)
    return Attention(**sums)


def plain_attention(some: Sequence[Post], as_of: datetime) -> AttentionBreakdown:
    limit = milliseconds(as_of - timedelta(days=7))
    by_format = {name: [post for post in some if post.format == name] for name in FORMATS}
    by_topic = {name: [post for post in some if name in post.topics] for name in TOPICS}
    return AttentionBreakdown(
        total=attention_of(some, limit),
        formats={name: attention_of(of, limit) for name, of in by_format.items() if of},
        topics={name: attention_of(of, limit) for name, of in by_topic.items() if of},
    )


def plain_answers(some: Sequence[Post], as_of: datetime, *, provisional: bool) -> Answers:
    limit = milliseconds(as_of if provisional else as_of - timedelta(days=7))
    judged = [post for post in some if post.published <= limit]
    answered = [post for post in judged if post.comments]
    return Answers(
        posts=len(judged),
        too_young=len(some) - len(judged),
        answered=len(answered),
        appreciated=sum(1 for post in judged if post.comments or post.reactions),
        waits=Counter(
            post.response // 1000 for post in answered if RETRACTED < post.response < 604_800_000
        ),
    )


def waiting(some: Sequence[Post], since: datetime) -> int:
    young = [post for post in some if post.published >= milliseconds(since)]
    return sum(1 for post in young if post.response <= RETRACTED)


@given(some=st.lists(posts, max_size=9), since=moments, closed=st.sets(st.sampled_from(GROUPS)))
def test_questions_of_closed_groups_wait_for_nobody(
    some: list[Post], since: datetime, closed: set[str]
) -> None:
    elsewhere = [post for post in some if post.group not in closed]
    assert selection(some).unanswered(since, closed=closed) == waiting(elsewhere, since)


@given(
    some=st.lists(posts, max_size=25),
    post_filter=post_filters,
    as_of=moments,
    later=moments,
    provisional=st.booleans(),
)
def test_sums_of_days_come_to_the_sums_of_their_posts(
    some: list[Post],
    post_filter: Filters,
    as_of: datetime,
    later: datetime,
    provisional: bool,
) -> None:
    everything = selection(some)
    chosen = everything.filtered(post_filter)
    fitting = [post for post in some if fits(post, post_filter)]

    for moment in (as_of, later):  # the second time from what the first has kept
        found = chosen.attention(moment)
        assert found == plain_attention(fitting, moment)
        assert list(found.topics) == sorted(
            found.topics,
            key=lambda name: (
                -found.topics[name].interactors,
                -found.topics[name].viewers,
                name,
            ),
        )
        assert chosen.answers(as_of=moment, provisional=provisional) == plain_answers(
            fitting, moment, provisional=provisional
        )
        assert chosen.unanswered(moment) == waiting(fitting, moment)
    assert len(chosen) == len(fitting)
    assert everything.attention(as_of) == plain_attention(some, as_of)


def test_a_post_of_midnight_is_finished_after_exactly_seven_days() -> None:
    midnight = Post(1, 0, GROUPS[0], "text", (), 9, 1, 9, 9, 0, 0, UNANSWERED)
    of_midnight = selection([midnight])
    seven_later = datetime(2026, 11, 2 + 7, tzinfo=UTC)

    assert of_midnight.attention(seven_later).total.unfinished == 0
    assert of_midnight.attention(seven_later - timedelta(milliseconds=1)).total.unfinished == 1
    assert of_midnight.answers(as_of=seven_later, provisional=False).posts == 1


def test_the_topics_of_an_answer_are_few() -> None:
    dictionary = Dictionary()
    numbers = [dictionary.encode(f"topic {n:03}") for n in range(MOST_TOPICS + 9)]
    plain = Post(0, 0, GROUPS[0], "text", (), 9, 1, 9, 9, 0, 0, UNANSWERED)
    columns = {name: rows([plain])[name] for name in ("viewers", "interactors", "audience")}
    columns |= {name: rows([plain])[name] for name in ("reached", "published")}
    columns["format"] = np.array([dictionary.encode("text")])
    columns["topics"] = np.array(numbers)
    columns["topic_rows"] = np.zeros(len(numbers), int)

    found = PostSelection([PostBatch.of_day(FIRST, PostColumns(columns, 1))], dictionary).attention(
        datetime(2026, 12, 1, tzinfo=UTC)
    )

    assert list(found.topics) == [f"topic {n:03}" for n in range(MOST_TOPICS)]
    assert found.total.viewers == 9
