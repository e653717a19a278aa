"""An organiser accepts an entry or rejects it; during the vote two people reject it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.contests.commands import events
from services.contests.commands.context import (
    ContestContext,
    enter_entry,
    entry_reads,
    found_participation,
    participation_key,
)
from services.contests.domain.entry import Entry
from services.contests.domain.entry_transitions import (
    EntryTransition,
    accept,
    confirm_rejection,
    propose_rejection,
    reject,
)
from services.contests.domain.participation import Participation, participation_id
from services.contests.domain.rejection import Rejection
from shared.contract.access import Action
from shared.contract.events.vocabulary import RejectionCategory
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class AcceptEntry:
    """From now on the entry is shown, and can be voted for once the vote begins."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _review_reads(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """A rejected one can be accepted after all, if the author still has room for it."""
        review = _enter_review(found, self.entry_id, self.principal, Action.REVIEW_ENTRY)
        contest, groups = review.context.contest, review.context.groups
        transition = accept(review.entry, contest, groups, now, by=self.principal.person_id)
        if transition is None:
            return Changes(reply=review.entry)
        accepted, most = transition.entry, contest.rules.entries_per_person
        advice = "Its author has entered something else meanwhile."
        author = review.author.with_entry(accepted.id, most, advice)
        event = events.entry_accepted(
            contest, accepted, transition.previous, was_entered=len(author.standing) > 1
        )
        return Changes(
            reply=accepted,
            put=[accepted, author, *review.reviewer],
            events=[review.context.occurred(event, self.principal.person_id)],
        )


@dataclass(frozen=True, slots=True)
class RejectEntry:
    """Before the vote: the entry isn't shown, or not any more.

    Attributes:
        reason: Why, in the reviewer's words, for the author and the organisers.
        category: Why, in a word of a fixed list.
    """

    principal: Principal
    entry_id: str
    reason: str
    category: RejectionCategory = "other"

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _review_reads(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Of an entry that is in the running vote it takes two: see `ProposeRejection`."""
        review = _enter_review(found, self.entry_id, self.principal, Action.REVIEW_ENTRY)
        why = Rejection(
            category=self.category,
            reason=self.reason,
            by=self.principal.person_id,
            at=to_milliseconds(now),
        )
        transition = reject(review.entry, review.context.contest, why, now)
        if transition is None:
            return Changes(reply=review.entry)
        return _rejected(review, transition, transition.entry, self.principal)


@dataclass(frozen=True, slots=True)
class ProposeRejection:
    """During the vote: the first of two people. The entry stands until a second person agrees.

    Attributes:
        reason: Why, in the reviewer's words, for the author and the organisers.
        category: Why, in a word that the published result tells everybody.
    """

    principal: Principal
    entry_id: str
    reason: str
    category: RejectionCategory

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, what the author and the reviewer are in it."""
        return _review_reads(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Replaces another proposal. No event: the entry stands as it did."""
        review = _enter_review(found, self.entry_id, self.principal, Action.REJECT_IN_VOTE)
        proposal = Rejection(
            category=self.category,
            reason=self.reason,
            by=self.principal.person_id,
            at=to_milliseconds(now),
            during_vote=True,
        )
        proposed = propose_rejection(review.entry, review.context.contest, proposal, now)
        reply = EntryInContext(proposed, review.context)
        return Changes(reply=reply, put=[proposed, *review.reviewer])


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
        return _review_reads(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Refuses whoever made the proposal: two different people, neither of them an entrant."""
        review = _enter_review(found, self.entry_id, self.principal, Action.REJECT_IN_VOTE)
        transition = confirm_rejection(
            review.entry,
            review.context.contest,
            now,
            by=self.principal.person_id,
            expected=self.expected,
        )
        if transition is None:
            return Changes(reply=EntryInContext(review.entry, review.context))
        reply = EntryInContext(transition.entry, review.context)
        return _rejected(review, transition, reply, self.principal)


class EntryInContext(NamedTuple):
    """The reply to those who needn't be organisers: what they may see of it follows from both."""

    entry: Entry
    context: ContestContext


class _Review(NamedTuple):
    """What a review looks at.

    Attributes:
        entry: The entry as it is stored.
        context: The reviewer in front of its contest.
        author: What the author is in the contest.
        reviewer: What has to be stored of the reviewer: nothing after their first review.
    """

    entry: Entry
    context: ContestContext
    author: Participation
    reviewer: list[Participation]


def _review_reads(found: Found, entry_id: str, principal: Principal) -> Iterable[Key]:
    yield from entry_reads(found, entry_id, principal)
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield Participation, participation_id(entry.contest_id, entry.entrant)
        yield participation_key(entry.contest_id, principal)


def _enter_review(found: Found, entry_id: str, principal: Principal, action: Action) -> _Review:
    entry, context = enter_entry(found, entry_id, principal, action)
    own = found_participation(found, entry.contest_id, principal.person_id)
    own.check_decides()
    reviewer = own.with_review()
    author = found_participation(found, entry.contest_id, entry.entrant)
    return _Review(entry, context, author, [] if reviewer is own else [reviewer])


def _rejected(
    review: _Review, transition: EntryTransition, reply: object, principal: Principal
) -> Changes:
    rejected = transition.entry
    author = review.author.without_entry(rejected.id)
    event = events.entry_rejected(
        review.context.contest,
        rejected,
        transition.previous,
        still_entered=bool(author.standing),
    )
    return Changes(
        reply=reply,
        put=[rejected, author, *review.reviewer],
        events=[review.context.occurred(event, principal.person_id)],
    )
