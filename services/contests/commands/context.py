"""What commands and queries about a contest check first: who acts, in front of which contest.

Two rounds of reads: what the request names, then what the contest (or the entry) names.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.contests.commands.events import occurred
from services.contests.domain.audience import (
    Affiliations,
    Groups,
    affiliations_found,
    group_reads,
    groups_found,
    membership_reads,
)
from services.contests.domain.contest import Contest, ContestNotFound
from services.contests.domain.entry import Entry, EntryNotFound
from services.contests.domain.participation import (
    Participation,
    participation_id,
    participation_in,
)
from services.contests.domain.visibility import contest_resource, is_allowed, is_shown
from shared.audience import Person
from shared.contract.access import Action, Resource, authorize
from shared.contract.events.envelope import EventData
from shared.contract.principal import Principal
from shared.delivery.command import Found, Key, Occurred


class ContestContext(NamedTuple):
    """A person in front of a contest that they see.

    Attributes:
        contest: The contest.
        who: The person, with their memberships in the groups of the contest.
        resource: What the person's access to the contest depends on.
        groups: The contest's own group and those that its rules name, as far as they are known.
        entered: The person has entered something, so they aren't shown what organisers are.
    """

    contest: Contest
    who: Affiliations
    resource: Resource
    groups: Groups
    entered: bool = False

    def occurred(self, event: EventData, actor: str | None = None) -> Occurred:
        """An event in the contest, with whom it may name."""
        return occurred(event, self.contest, self.groups, actor)

    def organises(self, principal: Principal) -> bool:
        """Whether the person is one of those who prepare the contest and review its entries."""
        return not self.entered and is_allowed(principal, Action.REVIEW_ENTRY, self.resource)

    def rejects_in_vote(self, principal: Principal) -> bool:
        """Whether the person is one of those of whom two reject an entry while people vote."""
        return not self.entered and is_allowed(principal, Action.REJECT_IN_VOTE, self.resource)


def contest_context(
    contest: Contest, groups: Groups, who: Affiliations, principal: Principal
) -> ContestContext:
    """The person in front of the contest.

    Raises:
        ContestNotFound: They may not know of it.
    """
    return ContestContext(contest, who, contest_resource(contest, groups, who, principal), groups)


def contest_reads(found: Found, contest_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_contest` looks at: the contest, its groups, and the person in them."""
    yield Contest, contest_id
    yield Person, principal.person_id
    contest = found.get(Contest, contest_id)
    if contest is not None:
        yield from group_reads(contest.group_ids)
        yield from membership_reads(contest.group_ids, principal.person_id)


def entry_reads(found: Found, entry_id: str, principal: Principal) -> Iterator[Key]:
    """What `enter_entry` looks at: the entry, and what `enter_contest` looks at."""
    yield Entry, entry_id
    yield Person, principal.person_id
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield from contest_reads(found, entry.contest_id, principal)


def participation_key(contest_id: str, principal: Principal) -> Key:
    """What `found_participation` looks at."""
    return Participation, participation_id(contest_id, principal.person_id)


def enter_contest(
    found: Found, contest_id: str, principal: Principal, action: Action | None = None
) -> ContestContext:
    """The person in front of the contest, if they may do this with it.

    Args:
        found: What was read for `contest_reads`.
        contest_id: The contest.
        principal: The person who acts.
        action: What they want to do with it; None where to see it is enough.

    Raises:
        ContestNotFound: There is none, or they may not know of it.
        NotAllowed: They see it and may not do this.
    """
    contest = found.get(Contest, contest_id)
    if contest is None:
        raise ContestNotFound("Check the id.")
    groups = groups_found(found, contest.group_ids)
    who = affiliations_found(found, contest.group_ids, principal.person_id)
    context = contest_context(contest, groups, who, principal)
    if action is not None:
        authorize(principal, action, context.resource)
    return context


def enter_entry(
    found: Found, entry_id: str, principal: Principal, action: Action | None = None
) -> tuple[Entry, ContestContext]:
    """The entry, and the person in front of its contest, if they may do this with it.

    Args:
        found: What was read for `entry_reads`.
        entry_id: The entry.
        principal: The person who acts.
        action: What they want to do with the contest; None where to see it is enough.

    Raises:
        EntryNotFound: There is none, or they may not know of it or of its contest.
        NotAllowed: They see it and may not do this.
    """
    entry = found.get(Entry, entry_id)
    if entry is None:
        raise EntryNotFound("Check the id.")
    try:
        context = enter_contest(found, entry.contest_id, principal)
    except ContestNotFound:
        raise EntryNotFound("Check the id.") from None
    visible_entry(entry, context, principal)
    if action is not None:
        authorize(principal, action, context.resource)
    return entry, context


def visible_entry(entry: Entry, context: ContestContext, principal: Principal) -> Entry:
    """The entry, for somebody who sees its contest.

    Who may reject an entry during the vote also sees one that was.

    Raises:
        EntryNotFound: They may not know of it.
    """
    thrown_out = entry.rejection is not None and entry.rejection.during_vote
    decides = context.organises(principal) or (thrown_out and context.rejects_in_vote(principal))
    if not is_shown(entry, principal.person_id, decides=decides):
        raise EntryNotFound("Check the id.")
    return entry


def found_participation(found: Found, contest_id: str, person_id: str) -> Participation:
    """What a person is in the contest, of what was read."""
    stored = found.get(Participation, participation_id(contest_id, person_id))
    return participation_in(stored, contest_id, person_id)
