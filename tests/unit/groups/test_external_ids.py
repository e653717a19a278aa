"""What the identity provider calls people changes, and they stay who they are."""

import pytest

from services.groups.commands.external_ids import ChangeExternalId
from services.groups.commands.people import ErasePerson, ReinstatePerson
from services.groups.domain.person import AccountStatus, PersonChangedMeanwhile, PersonNotFound
from services.groups.domain.registration import NotInvited, OwnExternalId, PersonIdInvalid
from shared.audience import Login
from shared.contract.access import NotAllowed
from shared.contract.events import people as events
from shared.contract.events.envelope import EventData
from shared.contract.events.logins import LoginTold
from shared.contract.principal import Principal, Standing
from tests.support.in_memory import principal
from tests.unit.groups.world import ADMIN, World, visit_of


def renamed(
    person_id: str,
    external_id: str,
    *,
    by: Principal = ADMIN,
    expected: frozenset[int] | None = None,
) -> ChangeExternalId:
    return ChangeExternalId(
        by, person_id, external_id, principal(external_id).login, expected=expected
    )


def leads_to(world: World, external_id: str) -> tuple[str | None, Standing]:
    """Whom a token with this subject leads to, and where they stand."""
    login = world.find(Login, principal(external_id).login)
    return login.person, login.standing


def logins_told(world: World, command: ChangeExternalId) -> tuple[list[EventData], list[LoginTold]]:
    """What a command tells the world, and what services alone."""
    told = [occurred.data for occurred in world.changes(command).events]
    logins = [data for data in told if isinstance(data, LoginTold)]
    return [data for data in told if not isinstance(data, LoginTold)], logins


def test_a_login_moves_and_the_one_before_is_nobodys() -> None:
    world = World()
    world.person("mia")
    told, logins = logins_told(world, renamed("mia", "mia.new"))
    assert told == []
    assert {(one.login, one.person, one.standing) for one in logins} == {
        (principal("mia.new").login, "mia", "active"),
        (principal("mia").login, None, "unknown"),
    }
    assert leads_to(world, "mia.new") == ("mia", Standing.ACTIVE)
    assert leads_to(world, "mia") == (None, Standing.UNKNOWN)
    person = world.stored_person("mia")
    assert (person.external_id, person.version) == ("mia.new", 2)
    world.wait(days=1)
    assert world.do(visit_of(principal("mia.new"))).person_id == "mia"
    with pytest.raises(NotInvited):
        world.do(visit_of(principal("mia"), self_registration=False))


def test_saying_it_again_changes_nothing() -> None:
    world = World()
    world.person("mia")
    world.do(renamed("mia", "mia.new"))
    assert world.happened(renamed("mia", "mia.new", expected=frozenset({1}))) == []
    assert world.changes(renamed("mia", "mia.new")).put == ()


def test_an_account_that_a_visit_has_made_since_loses_its_login_and_has_left() -> None:
    world = World()
    mia = world.person("mia")
    world.person("mia.new")
    told, logins = logins_told(world, renamed("mia", "mia.new"))
    assert told == [
        events.PersonLeft(person="mia.new", account="human", previous="active", ever_activated=True)
    ]
    # One word about each login: the new one is told of once.
    assert len(logins) == len({one.login for one in logins}) == 2
    assert leads_to(world, "mia.new") == (mia.person_id, Standing.ACTIVE)
    other = world.stored_person("mia.new")
    assert (other.status, other.login, other.external_id) == (AccountStatus.LEFT, None, None)
    assert other.unsettled_since is not None
    # Whoever it was after all comes back, and is called something else.
    world.do(ReinstatePerson(ADMIN, "mia.new"))
    world.do(renamed("mia.new", "somebody"))
    assert leads_to(world, "somebody") == ("mia.new", Standing.ACTIVE)


def test_names_that_were_exchanged_are_mended_one_after_the_other() -> None:
    world = World()
    world.person("mia")
    world.person("otto")
    world.do(renamed("mia", "otto"))
    world.do(renamed("otto", "mia"))
    world.do(ReinstatePerson(ADMIN, "otto"))
    assert leads_to(world, "otto") == ("mia", Standing.ACTIVE)
    assert leads_to(world, "mia") == ("otto", Standing.ACTIVE)


def test_somebody_invited_without_one_gets_what_they_sign_in_with() -> None:
    world = World()
    world.invited("mia")
    world.do(renamed("mia", "mia.new"))
    assert leads_to(world, "mia.new") == ("mia", Standing.INVITED)
    assert world.do(visit_of(principal("mia.new"), self_registration=False)).activated


def test_what_somebody_erased_signed_in_with_is_free_again_where_the_organisation_says_so() -> None:
    world = World()
    world.person("mia")
    world.person("otto")
    world.do(ErasePerson(ADMIN, "otto"))
    assert leads_to(world, "otto") == (None, Standing.ERASED)
    world.do(renamed("mia", "otto"))
    assert leads_to(world, "otto") == ("mia", Standing.ACTIVE)


def test_nobody_takes_away_what_they_sign_in_with_themselves() -> None:
    world = World()
    ada = world.person("ada", "admin")
    world.person("mia")
    with pytest.raises(OwnExternalId):
        world.do(renamed("mia", "ada", by=ada))
    assert leads_to(world, "ada") == ("ada", Standing.ACTIVE)


@pytest.mark.parametrize("role", ["admin", "service"])
def test_nobody_changes_what_they_sign_in_with_themselves(role: str) -> None:
    world = World()
    ada = world.person("ada", role)
    with pytest.raises(OwnExternalId):
        world.do(renamed("ada", "ada.new", by=ada))
    assert leads_to(world, "ada") == ("ada", Standing.ACTIVE)
    world.do(renamed("ada", "ada", by=ada))  # which changes nothing


def test_only_administrators_and_directories_say_what_people_are_called() -> None:
    world = World()
    mia = world.person("mia")
    for someone in (mia, world.person("otto")):
        with pytest.raises(NotAllowed):
            world.do(renamed("mia", "mia.new", by=someone))
    world.do(renamed("mia", "mia.new", by=principal("directory", "service")))
    with pytest.raises(PersonNotFound):
        world.do(renamed("nobody", "nobody.new"))


def test_a_change_of_a_stale_version_or_to_what_no_token_could_name_is_refused() -> None:
    world = World()
    world.person("mia")
    with pytest.raises(PersonChangedMeanwhile):
        world.do(renamed("mia", "mia.new", expected=frozenset({7})))
    for bad in ("", "a\nb", "ä"):
        with pytest.raises(PersonIdInvalid):
            world.do(renamed("mia", bad))
