"""The decision: does the person see the thing, and do they hold one of the action's grants?

Here too is what a person is answered who may not: that there is nothing, or that it isn't for them.
"""

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
from shared.contract.principal import Principal


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
    role = None if resource.suspended else resource.role
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
        NotVisible: They may not know that it exists.
        AccountSuspended: They are suspended and wanted more than to read.
        NotAllowed: They see it, and hold none of the action's grants, or are a program where only
            human beings may act.
    """
    grants = ALLOWED[action]
    program = "service" in principal.roles
    # Who is in a group is inside of it, and what programs are there for.
    if not sees(principal, resource) and not (program and Grant.SERVICE in grants):
        raise NotVisible
    if resource.suspended and action not in READING:
        raise AccountSuspended
    if resource.program and action in HUMANS_ONLY:
        raise NotAllowed("Only human beings enter contests and vote in them.")
    for grant in grants:
        if CONDITIONS[grant](principal, resource) and (not program or grant in GRANTS_OF_PROGRAMS):
            return
    raise NotAllowed
