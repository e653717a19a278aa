"""The third act: a photo contest, from the draft to the published result."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mitmach.demo.organisation import Person
from mitmach.demo.stage import EDITOR, Stage

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

_CLOSING = 9.0  # seconds from ending a vote to its tally: the longest commit, and the notice before


async def compete(stage: Stage) -> None:
    """A photo contest: from the draft to the published result."""
    call = stage.client.call
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
    key = f"demo-{stage.run}-contest"
    contest = await call("POST", "/v1/contests", EDITOR, body=body, key=key, **organise)
    stage.community.contest = contest["id"]
    path = f"/v1/contests/{contest['id']}"
    await call("POST", f"{path}:announce", EDITOR, **organise)
    await _advance(stage, path, "submissions", organise)
    entrants = stage.dice.sample(stage.community.people, len(_TITLES))
    entries = [
        await _enter(stage, path, person, title)
        for person, title in zip(entrants, _TITLES, strict=True)
    ]
    await _advance(stage, path, "review", organise)
    for entry in entries[:-1]:
        await call("POST", f"/v1/entries/{entry}:accept", EDITOR, **organise)
    rejected = f"/v1/entries/{entries[-1]}:reject"
    await call("POST", rejected, EDITOR, body={"reason": "Not from this week."}, **organise)
    await _advance(stage, path, "voting", organise)
    voters = stage.dice.sample(stage.community.people, int(0.5 * len(stage.community.people)))
    owners = dict(zip((p.id for p in entrants), entries, strict=True))
    await stage.together(_vote(stage, path, voter, entries[:-1], owners) for voter in voters)
    await _advance(stage, path, "sealed", organise)
    await _publish_results(stage, path, organise)


async def _advance(stage: Stage, path: str, to: str, organise: dict[str, Any]) -> None:
    await stage.client.call("POST", f"{path}:advance", EDITOR, body={"to": to}, **organise)


async def _enter(stage: Stage, path: str, person: Person, title: str) -> str:
    body = {
        "title": title,
        "text": "",
        "media": [{"url": f"https://media.example/{person.id}.jpg", "alt": title}],
        "consent": True,
    }
    key = f"demo-{stage.run}-entry-{person.id}"
    entry = await stage.client.call(
        "POST", f"{path}/entries", person.id, body=body, key=key, deed="contest"
    )
    return str(entry["id"])


async def _vote(
    stage: Stage, path: str, voter: Person, entries: Sequence[str], owners: dict[str, str]
) -> None:
    others = [entry for entry in entries if entry != owners.get(voter.id)]
    weights = [1 / (1 + place) for place in range(len(others))]
    chosen = list(dict.fromkeys(stage.dice.choices(others, weights, k=2)))
    body = {"entry_ids": chosen}
    await stage.client.call("PUT", f"{path}/ballot", voter.id, body=body, deed="ballots")


async def _publish_results(stage: Stage, path: str, organise: dict[str, Any]) -> None:
    """Ends the vote, waits for the tally, publishes."""
    call = stage.client.call
    loop = asyncio.get_running_loop()
    until = loop.time() + 3 * _CLOSING
    while loop.time() < until:
        contest = await call("GET", path, EDITOR, roles=("editor",))
        if contest["phase"] == "published":
            break
        if contest["phase"] == "judged":
            await _advance(stage, path, "published", organise)
            continue
        await asyncio.sleep(0.5)
    stage.community.result = await call("GET", f"{path}/results", EDITOR, roles=("editor",))
