"""Who sees what of contests and entries: pure, of what is stored and of who looks."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from services.contests.domain.audience import (
    LEADING,
    Affiliations,
    Groups,
    GroupUnknown,
    content_of,
    is_there,
    may_know,
)
from services.contests.domain.contest import Contest, ContestNotFound
from services.contests.domain.entry import Entry
from shared.audience import EVERYONE
from shared.contract.access import (
    Action,
    NotAllowed,
    NotVisible,
    Resource,
    Visibility,
    authorize,
    sees,
)
from shared.contract.events.naming import NOBODY_APART
from shared.contract.principal import Principal

EACH_ENTRY: Final[Mapping[str, str]] = {"entrant": "entry_id", "ranking.entrant": "entry_id"}
"""Entrants with an alias for each entry: by field with people, where their scope is."""


def readers_of(group_id: str, visibility: Visibility) -> str:
    """The group whose members see what is in a group: that of everyone while it is open."""
    return EVERYONE if visibility is Visibility.OPEN else group_id


def contest_resource(
    contest: Contest, groups: Groups, who: Affiliations, principal: Principal
) -> Resource:
    """What access to a contest depends on, for somebody who sees it.

    It is organised by the person who made it and by those who lead its group, unless suspended.
    With its group it is gone.

    Raises:
        ContestNotFound: The person may not know of it.
    """
    if not is_there(groups, contest.group_id):
        raise ContestNotFound("Check the id.")
    content = content_of(groups.get(contest.group_id), contest.group_id, who)
    own = contest.organiser == principal.person_id
    resource = replace(
        content,
        own=own,
        organiser=own or (content.role in LEADING and not content.suspended),
        draft=contest.announced_at is None,
    )
    try:
        authorize(principal, Action.READ_CONTEST, resource)
    except NotVisible:
        raise ContestNotFound("Check the id.") from None
    return resource


def check_group_is_seen(
    groups: Groups, group_id: str, who: Affiliations, principal: Principal
) -> None:
    """Raises `GroupUnknown` unless a group is there and the person sees what is in it."""
    if group_id == EVERYONE:
        return
    content = content_of(groups.get(group_id), group_id, who)
    if not is_there(groups, group_id) or not sees(principal, content):
        raise GroupUnknown("Use the id of a group that you see.")


def is_allowed(principal: Principal, action: Action, resource: Resource) -> bool:
    """Whether a person who sees a contest may do this with it."""
    try:
        authorize(principal, action, resource)
    except NotAllowed:
        return False
    return True


def told_group(
    contest: Contest, groups: Groups, group_id: str, who: Affiliations, principal: Principal
) -> str | None:
    """The id of a group that the rules name; None where the person may not know of the group."""
    if group_id == contest.group_id:  # they see what is in it
        return group_id
    return group_id if may_know(principal, groups, group_id, who) else None


def is_shown(entry: Entry, person_id: str, *, decides: bool) -> bool:
    """Whether somebody who sees the contest sees this entry of it.

    Args:
        entry: The entry.
        person_id: The person who looks.
        decides: They are among those who decide about the entry.
    """
    return entry.stands or decides or entry.author == person_id


def masks_entrants(contest: Contest) -> bool:
    """Whether people are not to know who has entered what."""
    return contest.rules.anonymous and contest.phase != "published"


def shows_entrant(contest: Contest, entry: Entry) -> bool:
    """Whether everybody who sees the contest sees who has entered this.

    Events say of nobody else that they came after the announcement: the list of a group's members
    says since when each is in it, and so who that is.
    """
    return entry.stands and not masks_entrants(contest)


def concealing_scope(contest: Contest, groups: Groups) -> str | None:
    """In which scope people in a contest's group have their aliases, if events may not name them.

    Returns:
        None for the group of everyone and for an open one: who is in there is shown to everybody.
    """
    if contest.group_id == EVERYONE:
        return None
    group = groups.get(contest.group_id)
    return contest.group_id if group is None else group.scope


def told_apart(contest: Contest, groups: Groups) -> Mapping[str, str]:
    """Whose aliases are joined with nothing else in a group that isn't open.

    Returns:
        Each entrant of a contest that the group may have shown while it was open, since an event
        may have named them: by field with people, the field whose value is their scope.
    """
    group = groups.get(contest.group_id)
    announced = contest.announced_at
    if group is None or announced is None or not group.may_have_shown(announced):
        return NOBODY_APART
    return EACH_ENTRY


def names_author(contest: Contest, entry: Entry, person_id: str, *, organiser: bool) -> bool:
    """Whether this person may know who entered the entry."""
    return not masks_entrants(contest) or organiser or entry.author == person_id


def list_position(entry_id: str, person_id: str, *, shuffled: bool) -> str:
    """Where an entry comes in a person's list: the list is sorted by this.

    By the time of entry; but while it matters who is on top (`SHUFFLED`), in an order that is
    another for every person and always the same for each. It depends on nothing but two ids, so it
    gives no vote away.
    """
    if not shuffled:
        return entry_id
    return hashlib.blake2b(f"{person_id}:{entry_id}".encode(), digest_size=16).hexdigest()
