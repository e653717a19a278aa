"""People submit an entry, edit it, withdraw it, look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace as replace_facts
from datetime import datetime

from services.contests.commands import events
from services.contests.commands.context import (
    ContestContext,
    contest_reads,
    enter_contest,
    enter_entry,
    entry_reads,
    found_participation,
    participation_key,
)
from services.contests.domain.audience import audience_of, belongs
from services.contests.domain.entry import (
    Entry,
    EntryContent,
    EntryPatch,
    LastEntryView,
    view_id,
)
from services.contests.domain.entry_transitions import edit, submit, withdraw
from services.contests.domain.participation import Participation, participation_id
from services.contests.domain.visibility import shows_entrant
from shared.contract.access import Action, authorize
from shared.contract.moments import day_of
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Found, Key


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
        yield from contest_reads(found, self.contest_id, self.principal)
        yield Entry, self.entry_id
        yield participation_key(self.contest_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Not by who has reviewed entries; without a review it is accepted at once, by nobody."""
        context = enter_contest(found, self.contest_id, self.principal)
        contest, rules, author = context.contest, context.contest.rules, self.principal
        authorize(author, Action.ENTER_CONTEST, audience_of(rules.entrants, context.who))
        before = found_participation(found, contest.id, author.person_id)
        before.check_enters()
        entry = submit(
            contest,
            context.groups,
            self.content,
            now,
            entry_id=self.entry_id,
            author=author,
            consents=self.consents,
        )
        late = not contest.had_entrant(context.who)
        after = before.with_new_entry(entry.id, rules.entries_per_person, late=late)
        again = bool(before.standing)
        submitted = events.entry_submitted(
            contest,
            entry,
            first_entry=not before.entered,
            was_entered=again,
            joined_later=after.late and shows_entrant(contest, entry),
        )
        told = [context.occurred(submitted, author.person_id)]
        if entry.stands:
            accepted = events.entry_accepted(contest, entry, "submitted", was_entered=again)
            told.append(context.occurred(accepted))
        return Changes(reply=entry, put=[entry, after], events=told)

    def shown_reads(self, found: Found, reply: Entry) -> Iterable[Key]:
        """The entry and its contest."""
        return entry_reads(found, reply.id, self.principal)

    def check_shown(self, found: Found, reply: Entry) -> None:
        """To whom may read the entry."""
        enter_entry(found, reply.id, self.principal, Action.READ_CONTEST)


@dataclass(frozen=True, slots=True)
class EditEntry:
    """The author changes what they entered, until submissions end or it was accepted.

    Attributes:
        patch: What is to be different.
        expected: The versions that it may replace (If-Match); None for any.
    """

    principal: Principal
    entry_id: str
    patch: EntryPatch
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry and its contest."""
        return entry_reads(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """No event: nobody counts edits of entries."""
        entry, context = _enter_own_entry(found, self.entry_id, self.principal)
        edited = edit(
            entry, self.patch, context.contest, context.groups, now, expected=self.expected
        )
        if edited is None:
            return Changes(reply=entry)
        return Changes(reply=edited, put=[edited])


@dataclass(frozen=True, slots=True)
class WithdrawEntry:
    """The author takes an entry back; votes that it has are void. Twice does nothing more."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the author's other entries."""
        yield from entry_reads(found, self.entry_id, self.principal)
        entry = found.get(Entry, self.entry_id)
        if entry is not None:
            yield Participation, participation_id(entry.contest_id, entry.author)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Possible until the vote ends, in an archived group too."""
        entry, context = _enter_own_entry(found, self.entry_id, self.principal)
        transition = withdraw(entry, context.contest, now)
        if transition is None:
            return Changes(reply=entry)
        withdrawn = transition.entry
        before = found_participation(found, entry.contest_id, entry.author)
        after = before.without_entry(entry.id)
        event = events.entry_withdrawn(
            context.contest,
            withdrawn,
            transition.previous,
            still_entered=bool(after.standing),
        )
        told = context.occurred(event, entry.author)
        return Changes(reply=withdrawn, put=[withdrawn, after], events=[told])


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A person looks at an entry: told once per UTC day, and only of entries that are shown."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the person's last view."""
        yield from entry_reads(found, self.entry_id, self.principal)
        yield LastEntryView, view_id(self.entry_id, self.principal.person_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Own views and those of people whom the contest isn't for are told, marked as such."""
        entry, context = enter_entry(found, self.entry_id, self.principal, Action.VIEW)
        viewer = self.principal.person_id
        before = found.get(LastEntryView, view_id(entry.id, viewer))
        today = day_of(now)
        if not entry.stands or (before is not None and before.viewed_on >= today):
            return Changes()
        event = events.entry_viewed(
            context.contest,
            entry,
            human=self.principal.human,
            own=entry.author == self.principal.person_id,
            in_audience=belongs(context.who, context.contest.rules.voters),
            first_view=before is None,
        )
        view = LastEntryView(id=view_id(entry.id, viewer), viewed_on=today)
        return Changes(put=[view], events=[context.occurred(event, viewer)])


def _enter_own_entry(
    found: Found, entry_id: str, principal: Principal
) -> tuple[Entry, ContestContext]:
    entry, context = enter_entry(found, entry_id, principal)
    own = entry.author == principal.person_id
    authorize(principal, Action.EDIT_ENTRY, replace_facts(context.resource, own=own))
    return entry, context
