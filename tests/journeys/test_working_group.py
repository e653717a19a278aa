"""A working group, as its people live it: founded, talked in, left, and put away."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from tests.support.platform import Platform, Visitor, running_platform

pytestmark = pytest.mark.journey

PHOTO = [{"url": "https://media.example/whiteboard.jpg", "alt": "A whiteboard full of arrows"}]


@pytest.fixture
async def platform(tmp_path: Any) -> AsyncIterator[Platform]:
    async with running_platform(tmp_path) as platform:
        yield platform


class WorkingGroup(NamedTuple):
    """A working group with its owner and two members, and where they talk.

    Attributes:
        path: The path of the group in the API.
        talk: The id of the channel that came with it.
        news: The id of the channel in which only those who lead it write.
        olga: The owner.
        ann: A member who asked to be let in.
        ben: A member who was invited.
    """

    path: str
    talk: str
    news: str
    olga: Visitor
    ann: Visitor
    ben: Visitor


async def founded(platform: Platform, visibility: str) -> WorkingGroup:
    """A group whose members came in by asking and by an invitation."""
    olga, ann, ben = [await platform.visitor(name) for name in ("olga", "ann", "ben")]
    body = {"kind": "working_group", "visibility": visibility, "name": "Fewer meetings"}
    path = f"/v1/groups/{(await olga.good('POST', '/v1/groups', body))['id']}"

    assert await ann.refused("PUT", f"{path}/members/me") == (403, "approval-needed")
    await ann.good("POST", f"{path}/requests", {"message": "I sit in all of them."})
    [asked] = (await olga.good("GET", f"{path}/requests"))["items"]
    assert asked["person_id"] == ann.id
    await olga.good("POST", f"{path}/requests/{ann.id}:approve")

    await olga.good("POST", f"{path}/invitations", {"person_id": ben.id})
    [invitation] = (await ben.good("GET", "/v1/me/invitations"))["items"]
    assert invitation["group"]["name"] == "Fewer meetings"
    await ben.good("POST", f"{path}/invitations/me:accept")

    [talk] = (await ann.good("GET", f"{path}/channels"))["items"]
    news = await olga.good("POST", f"{path}/channels", {"kind": "news", "name": "Decisions"})
    return WorkingGroup(path, talk["id"], news["id"], olga, ann, ben)


async def test_people_found_a_group_talk_in_it_and_leave(platform: Platform) -> None:
    group = await founded(platform, "closed")
    olga, ann, ben = group.olga, group.ann, group.ben

    question = await ann.eventually(
        "POST",
        "/v1/posts",
        {
            "channel_id": group.talk,
            "kind": "question",
            "title": "Which of them could be a mail?",
            "text": "I count **eleven** a week.",
            "topics": ["Meetings"],
        },
    )
    decision = {
        "channel_id": group.news,
        "format": "photo",
        "kind": "news",
        "title": "No meetings on Fridays",
        "media": PHOTO,
    }
    decided = await olga.eventually("POST", "/v1/posts", decision)
    assert await ann.refused("POST", "/v1/posts", decision) == (403, "not-allowed")
    feed = await ben.reads("/v1/feed", lambda page: len(page["items"]) == 2)
    assert [(post["title"], post["format"]) for post in feed["items"]] == [
        ("No meetings on Fridays", "photo"),
        ("Which of them could be a mail?", "text"),
    ]

    asked, told = f"/v1/posts/{question['id']}", f"/v1/posts/{decided['id']}"
    await ben.good("POST", "/v1/views:batch", {"post_ids": [question["id"], decided["id"]]})
    await ben.good("PUT", f"{told}/reaction", {"kind": "like"})
    await ben.good("PUT", f"{told}/reaction", {"kind": "celebrate"})  # instead of the like
    await ann.good("PUT", f"{told}/reaction", {"kind": "celebrate"})
    await ann.good("DELETE", f"{told}/reaction")
    answer = await ben.good("POST", f"{asked}/comments", {"text": "The one on Monday."})
    reply = {"text": "And the one about it.", "parent_id": answer["id"]}
    await olga.good("POST", f"{asked}/comments", reply)
    await ann.good("PUT", f"/v1/comments/{answer['id']}/reaction", {"kind": "insightful"})

    seen = await ben.reads(told, lambda post: post["counts"]["reactions"] == {"celebrate": 1})
    assert seen["mine"] == {"viewed": True, "reaction": "celebrate", "comments": 0, "shares": 0}
    await ann.reads(asked, lambda post: post["counts"]["comments"] == 2)
    said = (await ann.good("GET", f"{asked}/comments"))["items"]
    assert {comment["text"]: comment["parent_id"] for comment in said} == {
        "The one on Monday.": None,
        "And the one about it.": answer["id"],
    }

    await ben.good("DELETE", f"{group.path}/members/me")
    assert await ben.soon_refused("GET", asked) == (404, "post-not-found")
    more = {"text": "I'm gone."}
    assert await ben.refused("POST", f"{asked}/comments", more) == (404, "post-not-found")
    assert (await ben.good("GET", "/v1/feed"))["items"] == []
    said = (await ann.good("GET", f"{asked}/comments"))["items"]
    assert [comment["author_id"] for comment in said] == [ben.id, olga.id]  # what he said stays
    await ann.reads(group.path, lambda shown: shown["member_count"] == 2)

    assert await olga.refused("DELETE", f"{group.path}/members/me") == (409, "last-owner")
    await olga.good("PUT", f"{group.path}/members/{ann.id}/role", {"role": "owner"})
    await olga.good("DELETE", f"{group.path}/members/me")
    await ann.good("POST", f"{group.path}:archive")
    late = {"channel_id": group.talk, "title": "Is anybody here?"}
    assert await ann.soon_refused("POST", "/v1/posts", late) == (409, "group-is-archived")
    await ann.good("GET", asked)
    await ann.good("POST", f"{group.path}:restore")
    await ann.eventually("POST", "/v1/posts", late)


@pytest.mark.parametrize("visibility", ["open", "closed"])
async def test_who_sees_what_of_a_group(platform: Platform, visibility: str) -> None:
    """An outsider, people with roles of the platform, and somebody who is suspended."""
    admin = await platform.visitor("ada", "admin")
    if visibility == "open":
        olga, ben = await platform.visitor("olga"), await platform.visitor("ben")
        body = {"kind": "working_group", "visibility": "open", "name": "Bikes"}
        path = f"/v1/groups/{(await olga.good('POST', '/v1/groups', body))['id']}"
        await ben.good("PUT", f"{path}/members/me")
        [talk] = (await olga.good("GET", f"{path}/channels"))["items"]
        channel = talk["id"]
    else:
        group = await founded(platform, visibility)
        olga, ben, path, channel = group.olga, group.ben, group.path, group.talk
    guest, editor, moderator = [
        await platform.visitor(*who)
        for who in (("guest",), ("eve", "editor"), ("moe", "moderator"))
    ]
    body = {"channel_id": channel, "title": "Where we meet"}
    post = f"/v1/posts/{(await olga.eventually('POST', '/v1/posts', body))['id']}"
    comment = {"text": "Nice."}

    # Everybody learns that there is such a group, and how they stand with it.
    for who, role in ((olga, "owner"), (ben, "member"), (guest, None), (editor, None)):
        shown = await who.good("GET", path)
        assert (shown["mine"] or {}).get("role") == role
    await ben.eventually("POST", f"{post}/comments", comment)

    # A moderator and an administrator of the platform answer for everything.
    for who in (moderator, admin):
        await who.eventually("GET", post)
        assert len((await who.good("GET", f"{path}/members"))["items"]) >= 2
    assert await moderator.refused("POST", f"{post}/comments", comment) == (403, "not-allowed")

    if visibility == "open":
        await guest.eventually("GET", post)
        await guest.good("PUT", f"{post}/reaction", {"kind": "like"})
        assert await guest.refused("POST", f"{post}/comments", comment) == (403, "not-allowed")
        await editor.eventually("POST", f"{post}/comments", comment)
    else:
        for who in (guest, editor):
            assert await who.refused("GET", post) == (404, "post-not-found")
            assert await who.refused("GET", f"{path}/channels") == (404, "group-not-found")
            assert await who.refused("GET", f"/v1/posts?channel_id={channel}") == (
                404,
                "channel-not-found",
            )

    # Whoever is suspended reads what everybody reads, and does nothing.
    await admin.good("POST", f"/v1/people/{ben.id}:suspend")
    if visibility == "open":
        refusal = await ben.soon_refused("POST", f"{post}/comments", comment)
        assert refusal == (403, "person-suspended")
        await ben.good("GET", post)
    else:
        assert await ben.soon_refused("GET", post) == (404, "post-not-found")
    await admin.good("POST", f"/v1/people/{ben.id}:reinstate")
    await ben.eventually("POST", f"{post}/comments", comment)

    await moderator.good("DELETE", post)
    assert await ben.refused("GET", post) == (404, "post-deleted")
