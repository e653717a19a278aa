"""What some news say of who has come to each group, and when it has changed otherwise; pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.posts.domain.arrivals import Arrival, RecentArrivals
from services.posts.domain.audience import Group, Membership, Person
from shared.audience import EVERYONE
from shared.audience.learn import Audience
from shared.audience.news import AudienceNews
from shared.contract.history import EARLIEST


def came(
    before: Audience[Person, Membership], after: Audience[Person, Membership]
) -> dict[str, list[Arrival]]:
    """By group, who has come, in the order of their numbers."""
    arrivals: dict[str, list[Arrival]] = {}
    for key, membership in after.memberships.items():
        known = before.memberships.get(key)
        if known is None or known.number != membership.number:
            arrival = _arrival(membership, after.people.get(membership.person))
            arrivals.setdefault(membership.group_id, []).append(arrival)
    for person_id, person in after.people.items():
        earlier = before.people.get(person_id)
        if person.number is not None and (earlier is None or earlier.number != person.number):
            arrival = Arrival(person.number, person.since or EARLIEST, counted=True)
            arrivals.setdefault(EVERYONE, []).append(arrival)
    return {
        group_id: sorted(numbered, key=lambda arrival: arrival.number)
        for group_id, numbered in arrivals.items()
    }


def _arrival(membership: Membership, person: Person | None) -> Arrival:
    since = membership.since or EARLIEST
    if person is None or not person.counted:
        return Arrival(membership.number, since, counted=False)
    # Who became active after they had joined is counted from then on.
    return Arrival(membership.number, max(since, person.since or EARLIEST), counted=True)


def counted_since(
    before: Audience[Person, Membership], after: Audience[Person, Membership]
) -> dict[str, dict[int, datetime]]:
    """By group and number, since when they are counted who had come before, and weren't.

    News of a person and of their memberships travel side by side: who was active before they
    joined may be heard of afterwards.
    """
    since: dict[str, dict[int, datetime]] = {}
    begun = _counted(after) - _counted(before)
    for key, membership in after.memberships.items():
        known = before.memberships.get(key)
        if membership.person not in begun or known is None or known.number != membership.number:
            continue
        moment = after.people[membership.person].since or EARLIEST
        since.setdefault(membership.group_id, {})[membership.number] = moment
    return since


def _counted(audience: Audience[Person, Membership]) -> set[str]:
    return {key for key, person in audience.people.items() if person.counted}


def changed_otherwise(
    news: AudienceNews,
    before: Audience[Person, Membership],
    after: Audience[Person, Membership],
) -> dict[str, datetime]:
    """By group, when the last change happened of who is counted there that was no arrival."""
    last: dict[str, datetime] = {}
    for group_id, key in _changed(news, before, after):
        moment = news.told_at.get(key)
        if moment is not None and moment > last.get(group_id, EARLIEST):
            last[group_id] = moment
    for key, ended in news.ended.items():
        group_id = key.partition(":")[0]
        if ended is not None and ended > last.get(group_id, EARLIEST):
            last[group_id] = ended
    return last


def _changed(
    news: AudienceNews,
    before: Audience[Person, Membership],
    after: Audience[Person, Membership],
) -> Iterator[tuple[str, str]]:
    """Groups, each with the key under which the news say when it has changed."""
    uncounted = _counted(before) - _counted(after)
    for person_id in uncounted:
        yield EVERYONE, person_id
    for key, membership in before.memberships.items():
        if membership.person in uncounted and key not in news.ended:
            yield membership.group_id, membership.person


def grown(
    recent: Mapping[str, RecentArrivals],
    groups: Mapping[str, Group],
    arrivals: Mapping[str, list[Arrival]],
    counted: Mapping[str, Mapping[int, datetime]],
    otherwise: Mapping[str, datetime],
) -> dict[str, RecentArrivals]:
    """What is known of recent arrivals now, of all groups that have changed.

    Args:
        recent: By group, its arrivals until now; a group that has none began with none.
        groups: The groups as they were.
        arrivals: By group, who came.
        counted: By group and number, since when they are counted who had come before.
        otherwise: By group, when it has changed otherwise.
    """
    after: dict[str, RecentArrivals] = {}
    for group_id in arrivals.keys() | counted.keys() | otherwise.keys():
        known = recent.get(group_id)
        if known is None:
            group = groups.get(group_id)
            since = None if group is None else group.members_since
            known = RecentArrivals(id=group_id, known_from=since)
        now_counted = known.counting(counted.get(group_id, {}))
        after[group_id] = now_counted.grown(arrivals.get(group_id, ()), otherwise.get(group_id))
    return after
