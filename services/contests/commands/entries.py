"""Entering: submit an entry, edit it, withdraw it, look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as replace_facts
from datetime import datetime

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.commands.context import (
    ContestContext,
    check_adds,
    facts_of_contest,
    facts_of_entry,
    seen_contest,
    seen_entry,
)
from services.contests.domain.audience import audience_of, belongs
from services.contests.domain.contest import Contest
from services.contests.domain.eligibility import is_on
from services.contests.domain.entry import (
    EntriesNotAccepted,
    Entry,
    EntryChanged,
    EntryContent,
    EntryIncomplete,
    EntryNotStanding,
    EntryPatch,
    EntryReviewed,
    LastEntryView,
    TooManyEntries,
    check_content,
    check_may_fall,
    first_status,
    view_id,
)
from services.contests.domain.participation import (
    Participation,
    check_enters,
    has_entered,
    participation_id,
    with_entry,
    without_entry,
)
from services.contests.domain.phases import accepts_entries
from shared.contract.access import Action, authorize
from shared.contract.moments import day_of, to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key, Occurred


@dataclass(frozen=True, slots=True)
class SubmitEntry:
    """A person enters something.

    Attributes:
        consents: The person agrees that it is shown and judged.
    """

    principal: Principal
    contest_id: str
    entry_id: str
    content: EntryContent
    consents: bool

    def reads(self, found: Found) -> Iterable[Key]:
        """The contest, and what the person has entered before."""
        yield from facts_of_contest(found, self.contest_id, self.principal)
        yield Entry, self.entry_id
        yield Participation, participation_id(self.contest_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Not by who has reviewed entries; without a review it is accepted at once, by nobody."""
        seen = seen_contest(found, self.contest_id, self.principal)
        contest, rules = seen.contest, seen.contest.rules
        authorize(self.principal, Action.ENTER_CONTEST, audience_of(rules.entrants, seen.who))
        author = self.principal.pseudonym
        before = found.get(Participation, participation_id(contest.id, author))
        check_enters(before)
        check_adds(seen, rules.entrants)
        _check_open(contest, now)
        if not self.consents:
            raise EntryIncomplete("It can't be entered unless you agree that it is shown.")
        check_content(contest.description.kind, self.content)
        standing = [] if before is None else before.standing
        if len(standing) >= rules.entries_per_person:
            raise TooManyEntries("Withdraw one of your entries first.")
        at = to_milliseconds(now)
        entry = Entry(
            id=self.entry_id,
            contest_id=contest.id,
            author_id=self.principal.person_id,
            author=author,
            content=self.content,
            status=first_status(rules),
            submitted_at=at,
            changed_at=at,
        )
        late = not is_on(contest.entrants, rules.entrants, seen.who)
        after = with_entry(before, contest.id, author, entry.id, late=late)
        first, again = not has_entered(before), bool(standing)
        submitted = events.entry_submitted(
            contest, entry, first_entry=first, was_entered=again, joined_later=after.late
        )
        told = [Occurred(submitted, author)]
        if entry.status == "accepted":
            accepted = events.entry_accepted(contest, entry, "submitted", was_entered=again)
            told.append(Occurred(accepted))
        return Changes(reply=entry, put=[entry, after], events=told)


@dataclass(frozen=True, slots=True)
class EditEntry:
    """The author changes what they entered, until submissions end or it was accepted.

    Attributes:
        change: What is to be different.
        expected: The versions that it may replace (If-Match); None for any.
    """

    principal: Principal
    entry_id: str
    change: EntryPatch
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry and its contest."""
        return facts_of_entry(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """What a review let pass stays as it is. No event: nobody counts edits of entries."""
        entry, seen = _own_entry(found, self.entry_id, self.principal)
        contest = seen.contest
        check_adds(seen, contest.rules.entrants)
        _check_open(contest, now)
        if self.expected is not None and entry.version not in self.expected:
            raise EntryChanged("Read it again and repeat your change.")
        if entry.status in {"withdrawn", "rejected"}:
            raise EntryNotStanding("Submit another one.")
        if entry.status == "accepted" and contest.rules.reviewed:
            raise EntryReviewed("Withdraw it and submit another one.")
        content = self.change.of(entry.content)
        check_content(contest.description.kind, content)
        if content == entry.content:
            return Changes(reply=entry)
        edited = replace(
            entry, content=content, changed_at=to_milliseconds(now), version=entry.version + 1
        )
        return Changes(reply=edited, put=[edited])


@dataclass(frozen=True, slots=True)
class WithdrawEntry:
    """The author takes an entry back; votes that it has are void. Twice does nothing more."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the author's other entries."""
        yield from facts_of_entry(found, self.entry_id, self.principal)
        entry = found.get(Entry, self.entry_id)
        if entry is not None:
            yield Participation, participation_id(entry.contest_id, entry.author)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Possible until the vote ends, in an archived group too."""
        entry, seen = _own_entry(found, self.entry_id, self.principal)
        contest = seen.contest
        if entry.status == "withdrawn":
            return Changes(reply=entry)
        check_may_fall(contest, now)
        withdrawn = replace(
            entry,
            status="withdrawn",
            rejection=None if entry.status == "accepted" else entry.rejection,
            changed_at=to_milliseconds(now),
            version=entry.version + 1,
        )
        before = found.get(Participation, participation_id(contest.id, entry.author))
        after = without_entry(before, entry.id)
        event = events.entry_withdrawn(
            contest, withdrawn, entry.status, still_entered=bool(after.standing)
        )
        return Changes(
            reply=withdrawn, put=[withdrawn, after], events=[Occurred(event, entry.author)]
        )


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A person looks at an entry: told once per UTC day, and only of entries that are shown."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the person's last view."""
        yield from facts_of_entry(found, self.entry_id, self.principal)
        yield LastEntryView, view_id(self.entry_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Own views and those of people whom the contest isn't for are told, marked as such."""
        entry, seen = seen_entry(found, self.entry_id, self.principal)
        authorize(self.principal, Action.VIEW, seen.resource)
        viewer = self.principal.pseudonym
        before = found.get(LastEntryView, view_id(entry.id, viewer))
        today = day_of(now)
        if entry.status != "accepted" or (before is not None and before.viewed_on >= today):
            return Changes()
        event = events.entry_viewed(
            seen.contest,
            entry,
            own=entry.author_id == self.principal.person_id,
            in_audience=belongs(seen.who, seen.contest.rules.voters),
            first_view=before is None,
        )
        view = LastEntryView(id=view_id(entry.id, viewer), viewed_on=today)
        return Changes(put=[view], events=[Occurred(event, viewer)])


def _check_open(contest: Contest, now: datetime) -> None:
    if not accepts_entries(contest, now):
        raise EntriesNotAccepted("Its schedule says when it does.")


def _own_entry(found: Found, entry_id: str, principal: Principal) -> tuple[Entry, ContestContext]:
    entry, seen = seen_entry(found, entry_id, principal)
    own = entry.author_id == principal.person_id
    authorize(principal, Action.EDIT_ENTRY, replace_facts(seen.resource, own=own))
    return entry, seen
