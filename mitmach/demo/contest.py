"""The third act: a photo contest, from the draft to the published result."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mitmach.demo.organisation import Colleague
from mitmach.demo.simulation import EDITOR, Simulation

_TITLES = (
    "Fog over the loading bay",
    "First bus, six o'clock",
    "The crane at noon",
    "Lunch on the roof",
    "Rain on the test track",
    "Night shift",
    "Our oldest machine",
    "Bicycles, all of them",
    "The long corridor",
    "After the fair",
    "Two helmets",
    "Window, third floor",
    "Snow in the yard",
    "Somebody watered it",
)

# Seconds from ending a vote to its tally: the longest commit, and the notice before.
_CLOSING = 9.0


async def compete(simulation: Simulation) -> None:
    """A photo contest: from the draft to the published result."""
    call = simulation.client.call
    organise: dict[str, Any] = {"roles": ("editor",), "deed": "contest"}
    now = datetime.now(UTC)
    times = ("submissions_at", "review_at", "voting_at", "closes_at")
    schedule = {
        name: (now + timedelta(days=day)).isoformat() for day, name in enumerate(times, start=1)
    }
    body = {
        "title": "The light of this week",
        "text": "One photo each, two votes each.",
        "kind": "photo",
        "rules": {"votes_max": 2, "reviewed": True, "anonymous": True},
        "schedule": schedule,
    }
    key = f"demo-{simulation.run}-contest"
    contest = await call("POST", "/v1/contests", EDITOR, body=body, key=key, **organise)
    simulation.community.contest = contest["id"]
    path = f"/v1/contests/{contest['id']}"
    await call("POST", f"{path}:announce", EDITOR, **organise)
    await _advance(simulation, path, "submissions", organise)
    entrants = simulation.rng.sample(simulation.community.people, len(_TITLES))
    entries = [
        await _enter(simulation, path, person, title)
        for person, title in zip(entrants, _TITLES, strict=True)
    ]
    await _advance(simulation, path, "review", organise)
    for entry in entries[:-1]:
        await call("POST", f"/v1/entries/{entry}:accept", EDITOR, **organise)
    rejected = f"/v1/entries/{entries[-1]}:reject"
    await call("POST", rejected, EDITOR, body={"reason": "Not from this week."}, **organise)
    await _advance(simulation, path, "voting", organise)
    voters = simulation.rng.sample(
        simulation.community.people, int(0.5 * len(simulation.community.people))
    )
    owners = dict(zip((p.id for p in entrants), entries, strict=True))
    await simulation.together(
        _vote(simulation, path, voter, entries[:-1], owners) for voter in voters
    )
    await _advance(simulation, path, "sealed", organise)
    await _publish_results(simulation, path, organise)


async def _advance(simulation: Simulation, path: str, to: str, organise: dict[str, Any]) -> None:
    await simulation.client.call("POST", f"{path}:advance", EDITOR, body={"to": to}, **organise)


async def _enter(simulation: Simulation, path: str, person: Colleague, title: str) -> str:
    body = {
        "title": title,
        "text": "",
        "media": [{"url": f"https://media.example/{person.id}.jpg", "alt": title}],
        "consent": True,
    }
    key = f"demo-{simulation.run}-entry-{person.id}"
    entry = await simulation.client.call(
        "POST", f"{path}/entries", person.id, body=body, key=key, deed="contest"
    )
    return str(entry["id"])


async def _vote(
    simulation: Simulation,
    path: str,
    voter: Colleague,
    entries: Sequence[str],
    owners: dict[str, str],
) -> None:
    others = [entry for entry in entries if entry != owners.get(voter.id)]
    weights = [1 / (1 + place) for place in range(len(others))]
    chosen = list(dict.fromkeys(simulation.rng.choices(others, weights, k=2)))
    body = {"entry_ids": chosen}
    await simulation.client.call("PUT", f"{path}/ballot", voter.id, body=body, deed="ballots")


async def _publish_results(simulation: Simulation, path: str, organise: dict[str, Any]) -> None:
    """Ends the vote, waits for the tally, publishes."""
    call = simulation.client.call
    loop = asyncio.get_running_loop()
    until = loop.time() + 3 * _CLOSING
    while loop.time() < until:
        contest = await call("GET", path, EDITOR, roles=("editor",))
        if contest["phase"] == "published":
            break
        if contest["phase"] == "judged":
            await _advance(simulation, path, "published", organise)
            continue
        await asyncio.sleep(0.5)
    simulation.community.result = await call("GET", f"{path}/results", EDITOR, roles=("editor",))
