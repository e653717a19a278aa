"""What is deleted, archived or taken back leaves every figure that was about it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.metrics.config import MetricsSettings
from shared.contract.events import groups, posts, responses
from shared.contract.events.envelope import EventData
from shared.contract.ids import new_id
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import MetricsApi, Teller, running_api, running_consumer
from tooling.sample_events import sample

YESTERDAY = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(1)
HOUR = timedelta(hours=1)
WEEK = "7d"
UNANSWERED = "mitmach_posts_unanswered"


class Corner:
    """A group, and a question that six people have seen, two of whom reacted to it."""

    def __init__(self, teller: Teller, api: MetricsApi) -> None:
        self.teller, self.api = teller, api
        self.group_id, self.post_id = new_id(), new_id()

    def tell(self, kind: type[EventData], who: str | None, after: timedelta, **said: Any) -> None:
        about: dict[str, Any] = {
            "group_id": self.group_id,
            "post_id": self.post_id,
            "author": "ada",
            "format": "video",
            "topics": ("running",),
            "published_at": YESTERDAY,
            "in_audience": True,
            "own": False,
        }
        about = {name: value for name, value in about.items() if name in kind.__struct_fields__}
        data = sample(kind, optional=False, **(about | said))
        self.teller.tell(data, actor=who, at=YESTERDAY + after)

    async def opens(self) -> None:
        self.tell(groups.GroupCreated, "ada", timedelta(), visibility="open")
        self.tell(posts.PostPublished, "ada", timedelta(), audience_size=9)
        for number in range(6):
            self.tell(posts.PostViewed, f"person{number}", HOUR, first_view=True)
        for number in range(2):
            flags = {"first_view": False, "first_interaction": True, "was_interacting": False}
            self.tell(responses.ReactionAdded, f"person{number}", HOUR, **flags)
        await self.counted()

    async def counted(self) -> None:
        await self.teller.send()
        await self.api.has_counted(self.teller.types)

    def comment(self, who: str, after: timedelta, *, first: bool) -> None:
        flags = {"first_view": False, "first_interaction": True, "was_interacting": False}
        said = {"comment_author": who, "first_response": first, "parent_id": None}
        self.tell(responses.CommentAdded, who, after, **flags, **said)

    async def waited(self) -> Any:
        """Seconds to the first response: beside the post, and the median of all."""
        today = datetime.now(UTC).date()
        window = f"{YESTERDAY.date()}/{today + timedelta(days=1)}"
        kpi = await self.api.good(f"/v1/kpis/responsiveness?window={window}")
        post = await self.api.good(f"/v1/stats/posts/{self.post_id}")
        median = kpi["parts"]["seconds_to_first_response"]["median"]
        return post["seconds_to_first_response"], median, kpi["numerator"]


async def test_a_deleted_answer_leaves_the_question_waiting_for_the_next_one(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        corner = Corner(teller, api)
        await corner.opens()
        await api.shows(UNANSWERED, 1)

        corner.comment("spammer", HOUR, first=True)
        await corner.counted()
        await api.shows(UNANSWERED, 0)
        assert await corner.waited() == (3600, 3600, 1)

        gone: dict[str, Any] = {"first_response": True, "still_interacting": False}
        said = gone | {"comment_author": "spammer", "previous": "published"}
        corner.tell(responses.CommentDeleted, "spammer", 2 * HOUR, **said)
        await corner.counted()
        await api.shows(UNANSWERED, 1)
        assert await corner.waited() == (None, None, 0)

        corner.comment("bea", 3 * HOUR, first=True)
        corner.comment("col", 4 * HOUR, first=False)
        await corner.counted()
        await api.shows(UNANSWERED, 0)
        assert await corner.waited() == (3 * 3600, 3 * 3600, 1)

        gone["first_response_at"] = YESTERDAY + 4 * HOUR
        corner.tell(responses.CommentHidden, "mod", 5 * HOUR, comment_author="bea", **gone)
        await corner.counted()
        assert await corner.waited() == (4 * 3600, 4 * 3600, 1)


async def test_an_answer_that_a_deletion_missed_ends_the_waiting_when_it_is_found(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        corner = Corner(teller, api)
        await corner.opens()
        corner.comment("spammer", HOUR, first=True)
        corner.comment("bea", 2 * HOUR, first=False)
        said = {"comment_author": "spammer", "previous": "published", "still_interacting": False}
        corner.tell(responses.CommentDeleted, "spammer", 2 * HOUR, first_response=True, **said)
        await corner.counted()
        await api.shows(UNANSWERED, 1)

        found = {"first_response_at": YESTERDAY + 2 * HOUR}
        corner.tell(responses.FirstResponseCorrected, None, 2 * HOUR, **found)
        await corner.counted()
        await api.shows(UNANSWERED, 0)
        assert await corner.waited() == (2 * 3600, 2 * 3600, 1)


async def test_questions_of_an_archived_group_wait_for_nobody_until_it_is_restored(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        corner = Corner(teller, api)
        await corner.opens()
        for kind, waiting in ((groups.GroupArchived, 0), (groups.GroupRestored, 1)):
            corner.tell(kind, "ada", HOUR, visibility="open")
            await corner.counted()
            await api.shows(UNANSWERED, waiting)
            post = await api.good(f"/v1/stats/posts/{corner.post_id}")
            assert post["viewers"] == 6


async def test_the_posts_of_a_deleted_group_leave_every_figure(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        corner = Corner(teller, api)
        await corner.opens()
        before = await api.good(f"/v1/kpis/engagement?window={WEEK}")
        assert (before["numerator"], before["denominator"]) == (2, 6)
        await api.shows("mitmach_groups", 1, state="alive")

        corner.tell(groups.GroupDeleted, "ada", HOUR, visibility="open")
        corner.tell(posts.PostDeleted, None, HOUR, reason="group_deleted")
        await corner.counted()
        await api.shows(UNANSWERED, 0)
        await api.shows("mitmach_groups", 0, state="alive")
        for kpi in ("engagement", "reach", "responsiveness"):
            after = await api.good(f"/v1/kpis/{kpi}?window={WEEK}")
            assert "running" not in str(after)
            assert not (after["numerator"] and kpi != "reach")  # people who have viewed have viewed
        for part in ("posts", "formats", "topics"):
            assert (await api.good(f"/v1/stats/{part}?window={WEEK}"))["items"] == []
        for path in (f"posts/{corner.post_id}", f"groups/{corner.group_id}"):
            assert (await api.refused(f"/v1/stats/{path}"))[0] == 404
