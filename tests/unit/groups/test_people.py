"""Inviting, changing, suspending, erasing people; and their visits."""

from dataclasses import replace

import pytest

from services.groups.commands.people import (
    ChangePerson,
    ErasePerson,
    InvitePerson,
    ReinstatePerson,
    SuspendPerson,
)
from services.groups.domain.person import AccountStatus, PersonChangedMeanwhile, PersonNotFound
from services.groups.domain.profile import NotInVocabulary, Profile, Vocabularies
from services.groups.domain.registration import NotInvited, PersonExists, PersonIdInvalid
from shared.contract.access import AccountSuspended, NotAllowed, PersonWasErased
from shared.contract.erasures import erasure_id
from shared.contract.events import people as events
from shared.contract.events.envelope import format_time, seal
from shared.contract.principal import Principal
from tests.support.in_memory import principal
from tests.unit.groups.world import ADMIN, NOON, WORDS, World, visit_of


def invite(person_id: str, **profile: str) -> InvitePerson:
    return invite_by(ADMIN, person_id, **profile)


def invite_by(who: Principal, person_id: str, **profile: str) -> InvitePerson:
    return InvitePerson(
        who,
        person_id,
        external_id=person_id,
        login=principal(person_id).login,
        account="human",
        profile=Profile(**profile),
        vocabularies=WORDS,
    )


def change(
    who: Principal,
    person_id: str,
    *,
    name: str | None = None,
    expected: frozenset[int] | None = None,
    **others: str | None,
) -> ChangePerson:
    return ChangePerson(
        who, person_id, name=name, others=others, vocabularies=WORDS, expected=expected
    )


def test_an_invited_person_is_known_and_told_about_without_a_name() -> None:
    world = World()
    happened = world.happened(
        invite("mia", name="Mia", email="mia@example.org", department="sales")
    )
    assert happened == [events.PersonInvited(person="mia", account="human", department="sales")]
    person = world.stored_person("mia")
    assert person.status is AccountStatus.INVITED
    assert person.profile.name == "Mia"


def test_nothing_that_names_a_person_enters_an_event() -> None:
    world = World()
    told = invite("mia", name="Mia Schön", email="mia@example.org")
    world.do(replace(told, person_id="0b5c"))
    world.do(visit_of(principal("0b5c", subject="mia")))
    world.do(change(ADMIN, "0b5c", department="sales"))
    world.do(ErasePerson(ADMIN, "0b5c"))
    assert len(world.events) >= 6
    for occurred in world.events:
        sealed = seal(
            occurred.data,
            actor=occurred.actor,
            source="/mitmach/groups/x",
            event_id="1",
            time=format_time(NOON),
            traceparent=None,
        )
        assert b"mia" not in sealed.body.lower().replace(b"mitmach", b"")


def test_only_administrators_and_directories_invite() -> None:
    world = World()
    with pytest.raises(NotAllowed):
        world.do(replace(invite("mia"), principal=world.person("otto")))
    world.do(replace(invite("mia"), principal=principal("directory", "service")))


def test_an_id_is_given_once() -> None:
    world = World()
    world.do(invite("mia"))
    with pytest.raises(PersonExists):
        world.do(invite("mia"))


@pytest.mark.parametrize("bad", ["me", ".", "..", "", " a", "a ", "a\nb", "x" * 256, "ä"])
def test_nobody_gets_an_id_that_no_token_could_name(bad: str) -> None:
    with pytest.raises(PersonIdInvalid):
        World().do(invite(bad))


@pytest.mark.parametrize("good", ["4711", "auth0|6f1", "mia.schoen@example.org", "urn:user:7"])
def test_ids_of_directories_are_taken_as_they_are(good: str) -> None:
    World().do(invite(good))


def test_departments_and_locations_are_closed_lists() -> None:
    world = World()
    with pytest.raises(NotInVocabulary):
        world.do(invite("mia", department="slaes"))
    with pytest.raises(NotInVocabulary):
        world.do(invite("mia", location="atlantis"))


def test_a_department_that_is_no_longer_listed_doesnt_stand_in_the_way() -> None:
    world = World()
    world.do(invite("mia", department="sales"))
    shorter = Vocabularies(frozenset({"research"}), frozenset())
    after = world.do(replace(change(ADMIN, "mia", name="Mia"), vocabularies=shorter))
    assert after.profile == Profile(name="Mia", department="sales")


def test_a_move_is_told_and_a_new_name_isnt() -> None:
    world = World()
    world.do(invite("mia", name="Mia", department="sales"))
    assert world.happened(change(ADMIN, "mia", name="Mia Schön")) == []
    moved = world.happened(change(ADMIN, "mia", department="research", location="lyon"))
    assert moved == [
        events.PersonChanged(
            person="mia",
            account="human",
            department="research",
            location="lyon",
            previous_department="sales",
        )
    ]
    assert world.stored_person("mia").version == 3
    assert world.happened(change(ADMIN, "mia", department="research")) == []
    assert world.stored_person("mia").version == 3


def test_people_change_their_own_name_and_nothing_else() -> None:
    world = World()
    mia = world.person("mia")
    assert world.do(change(mia, "mia", name="Mia")).profile.name == "Mia"
    with pytest.raises(NotAllowed):
        world.do(change(mia, "mia", department="sales"))
    with pytest.raises(NotAllowed):
        world.do(change(world.person("otto"), "mia", name="Maria"))


