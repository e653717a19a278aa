"""Lists of posts: who sees what, in which order, page by page."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.audience import EVERYONE
from tests.integration.posts.service import Caller, PostsService

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def pages(caller: Caller, path: str, limit: int) -> list[list[str]]:
    found: list[list[str]] = []
    cursor = ""
    while True:
        answer = await caller.get(f"{path}limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found.append([post["id"] for post in page["items"]])
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_pages_are_stable_while_posts_arrive(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.place(anna)
    ids = [(await anna.publish(channel))["id"] for _ in range(7)]
    first = (await anna.get(f"/v1/posts?channel_id={channel}&limit=3")).json()
    assert [post["id"] for post in first["items"]] == ids[:3:-1]
    await anna.publish(channel)
    rest = f"/v1/posts?channel_id={channel}&limit=3&cursor={first['next_cursor']}"
    second = (await anna.get(rest)).json()
    assert [post["id"] for post in second["items"]] == ids[3:0:-1]
    assert await pages(anna, f"/v1/posts?channel_id={channel}&", 3) == [
        [(await anna.get(f"/v1/posts?channel_id={channel}")).json()["items"][0]["id"], *ids[:4:-1]],
        ids[4:1:-1],
        ids[1::-1],
    ]


async def test_posts_of_an_author_are_found_whatever_characters_the_id_has(
    posts: PostsService,
) -> None:
    authors = await posts.people("Zs/Vyg+PkAt=", "uid=jane, ou=people", "CORP\\jdoe", "x" * 246)
    channel = await posts.place(*authors)
    for author in authors:
        ids = [(await author.publish(channel))["id"] for _ in range(3)]
        query = f"/v1/posts?author_id={quote(author.id, safe='')}&"
        assert await pages(author, query, 2) == [ids[:0:-1], ids[:1]]
        found = (await author.get(f"/v1/posts/{ids[0]}")).json()
        assert found["author_id"] == author.id


async def test_a_cursor_belongs_to_its_list_and_person(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    for _ in range(3):
        await anna.publish(channel)
    page = (await anna.get(f"/v1/posts?channel_id={channel}&limit=1")).json()
    cursor = page["next_cursor"]
    for caller, path in (
        (ben, f"/v1/posts?channel_id={channel}&cursor={cursor}"),
        (anna, f"/v1/feed?cursor={cursor}"),
        (anna, f"/v1/posts?cursor={cursor}x"),
        (anna, "/v1/posts?cursor=nonsense"),
        (anna, "/v1/posts?limit=0"),
        (anna, "/v1/posts?limit=101"),
    ):
        assert (await caller.get(path)).status_code == 422


async def test_the_feed_is_what_my_groups_and_everyone_say(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    mine = await posts.place(anna, ben)
    elsewhere = await posts.place(anna)
    for_all = await posts.channel(EVERYONE)
    ids = [(await anna.publish(channel))["id"] for channel in (mine, elsewhere, for_all)]
    feed = (await ben.get("/v1/feed?limit=2")).json()
    assert [post["id"] for post in feed["items"]] == [ids[2], ids[0]]
    assert feed["items"][0]["mine"] == {
        "viewed": False,
        "reaction": None,
        "comments": 0,
        "shares": 0,
    }


async def test_closed_groups_show_nothing_to_outsiders(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    (mo,) = await posts.people("mo", roles=("moderator",))
    topic = f"topic-{anna.id}"
    visible, hidden = await posts.place(anna), await posts.place(anna, visibility="closed")
    seen = await anna.publish(visible, topics=[topic])
    unseen = await anna.publish(hidden, topics=[topic])

    async def ids(caller: Caller, query: str) -> list[str]:
        items: list[dict[str, Any]] = (await caller.get(f"/v1/posts?{query}")).json()["items"]
        return [shown["id"] for shown in items]

    for query in (f"topic={topic}", f"author_id={anna.id}"):
        assert await ids(anna, query) == [unseen["id"], seen["id"]]
        assert await ids(mo, query) == [unseen["id"], seen["id"]]
        assert await ids(ben, query) == [seen["id"]]
    assert (await ben.get(f"/v1/posts?channel_id={hidden}")).status_code == 404
    for beneath in ("", "/comments", "/history"):
        answer = await ben.get(f"/v1/posts/{unseen['id']}{beneath}")
        assert answer.json()["type"].endswith("post-not-found")


async def test_a_topic_is_found_however_it_is_spelled(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    post = await anna.publish(await posts.place(anna), topics=[f"Road {anna.id}"])
    answer = await anna.get(f"/v1/posts?topic=%23road_{anna.id.upper()}")
    assert [shown["id"] for shown in answer.json()["items"]] == [post["id"]]
    assert (await anna.get("/v1/posts?topic=%23")).json()["type"].endswith("topic-invalid")
