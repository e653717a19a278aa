"""Who may see which figures: what is known of a caller, and the facts that access depends on."""

from dataclasses import dataclass, replace

from services.metrics.api.sources import Sources
from services.metrics.store.person_numbers import find_number
from services.metrics.store.read.communities import GroupFigures, find_group
from shared.audience import EVERYONE
from shared.contract.access import (
    MODERATORS,
    Action,
    GroupRole,
    NotVisible,
    Resource,
    Visibility,
    authorize,
)
from shared.contract.principal import Principal, Standing


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """An authenticated caller, and what metrics know of them.

    Attributes:
        principal: The person who asks.
        number: The caller's number in the figures; None for somebody of whom nothing was counted,
            or who needn't be looked up.
    """

    principal: Principal
    number: int | None = None

    def is_number(self, number: int | None) -> bool:
        """Whether this is the person that a stored number stands for."""
        return number is not None and number == self.number


async def known_caller(sources: Sources, principal: Principal) -> KnownCaller:
    """What is known of who asks. Those who may read every figure needn't be looked up."""
    if not principal.roles.isdisjoint(("analyst", "admin")):
        return KnownCaller(principal)
    return KnownCaller(principal, await find_number(sources.database, principal.person_id))


async def admit_to_group(
    sources: Sources, principal: Principal, group_id: str, action: Action
) -> GroupFigures:
    """The figures of a group that this person may see.

    Raises:
        NotVisible: It isn't there, or they may not know of it.
        NotAllowed: They may know of it, but its figures aren't for them.
    """
    group = await find_group(sources.database, group_id)
    everywhere = not principal.roles.isdisjoint(("analyst", "admin"))
    if group is None:
        if not everywhere:
            raise NotVisible
        authorize(principal, action)
        raise NotVisible
    authorize(principal, action, group_facts(group, await known_caller(sources, principal)))
    return group


def group_facts(group: GroupFigures, caller: KnownCaller) -> Resource:
    """What access to a group's figures depends on.

    Analysts see the figures of every group, also of those whose talk they may not read. Metrics
    know who leads a group; of its other members they know numbers alone.
    """
    person_id = caller.principal.person_id
    if "analyst" in caller.principal.roles or group.group_id == EVERYONE:
        visibility = Visibility.OPEN
    else:
        visibility = Visibility(group.visibility)
    role = None
    if person_id in group.owners:
        role = GroupRole.OWNER
    elif person_id in group.moderators:
        role = GroupRole.MODERATOR
    return Resource(visibility=visibility, role=role)


def post_facts(group: GroupFigures | None, author: int | None, caller: KnownCaller) -> Resource:
    """What access to a post's figures depends on.

    Authors see those of their own post wherever it is, also after they have left its group: it is
    theirs, and its figures tell no more than they did before.

    Args:
        group: The group that the post is in; None if it is gone, or hasn't been heard of yet.
        author: The author's number; None if nobody is known.
        caller: The person whose access is in question.
    """
    if group is None:
        group_resource = Resource(visibility=Visibility.SECRET)
    else:
        group_resource = group_facts(group, caller)
    own = caller.is_number(author) and caller.principal.standing is Standing.ACTIVE
    everywhere = own or "analyst" in caller.principal.roles
    return replace(
        group_resource,
        visibility=Visibility.OPEN if everywhere else group_resource.visibility,
        content=True,
        own=own,
    )


def contest_facts(
    group: GroupFigures | None, organiser: int | None, caller: KnownCaller
) -> Resource:
    """What access to a contest's figures depends on: who isn't let in learns not even that it is.

    Args:
        group: The group that the contest is in; None if it is gone, or hasn't been heard of yet.
        organiser: The number of the person who made it; None if nobody is known.
        caller: The person whose access is in question.
    """
    leads = group is not None and group_facts(group, caller).role in MODERATORS
    active = caller.principal.standing is Standing.ACTIVE
    return Resource(organiser=active and (leads or caller.is_number(organiser)))
