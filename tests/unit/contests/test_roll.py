"""Who may vote is fixed when the vote begins, and no ratio passes 1 whoever comes and goes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contests.commands import events
from services.contests.commands.contest_phases import AdvanceContest, AnnounceContest
from services.contests.commands.entries import SubmitEntry
from services.contests.commands.scheduled import EnterDuePhases
from services.contests.domain.ballot import Ballot
from services.contests.domain.contest import Contest
from services.contests.domain.entry import Entry
from services.contests.domain.participation import Participation
from services.contests.domain.roll import NotOnTheRoll, Roll
from services.contests.domain.rules import Rules
from services.contests.domain.tally import Candidate, Cast, tally
from services.metrics.api.contests import could_enter
from services.metrics.projection import decode
from services.metrics.projection.contests import ContestsFold
from shared.audience import EVERYONE
from shared.contract.access import NotAllowed
from shared.contract.errors import Refusal
from shared.contract.events.contests import EntrySubmitted
from shared.contract.events.envelope import format_time, seal
from shared.contract.events.groups import GroupCreated, MembershipJoined, MembershipLeft
from shared.contract.events.people import PersonActivated, PersonReinstated, PersonSuspended
from shared.contract.events.topics import BALLOTS
from shared.contract.events.vocabulary import Phase
from shared.contract.principal import Principal, Standing
from shared.delivery.command import Command
from tests.support.in_memory import principal
from tests.unit.contests.audience import KnownPeople
from tests.unit.contests.world import CONTENT, SCHEDULE, World, take_back
from tests.unit.contests.world import vote as cast
from tooling.sample_events import sample

NAMES = ("ann", "ben", "cleo", "dora", "emil", "fay", "gus")
PROGRAMS = frozenset({"fay"})
STRANGERS = frozenset({"gus"})  # the platform has never heard of them
GROUP = "01976f3e-0000-7000-8000-000000000001"
MOVES = ("join", "leave", "suspend", "reinstate")
DEEDS = (*MOVES, "come and enter", "come and vote", "take back")
turns = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(DEEDS)), max_size=8)


class Course:
    """A contest for the members of a group, or for all, while its people come and go."""

    def __init__(self, rules: Rules, joined: Sequence[str]) -> None:
        self.world, self.rules = World(), rules
        self.known = KnownPeople(self.world.stored)
        self.people = {
            name: principal(
                name,
                standing=Standing.UNKNOWN if name in STRANGERS else Standing.ACTIVE,
                human=name not in PROGRAMS,
            )
            for name in NAMES
        }
        self.olga, self.author = principal("olga", "editor"), principal("author")
        everybody = [*self.people.values(), self.olga, self.author]
        active = [person for person in everybody if person.standing is Standing.ACTIVE]
        self.active = {person.person_id for person in active}
        self.members = {self.author.person_id}
        self.known.hear(
            sample(GroupCreated, group_id=GROUP, visibility="open"),
            *(sample(PersonActivated, **_account(person)) for person in active),
        )
        about: dict[str, Any] = {"group_id": GROUP, "visibility": "open"}
        self.known.hear(
            sample(MembershipJoined, **about, member=self.author.person_id, role="member")
        )
        for name in joined:
            self.turn(name, "join")

    def announce(self) -> None:
        draft = self.world.draft(self.olga, self.rules)
        self.id = draft.id
        entrants, voters = self.roll(self.rules.entrants), self.roll(self.rules.voters)
        self.world.do(AnnounceContest(self.olga, draft.id, entrants, voters))
        self.go("submissions")

    def roll(self, group_id: str) -> Roll:
        return self.known.roll(group_id)

    def go(self, to: Phase, *, by_the_clock: bool = False) -> None:
        voters = self.roll(self.rules.voters)
        if by_the_clock:
            self.world.now = max(self.world.now, SCHEDULE.voting_at)
            self.world.do(EnterDuePhases(self.id, voters))
        else:
            self.world.do(AdvanceContest(self.olga, self.id, to, voters=voters))

    def turn(self, name: str, deed: str) -> None:
        """Somebody does something; what is refused changes nothing."""
        who = self.people[name]
        about: dict[str, Any] = {"group_id": GROUP, "member": who.person_id, "visibility": "open"}
        account = _account(who)
        match deed:
            case "join" | "leave" | "suspend" | "reinstate" if name in STRANGERS:
                return
            case "join":
                self.members.add(name)
                self.known.hear(sample(MembershipJoined, **about, role="member"))
            case "leave":
                self.members.discard(name)
                self.known.hear(sample(MembershipLeft, **about))
            case "suspend":
                self.active.discard(name)
                self.known.hear(sample(PersonSuspended, **account))
            case "reinstate":
                self.active.add(name)
                self.known.hear(sample(PersonReinstated, **account, status="active"))
            case "come and enter" | "come and vote":
                for first in ("reinstate", "join", deed.removeprefix("come and ")):
                    self.turn(name, first)
            case _:
                self._act(who, deed)

    def _act(self, who: Principal, deed: str) -> None:
        self.world.now += timedelta(milliseconds=1)
        entries = [entry.id for entry in self.world.all(Entry) if entry.author != who.person_id]
        commands: dict[str, Command] = {
            "enter": SubmitEntry(who, self.id, self.world.new_id(), CONTENT, consents=True),
            "vote": cast(who, self.id, entries[:1]),
            "take back": take_back(who, self.id),
        }
        try:
            self.world.do(commands[deed])
        except Refusal:
            return

    def active_humans(self, group_id: str) -> int:
        """How many may take part, counted once more."""
        among = self.active if group_id == EVERYONE else self.active & self.members
        return len(among - PROGRAMS)

    def recount(self) -> tuple[int, int]:
        """People with an entry that stands, and people with a ballot."""
        entrants = {entry.author for entry in self.world.all(Entry) if entry.stands}
        voters = {ballot.id for ballot in self.world.all(Ballot) if ballot.choices}
        assert not entrants & (PROGRAMS | STRANGERS)
        assert not any(voter.partition(":")[2] in PROGRAMS | STRANGERS for voter in voters)
        return len(entrants), len(voters)

    @property
    def contest(self) -> Contest:
        return self.world.get(Contest, self.id)

    def shares(self) -> dict[str, tuple[int, int]]:
        """Every ratio that a surface shows: what the figures have heard, and what is published."""
        fold = ContestsFold()
        time = format_time(self.world.now)
        for data, actor, *_ in self.world.events:
            sealed = seal(
                data, actor=actor, source="/test", event_id="-", time=time, traceparent=None
            )
            if sealed.topic != BALLOTS:
                fold.apply(decode(sealed.body))
        heard = fold.take().contest(self.id)
        stored = msgspec.structs.asdict(heard)
        candidates = [
            Candidate(entry.id, entry.submitted_at, entry.author) for entry in self.world.all(Entry)
        ]
        ballots = [Cast(ballot.id, tuple(ballot.choices)) for ballot in self.world.all(Ballot)]
        late = sum(membership.late for membership in self.world.all(Participation))
        counted = tally(ballots, candidates, "earliest_entry", (), late)
        told = events.results_published(self.contest, counted)
        return {
            "entrants in the figures": (heard.entrants, could_enter(stored)),
            "entrants in the figures with the result": (
                heard.entrants,
                could_enter(stored | {"eligible_in_result": told.eligible_entrants}),
            ),
            "ballots in the figures": (heard.ballots, heard.eligible_voters or 0),
            "entrants in the result": (told.entrants, told.eligible_entrants),
            "ballots in the result": (counted.ballots, told.eligible_voters),
        }


def _account(who: Principal) -> dict[str, Any]:
    return {"person": who.person_id, "account": "human" if who.human else "service"}


@settings(max_examples=60, deadline=None)
@given(
    group=st.booleans(),
    joined=st.sets(st.sampled_from(NAMES)),
    before=turns,
    between=turns,
    during=turns,
    by_the_clock=st.booleans(),
)
def test_no_ratio_of_a_contest_passes_one_and_humans_alone_are_counted_whoever_comes_and_goes(
    *,
    group: bool,
    joined: set[str],
    before: list[tuple[str, str]],
    between: list[tuple[str, str]],
    during: list[tuple[str, str]],
    by_the_clock: bool,
) -> None:
    where = GROUP if group else EVERYONE
    rules = Rules(entrants=where, voters=where, reviewed=False, entries_per_person=2)
    course = Course(rules, sorted(joined))
    for turn in before:
        if turn[1] in MOVES:
            course.turn(*turn)
    eligible_entrants = course.active_humans(where)
    course.announce()
    course.world.do(
        SubmitEntry(course.author, course.id, course.world.new_id(), CONTENT, consents=True)
    )
    # At last everybody tries to take part: without that few histories come near a whole.
    for turn in (*between, *((name, "come and enter") for name in NAMES)):
        course.turn(*turn)
    if not by_the_clock:
        course.go("review")
    eligible_voters = course.active_humans(where)
    course.go("voting", by_the_clock=by_the_clock)
    assert course.contest.phase == "voting"
    assert course.contest.eligible_entrants == eligible_entrants
    for turn in (*during, *((name, "come and vote") for name in NAMES)):
        course.turn(*turn)
        shares = course.shares()
        for name, (part, whole) in shares.items():
            assert part <= whole, name
        entrants, voters = course.recount()
        assert shares["entrants in the figures"][0] == entrants
        assert shares["ballots in the figures"] == (voters, eligible_voters)


@pytest.fixture
def course() -> Course:
    """A vote of a group's three members, among the entries of two."""
    made = Course(Rules(entrants=GROUP, voters=GROUP, reviewed=False), ["ann", "ben", "cleo"])
    made.announce()
    made.turn("ann", "enter")
    made.turn("dora", "join")  # after the announcement, before the vote
    made.turn("dora", "enter")
    made.go("review")
    made.go("voting")
    return made


