"""A program's account, from what its token leads to until what is shown beside a post."""

from typing import Any

import pytest

from shared.contract.events.posts import ActOnPost, PostPublished
from shared.contract.events.responses import CommentAdded
from tests.integration.posts.service import Caller, PostsService, joined

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def everything(who: Caller, post_id: str, comment_id: str) -> list[dict[str, Any]]:
    """All that can be done with a post; the answers."""
    path = f"/v1/posts/{post_id}"
    answers = [
        await who.call("PUT", f"{path}/view"),
        await who.call("PUT", f"{path}/reaction", {"kind": "like"}),
        await who.call("POST", f"{path}/comments", {"text": "I do."}),
        await who.call("POST", f"{path}/shares", {}),
        await who.call("PUT", f"/v1/comments/{comment_id}/reaction", {"kind": "like"}),
    ]
    assert all(answer.status_code < 300 for answer in answers), [a.text for a in answers]
    return [answer.json() for answer in answers]


async def test_what_a_program_does_is_told_as_its_and_shown_in_no_number(
    posts: PostsService,
) -> None:
    [anna, ben] = await posts.people("anna", "ben")
    group_id = await posts.group(anna, ben)
    [bot] = await posts.people("bot", account="service")
    await posts.tell(joined(bot, group_id))
    channel_id = await posts.channel(group_id)
    post = await anna.publish(channel_id)
    comment = await anna.comment(post["id"])
    await posts.counts(ben, post["id"], comments=1, viewers=1)

    nothing_of_it = {"reactions": {}, "comments": 1, "shares": 0, "views": 1, "viewers": 1}
    *answers, of_comment = await everything(bot, post["id"], comment["id"])
    assert of_comment == {"reactions": {}, "my_reaction": "like"}
    standings = [answer.get("post", answer) for answer in answers]
    assert [standing["counts"] for standing in standings] == 4 * [nothing_of_it]
    assert standings[-1]["mine"] == {"viewed": True, "reaction": "like", "comments": 1, "shares": 1}

    await everything(ben, post["id"], comment["id"])
    counted = await posts.counts(bot, post["id"], viewers=2, comments=2, shares=1, views=2)
    assert counted["reactions"] == {"like": 1}

    async def counted_beside_the_comment() -> bool:  # a moment later than beside the post
        shown = (await bot.get(f"/v1/posts/{post['id']}/comments")).json()["items"]
        assert len(shown) == 3  # its comment is there all the same
        return bool(shown[0]["reactions"] == {"like": 1})

    await posts.until(counted_beside_the_comment)

    by_bot = await bot.publish(channel_id)
    assert (await ben.call("PUT", f"/v1/posts/{by_bot['id']}/view")).status_code == 200
    told: list[Any] = [
        event.data
        for event in await posts.published()
        if getattr(event.data, "group_id", "") == group_id
    ]
    acts = [data for data in told if isinstance(data, ActOnPost)]
    assert {data.human for data in acts if data.post_id == post["id"]} == {True, False}
    answered = [data.first_response for data in acts if isinstance(data, CommentAdded)]
    assert answered == [False, False, True]
    published = {
        data.post_id: (data.author_human, data.audience_size)
        for data in told
        if isinstance(data, PostPublished)
    }
    assert published == {post["id"]: (True, 1), by_bot["id"]: (False, 2)}
