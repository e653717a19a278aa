"""The copy of people and groups: the last word about each counts, endings make no documents."""

from typing import Any

from services.contests.worker.audience_copy import AudienceCopy, Heard
from shared.events.envelope import EventData
from shared.events.groups import (
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

GROUP = "01976f3e-0000-7000-8000-000000000001"
OTHER = "01976f3e-0000-7000-8000-000000000002"


class Written:
    """What a transaction would be told to write, and what it finds.

    Attributes:
        there: Ids of the memberships that it finds, by what they are asked by.
    """

    def __init__(self, there: dict[tuple[str, str], list[str]] | None = None) -> None:
        self.updates: dict[str, list[dict[str, Any]]] = {}
        self.deletes: dict[str, list[str]] = {}
        self.there = there or {}

    async def find(self, collection: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
        assert collection == "memberships"
        ((field, among),) = asked.items()
        found = [one for value in among["$in"] for one in self.there.get((field, value), [])]
        return [{"_id": one} for one in found]

    async def update(self, collection: str, statements: list[dict[str, Any]]) -> None:
        self.updates.setdefault(collection, []).extend(statements)

    async def delete(self, collection: str, ids: list[str]) -> None:
        self.deletes.setdefault(collection, []).extend(ids)


def heard(*events: EventData) -> Heard:
    made = Heard()
    for data in events:
        made.hear(data)
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
    about = {"group_id": GROUP, "member": "vera"}
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
    open_group = {"group_id": GROUP, "visibility": "open"}
    assert heard(sample(ChannelCreated, **open_group)).groups == {GROUP: {"visibility": "open"}}
    archived = heard(sample(GroupCreated, **open_group), sample(GroupArchived, **open_group))
    assert archived.groups == {GROUP: {"visibility": "open", "archived": True}}
    closed = sample(GroupChanged, group_id=GROUP, visibility="closed")
    restored = sample(GroupRestored, group_id=GROUP, visibility="closed")
    assert heard(closed, restored).groups == {GROUP: {"visibility": "closed", "archived": False}}


async def test_a_membership_is_one_document_that_its_end_deletes() -> None:
    written = Written()
    about = {"group_id": GROUP, "member": "vera"}
    joined, left = sample(MembershipJoined, **about, role="owner"), sample(MembershipLeft, **about)
    await AudienceCopy().write([("groups", heard(joined))], written)
    fields = {"group_id": GROUP, "person": "vera", "role": "owner"}
    upsert = {"q": {"_id": f"{GROUP}:vera"}, "u": {"$set": fields}, "upsert": True}
    assert written.updates["memberships"] == [upsert]
    written = Written()
    await AudienceCopy().write([("groups", heard(joined, left))], written)
    assert "memberships" not in written.updates
    assert written.deletes == {"memberships": [f"{GROUP}:vera"]}


async def test_of_the_erased_nothing_stays_and_a_deleted_group_has_no_members() -> None:
    copy = AudienceCopy()
    hers, theirs = [f"{OTHER}:vera"], [f"{GROUP}:vito"]
    written = Written({("person", "vera"): hers, ("group_id", GROUP): theirs})
    people, groups = copy.fold("mitmach.people.v1/0"), copy.fold("mitmach.groups.v1/0")
    people._notes.hear(person(PersonActivated))
    people._notes.hear(person(PersonErased))
    groups._notes.hear(sample(GroupDeleted, group_id=GROUP))
    assert (people.size(), groups.size()) == (1, 1)
    taken = [("people", people.take()), ("groups", groups.take())]
    assert (people.size(), groups.size()) == (0, 0)
    await copy.write(taken, written)
    assert written.deletes == {
        "people": ["vera"],
        "groups": [GROUP],
        "memberships": hers + theirs,
    }
    assert written.updates == {}