def vote(course: Course, name: str) -> None:
    [first, *_] = [
        entry.id for entry in course.world.all(Entry) if entry.author not in {name, "dora"}
    ]
    course.world.do(cast(course.people[name], course.id, [first]))


def test_whoever_joined_before_the_vote_may_vote_and_is_counted(course: Course) -> None:
    assert course.contest.eligible_voters == 5
    for name in ("ben", "cleo", "dora"):
        vote(course, name)
    assert course.shares()["ballots in the figures"] == (3, 5)
    assert course.shares()["ballots in the result"] == (3, 5)


def test_whoever_joins_during_the_vote_may_not_vote_in_it(course: Course) -> None:
    course.turn("emil", "join")
    with pytest.raises(NotOnTheRoll):
        vote(course, "emil")


@pytest.mark.parametrize(("goes", "comes"), [("leave", "join"), ("suspend", "reinstate")])
def test_whoever_comes_back_during_the_vote_changes_a_ballot_and_gives_no_first_one(
    course: Course, goes: str, comes: str
) -> None:
    vote(course, "ben")
    for name in ("ben", "cleo"):
        course.turn(name, goes)
        course.turn(name, comes)
    course.turn("ben", "take back")
    vote(course, "ben")
    with pytest.raises(NotOnTheRoll):
        vote(course, "cleo")


