"""What the service deletes by itself, decided."""

import msgspec

from services.posts.commands.cleanup import RemovePost
from services.posts.commands.posts import EditPost
from services.posts.domain.audience import Group
from services.posts.domain.post import Post, PostRevision, PostText
from shared.contract.events.groups import GroupDeleted
from shared.contract.events.posts import PostDeleted
from shared.contract.ids import new_id
from tests.unit.posts.world import World
from tooling.sample_events import sample


def test_a_post_goes_with_its_group_and_all_its_texts_go_with_it() -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna)
    post = world.post(anna, world.channel(group))
    world.do(EditPost(principal=anna, post_id=post.id, text="Who is coming?"))
    world.hear(sample(GroupDeleted, group_id=group, visibility="open"))

    event = world.happens(RemovePost(post.id))
    assert isinstance(event, PostDeleted)
    assert (event.reason, event.post_id, event.group_id) == ("group_deleted", post.id, group)
    assert world.events[-1].actor is None
    assert not any(kind in {PostText, PostRevision} for kind, _ in world.stored)
    gone = world.find(Post, post.id)
    assert gone.deleted_at == gone.clearing_since is not None


def test_a_post_is_removed_once_and_only_when_its_group_is_gone() -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna)
    post = world.post(anna, world.channel(group))
    assert world.happened(RemovePost(post.id)) == []
    world.store(msgspec.structs.replace(world.find(Group, group), archived=True))
    assert world.happened(RemovePost(post.id)) == []
    world.hear(sample(GroupDeleted, group_id=group, visibility="open"))
    assert len(world.happened(RemovePost(post.id))) == 1
    for again in (post.id, new_id()):
        assert world.happened(RemovePost(again)) == []
