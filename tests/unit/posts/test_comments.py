"""Comments, decided."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from services.posts.commands.comments import AddComment, DeleteComment, EditComment, NextAnswer
from services.posts.commands.posts import DeletePost
from services.posts.domain.comment import (
    AnswersChanged,
    Comment,
    CommentChanged,
    CommentDeleted,
    CommentEmpty,
    CommentNotFound,
    ReplyToReply,
)
from services.posts.domain.post import Post, PostDeleted
from shared.contract.access import NotAllowed
from shared.contract.events import responses
from shared.contract.events.groups import ChannelArchived as ChannelWasArchived
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelIsArchived
from tests.unit.posts.world import World
from tooling.sample_events import sample


def comment_on(
    post: Post, author: Principal, text: str = "I do.", parent_id: str | None = None
) -> AddComment:
    return AddComment(
        principal=author, comment_id=new_id(), post_id=post.id, text=text, parent_id=parent_id
    )


def delete(
    world: World, who: Principal, added: Any, following: NextAnswer | None = None, *roles: str
) -> responses.CommentDeleted:
    who = dataclasses.replace(who, roles=frozenset(roles)) if roles else who
    command = DeleteComment(principal=who, comment_id=added.comment_id, next_answer=following)
    event = world.happens(command)
    assert isinstance(event, responses.CommentDeleted)
    return event


def test_the_first_answer_by_somebody_else_is_told_once() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(anna, world.channel(world.group(anna, ben, cleo)))
    assert not world.happens(comment_on(post, anna)).first_response
    first = world.happens(comment_on(post, ben))
    assert isinstance(first, responses.CommentAdded)
    assert first.first_response
    assert not world.happens(comment_on(post, cleo)).first_response


def test_a_deleted_answer_answers_no_more() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(anna, world.channel(world.group(anna, ben, cleo)))
    spam, real = world.happens(comment_on(post, ben)), None
    gone = delete(world, cleo, spam, NextAnswer(None), "moderator")
    assert (gone.first_response, gone.first_response_at) == (True, None)

    real = world.happens(comment_on(post, cleo))
    assert real.first_response
    assert not world.happens(comment_on(post, ben)).first_response


def test_the_next_answer_that_stands_takes_the_place_of_a_deleted_one() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(anna, world.channel(world.group(anna, ben, cleo)))
    first = world.happens(comment_on(post, ben))
    world.wait(minutes=5)
    second = world.happens(comment_on(post, cleo))
    gone = delete(world, ben, first, NextAnswer(second.comment_id))
    heir = world.find(Comment, second.comment_id)
    assert (gone.first_response, gone.first_response_at) == (True, heir.added_at)
    after = world.find(Post, post.id)
    assert after.first_answer == second.comment_id
    assert after.answer_unsettled_since is not None  # it is looked at again


def test_a_deleted_comment_that_answered_nothing_changes_no_answer() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    own = world.happens(comment_on(post, anna))
    answer = world.happens(comment_on(post, ben))
    again = world.happens(comment_on(post, ben))
    for who, comment in ((anna, own), (ben, again)):
        gone = delete(world, who, comment)
        assert (gone.first_response, gone.first_response_at) == (False, None)
    after = world.find(Post, post.id)
    assert (after.first_answer, after.answer_unsettled_since) == (answer.comment_id, None)


def test_a_deletion_looks_again_when_the_answers_changed_meanwhile() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(anna, world.channel(world.group(anna, ben, cleo)))
    first = world.happens(comment_on(post, ben))
    with pytest.raises(AnswersChanged):  # it wasn't the first when somebody looked
        delete(world, ben, first)
    second = world.happens(comment_on(post, cleo))
    delete(world, cleo, second)
    with pytest.raises(AnswersChanged):  # the next one is gone too
        delete(world, ben, first, NextAnswer(second.comment_id))
    assert delete(world, ben, first, NextAnswer(None)).first_response


def test_a_reply_names_whom_it_answers_and_stands_beneath() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    first, second = world.comment(ben, post), world.comment(anna, post)
    reply = world.comment(anna, post, parent_id=first.id)
    event = world.events[-1].data
    assert isinstance(event, responses.CommentAdded)
    assert (event.parent_id, event.parent_author) == (first.id, ben.person_id)
    comments = [comment for (kind, _), comment in world.stored.items() if kind is Comment]
    in_order = sorted(comments, key=lambda comment: comment.place)  # type: ignore[attr-defined]
    assert [comment.id for comment in in_order] == [first.id, reply.id, second.id]


def test_there_is_one_level_of_replies() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    comment = world.comment(anna, post)
    reply = world.comment(anna, post, parent_id=comment.id)
    with pytest.raises(ReplyToReply):
        world.do(comment_on(post, anna, parent_id=reply.id))


def test_a_reply_needs_a_comment_of_the_same_post() -> None:
    world = World()
    anna = world.person("anna")
    channel = world.channel(world.group(anna))
    post, other = world.post(anna, channel), world.post(anna, channel)
    elsewhere = world.comment(anna, other)
    for parent_id in (elsewhere.id, new_id()):
        with pytest.raises(CommentNotFound):
            world.do(comment_on(post, anna, parent_id=parent_id))
    gone = world.comment(anna, post)
    world.do(world.deletion(anna, gone.id))
    with pytest.raises(CommentDeleted):
        world.do(comment_on(post, anna, parent_id=gone.id))


def test_commenting_needs_membership_where_reading_doesnt() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna)))
    with pytest.raises(NotAllowed):
        world.do(comment_on(post, ben))


def test_an_empty_comment_is_none() -> None:
    world = World()
    anna = world.person("anna")
    post = world.post(anna, world.channel(world.group(anna)))
    with pytest.raises(CommentEmpty):
        world.do(comment_on(post, anna, text=" \n"))
    comment = world.comment(anna, post)
    with pytest.raises(CommentEmpty):
        world.do(EditComment(principal=anna, comment_id=comment.id, text=""))


def test_no_comment_where_post_or_channel_are_closed() -> None:
    world = World()
    anna = world.person("anna")
    group = world.group(anna)
    channel = world.channel(group)
    post = world.post(anna, channel)
    comment = world.comment(anna, post)
    world.hear(sample(ChannelWasArchived, group_id=group, channel_id=channel, visibility="open"))
    with pytest.raises(ChannelIsArchived):
        world.do(comment_on(post, anna))
    with pytest.raises(ChannelIsArchived):
        world.do(EditComment(principal=anna, comment_id=comment.id, text="No."))
    world.do(world.deletion(anna, comment.id))
    world.do(DeletePost(principal=anna, post_id=post.id))
    with pytest.raises(PostDeleted):
        world.do(comment_on(post, anna))


def test_an_edit_changes_the_wording() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    comment = world.comment(ben, post)
    world.now += timedelta(minutes=1)
    event = world.happens(EditComment(principal=ben, comment_id=comment.id, text="I don't."))
    assert isinstance(event, responses.CommentEdited)
    edited = world.find(Comment, comment.id)
    assert (edited.text, edited.version) == ("I don't.", 2)
    assert world.happened(EditComment(principal=ben, comment_id=comment.id, text="I don't.")) == []
    with pytest.raises(NotAllowed):
        world.do(EditComment(principal=anna, comment_id=comment.id, text="He does."))
    with pytest.raises(CommentChanged):
        world.do(
            EditComment(principal=ben, comment_id=comment.id, text="x", expected=frozenset({1}))
        )


def test_a_deleted_comment_keeps_its_place_and_loses_its_text() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(anna, world.channel(world.group(anna, ben)))
    comment = world.comment(ben, post)
    event = world.happens(world.deletion(ben, comment.id))
    assert isinstance(event, responses.CommentDeleted)
    assert (event.by_author, event.still_interacting) == (True, False)
    assert event.commented_at == comment.added_at
    deleted = world.find(Comment, comment.id)
    assert (deleted.text, deleted.place) == ("", comment.place)
    assert world.happened(world.deletion(ben, comment.id)) == []


def test_what_a_moderator_deletes_is_taken_back_from_its_author() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    group = world.group(anna, ben)
    world.join(cleo, group, "moderator")
    post = world.post(anna, world.channel(group))
    first, second = world.comment(ben, post), world.comment(ben, post)
    with pytest.raises(NotAllowed):
        world.do(world.deletion(anna, first.id))
    event = world.happens(world.deletion(cleo, first.id))
    assert (event.comment_author, event.by_author) == (ben.person_id, False)
    assert (event.still_interacting, event.in_audience, event.own) == (True, True, False)
    assert world.events[-1].actor == cleo.person_id
    event = world.happens(world.deletion(cleo, second.id))
    assert not event.still_interacting
