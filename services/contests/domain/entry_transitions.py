"""What becomes of an entry: submitted, edited, withdrawn, accepted, rejected.

Each function decides about one step: it gives the entry after the step, or None where there is
nothing to do, or raises why the step can't be taken.
"""

from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from services.contests.domain.archival import check_in_use
from services.contests.domain.audience import Groups
from services.contests.domain.contest import Contest
from services.contests.domain.entry import (
    EntriesNotAccepted,
    Entry,
    EntryChanged,
    EntryContent,
    EntryIncomplete,
    EntryNotStanding,
    EntryPatch,
    EntryReviewed,
)
from services.contests.domain.phases import ContestPhaseWrong
from services.contests.domain.rejection import Rejection, RejectionNeedsTwo, RejectionNotProposed
from shared.contract.events.vocabulary import EntryStatus
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal


class EntryTransition(NamedTuple):
    """A step of an entry.

    Attributes:
        entry: The entry after the step.
        previous: Its status before the step.
    """

    entry: Entry
    previous: EntryStatus


def submit(
    contest: Contest,
    groups: Groups,
    content: EntryContent,
    now: datetime,
    *,
    entry_id: str,
    author: Principal,
    consents: bool,
) -> Entry:
    """A person enters something; without a review it is accepted at once, by nobody.

    Args:
        contest: The contest that they enter.
        groups: The groups of the contest, as far as they are known.
        content: The title, text and media that they enter.
        now: When they enter it.
        entry_id: The id of the new entry.
        author: The person who enters.
        consents: They agree that it is shown and judged.

    Raises:
        GroupUnknown: A group of the entrants was deleted.
        GroupIsArchived: A group of the entrants is read-only.
        EntriesNotAccepted: The submissions haven't begun, or have ended.
        EntryIncomplete: They don't agree, or it lacks what its kind of contest needs.
    """
    _check_takes_entries(contest, groups, now)
    if not consents:
        raise EntryIncomplete("It can't be entered unless you agree that it is shown.")
    content.check_complete(contest.description.kind)
    at = to_milliseconds(now)
    return Entry(
        id=entry_id,
        contest_id=contest.id,
        author=author.person_id,
        content=content,
        status="submitted" if contest.rules.reviewed else "accepted",
        submitted_at=at,
        changed_at=at,
    )


def edit(
    entry: Entry,
    patch: EntryPatch,
    contest: Contest,
    groups: Groups,
    now: datetime,
    *,
    expected: frozenset[int] | None,
) -> Entry | None:
    """The entry with other content; None where that is the same.

    What a review let pass is what people saw: it stays as it is.

    Args:
        entry: The entry as it is stored.
        patch: What is to be different.
        contest: The contest of the entry.
        groups: The groups of the contest, as far as they are known.
        now: When it is edited.
        expected: The versions that may be replaced (If-Match); None for any.

    Raises:
        GroupUnknown: A group of the entrants was deleted.
        GroupIsArchived: A group of the entrants is read-only.
        EntriesNotAccepted: The submissions haven't begun, or have ended.
        EntryChanged: It has another version.
        EntryNotStanding: It was withdrawn or rejected.
        EntryReviewed: It was accepted.
        EntryIncomplete: It would lack what its kind of contest needs.
    """
    _check_takes_entries(contest, groups, now)
    _check_version(entry, expected, "Read it again and repeat your change.")
    if entry.status in {"withdrawn", "rejected"}:
        raise EntryNotStanding("Submit another one.")
    if entry.status == "accepted" and contest.rules.reviewed:
        raise EntryReviewed("Withdraw it and submit another one.")
    content = patch.applied_to(entry.content)
    content.check_complete(contest.description.kind)
    if content == entry.content:
        return None
    return entry.changed(now, content=content)


def withdraw(entry: Entry, contest: Contest, now: datetime) -> EntryTransition | None:
    """Its author takes it back; None where that has been done. Votes that it has are void.

    Raises:
        ContestPhaseWrong: The vote has ended.
    """
    if entry.status == "withdrawn":
        return None
    _check_may_fall(contest, now)
    rejection = None if entry.stands else entry.rejection
    withdrawn = entry.changed(now, status="withdrawn", rejection=rejection)
    return EntryTransition(withdrawn, entry.status)


def accept(
    entry: Entry, contest: Contest, groups: Groups, now: datetime, *, by: str
) -> EntryTransition | None:
    """A reviewer accepts it, also after a rejection; None where that has been done.

    Raises:
        EntryNotStanding: Its author withdrew it.
        GroupUnknown: The group of the contest was deleted.
        GroupIsArchived: The group of the contest is read-only.
        ContestPhaseWrong: People may be choosing among the entries.
    """
    if entry.status == "accepted":
        return None
    if entry.status == "withdrawn":
        raise EntryNotStanding("Its author withdrew it.")
    check_in_use(groups, contest.group_id)
    if contest.phase not in {"submissions", "review"} or contest.vote_has_begun(now):
        raise ContestPhaseWrong("Entries are accepted until the vote begins.")
    accepted = entry.changed(now, status="accepted", rejection=None, accepted_by=by)
    return EntryTransition(accepted, entry.status)


