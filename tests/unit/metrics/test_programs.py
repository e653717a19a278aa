"""What programs do and publish is counted apart: nothing of it is in a figure about people."""

from datetime import timedelta
from typing import Any

import pytest

from services.metrics.projection import PartitionIncrements, fold
from services.metrics.projection.increments import GroupIncrement, TallyKey
from services.metrics.store.columns.day_table import DayTable
from services.metrics.store.columns.dictionary import Dictionary
from services.metrics.store.columns.post_columns import visible_posts
from services.metrics.store.columns.post_news import PostNews
from services.metrics.store.columns.topic_bounds import DEFAULT_BOUNDS
from services.metrics.store.documents import counter_name
from services.metrics.store.read.totals import Totals, add_events
from shared.contract.events import posts
from shared.contract.events.contests import ContestAnnounced
from shared.contract.events.envelope import EventData
from shared.contract.events.registry import EVENT_TYPES
from shared.contract.events.topics import CONTESTS, POSTS
from tests.support.metrics import Story, deeds_of, told
from tooling.sample_events import sample

ACTS = [kind for kind in EVENT_TYPES.values() if "human" in kind.__struct_fields__]
BY_TOPIC = {topic: [kind for kind in ACTS if kind.topic == topic] for topic in (POSTS, CONTESTS)}


def folded(*events: EventData, actor: str = "bot") -> PartitionIncrements:
    """What these events of one topic add."""
    of_topic = fold(f"{events[0].topic}/0")
    for data in events:
        of_topic.apply(told(data, actor=actor))
    return of_topic.take()


def of_programs(taken: PartitionIncrements) -> dict[str, int]:
    """How many acts of programs were tallied, by type."""
    return {key.type: count for key, count in taken.tallies.items() if key.surface == "program"}


@pytest.mark.parametrize("kind", BY_TOPIC[POSTS], ids=lambda kind: kind.type)
def test_an_act_of_a_program_on_a_post_is_tallied_and_changes_nothing(
    kind: type[EventData],
) -> None:
    about = sample(posts.FlagRaised, optional=False)  # says what a post is, and nothing happens
    untouched = folded(about, actor="ann")
    taken = folded(about, sample(kind, human=False, post_id=about.post_id))
    assert of_programs(taken) == {kind.type: 1}
    for post in (untouched.posts[0][1], taken.posts[0][1]):
        post.facts_said = ""
    assert taken.posts == untouched.posts
    assert (deeds_of(taken), taken.groups, taken.views) == ({}, {}, {})
    assert of_programs(folded(sample(kind))) == {}


@pytest.mark.parametrize("kind", BY_TOPIC[CONTESTS], ids=lambda kind: kind.type)
def test_an_act_of_a_program_in_a_contest_is_tallied_and_changes_nothing(
    kind: type[EventData],
) -> None:
    begun = sample(ContestAnnounced)
    untouched = folded(begun)
    taken = folded(begun, sample(kind, human=False, contest_id=begun.contest_id))
    assert of_programs(taken) == {kind.type: 1}
    for contest in (untouched.contests[begun.contest_id], taken.contests[begun.contest_id]):
        contest.said = contest.voters_said = ""
    assert taken.contests == untouched.contests
    assert (deeds_of(taken), taken.groups) == ({}, {})


def program_story() -> Story:
    """A post of a program, which Ben has viewed, liked and answered."""
    story = Story(fold("mitmach.posts.v1/0"), author="bot", author_human=False)
    story.published(audience=3)
    story.tell(
        posts.PostEdited,
        "bot",
        by_author=True,
        previous=posts.PostState(format="text", kind="news", topics=()),
    )
    story.viewed("ben")
    story.reacted("ben", already=True)
    story.commented("ben", already=True, after=timedelta(hours=1))
    return story


def test_a_program_that_publishes_contributes_nothing_and_who_answers_it_does() -> None:
    taken = program_story().fold.take()
    published, edited = "mitmach.post.published", "mitmach.post.edited"
    assert of_programs(taken) == {published: 1, edited: 1}
    deeds = {(deed, person) for (_, deed), people in deeds_of(taken).items() for person in people}
    assert deeds == {("viewed", "ben"), ("interacted", "ben"), ("contributed", "ben")}
    (group,) = taken.groups.values()
    assert isinstance(group, GroupIncrement)
    assert (group.posts, group.comments) == (0, 1)


def test_a_post_of_a_program_is_in_no_kpi() -> None:
    of_person = Story(fold("mitmach.posts.v1/0"))
    of_person.published()
    seen = []
    for story in (program_story(), of_person):
        table = DayTable()
        table.apply(PostNews.of(story.fold.take().posts, {}), 1)
        assert len(table) == 1
        seen.append(len(visible_posts([table], Dictionary(), DEFAULT_BOUNDS)))
    assert seen == [0, 1]


def test_totals_of_people_leave_programs_out_and_events_are_all_counted() -> None:
    counts: dict[str, int] = {}
    kinds: tuple[Any, ...] = ("comment.added", "post.published", "ballot.cast", "post.viewed")
    for number, kind in enumerate(kinds, 1):
        for surface, times in (("post", number), ("program", 10 * number)):
            key = TallyKey(f"mitmach.{kind}", "news", "text", surface)  # type: ignore[arg-type]
            counts[counter_name(key)] = times
    totals = Totals()
    add_events(totals, "posts", counts)
    assert totals.events.total() == 11 * 10
    assert totals.interactions.total() == 1 + 3
    assert totals.contributions.total() == 1 + 2
    assert totals.ballots == 3
    assert totals.programs == {f"mitmach.{kind}": 10 * n for n, kind in enumerate(kinds, 1)}
