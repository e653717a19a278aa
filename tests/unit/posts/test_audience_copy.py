"""What the service copies of people, groups and channels, and what it derives from it."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.posts.domain.audience import Channel, Group, Person, arrived_by
from services.posts.worker.audience_copy import AudienceCopy, Heard, merged
from shared.access import GroupRole, Visibility
from shared.audience import EVERYONE
from shared.events.envelope import EventData
from shared.events.groups import (
    ChannelArchived,
    ChannelChanged,
    ChannelCreated,
    GroupChanged,
    MembershipInvited,
    MembershipJoined,
    MembershipLeft,
    MembershipRemoved,
    MembershipRoleChanged,
)
from shared.events.people import (
    PersonActivated,
    PersonErased,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
    PersonVisited,
)
from tests.support.events import sample
from tests.support.posts import World

GROUP, OTHER = "g1", "g2"
Told = tuple[type[EventData], str, str]


def told(kind: type[EventData], person: str, group: str = GROUP) -> EventData:
    if "membership" in kind.type:
        return sample(kind, group_id=group, member=person, role="member", visibility="open")
    if kind is PersonErased:
        return sample(kind, person=person)
    return sample(kind, person=person, account="human")


def test_members_are_counted_while_they_are_active() -> None:
    world = World()
    world.hear(told(MembershipJoined, "p"))
    assert world.find(Group, GROUP).members == 0, "nothing is known of this person yet"
    world.hear(told(PersonActivated, "p"))
    assert world.find(Group, GROUP).members == 1
    assert world.find(Group, EVERYONE).members == 1
    world.hear(told(PersonSuspended, "p"))
    assert world.find(Group, GROUP).members == 0
    assert world.find(Group, EVERYONE).members == 0
    assert GROUP in world.find(Person, "p").groups, "the membership stays"
    world.hear(sample(PersonReinstated, person="p", account="human", status="active"))
    assert world.find(Group, GROUP).members == 1
    world.hear(told(MembershipRemoved, "p"))
    assert world.find(Group, GROUP).members == 0
    assert world.find(Group, EVERYONE).members == 1


def test_programs_with_an_account_belong_to_no_audience() -> None:
    world = World()
    world.hear(sample(PersonActivated, person="bot", account="service"))
    world.hear(told(MembershipJoined, "bot"))
    assert world.find(Group, GROUP).members == 0
    assert world.find(Person, "bot").groups[GROUP].role is GroupRole.MEMBER


def test_who_comes_back_is_a_new_arrival() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    before = world.find(Group, GROUP).arrivals
    assert arrived_by(world.find(Person, "p"), GROUP, before)
    world.hear(told(MembershipLeft, "p"))
    assert not arrived_by(world.find(Person, "p"), GROUP, before)
    world.hear(told(MembershipJoined, "p"))
    assert not arrived_by(world.find(Person, "p"), GROUP, before)
    assert arrived_by(world.find(Person, "p"), GROUP, world.find(Group, GROUP).arrivals)


def test_another_role_is_no_arrival() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    before = world.find(Person, "p").groups[GROUP]
    world.hear(
        sample(MembershipRoleChanged, group_id=GROUP, member="p", role="owner", visibility="open")
    )
    after = world.find(Person, "p").groups[GROUP]
    assert (after.role, after.number) == (GroupRole.OWNER, before.number)


def test_the_erased_are_forgotten() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    world.hear(told(PersonErased, "p"))
    assert (Person, "p") not in world.stored
    assert world.find(Group, GROUP).members == 0
    world.hear(told(MembershipLeft, "p"))
    assert (Person, "p") not in world.stored


def test_invitations_and_visits_change_nothing() -> None:
    world = World()
    world.hear(told(MembershipInvited, "p"), told(PersonVisited, "p"))
    assert (Person, "p") not in world.stored


def test_groups_and_channels_are_as_the_last_event_says() -> None:
    world = World()
    channel: dict[str, Any] = {"group_id": GROUP, "channel_id": "c", "visibility": "closed"}
    world.hear(sample(ChannelCreated, channel_kind="discussion", **channel))
    assert world.find(Group, GROUP).visibility is Visibility.CLOSED
    world.hear(sample(ChannelArchived, channel_kind="discussion", **channel))
    world.hear(sample(ChannelChanged, channel_kind="help", **channel))
    assert world.find(Channel, "c") == Channel(id="c", group_id=GROUP, kind="help", archived=True)
    world.hear(sample(GroupChanged, group_id=GROUP, visibility="secret"))
    assert world.find(Group, GROUP).visibility is Visibility.SECRET


_tellings = st.lists(
    st.tuples(
        st.sampled_from(
            [
                MembershipJoined,
                MembershipLeft,
                PersonInvited,
                PersonActivated,
                PersonSuspended,
                PersonLeft,
            ]
        ),
        st.sampled_from(["p", "q", "r"]),
        st.sampled_from([GROUP, OTHER]),
    ),
    max_size=30,
)


@settings(max_examples=150)
@given(_tellings, st.lists(st.integers(0, 30), max_size=6), st.integers(0, 30))
def test_members_are_exact_however_events_are_flushed_and_repeated(
    tellings: list[Told], cuts: list[int], again_from: int
) -> None:
    events = [told(*one) for one in tellings]
    at_once, in_parts = World(), World()
    at_once.hear(*events)
    bounds = sorted({0, len(events), *(min(cut, len(events)) for cut in cuts)})
    for start, end in pairwise(bounds):
        in_parts.hear(*events[start:end])
    # A whole history that is read once more, as after a loss of all marks, ends where it ended.
    in_parts.hear(*events[min(again_from, len(events)) :])
    in_parts.hear(*events)
    status: dict[str, str] = {}
    members: dict[str, set[str]] = {GROUP: set(), OTHER: set()}
    for kind, person, group in tellings:
        match kind.__name__:
            case "MembershipJoined":
                members[group].add(person)
            case "MembershipLeft":
                members[group].discard(person)
            case name:
                status[person] = name
    active = {person for person, last in status.items() if last == "PersonActivated"}
    for world in (at_once, in_parts):
        for group, persons in members.items():
            if (Group, group) in world.stored:
                assert world.find(Group, group).members == len(persons & active)
        assert world.find(Group, EVERYONE).members == len(active)


def test_a_fold_hands_over_and_starts_empty() -> None:
    class Event:
        data = told(MembershipJoined, "p")

    fold = AudienceCopy().fold("mitmach.groups.v1/0")
    fold.apply(Event())  # type: ignore[arg-type]
    assert fold.size() == 2
    heard = fold.take()
    assert heard.memberships == {"p": {GROUP: GroupRole.MEMBER}}
    assert fold.size() == 0


def test_partitions_are_written_together() -> None:
    one, two = Heard(), Heard()
    one.hear(told(MembershipJoined, "p", GROUP))
    two.hear(told(MembershipJoined, "p", OTHER))
    assert set(merged([one, two]).memberships["p"]) == {GROUP, OTHER}
