"""Reviewing: an organiser accepts an entry or rejects it; during the vote two people reject it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.commands.context import (
    ContestContext,
    check_adds,
    facts_of_entry,
    seen_entry,
)
from services.contests.domain.contest import Contest
from services.contests.domain.entry import (
    Entry,
    EntryChanged,
    EntryNotStanding,
    TooManyEntries,
    check_may_be_accepted,
    check_may_be_rejected,
    check_vote_runs,
)
from services.contests.domain.participation import (
    Participation,
    as_reviewer,
    check_decides,
    participation_id,
    without_entry,
)
from services.contests.domain.rejection import (
    Rejection,
    RejectionNeedsTwo,
    RejectionNotProposed,
)
from shared.contract.access import Action, authorize
from shared.contract.events.vocabulary import RejectionCategory
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class AcceptEntry:
    """From now on the entry is shown, and can be voted for once the vote begins."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """A rejected one can be accepted after all, if the author still has room for it."""
        case = _reviewed(found, self.entry_id, self.principal, Action.REVIEW_ENTRY)
        entry, contest = case.entry, case.seen.contest
        if entry.status == "accepted":
            return Changes(reply=entry)
        if entry.status == "withdrawn":
            raise EntryNotStanding("Its author withdrew it.")
        check_adds(case.seen)
        check_may_be_accepted(contest, now)
        others = [one for one in case.author.standing if one != entry.id]
        if len(others) >= contest.rules.entries_per_person:
            raise TooManyEntries("Its author has entered something else meanwhile.")
        accepted = replace(
            entry,
            status="accepted",
            rejection=None,
            accepted_by=self.principal.person_id,
            changed_at=to_milliseconds(now),
            version=entry.version + 1,
        )
        after = replace(case.author, standing=[*others, entry.id])
        event = events.entry_accepted(contest, accepted, entry.status, was_entered=bool(others))
        return Changes(
            reply=accepted,
            put=[accepted, after, *case.reviewer],
            events=[Occurred(event, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class RejectEntry:
    """Before the vote: the entry isn't shown, or not any more."""

    principal: Principal
    entry_id: str
    reason: str
    category: RejectionCategory = "other"

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Of an entry that is in the running vote it takes two: see `ProposeRejection`."""
        case = _reviewed(found, self.entry_id, self.principal, Action.REVIEW_ENTRY)
        if case.entry.status == "rejected":
            return Changes(reply=case.entry)
        if case.entry.status == "withdrawn":
            raise EntryNotStanding("Its author withdrew it.")
        check_may_be_rejected(case.seen.contest, case.entry, now)
        why = Rejection(
            category=self.category,
            reason=self.reason,
            by=self.principal.person_id,
            at=to_milliseconds(now),
        )
        return _rejected(case, why, self.principal, now)


@dataclass(frozen=True, slots=True)
class ProposeRejection:
    """During the vote: the first of two people. The entry stands until a second one agrees."""

    principal: Principal
    entry_id: str
    reason: str
    category: RejectionCategory

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replaces another proposal: one is enough, and the last is what is confirmed. No event."""
        case = _reviewed(found, self.entry_id, self.principal, Action.REJECT_IN_VOTE)
        entry = case.entry
        check_vote_runs(case.seen.contest, now)
        if entry.status != "accepted":
            raise EntryNotStanding("It isn't in the vote any more.")
        at = to_milliseconds(now)
        proposal = Rejection(
            category=self.category,
            reason=self.reason,
            by=self.principal.person_id,
            at=at,
            during_vote=True,
        )
        proposed = replace(entry, rejection=proposal, changed_at=at, version=entry.version + 1)
        return Changes(reply=ReviewedEntry(proposed, case.seen), put=[proposed, *case.reviewer])


@dataclass(frozen=True, slots=True)
class ConfirmRejection:
    """During the vote: the second of two people. Votes that the entry has are void from now on.

    Attributes:
        expected: The versions of the entry that were read (If-Match), so that nobody agrees to
            another proposal than the one they saw; None for any.
    """

    principal: Principal
    entry_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses whoever made the proposal: two different people, neither of them an entrant."""
        case = _reviewed(found, self.entry_id, self.principal, Action.REJECT_IN_VOTE)
        entry, proposal = case.entry, case.entry.rejection
        if entry.status == "rejected":
            return Changes(reply=ReviewedEntry(entry, case.seen))
        check_vote_runs(case.seen.contest, now)
        if entry.status != "accepted":
            raise EntryNotStanding("Its author withdrew it.")
        if proposal is None:
            raise RejectionNotProposed("Propose it with :propose-rejection.")
        if self.expected is not None and entry.version not in self.expected:
            raise EntryChanged("Read it again: there may be another proposal now.")
        if proposal.by == self.principal.person_id:
            raise RejectionNeedsTwo("You have proposed it: somebody else has to confirm it.")
        why = replace(
            proposal, confirmed_by=self.principal.person_id, confirmed_at=to_milliseconds(now)
        )
        changes = _rejected(case, why, self.principal, now)
        return replace(changes, reply=ReviewedEntry(changes.reply, case.seen))


class ReviewedEntry(NamedTuple):
    """The reply of those who needn't be organisers: what they may see of it follows from `seen`."""

    entry: Entry
    seen: ContestContext


class _Case(NamedTuple):
    """What a review looks at.

    Attributes:
        author: What the author has in the contest.
        reviewer: What has to be stored of the reviewer: nothing after the first time.
    """

    entry: Entry
    seen: ContestContext
    author: Participation
    reviewer: list[Participation]


def _facts(found: Found, entry_id: str, principal: Principal) -> Iterable[Key]:
    yield from facts_of_entry(found, entry_id, principal)
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield Participation, participation_id(entry.contest_id, entry.author)
        yield Participation, participation_id(entry.contest_id, principal.pseudonym)


def _reviewed(found: Found, entry_id: str, principal: Principal, action: Action) -> _Case:
    entry, seen = seen_entry(found, entry_id, principal)
    authorize(principal, action, seen.resource)
    contest: Contest = seen.contest
    own = found.get(Participation, participation_id(contest.id, principal.pseudonym))
    check_decides(own)
    author = found.get(Participation, participation_id(contest.id, entry.author))
    assert author is not None, "whoever has an entry takes part"
    return _Case(entry, seen, author, as_reviewer(own, contest.id, principal.pseudonym))


def _rejected(case: _Case, why: Rejection, principal: Principal, now: datetime) -> Changes:
    entry = case.entry
    assert entry.status != "withdrawn", "what was withdrawn isn't rejected any more"
    rejected = replace(
        entry,
        status="rejected",
        rejection=why,
        changed_at=to_milliseconds(now),
        version=entry.version + 1,
    )
    after = without_entry(case.author, entry.id)
    event = events.entry_rejected(
        case.seen.contest, rejected, entry.status, still_entered=bool(after.standing)
    )
    return Changes(
        reply=rejected,
        put=[rejected, after, *case.reviewer],
        events=[Occurred(event, principal.pseudonym)],
    )
