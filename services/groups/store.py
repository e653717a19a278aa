"""What is stored, and the indexes that the questions of `queries/` need."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.groups.domain.channel import Channel
from services.groups.domain.counts import MemberCount
from services.groups.domain.erasure import Erasure
from services.groups.domain.group import Group
from services.groups.domain.membership import Membership
from services.groups.domain.person import Person
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Index
from shared.web.quotas import DailyUse

# The filters of lists of groups, which are those of their partial indexes.
IN_USE: Mapping[str, Any] = {"deleted_at": None, "archived_at": None}
ARCHIVED: Mapping[str, Any] = {"deleted_at": None, "archived_at": {"$type": "date"}}


def newest_of(*about: str) -> tuple[tuple[str, int], ...]:
    """The key of the index for a list of groups in use.

    Who may see them comes first: the secret groups of others cost nobody anything. Then what the
    list is about, and its order last, so that a page is a range.
    """
    return (("visibility", 1), *((field, 1) for field in about), ("_id", -1))


# The key of the index for a list of archived groups, and of the one that every collection has.
NEWEST_ARCHIVED = (("_id", -1), ("visibility", 1))
BY_ID = (("_id", 1),)

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Person.collection: (
        # The list of colleagues, and of one status.
        Index((("status", 1), ("_id", 1))),
        Index((("words", 1), ("_id", 1))),
        Index((("look", 1), ("_id", 1))),
        # Whom a login leads to.
        Index((("login", 1),), partial={"login": {"$type": "string"}}),
        # Erased people whose memberships are still to end.
        Index(
            (("erased_at", 1),),
            partial={"status": "erased"},
        ),
        # Who left, and how long ago.
        Index((("left_at", 1),), partial={"status": "left"}),
        # People whose memberships don't say yet that they are suspended, or reinstated.
        Index((("unsettled_since", 1),), partial={"unsettled_since": {"$type": "date"}}),
    ),
    Group.collection: (
        # One per question that lists groups.
        Index(newest_of(), partial=IN_USE),
        Index(newest_of("kind"), partial=IN_USE),
        Index(newest_of("topics"), partial=IN_USE),
        Index(newest_of("words"), partial=IN_USE),
        Index(NEWEST_ARCHIVED, partial=ARCHIVED),
        # Groups whose names look the same, without reading how many secret ones there are.
        Index((("look", 1), ("visibility", 1), ("_id", 1))),
        # Deleted groups, of which everything is still to be removed.
        Index((("deleted_at", 1),), partial={"deleted_at": {"$type": "date"}}),
    ),
    Membership.collection: (
        # The members, requests or invitations of a group, in order of their arrival.
        Index((("group_id", 1), ("standing", 1), ("since", 1), ("_id", 1))),
        # The groups and invitations of a person.
        Index((("person_id", 1), ("standing", 1), ("since", 1), ("_id", 1))),
    ),
    Channel.collection: (Index((("group_id", 1), ("_id", 1))),),
    MemberCount.collection: (),
    # Those that somebody asked for, by who it was.
    Erasure.collection: (
        Index((("requested_by", 1),), partial={"requested_by": {"$type": "string"}}),
    ),
    # The use of days that are over expires.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()

# From before the first release, when the identity provider's ids stood for people.
OLDER: Mapping[str, Mapping[str, Any]] = {Person.collection: {"pseudonym": {"$exists": True}}}
