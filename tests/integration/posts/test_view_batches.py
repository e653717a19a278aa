"""One batch of views joins nobody's names: not their own id, nor what they are called elsewhere."""

import pytest

from shared.contract.aliases import VIEW, Aliases
from shared.contract.events.posts import PostViewed
from tests.integration.posts.service import PostsService
from tests.support.identity import PSEUDONYM_KEY

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_no_two_names_of_a_person_share_the_time_of_a_batch(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    open_ = await posts.place(anna, ben)
    secret = await posts.place(anna, ben, visibility="secret")
    own, own_hidden = (await anna.publish(open_))["id"], (await anna.publish(secret))["id"]
    other, hidden = (await ben.publish(open_))["id"], (await ben.publish(secret))["id"]
    second = (await ben.publish(open_))["id"]
    ids = [own, other, hidden, own_hidden, second]
    answer = await anna.call("POST", "/v1/views:batch", {"post_ids": ids})
    assert answer.status_code == 200, answer.text
    reports = answer.json()["items"]
    assert [report["post_id"] for report in reports] == ids
    assert [report["status"] for report in reports] == [
        *("known", "counted", "counted", "known", "counted")
    ]
    receipts = [event_id for report in reports for event_id in report["event_ids"]]
    assert answer.headers["event-ids"].split(",") == receipts
    for post in (other, hidden, second):
        await posts.counts(anna, post, views=1, viewers=1)
    told = {
        event.data.post_id: event
        for event in await posts.published()
        if isinstance(event.data, PostViewed) and event.data.post_id in ids
    }
    assert {post: told[post].id for post in told} == dict(
        zip((other, hidden, second), receipts, strict=True)
    )
    assert told[other].actor == told[second].actor == Aliases(PSEUDONYM_KEY).of(VIEW, anna.id)
    assert told[hidden].actor != told[other].actor
    assert told[other].time == told[second].time
    assert told[hidden].time > told[other].time
    again = await anna.call("POST", "/v1/views:batch", {"post_ids": ids})
    assert {report["status"] for report in again.json()["items"]} == {"known"}
