"""Each event type is counted, and is either understood or listed as one that only counts."""

import pytest

from services.metrics.projection import FOLDS, accounts, decode, fold, groups
from services.metrics.projection.meanings import MEANINGS
from shared.contract.events.contests import ContestCancelled, ContestChanged
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    ChannelArchived,
    ChannelChanged,
    ChannelCreated,
    MembershipDeclined,
    MembershipInvited,
    MembershipRequested,
)
from shared.contract.events.guides import (
    GuideCompleted,
    GuidelineAcknowledged,
    GuidePublished,
    GuideRetired,
    GuideStepCompleted,
    PilotEnded,
    PilotStarted,
)
from shared.contract.events.people import PersonVisited
from shared.contract.events.posts import FlagDecided, FlagRaised, KudosGiven
from shared.contract.events.registry import EVENT_TYPES
from shared.contract.events.responses import AnswerAccepted, AnswerWithdrawn, CommentEdited
from shared.contract.events.topics import (
    BALLOTS,
    CONTESTS_FORGOTTEN,
    INSIGHTS,
    LOGINS,
    METRICS_FORGOTTEN,
    POSTS_FORGOTTEN,
)
from tests.support.metrics import NOON, told, value
from tooling.sample_events import sample

READ = [kind for kind in EVENT_TYPES.values() if kind.topic in FOLDS]

# Counted as events; nothing else in the stored state depends on them yet.
ONLY_COUNTED: set[type[EventData]] = {
    PersonVisited,  # a visit alone is no activity
    ChannelCreated,
    ChannelChanged,
    ChannelArchived,
    MembershipRequested,
    MembershipInvited,
    MembershipDeclined,
    GuidePublished,
    GuideRetired,
    GuideStepCompleted,
    GuideCompleted,
    GuidelineAcknowledged,
    PilotStarted,
    PilotEnded,
    CommentEdited,
    AnswerAccepted,
    AnswerWithdrawn,
    KudosGiven,
    FlagRaised,
    FlagDecided,
    ContestChanged,
    ContestCancelled,
}

UNDERSTOOD = {
    *accounts._HANDLERS,
    *groups._HANDLERS,
    *(meaning.event.type for meaning in MEANINGS),
}


def test_a_new_type_has_to_be_understood_or_listed() -> None:
    only_counted = {kind.type for kind in ONLY_COUNTED}
    assert {kind.type for kind in READ} == UNDERSTOOD | only_counted
    assert not UNDERSTOOD & only_counted


def test_neither_sealed_ballots_are_counted_nor_what_is_said_of_logins_and_erasures() -> None:
    left = {kind.topic for kind in EVENT_TYPES.values()} - FOLDS.keys()
    assert left == {
        BALLOTS,
        INSIGHTS,
        LOGINS,
        POSTS_FORGOTTEN,
        CONTESTS_FORGOTTEN,
        METRICS_FORGOTTEN,
    }


@pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.type)
@pytest.mark.parametrize("optional", [True, False], ids=["full", "short"])
def test_every_event_is_counted_once(kind: type[EventData], optional: bool) -> None:
    folded = fold(f"{kind.topic}/0")

    folded.apply(told(sample(kind, optional=optional), actor="bea"))

    taken = folded.take()
    assert {tally.type: count for tally, count in taken.tallies.items()} == {kind.type: 1}
    assert taken.oldest == taken.newest == NOON


@pytest.mark.parametrize("topic", FOLDS)
def test_a_type_that_is_newer_than_this_reader_is_counted_and_left_alone(topic: str) -> None:
    known = next(kind for kind in READ if kind.topic == topic)
    newer = value(sample(known), actor=None, at=NOON).replace(
        f'"{known.type}"'.encode(), b'"mitmach.thing.happened"'
    )
    folded = fold(f"{topic}/0")

    folded.apply(decode(newer))

    assert [tally.type for tally in folded.take().tallies] == ["mitmach.thing.happened"]
