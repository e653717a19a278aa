"""A contest of a group, as its people live it: over the HTTP API of the whole platform."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.platform import Platform, Visitor, running_platform

pytestmark = pytest.mark.journey

PATIENCE = 60.0  # seconds from ending the vote to the count; about seven are planned


async def founded(platform: Platform, owner: Visitor, *members: Visitor) -> str:
    group = await owner.good(
        "POST",
        "/v1/groups",
        {"kind": "community", "visibility": "open", "name": "Photographers", "purpose": "Light."},
    )
    for member in members:
        await member.good("PUT", f"/v1/groups/{group['id']}/members/me")
    return str(group["id"])


async def counted(organiser: Visitor, path: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await organiser.good("GET", path))["phase"] != "judged":
            await asyncio.sleep(0.2)


async def test_a_group_holds_a_photo_contest_and_learns_who_has_won(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        olga, ann, ben, cleo, guest = [
            await platform.visitor(name) for name in ("olga", "ann", "ben", "cleo", "guest")
        ]
        group_id = await founded(platform, olga, ann, ben, cleo)

        now = datetime.now(UTC)
        names = ("submissions_at", "review_at", "voting_at", "closes_at")
        schedule = {n: (now + timedelta(days=d)).isoformat() for d, n in enumerate(names, 1)}
        body = {"title": "Light", "kind": "photo", "group_id": group_id, "schedule": schedule}
        contest = await olga.eventually("POST", "/v1/contests", body)
        path = f"/v1/contests/{contest['id']}"
        await olga.good("POST", f"{path}:announce")
        await olga.good("POST", f"{path}:advance", {"to": "submissions"})

        photo = {"media": [{"url": "https://media.example/1.jpg", "alt": "Fog"}], "consent": True}
        entries = {}
        for author in (ann, ben):
            entry = {"title": "Fog", **photo}
            made = await author.eventually("POST", f"{path}/entries", entry)
            entries[author.id] = made["id"]
            await olga.good("POST", f"/v1/entries/{made['id']}:accept")
        await olga.good("POST", f"{path}:advance", {"to": "review"})
        for voter in (olga, ann, ben, cleo):  # who may vote is fixed when the vote begins
            await voter.reads(path, lambda contest: bool(contest["may_vote"]))
        await olga.good("POST", f"{path}:advance", {"to": "voting"})

        anns, bens = {"entry_ids": [entries[ann.id]]}, {"entry_ids": [entries[ben.id]]}
        ballot = f"{path}/ballot"
        assert (await ann.call("PUT", ballot, anns)).status_code == 409  # one's own entry
        assert (await guest.call("PUT", ballot, anns)).status_code == 403  # not of the group
        await cleo.good("PUT", ballot, bens)
        await cleo.good("PUT", ballot, anns)  # changed her mind
        await olga.good("PUT", ballot, anns)
        await ann.good("PUT", ballot, bens)
        assert (await olga.call("GET", f"{path}/results")).status_code == 409

        await olga.good("POST", f"{path}:advance", {"to": "sealed"})
        await counted(olga, path)
        assert (await olga.call("GET", f"{path}/results")).status_code == 409
        await olga.good("POST", f"{path}:advance", {"to": "published"})
        result = await guest.good("GET", f"{path}/results")
        # Three people voted: who has won is told, and nothing that says for whom anyone was.
        assert [
            (ranked["author_id"], ranked["rank"], ranked["winner"], ranked["votes"])
            for ranked in result["ranking"]
        ] == [(ann.id, 1, True, None), (ben.id, None, False, None)]
        assert (result["ballots"], result["eligible_voters"]) == (None, 4)
