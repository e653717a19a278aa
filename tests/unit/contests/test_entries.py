"""Entries: submitted in time, as often as allowed, edited, withdrawn."""

import pytest
from msgspec.structs import replace

from services.contests.commands.entries import EditEntry, SubmitEntry, ViewEntry, WithdrawEntry
from services.contests.commands.entry_reviews import AcceptEntry, RejectEntry
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.entry import (
    EntriesNotAccepted,
    Entry,
    EntryChanged,
    EntryContent,
    EntryIncomplete,
    EntryNotFound,
    EntryNotStanding,
    EntryPatch,
    EntryReviewed,
)
from services.contests.domain.participation import TooManyEntries
from services.contests.domain.rules import Rules
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.errors import Refusal
from shared.contract.events.contests import EntryRejected, EntrySubmitted, EntryWithdrawn
from shared.contract.events.vocabulary import PersonStatus
from shared.contract.ids import new_id
from shared.contract.media import Media
from shared.contract.principal import Principal
from tests.unit.contests.world import CONTENT, MOMENT, SCHEDULE, World


def test_an_entry_waits_for_its_review(world: World, olga: Principal, ann: Principal) -> None:
    contest = world.submissions(olga)
    world.events.clear()
    entry = world.enter(ann, contest)
    assert (entry.status, entry.author, entry.author) == ("submitted", "ann", ann.person_id)
    event = world.last(EntrySubmitted)
    assert (event.first_entry, event.was_entered, event.entrant) == (True, False, ann.person_id)
    assert world.types() == ["entry.submitted"]


def test_without_a_review_an_entry_is_accepted_at_once_by_nobody(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga, Rules(reviewed=False))
    world.events.clear()
    assert world.enter(ann, contest).status == "accepted"
    assert [event.actor for event in world.events] == [ann.person_id, None]
    assert world.types() == ["entry.submitted", "entry.accepted"]


