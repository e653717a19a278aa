"""Contests of groups that are archived, deleted, or hidden from whoever asks."""

import inspect
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest
from msgspec.structs import replace

from services.contests import commands
from services.contests.api.models import contest_view
from services.contests.commands.contest_phases import AdvanceContest, AnnounceContest, CancelContest
from services.contests.commands.contests import ChangeContest, CreateContest
from services.contests.commands.context import enter_contest
from services.contests.commands.entries import EditEntry, SubmitEntry, ViewEntry, WithdrawEntry
from services.contests.commands.entry_reviews import (
    AcceptEntry,
    ConfirmRejection,
    ProposeRejection,
    RejectEntry,
)
from services.contests.commands.erasures import (
    FinishForgetting,
    ForgetEntry,
    ForgetInContest,
    ForgetView,
)
from services.contests.commands.scheduled import DeleteContest, EnterDuePhases, RecordResult
from services.contests.domain.audience import GroupUnknown
from services.contests.domain.contest import Contest, ContestNotFound
from services.contests.domain.entry import Entry, EntryPatch
from services.contests.domain.patches import DescriptionPatch, RulesPatch
from services.contests.domain.phases import LONGEST_COMMIT
from services.contests.domain.rules import Rules
from services.contests.domain.tally import tally
from shared.contract.events.contests import ContestCancelled, ContestDeleted
from shared.contract.events.vocabulary import Phase
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived
from shared.delivery.command import Command, Found
from tests.unit.contests.world import (
    CONTENT,
    SCHEDULE,
    World,
    description,
    everybody,
    take_back,
    vote,
)


class Club:
    """A group with somebody who leads it, two members, and a contest in each phase that matters.

    Attributes:
        named: The group is the entrants' and the voters' of a contest for all; else its own.
    """

    def __init__(self, world: World, *, named: bool) -> None:
        self.world, self.named = world, named
        self.group = world.group()
        self.ada = world.person("ada", "admin")
        self.lea = world.person("lea", "editor", groups={self.group: "owner"})
        self.max = world.person("max", groups={self.group: "member"})
        self.mia = world.person("mia", groups={self.group: "member"})
        self.draft = self._draft()
        self.announced = self._announced()
        self.entered = self._announced()
        self.ready, self.voting = self._announced(), self._announced()
        self.go(self.entered, "submissions")
        self.unreviewed = world.enter(self.max, self.entered)
        for contest in (self.ready, self.voting):
            self.go(contest, "submissions")
        self.entry, self.other = [world.enter(self.max, self.voting) for _ in range(2)]
        for entry in (self.entry, self.other):
            world.accept(self.lea, entry)
        for contest in (self.ready, self.voting):
            self.go(contest, "review")
        self.go(self.voting, "voting")
        self.go_vote(self.mia)
        world.do(ProposeRejection(self.lea, self.other.id, "A copy.", "copyright"))
        world.events.clear()

    def rules(self) -> Rules:
        group = self.group
        return Rules(entrants=group, voters=group, entries_per_person=2)

    def _draft(self) -> Contest:
        if self.named:
            return self.world.draft(self.lea, self.rules())
        return self.world.draft(self.lea, self.rules(), group_id=self.group)

    def _announced(self) -> Contest:
        draft = self._draft()
        self.world.do(AnnounceContest(self.lea, draft.id, everybody(3), everybody(3)))
        return self.world.get(Contest, draft.id)

    def go(self, contest: Contest, to: Phase) -> None:
        self.world.do(AdvanceContest(self.lea, contest.id, to))

    def go_vote(self, who: Principal) -> None:
        self.world.do(vote(who, self.voting.id, [self.entry.id]))

    def adding(self) -> list[Command]:
        """What adds something to a contest."""
        own = description(self.rules())
        commands: list[Command] = [
            ChangeContest(self.lea, self.draft.id, DescriptionPatch(title="Best tea")),
            AnnounceContest(self.lea, self.draft.id, everybody(3), everybody(3)),
            AdvanceContest(self.lea, self.announced.id, "submissions"),
            AdvanceContest(self.lea, self.ready.id, "voting"),
            SubmitEntry(self.mia, self.entered.id, new_id(), CONTENT, consents=True),
            EditEntry(self.max, self.unreviewed.id, EntryPatch(title="Noon")),
            vote(self.mia, self.voting.id, [self.other.id]),
        ]
        if self.named:
            return [*commands, CreateContest(self.lea, new_id(), EVERYONE, own)]
        accept = AcceptEntry(self.lea, self.unreviewed.id)
        return [*commands, accept, CreateContest(self.lea, new_id(), self.group, own)]

    def ending(self) -> list[Command]:
        """What only ends something, or changes nothing."""
        commands: list[Command] = [
            ViewEntry(self.mia, self.entry.id),
            take_back(self.mia, self.voting.id),
            ProposeRejection(self.lea, self.other.id, "A copy.", "copyright"),
            ConfirmRejection(self.ada, self.other.id),
            WithdrawEntry(self.max, self.entry.id),
            RejectEntry(self.lea, self.unreviewed.id, "A copy."),
            AdvanceContest(self.lea, self.entered.id, "review"),
            AdvanceContest(self.lea, self.voting.id, "sealed"),
            CancelContest(self.lea, self.announced.id, "The group is no more."),
        ]
        # Of a contest for all the entrants' group says who enters, not who reviews.
        accept = AcceptEntry(self.lea, self.unreviewed.id)
        return [accept, *commands] if self.named else commands


