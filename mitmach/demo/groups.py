"""The first act: people arrive, found groups with channels, and join them."""

from mitmach.demo.organisation import GROUPS, Colleague
from mitmach.demo.simulation import ADMIN, ANALYST, EDITOR, Simulation

# People in one request.
_BATCH = 100


async def arrive(simulation: Simulation) -> None:
    """The directory provisions the people; nine in ten come."""
    call = simulation.client.call
    everyone = simulation.community.people
    await call("POST", "/v1/me/visits", ADMIN, roles=("admin",), deed="visits")
    for start in range(0, len(everyone), _BATCH):
        entries = [
            {
                "external_id": person.id,
                "name": person.name,
                "department": person.department,
                "location": person.location,
            }
            for person in everyone[start : start + _BATCH]
        ]
        body = {"people": entries}
        await call("POST", "/v1/people:batch", ADMIN, body=body, roles=("admin",))
    coming = [person for person in everyone if simulation.rng.random() < 0.93]
    simulation.community.people = coming
    visitors = [*(person.id for person in coming), EDITOR, ANALYST]
    await simulation.together(_visit(simulation, who) for who in visitors)


async def _visit(simulation: Simulation, who: str) -> None:
    visit = await simulation.client.call("POST", "/v1/me/visits", who, deed="visits")
    simulation.community.ids[who] = visit["person_id"]


async def found_groups(simulation: Simulation) -> None:
    """Each group is founded by someone who will be in it; then the others join."""
    await simulation.together(_found(simulation, index) for index in range(len(GROUPS)))
    await simulation.together(
        _join(simulation, person, index)
        for person in simulation.community.people
        for index in person.groups
    )


async def _found(simulation: Simulation, index: int) -> None:
    plan = GROUPS[index]
    call = simulation.client.call
    founder = simulation.founder(index)
    body = {
        "name": plan.name,
        "kind": plan.kind,
        "visibility": plan.visibility,
        "topics": list(plan.topics),
        "purpose": plan.purpose,
    }
    group = await call(
        "POST",
        "/v1/groups",
        founder.id,
        body=body,
        key=f"demo-{simulation.seed}-group-{index}",
        roles=("editor",) if plan.kind == "pilot" else (),
    )
    simulation.community.groups[index] = group["id"]
    channels = []
    for kind, name in plan.channels:
        channel = await call(
            "POST",
            f"/v1/groups/{group['id']}/channels",
            founder.id,
            body={"kind": kind, "name": name},
            key=f"demo-{simulation.seed}-channel-{index}-{name}",
        )
        channels.append((kind, channel["id"]))
    simulation.community.channels[index] = channels


async def _join(simulation: Simulation, person: Colleague, index: int) -> None:
    group = simulation.community.groups[index]
    founder = simulation.founder(index)
    if person is founder:
        return
    call = simulation.client.call
    if GROUPS[index].visibility == "open":
        path = f"/v1/groups/{group}/members/me"
        await call("PUT", path, person.id, deed="joins", fine=(409,))
        return
    requests = f"/v1/groups/{group}/requests"
    asked = await call("POST", requests, person.id, body={}, deed="joins", fine=(409,))
    if asked is not None:
        approve = f"{requests}/{simulation.community.ids[person.id]}:approve"
        await call("POST", approve, founder.id, deed="joins", fine=(404, 409))
