"""Which format reaches people, which moves them, and who takes part: the same on every surface."""

import pytest

from services.metrics.config import MetricsSettings
from shared.contract.events import posts
from shared.contract.ids import new_id
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import Teller, running_api, running_consumer
from tests.integration.metrics.test_counting import WEEK, YESTERDAY, Office


async def test_formats_and_parts_of_participation_are_answered_and_exported_alike(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    office = Office(teller)
    office.opens()
    office.watches_a_video()
    await office.teller.send()
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await api.has_counted(office.teller.types)

        (video,) = (await api.good(f"/v1/stats/formats?window={WEEK}"))["items"]
        assert (video["audience"], video["reached"], video["spill"]) == (19, 10, 0)
        assert video["reach"] == pytest.approx(10 / 19)
        low, high = video["interval"]
        labels = {"format": "video", "window": WEEK}
        await api.shows("mitmach_format_reach_ratio", 10 / 19, **labels)
        await api.shows("mitmach_format_engagement_ratio", 0.4, **labels)
        await api.shows("mitmach_format_engagement_lift", video["lift"], **labels)
        await api.shows("mitmach_format_engagement_bound_ratio", low, bound="low", **labels)
        await api.shows("mitmach_format_engagement_bound_ratio", high, bound="high", **labels)

        kpi = await api.good(f"/v1/kpis/participation?window={WEEK}")
        for who, people in (("creators", 1), ("interactors", 4), ("viewers", 6), ("inactive", 9)):
            assert kpi["parts"][who]["people"] == people
            await api.shows("mitmach_participation_ratio", people / 20, who=who, window=WEEK)


async def test_formats_with_few_viewers_are_hidden_and_not_exported(
    teller: Teller, settings: MetricsSettings, mongo: Mongo
) -> None:
    office = Office(teller)
    office.opens()
    office.watches_a_video()
    office.post_id = new_id()
    office.tell(posts.PostPublished, office.ada, YESTERDAY, audience_size=19, format="audio")
    for person in office.others[:3]:
        office.tell(posts.PostViewed, person, YESTERDAY, first_view=True, format="audio")
    await office.teller.send()
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await api.has_counted(office.teller.types)

        # With one format alone hidden, its numbers were all minus the other's.
        for cell in (await api.good(f"/v1/stats/formats?window={WEEK}"))["items"]:
            assert cell["suppressed"]
            assert cell["reach_suppressed"]
            told = ("viewers", "interactors", "audience", "reached", "spill", "reach", "lift")
            assert [cell[name] for name in told] == [None] * len(told)
        await api.shows("mitmach_active_people", 11, window=WEEK)
        exported = {name for name, _ in await api.samples()}
        assert "mitmach_kpi_ratio" in exported
        assert not {name for name in exported if name.startswith("mitmach_format_")}
