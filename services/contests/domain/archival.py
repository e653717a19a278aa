"""What may still be done with a contest when a group that it depends on is archived or deleted.

An archived group is read-only: nothing is added to its contests. None is drafted, changed or
announced there, no submissions and no vote are opened, nobody enters, edits, accepts or votes. What
only ends goes on: entries and ballots are taken back, entries are rejected, submissions are closed,
and a vote that has begun ends by its schedule or by hand, with the ballots that it has by then; it
is counted and published. An organiser may cancel the contest; and the scheduler cancels one of
which the submissions or the vote would have to be opened while the group is archived. Restored
before that, it goes on as if nothing had been.

The same holds for the groups that the rules name: while the entrants' group is archived nobody
enters, while the voters' group is archived nobody votes, and what is for them isn't opened.
"""

from collections.abc import Iterable

from services.contests.domain.audience import Groups, GroupUnknown, is_archived, is_there
from services.contests.domain.rules import Rules
from shared.contract.events.vocabulary import CancelReason, Phase
from shared.contract.refusals import GroupIsArchived


def check_in_use(groups: Groups, group_id: str, *named: str) -> None:
    """Raises unless something may be added to a contest: whatever adds to one asks this.

    Args:
        groups: The groups of the contest, as far as they are known.
        group_id: The group that the contest takes place in.
        *named: The groups of its rules that the added thing is for, such as the voters' for a
            ballot.

    Raises:
        GroupUnknown: One of the groups was deleted.
        GroupIsArchived: One of the groups is read-only.
    """
    if not all(is_there(groups, needed) for needed in (group_id, *named)):
        raise GroupUnknown("A group that the contest is for has been deleted.")
    if is_archived(groups, group_id):
        raise GroupIsArchived(
            "Nothing is added to its contests. A vote that has begun still ends and is published;"
            " entries and ballots can be taken back, and the contest can be cancelled. Its owners"
            " can restore the group."
        )
    if any(is_archived(groups, needed) for needed in named):
        raise GroupIsArchived(
            "It is one that the contest's rules name: those in it neither enter nor vote while it"
            " is archived. Its owners can restore it."
        )


def groups_that_need(rules: Rules, phase: Phase) -> tuple[str, ...]:
    """The groups that the rules name for what a phase opens; none for a phase that only ends."""
    opened = {"announced": (rules.entrants, rules.voters), "submissions": (rules.entrants,)}
    return opened.get(phase, (rules.voters,) if phase == "voting" else ())


def hindrance(groups: Groups, needed: Iterable[str]) -> CancelReason | None:
    """Why nothing can be opened for these groups, so that the contest ends; None if it can."""
    ids = tuple(needed)
    if not all(is_there(groups, group_id) for group_id in ids):
        return "group_deleted"
    if any(is_archived(groups, group_id) for group_id in ids):
        return "group_archived"
    return None
