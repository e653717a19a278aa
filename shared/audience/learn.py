"""What is so of people and memberships after some news, given what was so before; pure.

Members are counted and fixed by numbers: each group numbers those who come to it, and the platform
numbers those who become active. Whoever wants to know who belonged to a group at some moment keeps
the last two numbers of that moment; a person belonged to it if neither of their own is above.
Comparing times instead would let in who joined in the same moment and wasn't counted.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from shared.audience.entities import EVERYONE, Group, Membership, Person, membership_id
from shared.audience.news import AudienceNews
from shared.contract.access import GroupRole
from shared.contract.history import EARLIEST

P = TypeVar("P", bound=Person)
M = TypeVar("M", bound=Membership)


class Audience(NamedTuple, Generic[P, M]):
    """What is known of those whom some news concern.

    Attributes:
        people: By person id: at least all whose accounts the news tell of.
        memberships: By id: at least all that the news tell of, and all of people who were erased.
        arrivals: By group: the number given to the last who came; at least of those groups that
            `arriving` names.
    """

    people: Mapping[str, P]
    memberships: Mapping[str, M]
    arrivals: Mapping[str, int]


def arriving(news: AudienceNews, memberships: Mapping[str, Membership]) -> set[str]:
    """The ids of the groups in which somebody may be new, given the memberships known before."""
    joined = {
        group_id
        for person, roles in news.roles.items()
        for group_id, role in roles.items()
        if role is not None
        and ((key := membership_id(group_id, person)) not in memberships or key in news.ended)
    }
    return joined | {EVERYONE} if news.accounts else joined


def last_numbers(group_ids: Iterable[str], groups: Mapping[str, Group]) -> dict[str, int]:
    """The number given to the last who came to each of these groups; 0 for those not yet known."""
    return {key: groups[key].arrivals if key in groups else 0 for key in group_ids}


def learn(
    news: AudienceNews,
    before: Audience[P, M],
    *,
    person: Callable[[str], P],
    membership: type[M],
) -> Audience[P, M]:
    """People and memberships as they are now, and the last numbers given.

    Who becomes a member has arrived in the group, and who begins to be counted in the group of
    everyone. Of the erased nothing stays, and of a deleted group no membership.

    Args:
        news: The last word of the events since the last flush.
        before: Everything that was known before them of those whom they concern.
        person: Makes a person of whom nothing was known yet, given the person_id.
        membership: The class of the service's memberships.
    """
    arrivals = dict(before.arrivals)
    memberships = _memberships(news, before, arrivals, membership)
    erased = news.erased()
    people = {key: kept for key, kept in before.people.items() if key not in erased}
    for person_id in sorted(news.accounts, key=lambda one: _moment(news, one)):
        account = news.accounts[person_id]
        if account is not None:
            now = replace(
                people.get(person_id) or person(person_id),
                status=account.status,
                human=account.human,
                since=news.told_at.get(person_id),
            )
            people[person_id] = _numbered(now, arrivals)
    return Audience(people, memberships, arrivals)


def _memberships(
    news: AudienceNews, before: Audience[P, M], arrivals: dict[str, int], kind: type[M]
) -> dict[str, M]:
    """The memberships as they are now; counts those who are new up in `arrivals`."""
    memberships = dict(before.memberships)
    came: list[tuple[str, str, str, GroupRole]] = []
    for person_id, roles in news.roles.items():
        for group_id, role in roles.items():
            key = membership_id(group_id, person_id)
            known = memberships.pop(key, None)
            if role is None:
                continue
            if known is None or key in news.ended:
                came.append((key, group_id, person_id, role))
                continue
            since = news.told_at.get(key, known.since)
            memberships[key] = replace(known, role=role, since=since)
    for key, group_id, person_id, role in sorted(came, key=lambda one: _moment(news, one[0])):
        arrivals[group_id] += 1
        memberships[key] = kind(
            id=key,
            group_id=group_id,
            person=person_id,
            role=role,
            number=arrivals[group_id],
            since=news.told_at.get(key),
        )
    erased, deleted = news.erased(), news.deleted_groups()
    return {
        key: kept
        for key, kept in memberships.items()
        if kept.person not in erased and kept.group_id not in deleted
    }


def _moment(news: AudienceNews, key: str) -> datetime:
    return news.told_at.get(key, EARLIEST)


def _numbered(person: P, arrivals: dict[str, int]) -> P:
    if not person.counted:
        return replace(person, number=None)
    if person.number is not None:
        return person
    arrivals[EVERYONE] += 1
    return replace(person, number=arrivals[EVERYONE])


def arrived(before: Audience[P, M], after: Audience[P, M]) -> dict[str, int]:
    """How many have come to each group, of those to which somebody has."""
    return {
        group_id: last - before.arrivals[group_id]
        for group_id, last in after.arrivals.items()
        if last != before.arrivals[group_id]
    }
