"""Forget erased people: no person asks, so nothing here checks access.

Each command is one bounded step, and safe to repeat: it looks whether there is something of the
person still. Each replies whether there is more to be looked for: it changed something, or may
not do so yet, because votes are being counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.contests.commands import events
from services.contests.domain.audience import group_reads, groups_found
from services.contests.domain.ballot import Ballot, ballot_id
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry, LastEntryView, view_id
from services.contests.domain.entry_transitions import may_fall
from services.contests.domain.participation import Participation, participation_id
from services.contests.domain.tally import Result
from services.contests.domain.traces import (
    contest_without,
    entry_without,
    is_being_counted,
    result_without,
)
from shared.audience import ErasedPerson
from shared.contract.events.erasures import ContestsPersonForgotten
from shared.delivery.command import Changes, Entity, Found, Key, Occurred

_NOT_YET = Changes(reply=True)


@dataclass(frozen=True, slots=True)
class ForgetInContest:
    """What an erased person did in a contest goes on under a one-off id; a draft of theirs may go.

    Attributes:
        erased: The person.
        contest_id: The contest.
        voter: The person's alias as a voter of the contest.
    """

    erased: ErasedPerson
    contest_id: str
    voter: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """The contest, its result, and what is there under the person's id and the other."""
        yield Contest, self.contest_id
        yield Result, self.contest_id
        own, alias = self.erased.doers(self.contest_id)
        for voter in (self.voter, alias):
            yield Ballot, ballot_id(self.contest_id, voter)
        for doer in (own, alias):
            yield Participation, participation_id(self.contest_id, doer)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Everything moves in one commit, so no vote is counted twice or lost."""
        contest = found.get(Contest, self.contest_id)
        if contest is not None and is_being_counted(contest, now):
            return _NOT_YET
        put, remove = self._moved(found)
        if contest is not None:
            after = contest_without(contest, self.erased, now)
            if after is not contest:
                theirs = contest.organiser == self.erased.person
                if theirs and contest.announced_at is None and self.erased.texts == "deleted":
                    remove.append((Contest, contest.id))  # nobody has heard of it
                else:
                    put.append(after)
        result = found.get(Result, self.contest_id)
        if result is not None:
            _, alias = self.erased.doers(self.contest_id)
            shown = result_without(result, self.erased, alias)
            if shown is not result:
                put.append(shown)
        return Changes(reply=bool(put or remove), put=put, remove=remove)

    def _moved(self, found: Found) -> tuple[list[Entity], list[Key]]:
        own, alias = self.erased.doers(self.contest_id)
        put: list[Entity] = []
        remove: list[Key] = []
        ballot = found.get(Ballot, ballot_id(self.contest_id, self.voter))
        if ballot is not None:
            put.append(replace(ballot, id=ballot_id(self.contest_id, alias)))
            remove.append((Ballot, ballot.id))
        part = found.get(Participation, participation_id(self.contest_id, own))
        if part is not None:
            put.append(replace(part, id=participation_id(self.contest_id, alias)))
            remove.append((Participation, part.id))
        return put, remove


@dataclass(frozen=True, slots=True)
class ForgetEntry:
    """An entry at which an erased person is named goes, or stays as nobody's.

    Attributes:
        erased: The person.
        entry_id: The entry.
    """

    erased: ErasedPerson
    entry_id: str

    def reads(self, found: Found) -> Iterator[Key]:
        """The entry, its contest, and what its author is in it, under both ids."""
        yield Entry, self.entry_id
        entry = found.get(Entry, self.entry_id)
        if entry is not None:
            yield Contest, entry.contest_id
            for doer in self.erased.doers(entry.contest_id):
                yield Participation, participation_id(entry.contest_id, doer)
            contest = found.get(Contest, entry.contest_id)
            if contest is not None:
                yield from group_reads(contest.group_ids)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Withdrawn as by its author while that is possible, by an event that names nobody."""
        entry = found.get(Entry, self.entry_id)
        if entry is None:
            return Changes(reply=False)
        contest = found.get(Contest, entry.contest_id)
        if contest is not None and is_being_counted(contest, now):
            return _NOT_YET
        _, alias = self.erased.doers(entry.contest_id)
        after = entry_without(entry, self.erased, alias, now)
        if after is entry:
            return Changes(reply=False)
        theirs = entry.author == self.erased.person
        goes = (
            theirs and self.erased.texts == "deleted" and entry.status in {"submitted", "accepted"}
        )
        if not goes or contest is None or not may_fall(contest, now):
            return Changes(reply=True, put=[after])
        return self._withdrawn(found, contest, after)

    def _withdrawn(self, found: Found, contest: Contest, entry: Entry) -> Changes:
        status = entry.status
        assert status != "withdrawn"  # it was in the running
        withdrawn = replace(entry, status="withdrawn")
        put: list[Entity] = [withdrawn]
        still_entered = False
        for doer in self.erased.doers(contest.id):
            part = found.get(Participation, participation_id(contest.id, doer))
            if part is not None:
                after = part.without_entry(entry.id)
                still_entered = still_entered or bool(after.standing)
                put.append(after)
        told = events.entry_withdrawn(contest, withdrawn, status, still_entered=still_entered)
        groups = groups_found(found, contest.group_ids)
        return Changes(reply=True, put=put, events=[events.occurred(told, contest, groups)])


@dataclass(frozen=True, slots=True)
class ForgetView:
    """That an erased person saw an entry goes on counting under a one-off id.

    Attributes:
        erased: The person.
        entry_id: The entry.
    """

    erased: ErasedPerson
    entry_id: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """What is there under the person's id, and what under the other."""
        return iter(self._keys())

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """One goes and the other comes in one commit."""
        (_, before), (_, after) = self._keys()
        view = found.get(LastEntryView, before)
        if view is None:
            return Changes(reply=False)
        moved = replace(view, id=after)
        return Changes(reply=True, put=[moved], remove=[(LastEntryView, before)])

    def _keys(self) -> tuple[tuple[type[LastEntryView], str], tuple[type[LastEntryView], str]]:
        doers = self.erased.doers(self.entry_id)
        own, other = (view_id(self.entry_id, doer) for doer in doers)
        return (LastEntryView, own), (LastEntryView, other)


@dataclass(frozen=True, slots=True)
class FinishForgetting:
    """Says that nothing here names a person any more; once, however often asked.

    Attributes:
        erasure: The id of the erasure.
    """

    erasure: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """What is known of the erasure."""
        yield ErasedPerson, self.erasure

    def decide(self, found: Found, now: datetime) -> Changes:
        """With it goes the last that named them."""
        erased = found.get(ErasedPerson, self.erasure)
        if erased is None or erased.person is None:
            return Changes()
        told = Occurred(ContestsPersonForgotten(erasure=self.erasure))
        return Changes(put=[erased.forgotten(now)], events=[told])
