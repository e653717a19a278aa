"""What every command looks at first: the contest, the person, the contest's group."""

from collections.abc import Iterator
from typing import NamedTuple

from services.contests.domain.audience import (
    Affiliations,
    affiliations_found,
    membership_reads,
)
from services.contests.domain.contest import Contest, ContestNotFound, groups_of, resource_of
from services.contests.domain.entry import Entry, EntryNotFound, is_shown
from shared.access import Action, NotAllowed, NotVisible, Resource, authorize
from shared.audience import EVERYONE, Group, Person
from shared.command import Found, Key
from shared.identity import Principal


class Seen(NamedTuple):
    """A contest that the person sees, and the facts about the two of them."""

    contest: Contest
    who: Affiliations
    resource: Resource


def facts_of_contest(found: Found, contest_id: str, principal: Principal) -> Iterator[Key]:
    """What `seen_contest` looks at."""
    yield Contest, contest_id
    yield Person, principal.pseudonym
    contest = found.get(Contest, contest_id)
    if contest is not None:
        if contest.group_id != EVERYONE:
            yield Group, contest.group_id
        yield from membership_reads(groups_of(contest), principal.pseudonym)


def facts_of_entry(found: Found, entry_id: str, principal: Principal) -> Iterator[Key]:
    """What `seen_entry` looks at."""
    yield Entry, entry_id
    yield Person, principal.pseudonym
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield from facts_of_contest(found, entry.contest_id, principal)


def see_contest(
    contest: Contest | None, group: Group | None, who: Affiliations, principal: Principal
) -> Seen:
    """The contest with what access to it depends on.

    Raises:
        ContestNotFound: There is none, or this person may not know of it.
    """
    if contest is None:
        raise ContestNotFound("Check the id.")
    resource = resource_of(contest, group, who, principal.person_id)
    try:
        authorize(principal, Action.READ_CONTEST, resource)
    except NotVisible:
        raise ContestNotFound("Check the id.") from None
    return Seen(contest, who, resource)


def seen_contest(found: Found, contest_id: str, principal: Principal) -> Seen:
    """`see_contest` for what a command has found."""
    contest = found.get(Contest, contest_id)
    if contest is None:
        raise ContestNotFound("Check the id.")
    group = found.get(Group, contest.group_id)
    who = affiliations_found(found, groups_of(contest), principal.pseudonym)
    return see_contest(contest, group, who, principal)


def organises(seen: Seen, principal: Principal) -> bool:
    """Whether the person is one of those who prepare the contest and review its entries."""
    try:
        authorize(principal, Action.REVIEW_ENTRY, seen.resource)
    except NotAllowed:
        return False
    return True


def see_entry(entry: Entry | None, seen: Seen, principal: Principal) -> Entry:
    """The entry, for somebody who sees its contest.

    Raises:
        EntryNotFound: There is none, or this person may not know of it.
    """
    organiser = organises(seen, principal)
    if entry is None or not is_shown(entry, principal.person_id, organiser=organiser):
        raise EntryNotFound("Check the id.")
    return entry


def seen_entry(found: Found, entry_id: str, principal: Principal) -> tuple[Entry, Seen]:
    """`see_entry` for what a command has found.

    Raises:
        EntryNotFound: There is none, or this person may not know of it or of its contest.
    """
    entry = found.get(Entry, entry_id)
    if entry is None:
        raise EntryNotFound("Check the id.")
    try:
        seen = seen_contest(found, entry.contest_id, principal)
    except ContestNotFound:
        raise EntryNotFound("Check the id.") from None
    return see_entry(entry, seen, principal), seen
