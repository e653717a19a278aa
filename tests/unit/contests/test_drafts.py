"""Drafting a contest: who may, where, and which rules hold together."""

from datetime import UTC, timedelta, timezone

import pytest
from msgspec.structs import asdict, replace

from services.contests.commands.contest_phases import AnnounceContest, CancelContest
from services.contests.commands.contests import ChangeContest
from services.contests.domain.audience import GroupUnknown
from services.contests.domain.contest import (
    Contest,
    ContestNotFound,
    ContestRulesFixed,
    ContestUnscheduled,
    ContestVersionChanged,
)
from services.contests.domain.patches import DescriptionPatch, RulesPatch, SchedulePatch
from services.contests.domain.rules import ContestRulesInvalid, Rules, Schedule
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events import contests as events
from shared.contract.ids import new_id
from shared.contract.refusals import GroupIsArchived
from tests.unit.contests.world import SCHEDULE, START, World, everybody


def test_an_editor_drafts_a_contest_for_everyone_and_nobody_is_told(world: World) -> None:
    contest = world.draft(world.person("olga", "editor"))
    assert (contest.phase, contest.version, contest.due_at) == ("draft", 1, None)
    assert [(step.phase, step.by) for step in contest.trail] == [("draft", "olga")]
    assert world.types() == []


def test_a_person_without_a_role_drafts_none_for_everyone(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.draft(world.person("paul"))


@pytest.mark.parametrize("role", ["owner", "moderator"])
def test_whoever_leads_a_group_drafts_one_there(world: World, role: str) -> None:
    group_id = world.group("closed")
    leader = world.person("lea", groups={group_id: role})
    assert world.draft(leader, group_id=group_id).group_id == group_id


def test_a_member_drafts_none_in_the_group(world: World) -> None:
    group_id = world.group("closed")
    with pytest.raises(NotAllowed):
        world.draft(world.person("max", groups={group_id: "member"}), group_id=group_id)


def test_a_suspended_editor_drafts_none(world: World) -> None:
    with pytest.raises(AccountSuspended):
        world.draft(world.person("olga", "editor", status="suspended"))


def test_a_secret_group_and_no_group_at_all_are_refused_alike(world: World) -> None:
    editor = world.person("olga", "editor")
    refusals = []
    for group_id in (world.group("secret"), new_id()):
        with pytest.raises(GroupUnknown) as refused:
            world.draft(editor, group_id=group_id)
        refusals.append(refused.value.detail)
        with pytest.raises(GroupUnknown):
            world.draft(editor, Rules(voters=group_id))
        with pytest.raises(GroupUnknown):
            world.draft(editor, Rules(entrants=group_id))
    assert refusals[0] == refusals[1]


def test_no_contest_begins_in_an_archived_group(world: World) -> None:
    group_id = world.group(archived=True)
    with pytest.raises(GroupIsArchived):
        world.draft(world.person("olga", "editor"), group_id=group_id)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(entries_per_person=0),
        Rules(entries_per_person=21),
        Rules(votes_min=0),
        Rules(votes_min=3, votes_max=2),
        Rules(votes_max=21),
    ],
)
def test_rules_that_contradict_each_other_are_refused(world: World, rules: Rules) -> None:
    with pytest.raises(ContestRulesInvalid):
        world.draft(world.person("olga", "editor"), rules)


@pytest.mark.parametrize(
    "schedule",
    [
        replace(SCHEDULE, review_at=START),
        replace(SCHEDULE, voting_at=START),
        replace(SCHEDULE, closes_at=SCHEDULE.voting_at),
        replace(SCHEDULE, publish_at=SCHEDULE.voting_at),
    ],
)
def test_times_out_of_order_are_refused(world: World, schedule: Schedule) -> None:
    with pytest.raises(ContestRulesInvalid):
        world.draft(world.person("olga", "editor"), schedule=schedule)


def test_times_are_kept_in_utc_as_precisely_as_the_database_does(world: World) -> None:
    berlin = timezone(timedelta(hours=2))
    odd = (SCHEDULE.closes_at + timedelta(microseconds=1234)).astimezone(berlin)
    contest = world.draft(world.person("olga", "editor"), schedule=replace(SCHEDULE, closes_at=odd))
    stored = contest.description.schedule
    assert stored is not None
    assert stored.closes_at == SCHEDULE.closes_at + timedelta(milliseconds=1)
    assert stored.closes_at.tzinfo is UTC


def test_a_draft_is_redrafted(world: World) -> None:
    olga = world.person("olga", "editor")
    draft = world.draft(olga)
    revision = DescriptionPatch(title="Best tea", rules=RulesPatch(votes_max=3))
    world.do(ChangeContest(olga, draft.id, revision, expected=frozenset({1})))
    changed = world.get(Contest, draft.id)
    assert (changed.description.title, changed.rules.votes_max, changed.version) == (
        "Best tea",
        3,
        2,
    )
    assert changed.description.schedule == SCHEDULE
    assert world.types() == []


