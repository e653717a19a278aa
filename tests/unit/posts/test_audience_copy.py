"""What the service copies of people, groups and channels, and what it derives from it."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.worker.audience_copy import PostsAudienceCopy, PostsNews, unsettle
from shared.audience import EVERYONE
from shared.contract.access import GroupRole, Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
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
from shared.contract.events.people import (
    PersonActivated,
    PersonErased,
    PersonInvited,
    PersonLeft,
    PersonReinstated,
    PersonSuspended,
    PersonVisited,
)
from tests.unit.posts.world import NOON, World
from tooling.sample_events import sample

GROUP, OTHER = "g1", "g2"
Told = tuple[type[EventData], str, str]


def told(kind: type[EventData], person: str, group: str = GROUP) -> EventData:
    if "membership" in kind.type:
        return sample(kind, group_id=group, member=person, role="member", visibility="open")
    if kind is PersonErased:
        return sample(kind, person=person)
    return sample(kind, person=person, account="human")


JOINING = (PersonActivated, MembershipJoined)


def audience_now(world: World, group: str = GROUP) -> tuple[int, int]:
    """The numbers that a post of this moment keeps."""
    return world.find(Group, group).arrivals, world.find(Group, EVERYONE).arrivals


def counted(world: World, person: str, numbers: tuple[int, int], group: str = GROUP) -> bool:
    return world.member(person, group).counted_by(group, *numbers)


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
    assert (Membership, f"{GROUP}:p") in world.stored, "the membership stays"
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
    assert world.find(Membership, f"{GROUP}:bot").role is GroupRole.MEMBER


def test_who_comes_back_is_a_new_arrival() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    before = audience_now(world)
    assert counted(world, "p", before)
    world.hear(told(MembershipLeft, "p"))
    assert not counted(world, "p", before)
    world.hear(told(MembershipJoined, "p"))
    assert not counted(world, "p", before)
    assert counted(world, "p", audience_now(world))


def test_who_is_reinstated_is_a_new_arrival_in_each_of_their_groups() -> None:
    world = World()
    world.hear(*(told(kind, "p", group) for group in (GROUP, OTHER) for kind in JOINING))
    before = {group: audience_now(world, group) for group in (GROUP, OTHER, EVERYONE)}
    world.hear(told(PersonSuspended, "p"))
    while_away = {group: audience_now(world, group) for group in (GROUP, OTHER, EVERYONE)}
    world.hear(sample(PersonReinstated, person="p", account="human", status="active"))
    for group in (GROUP, OTHER, EVERYONE):
        assert not counted(world, "p", before[group], group)
        assert not counted(world, "p", while_away[group], group)
        assert counted(world, "p", audience_now(world, group), group)


def test_the_number_of_changes_moves_with_each_membership_and_never_comes_back() -> None:
    """Processes remember a membership by it; see `Entity.changes_with`."""
    world = World()
    numbers: list[int] = []
    for _ in range(3):
        world.hear(*(told(kind, "p") for kind in JOINING))
        numbers.append(world.find(Person, "p").changes)
        world.hear(told(MembershipRoleChanged, "p", OTHER))
        numbers.append(world.find(Person, "p").changes)
        world.hear(told(MembershipLeft, "p"))
        numbers.append(world.find(Person, "p").changes)
        world.hear(told(PersonErased, "p"))
    assert sorted(set(numbers)) == numbers


def test_a_suspension_changes_no_membership() -> None:
    world = World()
    world.hear(*(told(kind, "p") for kind in JOINING))
    before = world.find(Membership, f"{GROUP}:p")
    world.hear(told(PersonSuspended, "p"), told(PersonActivated, "p"))
    world.hear(told(PersonSuspended, "p"))
    assert world.find(Membership, f"{GROUP}:p") is before


def test_another_role_is_no_arrival() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    before = world.find(Membership, f"{GROUP}:p")
    world.hear(
        sample(MembershipRoleChanged, group_id=GROUP, member="p", role="owner", visibility="open")
    )
    after = world.find(Membership, f"{GROUP}:p")
    assert (after.role, after.number) == (GroupRole.OWNER, before.number)


def test_the_erased_are_forgotten() -> None:
    world = World()
    world.hear(told(PersonActivated, "p"), told(MembershipJoined, "p"))
    world.hear(told(PersonErased, "p"))
    assert (Person, "p") not in world.stored
    assert (Membership, f"{GROUP}:p") not in world.stored
    assert world.find(Group, GROUP).members == 0
    world.hear(told(MembershipLeft, "p"))
    assert (Person, "p") not in world.stored


def test_of_somebody_unknown_nothing_stays_when_their_last_membership_ends() -> None:
    world = World()
    world.hear(told(MembershipJoined, "p", GROUP), told(MembershipJoined, "p", OTHER))
    world.hear(told(MembershipLeft, "p", GROUP))
    assert world.find(Person, "p").status is None
    world.hear(told(MembershipLeft, "p", OTHER))
    assert (Person, "p") not in world.stored


def test_every_change_of_a_membership_is_written_on_its_person() -> None:
    """So a suspension and a membership that two workers learn of at once conflict."""
    world = World()
    world.hear(told(PersonActivated, "p"))
    before = world.find(Person, "p").changes
    world.hear(told(MembershipJoined, "p"))
    joined = world.find(Person, "p").changes
    world.hear(told(MembershipJoined, "p"))
    assert before < joined == world.find(Person, "p").changes, "a repeat changes nothing"
    world.hear(told(MembershipLeft, "p"))
    assert world.find(Person, "p").changes > joined


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


def test_a_group_that_is_opened_closed_or_deleted_waits_until_its_posts_say_so() -> None:
    known = {GROUP: Group(id=GROUP, visibility=Visibility.OPEN)}
    facts: dict[str, dict[str, Any]]
    for said, unsettled in (
        ({"visibility": "open"}, False),
        ({"visibility": "closed"}, True),
        ({"visibility": "open", "deleted": True}, True),
    ):
        facts = {GROUP: dict(said), OTHER: dict(said)}
        unsettle(facts, known, NOON)
        assert ("unsettled_since" in facts[GROUP]) is unsettled
        assert ("clearing_since" in facts[GROUP]) is ("deleted" in said)
        assert "unsettled_since" not in facts[OTHER], "of a new group there are no posts"


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


@settings(max_examples=150, deadline=None)
@given(_tellings, st.lists(st.integers(0, 30), max_size=6), st.integers(0, 30))
def test_members_are_exact_however_events_are_flushed_and_repeated(
    tellings: list[Told], cuts: list[int], again_from: int
) -> None:
    events = [told(*telling) for telling in tellings]
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


@settings(max_examples=150, deadline=None)
@given(_tellings, st.integers(0, 30))
def test_whoever_is_of_an_audience_was_counted_in_its_size(
    tellings: list[Told], published_after: int
) -> None:
    world = World()
    world.hear(*(sample(GroupChanged, group_id=group) for group in (GROUP, OTHER)))
    for telling in tellings[:published_after]:
        world.hear(told(*telling))
    moments = {group: audience_now(world, group) for group in (GROUP, OTHER, EVERYONE)}
    sizes = {group: world.find(Group, group).members for group in moments}
    then = {
        group: {person for person in "pqr" if counted(world, person, moments[group], group)}
        for group in moments
    }
    for telling in tellings[published_after:]:
        world.hear(told(*telling))
    for group, numbers in moments.items():
        now = {person for person in "pqr" if counted(world, person, numbers, group)}
        assert now <= then[group]
        assert len(then[group]) == sizes[group]


def test_a_fold_hands_over_and_starts_empty() -> None:
    class Event:
        data = told(MembershipJoined, "p")
        time = NOON

    fold = PostsAudienceCopy().fold("mitmach.groups.v1/0")
    fold.apply(Event())  # type: ignore[arg-type]
    assert fold.size() == 2
    news = fold.take()
    assert news.roles == {"p": {GROUP: GroupRole.MEMBER}}
    assert fold.size() == 0


def test_what_partitions_tell_of_channels_is_put_together() -> None:
    news, more = PostsNews(), PostsNews()
    for notes, channel in ((news, "c"), (more, "d")):
        notes.apply(sample(ChannelCreated, group_id=GROUP, channel_id=channel))
    news.include(more)
    assert set(news.channels) == {"c", "d"}
    assert news.size() == 3
