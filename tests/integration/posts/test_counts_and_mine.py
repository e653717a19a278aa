"""What one answer says in counts and of the caller never contradicts itself, while both change."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.posts.domain.engagement import MOST_RECENT
from tests.integration.posts.service import Caller, PostsService

ROUNDS = 6

pytestmark = pytest.mark.asyncio(loop_scope="package")


def agrees(counts: dict[str, Any], mine: dict[str, Any]) -> bool:
    """Whether this is what a post shows that nobody but the caller has touched."""
    reactions = {mine["reaction"]: 1} if mine["reaction"] else {}
    return bool(
        counts["reactions"] == reactions
        and counts["comments"] == mine["comments"]
        and counts["shares"] == bool(mine["shares"])
        and counts["views"] == counts["viewers"] == mine["viewed"]
    )


async def something(who: Caller, path: str, dice: random.Random) -> dict[str, Any]:
    """Does something to a post; gives how it stands with the post since."""
    match dice.choice(("react", "react", "take back", "comment", "share", "view")):
        case "react":
            kind = dice.choice(("like", "thanks"))
            answer = await who.call("PUT", f"{path}/reaction", {"kind": kind})
        case "take back":
            answer = await who.call("DELETE", f"{path}/reaction")
        case "comment":
            answer = await who.call("POST", f"{path}/comments", {"text": "I do."})
        case "share":
            answer = await who.call("POST", f"{path}/shares", {})
        case _:
            answer = await who.call("PUT", f"{path}/view")
    assert answer.status_code < 300, answer.text
    said: dict[str, Any] = answer.json()
    about: dict[str, Any] = said.get("post", said)
    return about


@asynccontextmanager
async def reading(read: Callable[[], Any]) -> AsyncIterator[list[Any]]:
    """Reads again and again while the block runs; gives what was read."""
    found: list[Any] = []
    enough = asyncio.Event()

    async def go_on() -> None:
        while not enough.is_set():
            found.append(await read())

    async with asyncio.TaskGroup() as together:
        for _ in range(2):
            together.create_task(go_on())
        yield found
        enough.set()


async def test_counts_and_mine_agree_in_every_answer_while_both_change(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    path, dice = f"/v1/posts/{post['id']}", random.Random(7)

    async def read() -> tuple[dict[str, Any], dict[str, Any]]:
        alone = (await ben.get(path)).json()
        listed = (await ben.get("/v1/feed")).json()["items"][0]
        return alone, listed

    said: list[Any] = []
    async with reading(read) as found:
        for _ in range(ROUNDS):
            # As many as are remembered: more at once than the worker counts would be too many.
            said += [await something(ben, path, dice) for _ in range(MOST_RECENT)]
            mine = (await ben.get(path)).json()["mine"]
            reactions = {mine["reaction"]: 1} if mine["reaction"] else {}
            await posts.counts(
                anna, post["id"], reactions=reactions, comments=mine["comments"], viewers=1
            )
    said += [one for pair in found for one in pair]
    assert len(said) > ROUNDS * MOST_RECENT
    assert [one for one in said if not agrees(one["counts"], one["mine"])] == []


async def test_an_answer_that_is_repeated_tells_how_it_stands_now(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    path = f"/v1/posts/{post['id']}"
    for way, body in (("comments", {"text": "I do."}), ("shares", {})):
        first = await ben.call("POST", f"{path}/{way}", body, idempotency_key=way)
        await ben.call("POST", f"{path}/{way}", body)
        again = await ben.call("POST", f"{path}/{way}", body, idempotency_key=way)
        assert again.headers["idempotency-replayed"] == "true"
        assert first.json()["post"]["mine"][way] == 1
        assert again.json()["post"]["mine"][way] == 2
        assert agrees(**again.json()["post"])


async def test_acts_of_others_follow_and_an_etag_changes_with_what_is_shown(
    posts: PostsService,
) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    path = f"/v1/posts/{post['id']}"
    before = await ben.get(path)
    await ben.call("PUT", f"{path}/reaction", {"kind": "like"})
    at_once = await ben.get(path)
    assert at_once.headers["etag"] != before.headers["etag"]
    await posts.counts(anna, post["id"], reactions={"like": 1})
    # Counted since, and shown as before: so it is the same version.
    assert (await ben.get(path, if_none_match=at_once.headers["etag"])).status_code == 304
    await anna.call("PUT", f"{path}/reaction", {"kind": "like"})
    await posts.counts(ben, post["id"], reactions={"like": 2})
    answer = await ben.call("PUT", f"{path}/reaction", {"kind": "thanks"})
    assert answer.json()["counts"]["reactions"] == {"like": 1, "thanks": 1}