def test_a_change_of_a_stale_version_is_refused() -> None:
    world = World()
    world.do(invite("mia"))
    world.do(change(ADMIN, "mia", name="Mia", expected=frozenset({1})))
    with pytest.raises(PersonChangedMeanwhile):
        world.do(change(ADMIN, "mia", name="Maria", expected=frozenset({1})))


def test_the_first_visit_activates() -> None:
    world = World()
    mia = world.invited("mia")
    happened = world.happened(visit_of(mia, self_registration=False))
    assert happened == [
        events.PersonActivated(person=mia.person_id, account="human", invited=True),
        events.PersonVisited(person=mia.person_id, account="human", first_visit=True),
    ]
    assert world.stored_person("mia").status is AccountStatus.ACTIVE


def test_a_visit_counts_once_a_day() -> None:
    world = World()
    mia = world.person("mia")
    assert world.happened(visit_of(mia, self_registration=True)) == []
    world.wait(days=1)
    assert world.happened(visit_of(mia, self_registration=True)) == [
        events.PersonVisited(person=mia.person_id, account="human", first_visit=False)
    ]
    world.wait(days=-1)  # a server whose clock is late still believes that it is yesterday
    assert world.happened(visit_of(mia, self_registration=True)) == []


def test_somebody_uninvited_comes_in_only_where_the_organisation_allows_it() -> None:
    world = World()
    with pytest.raises(NotInvited):
        world.do(visit_of(principal("mia"), self_registration=False))
    happened = world.happened(visit_of(principal("mia"), self_registration=True))
    assert isinstance(happened[0], events.PersonActivated)
    assert not happened[0].invited


def test_a_program_doesnt_use_the_account_of_a_human_being() -> None:
    world = World()
    world.invited("bot")
    program = visit_of(principal("bot", "service"))
    with pytest.raises(NotInvited):
        world.do(program)
    world.do(visit_of(principal("bot")))
    with pytest.raises(NotInvited):
        world.do(program)


def test_programs_are_told_from_people() -> None:
    world = World()
    happened = world.happened(visit_of(principal("bot", "service"), self_registration=True))
    assert isinstance(happened[0], events.PersonActivated)
    assert happened[0].account == "service"


def test_a_suspended_person_may_not_visit_until_reinstated() -> None:
    world = World()
    mia = world.person("mia")
    assert world.happened(SuspendPerson(ADMIN, "mia")) == [
        events.PersonSuspended(person=mia.person_id, account="human", previous="active")
    ]
    assert world.happened(SuspendPerson(ADMIN, "mia")) == []
    world.wait(days=1)
    with pytest.raises(AccountSuspended):
        world.do(visit_of(mia, self_registration=True))
    assert world.happened(ReinstatePerson(ADMIN, "mia")) == [
        events.PersonReinstated(
            person=mia.person_id, account="human", status="active", previous="suspended"
        )
    ]
    assert world.happened(ReinstatePerson(ADMIN, "mia")) == []
    assert world.do(visit_of(mia, self_registration=True)).counted


def test_reinstating_somebody_who_was_never_here_doesnt_activate_them() -> None:
    world = World()
    world.invited("mia")
    world.do(SuspendPerson(ADMIN, "mia"))
    assert world.do(ReinstatePerson(ADMIN, "mia")).status is AccountStatus.INVITED


def test_an_erased_person_leaves_an_id_and_nothing_else() -> None:
    world = World()
    world.do(invite("mia", name="Mia", email="mia@example.org", department="sales"))
    mia = world.person("mia")
    happened = world.happened(ErasePerson(ADMIN, "mia"))
    assert happened == [
        events.PersonErased(
            person=mia.person_id,
            account="human",
            previous="active",
            ever_activated=True,
            erasure=erasure_id("mia"),
            texts="kept",
        )
    ]
    left = world.stored_person("mia")
    assert (left.profile, left.login, left.external_id, left.words) == (Profile(), None, None, ())
    with pytest.raises(PersonNotFound):
        world.do(ErasePerson(ADMIN, "mia"))
    with pytest.raises(PersonWasErased):
        world.do(visit_of(mia, self_registration=True))
    with pytest.raises(PersonExists):
        world.do(invite("mia"))


def test_only_administrators_erase() -> None:
    world = World()
    mia = world.person("mia")
    for someone in (mia, principal("directory", "service")):
        with pytest.raises(NotAllowed):
            world.do(ErasePerson(someone, "mia"))


def test_an_administrator_who_erases_themselves_isnt_named_as_the_actor() -> None:
    world = World()
    ada = world.person("ada", "admin")
    world.do(ErasePerson(ada, "ada"))
    assert world.events[-1].actor is None


@pytest.mark.parametrize("end", [SuspendPerson, ErasePerson])
def test_who_was_an_administrator_a_moment_ago_does_nothing_more(
    end: type[SuspendPerson] | type[ErasePerson],
) -> None:
    world = World()
    world.invited("otto")
    mia = world.person("mia", "admin")
    world.do(end(ADMIN, "mia"))
    with pytest.raises((AccountSuspended, PersonWasErased)):
        world.do(invite_by(mia, "eve"))
    with pytest.raises((AccountSuspended, PersonWasErased)):
        world.do(SuspendPerson(mia, "otto"))
    with pytest.raises((AccountSuspended, PersonWasErased)):
        world.group(mia)
