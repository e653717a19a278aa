"""Access: every action for every kind of person, pinned. Changing a line here is a decision."""

from dataclasses import replace

import pytest

from shared.contract.access import (
    ALLOWED,
    HUMANS_ONLY,
    READING,
    AccountSuspended,
    Action,
    GroupRole,
    NotAllowed,
    NotVisible,
    Resource,
    Visibility,
    authorize,
    holds,
    sees,
)
from shared.contract.principal import Principal, Standing
from tests.support.in_memory import principal

# What each person is to the thing, and their platform roles; in the order of the table's columns.
PEOPLE: tuple[tuple[str, Resource, frozenset[str]], ...] = (
    ("outsider", Resource(), frozenset()),
    ("invited", Resource(invited=True), frozenset()),
    ("member", Resource(role=GroupRole.MEMBER), frozenset()),
    ("group moderator", Resource(role=GroupRole.MODERATOR), frozenset()),
    ("group owner", Resource(role=GroupRole.OWNER), frozenset()),
    ("author", Resource(own=True), frozenset()),
    ("organiser", Resource(organiser=True), frozenset()),
    ("editor", Resource(), frozenset({"editor"})),
    ("moderator", Resource(), frozenset({"moderator"})),
    ("analyst", Resource(), frozenset({"analyst"})),
    ("service", Resource(), frozenset({"service"})),
    ("importer", Resource(), frozenset({"importer"})),
    ("admin", Resource(), frozenset({"admin"})),
    ("suspended", Resource(role=GroupRole.OWNER, own=True, suspended=True), frozenset()),
)

# y: may, .: may not, s: is suspended. In an open group, where everyone sees everything.
#                      outsider
#                      | invited
#                      | | member
#                      | | | group moderator
#                      | | | | group owner
#                      | | | | | author
#                      | | | | | | organiser
#                      | | | | | | | editor
#                      | | | | | | | | moderator
#                      | | | | | | | | | analyst
#                      | | | | | | | | | | service
#                      | | | | | | | | | | | importer
#                      | | | | | | | | | | | | admin
#                      | | | | | | | | | | | | | suspended
TABLE = """
READ_PEOPLE            y y y y y y y y y y y y y y
READ_PERSON            y y y y y y y y y y y y y y
CREATE_PERSON          . . . . . . . . . . y . y s
CHANGE_PERSON          . . . . . y . . . . y . y s
CHANGE_EXTERNAL_ID     . . . . . . . . . . y . y s
SUSPEND_PERSON         . . . . . . . . . . y . y s
REINSTATE_PERSON       . . . . . . . . . . y . y s
LEAVE_ORGANISATION     . . . . . . . . . . y . y s
ERASE_PERSON           . . . . . . . . . . . . y s
READ_ERASURE           . . . . . . . . . . . . y .
VISIT                  y y y y y y y y y y y y y s
READ_GROUP             y y y y y y y y y y y y y y
CREATE_GROUP           y y y y y y y y y y . y y s
CREATE_PILOT           . . . . . . . y . . . . y s
CHANGE_GROUP           . . . . y . . . . . . . y s
ARCHIVE_GROUP          . . . . y . . . . . . . y s
DELETE_EMPTY_GROUP     . . . . y . . . . . . . y s
DELETE_GROUP           . . . . . . . . . . . . y s
READ_MEMBERS           y y y y y y y y y y y y y y
JOIN_GROUP             y y y y y y y y y y . y y s
REQUEST_MEMBERSHIP     y y y y y y y y y y . y y s
DECIDE_MEMBERSHIP      . . . y y . . . . . . . y s
INVITE                 . . . y y . . . . . y . y s
ANSWER_INVITATION      . y . . . . . . . . . . . s
LEAVE_GROUP            . . y y y . . . . . . . . s
REMOVE_MEMBER          . . . y y . . . . . y . y s
CHANGE_ROLE            . . . . y . . . . . . . y s
READ_CHANNEL           y y y y y y y y y y . y y y
CREATE_CHANNEL         . . . y y . . . . . . . y s
CHANGE_CHANNEL         . . . y y . . . . . . . y s
READ_POST              y y y y y y y y y y . y y y
PUBLISH_POST           . . y y y . . y . . . . y s
PUBLISH_NEWS           . . . y y . . y . . . . y s
EDIT_POST              . . . . . y . . . . . . . s
DELETE_POST            . . . y y y . . y . . . y s
READ_HISTORY           y y y y y y y y y y . y y y
COMMENT                . . y y y . . y . . . . y s
EDIT_COMMENT           . . . . . y . . . . . . . s
DELETE_COMMENT         . . . y y y . . y . . . y s
REACT                  y y y y y y y y y y . y y s
VIEW                   y y y y y y y y y y . y y s
SHARE                  y y y y y y y y y y . y y s
READ_FEED              y y y y y y y y y y . y y y
READ_CONTEST           y y y y y y y y y y . y y y
CREATE_CONTEST         . . . y y . . y . . . . y s
CREATE_CONTEST_FOR_ALL . . . . . . . y . . . . y s
CHANGE_CONTEST         . . . . . . y . . . . . . s
ADVANCE_CONTEST        . . . . . . y . . . . . y s
ENTER_CONTEST          . . y y y . . . . . . . . s
EDIT_ENTRY             . . . . . y . . . . . . . s
REVIEW_ENTRY           . . . . . . y . . . . . y s
REJECT_IN_VOTE         . . . . . . y . y . . . y s
CAST_BALLOT            . . y y y . . . . . . . . s
READ_RESULT            y y y y y y y y y y . y y y
RECORD_ACT             . . . . . . . . . . . y . s
READ_DEFINITIONS       y y y y y y y y y y . y y y
READ_KPIS              . . . . . . . . . y . . y .
READ_GROUP_FIGURES     . . . . y . . . . y . . y .
READ_POST_FIGURES      . . . . y y . . . y . . y y
READ_CONTEST_FIGURES   . . . . . . y . . y . . y .
WATCH_LIVE             . . . . . . . . . y . . y s
"""

ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()}


