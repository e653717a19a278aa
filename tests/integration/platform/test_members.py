"""A member means the same on every surface: a human being whose account is active."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.platform import HEARD_WITHIN, running_platform

# Two of them are suspended. Fewer than five that are left would be too few to tell.
NAMES = ("otto", "lea", "kai", "pia", "jon", "eva", "tim")


async def test_a_member_means_the_same_on_every_surface(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        admin = await platform.visitor("the-admin", "admin")
        mia = await platform.visitor("mia")
        others = [await platform.visitor(name) for name in NAMES]
        await admin.good("POST", "/v1/people", {"external_id": "robot", "account": "service"})
        robot = await platform.visitor("robot")
        group = (await mia.good("POST", "/v1/groups", {"kind": "community", "name": "Light"}))["id"]
        for one in (*others, robot):
            await one.good("PUT", f"/v1/groups/{group}/members/me")
        for one in others[:2]:
            await admin.good("POST", f"/v1/people/{one.id}:suspend")
        counted = 1 + len(NAMES) - 2

        # What is a moment behind may be right in passing while people come: the list comes first,
        # in which the last thing that happens is that two of them disappear.
        await mia.reads(
            f"/v1/groups/{group}/members",
            lambda found: sum(one["account"] == "human" for one in found["items"]) == counted,
        )
        await mia.reads(f"/v1/groups/{group}", lambda found: found["member_count"] == counted)
        stats = f"/v1/stats/groups/{group}"
        await admin.reads(stats, lambda found: found["members"] == counted)

        channel = (await mia.good("GET", f"/v1/groups/{group}/channels"))["items"][0]["id"]
        body = {"channel_id": channel, "text": "Who comes?"}
        async with asyncio.timeout(HEARD_WITHIN):
            audience = -1
            while audience != counted - 1:  # without its author
                post = (await mia.eventually("POST", "/v1/posts", body))["id"]
                figures = await admin.eventually("GET", f"/v1/stats/posts/{post}")
                audience = figures["audience"]

        names = ("submissions_at", "review_at", "voting_at", "closes_at")
        now = datetime.now(UTC)
        schedule = {name: (now + timedelta(days=n)).isoformat() for n, name in enumerate(names, 1)}
        contest = {"title": "Light", "kind": "text", "group_id": group, "schedule": schedule}
        made = (await mia.eventually("POST", "/v1/contests", contest))["id"]
        await mia.good("POST", f"/v1/contests/{made}:announce")
        figures = await admin.eventually("GET", f"/v1/stats/contests/{made}")
        assert figures["entrants"]["denominator"] == counted
