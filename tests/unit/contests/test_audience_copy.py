"""The copy of people and groups: one document each, numbers for those who come, no traces."""

from typing import Any

from shared.audience import Group, Membership, Person
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    GroupDeleted,
    MembershipJoined,
    MembershipLeft,
    MembershipRoleChanged,
)
from shared.contract.events.people import (
    PersonActivated,
    PersonErased,
    PersonReinstated,
    PersonSuspended,
)
from shared.delivery.mongo import document
from tests.unit.contests.audience import KnownPeople
from tooling.sample_events import sample

GROUP = "01976f3e-0000-7000-8000-000000000001"
OTHER = "01976f3e-0000-7000-8000-000000000002"


def person(kind: type[EventData], **given: Any) -> EventData:
    return sample(kind, person="vera", **given)


def test_a_membership_is_one_document_that_its_end_deletes() -> None:
    copy = KnownPeople()
    about: dict[str, Any] = {"group_id": GROUP, "member": "vera"}
    copy.hear(sample(MembershipJoined, **about, role="owner"))
    place = f"{GROUP}:vera"
    known = copy.all(Membership)
    assert [document(entity) for entity in known.values()] == [
        {
            "_id": place,
            "group_id": GROUP,
            "person": "vera",
            "role": "owner",
            "number": 1,
            "since": None,
        }
    ]
    copy.hear(sample(MembershipLeft, **about))
    assert copy.all(Membership) == {}


def test_who_comes_to_a_group_is_numbered_once_and_anew_when_they_come_back() -> None:
    copy = KnownPeople()

    def number(who: str) -> int:
        return copy.all(Membership)[f"{GROUP}:{who}"].number

    copy.hear(*(sample(MembershipJoined, group_id=GROUP, member=who) for who in "ab"))
    copy.hear(sample(MembershipRoleChanged, group_id=GROUP, member="a", role="owner"))
    assert [number(who) for who in "ab"] == [1, 2]
    copy.hear(sample(MembershipLeft, group_id=GROUP, member="a"))
    copy.hear(sample(MembershipJoined, group_id=GROUP, member="a"))
    assert number("a") == copy.all(Group)[GROUP].arrivals == 3


def test_active_people_are_numbered_and_programs_and_the_suspended_are_not() -> None:
    copy = KnownPeople()

    def number() -> int | None:
        return copy.all(Person)["vera"].number

    copy.hear(person(PersonActivated, account="service"))
    assert number() is None
    copy.hear(person(PersonActivated, account="human"))
    copy.hear(person(PersonActivated, account="human"))
    assert number() == 1
    copy.hear(person(PersonSuspended, account="human"))
    assert number() is None
    copy.hear(person(PersonReinstated, account="human", status="active"))
    assert number() == 2


def test_of_the_erased_nothing_stays_and_a_deleted_group_has_no_members() -> None:
    copy = KnownPeople()
    copy.hear(person(PersonActivated))
    copy.hear(
        sample(MembershipJoined, group_id=OTHER, member="vera"),
        sample(MembershipJoined, group_id=GROUP, member="vito"),
    )
    copy.hear(person(PersonErased), sample(GroupDeleted, group_id=GROUP))
    assert (copy.all(Person), copy.all(Membership)) == ({}, {})
    assert copy.all(Group)[GROUP].deleted


def test_a_group_of_which_only_the_end_is_heard_makes_no_document() -> None:
    copy = KnownPeople()
    copy.hear(sample(GroupDeleted, group_id=GROUP))
    assert copy.all(Group) == {}
