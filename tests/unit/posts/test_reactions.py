"""Reactions to posts and to comments, decided."""

import pytest

from services.posts.commands.posts import DeletePost
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.views import ViewPost
from services.posts.domain.comment import CommentDeleted, CommentNotFound
from services.posts.domain.engagement import (
    MOST_REACTIONS,
    CommentReaction,
    Engagement,
    engagement_id,
)
from services.posts.domain.post import PostDeleted, PostNotFound
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended
from shared.contract.events.groups import GroupArchived as GroupWasArchived
from shared.contract.events.people import PersonSuspended as PersonWasSuspended
from shared.contract.events.responses import ReactionAdded, ReactionChanged, ReactionRemoved
from shared.contract.ids import new_id
from shared.contract.refusals import GroupIsArchived
from shared.web.quotas import DailyQuotaReached
from tests.support.in_memory import principal
from tests.unit.posts.world import World
from tooling.sample_events import sample


def test_a_first_reaction_is_a_first_interaction_and_a_first_view() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    event = world.happens(ReactToPost(ben, post.id, "like"))
    assert isinstance(event, ReactionAdded)
    assert (event.first_view, event.first_interaction, event.was_interacting) == (True, True, False)
    assert (event.own, event.in_audience, event.reaction) == (False, True, "like")
    assert (event.author, event.topics, event.published_at) == (
        anna.person_id,
        post.tags,
        post.published_at,
    )


def test_whoever_has_seen_the_post_interacts_for_the_first_time_all_the_same() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.do(ViewPost(ben, post.id))
    event = world.happens(ReactToPost(ben, post.id, "like"))
    assert (event.first_view, event.first_interaction) == (False, True)


def test_another_reaction_replaces_the_one_before() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.do(ReactToPost(ben, post.id, "like"))
    event = world.happens(ReactToPost(ben, post.id, "thanks"))
    assert isinstance(event, ReactionChanged)
    assert (event.previous, event.reaction) == ("like", "thanks")
    assert world.happened(ReactToPost(ben, post.id, "thanks")) == []


def test_what_is_taken_back_and_given_again_begins_again() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    assert world.happened(TakeBackReaction(ben, post.id)) == []
    world.do(ReactToPost(ben, post.id, "like"))
    removed = world.happens(TakeBackReaction(ben, post.id))
    assert isinstance(removed, ReactionRemoved)
    assert (removed.previous, removed.still_interacting) == ("like", False)
    again = world.happens(ReactToPost(ben, post.id, "like"))
    assert (again.first_interaction, again.was_interacting) == (False, False)


def test_a_comment_keeps_somebody_interacting() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.comment(ben, post)
    assert world.happens(ReactToPost(ben, post.id, "like")).was_interacting
    assert world.happens(TakeBackReaction(ben, post.id)).still_interacting


def test_ones_own_post_is_marked_as_own_and_outside_of_its_audience() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    event = world.happens(ReactToPost(anna, post.id, "like"))
    assert (event.own, event.in_audience) == (True, False)


def test_who_came_later_isnt_in_the_audience() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    group = world.group(anna)
    post = world.post(anna, world.channel(group))
    assert not world.happens(ReactToPost(ben, post.id, "like")).in_audience
    world.join(ben, group)
    assert not world.happens(ReactToPost(ben, post.id, "thanks")).in_audience


def test_everyone_who_was_active_is_in_the_audience_of_a_post_for_everyone() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(EVERYONE))
    assert world.happens(ReactToPost(ben, post.id, "like")).in_audience
    late = world.person("late")
    assert not world.happens(ReactToPost(late, post.id, "like")).in_audience
    assert not world.happens(ReactToPost(principal("stranger"), post.id, "like")).in_audience


@pytest.mark.parametrize("visibility", ["closed", "secret"])
def test_what_cant_be_seen_isnt_there(visibility: str) -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, visibility=visibility)))
    comment = world.comment(anna, post)
    for post_id in (post.id, new_id()):
        with pytest.raises(PostNotFound):
            world.do(ReactToPost(ben, post_id, "like"))
    for comment_id in (comment.id, new_id()):
        with pytest.raises(CommentNotFound):
            world.do(ReactToComment(ben, comment_id, "like"))


def test_a_reaction_to_a_deleted_post_is_refused() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.do(ReactToPost(ben, post.id, "like"))
    world.do(DeletePost(principal=anna, post_id=post.id))
    for command in (ReactToPost(ben, post.id, "like"), TakeBackReaction(ben, post.id)):
        with pytest.raises(PostDeleted):
            world.do(command)


def test_an_archived_group_takes_no_reaction_but_gives_it_back() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    group = world.group(anna, ben)
    post = world.post(anna, world.channel(group))
    world.do(ReactToPost(ben, post.id, "like"))
    world.hear(sample(GroupWasArchived, group_id=group, visibility="open"))
    with pytest.raises(GroupIsArchived):
        world.do(ReactToPost(ben, post.id, "thanks"))
    world.happens(TakeBackReaction(ben, post.id))


def test_a_suspended_person_doesnt_react() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    world.hear(sample(PersonWasSuspended, person=ben.person_id))
    with pytest.raises(AccountSuspended):
        world.do(ReactToPost(ben, post.id, "like"))


def test_a_reaction_to_a_comment_is_an_interaction_with_its_post() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(anna, world.channel(world.group(anna, ben, cleo)))
    comment = world.comment(ben, post)
    given = world.happens(ReactToComment(cleo, comment.id, "insightful"))
    assert isinstance(given, ReactionAdded)
    assert (given.post_id, given.comment_id, given.comment_author) == (
        post.id,
        comment.id,
        ben.person_id,
    )
    assert (given.first_view, given.first_interaction, given.own) == (True, True, False)
    changed = world.happens(ReactToComment(cleo, comment.id, "funny"))
    assert (changed.previous, changed.reaction) == ("insightful", "funny")
    assert world.find(Engagement, engagement_id(post.id, cleo.person_id)).comment_reactions == 1
    removed = world.happens(TakeBackCommentReaction(cleo, comment.id))
    assert (removed.previous, removed.still_interacting) == ("funny", False)
    assert not any(kind is CommentReaction for kind, _ in world.stored)
    assert world.happened(TakeBackCommentReaction(cleo, comment.id)) == []


def test_a_reaction_to_ones_own_comment_is_own() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    comment = world.comment(ben, post)
    assert world.happens(ReactToComment(ben, comment.id, "like")).own
    assert world.happens(ReactToComment(anna, comment.id, "like")).own, "it is on her post"


def test_a_reaction_to_a_deleted_comment_is_refused() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    comment = world.comment(ben, post)
    world.do(world.deletion(ben, comment.id))
    with pytest.raises(CommentDeleted):
        world.do(ReactToComment(anna, comment.id, "like"))


def test_a_reaction_changes_only_so_often_on_one_day() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    comment = world.comment(anna, post)
    world.do(ReactToComment(ben, comment.id, "like"))
    for number in range(1, MOST_REACTIONS):
        world.do(ReactToPost(ben, post.id, ("like", "thanks")[number % 2]))
    before = world.find(Engagement, engagement_id(post.id, ben.person_id))
    with pytest.raises(DailyQuotaReached):
        world.do(ReactToPost(ben, post.id, "funny"))
    with pytest.raises(DailyQuotaReached):
        world.do(ReactToComment(ben, comment.id, "funny"))
    assert world.find(Engagement, before.id) == before
    world.do(TakeBackReaction(ben, post.id))
    world.do(ReactToPost(anna, post.id, "like"))
    world.wait(days=1)
    world.do(ReactToPost(ben, post.id, "funny"))
