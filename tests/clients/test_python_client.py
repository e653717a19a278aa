"""The generated Python client against the running platform; mypy checks these calls as a user's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from mitmach_client import AuthenticatedClient
from mitmach_client.api.channels import create_channel
from mitmach_client.api.contests import change_contest, create_contest, read_contest
from mitmach_client.api.groups import create_group, read_group
from mitmach_client.api.me import visit
from mitmach_client.api.posts import edit_post, list_posts, publish_post, read_post
from mitmach_client.api.reactions import react_to_post
from mitmach_client.models import (
    ChannelIn,
    ChannelView,
    ContestIn,
    ContestPatchIn,
    ContestView,
    GroupIn,
    GroupView,
    ListedPostPage,
    PostIn,
    PostPatchIn,
    PostView,
    ReactionIn,
)

from tests.support.platform import HEARD_WITHIN, Platform

pytestmark = [pytest.mark.tools, pytest.mark.asyncio(loop_scope="package")]


@asynccontextmanager
async def signed_in(platform: Platform, *roles: str) -> AsyncIterator[AuthenticatedClient]:
    """A client of somebody who has just arrived."""
    visitor = await platform.visitor(f"py-{uuid4().hex[:8]}", *roles)
    async with AuthenticatedClient(base_url=platform.address, token=visitor.token) as client:
        assert (await visit.asyncio_detailed(client=client)).status_code == 200
        yield client


async def test_a_contest_is_renamed_and_stays_what_it_is(platform: Platform) -> None:
    async with signed_in(platform, "editor") as eve:
        draft = ContestIn(title="Ideas", kind="idea", text="What would you change?")
        made = await create_contest.asyncio(client=eve, body=draft)
        assert isinstance(made, ContestView)

        change = ContestPatchIn(title="Best idea of the year")
        changed = await change_contest.asyncio(made.id, client=eve, body=change)
        assert isinstance(changed, ContestView)
        found = await read_contest.asyncio(made.id, client=eve)
        assert isinstance(found, ContestView)
        for contest in (changed, found):
            assert (contest.title, contest.text, contest.kind) == (
                "Best idea of the year",
                "What would you change?",
                "idea",
            )
            assert contest.rules == made.rules


async def test_a_post_is_published_listed_and_its_title_changed(platform: Platform) -> None:
    async with signed_in(platform) as ann:
        group = await create_group.asyncio(
            client=ann, body=GroupIn(kind="community", name=f"Cyclists {uuid4().hex[:6]}")
        )
        assert isinstance(group, GroupView)
        channel = await create_channel.asyncio(
            group.id, client=ann, body=ChannelIn(kind="discussion", name="Rides")
        )
        assert isinstance(channel, ChannelView)
        body = PostIn(channel_id=channel.id, title="Friday", text="Who shares a ride?")
        async with asyncio.timeout(HEARD_WITHIN):
            while not isinstance(
                post := await publish_post.asyncio(client=ann, body=body), PostView
            ):
                await asyncio.sleep(0.1)  # posts hears of the channel

        answer = await read_post.asyncio_detailed(post.id, client=ann)
        edited = await edit_post.asyncio_detailed(
            post.id,
            client=ann,
            body=PostPatchIn(title="Friday at five"),
            if_match=answer.headers["etag"],
        )
        assert isinstance(edited.parsed, PostView)
        assert (edited.parsed.title, edited.parsed.text) == ("Friday at five", body.text)
        stale = await edit_post.asyncio_detailed(
            post.id,
            client=ann,
            body=PostPatchIn(title="Friday at six"),
            if_match=answer.headers["etag"],
        )
        assert stale.status_code == 412

        await react_to_post.asyncio(post.id, client=ann, body=ReactionIn(kind="like"))
        page = await list_posts.asyncio(client=ann, channel_id=channel.id)
        assert isinstance(page, ListedPostPage)
        assert [one.title for one in page.items] == ["Friday at five"]
        assert page.next_cursor is None


async def test_what_is_refused_is_a_problem(platform: Platform) -> None:
    async with signed_in(platform) as ann:
        answer = await read_group.asyncio_detailed(uuid4(), client=ann)
        assert answer.status_code == 404
        assert getattr(answer.parsed, "type_", "") == "urn:mitmach:problem:group-not-found"
