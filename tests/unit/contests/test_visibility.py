"""Entries: who sees them, with whose name, in which order, and what is told of that."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from services.contests.commands.contest_phases import AdvanceContest, CancelContest
from services.contests.commands.entries import EditEntry, ViewEntry, WithdrawEntry
from services.contests.commands.entry_reviews import AcceptEntry, RejectEntry
from services.contests.domain.contest import Contest
from services.contests.domain.entry import (
    EntryNotFound,
    EntryPatch,
)
from services.contests.domain.rules import Rules
from services.contests.domain.visibility import list_position, names_author
from shared.contract.access import NotAllowed
from shared.contract.events.contests import EntryViewed
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.delivery.command import Command
from tests.unit.contests.world import DAY, World


def test_an_entry_of_somebody_else_is_not_there_until_it_is_accepted(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    ben = world.person("ben")
    hidden: Sequence[Command] = (
        EditEntry(ben, entry.id, EntryPatch(title="Mine")),
        WithdrawEntry(ben, entry.id),
        AcceptEntry(ben, entry.id),
        ViewEntry(ben, entry.id),
    )
    for command in hidden:
        with pytest.raises(EntryNotFound):
            world.do(command)
    world.accept(olga, entry)
    others: Sequence[Command] = (
        EditEntry(ben, entry.id, EntryPatch(title="Mine")),
        WithdrawEntry(ben, entry.id),
        AcceptEntry(ben, entry.id),
        RejectEntry(ben, entry.id, "Mine is better."),
        WithdrawEntry(olga, entry.id),
    )
    for command in others:
        with pytest.raises(NotAllowed):
            world.do(command)


def test_a_view_is_told_once_a_day(world: World, olga: Principal, ann: Principal) -> None:
    _, [entry] = world.voting(olga, ann)
    ben = world.person("ben")
    world.do(ViewEntry(ben, entry.id))
    first = world.last(EntryViewed)
    assert (first.own, first.in_audience, first.first_view) == (False, True, True)
    world.do(ViewEntry(ben, entry.id))
    assert world.types() == ["entry.viewed"]
    world.now += DAY
    world.do(ViewEntry(ben, entry.id))
    assert world.last(EntryViewed).first_view is False
    world.do(ViewEntry(ann, entry.id))
    assert world.last(EntryViewed).own is True


def test_a_view_of_what_is_not_shown_is_not_told(
    world: World, olga: Principal, ann: Principal
) -> None:
    entry = world.enter(ann, world.submissions(olga))
    world.events.clear()
    world.do(ViewEntry(ann, entry.id))
    world.do(ViewEntry(olga, entry.id))
    assert world.types() == []


def test_entrants_are_unknown_until_the_publication_where_the_rules_say_so(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest, [entry] = world.voting(olga, ann)

    def known(contest: Contest, person: str, *, organiser: bool = False) -> bool:
        return names_author(contest, entry, person, organiser=organiser)

    assert not known(contest, "ben")
    assert known(contest, "ann")
    assert known(contest, "olga", organiser=True)
    assert known(replace(contest, phase="published"), "ben")
    assert not known(replace(contest, phase="cancelled"), "ben")
    open_rules = replace(contest.description, rules=Rules(anonymous=False))
    assert known(replace(contest, description=open_rules), "ben")


def test_repeating_a_step_shows_an_entrant_no_more_than_others_see(
    world: World, olga: Principal
) -> None:
    contest = world.submissions(olga)
    world.enter(olga, contest)
    world.do(CancelContest(world.person("ada", "admin"), contest.id, "No prize."))
    for command in (
        AdvanceContest(olga, contest.id, "cancelled"),
        CancelContest(olga, contest.id, "No prize."),
    ):
        shown = world.do(command)
        assert shown.entered
        assert not shown.organises(olga)


def test_each_voter_sees_an_order_of_their_own_that_stays() -> None:
    ids = [new_id() for _ in range(8)]

    def order(person_id: str, *, shuffled: bool = True) -> list[str]:
        return sorted(
            ids, key=lambda entry_id: list_position(entry_id, person_id, shuffled=shuffled)
        )

    assert len({tuple(order(f"voter {n}")) for n in range(20)}) > 15
    assert order("voter 1") == order("voter 1")
    assert order("voter 1", shuffled=False) == sorted(ids)