def verdict(principal: Principal, action: Action, resource: Resource) -> str:
    try:
        authorize(principal, action, resource)
    except NotVisible:
        return "-"
    except AccountSuspended:
        return "s"
    except NotAllowed:
        return "."
    return "y"


def test_every_action_has_a_row_and_a_rule() -> None:
    assert set(ROWS) == {action.name for action in Action}
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name)
def test_an_action_is_allowed_to_exactly_these(action: Action) -> None:
    found = [
        verdict(Principal("anna", roles, Standing.ACTIVE), action, resource)
        for _, resource, roles in PEOPLE
    ]
    assert found == ROWS[action.name]


# Who sees what, by the group's visibility: the group itself, and what is inside of it.
SIGHT = """
outsider         open:yy closed:y- secret:--
invited          open:yy closed:y- secret:y-
member           open:yy closed:yy secret:yy
group moderator  open:yy closed:yy secret:yy
group owner      open:yy closed:yy secret:yy
author           open:yy closed:y- secret:--
editor           open:yy closed:y- secret:--
moderator        open:yy closed:yy secret:yy
analyst          open:yy closed:y- secret:--
importer         open:yy closed:y- secret:--
service          open:y- closed:y- secret:y-
admin            open:yy closed:yy secret:yy
suspended        open:yy closed:y- secret:--
"""


@pytest.mark.parametrize("line", SIGHT.strip().splitlines())
def test_what_is_in_a_closed_or_secret_group_is_seen_by_those_inside(line: str) -> None:
    name, expected = line[:17].strip(), line[17:].split()
    _, facts, roles = next(person for person in PEOPLE if person[0] == name)
    found = []
    for visibility in Visibility:
        seen = ""
        for content in (False, True):
            resource = Resource(
                visibility=visibility,
                content=content,
                role=facts.role,
                invited=facts.invited,
                suspended=facts.suspended,
                own=facts.own,
            )
            seen += "y" if sees(Principal("anna", roles, Standing.ACTIVE), resource) else "-"
        found.append(f"{visibility}:{seen}")
    assert found == expected


ANNA = Principal("anna", standing=Standing.ACTIVE)
ADMIN = Principal("root", frozenset({"admin"}), Standing.ACTIVE)


def test_a_draft_is_seen_by_its_author_alone_not_even_by_an_admin() -> None:
    assert sees(ANNA, Resource(draft=True, own=True))
    assert sees(ANNA, Resource(draft=True, organiser=True))
    assert not sees(ANNA, Resource(draft=True, role=GroupRole.OWNER))
    assert not sees(ADMIN, Resource(draft=True))


