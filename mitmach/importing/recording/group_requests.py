"""Acts about people, groups, memberships and channels, as requests."""

from collections.abc import Iterator

from mitmach.importing import acts
from mitmach.importing.causes import Sort
from mitmach.importing.recording.requests import ADMIN, DIRECTORY, Request, World


def person(_world: World, act: acts.PersonCame) -> Iterator[Request]:
    """Somebody is known to the organisation, and here for the first time."""
    body = {
        "external_id": act.id if act.external_id is None else act.external_id,
        "name": act.name,
        "account": act.account,
    }
    for name in ("email", "department", "location"):
        if (given := getattr(act, name)) is not None:
            body[name] = given
    writes = (f"person {act.id}",)
    yield Request(
        service="groups",
        operation="create_person",
        roles=DIRECTORY,
        about=act.id,
        body=body,
        writes=writes,
    )
    # News of people reach other services in any order: who comes later may not be ahead.
    yield Request(service="groups", operation="visit", actor=act.id, writes=(*writes, "everyone"))


def account(
    _world: World, act: acts.PersonSuspended | acts.PersonReinstated | acts.PersonLeft
) -> Request:
    """An account is barred, in use again, or its person leaves."""
    operation = {
        acts.PersonSuspended: "suspend_person",
        acts.PersonReinstated: "reinstate_person",
        acts.PersonLeft: "leave_organisation",
    }[type(act)]
    # Who is counted changes in all of their groups.
    return Request(
        service="groups",
        operation=operation,
        roles=DIRECTORY,
        about=act.person,
        writes=(f"person {act.person}", "everyone", "all groups"),
    )


def group(world: World, act: acts.GroupFounded) -> Request:
    """A group is founded."""
    roles = world.held(act.by, *(("editor",) if act.type == "pilot" else ()))
    return Request(
        service="groups",
        operation="create_group",
        actor=act.by,
        roles=roles,
        id=world.ids.thing(Sort.GROUP, act.id),
        target=world.ids.first_channel(act.id),
        body={
            "kind": act.type,
            "visibility": act.visibility,
            "name": act.name,
            "purpose": act.purpose,
            "topics": list(act.topics),
        },
        reads=(f"person {act.by}",),
        writes=(f"group {act.id}", f"members {act.id}"),
    )


def archive(world: World, act: acts.GroupArchived | acts.GroupRestored) -> Request:
    """A group becomes read-only, or is in use again."""
    operation = "archive_group" if isinstance(act, acts.GroupArchived) else "restore_group"
    actor, roles = world.by(act.by)
    return Request(
        service="groups",
        operation=operation,
        actor=actor,
        roles=roles,
        target=world.ids.thing(Sort.GROUP, act.group),
        reads=() if act.by is None else (f"person {act.by}",),
        writes=(f"group {act.group}",),
    )


def channel(world: World, act: acts.ChannelCreated) -> Iterator[Request]:
    """A channel; the first one for discussion came with its group, and gets its name."""
    actor, roles = world.by(act.by)
    first = act.type == "discussion" and (
        act.group not in world.with_channel or world.ids.first_channel_of(act.id) == act.group
    )
    if first:
        world.with_channel.add(act.group)
        world.ids.is_first_channel(act.id, act.group)
    made = world.ids.thing(Sort.CHANNEL, act.id)
    reads = (f"person {act.by}",) if act.by is not None else ()
    yield Request(
        service="groups",
        operation="change_channel" if first else "create_channel",
        actor=actor,
        roles=roles,
        id=None if first else made,
        target=made if first else world.ids.thing(Sort.GROUP, act.group),
        body={"name": act.name} if first else {"kind": act.type, "name": act.name},
        reads=(*reads, f"members {act.group}"),
        writes=(f"group {act.group}", f"channel {act.id}"),
    )


def join(world: World, act: acts.MemberJoined) -> Iterator[Request]:
    """Somebody becomes a member, perhaps one who leads."""
    group = world.ids.thing(Sort.GROUP, act.group)
    reads = (f"person {act.person}", f"group {act.group}")
    member, members = f"member {act.group} {act.person}", f"members {act.group}"
    # Whoever the source knows as a member was let in there: nobody has to be asked again.
    yield Request(
        service="groups",
        operation="join_group",
        actor=act.person,
        roles=world.held(act.person, "admin"),
        target=group,
        reads=reads,
        writes=(member,),
        adds=(members,),
    )
    if act.role != "member":
        yield Request(
            service="groups",
            operation="change_role",
            roles=ADMIN,
            about=act.person,
            target=group,
            body={"role": act.role},
            reads=reads,
            writes=(member, members),
        )


def leave(world: World, act: acts.MemberLeft) -> Request:
    """Somebody is a member no more."""
    return Request(
        service="groups",
        operation="leave_group",
        actor=act.person,
        roles=world.held(act.person),
        target=world.ids.thing(Sort.GROUP, act.group),
        reads=(f"person {act.person}", f"group {act.group}"),
        writes=(f"members {act.group}", f"member {act.group} {act.person}"),
    )
