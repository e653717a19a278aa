"""Counts that lag, beside what somebody has just done: the two always agree."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.posts.domain.counts import CommentCounts, PostCounts
from services.posts.domain.engagement import MOST_RECENT, REMEMBERED_FOR, Engagement
from services.posts.worker.engagement_counts import EngagementIncrements
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import PostShared, PostViewed
from shared.contract.events.responses import (
    CommentAdded,
    CommentDeleted,
    ReactionAdded,
    ReactionChanged,
    ReactionRemoved,
)
from tests.unit.posts.world import NOON
from tooling.sample_events import sample

PEOPLE = ("anna", "ben", "cleo")
ACTS = ("view", "like", "thanks", "take back", "comment", "delete", "share")
POST = "01936f3e-0000-7000-8000-000000000001"
A_STEP = timedelta(milliseconds=1)


def told(before: Engagement, after: Engagement, act: str) -> EventData | None:
    """The event of an act, as far as counts depend on it."""
    if after is before:
        return None
    firsts: dict[str, Any] = {"post_id": POST, "first_view": not before.viewed_on}
    match act:
        case "view":
            return sample(PostViewed, **firsts)
        case "like" | "thanks" if before.reaction is None:
            return sample(ReactionAdded, reaction=act, comment_id=None, **firsts)
        case "like" | "thanks":
            return sample(
                ReactionChanged,
                post_id=POST,
                reaction=act,
                previous=before.reaction,
                comment_id=None,
            )
        case "take back":
            return sample(ReactionRemoved, post_id=POST, previous=before.reaction, comment_id=None)
        case "comment":
            return sample(CommentAdded, **firsts)
        case "delete":
            return sample(CommentDeleted, post_id=POST, previous="published")
        case _:
            return sample(PostShared, first_share=not before.shares, **firsts)


def acted(before: Engagement, act: str, now: datetime) -> Engagement:
    """What a person has done after an act."""
    match act:
        case "view":
            return before.view(now)
        case "like" | "thanks":
            return before.react(act, now)
        case "take back":
            return before.take_back_reaction(now)
        case "comment":
            return before.comment(now)
        case "delete":
            return before.take_back_comment(now) if before.comments else before
        case _:
            return before.share(now)


class Post:
    """A post, what people have done with it, and the worker that counts some time later."""

    def __init__(self) -> None:
        self.now = NOON
        self.done = {who: Engagement(id=f"{POST}:{who}", viewed_on="") for who in PEOPLE}
        self.waiting: list[tuple[str, EventData, datetime]] = []
        self.counted = EngagementIncrements()
        self.through: datetime | None = None

    def act(self, who: str, act: str) -> None:
        """Somebody does something; the worker hears of it later."""
        self.now += A_STEP
        before = self.done[who]
        self.done[who] = acted(before, act, self.now)
        event = told(before, self.done[who], act)
        if event is not None:
            self.waiting.append((who, event, self.now))

    def count(self, events: int) -> None:
        """The worker counts the next events."""
        for _, event, time in self.waiting[:events]:
            self.counted.apply(event)
            self.through = time
        del self.waiting[:events]

    def stored(self) -> PostCounts:
        """The counts as they are stored."""
        return counts_of(self.counted, self.through)

    def true_for(self, who: str) -> PostCounts:
        """What was counted, and what this person has done."""
        counted = EngagementIncrements(posts={POST: Counter(self.counted.posts.get(POST, {}))})
        for whose, event, _ in self.waiting:
            if whose == who:
                counted.apply(event)
        return counts_of(counted, self.through)


def counts_of(counted: EngagementIncrements, through: datetime | None) -> PostCounts:
    numbers = counted.posts.get(POST, Counter())
    fields: dict[str, Any] = {name: numbers[name] for name in ("comments", "shares", "views")}
    fields["viewers"] = numbers["viewers"]
    fields["reactions"] = {
        name.removeprefix("reactions."): number
        for name, number in numbers.items()
        if name.startswith("reactions.") and number
    }
    return PostCounts(id=POST, through=through, **fields)


def check_agreement(counts: PostCounts, mine: Engagement) -> None:
    """What must never be said in one answer isn't."""
    assert all(number > 0 for number in counts.reactions.values())
    assert mine.reaction is None or counts.reactions[mine.reaction] >= 1
    assert counts.comments >= mine.comments
    assert counts.shares >= bool(mine.shares)
    assert counts.viewers >= max(bool(mine.viewed_on), sum(counts.reactions.values()))
    assert counts.views >= counts.viewers


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTS)),
        st.tuples(st.just("worker"), st.integers(1, 6)),
    ),
    max_size=60,
)


@given(steps)
@settings(max_examples=150, deadline=None)
def test_counts_contain_ones_own_acts_once_whatever_was_counted_yet(
    taken: list[tuple[str, Any]],
) -> None:
    post = Post()
    for who, what in taken:
        if who == "worker":
            post.count(what)
            continue
        post.act(who, what)
        while sum(whose == who for whose, _, _ in post.waiting) > MOST_RECENT:
            post.count(1)
        for person, mine in post.done.items():
            shown = post.stored().agreeing_with(mine)
            if mine.viewed_on:
                assert shown == post.true_for(person), person
                check_agreement(shown, mine)


@given(steps, st.integers(-5000, 5000))
@settings(max_examples=60, deadline=None)
def test_nothing_contradicts_whatever_the_clocks_say(
    taken: list[tuple[str, Any]], skew: int
) -> None:
    post = Post()
    for who, what in taken:
        if who == "worker":
            post.count(what)
            if post.through is not None:
                post.through += timedelta(milliseconds=skew)
            continue
        post.act(who, what)
        for mine in post.done.values():
            if mine.viewed_on:
                check_agreement(post.stored().agreeing_with(mine), mine)


def test_only_the_last_acts_are_remembered() -> None:
    mine = Engagement(id=f"{POST}:anna", viewed_on="")
    for number in range(20):
        mine = mine.comment(NOON + number * A_STEP)
    assert [past.comments for past in mine.recent] == list(range(20 - MOST_RECENT, 20))
    later = mine.comment(NOON + REMEMBERED_FOR + timedelta(seconds=1))
    assert [past.comments for past in later.recent] == [20]


def test_a_reaction_to_a_comment_is_among_those_that_are_shown() -> None:
    counts = CommentCounts(id="c", reactions={"like": 1}, through=NOON)
    later = NOON + A_STEP
    assert counts.agreeing_with("thanks").reactions == {"like": 1, "thanks": 1}
    moved = counts.agreeing_with("thanks", before="like", changed_at=later)
    assert moved.reactions == {"thanks": 1}
    assert counts.agreeing_with(None, before="like", changed_at=later).reactions == {}
    known = counts.agreeing_with("like", before=None, changed_at=NOON.replace(microsecond=0))
    assert known.reactions == {"like": 1}