EVERYONE = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("named", [False, True])
def test_nothing_is_added_to_a_contest_of_an_archived_group(world: World, *, named: bool) -> None:
    club = Club(world, named=named)
    world.archive(club.group)
    for command in club.adding():
        with pytest.raises(GroupIsArchived):
            world.do(command)
    assert world.types() == []


@pytest.mark.parametrize("named", [False, True])
def test_what_only_ends_goes_on_in_an_archived_group(world: World, *, named: bool) -> None:
    club = Club(world, named=named)
    world.archive(club.group)
    for command in club.ending():
        world.do(command)
    assert world.get(Entry, club.entry.id).status == "withdrawn"


@pytest.mark.parametrize("named", [False, True])
def test_a_restored_group_goes_on_as_if_nothing_had_been(world: World, *, named: bool) -> None:
    club = Club(world, named=named)
    world.archive(club.group)
    world.archive(club.group, archived=False)
    for command in club.adding():
        world.do(command)


def test_every_command_says_whether_it_adds_something() -> None:
    """A new command has to be added to one of the two lists above."""
    club = Club(World(), named=False)
    told = {type(command) for command in (*club.adding(), *club.ending())}
    by_the_clock = {EnterDuePhases, RecordResult, DeleteContest}
    forgetting = {ForgetInContest, ForgetEntry, ForgetView, FinishForgetting}
    found = set()
    for module in iter_modules(commands.__path__):
        there = import_module(f"{commands.__name__}.{module.name}")
        found |= {
            kind
            for _, kind in inspect.getmembers(there, inspect.isclass)
            if kind.__module__ == there.__name__ and {"reads", "decide"} <= set(vars(kind))
        }
    assert found - told - by_the_clock - forgetting == set()


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("how", ["archive", "delete"])
def test_the_clock_cancels_what_would_have_to_open_in_a_group_out_of_use(
    world: World, how: str, *, named: bool
) -> None:
    club = Club(world, named=named)
    getattr(world, how)(club.group)
    if how == "delete" and not named:
        return  # with its group the contest itself goes
    for waiting in (club.announced, club.ready):
        world.events.clear()
        contest = world.at(SCHEDULE.voting_at, waiting)
        assert (contest.phase, contest.due_at) == ("cancelled", None)
        assert (contest.trail[-1].by, contest.trail[-1].phase) == (None, "cancelled")
        [event] = [event.data for event in world.events if isinstance(event.data, ContestCancelled)]
        assert event.reason == f"group_{how}d"
        assert world.events[-1].actor is None


def test_a_vote_that_has_begun_ends_and_is_published_in_an_archived_group(world: World) -> None:
    club = Club(world, named=False)
    world.archive(club.group)
    world.at(SCHEDULE.closes_at, club.voting)
    world.now += LONGEST_COMMIT
    world.do(RecordResult(club.voting.id, tally([], [], "earliest_entry")))
    world.do(AdvanceContest(club.lea, club.voting.id, "published"))
    assert world.get(Contest, club.voting.id).phase == "published"


def test_a_contest_is_gone_with_its_group_and_the_clock_leaves_it_alone(world: World) -> None:
    club = Club(world, named=False)
    world.delete(club.group)
    for command in (*club.adding(), *club.ending()):
        if not isinstance(command, CreateContest):
            with pytest.raises(Exception, match=r"Check the id\."):
                world.do(command)
    world.events.clear()
    contest = world.at(SCHEDULE.closes_at, club.voting)
    assert (contest.phase, contest.due_at) == ("voting", None)
    assert world.types() == []


