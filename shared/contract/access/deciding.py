"""The two questions: does the person see the thing, and does one of the action's hats fit?"""

from shared.contract.access.actions import READING, Action
from shared.contract.access.hats import FITS, OF_PROGRAMS, Hat
from shared.contract.access.refusals import NotAllowed, NotVisible, PersonSuspended
from shared.contract.access.resource import MODERATORS, NOTHING_SPECIAL, Resource, Visibility
from shared.contract.access.table import ALLOWED
from shared.contract.principal import Principal


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
        PersonSuspended: They are suspended and wanted more than to read.
        NotAllowed: They see it, and none of the action's hats fits.
    """
    hats = ALLOWED[action]
    program = "service" in principal.roles
    # Who is in a group is inside of it, and what programs are there for.
    if not sees(principal, resource) and not (program and Hat.SERVICE in hats):
        raise NotVisible
    if resource.suspended and action not in READING:
        raise PersonSuspended
    for hat in hats:
        if FITS[hat](principal, resource) and (not program or hat in OF_PROGRAMS):
            return
    raise NotAllowed
