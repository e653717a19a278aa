"""Keeps `domain/audience.py`: who belongs where, from the events of the groups service.

Only the last word about each thing counts, so a batch of events becomes one statement per person,
group and membership. Each says how things are now, and to repeat one would do no harm. Those who
come are numbered, see `domain/roll.py`: that is read and written in the same transaction, so
that two workers can't give one number twice.

A group that was deleted is marked, and its document stays until `worker/purge.py` has taken
away what was in it. One of which only the end is heard makes no document.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.contests.domain.contest import Contest
from services.contests.domain.visibility import readers_of
from shared.audience import EVERYONE, Group, Membership, Person
from shared.audience.copy import (
    AudienceFold,
    erased_among,
    moved_at,
    note_erasures,
    store_changes,
    store_groups,
    store_logins,
    stored_by_id,
    stored_with,
)
from shared.audience.learn import Audience, arrived, arriving, last_numbers, learn
from shared.audience.news import AudienceNews
from shared.contract.access import Visibility
from shared.contract.events.topics import GROUPS, LOGINS, PEOPLE
from shared.contract.moments import utc_now
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection


class ContestsAudienceCopy(TypedProjection[AudienceNews]):
    """The projection of people and groups.

    Args:
        now: Tells the time, in UTC.
    """

    name = "mitmach.contests.audience-copy"
    topics: Sequence[str] = (LOGINS, PEOPLE, GROUPS)
    state = AudienceNews

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    def fold(self, partition: str) -> AudienceFold[AudienceNews]:  # noqa: ARG002 - all alike
        """An empty fold."""
        return AudienceFold(self.state)

    async def write(
        self, taken: Sequence[tuple[str, AudienceNews]], transaction: Transaction
    ) -> None:
        """Stores what was heard, and what follows from it for numbers and for contests."""
        news = AudienceNews()
        for _, partition in taken:
            news.include(partition)
        news.forget(await erased_among(transaction, news.accounts | news.roles))
        gone = news.deleted_groups()
        people = await stored_by_id(transaction, Person, news.accounts)
        memberships = await stored_by_id(transaction, Membership, news.memberships())
        memberships |= await stored_with(transaction, Membership, "person", news.erased())
        memberships |= await stored_with(transaction, Membership, "group_id", gone)
        begun = arriving(news, memberships)
        groups = await stored_by_id(transaction, Group, begun | news.groups.keys())
        now = self._now()
        news.note_closings(groups, now)
        before = Audience(people, memberships, last_numbers(begun, groups))
        after = learn(news, before, person=_newcomer, membership=Membership)
        await store_logins(transaction, news.logins, now)
        await store_changes(transaction, Person, people, after.people)
        await store_changes(transaction, Membership, memberships, after.memberships)
        await note_erasures(transaction, news.erasures, now)
        there = {key: fields for key, fields in news.groups.items() if key not in gone}
        came = {key: {"arrivals": count} for key, count in arrived(before, after).items()}
        remain = ({m.group_id for m in before.memberships.values()} | came.keys()) - gone
        moved = moved_at(news, before, after, remain | ({EVERYONE} if news.told_at else set()))
        await store_groups(transaction, there, came, moved)
        if gone:
            marks = [{"q": {"_id": key}, "u": {"$set": news.groups[key]}} for key in gone]
            await transaction.update(Group.collection, marks)
        if there:
            shown = [_shown_to(key, fields["visibility"]) for key, fields in there.items()]
            await transaction.update(Contest.collection, shown)


def _newcomer(person_id: str) -> Person:
    return Person(id=person_id)


def _shown_to(group_id: str, visibility: str) -> dict[str, Any]:
    """Tells the contests of a group who sees them; they are few, and mostly it changes nothing."""
    readers = readers_of(group_id, Visibility(visibility))
    stale = {"group_id": group_id, "readers": {"$ne": readers}}
    return {"q": stale, "u": {"$set": {"readers": readers}}, "multi": True}
