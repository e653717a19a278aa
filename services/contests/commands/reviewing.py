"""Reviewing: an organiser accepts an entry or rejects it, with a reason for its author."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.contests.commands import telling
from services.contests.commands.knowing import facts_of_entry, seen_entry
from services.contests.domain.contest import Contest
from services.contests.domain.entry import (
    Entry,
    EntryNotStanding,
    Participation,
    TooManyEntries,
    check_may_be_accepted,
    check_may_fall,
    participation_id,
    without,
)
from shared.access import Action, authorize
from shared.command import Changes, Found, Key, Occurred
from shared.identity import Principal
from shared.moments import to_milliseconds


@dataclass(frozen=True, slots=True)
class AcceptEntry:
    """From now on the entry is shown, and can be voted for once the vote begins."""

    principal: Principal
    entry_id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the author's other entries."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """A rejected one can be accepted after all, if the author still has room for it."""
        entry, contest, participation = _reviewed(found, self.entry_id, self.principal)
        if entry.status == "accepted":
            return Changes(reply=entry)
        if entry.status == "withdrawn":
            raise EntryNotStanding("Its author withdrew it.")
        check_may_be_accepted(contest, now)
        others = [one for one in participation.standing if one != entry.id]
        if len(others) >= contest.rules.entries_per_person:
            raise TooManyEntries("Its author has entered something else meanwhile.")
        accepted = replace(
            entry,
            status="accepted",
            reason=None,
            reviewed_by=self.principal.person_id,
            changed_at=to_milliseconds(now),
            version=entry.version + 1,
        )
        after = replace(participation, standing=[*others, entry.id])
        event = telling.entry_accepted(contest, accepted, entry.status, was_entered=bool(others))
        return Changes(
            reply=accepted,
            put=[accepted, after],
            events=[Occurred(event, self.principal.pseudonym)],
        )


@dataclass(frozen=True, slots=True)
class RejectEntry:
    """The entry isn't shown, or not any more; votes that it has are void."""

    principal: Principal
    entry_id: str
    reason: str

    def reads(self, found: Found) -> Iterable[Key]:
        """The entry, its contest, and the author's other entries."""
        return _facts(found, self.entry_id, self.principal)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Possible until the vote ends; the reason is for the author and the organisers."""
        entry, contest, participation = _reviewed(found, self.entry_id, self.principal)
        if entry.status == "rejected":
            return Changes(reply=entry)
        if entry.status == "withdrawn":
            raise EntryNotStanding("Its author withdrew it.")
        check_may_fall(contest, now)
        rejected = replace(
            entry,
            status="rejected",
            reason=self.reason,
            reviewed_by=self.principal.person_id,
            changed_at=to_milliseconds(now),
            version=entry.version + 1,
        )
        after = without(participation, entry)
        event = telling.entry_rejected(
            contest, rejected, entry.status, still_entered=bool(after.standing)
        )
        return Changes(
            reply=rejected,
            put=[rejected, after],
            events=[Occurred(event, self.principal.pseudonym)],
        )


def _facts(found: Found, entry_id: str, principal: Principal) -> Iterable[Key]:
    yield from facts_of_entry(found, entry_id, principal)
    entry = found.get(Entry, entry_id)
    if entry is not None:
        yield Participation, participation_id(entry.contest_id, entry.author)


def _reviewed(
    found: Found, entry_id: str, principal: Principal
) -> tuple[Entry, Contest, Participation]:
    entry, seen = seen_entry(found, entry_id, principal)
    authorize(principal, Action.REVIEW_ENTRY, seen.resource)
    participation = found.get(Participation, participation_id(seen.contest.id, entry.author))
    assert participation is not None, "whoever has an entry takes part"
    return entry, seen.contest, participation
