"""Posts over HTTP: publish, read, edit, delete, and every way to be refused."""

import asyncio
import json

import pytest

from shared.contract.events.groups import GroupArchived, MembershipLeft
from shared.contract.events.people import PersonSuspended
from shared.contract.ids import new_id
from tests.integration.posts.service import Caller, PostsService, joined
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def refused(caller: Caller, method: str, path: str, body: object = None) -> tuple[int, str]:
    answer = await caller.call(method, path, body)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:mitmach:problem:")


async def test_a_post_is_published_and_read(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    body = {
        "channel_id": channel,
        "format": "photo",
        "kind": "news",
        "title": "A run at noon",
        "text": "Who *joins*?",
        "topics": ["#Running", "Health & Safety", "running"],
        "media": [{"url": "https://media.example.org/run.jpg", "alt": "Six people running"}],
    }
    answer = await anna.call("POST", "/v1/posts", body)
    assert answer.status_code == 201, answer.text
    assert len(answer.headers["event-ids"].split(",")) == 1
    post = answer.json()
    assert post["topics"] == ["running", "health-safety"]
    assert (post["author_id"], post["version"]) == (anna.id, 1)
    assert post["media"] == body["media"]
    again = await ben.get(f"/v1/posts/{post['id']}")
    assert again.json() == post
    known = await ben.get(f"/v1/posts/{post['id']}", if_none_match=again.headers["etag"])
    assert known.status_code == 304


async def test_an_edit_leaves_a_history(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    post = await anna.publish(await posts.place(anna))
    path = f"/v1/posts/{post['id']}"
    tag = (await anna.get(path)).headers["etag"]
    edited = await anna.call("PATCH", path, {"title": "A run at one"}, if_match=tag)
    assert edited.status_code == 200, edited.text
    assert (edited.json()["title"], edited.json()["text"]) == ("A run at one", post["text"])
    assert edited.headers["etag"] == (await anna.get(path)).headers["etag"]
    stale = await anna.call("PATCH", path, {"title": "A run at two"}, if_match=tag)
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:mitmach:problem:post-changed")
    await anna.call("PATCH", path, {"topics": ["sport"]})
    history = (await anna.get(f"{path}/history?limit=1")).json()
    assert [revision["version"] for revision in history["items"]] == [2]
    more = await anna.get(f"{path}/history?limit=1&cursor={history['next_cursor']}")
    assert [revision["title"] for revision in more.json()["items"]] == ["A run at noon"]
    assert more.json()["next_cursor"] is None
    unchanged = await anna.call("PATCH", path, {"topics": ["Sport"]})
    assert "event-ids" not in unchanged.headers


async def test_a_deleted_post_is_gone(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    post = await anna.publish(channel)
    path = f"/v1/posts/{post['id']}"
    assert await refused(ben, "DELETE", path) == (403, "not-allowed")
    gone = await anna.call("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert "event-ids" in gone.headers
    assert (await anna.call("DELETE", path)).status_code == 204
    assert await refused(ben, "GET", path) == (404, "post-deleted")
    for method, beneath, body in (
        ("PUT", "/reaction", {"kind": "like"}),
        ("DELETE", "/reaction", None),
        ("PUT", "/view", None),
        ("POST", "/comments", {"text": "Oh."}),
        ("GET", "/comments", None),
        ("POST", "/shares", {}),
        ("GET", "/history", None),
    ):
        assert await refused(ben, method, path + beneath, body) == (404, "post-deleted")
    assert (await anna.get(f"/v1/posts?channel_id={channel}")).json()["items"] == []
    assert await posts.database.count("post_texts", {"_id": post["id"]}) == 0


async def test_what_cant_be_published(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna)
    closed = await posts.place(anna, visibility="closed")
    news = await posts.channel(await posts.group(anna), "news")

    def post(**given: object) -> dict[str, object]:
        return {"channel_id": channel, "text": "Hello."} | given

    for caller, body, expected in (
        (anna, post(channel_id=new_id()), (404, "channel-not-found")),
        (ben, post(channel_id=closed), (404, "channel-not-found")),
        (ben, post(), (403, "not-allowed")),
        (anna, post(channel_id=news), (403, "not-allowed")),
        (anna, post(text=" "), (422, "post-empty")),
        (anna, post(text="\u200b\u3164", title="\u2800"), (422, "post-empty")),
        (anna, post(text="Hello.\x00"), (422, "text-unreadable")),
        (anna, post(title="To \u202eeveryone"), (422, "text-unreadable")),
        (anna, post(topics=["?!"]), (422, "topic-invalid")),
        (anna, post(topics=[f"t{n}" for n in range(11)]), (422, "input-invalid")),
        (anna, post(author_id=ben.id), (422, "input-invalid")),
        (anna, post(format="smell"), (422, "input-invalid")),
        (anna, post(format="photo"), (422, "post-incomplete")),
        (anna, post(format="link"), (422, "post-incomplete")),
        (anna, post(format="poll"), (422, "format-not-yet")),
        (anna, post(format="event"), (422, "format-not-yet")),
        (anna, post(title="x" * 201), (422, "input-invalid")),
        (anna, post(text="x" * 20_001), (422, "input-invalid")),
        (anna, post(media=[{"url": "javascript:alert(1)"}]), (422, "input-invalid")),
        (anna, post(channel_id="nonsense"), (422, "input-invalid")),
        (anna, {}, (422, "input-invalid")),
        (anna, [], (422, "input-invalid")),
    ):
        assert await refused(caller, "POST", "/v1/posts", body) == expected


@pytest.mark.parametrize(
    "raw", [b"{", b"", b'{"text":"\\ud800"}', b"\xff", b"[" * 100_000, b'"x"', b"nul"]
)
async def test_no_body_makes_the_service_fail(posts: PostsService, raw: bytes) -> None:
    (anna,) = await posts.people("anna")
    post = await anna.publish(await posts.place(anna))
    for method, path in (
        ("POST", "/v1/posts"),
        ("PATCH", f"/v1/posts/{post['id']}"),
        ("POST", f"/v1/posts/{post['id']}/comments"),
        ("PUT", f"/v1/posts/{post['id']}/reaction"),
        ("POST", f"/v1/posts/{post['id']}/shares"),
        ("POST", "/v1/views:batch"),
    ):
        answer = await posts.http.request(
            method,
            path,
            content=raw,
            headers=anna.headers | {"content-type": "application/json"},
        )
        assert answer.status_code in {400, 422}, (method, path, answer.text)


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00", "\u202e", "😀" * 200, "a\u0300", "\u200fשלום", "می\u200cخواهم"]
)
async def test_any_text_is_kept_or_refused(posts: PostsService, text: str) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.place(anna)
    body = json.dumps({"channel_id": channel, "title": text, "text": text})
    answer = await posts.http.post(
        "/v1/posts",
        content=body.encode(),
        headers=anna.headers | {"content-type": "application/json"},
    )
    if text in {"\ud800", "\x00", "\u202e"}:
        assert answer.status_code in {400, 422}
    else:
        assert answer.status_code == 201
        assert (await anna.get(f"/v1/posts/{answer.json()['id']}")).json()["text"] == text


async def test_a_repeated_key_publishes_once(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.place(anna)
    post = await anna.publish(channel)
    for path, body, other in (
        ("/v1/posts", {"channel_id": channel, "text": "Once."}, {"text": "Twice."}),
        (f"/v1/posts/{post['id']}/comments", {"text": "Once."}, {"text": "Twice."}),
        (f"/v1/posts/{post['id']}/shares", {}, {"to_group_id": new_id()}),
    ):
        key = new_id()
        first, second = await asyncio.gather(
            *(anna.call("POST", path, body, idempotency_key=key) for _ in range(2))
        )
        assert first.status_code == second.status_code == 201, first.text
        assert first.json() == second.json()
        assert first.headers["event-ids"] == second.headers["event-ids"]
        replayed = [answer.headers.get("idempotency-replayed") for answer in (first, second)]
        assert sorted(replayed, key=str) == [None, "true"]
        reused = await anna.call("POST", path, body | other, idempotency_key=key)
        assert reused.status_code == 422
        assert reused.json()["type"].endswith("idempotency-key-reused")


async def test_a_repeated_key_is_answered_with_what_there_is_now(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.place(anna)
    around = await anna.publish(channel)
    for path, collection, body in (
        ("/v1/posts", "posts", {"channel_id": channel, "text": "Once."}),
        (f"/v1/posts/{around['id']}/comments", "comments", {"text": "Once."}),
    ):
        first = await anna.call("POST", path, body, idempotency_key=collection)
        own = f"/v1/{collection}/{first.json()['id']}"
        tag = first.headers["etag"]
        edited = await anna.call("PATCH", own, {"text": "Now."}, if_match=tag)
        again = await anna.call("POST", path, body, idempotency_key=collection)
        assert again.status_code == 201
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["etag"] == edited.headers["etag"] != tag
        assert again.json()["text"] == "Now."
        assert (await anna.call("DELETE", own)).status_code == 204
        gone = await anna.call("POST", path, body, idempotency_key=collection)
        assert (gone.status_code, gone.json()["type"]) == (410, "urn:mitmach:problem:answer-gone")


async def test_who_has_just_joined_publishes_within_a_second(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    group = await posts.group(anna)
    channel = await posts.channel(group)
    body = {"channel_id": channel, "text": "Hello."}
    assert await refused(ben, "POST", "/v1/posts", body) == (403, "not-allowed")
    await posts.tell(joined(ben, group))
    async with asyncio.timeout(1.0):
        while (await ben.call("POST", "/v1/posts", body)).status_code != 201:
            await asyncio.sleep(0.02)


async def test_the_suspended_only_read(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.place(anna)
    post = await anna.publish(channel)
    await posts.tell(sample(PersonSuspended, person=anna.id, account="human"))

    async def known() -> bool:
        answer = await anna.call("PUT", f"/v1/posts/{post['id']}/view")
        return answer.status_code == 403

    await posts.until(known)
    path = f"/v1/posts/{post['id']}"
    for method, beneath, body in (
        ("PUT", "/reaction", {"kind": "like"}),
        ("POST", "/comments", {"text": "Hello?"}),
        ("DELETE", "", None),
    ):
        assert await refused(anna, method, path + beneath, body) == (403, "person-suspended")
    assert (await anna.get(path)).status_code == 200


async def test_an_archived_group_is_read_only(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    group = await posts.group(anna, ben)
    channel = await posts.channel(group)
    post = await anna.publish(channel)
    await posts.tell(sample(GroupArchived, group_id=group, visibility="open"))
    await posts.until(lambda: posts.database.find_one("groups", {"_id": group, "archived": True}))
    path = f"/v1/posts/{post['id']}"
    for method, where, body in (
        ("POST", "/v1/posts", {"channel_id": channel, "text": "Hello."}),
        ("PATCH", path, {"text": "Hello?"}),
        ("POST", f"{path}/comments", {"text": "Hello?"}),
        ("PUT", f"{path}/reaction", {"kind": "like"}),
        ("POST", f"{path}/shares", {}),
    ):
        assert await refused(anna, method, where, body) == (409, "group-is-archived")
    assert (await ben.call("PUT", f"{path}/view")).status_code == 200


async def test_nobody_is_let_in_without_a_token(posts: PostsService) -> None:
    for method, path in (("GET", "/v1/feed"), ("PUT", f"/v1/posts/{new_id()}/view")):
        assert (await posts.http.request(method, path)).status_code == 401


async def test_who_has_left_a_secret_group_isnt_told_by_a_repeated_key_what_is_in_it(
    posts: PostsService,
) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben, visibility="secret")
    key = {"idempotency_key": "the-same"}
    body = {"channel_id": channel, "title": "A run", "text": "Who joins?"}
    post = (await anna.call("POST", "/v1/posts", body, **key)).json()
    path = f"/v1/posts/{post['id']}"
    asked: tuple[tuple[str, dict[str, str]], ...] = (
        ("/v1/posts", body),
        (f"{path}/comments", {"text": "I do."}),
        (f"{path}/shares", {}),
    )
    for where, said in asked:
        assert (await anna.call("POST", where, said, **key)).is_success
    gone = sample(MembershipLeft, group_id=post["group_id"], member=anna.id, visibility="secret")
    await posts.tell(gone)
    theirs = {"person": anna.id}

    async def left() -> bool:
        return await posts.database.count("memberships", theirs) == 0

    await posts.until(left)
    assert (await anna.get(path)).status_code == 404
    for where, said in asked:
        assert (await anna.call("POST", where, said, **key)).status_code == 404, where
