"""Events that can be folded and not stored: the real projection sets them aside and counts on."""

from datetime import timedelta
from typing import Any

import pytest

from services.metrics.config import MetricsSettings
from services.metrics.store.columns.post_news import LONGEST_WORD, MOST_TOPICS
from shared.contract.events import posts
from shared.delivery.dead_letters import find_letters
from shared.delivery.mongo import Mongo
from tests.integration.metrics.service import Teller, running_api, running_consumer
from tests.integration.metrics.test_counting import HOUR, YESTERDAY, Office


@pytest.mark.parametrize(
    "harm",
    [
        {"audience_size": 1 << 40},
        {"audience_size": 7, "topics": tuple(f"t{number}" for number in range(MOST_TOPICS + 1))},
        {"audience_size": 7, "topics": ("t" * (LONGEST_WORD + 1),)},
    ],
    ids=["a number", "many topics", "a long topic"],
)
async def test_what_no_column_can_hold_is_set_aside_and_all_else_counts(
    settings: MetricsSettings, mongo: Mongo, teller: Teller, harm: dict[str, Any]
) -> None:
    office = Office(teller)
    office.opens()
    office.watches_a_video()
    wanted = teller.types.copy()
    office.tell(posts.PostEdited, office.ada, YESTERDAY + 4 * HOUR, topics=("walking",))
    wanted["mitmach.post.edited"] += 1
    harmful = Office(teller)
    harmful.tell(posts.PostPublished, harmful.ada, YESTERDAY, **harm)
    for minute, person in enumerate(harmful.others[:6]):
        at = YESTERDAY + HOUR + timedelta(minutes=minute)
        harmful.tell(posts.PostViewed, person, at, first_view=True)
        wanted["mitmach.post.viewed"] += 1
    await teller.send()
    async with running_consumer(settings, mongo), running_api(settings, mongo) as api:
        await api.has_counted(wanted)
        (letter,) = await find_letters(mongo.database(f"{settings.database_prefix}metrics"))
        assert letter.reason == "can't be stored: OverflowError"
        assert letter.value is not None
        assert harmful.post_id.encode() in letter.value
        figures = await api.good(f"/v1/stats/posts/{harmful.post_id}")
        assert (figures["viewers"], figures["audience"]) == (6, 0)
        leading = (await api.good("/v1/stats/posts?window=7d&sort=viewers"))["items"]
        assert {post["post_id"] for post in leading} == {office.post_id, harmful.post_id}

        office.tell(posts.PostViewed, office.others[11], YESTERDAY + 5 * HOUR, first_view=True)
        wanted["mitmach.post.viewed"] += 1
        await teller.send()
        await api.has_counted(wanted)