def test_no_contest_names_a_group_that_is_gone(world: World) -> None:
    club = Club(world, named=True)
    world.delete(club.group)
    for command in (
        CreateContest(club.lea, new_id(), EVERYONE, description(club.rules())),
        CreateContest(club.lea, new_id(), club.group, description()),
        AnnounceContest(club.lea, club.draft.id, everybody(3), everybody(3)),
    ):
        with pytest.raises(GroupUnknown):
            world.do(command)


# What a contest tells of groups that its rules name


def shown(world: World, contest: Contest, who: Principal) -> tuple[str | None, str | None]:
    """The entrants' and the voters' group, as the routes tell this person."""
    found = Found(dict(world.stored))
    rules = contest_view(enter_contest(found, contest.id, who), who).rules
    return rules.entrants, rules.voters


@pytest.mark.parametrize(
    ("visibility", "told"), [("open", True), ("closed", True), ("secret", False)]
)
def test_the_id_of_a_secret_group_that_votes_is_told_to_nobody_who_may_not_know_of_it(
    world: World, visibility: str, *, told: bool
) -> None:
    group_id = world.group(visibility)
    olga = world.person("olga", "editor", groups={group_id: "member"})
    contest = world.announced(olga, Rules(voters=group_id))
    member = world.person("max", groups={group_id: "member"})
    assert shown(world, contest, member) == (EVERYONE, group_id)
    assert shown(world, contest, world.person("ada", "admin")) == (EVERYONE, group_id)
    for stranger in (world.person("paul"), world.person("eva", "editor")):
        assert shown(world, contest, stranger) == (EVERYONE, group_id if told else None)


def test_the_organiser_who_left_a_secret_group_is_not_told_its_id_any_more(world: World) -> None:
    group_id = world.group("secret")
    olga = world.person("olga", "editor", groups={group_id: "member"})
    contest = world.announced(olga, Rules(entrants=group_id))
    world.delete_memberships(group_id)
    assert shown(world, contest, olga) == (None, EVERYONE)


@pytest.mark.parametrize("name", ["entrants", "voters", "group_id"])
def test_drafting_answers_alike_to_a_secret_and_to_an_invented_group(
    world: World, olga: Principal, name: str
) -> None:
    secret = world.group("secret")
    closed = world.group("closed")
    archived = world.group("secret", archived=True)
    gone = world.group("secret")
    world.delete(gone)
    draft = world.draft(olga)
    answers = set()
    for group_id in (secret, closed, archived, gone, new_id()):
        attempts: list[Callable[[], object]]
        if name == "group_id":
            attempts = [lambda: world.draft(olga, group_id=group_id)]  # noqa: B023
        else:
            rules = replace(Rules(), **{name: group_id})
            named = group_id
            change = DescriptionPatch(
                rules=RulesPatch(entrants=named) if name == "entrants" else RulesPatch(voters=named)
            )
            attempts = [
                lambda: world.draft(olga, rules),  # noqa: B023
                lambda: world.do(ChangeContest(olga, draft.id, change)),  # noqa: B023
            ]
        for attempt in attempts:
            with pytest.raises(GroupUnknown) as refused:
                attempt()
            answers.add(refused.value.detail)
    assert len(answers) == 1


def test_no_event_about_a_contest_names_the_groups_of_its_rules(world: World) -> None:
    club = Club(world, named=True)
    contest = club._announced()
    club.go(contest, "submissions")
    assert all(club.group not in repr(event.data) for event in world.events)


def test_a_contest_of_a_group_that_is_gone_does_not_exist(world: World, ann: Principal) -> None:
    club = Club(world, named=False)
    world.delete(club.group)
    for who in (ann, club.lea, club.ada):
        with pytest.raises(ContestNotFound):
            shown(world, club.voting, who)


def test_the_end_of_a_contest_is_told_once_and_only_with_its_group(world: World) -> None:
    club = Club(world, named=False)
    world.do(DeleteContest(club.voting.id))  # its group is there
    assert world.get(Contest, club.voting.id).phase == "voting"
    world.delete(club.group)
    for contest in (club.draft, club.voting):  # nobody had heard of the draft
        for _ in range(2):
            world.do(DeleteContest(contest.id))
        assert (Contest, contest.id) not in world.stored
    deleted = world.last(ContestDeleted)
    assert (deleted.phase, deleted.reason) == ("voting", "group_deleted")
    assert world.types() == ["contest.deleted"]
