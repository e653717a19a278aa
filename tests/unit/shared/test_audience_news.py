"""What events say of people and groups: the last word about each counts."""

from typing import Any

from shared.audience.news import Account, AudienceNews
from shared.contract.access import GroupRole
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
