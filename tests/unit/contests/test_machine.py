"""Any history of a contest, against a model that is too simple to be wrong.

Hypothesis walks: people enter, vote, change their minds, withdraw; the clock and the organiser move
the contest on; the worker is late. The model keeps a dictionary of votes and a handful of rules.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from services.contests.commands.contest_phases import AdvanceContest, CancelContest
from services.contests.commands.entries import SubmitEntry, WithdrawEntry
from services.contests.commands.entry_reviews import (
    ConfirmRejection,
    ProposeRejection,
    RejectEntry,
)
from services.contests.commands.scheduled import EnterDuePhases, RecordResult
from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest, Step
from services.contests.domain.entry import Entry
from services.contests.domain.phases import NEXT
from services.contests.domain.rules import Rules
from services.contests.domain.tally import Candidate, Cast, Result, tally
from shared.contract.errors import Refusal
from shared.contract.events.ballots import (
    BallotCast,
    BallotRecorded,
    BallotWithdrawn,
    ResultsPublished,
)
from shared.contract.events.contests import ContestPhaseChanged
from shared.contract.events.vocabulary import Phase
from shared.delivery.command import Command
from tests.unit.contests.world import CONTENT, World, everybody, take_back, vote

NAMES = ("ann", "ben", "cleo", "dora", "emil")
people = st.sampled_from(NAMES)


class Histories(RuleBasedStateMachine):
    @initialize(
        changeable=st.booleans(),
        reviewed=st.booleans(),
        most=st.integers(1, 3),
        begin=st.sampled_from(["announced", "submissions", "submissions", "voting", "voting"]),
    )
    def announce(self, *, changeable: bool, reviewed: bool, most: int, begin: str) -> None:
        """Most walks begin with the vote: chance alone seldom leads there with entries."""
        # Counted, not drawn: the same choices must lead to the same history again.
        numbers = count(1)
        self.new_id: Callable[[], str] = lambda: f"01a20d6d-0000-7000-8000-{next(numbers):012x}"
        self.world = World(self.new_id)
        self.olga = self.world.person("olga", "editor")
        self.ada = self.world.person("ada", "admin")
        self.people = {name: self.world.person(name) for name in NAMES}
        self.agreed = Rules(
            votes_changeable=changeable, reviewed=reviewed, votes_max=most, entries_per_person=2
        )
        self.id = self.world.announced(self.olga, self.agreed).id
        self.votes: dict[str, frozenset[str]] = {}  # of those whose vote stands
        self.fallen: set[str] = set()
        self.owner: dict[str, str] = {}
        self.phases: list[Phase] = ["announced"]
        if begin != "announced":
            self.the_organiser_moves_it_on("submissions")
        if begin == "voting":
            for name in (*NAMES[:3], NAMES[0]):
                self.somebody_enters(name)
            self.the_organiser_moves_it_on("review")
            self.the_organiser_moves_it_on("voting")

    # What the model knows

    @property
    def contest(self) -> Contest:
        return self.world.get(Contest, self.id)

    @property
    def open_to_votes(self) -> bool:
        schedule = self.contest.description.schedule
        assert schedule is not None
        return self.phases[-1] == "voting" and self.world.now < schedule.closes_at

    def attempt(self, command: Command) -> bool:
        try:
            self.world.do(command)
        except Refusal:
            return False
        if self.contest.phase != self.phases[-1]:
            self.phases = [step.phase for step in self._entered()]
        return True

    def _entered(self) -> list[Step]:
        steps = []
        for step in self.contest.trail:
            ordered = step.phase == "sealed" and step.by is not None
            if step.phase != "draft" and not ordered:
                steps.append(step)
        return steps

    # What may happen

    @rule(seconds=st.sampled_from([1, 5, 60, 3600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.world.now += timedelta(seconds=seconds)

    @rule()
    def the_clock_works(self) -> None:
        self.attempt(EnterDuePhases(self.id, everybody(len(NAMES))))

    @rule()
    def the_votes_are_counted(self) -> None:
        entries = [entry for entry in self.world.all(Entry) if entry.status == "accepted"]
        candidates = [Candidate(entry.id, entry.submitted_at, entry.author) for entry in entries]
        ballots = [Cast(ballot.id, tuple(ballot.choices)) for ballot in self.world.all(Ballot)]
        due = self.contest.due_at
        early = due is None or self.world.now < due
        before = self.contest.phase
        self.attempt(RecordResult(self.id, tally(ballots, candidates, self.agreed.tie_break)))
        if before != "sealed" or early:
            assert self.contest.phase == before

    @rule(to=st.sampled_from([*NEXT.values()]))
    def the_organiser_moves_it_on(self, to: Phase) -> None:
        before = self.contest.phase
        done = self.attempt(AdvanceContest(self.olga, self.id, to))
        by_hand = to not in {"announced", "judged"}
        assert done is (to == before or (NEXT.get(before) == to and by_hand))

    @precondition(lambda self: self.contest.phase == "judged")
    @rule()
    def the_organiser_gives_up(self) -> None:
        assert self.attempt(CancelContest(self.olga, self.id, "No prize."))

    @rule(name=people)
    def somebody_enters(self, name: str) -> None:
        schedule = self.contest.description.schedule
        assert schedule is not None
        in_time = self.phases[-1] == "submissions" and self.world.now < schedule.review_at
        theirs = sum(
            entry not in self.fallen and owner == name for entry, owner in self.owner.items()
        )
        entry_id = self.new_id()
        entry = SubmitEntry(self.people[name], self.id, entry_id, CONTENT, consents=True)
        assert self.attempt(entry) is (in_time and theirs < 2)
        if in_time and theirs < 2:
            self.owner[entry_id] = name
            if self.agreed.reviewed:
                self.world.accept(self.olga, self.world.get(Entry, entry_id))

    @rule(data=st.data(), withdraws=st.booleans())
    def an_entry_falls(self, data: st.DataObject, *, withdraws: bool) -> None:
        standing = sorted(set(self.owner) - self.fallen)
        if not standing:
            return
        schedule = self.contest.description.schedule
        assert schedule is not None
        entry_id = data.draw(st.sampled_from(standing))
        owner = self.people[self.owner[entry_id]]
        phases = {"submissions", "review", "voting"}
        possible = self.phases[-1] in phases and self.world.now < schedule.closes_at
        voting = self.phases[-1] == "voting" or self.world.now >= schedule.voting_at
        if not withdraws and voting:
            self.two_reject(entry_id, possible=possible)
        else:
            command: Command = (
                WithdrawEntry(owner, entry_id)
                if withdraws
                else RejectEntry(self.olga, entry_id, "A copy.")
            )
            assert self.attempt(command) is possible
        if possible:
            self.fallen.add(entry_id)

    def two_reject(self, entry_id: str, *, possible: bool) -> None:
        """In a running vote: neither one alone, nor one twice, nor an entrant."""
        assert not self.attempt(RejectEntry(self.olga, entry_id, "A copy."))
        proposal = ProposeRejection(self.olga, entry_id, "A copy.", "copyright")
        assert self.attempt(proposal) is possible
        assert not self.attempt(ConfirmRejection(self.olga, entry_id))
        assert self.attempt(ConfirmRejection(self.ada, entry_id)) is possible

    @rule(name=people, data=st.data())
    def somebody_votes(self, name: str, data: st.DataObject) -> None:
        known = sorted(self.owner)
        choices = data.draw(st.lists(st.sampled_from(known), max_size=4)) if known else []
        before = self.votes.get(name)
        allowed = (
            self.open_to_votes
            and 1 <= len(choices) <= self.agreed.votes_max
            and len(set(choices)) == len(choices)
            and all(choice not in self.fallen and self.owner[choice] != name for choice in choices)
            and (self.agreed.votes_changeable or before is None or self.replaces(before, choices))
        )
        assert self.attempt(vote(self.people[name], self.id, choices)) is allowed
        if allowed:
            self.votes[name] = frozenset(choices)

    def replaces(self, before: frozenset[str], choices: list[str]) -> bool:
        """Whether a final ballot may become this: what stands stays, nothing is added."""
        kept = before - self.fallen
        same = frozenset(choices) == before
        return same or (kept != before and kept <= set(choices) and len(choices) <= len(before))

    @rule(name=people)
    def somebody_takes_the_vote_back(self, name: str) -> None:
        voted = name in self.votes
        allowed = self.open_to_votes and (self.agreed.votes_changeable or not voted)
        assert self.attempt(take_back(self.people[name], self.id)) is allowed
        if allowed:
            self.votes.pop(name, None)

    # What must hold at any time

    @invariant()
    def phases_follow_each_other(self) -> None:
        phase: Phase = "announced"
        expected = [phase]
        while phase != self.contest.phase and phase in NEXT:
            phase = NEXT[phase]
            expected.append(phase)
        if self.contest.phase == "cancelled":
            assert self.phases[-1] == "cancelled"
            expected = [*expected[: len(self.phases) - 1], "cancelled"]
        assert self.phases == expected

    @invariant()
    def every_phase_was_told_once(self) -> None:
        told = [
            event.data.phase
            for event in self.world.events
            if isinstance(event.data, ContestPhaseChanged)
        ]
        assert told == [phase for phase in self.phases[1:] if phase != "cancelled"]

    @invariant()
    def the_world_knows_how_many_voted_and_the_restricted_topic_for_what(self) -> None:
        data = [event.data for event in self.world.events]
        cast = sum(isinstance(event, BallotCast) for event in data)
        back = sum(isinstance(event, BallotWithdrawn) for event in data)
        assert cast - back == len(self.votes)
        recorded = {
            event.voter: event.entry_ids for event in data if isinstance(event, BallotRecorded)
        }
        names = {principal.person_id: name for name, principal in self.people.items()}
        replayed = {names[voter]: frozenset(chosen) for voter, chosen in recorded.items() if chosen}
        assert replayed == self.votes

    @invariant()
    def the_result_is_what_was_voted(self) -> None:
        results = self.world.all(Result)
        assert bool(results) is any(phase == "judged" for phase in self.phases)
        if results:
            [result] = results
            votes = Counter(choice for chosen in self.votes.values() for choice in chosen)
            expected = {entry: votes[entry] for entry in self.owner if entry not in self.fallen}
            ranking = result.tally.ranking
            assert {ranked.entry_id: ranked.votes for ranked in ranking} == expected
            assert result.tally.ballots == len(self.votes)

    @invariant()
    def results_are_published_with_the_publication(self) -> None:
        opened = [event for event in self.world.events if isinstance(event.data, ResultsPublished)]
        assert len(opened) == (self.contest.phase == "published")


Histories.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestHistories = Histories.TestCase