def test_an_entrant_who_came_after_the_announcement_is_told_as_one_more_who_could(
    course: Course,
) -> None:
    told = [event.data for event in course.world.events if isinstance(event.data, EntrySubmitted)]
    assert [event.joined_later for event in told] == [False, False], "it would say who they are"
    assert course.shares()["entrants in the figures"] == (2, 4)
    assert course.shares()["entrants in the result"] == (2, 5)
    assert course.shares()["entrants in the figures with the result"] == (2, 5)


@pytest.mark.parametrize("anonymous", [True, False])
@pytest.mark.parametrize("reviewed", [True, False])
def test_that_somebody_came_later_is_told_where_everybody_sees_that_it_is_they(
    anonymous: bool, reviewed: bool
) -> None:
    """Since when somebody is in an open group, its list of members says."""
    rules = Rules(entrants=GROUP, voters=GROUP, anonymous=anonymous, reviewed=reviewed)
    course = Course(rules, ["ann"])
    course.announce()
    course.turn("ann", "enter")
    course.turn("dora", "join")
    course.turn("dora", "enter")
    told = [event.data for event in course.world.events if isinstance(event.data, EntrySubmitted)]
    shown = not anonymous and not reviewed
    assert [event.joined_later for event in told] == [False, shown]


def test_a_program_with_an_account_may_not_vote(course: Course) -> None:
    bot = principal("bot", human=False)
    course.known.hear(
        sample(PersonActivated, person=bot.person_id, account="service"),
        sample(MembershipJoined, group_id=GROUP, member=bot.person_id, visibility="open"),
    )
    course.people["bot"] = bot
    course.world.store(msgspec.structs.replace(course.contest, voters=course.roll(GROUP)))
    with pytest.raises(NotAllowed):
        vote(course, "bot")
