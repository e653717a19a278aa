"""What of an erased person is in a contest, and how it is taken out; every vote stays counted.

What they are in a contest goes on under one one-off id there: their ballot, what they have entered
or reviewed, their entries as the count sees them. Everybody is shown `FORMER_COLLEAGUE` instead.
"""

from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from services.contests.domain.contest import Contest, Step
from services.contests.domain.entry import Entry, EntryContent
from services.contests.domain.rejection import Rejection
from services.contests.domain.tally import Result, TalliedEntry
from shared.audience import ErasedPerson
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.moments import to_milliseconds

N = TypeVar("N", str, str | None)

_NOTHING = EntryContent(title="")


def is_being_counted(contest: Contest, now: datetime) -> bool:
    """Whether its vote is over and its result isn't there: until then nothing in it may change.

    The count reads ballots and entries outside of a transaction, so what moved meanwhile could be
    counted twice or not at all.
    """
    over = contest.phase == "voting" and not contest.accepts_ballots(now)
    return over or contest.phase == "sealed"


def contest_without(contest: Contest, erased: ErasedPerson, now: datetime) -> Contest:
    """The contest, in whose making nobody is named any more; the same where they aren't."""
    trail = [_step_without(step, erased) for step in contest.trail]
    organiser = _nobody_if(contest.organiser, erased)
    if (organiser, trail) == (contest.organiser, contest.trail):
        return contest
    return contest.changed(to_milliseconds(now), organiser=organiser, trail=trail)


def _step_without(step: Step, erased: ErasedPerson) -> Step:
    if step.by != erased.person:
        return step
    reason = None if erased.texts == "deleted" else step.reason
    return replace(step, by=FORMER_COLLEAGUE, reason=reason)


def result_without(result: Result, erased: ErasedPerson, alias: str) -> Result:
    """The result, whose entries of theirs are nobody's; the same where there are none.

    Args:
        result: The result of the contest.
        erased: The person.
        alias: The one-off id that they have in the contest.
    """
    ranking = [_entry_without(entry, erased, alias) for entry in result.tally.ranking]
    if ranking == result.tally.ranking:
        return result
    return replace(result, tally=replace(result.tally, ranking=ranking))


def _entry_without(entry: TalliedEntry, erased: ErasedPerson, alias: str) -> TalliedEntry:
    if entry.entrant != erased.person:
        return entry
    return replace(entry, entrant=alias, former=True)


def entry_without(entry: Entry, erased: ErasedPerson, alias: str, now: datetime) -> Entry:
    """The entry, at which nobody is named any more; the same where they aren't.

    What they wrote in it goes with the texts: the entry if it is theirs, their reasons if not.

    Args:
        entry: The entry.
        erased: The person.
        alias: The one-off id that they have in the contest.
        now: The moment.
    """
    after = replace(
        entry,
        accepted_by=_nobody_if(entry.accepted_by, erased),
        rejection=_rejection_without(entry.rejection, erased),
    )
    if entry.author == erased.person:
        content = _NOTHING if erased.texts == "deleted" else entry.content
        after = replace(after, author=FORMER_COLLEAGUE, former=alias, content=content)
    return entry if after == entry else after.changed(now)


def _rejection_without(rejection: Rejection | None, erased: ErasedPerson) -> Rejection | None:
    if rejection is None:
        return None
    theirs = rejection.by == erased.person and erased.texts == "deleted"
    return replace(
        rejection,
        by=_nobody_if(rejection.by, erased),
        confirmed_by=_nobody_if(rejection.confirmed_by, erased),
        reason="" if theirs else rejection.reason,
    )


def _nobody_if(person: N, erased: ErasedPerson) -> N | str:
    return FORMER_COLLEAGUE if erased.person is not None and person == erased.person else person
