"""The service's documents: collections and indexes.

Entities are written by the committer; only the copy of people and groups is written by the worker's
projection (`worker/audience_copy.py`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, LastEntryView
from services.contests.domain.participation import Participation
from services.contests.domain.tally import Result
from shared.audience import ErasedPerson, Group, Membership, Person
from shared.delivery.migrations import Migration
from shared.delivery.mongo import Index
from shared.web.quotas import DailyUse

# Keys of the indexes of the list of contests, for queries that say which to use. The last is that
# of ids, read backwards.
ANNOUNCED = (("readers", 1), ("_id", -1))
OWN_DRAFTS = (("organiser", 1), ("_id", -1))
OF_GROUP = (("group_id", 1), ("_id", -1))
NEWEST = (("_id", 1),)

COLLECTIONS: Mapping[str, Sequence[Index]] = {
    Contest.collection: (
        # What the scheduler has to do, soonest first.
        Index((("due_at", 1),)),
        # Lists, newest first: what is announced, by who sees it; drafts, by who organises them.
        Index(ANNOUNCED, partial={"announced_at": {"$type": "date"}}),
        Index(OWN_DRAFTS, partial={"announced_at": None}),
        Index(OF_GROUP),
    ),
    Entry.collection: (Index((("contest_id", 1), ("status", 1))),),
    Participation.collection: (),
    LastEntryView.collection: (),
    # Read as a whole, once, for the tally. Nothing orders or groups ballots by what they choose.
    Ballot.collection: (Index((("contest_id", 1),)),),
    Result.collection: (),
    # Who is still to be forgotten.
    ErasedPerson.collection: (Index((("noted_at", 1),), partial={"person": {"$type": "string"}}),),
    Person.collection: (),
    # Of a group: how many may take part. Of a person: what ends when they are erased.
    Membership.collection: (Index((("group_id", 1),)), Index((("person", 1),))),
    # Those that are gone, until all that was in them is.
    Group.collection: (Index((("deleted", 1),), partial={"deleted": True}),),
    # Of days that are over.
    DailyUse.collection: (Index((("expires_at", 1),), expire_after=0),),
}

# From what earlier versions have stored: none yet, every kind has its first version.
MIGRATIONS: Sequence[Migration] = ()

# From before the first release, when the identity provider's ids stood for people.
OLDER: Mapping[str, Mapping[str, Any]] = {Contest.collection: {"organiser_id": {"$exists": True}}}


def begins_with(prefix: str) -> dict[str, str]:
    """The condition that an id begins with these characters: a range of the index of ids."""
    return {"$gte": prefix, "$lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)}
