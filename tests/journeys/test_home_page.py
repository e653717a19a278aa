"""A home page: everything that it shows, in at most eight requests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.platform import Visitor, running_platform

pytestmark = pytest.mark.journey

MOST_REQUESTS = 8


class Browser:
    """What a frontend asks for one page, counted."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self.requests = 0

    async def ask(self, method: str, path: str) -> Any:
        """One request."""
        self.requests += 1
        return await self._visitor.good(method, path)

    async def names(self, kind: str, ids: set[str]) -> dict[str, str]:
        """Names by id, of everything that the page shows."""
        query = urlencode([("ids", one) for one in sorted(ids)])
        found = await self.ask("GET", f"/v1/{kind}?{query}")
        assert found["next_cursor"] is None
        return {one["id"]: one["name"] for one in found["items"]}


def schedule() -> dict[str, str]:
    """Times of a contest that begins in an hour."""
    now = datetime.now(UTC)
    ahead = {"submissions_at": 1, "review_at": 2, "voting_at": 3, "closes_at": 4}
    return {name: (now + timedelta(hours=hours)).isoformat() for name, hours in ahead.items()}


async def test_everything_on_a_home_page_takes_eight_requests_at_most(tmp_path: Path) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        olga, ann = await platform.visitor("olga"), await platform.visitor("ann")
        group: dict[str, Any] = {}
        for name in ("Runners", "Cooks", "Readers"):
            body = {"kind": "community", "visibility": "open", "name": name}
            group = await olga.good("POST", "/v1/groups", body)
            await ann.good("PUT", f"/v1/groups/{group['id']}/members/me")
            [talk] = (await olga.good("GET", f"/v1/groups/{group['id']}/channels"))["items"]
            for number in range(3):
                text = {"channel_id": talk["id"], "text": f"{name}, {number}."}
                post = await olga.eventually("POST", "/v1/posts", text)
                for comment in range(5):
                    path = f"/v1/posts/{post['id']}/comments"
                    await ann.eventually("POST", path, {"text": f"Answer {comment}."})
        contest = {
            "title": "Light",
            "kind": "text",
            "group_id": group["id"],
            "schedule": schedule(),
        }
        made = await olga.eventually("POST", "/v1/contests", contest)
        await olga.good("POST", f"/v1/contests/{made['id']}:announce")

        page = Browser(ann)
        visit = await page.ask("POST", "/v1/me/visits")
        me = await page.ask("GET", "/v1/me")
        groups = await page.ask("GET", "/v1/groups?mine=true&limit=100")
        feed = (await page.ask("GET", "/v1/feed?expand=comments"))["items"]
        contests = await page.ask("GET", "/v1/contests")
        comments = [comment for post in feed for comment in post["first_comments"]["items"]]
        authors = {one["author_id"] for one in (*feed, *comments)}
        people = await page.names("people", authors)
        channels = await page.names("channels", {post["channel_id"] for post in feed})

        assert page.requests <= MOST_REQUESTS
        assert visit["activated"] is False
        assert me["person"]["id"] == ann.id
        mine = {group["id"]: group["name"] for group in groups["items"]}
        assert {"Runners", "Cooks", "Readers"} <= set(mine.values())
        assert [one["title"] for one in contests["items"]] == ["Light"]
        assert len(feed) == 9
        begun: dict[str, Any] = {}
        for post in feed:
            # Nothing is shown by its id alone, and what can be pressed has its number and state.
            assert post["group_id"] in mine
            assert post["channel_id"] in channels
            assert {post["author_id"], ann.id} <= set(people)
            begun = post["first_comments"]
            assert [one["text"] for one in begun["items"]] == [f"Answer {n}." for n in range(3)]
            assert post["mine"]["comments"] == 5
            assert post["counts"]["comments"] == 5
        # The conversation goes on where the page has ended, and a press needs no second request.
        rest = f"/v1/posts/{post['id']}/comments?cursor={begun['next_cursor']}"
        following = (await ann.good("GET", rest))["items"]
        assert [one["text"] for one in following] == ["Answer 3.", "Answer 4."]
        liked = await ann.good("PUT", f"/v1/posts/{post['id']}/reaction", {"kind": "like"})
        assert (liked["counts"]["reactions"], liked["mine"]["reaction"]) == ({"like": 1}, "like")
        plain = (await ann.good("GET", "/v1/feed"))["items"]
        assert all(post["first_comments"] is None for post in plain)
        for wrong in ("author", "comments&expand=comments"):
            refusal = await ann.refused("GET", f"/v1/feed?expand={wrong}")
            assert refusal == (422, "input-invalid")
