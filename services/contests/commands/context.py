"""What every command looks at first: the contest, the person, the contest's group."""

from collections.abc import Iterator
from typing import NamedTuple

from services.contests.domain.archival import check_in_use
from services.contests.domain.audience import (
    Affiliations,
    Groups,
    affiliations_found,
    group_reads,
    groups_found,
    is_there,
    may_know,
    membership_reads,
)
from services.contests.domain.contest import Contest, ContestNotFound, groups_of, resource_of
from services.contests.domain.entry import Entry, EntryNotFound, is_shown
from shared.audience import Person
from shared.contract.access import Action, NotAllowed, NotVisible, Resource, authorize
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key


class ContestContext(NamedTuple):
    """A contest that the person sees, and the facts about the two of them.

    Attributes:
        groups: Its own group and those that its rules name.
        entered: The person has entered something, so they aren't shown what organisers are.
    """

    contest: Contest
    who: Affiliations
    resource: Resource
    groups: Groups
    entered: bool = False


def facts_of_contest(found: Found, contest_id: str, principal: Principal) -> Iterator[Key]:
    """What `seen_contest` looks at."""
    yield Contest, contest_id
    yield Person, principal.pseudonym
    contest = found.get(Contest, contest_id)
    if contest is not None:
        yield from group_reads(groups_of(contest))
        yield from membership_reads(groups_of(contest), principal.pseudonym)


def facts_of_entry(found: Found, entry_id: str, principal: Principal) -> Iterator[Key]:
    """What `seen_entry` looks at."""
    yield Entry, entry_id
    yield Person, principal.pseudonym
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield from facts_of_contest(found, entry.contest_id, principal)


def see_contest(
    contest: Contest | None, groups: Groups, who: Affiliations, principal: Principal
) -> ContestContext:
    """The contest with what access to it depends on. With its group it is gone.

    Raises:
        ContestNotFound: There is none, or this person may not know of it.
    """
    if contest is None or not is_there(groups, contest.group_id):
        raise ContestNotFound("Check the id.")
    group = groups.get(contest.group_id)
    resource = resource_of(contest, group, who, principal.person_id)
    try:
        authorize(principal, Action.READ_CONTEST, resource)
    except NotVisible:
        raise ContestNotFound("Check the id.") from None
    return ContestContext(contest, who, resource, groups)


def seen_contest(found: Found, contest_id: str, principal: Principal) -> ContestContext:
    """`see_contest` for what a command has found."""
    contest = found.get(Contest, contest_id)
    if contest is None:
        raise ContestNotFound("Check the id.")
    groups = groups_found(found, groups_of(contest))
    who = affiliations_found(found, groups_of(contest), principal.pseudonym)
    return see_contest(contest, groups, who, principal)


def check_adds(seen: ContestContext, *named: str) -> None:
    """Raises unless something may be added to the contest: see `archival.py`.

    Args:
        seen: The contest.
        *named: The groups of its rules for whom the thing is.
    """
    check_in_use(seen.groups, seen.contest.group_id, *named)


def shown_group(seen: ContestContext, group_id: str, principal: Principal) -> str | None:
    """The id of a group that the rules name; None where the person may not know of the group."""
    if group_id == seen.contest.group_id:  # they see what is in it
        return group_id
    return group_id if may_know(principal, seen.groups, group_id, seen.who) else None


def organises(seen: ContestContext, principal: Principal) -> bool:
    """Whether the person is one of those who prepare the contest and review its entries."""
    return not seen.entered and _may(principal, Action.REVIEW_ENTRY, seen)


def rejects_in_vote(seen: ContestContext, principal: Principal) -> bool:
    """Whether the person is one of those of whom two reject an entry while people vote."""
    return not seen.entered and _may(principal, Action.REJECT_IN_VOTE, seen)


def _may(principal: Principal, action: Action, seen: ContestContext) -> bool:
    try:
        authorize(principal, action, seen.resource)
    except NotAllowed:
        return False
    return True


def see_entry(entry: Entry | None, seen: ContestContext, principal: Principal) -> Entry:
    """The entry, for somebody who sees its contest.

    Who may reject an entry during the vote also sees one that was.

    Raises:
        EntryNotFound: There is none, or this person may not know of it.
    """
    if entry is None:
        raise EntryNotFound("Check the id.")
    thrown_out = entry.rejection is not None and entry.rejection.during_vote
    decides = organises(seen, principal) or (thrown_out and rejects_in_vote(seen, principal))
    if not is_shown(entry, principal.person_id, decides=decides):
        raise EntryNotFound("Check the id.")
    return entry


def seen_entry(found: Found, entry_id: str, principal: Principal) -> tuple[Entry, ContestContext]:
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