def test_entries_are_taken_from_the_recorded_beginning_to_the_minute_of_the_end(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.announced(olga)
    world.now = SCHEDULE.submissions_at
    with pytest.raises(EntriesNotAccepted):
        world.enter(ann, contest)
    contest = world.at(SCHEDULE.submissions_at, contest)
    world.now = SCHEDULE.review_at - MOMENT
    world.enter(ann, contest)
    world.now = SCHEDULE.review_at
    with pytest.raises(EntriesNotAccepted):
        world.enter(world.person("ben"), contest)


def test_only_those_for_whom_it_is_may_enter(world: World, olga: Principal) -> None:
    group_id = world.group()
    contest = world.submissions(olga, Rules(entrants=group_id))
    world.enter(world.person("ann", groups={group_id: "member"}), contest)
    for outsider in (world.person("ben"), world.person("ada", "admin"), olga):
        with pytest.raises(NotAllowed):
            world.enter(outsider, contest)


@pytest.mark.parametrize(
    ("status", "refusal"),
    [("suspended", AccountSuspended), ("left", AccountSuspended), ("invited", NotAllowed)],
)
def test_only_active_people_enter(
    world: World, olga: Principal, status: PersonStatus, refusal: type[Refusal]
) -> None:
    contest = world.submissions(olga)
    with pytest.raises(refusal):
        world.enter(world.person("sam", status=status), contest)


def test_a_contest_in_a_closed_group_does_not_exist_for_outsiders(
    world: World, ann: Principal
) -> None:
    group_id = world.group("closed")
    lea = world.person("lea", groups={group_id: "owner"})
    contest = world.at(SCHEDULE.submissions_at, world.announced(lea, group_id=group_id))
    with pytest.raises(ContestNotFound):
        world.enter(ann, contest)
    member = world.person("max", groups={group_id: "member"})
    entry = world.enter(member, contest)
    with pytest.raises(EntryNotFound):
        world.do(ViewEntry(ann, entry.id))


@pytest.mark.parametrize(
    "content",
    [
        EntryContent(title=" ", media=CONTENT.media),
        EntryContent(title="No picture", text="It was dark."),
    ],
)
def test_an_entry_has_what_its_kind_of_contest_needs(
    world: World, olga: Principal, ann: Principal, content: EntryContent
) -> None:
    contest = world.submissions(olga)
    with pytest.raises(EntryIncomplete):
        world.enter(ann, contest, content)


def test_an_idea_needs_words(world: World, olga: Principal, ann: Principal) -> None:
    contest = world.submissions(olga)
    world.store(replace(contest, description=replace(contest.description, kind="idea")))
    with pytest.raises(EntryIncomplete):
        world.enter(ann, contest, EntryContent(title="Idea", media=[Media(url="https://media/1")]))
    world.enter(ann, contest, EntryContent(title="Idea", text="Two coffees."))


def test_nobody_enters_without_consent(world: World, olga: Principal, ann: Principal) -> None:
    contest = world.submissions(olga)
    with pytest.raises(EntryIncomplete):
        world.do(SubmitEntry(ann, contest.id, new_id(), CONTENT, consents=False))


def test_no_more_entries_stand_than_the_rules_allow(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga, Rules(entries_per_person=2))
    entries = [world.enter(ann, contest), world.enter(ann, contest)]
    second = world.last(EntrySubmitted)
    assert (second.first_entry, second.was_entered) == (False, True)
    with pytest.raises(TooManyEntries):
        world.enter(ann, contest)
    world.do(WithdrawEntry(ann, entries[0].id))
    assert world.last(EntryWithdrawn).still_entered is True
    world.enter(ann, contest)


def test_a_rejected_entry_makes_room_and_comes_back_only_while_there_is_some(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    world.do(RejectEntry(olga, entry.id, "Not a coffee."))
    rejected = world.last(EntryRejected)
    assert (rejected.previous, rejected.still_entered) == ("submitted", False)
    other = world.enter(ann, contest)
    with pytest.raises(TooManyEntries):
        world.do(AcceptEntry(olga, entry.id))
    world.do(WithdrawEntry(ann, other.id))
    world.do(AcceptEntry(olga, entry.id))
    accepted = world.get(Entry, entry.id)
    assert (accepted.status, accepted.rejection, accepted.accepted_by) == ("accepted", None, "olga")


def test_an_entry_is_edited_until_it_was_accepted(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    world.events.clear()
    world.do(EditEntry(ann, entry.id, EntryPatch(title="Evening"), expected=frozenset({1})))
    edited = world.get(Entry, entry.id)
    assert (edited.content.title, edited.content.text, edited.version) == ("Evening", "A cup.", 2)
    with pytest.raises(EntryChanged):
        world.do(EditEntry(ann, entry.id, EntryPatch(title="Noon"), expected=frozenset({1})))
    with pytest.raises(EntryIncomplete):
        world.do(EditEntry(ann, entry.id, EntryPatch(media=[])))
    assert world.changes(EditEntry(ann, entry.id, EntryPatch(title="Evening"))).put == ()
    assert world.types() == []
    world.accept(olga, edited)
    with pytest.raises(EntryReviewed):
        world.do(EditEntry(ann, entry.id, EntryPatch(title="Noon")))


def test_an_entry_without_review_is_edited_until_submissions_end(
    world: World, olga: Principal, ann: Principal
) -> None:
    contest = world.submissions(olga, Rules(reviewed=False))
    entry = world.enter(ann, contest)
    world.do(EditEntry(ann, entry.id, EntryPatch(text="Two cups.")))
    world.now = SCHEDULE.review_at
    with pytest.raises(EntriesNotAccepted):
        world.do(EditEntry(ann, entry.id, EntryPatch(text="Three cups.")))


def test_what_fell_is_not_edited(world: World, olga: Principal, ann: Principal) -> None:
    contest = world.submissions(olga)
    entry = world.enter(ann, contest)
    world.do(RejectEntry(olga, entry.id, "Not a coffee."))
    with pytest.raises(EntryNotStanding):
        world.do(EditEntry(ann, entry.id, EntryPatch(title="Noon")))


def test_withdrawing_twice_is_told_once(world: World, olga: Principal, ann: Principal) -> None:
    contest = world.submissions(olga)
    entry = world.accept(olga, world.enter(ann, contest))
    world.events.clear()
    world.do(WithdrawEntry(ann, entry.id))
    withdrawn = world.last(EntryWithdrawn)
    assert (withdrawn.previous, withdrawn.still_entered) == ("accepted", False)
    world.do(WithdrawEntry(ann, entry.id))
    assert world.types() == ["entry.withdrawn"]
    with pytest.raises(EntryNotStanding):
        world.do(AcceptEntry(olga, entry.id))
    with pytest.raises(EntryNotStanding):
        world.do(RejectEntry(olga, entry.id, "?"))