def reject(
    entry: Entry, contest: Contest, rejection: Rejection, now: datetime
) -> EntryTransition | None:
    """A reviewer rejects it before the vote; None where it has been rejected.

    An entry that was never accepted isn't in the vote, so a reviewer rejects it alone in the
    vote too.

    Raises:
        EntryNotStanding: Its author withdrew it.
        ContestPhaseWrong: The vote has ended.
        RejectionNeedsTwo: It is in the running vote.
    """
    if entry.status == "rejected":
        return None
    if entry.status == "withdrawn":
        raise EntryNotStanding("Its author withdrew it.")
    _check_may_fall(contest, now)
    if entry.stands and contest.vote_has_begun(now):
        raise RejectionNeedsTwo(
            "Propose it with :propose-rejection; another organiser, administrator or platform"
            " moderator confirms it."
        )
    return EntryTransition(_rejected(entry, rejection, now), entry.status)


def propose_rejection(entry: Entry, contest: Contest, proposal: Rejection, now: datetime) -> Entry:
    """The first of two people wants it out of the running vote; it stands until then.

    Another proposal is replaced: one is enough, and the last is what is confirmed.

    Raises:
        ContestPhaseWrong: The vote hasn't begun, or has ended.
        EntryNotStanding: It isn't in the vote any more.
    """
    _check_vote_runs(contest, now)
    if not entry.stands:
        raise EntryNotStanding("It isn't in the vote any more.")
    return entry.changed(now, rejection=proposal)


def confirm_rejection(
    entry: Entry, contest: Contest, now: datetime, *, by: str, expected: frozenset[int] | None
) -> EntryTransition | None:
    """The second of two people agrees: it is out of the vote; None where it has been rejected.

    Args:
        entry: The entry as it is stored.
        contest: The contest of the entry.
        now: When they agree.
        by: The person who agrees.
        expected: The versions of the entry that they have read (If-Match), so that nobody
            agrees to another proposal than the one they saw; None for any.

    Raises:
        ContestPhaseWrong: The vote hasn't begun, or has ended.
        EntryNotStanding: Its author withdrew it.
        RejectionNotProposed: There is no proposal.
        EntryChanged: It has another version.
        RejectionNeedsTwo: The person made the proposal.
    """
    if entry.status == "rejected":
        return None
    _check_vote_runs(contest, now)
    if not entry.stands:
        raise EntryNotStanding("Its author withdrew it.")
    proposal = entry.rejection
    if proposal is None:
        raise RejectionNotProposed("Propose it with :propose-rejection.")
    _check_version(entry, expected, "Read it again: there may be another proposal now.")
    if proposal.by == by:
        raise RejectionNeedsTwo("You have proposed it: somebody else has to confirm it.")
    why = replace(proposal, confirmed_by=by, confirmed_at=to_milliseconds(now))
    return EntryTransition(_rejected(entry, why, now), "accepted")


def _check_takes_entries(contest: Contest, groups: Groups, now: datetime) -> None:
    check_in_use(groups, contest.group_id, contest.rules.entrants)
    if not contest.accepts_entries(now):
        raise EntriesNotAccepted("Its schedule says when it does.")


def may_fall(contest: Contest, now: datetime) -> bool:
    """Whether entries may be withdrawn or rejected still: what is counted stays as it is."""
    schedule = contest.description.schedule
    open_to_change = contest.phase in {"submissions", "review", "voting"}
    return open_to_change and schedule is not None and now < schedule.closes_at


def _check_may_fall(contest: Contest, now: datetime) -> None:
    """Raises `ContestPhaseWrong` once the vote has ended."""
    if not may_fall(contest, now):
        raise ContestPhaseWrong("Entries are withdrawn or rejected until the vote ends.")


def _check_vote_runs(contest: Contest, now: datetime) -> None:
    """Raises `ContestPhaseWrong` except between the beginning and the end of the vote."""
    _check_may_fall(contest, now)
    if not contest.vote_has_begun(now):
        raise ContestPhaseWrong("The vote hasn't begun: the entry can be rejected without that.")


def _check_version(entry: Entry, expected: frozenset[int] | None, advice: str) -> None:
    if expected is not None and entry.version not in expected:
        raise EntryChanged(advice)


def _rejected(entry: Entry, why: Rejection, now: datetime) -> Entry:
    return entry.changed(now, status="rejected", rejection=why)
