"""Where a person stands is asked first: by the web layer for every path, and by `authorize`."""

import pytest

from shared.contract.access import (
    READING,
    AccountSuspended,
    Action,
    GroupRole,
    NotVisible,
    PersonHasLeft,
    PersonNotActive,
    PersonWasErased,
    Resource,
    authorize,
)
from shared.contract.errors import Refusal
from shared.contract.principal import (
    ROLES,
    Claims,
    Identity,
    Principal,
    Standing,
    principal_of,
    standing_as,
)
from shared.web.identity import Everybody
from tests.support.identity import token_of
from tests.support.web import NOTE_ID, client_of, make_web_context, notes_app

GONE: dict[Standing, type[Refusal]] = {
    Standing.UNKNOWN: PersonNotActive,
    Standing.INVITED: PersonNotActive,
    Standing.LEFT: PersonHasLeft,
    Standing.ERASED: PersonWasErased,
}
OWNER = Resource(role=GroupRole.OWNER, own=True, organiser=True, everyone=True)
ANN = Claims("ann", ROLES, "login of ann")


class Standings(Everybody):
    """Knows everybody, who all stand alike."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def recall(self, claims: Claims) -> Principal:
        """The caller."""
        return principal_of(claims, Identity(claims.subject, self._standing))


@pytest.mark.parametrize("role", ["", *sorted(ROLES)])
@pytest.mark.parametrize("standing", GONE)
async def test_whoever_isnt_active_is_refused_before_any_route(
    standing: Standing, role: str
) -> None:
    app = notes_app(make_web_context(people=Standings(standing)))
    async with client_of(app, token_of("ann", [role] if role else [])) as client:
        answers = [
            await client.get(f"/v1/notes/{NOTE_ID}"),
            await client.put(f"/v1/notes/{NOTE_ID}/star", json={"kind": "gold"}),
            await client.post("/v1/notes", json={"text": "Hello"}),
            await client.get("/v1/nothing"),
        ]
    wanted = f"urn:mitmach:problem:{GONE[standing].slug}"
    assert [(one.status_code, one.json()["type"]) for one in answers] == [(403, wanted)] * 4
    waits = {one.headers.get("retry-after") for one in answers}
    assert waits == ({"1"} if GONE[standing] is PersonNotActive else {None})


async def test_who_comes_for_the_first_time_may_do_what_that_takes() -> None:
    web = make_web_context(people=Standings(Standing.UNKNOWN))
    web.arrivals = frozenset({("POST", "/v1/notes")})
    async with client_of(notes_app(web), token_of("ann")) as client:
        assert (await client.post("/v1/notes", json={"text": "Hello"})).status_code == 201
        assert (await client.get("/v1/notes")).status_code == 403


@pytest.mark.parametrize("standing", GONE)
@pytest.mark.parametrize("action", Action, ids=lambda action: action.name)
def test_no_action_is_theirs_whatever_they_were(action: Action, standing: Standing) -> None:
    caller = Principal("ann", ROLES, standing)  # as if roles hadn't been taken
    coming = action is Action.VISIT and GONE[standing] is PersonNotActive
    if not coming:
        with pytest.raises(GONE[standing]):
            authorize(caller, action, OWNER)


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name)
def test_the_suspended_do_nothing_and_no_role_of_theirs_counts(action: Action) -> None:
    caller = principal_of(ANN, Identity("ann", Standing.SUSPENDED))
    assert caller.roles == frozenset()
    if action not in READING:
        with pytest.raises((AccountSuspended, NotVisible)):
            authorize(caller, action, OWNER)


def test_roles_count_for_the_active_alone() -> None:
    counting = {one for one in Standing if principal_of(ANN, Identity("ann", one)).roles}
    assert counting == {Standing.ACTIVE}


def test_who_is_looked_up_again_stands_as_they_stand_now() -> None:
    before = principal_of(ANN, Identity("ann", Standing.ACTIVE))
    after = standing_as(before, Standing.ERASED)
    assert (after.standing, after.roles) == (Standing.ERASED, frozenset())
    assert standing_as(after, Standing.ACTIVE) == before
