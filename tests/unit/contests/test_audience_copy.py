"""The copy of people and groups: the last word about each counts, endings make no documents."""

from typing import Any

from services.contests.worker.audience_copy import Heard
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
from tests.support.contests_audience import Documents
from tests.support.events import sample

GROUP = "01976f3e-0000-7000-8000-000000000001"
OTHER = "01976f3e-0000-7000-8000-000000000002"


def heard(*events: EventData) -> Heard:
    made = Heard()
    for data in events:
        made.apply(data)
    return made


def person(kind: type[EventData], **given: Any) -> EventData:
    return sample(kind, person="vera", **given)


def of_vera(*events: EventData) -> dict[str, Any]:
    return heard(*events).people["vera"]


def test_the_last_word_about_a_person_counts() -> None:
    invited = person(PersonInvited, account="human")
    assert of_vera(invited) == {"status": "invited", "human": True}
    activated = person(PersonActivated, account="service")
    assert of_vera(invited, activated) == {"status": "active", "human": False}
    assert of_vera(activated, person(PersonSuspended))["status"] == "suspended"
    assert of_vera(person(PersonReinstated, status="invited"))["status"] == "invited"
    assert of_vera(activated, person(PersonLeft))["status"] == "left"


def test_visits_mean_nothing_here() -> None:
    assert heard(person(PersonVisited)) == Heard()


def test_a_membership_is_a_role_until_it_ends() -> None:
    about: dict[str, Any] = {"group_id": GROUP, "member": "vera"}
    joined = sample(MembershipJoined, **about, role="member")
    promoted = sample(MembershipRoleChanged, **about, role="owner")
    membership = {"group_id": GROUP, "person": "vera"}
    place = f"{GROUP}:vera"
    assert heard(joined, promoted).memberships == {place: membership | {"role": "owner"}}
    assert heard(joined, sample(MembershipLeft, **about)).memberships == {place: None}
    back = heard(sample(MembershipRemoved, **about), joined)
    assert back.memberships == {place: membership | {"role": "member"}}
    assert heard(sample(MembershipRequested, **about)).memberships == {}


def test_a_group_is_known_by_whatever_is_heard_of_it() -> None:
    open_group: dict[str, Any] = {"group_id": GROUP, "visibility": "open"}
    assert heard(sample(ChannelCreated, **open_group)).groups == {GROUP: {"visibility": "open"}}
    archived = heard(sample(GroupCreated, **open_group), sample(GroupArchived, **open_group))
    assert archived.groups == {GROUP: {"visibility": "open", "archived": True}}
    closed = sample(GroupChanged, group_id=GROUP, visibility="closed")
    restored = sample(GroupRestored, group_id=GROUP, visibility="closed")
    assert heard(closed, restored).groups == {GROUP: {"visibility": "closed", "archived": False}}


async def test_a_membership_is_one_document_that_its_end_deletes() -> None:
    copy = Documents()
    about: dict[str, Any] = {"group_id": GROUP, "member": "vera"}
    await copy.hear(sample(MembershipJoined, **about, role="owner"))
    place = f"{GROUP}:vera"
    assert copy.stored["memberships"] == {
        place: {"_id": place, "group_id": GROUP, "person": "vera", "role": "owner", "number": 1}
    }
    await copy.hear(sample(MembershipLeft, **about))
    assert copy.stored["memberships"] == {}


async def test_who_comes_to_a_group_is_numbered_once_and_anew_when_they_come_back() -> None:
    copy = Documents()

    def number(who: str) -> int:
        found: int = copy.stored["memberships"][f"{GROUP}:{who}"]["number"]
        return found

    await copy.hear(*(sample(MembershipJoined, group_id=GROUP, member=one) for one in "ab"))
    await copy.hear(sample(MembershipRoleChanged, group_id=GROUP, member="a", role="owner"))
    assert [number(one) for one in "ab"] == [1, 2]
    await copy.hear(sample(MembershipLeft, group_id=GROUP, member="a"))
    await copy.hear(sample(MembershipJoined, group_id=GROUP, member="a"))
    assert number("a") == copy.stored["groups"][GROUP]["arrivals"] == 3


async def test_active_people_are_numbered_and_programs_and_the_suspended_are_not() -> None:
    copy = Documents()

    def number() -> int | None:
        found: int | None = copy.stored["people"]["vera"]["number"]
        return found

    await copy.hear(person(PersonActivated, account="service"))
    assert number() is None
    await copy.hear(person(PersonActivated, account="human"))
    await copy.hear(person(PersonActivated, account="human"))
    assert number() == 1
    await copy.hear(person(PersonSuspended, account="human"))
    assert number() is None
    await copy.hear(person(PersonReinstated, account="human", status="active"))
    assert number() == 2


async def test_of_the_erased_nothing_stays_and_a_deleted_group_has_no_members() -> None:
    copy = Documents()
    await copy.hear(person(PersonActivated))
    await copy.hear(
        sample(MembershipJoined, group_id=OTHER, member="vera"),
        sample(MembershipJoined, group_id=GROUP, member="vito"),
    )
    await copy.hear(person(PersonErased), sample(GroupDeleted, group_id=GROUP))
    assert (copy.stored["people"], copy.stored["memberships"]) == ({}, {})
    assert copy.stored["groups"][GROUP]["deleted"] is True


async def test_a_group_of_which_only_the_end_is_heard_makes_no_document() -> None:
    copy = Documents()
    await copy.hear(sample(GroupDeleted, group_id=GROUP))
    assert copy.stored["groups"] == {}
