"""The copy of people and groups: the last word about each counts, endings make no documents."""

from typing import Any

from services.contests.worker.audience_copy import AudienceCopy, Heard, statements
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


class Written:
    """What a transaction would be told to write."""

    def __init__(self) -> None:
        self.updates: dict[str, list[dict[str, Any]]] = {}
        self.deletes: dict[str, list[str]] = {}

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
    field = f"groups.{GROUP}"
    assert of_vera(joined, promoted) == {field: "owner"}
    assert of_vera(joined, sample(MembershipLeft, **about)) == {field: None}
    assert of_vera(sample(MembershipRemoved, **about), joined) == {field: "member"}
    assert heard(sample(MembershipRequested, **about)).people == {}


def test_a_group_is_known_by_whatever_is_heard_of_it() -> None:
    open_group = {"group_id": GROUP, "visibility": "open"}
    assert heard(sample(ChannelCreated, **open_group)).groups == {GROUP: {"visibility": "open"}}
    archived = heard(sample(GroupCreated, **open_group), sample(GroupArchived, **open_group))
    assert archived.groups == {GROUP: {"visibility": "open", "archived": True}}
    closed = sample(GroupChanged, group_id=GROUP, visibility="closed")
    restored = sample(GroupRestored, group_id=GROUP, visibility="closed")
    assert heard(closed, restored).groups == {GROUP: {"visibility": "closed", "archived": False}}


def test_what_only_ends_makes_no_document() -> None:
    made = statements({"vera": {"groups.g": None}, "vito": {"status": "active", "groups.g": None}})
    assert made == [
        {"q": {"_id": "vera"}, "u": {"$unset": {"groups.g": ""}}, "upsert": False},
        {
            "q": {"_id": "vito"},
            "u": {"$set": {"status": "active"}, "$unset": {"groups.g": ""}},
            "upsert": True,
        },
    ]


async def test_of_the_erased_nothing_stays_and_a_deleted_group_has_no_members() -> None:
    copy, written = AudienceCopy(), Written()
    people, groups = copy.fold("mitmach.people.v1/0"), copy.fold("mitmach.groups.v1/0")
    people._notes.hear(person(PersonActivated))
    people._notes.hear(person(PersonErased))
    groups._notes.hear(sample(GroupDeleted, group_id=GROUP))
    assert (people.size(), groups.size()) == (1, 1)
    taken = [("people", people.take()), ("groups", groups.take())]
    assert (people.size(), groups.size()) == (0, 0)
    await copy.write(taken, written)
    assert written.deletes == {"people": ["vera"], "groups": [GROUP]}
    field = f"groups.{GROUP}"
    everybody_out = {
        "q": {field: {"$exists": True}},
        "u": {"$unset": {field: ""}},
        "multi": True,
    }
    assert written.updates == {"people": [everybody_out]}