def test_what_was_hidden_is_seen_by_its_author_and_those_who_moderate() -> None:
    assert sees(ANNA, Resource(hidden=True, own=True))
    assert sees(ANNA, Resource(hidden=True, role=GroupRole.MODERATOR))
    assert sees(ADMIN, Resource(hidden=True))
    assert not sees(ANNA, Resource(hidden=True, role=GroupRole.MEMBER))
    assert not sees(ANNA, Resource(hidden=True, role=GroupRole.MODERATOR, suspended=True))


def test_everyone_is_a_member_of_the_group_of_everyone() -> None:
    everyone = Resource(everyone=True, content=True, visibility=Visibility.CLOSED)
    authorize(ANNA, Action.PUBLISH_POST, everyone)
    with pytest.raises(NotAllowed):
        authorize(ANNA, Action.PUBLISH_NEWS, everyone)


def test_a_closed_group_is_entered_by_invitation_only() -> None:
    with pytest.raises(NotAllowed):
        authorize(ANNA, Action.JOIN_GROUP, Resource(visibility=Visibility.CLOSED))
    authorize(ANNA, Action.JOIN_GROUP, Resource(visibility=Visibility.SECRET, invited=True))
    authorize(ANNA, Action.REQUEST_MEMBERSHIP, Resource(visibility=Visibility.CLOSED))


def test_what_isnt_seen_is_missing_and_not_forbidden() -> None:
    secret = Resource(visibility=Visibility.SECRET)
    for action in Action:
        with pytest.raises(NotVisible):
            authorize(ANNA, action, secret)


def test_a_suspended_person_reads_and_does_nothing_else() -> None:
    for action in Action:
        if action not in READING:
            with pytest.raises(AccountSuspended):
                authorize(ANNA, action, Resource(suspended=True, own=True))


def test_a_program_for_provisioning_is_nobodys_member() -> None:
    program = Principal("directory", frozenset({"service"}), Standing.ACTIVE)
    inside = Resource(visibility=Visibility.SECRET, content=True, role=GroupRole.OWNER)
    authorize(program, Action.READ_MEMBERS, inside)
    authorize(program, Action.INVITE, inside)
    for action in set(Action) - {Action.READ_MEMBERS, Action.INVITE}:
        if "service" not in ALLOWED[action]:
            with pytest.raises(NotVisible):
                authorize(program, action, inside)
            with pytest.raises(NotAllowed):
                authorize(program, action, Resource(role=GroupRole.OWNER, invited=True))


@pytest.mark.parametrize("roles", [(), ("service",), ("admin", "editor", "moderator")])
def test_programs_neither_enter_contests_nor_vote(roles: tuple[str, ...]) -> None:
    assert {Action.ENTER_CONTEST, Action.CAST_BALLOT} == HUMANS_ONLY
    everywhere = Resource(everyone=True, role=GroupRole.OWNER)
    bot = Principal("bot", frozenset(roles), Standing.ACTIVE, human=False)
    for action in HUMANS_ONLY:
        authorize(ANNA, action, everywhere)
        with pytest.raises(NotAllowed):
            authorize(bot, action, everywhere)
    authorize(replace(bot, roles=frozenset()), Action.COMMENT, everywhere)


@pytest.mark.parametrize("human", [True, False])
@pytest.mark.parametrize("standing", Standing)
def test_a_token_with_the_role_service_is_a_programs_whatever_its_account(
    standing: Standing, human: bool
) -> None:
    for roles in ((), ("admin",), ("service",), ("service", "admin")):
        caller = principal("both", *roles, standing=standing, human=human)
        assert caller.human == (human and "service" not in roles)


def test_a_role_of_the_platform_beside_it_counts_for_a_program_too() -> None:
    both = Principal("both", frozenset({"service", "analyst"}), Standing.ACTIVE)
    authorize(both, Action.READ_KPIS)
    with pytest.raises(NotAllowed):
        authorize(both, Action.CREATE_GROUP)


def test_every_hat_of_the_table_can_be_tried_on() -> None:
    for grants in ALLOWED.values():
        for grant in grants:
            assert holds(ADMIN, grant, Resource()) in {True, False}
