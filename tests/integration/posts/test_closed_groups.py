"""A group that is closed: whom events named before is found by no alias of theirs in it."""

import pytest

from services.posts.domain.audience import Group
from shared.contract.events.groups import GroupChanged
from shared.contract.events.posts import AboutPost
from shared.contract.events.registry import Event
from shared.delivery.command import SETTLED
from tests.integration.posts.service import PostsService
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize("settled", [SETTLED, 0.0])
async def test_an_open_group_that_becomes_secret_doesnt_betray_who_writes_in_it_since(
    posts: PostsService, monkeypatch: pytest.MonkeyPatch, settled: float
) -> None:
    """Neither at once nor when every command has ended that may have seen the group open."""
    monkeypatch.setattr("shared.audience.entities.SETTLED", settled)
    anna, ben = await posts.people("anna", "ben")
    channel = await posts.place(anna, ben)
    old = await anna.publish(channel)
    comment = await ben.comment(old["id"])
    group_id = old["group_id"]
    await posts.tell(sample(GroupChanged, group_id=group_id, visibility="secret"))

    async def closed() -> bool:
        group = await posts.database.find_one(Group.collection, {"_id": group_id})
        return group is not None and group["visibility"] == "secret"

    await posts.until(closed)
    for who in (anna, ben):
        assert (await who.call("PUT", f"/v1/posts/{old['id']}/view")).is_success
        reaction = await who.call("PUT", f"/v1/comments/{comment['id']}/reaction", {"kind": "like"})
        assert reaction.is_success, reaction.text
    new = [await who.publish(channel) for who in (anna, anna, ben)]
    told = await told_of(posts, group_id)
    before = people_at(told, old["id"])
    assert {anna.id, ben.id} < before
    since = {who for post in new for who in people_at(told, post["id"])}
    assert not since & before
    assert len(since) == (3 if settled else 2), "one alias each, once all know"


async def told_of(posts: PostsService, group_id: str) -> list[Event]:
    """All that was told of a group's posts."""

    async def sent() -> bool:
        return await posts.database.count("log", {"first_sequence": None}) == 0

    await posts.until(sent)
    found = await posts.published()
    return [event for event in found if getattr(event.data, "group_id", None) == group_id]


def people_at(told: list[Event], post_id: str) -> set[str | None]:
    """By what people stand in the events about a post."""
    found: set[str | None] = set()
    for event in told:
        data = event.data
        assert isinstance(data, AboutPost)
        if data.post_id == post_id:
            found |= {data.author, getattr(data, "comment_author", None), event.actor}
    return found - {None}
