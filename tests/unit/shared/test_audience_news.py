"""What events say of people and groups: the last word about each counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.audience import Group
from shared.audience.news import Account, AudienceNews
from shared.contract.access import GroupRole, Visibility
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    ChannelCreated,
    GroupArchived,
    GroupChanged,
    GroupCreated,
    GroupDeleted,
    GroupRestored,
    MembershipJoined,
    MembershipLeft,
    MembershipRemoved,
    MembershipRequested,
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
from shared.delivery.command import SETTLED
from tooling.sample_events import sample

GROUP = "01976f3e-0000-7000-8000-000000000001"
OTHER = "01976f3e-0000-7000-8000-000000000002"
VERA: dict[str, Any] = {"group_id": GROUP, "member": "vera"}


def heard(*events: EventData) -> AudienceNews:
    news = AudienceNews()
    for data in events:
        news.apply(data)
    return news


def person(kind: type[EventData], **given: Any) -> EventData:
    return sample(kind, person="vera", **given)


def of_vera(*events: EventData) -> Account | None:
    return heard(*events).accounts["vera"]


def test_the_last_word_about_a_person_counts() -> None:
    invited = person(PersonInvited, account="human")
    assert of_vera(invited) == Account("invited", human=True)
    activated = person(PersonActivated, account="service")
    assert of_vera(invited, activated) == Account("active", human=False)
    suspended = person(PersonSuspended, account="service")
    assert of_vera(activated, suspended) == Account("suspended", human=False)
    reinstated = person(PersonReinstated, account="human", status="invited")
    assert of_vera(reinstated) == Account("invited", human=True)
    assert of_vera(activated, person(PersonLeft, account="human")) == Account("left", human=True)


def test_of_the_erased_nothing_is_told_until_they_come_back() -> None:
    activated = person(PersonActivated, account="human")
    assert heard(activated, person(PersonErased)).erased() == {"vera"}
    back = heard(person(PersonErased), activated)
    assert (back.erased(), back.accounts) == (set(), {"vera": Account("active", human=True)})


def test_visits_mean_nothing_here() -> None:
    assert heard(person(PersonVisited)) == AudienceNews()


def test_a_membership_is_a_role_until_it_ends() -> None:
    joined = sample(MembershipJoined, **VERA, role="member")
    promoted = sample(MembershipRoleChanged, **VERA, role="owner")
    assert heard(joined, promoted).roles == {"vera": {GROUP: GroupRole.OWNER}}
    assert heard(joined, sample(MembershipLeft, **VERA)).roles == {"vera": {GROUP: None}}
    back = heard(sample(MembershipRemoved, **VERA), joined)
    assert back.roles == {"vera": {GROUP: GroupRole.MEMBER}}
    assert list(back.memberships()) == [f"{GROUP}:vera"]
    assert heard(sample(MembershipRequested, **VERA)).roles == {}


def test_a_group_is_known_by_whatever_is_heard_of_it() -> None:
    open_group: dict[str, Any] = {"group_id": GROUP, "visibility": "open"}
    assert heard(sample(ChannelCreated, **open_group)).groups == {GROUP: {"visibility": "open"}}
    archived = heard(sample(GroupCreated, **open_group), sample(GroupArchived, **open_group))
    assert archived.groups == {GROUP: {"visibility": "open", "archived": True}}
    closed = sample(GroupChanged, group_id=GROUP, visibility="closed")
    restored = sample(GroupRestored, group_id=GROUP, visibility="closed")
    assert heard(closed, restored).groups == {GROUP: {"visibility": "closed", "archived": False}}
    deleted = heard(sample(GroupCreated, group_id=OTHER), sample(GroupDeleted, group_id=GROUP))
    assert deleted.deleted_groups() == {GROUP}


def test_what_several_partitions_tell_is_put_together() -> None:
    news = heard(sample(MembershipJoined, **VERA, role="member"))
    news.include(heard(sample(MembershipJoined, group_id=OTHER, member="vera", role="owner")))
    news.include(heard(person(PersonActivated, account="human")))
    assert news.roles == {"vera": {GROUP: GroupRole.MEMBER, OTHER: GroupRole.OWNER}}
    assert set(news.groups) == {GROUP, OTHER}
    assert news.size() == 5


NOON = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)


def closed_since(before: Group | None, *events: EventData) -> datetime | None:
    news = heard(*events)
    news.note_closings({} if before is None else {GROUP: before}, NOON)
    since: datetime | None = news.groups[GROUP].get("closed_since")
    return since


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
@pytest.mark.parametrize("known", ["open", "closed", "secret", None])
def test_a_group_that_was_open_and_is_no_more_is_closed_since_now(
    known: str | None, visibility: str
) -> None:
    before = None if known is None else Group(id=GROUP, visibility=Visibility(known))
    changed = sample(GroupChanged, group_id=GROUP, visibility=visibility)
    closed = known == "open" and visibility != "open"
    assert closed_since(before, changed) == (NOON if closed else None)
    gone = sample(GroupDeleted, group_id=GROUP, visibility=visibility)
    assert closed_since(before, gone) == (NOON if known == "open" else None)


def test_a_group_that_is_gone_isnt_closed_again() -> None:
    before = Group(id=GROUP, visibility=Visibility.OPEN, deleted=True)
    assert closed_since(before, sample(GroupDeleted, group_id=GROUP, visibility="open")) is None


def test_people_have_other_aliases_each_time_that_a_group_is_closed() -> None:
    never, first, second = (
        Group(id=GROUP, closed_since=since) for since in (None, NOON, NOON + timedelta(days=1))
    )
    assert never.scope == GROUP
    assert len({never.scope, first.scope, second.scope}) == 3
    assert Group(id=GROUP, visibility=Visibility.OPEN, closed_since=NOON).scope is None


def test_a_group_may_have_shown_what_was_made_until_every_command_knew_that_it_was_closed() -> None:
    group = Group(id=GROUP, closed_since=NOON)
    settled = NOON + timedelta(seconds=SETTLED)
    assert group.may_have_shown(settled - timedelta(milliseconds=1))
    assert not group.may_have_shown(settled)
    assert not Group(id=GROUP).may_have_shown(NOON)
