"""The decision: is the person active, do they see the thing, do they hold a grant of the action?

Here too is what a person is answered who may not: that there is nothing, or that it isn't for them.
"""

from dataclasses import replace

from shared.contract.access.actions import HUMANS_ONLY, READING, Action
from shared.contract.access.grants import (
    CONDITIONS,
    GRANTS_OF_PROGRAMS,
    MODERATORS,
    NOTHING_SPECIAL,
    Grant,
    Resource,
    Visibility,
)
from shared.contract.access.table import ALLOWED
from shared.contract.errors import Category, Refusal
from shared.contract.principal import Principal, Standing, standing_as


class NotVisible(Refusal):
    """It isn't there, or this person may not know of it: the answer is the same for both."""

    category = Category.MISSING
    title = "There is no such thing"

    def __init__(self, detail: str = "It doesn't exist, or you may not see it.") -> None:
        super().__init__(detail)


class NotAllowed(Refusal):
    """It may be seen; this person may not do that with it."""

    category = Category.FORBIDDEN
    title = "You may not do this"

    def __init__(
        self, detail: str = "Ask someone whose role in the group or on the platform allows it."
    ) -> None:
        super().__init__(detail)


class AccountSuspended(NotAllowed):
    """A suspended person may read what they could read as an outsider, and do nothing."""

    title = "This account is suspended"
    slug = "person-suspended"

    def __init__(
        self, detail: str = "Ask an administrator of the platform to reinstate it."
    ) -> None:
        super().__init__(detail)


class PersonNotActive(Refusal):
    """They were never here, or nothing has been heard of their first visit yet."""

    category = Category.FORBIDDEN
    title = "Only active people take part"
    retry_after = 1

    def __init__(
        self,
        detail: str = "Post a visit to /v1/me/visits; if that has just been done, try again in a"
        " moment.",
    ) -> None:
        super().__init__(detail)


class PersonHasLeft(Refusal):
    """They have left the organisation; their token lives a while longer."""

    category = Category.FORBIDDEN
    title = "This account isn't in use any more"

    def __init__(
        self, detail: str = "Ask an administrator of the platform if that is a mistake."
    ) -> None:
        super().__init__(detail)


class PersonWasErased(Refusal):
    """They were erased; their token lives a while longer."""

    category = Category.FORBIDDEN
    title = "This account was erased"

    def __init__(self, detail: str = "It can't be used again.") -> None:
        super().__init__(detail)


def check_standing(principal: Principal, *, arriving: bool = False) -> None:
    """Returns if the person is active, or suspended: what those may, the access table says.

    Args:
        principal: The person.
        arriving: Whether it is the one thing that somebody does who isn't active yet: to come.

    Raises:
        PersonNotActive: They aren't active yet, as far as is known.
        PersonHasLeft: They were.
        PersonWasErased: Nobody is known any more.
    """
    standing = principal.standing
    if standing is Standing.ACTIVE or standing is Standing.SUSPENDED:
        return
    if standing is Standing.ERASED:
        raise PersonWasErased
    if standing is Standing.LEFT:
        raise PersonHasLeft
    if not arriving:
        raise PersonNotActive


def sees(principal: Principal, resource: Resource) -> bool:
    """Whether the person may know that the thing exists.

    Administrators and platform moderators see everything but other people's drafts, because they
    answer for it and handle reports. A program with the role `service` sees groups, because it puts
    people into them, and nothing of what they talk about, be they open.
    """
    if resource.draft and not (resource.own or resource.organiser):
        return False
    roles = principal.roles
    if roles:
        if "admin" in roles or "moderator" in roles:
            return True
        if "service" in roles:
            return not resource.content
    barred = resource.suspended or principal.standing is Standing.SUSPENDED
    role = None if barred else resource.role
    if resource.hidden and not (resource.own or role in MODERATORS):
        return False
    if resource.visibility is Visibility.OPEN or resource.everyone or role is not None:
        return True
    if resource.content:
        return False
    return resource.visibility is Visibility.CLOSED or resource.invited


def authorize(principal: Principal, action: Action, resource: Resource = NOTHING_SPECIAL) -> None:
    """Returns if the person may do it, else raises.

    Raises:
        PersonNotActive: They aren't active yet; see `check_standing`, which is asked first.
        PersonHasLeft: They don't belong to the organisation any more.
        PersonWasErased: They were erased.
        NotVisible: They may not know that it exists.
        AccountSuspended: They are suspended and wanted more than to read.
        NotAllowed: They see it, and hold none of the action's grants, or are a program where only
            human beings may act.
    """
    if resource.standing is not None:
        principal = standing_as(principal, resource.standing)
    suspended = resource.suspended
    if principal.standing is not Standing.ACTIVE:
        check_standing(principal, arriving=action is Action.VISIT)
        if principal.standing is Standing.SUSPENDED and not suspended:
            suspended, resource = True, replace(resource, suspended=True)
    grants = ALLOWED[action]
    program = "service" in principal.roles
    # Who is in a group is inside of it, and what programs are there for.
    if not sees(principal, resource) and not (program and Grant.SERVICE in grants):
        raise NotVisible
    if suspended and action not in READING:
        raise AccountSuspended
    if not principal.human and action in HUMANS_ONLY:
        raise NotAllowed("Only human beings enter contests and vote in them.")
    for grant in grants:
        if CONDITIONS[grant](principal, resource) and (not program or grant in GRANTS_OF_PROGRAMS):
            return
    raise NotAllowed
