"""People come and go, groups are founded and joined: what a day begins with."""

from mitmach.demo.groups import CANTEEN, GROUPS, IT_HELP, NEWS
from mitmach.demo.organisation import LEADS, Colleague
from mitmach.demo.world import World
from mitmach.importing import acts
from shared.contract.events.vocabulary import MemberRole

PROGRAMS = {CANTEEN: "Canteen menu", IT_HELP: "IT watch"}
"""Programs with an account, by the group that they post in."""

# Hours of the day. On the first one everything is there before anybody opens the platform.
_GOING, _COMING, _FOUNDING, _JOINING = 3.5, 5.0, 6.0, 6.3
OPEN_FROM = 7.3
"""From this hour on newcomers and new groups take part in the day."""
_SECOND = 1 / 3600


def program_id(seed: int, group: int) -> str:
    """The id of the program that posts in a group."""
    return f"demo-{seed}-program-{group}"


def leads(world: World, group: int) -> tuple[Colleague, Colleague]:
    """Who owns a group, and who helps them."""
    others = LEADS - 1
    first, second = (world.people[1 + (group + shift) % others] for shift in (0, 4))
    return first, second


def begin_day(world: World, day: int) -> None:
    """Who goes has gone, who comes is there, and new groups are founded."""
    _go(world, day)
    newcomers = [person for person in world.people if person.arrives == day]
    for place, person in enumerate(newcomers):
        at = world.at(day, _COMING + place * 15 * _SECOND)
        world.happened.append(
            acts.PersonCame(
                at=at,
                id=person.id,
                name=person.name,
                external_id=person.id,
                department=person.department,
                location=person.location,
            )
        )
    if day == 0:
        _begin(world)
    for group, plan in enumerate(GROUPS):
        if group not in world.members and world.ninetieth(day) >= plan.founded:
            _found(world, day, group)
    place = 0
    for person in newcomers:
        for group in [group for group in person.wishes if world.is_lively(group, day)]:
            join(world, person, group, hours=_JOINING + place * 3 * _SECOND, day=day)
            place += 1


def join(
    world: World,
    person: Colleague,
    group: int,
    *,
    day: int,
    hours: float,
    role: MemberRole = "member",
) -> None:
    """Somebody becomes a member, unless they are one."""
    if group in person.groups:
        return
    person.groups.add(group)
    world.members[group].append(person)
    world.happened.append(
        acts.MemberJoined(
            at=world.at(day, hours), group=world.group_id(group), person=person.id, role=role
        )
    )


def _go(world: World, day: int) -> None:
    """Who leaves or is suspended on this day does nothing more on it; who is back may."""
    place = 0
    for person in world.people:
        at = world.at(day, _GOING + place * 60 * _SECOND)
        if person.leaves == day:
            world.happened.append(acts.PersonLeft(at=at, person=person.id))
            for group in person.groups:
                world.members[group].remove(person)
            person.groups.clear()
        elif person.barred is not None and day == person.barred[0]:
            world.happened.append(acts.PersonSuspended(at=at, person=person.id))
        elif person.barred is not None and day == person.barred[1]:
            world.happened.append(acts.PersonReinstated(at=at, person=person.id))
        else:
            continue
        place += 1


def _begin(world: World) -> None:
    """The editor gets the role, the programs get their accounts."""
    at = world.at(0, _FOUNDING - 60 * _SECOND)
    world.happened.append(acts.RolesHeld(at=at, person=world.editor.id, roles=("editor",)))
    for group, name in PROGRAMS.items():
        program = program_id(world.seed, group)
        world.happened.append(
            acts.PersonCame(at=at, id=program, name=name, external_id=program, account="service")
        )


def _found(world: World, day: int, group: int) -> None:
    """A group is founded with its channels, and those who lead it are in it."""
    plan, hours = GROUPS[group], _FOUNDING + group * 60 * _SECOND
    owner, helper = leads(world, group)
    by_editor = group == NEWS or plan.kind == "pilot"
    founder = world.editor if by_editor else owner
    world.happened.append(
        acts.GroupFounded(
            at=world.at(day, hours),
            id=world.group_id(group),
            by=founder.id,
            name=plan.name,
            purpose=plan.purpose,
            type=plan.kind,
            visibility=plan.visibility,
            topics=plan.topics,
        )
    )
    founder.groups.add(group)
    world.members[group] = [founder]
    world.channels[group] = []
    for place, (kind, name) in enumerate(plan.channels):
        channel = f"{world.group_id(group)}-channel-{place}"
        at = world.at(day, hours + (2 + place) * _SECOND)
        world.happened.append(
            acts.ChannelCreated(
                at=at, id=channel, group=world.group_id(group), by=founder.id, name=name, type=kind
            )
        )
        world.channels[group].append((kind, channel))
    join(world, owner, group, day=day, hours=hours + 10 * _SECOND, role="owner")
    join(world, helper, group, day=day, hours=hours + 12 * _SECOND, role="moderator")
    if group in PROGRAMS:
        at = world.at(day, hours + 14 * _SECOND)
        program = program_id(world.seed, group)
        world.happened.append(acts.MemberJoined(at=at, group=world.group_id(group), person=program))
