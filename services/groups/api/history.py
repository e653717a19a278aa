"""Acts of before, as people, groups, memberships and channels.

How many groups a person may be in, and channels a group may have, isn't asked: like quotas these
numbers bound what one person can do to everybody's lists, and no history.
"""

from fastapi import APIRouter

from services.groups.api.channels import ChannelIn, ChannelPatchIn
from services.groups.api.groups import GroupIn, GroupPatchIn
from services.groups.api.members import RoleIn
from services.groups.api.models import PersonIn, invitation
from services.groups.commands.channels import ArchiveChannel, ChangeChannel, CreateChannel
from services.groups.commands.groups import ArchiveGroup, ChangeGroup, CreateGroup, RestoreGroup
from services.groups.commands.leaving import LeaveOrganisation
from services.groups.commands.members import ChangeRole, JoinGroup, LeaveGroup, RemoveMember
from services.groups.commands.people import (
    ReinstatePerson,
    SuspendPerson,
)
from services.groups.commands.visits import RecordPastVisit
from services.groups.config import GroupsSettings
from services.groups.domain.channel import Channel
from services.groups.domain.group import Group
from services.groups.domain.person import Person
from shared.web.http import given
from shared.web.http.routing.history import AskedAct, BuildAct, MadeOnce, add_history_route

router = APIRouter(prefix="/v1")


def _person(asked: AskedAct) -> MadeOnce:
    settings: GroupsSettings = asked.state.settings
    command = invitation(settings, asked.principal, asked.person_id, asked.read(PersonIn))
    return MadeOnce(command, Person, command.person_id)


def _group(asked: AskedAct) -> MadeOnce:
    """A group; the target is the id of its first channel."""
    body = asked.read(GroupIn)
    command = CreateGroup(
        asked.principal,
        asked.id,
        asked.target,
        kind=body.kind,
        visibility=body.visibility,
        name=body.name,
        purpose=body.purpose,
        tags=body.topics,
    )
    return MadeOnce(command, Group, command.group_id)


def _change_group(asked: AskedAct) -> ChangeGroup:
    body = asked.read(GroupPatchIn)
    return ChangeGroup(
        asked.principal,
        asked.target,
        name=given(body.name),
        purpose=given(body.purpose),
        tags=given(body.topics),
        visibility=given(body.visibility),
        expected=None,
    )


def _channel(asked: AskedAct) -> MadeOnce:
    """A channel of the group that is the target."""
    body = asked.read(ChannelIn)
    command = CreateChannel(
        asked.principal,
        asked.target,
        asked.id,
        kind=body.kind,
        name=body.name,
        description=body.description,
    )
    return MadeOnce(command, Channel, command.channel_id)


def _change_channel(asked: AskedAct) -> ChangeChannel:
    body = asked.read(ChannelPatchIn)
    return ChangeChannel(
        asked.principal,
        asked.target,
        kind=given(body.kind),
        name=given(body.name),
        description=given(body.description),
        expected=None,
    )


ACTS: dict[str, BuildAct] = {
    "create_person": _person,
    "visit": lambda asked: RecordPastVisit(asked.principal),
    "suspend_person": lambda asked: SuspendPerson(asked.principal, asked.target),
    "reinstate_person": lambda asked: ReinstatePerson(asked.principal, asked.target),
    "leave_organisation": lambda asked: LeaveOrganisation(asked.principal, asked.target),
    "create_group": _group,
    "change_group": _change_group,
    "archive_group": lambda asked: ArchiveGroup(asked.principal, asked.target),
    "restore_group": lambda asked: RestoreGroup(asked.principal, asked.target),
    "join_group": lambda asked: JoinGroup(asked.principal, asked.target),
    "leave_group": lambda asked: LeaveGroup(asked.principal, asked.target),
    "remove_member": lambda asked: RemoveMember(asked.principal, asked.target, asked.person_id),
    "change_role": lambda asked: ChangeRole(
        asked.principal, asked.target, asked.person_id, asked.read(RoleIn).role
    ),
    "create_channel": _channel,
    "change_channel": _change_channel,
    "archive_channel": lambda asked: ArchiveChannel(asked.principal, asked.target),
}
"""By the `operationId` of the route that each stands for."""

add_history_route(router, "groups", ACTS, owns_people=True)
