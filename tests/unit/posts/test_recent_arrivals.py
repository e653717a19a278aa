"""What a group's audience was at a moment of before, though more have come since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mitmach.importing.recording.order import AHEAD
from services.posts.commands.posts import PostWithContent, PublishPost
from services.posts.domain.arrivals import KEPT, Arrival, Headcount, RecentArrivals
from services.posts.domain.audience import Group, Membership
from services.posts.domain.post import Post, PostContent
from shared.audience import EVERYONE, membership_id
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    ChannelCreated,
    GroupDeleted,
    MembershipJoined,
    MembershipLeft,
    MembershipRemoved,
)
from shared.contract.events.people import PersonActivated, PersonReinstated, PersonSuspended
from shared.contract.history import RecordedTooLate
from shared.contract.ids import new_id
from shared.contract.moments import to_milliseconds
from shared.delivery.command import Found
from shared.delivery.committer.history import check_order
from tests.support.in_memory import principal
from tests.unit.posts.test_audience_copy import GROUP, told
from tests.unit.posts.world import NOON, World
from tooling.sample_events import sample

HOUR = timedelta(hours=1)
START = to_milliseconds(NOON)


def recent(world: World, group: str = GROUP) -> RecentArrivals:
    return world.find(RecentArrivals, group)


def headcount(world: World, moment: datetime, group: str = GROUP) -> Headcount:
    return recent(world, group).headcount(world.find(Group, group), moment)


def arrived(*hours: int, counted: bool = True) -> RecentArrivals:
    came = [Arrival(number, START + hour * HOUR, counted) for number, hour in enumerate(hours, 1)]
    return RecentArrivals(id=GROUP).grown(came, None)


def test_who_has_come_later_doesnt_belong_to_the_audience() -> None:
    world = World()
    for hour, person in enumerate("pqr"):
        world.hear(told(PersonActivated, person), at=NOON - HOUR)
        world.hear(told(MembershipJoined, person), at=NOON + hour * HOUR)
    assert recent(world).exact_since is None
    assert [headcount(world, START + hour * HOUR) for hour in (-1, 0, 1, 2, 9)] == [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (3, 3),
    ]


def test_all_of_one_flush_have_come_in_the_order_of_their_moments() -> None:
    world = World()
    world.hear(*(told(PersonActivated, person) for person in "pq"), at=NOON - HOUR)
    world.hear(
        told(MembershipJoined, "q", "other"),
        told(MembershipJoined, "p"),
        told(MembershipJoined, "q"),
        at=[NOON, NOON + HOUR, NOON + 2 * HOUR],
    )
    assert world.find(Membership, membership_id(GROUP, "p")).number == 1
    assert headcount(world, START + HOUR) == (1, 1)
    world.hear(
        told(MembershipLeft, "q"),
        told(MembershipLeft, "p"),
        told(MembershipJoined, "q"),
        told(MembershipJoined, "p"),
        at=[NOON + hour * HOUR for hour in (3, 4, 5, 6)],
    )
    assert recent(world).exact_since == START + 4 * HOUR
    assert [headcount(world, START + hour * HOUR) for hour in (4, 5, 6)] == [(0, 2), (1, 3), (2, 4)]
    assert world.find(Membership, membership_id(GROUP, "p")).number == 4


def test_programs_arrive_and_arent_counted() -> None:
    world = World()
    world.hear(sample(PersonActivated, person="bot", account="service"), at=NOON)
    world.hear(told(MembershipJoined, "bot"), at=NOON + HOUR)
    assert headcount(world, START) == (0, 0)
    assert headcount(world, START + HOUR) == (0, 1)


def test_who_is_heard_of_as_active_after_they_had_joined_was_a_member_all_the_time() -> None:
    world = World()
    world.hear(told(MembershipJoined, "p"), at=NOON + HOUR)
    world.hear(told(MembershipJoined, "q"), at=NOON + 2 * HOUR)
    assert headcount(world, START + 2 * HOUR) == (0, 2)
    world.hear(*(told(PersonActivated, person) for person in "pq"), at=NOON)
    assert recent(world).exact_since is None
    assert [headcount(world, START + hour * HOUR) for hour in (0, 1, 2)] == [(0, 0), (1, 1), (2, 2)]


def test_who_became_active_after_they_had_joined_is_counted_from_then_on() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), at=NOON)
    for hour, person in enumerate("qp", 1):
        world.hear(told(MembershipJoined, person), at=NOON + hour * HOUR)
    world.hear(told(PersonActivated, "q"), at=NOON + 3 * HOUR)
    assert recent(world).exact_since == START + 3 * HOUR
    assert headcount(world, START + 3 * HOUR) == (2, 2)


def test_who_is_counted_again_of_whom_no_arrival_is_kept_ends_what_is_known() -> None:
    many = arrived(*range(KEPT + 1)).counting({1: START + HOUR / 2, 2: START + 5 * HOUR})
    assert many.known_from == START + HOUR / 2
    assert many.exact_since == START + 5 * HOUR


@pytest.mark.parametrize("ends", [MembershipLeft, MembershipRemoved, PersonSuspended])
def test_what_was_before_somebody_went_is_known_no_more(ends: type[EventData]) -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"), at=NOON)
    world.hear(told(ends, "p"), at=NOON + HOUR)
    assert recent(world).exact_since == START + HOUR
    everyone = recent(world, EVERYONE).exact_since
    assert everyone == (START + HOUR if ends is PersonSuspended else None)


def test_who_went_as_soon_as_they_came_is_not_taken_for_nobody() -> None:
    world = World()
    world.hear(
        told(PersonActivated, "p"),
        told(MembershipJoined, "p"),
        told(MembershipLeft, "p"),
        at=[NOON, NOON + HOUR, NOON + 2 * HOUR],
    )
    assert recent(world).exact_since == START + 2 * HOUR


def test_of_a_deleted_group_nothing_is_kept() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"), at=NOON)
    world.hear(sample(GroupDeleted, group_id=GROUP, visibility="open"), at=NOON + HOUR)
    assert (RecentArrivals, GROUP) not in world.stored
    assert (RecentArrivals, EVERYONE) in world.stored


def test_of_a_group_from_before_arrivals_were_kept_nothing_earlier_is_known() -> None:
    world = World()
    world.store(Group(id=GROUP, members=3, arrivals=5, members_since=START))
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"), at=NOON + HOUR)
    assert recent(world).exact_since == START
    assert headcount(world, START) == (3, 5)


def test_as_many_are_kept_as_an_import_may_be_ahead_and_of_others_nothing_is_said() -> None:
    assert KEPT >= 2 * AHEAD
    many = arrived(*range(KEPT + 10))
    assert len(many.arrivals) == KEPT
    assert many.exact_since == START + 9 * HOUR
    group = Group(id=GROUP, members=KEPT + 10, arrivals=KEPT + 10)
    assert many.headcount(group, START + 9 * HOUR) == (10, 10)


@pytest.mark.parametrize(
    ("hours", "exact"),
    [
        ((), None),
        ((1, 2, 2, 3), None),
        ((1, 5, 2, 3), 5),
        ((9, 1, 2), 9),
        ((1, 4, 3, 8, 7), 8),
    ],
)
def test_where_numbers_and_moments_disagree_nothing_is_said(
    hours: Sequence[int], exact: int | None
) -> None:
    expected = None if exact is None else START + exact * HOUR
    assert arrived(*hours).exact_since == expected


def publish(world: World, channel: str, at: datetime, *, past: bool = True) -> Post:
    """A post of the person p, recorded as of a moment."""
    command = PublishPost(
        principal=principal("p"),
        post_id=new_id(),
        channel_id=channel,
        format="text",
        kind="discussion",
        tags=(),
        content=PostContent(title="A run at noon", text="Who joins?"),
        past=past,
    )
    found = Found()
    while fresh := found.unread(list(command.reads(found))):
        for key in fresh:
            found.put(key, world.stored.get(key))
    check_order(command, at, found)
    reply = command.decide(found, at).reply
    assert isinstance(reply, PostWithContent)
    return reply.post


def growing() -> tuple[World, str]:
    """A group to which p comes at noon and q an hour later, with its channel."""
    world = World()
    channel = sample(
        ChannelCreated,
        group_id=GROUP,
        channel_id="c",
        channel_kind="discussion",
        visibility="open",
    )
    world.hear(told(PersonActivated, "p"), told(PersonActivated, "q"), channel, at=NOON - HOUR)
    world.hear(told(MembershipJoined, "p"), at=NOON)
    world.hear(told(MembershipJoined, "q"), at=NOON + HOUR)
    return world, "c"


def test_a_post_of_before_is_for_who_belonged_to_the_group_then() -> None:
    world, channel = growing()
    early, late = (publish(world, channel, NOON + hour * HOUR) for hour in (0.5, 1.5))
    assert (early.audience_size, early.audience_through) == (0, 1)
    assert (late.audience_size, late.audience_through) == (1, 2)
    q = world.member("q", GROUP)
    assert not q.counted_by(GROUP, early.audience_through, early.active_through)
    assert q.counted_by(GROUP, late.audience_through, late.active_through)


def test_a_post_of_before_for_everyone_is_for_who_was_active_then() -> None:
    world, _ = growing()
    channel = sample(
        ChannelCreated,
        group_id=EVERYONE,
        channel_id="all",
        channel_kind="discussion",
        visibility="open",
    )
    world.hear(channel, at=NOON)
    world.hear(told(PersonActivated, "r"), at=NOON + 2 * HOUR)
    early, late = (publish(world, "all", NOON + hour * HOUR) for hour in (1, 2))
    assert (early.audience_size, late.audience_size) == (1, 2)
    r = world.member("r", EVERYONE)
    assert not r.counted_by(EVERYONE, early.audience_through, early.active_through)
    assert r.counted_by(EVERYONE, late.audience_through, late.active_through)


def test_without_that_knowledge_it_comes_too_late() -> None:
    world, channel = growing()
    with pytest.raises(RecordedTooLate):
        publish(world, channel, NOON + HOUR / 2, past=False)
    world.hear(told(MembershipLeft, "q"), at=NOON + 2 * HOUR)
    with pytest.raises(RecordedTooLate):
        publish(world, channel, NOON + HOUR)
    assert publish(world, channel, NOON + 2 * HOUR).audience_size == 0
    del world.stored[RecentArrivals, GROUP]
    with pytest.raises(RecordedTooLate):
        publish(world, channel, NOON + HOUR)


def test_a_post_of_now_doesnt_ask_who_has_come_lately() -> None:
    world, channel = growing()
    post = publish(world, channel, NOON + 2 * HOUR, past=False)
    assert (post.audience_size, post.audience_through) == (1, 2)


KINDS = (PersonActivated, PersonSuspended, PersonReinstated, MembershipJoined, MembershipLeft)
_happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from("pqr")), min_size=1, max_size=25
)


@settings(max_examples=500, deadline=None)
@given(_happenings, st.lists(st.integers(0, 25), max_size=5), st.booleans())
def test_what_is_said_of_a_moment_is_what_was_so_then(
    happened: list[tuple[type[EventData], str]], cuts: list[int], people_last: bool
) -> None:
    """Whoever is suspended or comes back is heard of before anything else is recorded."""
    happened = possible(happened)
    events = [told(kind, person) for kind, person in happened]
    moments = [NOON + hour * HOUR for hour in range(len(events))]
    one_by_one, ahead = World(), World()
    audiences: list[tuple[int, set[str]]] = []
    for event, moment in zip(events, moments, strict=True):
        one_by_one.hear(event, at=moment)
        group = one_by_one.stored.get((Group, GROUP))
        members = group.members if isinstance(group, Group) else 0
        audiences.append((members, counted_now(one_by_one)))
    alone = [
        place + after
        for place, (kind, _) in enumerate(happened)
        if kind in {PersonSuspended, PersonReinstated}
        for after in (0, 1)
    ]
    bounds = sorted({0, len(events), *(min(cut, len(events)) for cut in cuts), *alone})
    for start, end in pairwise(bounds):
        heard = list(zip(events[start:end], moments[start:end], strict=True))
        if people_last:
            joined = [one for one in heard if isinstance(one[0], MembershipJoined | MembershipLeft)]
            ahead.hear(*(event for event, _ in joined), at=[moment for _, moment in joined])
            heard = [one for one in heard if one not in joined]
        ahead.hear(*(event for event, _ in heard), at=[moment for _, moment in heard])
    if (RecentArrivals, GROUP) not in ahead.stored:
        return
    known = recent(ahead)
    for moment, (members, people) in zip(moments, audiences, strict=True):
        if known.exact_since is None or known.exact_since <= to_milliseconds(moment):
            then = headcount(ahead, to_milliseconds(moment))
            assert then.members == members
            assert counted_then(ahead, then.through) == people & counted_now(ahead)


def possible(
    happened: list[tuple[type[EventData], str]],
) -> list[tuple[type[EventData], str]]:
    """Those of the events that can happen after the ones before them."""
    status: dict[str, str] = {}
    members: set[str] = set()
    kept = []
    for kind, person in happened:
        needs, becomes = {
            PersonActivated: ("", "active"),
            PersonSuspended: ("active", "barred"),
            PersonReinstated: ("barred", "active"),
        }.get(kind, ("", ""))
        if becomes:
            if status.get(person, "") != needs:
                continue
            status[person] = becomes
        elif (person in members) == (kind is MembershipJoined):
            continue
        else:
            members ^= {person}
        kept.append((kind, person))
    return kept


def counted_now(world: World) -> set[str]:
    group = world.stored.get((Group, GROUP))
    return counted_then(world, group.arrivals) if isinstance(group, Group) else set()


def counted_then(world: World, through: int) -> set[str]:
    active = world.find(Group, EVERYONE).arrivals
    return {p for p in "pqr" if world.member(p, GROUP).counted_by(GROUP, through, active)}
