"""What the table of meanings says of an event is what the fold does with it, in every variant."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from services.metrics.projection import PartitionIncrements, contests, fold
from services.metrics.projection.increments import ContestIncrement, PostIncrement
from services.metrics.projection.meanings import (
    ABOUT_CONTESTS,
    ABOUT_POSTS,
    COLUMNS_OF_ACTS,
    CONTRIBUTIONS,
    INTERACTIONS,
    MEANINGS,
    Meaning,
)
from services.metrics.projection.posts import lifecycle, responses
from services.metrics.store.columns.layout import COUNTS
from shared.contract.events.ballots import (
    BallotCast,
    BallotChanged,
    BallotWithdrawn,
    ResultsPublished,
)
from shared.contract.events.contests import EntrySubmitted
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import (
    AboutPost,
    PostPublished,
    PostReadConfirmed,
    PostShared,
    PostViewed,
)
from shared.contract.events.responses import (
    CommentAdded,
    PollVoted,
    PollVoteWithdrawn,
    ReactionAdded,
    ReactionChanged,
)
from tests.support.metrics import deeds_of, told
from tooling.sample_events import sample

# What acts have in common: they are people's, and follow from what an event says of who did it.
_PEOPLE = {
    "viewers",
    "viewers_own",
    "viewers_late",
    "viewers_spill",
    "interactors",
    "interactors_7d",
}
# What is no variant of the same act: who did it, and which comment answers the post.
_FIXED = {"human": True, "author_human": True, "own": False, "first_response": False}

every_meaning = pytest.mark.parametrize("meaning", MEANINGS, ids=lambda one: one.event.type)


def variants(kind: type[EventData]) -> Iterator[EventData]:
    """Events of a class that say all that they can say of what was there before."""
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    choices: dict[str, Sequence[Any]] = {}
    whole = sample(kind)
    for field in shape.fields:
        name, type_ = field.name, field.type
        if name in _FIXED:
            choices[name] = (_FIXED[name],)
        elif isinstance(type_, inspect.BoolType):
            choices[name] = (False, True)
        elif name == "previous" and isinstance(type_, inspect.LiteralType):
            choices[name] = type_.values
        elif name == "previous" and isinstance(type_, inspect.VarTupleType):
            choices[name] = ((), (1,))
        elif name in {"comment_id", "parent_id"} and not field.required:
            choices[name] = (None, getattr(whole, name))
    # Published a moment ago: within the days that are counted for rates.
    if issubclass(kind, AboutPost):
        choices["published_at"] = (told(whole).time,)
    for values in product(*choices.values()):
        yield sample(kind, optional=False, **dict(zip(choices, values, strict=True)))


def folded(meaning: Meaning) -> Iterator[PartitionIncrements]:
    """What each variant of an event adds, alone."""
    for data in variants(meaning.event):
        partition = fold(f"{meaning.event.topic}/0")
        partition.apply(told(data, actor="bob"))
        yield partition.take()


def things(taken: PartitionIncrements) -> list[PostIncrement | ContestIncrement]:
    return [*(post for _, post in taken.posts), *taken.contests.values()]


def counted(struct: type[msgspec.Struct]) -> set[str]:
    """The counts of an increment."""
    fields = msgspec.structs.fields(struct)
    return {field.name for field in fields if type(field.default) is int}


def changed(meaning: Meaning) -> Mapping[str, set[int]]:
    """Which counts any variant of an event changes, and by how much."""
    found: dict[str, set[int]] = {}
    for taken in folded(meaning):
        for thing in things(taken):
            for name in counted(type(thing)):
                if change := getattr(thing, name):
                    found.setdefault(name, set()).add(change)
    return found


@every_meaning
def test_an_event_changes_the_counts_of_its_line(meaning: Meaning) -> None:
    changes = {name: by for name, by in changed(meaning).items() if name not in _PEOPLE}

    assert changes == {count.name: {count.by} for count in meaning.counts}


@every_meaning
def test_whoever_begins_is_an_interactor_and_whoever_ends_may_be_none(meaning: Meaning) -> None:
    fields = meaning.event.__struct_fields__
    expected = set()
    if meaning.begins and "was_interacting" in fields:
        expected = {1}
    if meaning.ends and "still_interacting" in fields:
        expected = {-1}

    assert changed(meaning).get("interactors", set()) == expected
    assert not (meaning.begins and meaning.ends)


@every_meaning
def test_an_event_makes_the_deeds_of_its_line(meaning: Meaning) -> None:
    for taken in folded(meaning):
        assert {deed for _, deed in deeds_of(taken)} == set(meaning.deeds)


@every_meaning
def test_an_event_is_tallied_on_the_surfaces_of_its_line(meaning: Meaning) -> None:
    surfaces = {key.surface for taken in folded(meaning) for key in taken.tallies}

    if meaning in ABOUT_CONTESTS:
        assert surfaces == {"contest"}
        assert not meaning.surfaces
    else:
        assert surfaces == (meaning.surfaces.keys() or {"post"})


@pytest.mark.parametrize("meaning", ABOUT_POSTS, ids=lambda one: one.event.type)
def test_what_says_how_a_post_is_now_is_declared_so(meaning: Meaning) -> None:
    for taken in folded(meaning):
        told_now = {
            bool(post.facts_changed or post.status or post.response_told) for _, post in taken.posts
        }
        assert (True in told_now) is meaning.state


def test_what_has_a_function_of_its_own_is_declared_so() -> None:
    # Two are taken in by the folds themselves: by far the most frequent, and the one with results.
    of_posts = {PostViewed, *lifecycle.APART, *responses.APART}
    of_contests = {ResultsPublished, *contests._APART}

    assert {one.event for one in MEANINGS if one.apart} == of_posts | of_contests


def test_each_class_and_each_count_has_one_meaning() -> None:
    assert [*ABOUT_POSTS, *ABOUT_CONTESTS] == list(MEANINGS)
    assert len({one.event for one in MEANINGS}) == len(MEANINGS)
    declared = {count.name for one in ABOUT_POSTS for count in one.counts}
    assert declared == counted(PostIncrement) - _PEOPLE
    tallied = [name for one in ABOUT_POSTS for name in one.surfaces.values()]
    assert len(tallied) == len(set(tallied))


def test_kinds_that_figures_have_keep_their_names() -> None:
    assert {
        CommentAdded.type: "comment",
        ReactionAdded.type: "reaction",
        PostShared.type: "share",
        PollVoted.type: "poll_vote",
        BallotCast.type: "ballot",
    }.items() <= INTERACTIONS.items()
    assert {
        PostPublished.type: "post",
        CommentAdded.type: "comment",
        EntrySubmitted.type: "entry",
    }.items() <= CONTRIBUTIONS.items()


def test_stored_columns_are_those_that_pages_have() -> None:
    # Pages that are stored have these: another name here needs a conversion of what is stored.
    assert list(COUNTS) == [
        "viewed",
        "viewers",
        "viewers_7d",
        "reached_7d",
        "interactors",
        "interactors_7d",
        "comments",
        "comments_7d",
        "reactions",
        "reactions_7d",
        "shares",
        "poll_votes",
    ]
    assert COLUMNS_OF_ACTS == {
        "viewed": {"viewed": 1},
        "comments": {"comments": 1, "replies": 1, "comments_gone": -1},
        "comments_7d": {"comments_7d": 1},
        "reactions": {"reactions": 1, "reactions_gone": -1},
        "reactions_7d": {"reactions_7d": 1},
        "shares": {"shares": 1},
        "poll_votes": {"poll_votes": 1, "poll_votes_gone": -1},
    }


@pytest.mark.parametrize(("column", "signs"), COLUMNS_OF_ACTS.items(), ids=list(COLUMNS_OF_ACTS))
def test_a_count_goes_into_a_column_with_one_sign(column: str, signs: Mapping[str, int]) -> None:
    for one in ABOUT_POSTS:
        for count in one.counts:
            if count.name in signs:
                sign = -count.by if one.ends else count.by
                assert (count.column, sign) == (column, signs[count.name])


@pytest.mark.parametrize(
    ("kind", "deeds", "changes"),
    [
        (ReactionChanged, {"interacted"}, {}),
        (PostReadConfirmed, {"viewed"}, {"viewers": 1}),
        (PollVoteWithdrawn, set(), {"poll_votes_gone": 1, "interactors": -1, "interactors_7d": -1}),
        (BallotCast, {"interacted"}, {"ballots": 1}),
        (BallotChanged, {"interacted"}, {"ballots_changed": 1}),
        (BallotWithdrawn, set(), {"ballots": -1}),
    ],
    ids=lambda one: getattr(one, "type", None),
)
def test_what_only_the_table_says_is_done(
    kind: type[EventData], deeds: set[str], changes: Mapping[str, int]
) -> None:
    """Here nothing else would notice that a line of the table is wrong."""
    said = {"own": False, "in_audience": True, "first_view": True, "still_interacting": False}
    fields = {name: value for name, value in said.items() if name in kind.__struct_fields__}
    partition = fold(f"{kind.topic}/0")
    partition.apply(told(sample(kind, **fields), actor="bob"))

    taken = partition.take()
    (thing,) = things(taken)
    counts = {name: count for name in counted(type(thing)) if (count := getattr(thing, name))}
    assert counts == changes
    assert {deed for _, deed in deeds_of(taken)} == deeds
    assert [key.surface for key in taken.tallies] == [kind.topic.split(".")[1].removesuffix("s")]