def test_what_a_change_does_not_name_stays(world: World) -> None:
    olga = world.person("olga", "editor")
    agreed = Rules(votes_max=3, anonymous=False, tie_break="shared_rank")
    timed = replace(SCHEDULE, publish_at=SCHEDULE.closes_at + timedelta(days=1))
    draft = world.draft(olga, agreed, schedule=timed)
    later = SCHEDULE.closes_at + timedelta(hours=1)
    change = DescriptionPatch(
        rules=RulesPatch(reviewed=False), schedule=SchedulePatch(closes_at=later)
    )
    world.do(ChangeContest(olga, draft.id, change))
    changed = world.get(Contest, draft.id).description
    assert changed.rules == replace(agreed, entrants=EVERYONE, voters=EVERYONE, reviewed=False)
    assert changed.schedule == replace(timed, closes_at=later)

    world.do(ChangeContest(olga, draft.id, DescriptionPatch(schedule=None)))
    assert world.get(Contest, draft.id).description == replace(changed, schedule=None)


def test_the_first_schedule_needs_all_times_but_that_of_the_publication(world: World) -> None:
    olga = world.person("olga", "editor")
    draft = world.draft(olga, schedule=None)
    part = SchedulePatch(submissions_at=SCHEDULE.submissions_at, closes_at=SCHEDULE.closes_at)
    with pytest.raises(ContestRulesInvalid, match="review_at and voting_at"):
        world.do(ChangeContest(olga, draft.id, DescriptionPatch(schedule=part)))
    whole = SchedulePatch(**asdict(SCHEDULE))
    world.do(ChangeContest(olga, draft.id, DescriptionPatch(schedule=whole)))
    assert world.get(Contest, draft.id).description.schedule == SCHEDULE


def test_a_change_that_changes_nothing_makes_no_version(world: World) -> None:
    olga = world.person("olga", "editor")
    draft = world.draft(olga)
    assert (
        world.changes(ChangeContest(olga, draft.id, DescriptionPatch(title="Best coffee"))).put
        == ()
    )


def test_a_change_on_another_version_is_refused(world: World) -> None:
    olga = world.person("olga", "editor")
    draft = world.draft(olga)
    with pytest.raises(ContestVersionChanged):
        world.do(
            ChangeContest(
                olga, draft.id, DescriptionPatch(title="Best tea"), expected=frozenset({2})
            )
        )


def test_nobody_else_knows_of_a_draft_not_even_an_administrator(world: World) -> None:
    draft = world.draft(world.person("olga", "editor"))
    for stranger in (world.person("paul"), world.person("ada", "admin")):
        with pytest.raises(ContestNotFound):
            world.do(ChangeContest(stranger, draft.id, DescriptionPatch(title="Mine")))
        with pytest.raises(ContestNotFound):
            world.do(AnnounceContest(stranger, draft.id, everybody(1), everybody(1)))


def test_those_who_lead_a_group_organise_its_contests_together(world: World) -> None:
    group_id = world.group()
    lea = world.person("lea", groups={group_id: "owner"})
    draft = world.draft(world.person("mo", groups={group_id: "moderator"}), group_id=group_id)
    world.do(ChangeContest(lea, draft.id, DescriptionPatch(title="Best tea")))
    assert world.get(Contest, draft.id).description.title == "Best tea"


def test_the_rules_are_fixed_once_people_know_of_them(world: World) -> None:
    olga = world.person("olga", "editor")
    contest = world.announced(olga)
    rules = RulesPatch(votes_max=2)
    for fixed in (DescriptionPatch(title="Best tea"), DescriptionPatch(rules=rules)):
        with pytest.raises(ContestRulesFixed):
            world.do(ChangeContest(olga, contest.id, fixed))


def test_an_announcement_says_what_was_agreed_and_whom_it_is_for(world: World) -> None:
    olga = world.person("olga", "editor")
    contest = world.announced(olga, Rules(votes_min=1, votes_max=3, entries_per_person=2))
    event = world.last(events.ContestAnnounced)
    assert (event.fewest_votes, event.most_votes, event.most_entries) == (1, 3, 2)
    assert (event.eligible_entrants, event.eligible_voters, event.phase) == (10, 10, "announced")
    assert event.schedule.sealed_at == SCHEDULE.closes_at
    assert contest.due_at == SCHEDULE.submissions_at
    with pytest.raises(ContestRulesFixed):
        world.do(AnnounceContest(olga, contest.id, everybody(10), everybody(10)))


def test_a_contest_whose_vote_would_be_over_cannot_be_announced(world: World) -> None:
    olga = world.person("olga", "editor")
    unscheduled, late = world.draft(olga, schedule=None), world.draft(olga)
    world.now = SCHEDULE.closes_at
    for draft in (unscheduled, late):
        with pytest.raises(ContestUnscheduled):
            world.do(AnnounceContest(olga, draft.id, everybody(10), everybody(10)))


def test_a_draft_that_is_cancelled_stays_unknown(world: World) -> None:
    olga = world.person("olga", "editor")
    draft = world.draft(olga)
    world.do(CancelContest(olga, draft.id, "Next year."))
    assert world.types() == []
    with pytest.raises(ContestNotFound):
        world.do(CancelContest(world.person("paul"), draft.id, "?"))
    with pytest.raises(ContestRulesFixed):
        world.do(AnnounceContest(olga, draft.id, everybody(10), everybody(10)))


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
def test_a_contest_says_which_group_sees_it(world: World, visibility: str) -> None:
    group_id = world.group(visibility)
    lea = world.person("lea", groups={group_id: "owner"})
    contest = world.draft(lea, group_id=group_id)
    assert contest.readers == (EVERYONE if visibility == "open" else group_id)
