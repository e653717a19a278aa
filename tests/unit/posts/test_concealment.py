"""Events say where people may not be named: in every group that isn't open."""

import pytest

from services.posts.commands.cleanup import RemovePost
from services.posts.commands.comments import EditComment, NextAnswer
from services.posts.commands.erasures import ForgetComment, ForgetPost
from services.posts.commands.first_answers import CorrectFirstAnswer
from services.posts.commands.posts import DeletePost, EditPost
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost, ViewPosts
from services.posts.domain.post import Post
from shared.audience import EVERYONE
from shared.contract.events.groups import GroupDeleted
from shared.contract.events.posts import PostShared
from tests.unit.posts.test_erasures import erase
from tests.unit.posts.world import World
from tooling.sample_events import sample


def all_that_people_do(world: World, group_id: str) -> Post:
    """Anna's post in a group, and everything that can be done with it; Cleo moderates."""
    anna, ben, cleo = world.person("anna"), world.person("ben"), world.person("cleo", "moderator")
    if group_id != EVERYONE:
        visibility = world.visibility(group_id)
        world.join(anna, group_id, visibility=visibility)
        world.join(ben, group_id, visibility=visibility)
        world.join(cleo, group_id, role="moderator", visibility=visibility)
    channel = world.channel(group_id)
    post, other = world.post(anna, channel), world.post(anna, channel)
    world.do(ViewPost(ben, post.id))
    world.do(ViewPosts(cleo, (post.id, other.id)))
    world.do(ReactToPost(ben, post.id, "like"))
    world.do(TakeBackReaction(ben, post.id))
    first = world.comment(ben, post)
    world.comment(anna, post, parent_id=first.id)
    world.do(EditComment(principal=ben, comment_id=first.id, text="I do, too."))
    world.do(ReactToComment(cleo, first.id, "thanks"))
    world.do(TakeBackCommentReaction(cleo, first.id))
    world.do(SharePost(principal=ben, post_id=post.id))
    world.do(EditPost(principal=anna, post_id=post.id, text="Who joins us?"))
    world.do(world.deletion(ben, first.id))
    missed = world.comment(cleo, post)
    world.store(post_without_answer(world, post))
    world.do(CorrectFirstAnswer(post.id, missed.id))
    world.do(DeletePost(principal=cleo, post_id=other.id))
    return post


def post_without_answer(world: World, post: Post) -> Post:
    """The post, as if a deletion had missed the comment that answers it."""
    return world.find(Post, post.id).correct_first_answer(None, world.now)


@pytest.mark.parametrize("visibility", ["open", "closed", "secret"])
def test_every_event_in_a_group_says_whether_people_may_be_named(visibility: str) -> None:
    world = World()
    group_id = world.group(visibility=visibility)
    all_that_people_do(world, group_id)
    assert len({event.data.type for event in world.events}) == 11
    within = None if visibility == "open" else group_id
    assert {event.within for event in world.events} == {within}


def test_in_the_group_of_everyone_people_are_named() -> None:
    world = World()
    all_that_people_do(world, EVERYONE)
    assert {event.within for event in world.events} == {None}


def test_what_goes_with_its_group_names_nobody() -> None:
    world = World()
    anna = world.person("anna")
    group_id = world.group(anna, visibility="secret")
    post = world.post(anna, world.channel(group_id))
    world.hear(sample(GroupDeleted, group_id=group_id, visibility="secret"))
    world.do(RemovePost(post.id))
    assert world.events[-1].within == group_id


@pytest.mark.parametrize(("visibility", "told"), [("open", True), ("closed", False)])
def test_only_members_bring_a_post_to_a_group_so_one_that_isnt_open_isnt_told(
    visibility: str, told: bool
) -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    target = world.group(anna, visibility=visibility)
    event = world.happens(SharePost(principal=anna, post_id=post.id, to_group_id=target))
    assert isinstance(event, PostShared)
    assert event.to_group_id == (target if told else None)


@pytest.mark.parametrize("visibility", ["open", "secret"])
def test_what_goes_with_an_erased_person_names_nobody_either(visibility: str) -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    group_id = world.group(anna, ben, visibility=visibility)
    post = world.post(anna, world.channel(group_id))
    comment = world.comment(ben, post)
    world.do(ForgetComment(erase(world, ben, "deleted"), comment.id, NextAnswer(None)))
    world.do(ForgetPost(erase(world, anna, "deleted"), post.id))
    within = None if visibility == "open" else group_id
    assert [event.within for event in world.events[-2:]] == [within, within]
