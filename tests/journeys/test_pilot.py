"""A pilot: a few people try something, out of sight, and their figures tell how it goes."""

from pathlib import Path

import pytest

from tests.support.platform import running_platform

pytestmark = pytest.mark.journey


async def test_an_editor_runs_a_pilot_that_nobody_else_sees(tmp_path: Path) -> None:
    async with running_platform(tmp_path) as platform:
        eve = await platform.visitor("eve", "editor")
        ann, ben, guest = [await platform.visitor(name) for name in ("ann", "ben", "guest")]

        body = {
            "kind": "pilot",
            "visibility": "secret",
            "name": "Desk sharing",
            "purpose": "Three months, two floors; then we decide.",
            "topics": ["Office", "Desk sharing"],
        }
        assert await ann.refused("POST", "/v1/groups", body) == (403, "not-allowed")
        pilot = await eve.good("POST", "/v1/groups", body)
        assert pilot["topics"] == ["office", "desk-sharing"]
        path = f"/v1/groups/{pilot['id']}"

        # Nobody finds it or can ask for it; whoever is invited knows of it, but not what is in it.
        assert await ann.refused("GET", path) == (404, "group-not-found")
        assert await ann.refused("POST", f"{path}/requests", {}) == (404, "group-not-found")
        for who in (ann, ben):
            await eve.good("POST", f"{path}/invitations", {"person_id": who.id})
        await ann.good("GET", path)
        assert await ann.refused("GET", f"{path}/channels") == (404, "group-not-found")
        await ann.good("POST", f"{path}/invitations/me:accept")
        await ben.good("POST", f"{path}/invitations/me:decline")
        assert await ben.refused("GET", path) == (404, "group-not-found")
        pilots = (await guest.good("GET", "/v1/groups?kind=pilot"))["items"]
        assert pilots == []

        # How to begin stands in a channel of its own, and questions have theirs.
        news = {"kind": "news", "name": "How to begin"}
        steps = await eve.good("POST", f"{path}/channels", news)
        asking = {"kind": "help", "name": "Questions"}
        questions = await eve.good("POST", f"{path}/channels", asking)
        await eve.eventually(
            "POST",
            "/v1/posts",
            {
                "channel_id": steps["id"],
                "format": "document",
                "kind": "news",
                "title": "Your first week",
                "text": "1. Book a desk.\n2. Tell us how it was.",
                "media": [{"url": "https://media.example/plan.pdf", "alt": "Plan of both floors"}],
            },
        )
        question = {"channel_id": questions["id"], "kind": "question", "title": "And my plant?"}
        asked = await ann.eventually("POST", "/v1/posts", question)
        post = f"/v1/posts/{asked['id']}"
        await eve.eventually("POST", f"{post}/comments", {"text": "It gets a desk."})
        assert await guest.refused("GET", post) == (404, "post-not-found")
        read = [post["title"] for post in (await ann.good("GET", "/v1/feed"))["items"]]
        assert read == ["And my plant?", "Your first week"]

        # Whoever runs it reads its figures, and so do analysts; for all others there are none.
        figures = f"/v1/stats/groups/{pilot['id']}"
        found = await eve.reads(figures, lambda sums: (sums["posts"], sums["comments"]) == (2, 1))
        assert (found["kind"], found["state"], found["members"]) == ("pilot", "alive", 2)
        nia = await platform.visitor("nia", "analyst")
        assert (await nia.good("GET", figures))["posts"] == 2
        assert await nia.refused("GET", post) == (404, "post-not-found")
        for who in (ann, guest):
            assert await who.refused("GET", figures) == (404, "not-visible")
