"""Reactions, comments, views and shares over HTTP, and what is counted of them."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from shared.audience import EVERYONE
from shared.contract.aliases import REACTION, VIEW, Aliases
from shared.contract.events.posts import PostPublished, PostViewed
from shared.contract.events.responses import CommentAdded, CommentDeleted, ReactionAdded
from shared.contract.ids import new_id
from tests.integration.posts.service import PostsService
from tests.support.identity import PSEUDONYM_KEY

FILM = [{"url": "https://media.example.org/run.mp4", "alt": "A run"}]

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_reaction_is_given_changed_and_taken_back(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    path = f"/v1/posts/{post['id']}/reaction"
    given = await ben.call("PUT", path, {"kind": "like"})
    assert given.status_code == 200
    assert given.json()["mine"]["reaction"] == "like"
    assert given.json()["counts"]["reactions"] == {"like": 1}
    assert "event-ids" in given.headers
    assert "event-ids" not in (await ben.call("PUT", path, {"kind": "like"})).headers
    assert (await ben.get(f"/v1/posts/{post['id']}")).json()["mine"]["reaction"] == "like"
    await posts.counts(anna, post["id"], reactions={"like": 1}, views=1, viewers=1)
    await ben.call("PUT", path, {"kind": "thanks"})
    await posts.counts(anna, post["id"], reactions={"thanks": 1})
    taken_back = (await ben.call("DELETE", path)).json()
    assert taken_back["mine"]["reaction"] is None
    assert taken_back["counts"]["reactions"] == {}
    assert "event-ids" not in (await ben.call("DELETE", path)).headers
    await posts.counts(anna, post["id"], reactions={}, viewers=1)
    for body in ({"kind": "dislike"}, {}, {"kind": "like", "weight": 2}, {"kind": None}):
        assert (await ben.call("PUT", path, body)).status_code == 422
    for post_id in (new_id(), "nonsense"):
        answer = await ben.call("PUT", f"/v1/posts/{post_id}/reaction", {"kind": "like"})
        assert answer.status_code == 404


async def test_counts_are_there_within_a_moment(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    await ben.call("PUT", f"/v1/posts/{post['id']}/reaction", {"kind": "like"})
    async with asyncio.timeout(1.0):
        await posts.counts(anna, post["id"], reactions={"like": 1})


async def test_threads_are_listed_in_order_with_their_replies(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    first = await ben.comment(post["id"], "First.")
    await asyncio.sleep(0.002)  # ids of the same millisecond come in any order
    second = await anna.comment(post["id"], "Second.")
    reply = await anna.comment(post["id"], "To the first.", parent_id=first["id"])
    path = f"/v1/posts/{post['id']}/comments"
    page = (await ben.get(f"{path}?limit=2")).json()
    assert [comment["id"] for comment in page["items"]] == [first["id"], reply["id"]]
    rest = (await ben.get(f"{path}?limit=2&cursor={page['next_cursor']}")).json()
    assert [comment["id"] for comment in rest["items"]] == [second["id"]]
    await ben.call("PUT", f"/v1/comments/{reply['id']}/reaction", {"kind": "insightful"})
    assert (await ben.get(path)).json()["items"][1]["my_reaction"] == "insightful"

    async def counted() -> bool:
        shown = (await anna.get(path)).json()["items"][1]
        return bool(shown["reactions"] == {"insightful": 1} and shown["my_reaction"] is None)

    await posts.until(counted)
    await posts.counts(anna, post["id"], comments=3, reactions={})
    gone = await ben.call("DELETE", f"/v1/comments/{first['id']}")
    assert gone.status_code == 204
    await anna.call("DELETE", f"/v1/comments/{reply['id']}")
    shown = (await ben.get(path)).json()["items"]
    assert [(comment["id"], comment["text"], comment["deleted"]) for comment in shown] == [
        (first["id"], "", True),
        (second["id"], "Second.", False),
    ]
    await posts.counts(anna, post["id"], comments=1)


async def test_comments_are_refused_with_a_reason(posts: PostsService) -> None:
    anna, ben, cleo = await posts.people("anna", "ben", "cleo")
    post = await anna.publish(await posts.place(anna, ben))
    comment = await ben.comment(post["id"])
    reply = await anna.comment(post["id"], parent_id=comment["id"])
    path = f"/v1/posts/{post['id']}/comments"
    for caller, body, expected in (
        (cleo, {"text": "Me too."}, "not-allowed"),
        (ben, {"text": " "}, "comment-empty"),
        (ben, {"text": "\u200b\u2800"}, "comment-empty"),
        (ben, {"text": "I do.\x00"}, "text-unreadable"),
        (ben, {"text": "\u202eI do."}, "text-unreadable"),
        (ben, {"text": ""}, "input-invalid"),
        (ben, {"text": "x" * 5001}, "input-invalid"),
        (ben, {"text": "x", "parent_id": new_id()}, "comment-not-found"),
        (ben, {"text": "x", "parent_id": reply["id"]}, "reply-to-reply"),
        (ben, {"text": "x", "author_id": anna.id}, "input-invalid"),
    ):
        answer = await caller.call("POST", path, body)
        assert answer.json()["type"].endswith(expected), answer.text
    hidden = await ben.call("POST", path, {"text": "I\x07 do."})
    assert [(error["field"], error["message"]) for error in hidden.json()["errors"]] == [
        ("/text", "Leave out U+0007 (character 2): it is a control character.")
    ]
    path = f"/v1/comments/{comment['id']}"
    assert (await anna.call("PATCH", path, {"text": "x"})).status_code == 403
    assert (await cleo.call("DELETE", path)).status_code == 403
    edited = await ben.call("PATCH", path, {"text": "I don't."}, if_match='"1"')
    assert (edited.status_code, edited.json()["text"]) == (200, "I don't.")
    assert edited.headers["etag"] == '"2"'
    stale = await ben.call("PATCH", path, {"text": "I do."}, if_match='"1"')
    assert stale.status_code == 412
    assert (await ben.call("PATCH", f"/v1/comments/{new_id()}", {"text": "x"})).status_code == 404
    await ben.call("DELETE", path)
    assert (await ben.call("DELETE", path)).status_code == 204
    answer = await anna.call("PUT", f"{path}/reaction", {"kind": "like"})
    assert answer.json()["type"].endswith("comment-deleted")


async def test_a_reaction_to_a_comment_can_be_taken_back(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    comment = await ben.comment(post["id"])
    path = f"/v1/comments/{comment['id']}/reaction"
    given = (await anna.call("PUT", path, {"kind": "like"})).json()
    assert given == {"reactions": {"like": 1}, "my_reaction": "like"}
    changed = (await anna.call("PUT", path, {"kind": "thanks"})).json()
    assert changed["my_reaction"] == "thanks"
    assert changed["reactions"]["thanks"] == 1
    assert (await anna.call("DELETE", path)).json()["my_reaction"] is None
    assert "event-ids" not in (await anna.call("DELETE", path)).headers
    assert (
        (await anna.call("PUT", f"/v1/comments/{new_id()}/reaction", {"kind": "like"}))
        .json()["type"]
        .endswith("comment-not-found")
    )


async def test_many_views_get_one_report_each(posts: PostsService) -> None:
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    first, second, gone = [(await anna.publish(channel))["id"] for _ in range(3)]
    hidden = (await anna.publish(await posts.place(anna, visibility="secret")))["id"]
    await anna.call("DELETE", f"/v1/posts/{gone}")
    seen = await ben.call("PUT", f"/v1/posts/{first}/view")
    assert seen.json()["mine"]["viewed"] is True
    assert seen.json()["counts"]["viewers"] == 1
    sent = [first, second, second, gone, hidden, "nonsense", "x" * 5000, ""]
    answer = await ben.call("POST", "/v1/views:batch", {"post_ids": sent})
    assert answer.status_code == 200, answer.text
    reports = answer.json()["items"]
    assert [report["post_id"] for report in reports] == sent
    assert [report["status"] for report in reports] == [
        "known",
        "counted",
        "known",
        *["refused"] * 5,
    ]
    assert [report["problem"] for report in reports[3:]] == [
        "urn:mitmach:problem:post-deleted",
        *["urn:mitmach:problem:post-not-found"] * 4,
    ]
    assert reports[1]["event_ids"] == answer.headers["event-ids"].split(",")
    await posts.counts(anna, second, views=1, viewers=1)
    wrong: list[dict[str, Any]] = [
        {"post_ids": []},
        {"post_ids": [first] * 501},
        {"post_ids": [1]},
        {"post_ids": first},
        {"ids": [first]},
        {},
    ]
    for body in wrong:
        assert (await ben.call("POST", "/v1/views:batch", body)).status_code == 422
    many = await ben.call("POST", "/v1/views:batch", {"post_ids": [first] * 500})
    assert len(many.json()["items"]) == 500


async def test_a_share_counts_once_per_person_and_goes_to_own_groups_only(
    posts: PostsService,
) -> None:
    anna, ben = await posts.people("anna", "ben")
    post = await anna.publish(await posts.place(anna, ben))
    path = f"/v1/posts/{post['id']}/shares"
    target, secret = await posts.group(ben), await posts.group(anna, visibility="secret")
    shared = await ben.call("POST", path, {"to_group_id": target})
    assert shared.status_code == 201
    told = shared.json()
    standing = told.pop("post")
    assert told == {"post_id": post["id"], "to_group_id": target, "times": 1}
    assert (standing["counts"]["shares"], standing["mine"]["shares"]) == (1, 1)
    assert (await ben.call("POST", path, {})).json()["times"] == 2
    await anna.call("POST", path, {})
    await posts.counts(anna, post["id"], shares=2)
    mine = (await ben.get(f"/v1/posts/{post['id']}")).json()["mine"]
    assert mine["shares"] == 2, "what I did myself is told as acts"
    for group_id, expected in ((secret, "group-not-found"), (new_id(), "group-not-found")):
        answer = await ben.call("POST", path, {"to_group_id": group_id})
        assert answer.json()["type"].endswith(expected)
    assert (await ben.call("POST", path, {"to_group_id": "nonsense"})).status_code == 422


async def test_what_many_do_at_once_is_counted_once_each(posts: PostsService) -> None:
    people = await posts.people(*(f"p{number}" for number in range(40)))
    channel = await posts.place(*people)
    post = await people[0].publish(channel)
    path = f"/v1/posts/{post['id']}"

    async def take_part(number: int) -> list[str]:
        person = people[number]
        answers = [
            await person.call("PUT", f"{path}/view"),
            await person.call("PUT", f"{path}/reaction", {"kind": "like"}),
            await person.call("PUT", f"{path}/reaction", {"kind": "thanks"}),
            await person.call("POST", f"{path}/comments", {"text": f"Comment {number}."}),
        ]
        assert all(answer.status_code < 300 for answer in answers)
        return [answer.headers["event-ids"] for answer in answers]

    receipts = await asyncio.gather(*(take_part(number) for number in range(40)))
    await posts.counts(
        people[0], post["id"], reactions={"thanks": 40}, comments=40, views=40, viewers=40
    )
    published = Counter(event.id for event in await posts.published())
    assert {published[event_id] for several in receipts for event_id in several} == {1}


async def test_audience_and_flags_are_in_the_events(posts: PostsService) -> None:
    anna, ben, cleo = await posts.people("anna", "ben", "cleo")
    channel = await posts.place(anna, ben)
    post = await anna.publish(channel, topics=["sport"], format="video", media=FILM)
    await ben.call("PUT", f"/v1/posts/{post['id']}/reaction", {"kind": "like"})
    await cleo.call("PUT", f"/v1/posts/{post['id']}/view")
    await posts.counts(anna, post["id"], views=2)
    data = {
        event.type: event
        for event in await posts.published()
        if getattr(event.data, "post_id", None) == post["id"]
    }
    publication = data[PostPublished.type].data
    reaction = data[ReactionAdded.type]
    view = data[PostViewed.type].data
    assert isinstance(publication, PostPublished)
    assert publication.audience_size == 1
    assert isinstance(reaction.data, ReactionAdded)
    assert (reaction.data.in_audience, reaction.data.format) == (True, "video")
    assert reaction.data.published_at == publication.published_at
    aliases = Aliases(PSEUDONYM_KEY)
    assert reaction.actor == aliases.of(REACTION, ben.id)
    assert data[PostViewed.type].actor == aliases.of(VIEW, cleo.id)
    assert isinstance(view, PostViewed)
    assert (view.in_audience, view.first_view, view.own) == (False, True, False)


async def test_who_answers_first_is_told_anew_when_an_answer_is_deleted(
    posts: PostsService,
) -> None:
    anna, ben, cleo = await posts.people("anna", "ben", "cleo")
    post = await anna.publish(await posts.place(anna, ben, cleo))
    await anna.comment(post["id"], "Nobody?")
    spam = await ben.comment(post["id"], "Buy this!")
    answer = await cleo.comment(post["id"], "I know.")
    for who, written in ((ben, spam), (cleo, answer)):
        assert (await who.call("DELETE", f"/v1/comments/{written['id']}")).status_code == 204
    late = await ben.comment(post["id"], "It was me.")
    told = [
        (event.data.comment_id, event.data.first_response, _said(event.data))
        for event in await posts.published()
        if isinstance(event.data, CommentAdded | CommentDeleted)
        and event.data.post_id == post["id"]
    ]
    assert told[1:] == [
        (spam["id"], True, None),
        (answer["id"], False, None),
        (spam["id"], True, datetime.fromisoformat(answer["added_at"])),
        (answer["id"], True, None),
        (late["id"], True, None),
    ]


def _said(data: CommentAdded | CommentDeleted) -> datetime | None:
    return data.first_response_at if isinstance(data, CommentDeleted) else None


async def test_everyone_can_post_where_everyone_belongs(posts: PostsService) -> None:
    (anna,) = await posts.people("anna")
    channel = await posts.channel(EVERYONE)
    assert (await anna.publish(channel))["group_id"] == EVERYONE
    stranger = posts.caller(f"stranger-{new_id()}")
    answer = await stranger.call("POST", "/v1/posts", {"channel_id": channel, "text": "Hi."})
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:mitmach:problem:person-not-active",
    )
    assert answer.headers["retry-after"]
