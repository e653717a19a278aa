"""Views and shares, decided."""

from datetime import timedelta

import pytest

from services.posts.commands.posts import DeletePost
from services.posts.commands.reactions import ReactToPost
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost, ViewPosts
from services.posts.domain.post import PostNotFound
from shared.contract.access import NotAllowed
from shared.contract.events.posts import PostShared, PostViewed
from shared.contract.ids import new_id
from shared.contract.refusals import GroupNotFound
from tests.unit.posts.world import World


def test_one_view_a_day_counts() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    view = ViewPost(ben, post.id)
    event = world.happens(view)
    assert isinstance(event, PostViewed)
    assert (event.first_view, event.in_audience, event.own) == (True, True, False)
    world.now += timedelta(hours=11)
    assert world.happened(view) == []
    world.now += timedelta(hours=1)
    assert not world.happens(view).first_view
    world.now -= timedelta(hours=2)
    assert world.happened(view) == [], "a clock that is behind counts nothing twice"


def test_an_interaction_implies_the_view_of_its_day_only() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.do(ReactToPost(ben, post.id, "like"))
    assert world.happened(ViewPost(ben, post.id)) == []
    world.now += timedelta(days=1)
    assert not world.happens(ViewPost(ben, post.id)).first_view


def test_an_outsider_sees_what_is_open() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna)))
    assert not world.happens(ViewPost(ben, post.id)).in_audience
    hidden = world.post(anna, world.channel(world.group(anna, visibility="closed")))
    with pytest.raises(PostNotFound):
        world.do(ViewPost(ben, hidden.id))


def test_each_of_many_views_gets_its_answer() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, ben))
    seen, fresh, gone = (world.post(anna, channel) for _ in range(3))
    hidden = world.post(anna, world.channel(world.group(anna, visibility="secret")))
    world.do(ViewPost(ben, seen.id))
    world.do(DeletePost(principal=anna, post_id=gone.id))
    ids = (fresh.id, seen.id, fresh.id, gone.id, hidden.id, "nonsense")
    before = len(world.events)
    results = world.do(ViewPosts(ben, ids)).results
    assert [(result.post_id, result.status, result.refusal) for result in results] == [
        (fresh.id, "counted", None),
        (seen.id, "known", None),
        (fresh.id, "known", None),
        (gone.id, "refused", "post-deleted"),
        (hidden.id, "refused", "post-not-found"),
        ("nonsense", "refused", "post-not-found"),
    ]
    (event,) = [occurred.data for occurred in world.events[before:]]
    assert isinstance(event, PostViewed)
    assert event.post_id == fresh.id


def test_among_many_views_those_of_ones_own_posts_are_known_and_told_nobody() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, ben))
    own, gone, other = (
        world.post(anna, channel),
        world.post(anna, channel),
        world.post(ben, channel),
    )
    world.do(DeletePost(principal=anna, post_id=gone.id))
    before = len(world.events)
    results = world.do(ViewPosts(anna, (own.id, other.id, gone.id))).results
    assert [result.status for result in results] == ["known", "counted", "refused"]
    (event,) = [occurred.data for occurred in world.events[before:]]
    assert isinstance(event, PostViewed)
    assert event.post_id == other.id
    assert world.happens(ViewPost(anna, own.id)).own, "said alone, it counts"


def test_a_command_tells_views_of_one_scope_and_leaves_the_others() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    groups = [world.group(anna, ben, visibility=name) for name in ("secret", "open", "closed")]
    secret, open_, closed = (world.post(anna, world.channel(group)) for group in groups)
    known = world.post(anna, world.channel(groups[1]))
    world.do(ViewPost(ben, known.id))
    before = len(world.events)
    ids = (known.id, secret.id, open_.id, "nonsense", closed.id, open_.id, secret.id)
    reply = world.do(ViewPosts(ben, ids))
    assert {occurred.within for occurred in world.events[before:]} == {groups[0]}
    assert [result and result.status for result in reply.results] == [
        *("known", "counted", None, "refused", None, None, "known"),
    ]
    assert reply.left == {None: [2, 5], groups[2]: [4]}
    assert not world.do(ViewPosts(ben, (open_.id, known.id))).left


def test_a_post_is_passed_on_more_than_once() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    first = world.happens(SharePost(principal=ben, post_id=post.id))
    assert isinstance(first, PostShared)
    assert (first.first_share, first.first_interaction, first.to_group_id) == (True, True, None)
    target = world.group(ben)
    second = world.happens(SharePost(principal=ben, post_id=post.id, to_group_id=target))
    assert (second.first_share, second.was_interacting) == (False, True)
    assert second.to_group_id == target


def test_a_post_is_passed_on_to_ones_own_groups_only() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    with pytest.raises(NotAllowed):
        world.do(SharePost(principal=ben, post_id=post.id, to_group_id=world.group(anna)))
    secret = world.group(anna, visibility="secret")
    for group_id in (secret, new_id()):
        with pytest.raises(GroupNotFound):
            world.do(SharePost(principal=ben, post_id=post.id, to_group_id=group_id))
