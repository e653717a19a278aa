"""From acts of the source to what the platform is asked, in the order in which they happened."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mitmach.importing import acts
from mitmach.importing.acts import AnyAct
from mitmach.importing.causes import made_by
from mitmach.importing.recording import group_requests, post_requests
from mitmach.importing.recording.requests import Request, World

_Translate = Callable[[World, Any], Iterable[Request]]


def _one(translate: Callable[[World, Any], Request]) -> _Translate:
    return lambda world, act: (translate(world, act),)


def _roles(world: World, act: acts.RolesHeld) -> Iterable[Request]:
    """Platform roles are the identity provider's business: they are only remembered."""
    world.roles[act.person] = act.roles
    return ()


_TRANSLATIONS: Mapping[type[acts.Act], _Translate] = {
    acts.RolesHeld: _roles,
    acts.PersonCame: group_requests.person,
    acts.PersonSuspended: _one(group_requests.account),
    acts.PersonReinstated: _one(group_requests.account),
    acts.PersonLeft: _one(group_requests.account),
    acts.GroupFounded: _one(group_requests.group),
    acts.GroupArchived: _one(group_requests.archive),
    acts.GroupRestored: _one(group_requests.archive),
    acts.ChannelCreated: group_requests.channel,
    acts.MemberJoined: group_requests.join,
    acts.MemberLeft: _one(group_requests.leave),
    acts.PostPublished: _one(post_requests.post),
    acts.CommentAdded: _one(post_requests.comment),
    acts.Edited: _one(post_requests.edit),
    acts.Reacted: _one(post_requests.reaction),
    acts.ReactionTakenBack: _one(post_requests.reaction),
    acts.PostViewed: _one(post_requests.seen),
    acts.PostShared: _one(post_requests.seen),
    acts.Deleted: _one(post_requests.delete),
}


def requests_of(world: World, act: AnyAct) -> Iterable[Request]:
    """What the platform is asked for an act; nothing where it has nothing to be told.

    Args:
        world: What is known so far; takes note of what the act makes.
        act: The act.

    Raises:
        ThingUnknown: The act names something that the source never told of.
    """
    made = made_by(act)
    if made is not None:
        world.ids.note(made, act.at)
    return tuple(_TRANSLATIONS[type(act)](world, act))
