"""What posts do with what an erased person leaves, decided: no person asks for it."""

from typing import Any, Literal

import pytest

from services.posts.commands.comments import EditComment, NextAnswer
from services.posts.commands.erasures import (
    FinishForgetting,
    ForgetComment,
    ForgetCommentReaction,
    ForgetEngagement,
    ForgetPost,
)
from services.posts.commands.posts import EditPost
from services.posts.commands.reactions import ReactToComment, ReactToPost
from services.posts.domain.comment import AnswersChanged, Comment
from services.posts.domain.engagement import CommentReaction, Engagement, engagement_id
from services.posts.domain.post import Post, PostRevision, PostText
from shared.audience import ErasedPerson
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.erasures import PostsPersonForgotten
from shared.contract.events.people import PersonErased
from shared.contract.events.posts import PostDeleted
from shared.contract.events.responses import CommentDeleted
from shared.contract.principal import Principal
from tests.unit.posts.world import World
from tooling.sample_events import sample

TEXTS: tuple[Literal["kept", "deleted"], ...] = ("kept", "deleted")
policies = pytest.mark.parametrize("texts", TEXTS)


def erase(world: World, who: Principal, texts: Literal["kept", "deleted"]) -> ErasedPerson:
    """The person is erased, and posts have heard of it."""
    told = sample(
        PersonErased, person=who.person_id, erasure=erasure_id(who.person_id), texts=texts
    )
    world.hear(told)
    erased = ErasedPerson(
        id=told.erasure, person=who.person_id, texts=texts, secret=b"s" * 16, noted_at=world.now
    )
    world.store(erased)
    return erased


def forget(world: World, erased: ErasedPerson) -> list[Any]:
    """Everything that the worker does; the events of it."""
    person, told = erased.person, []
    assert person is not None
    mine = list(world.stored.items())
    for (kind, key), thing in mine:
        if kind is Post and isinstance(thing, Post) and thing.author == person:
            told += world.happened(ForgetPost(erased, key))
    for (_, key), thing in mine:
        if isinstance(thing, Comment) and thing.author == person:
            told += world.happened(ForgetComment(erased, key, NextAnswer(None)))
    for (kind, key), _ in mine:
        if key.endswith(f":{person}"):
            about = key.partition(":")[0]
            if kind is Engagement:
                told += world.happened(ForgetEngagement(erased, about))
            if kind is CommentReaction:
                told += world.happened(ForgetCommentReaction(erased, about))
    return told


def names(world: World, who: Principal, erased: ErasedPerson) -> list[Any]:
    """What still names the person."""
    return [
        thing
        for key, thing in world.stored.items()
        if who.person_id in str((key, thing)) and key != (ErasedPerson, erased.id)
    ]


@policies
def test_nothing_names_them_any_more_and_their_texts_go_or_stay(texts: Any) -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, ben))
    own, other = world.post(anna, channel), world.post(ben, channel)
    world.do(EditPost(principal=anna, post_id=own.id, title="Another"))
    comment, answer = world.comment(anna, other), world.comment(ben, own)
    world.do(ReactToPost(principal=anna, post_id=other.id, kind="like"))
    world.do(ReactToComment(principal=anna, comment_id=answer.id, kind="like"))
    erased = erase(world, anna, texts)
    told = forget(world, erased)
    assert names(world, anna, erased) == []
    assert anna.person_id not in str(told)
    post = world.find(Post, own.id)
    assert post.author == FORMER_COLLEAGUE
    revision = (PostRevision, f"{own.id}:1")
    if texts == "kept":
        assert told == []
        assert (PostText, own.id) in world.stored
        assert revision in world.stored
        assert world.find(Comment, comment.id).text == "I do."
    else:
        deleted, gone = told
        assert isinstance(deleted, PostDeleted)
        assert (deleted.author, deleted.reason) == (FORMER_COLLEAGUE, "author")
        assert isinstance(gone, CommentDeleted)
        assert (gone.comment_author, gone.by_author) == (FORMER_COLLEAGUE, True)
        assert gone.still_interacting  # the like is left
        assert (PostText, own.id) not in world.stored
        assert revision not in world.stored
        assert world.find(Comment, comment.id).text == ""
        left = engagement_id(other.id, erased.alias(other.id))
        assert world.find(Engagement, left).comments == 0
    world.do(FinishForgetting(erased.id))
    assert anna.person_id not in str(world.stored)


@policies
def test_all_of_it_may_be_done_twice(texts: Any) -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, ben))
    own, other = world.post(anna, channel), world.post(ben, channel)
    comment = world.comment(anna, other)
    erased = erase(world, anna, texts)
    forget(world, erased)
    before = dict(world.stored)
    for command in (
        ForgetPost(erased, own.id),
        ForgetComment(erased, comment.id, NextAnswer(None)),
        ForgetEngagement(erased, other.id),
        ForgetCommentReaction(erased, comment.id),
    ):
        assert world.happened(command) == []
    assert world.stored == before
    assert world.happened(FinishForgetting(erased.id)) == [PostsPersonForgotten(erasure=erased.id)]
    assert world.happened(FinishForgetting(erased.id)) == []


def test_what_they_did_goes_on_counting_once_under_an_id_that_nothing_else_has() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    channel = world.channel(world.group(anna, ben))
    first, second = world.post(ben, channel), world.post(ben, channel)
    for post in (first, second):
        world.do(ReactToPost(principal=anna, post_id=post.id, kind="like"))
    before = {post.id: world.find(Engagement, engagement_id(post.id, anna.person_id))
              for post in (first, second)}  # fmt: skip
    erased = erase(world, anna, "kept")
    forget(world, erased)
    left = [thing for thing in world.stored.values() if isinstance(thing, Engagement)]
    assert len(left) == 2
    for engagement in left:
        was = before[engagement.id.partition(":")[0]]
        assert (engagement.reaction, engagement.interacted) == (was.reaction, was.interacted)
    doers = {engagement.id.partition(":")[2] for engagement in left}
    assert len(doers) == 2
    assert FORMER_COLLEAGUE not in doers


def test_a_kept_comment_is_taken_out_of_sums_as_it_came_in_when_it_is_deleted_later() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    group = world.group(anna, ben)
    world.join(cleo, group, role="moderator")
    post = world.post(ben, world.channel(group))
    comments = [world.comment(anna, post) for _ in range(2)]
    forget(world, erase(world, anna, "kept"))
    first, second = (world.happens(world.deletion(cleo, one.id)) for one in comments)
    assert (first.still_interacting, second.still_interacting) == (True, False)
    assert not first.by_author


def test_two_who_are_gone_arent_taken_for_one() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    group = world.group(anna, ben)
    world.join(cleo, group, role="moderator")
    post = world.post(anna, world.channel(group))
    own, others = world.comment(anna, post), world.comment(ben, post)
    for who in (anna, ben):
        erased = erase(world, who, "kept")
        erased = ErasedPerson(
            id=erased.id,
            person=erased.person,
            texts="kept",
            secret=who.person_id.encode()[:16],
            noted_at=world.now,
        )
        forget(world, erased)
    assert world.happens(world.deletion(cleo, own.id)).own
    assert not world.happens(world.deletion(cleo, others.id)).own


def test_the_next_answer_takes_the_place_of_a_deleted_one() -> None:
    world = World()
    anna, ben, cleo = (world.person(name) for name in ("anna", "ben", "cleo"))
    post = world.post(ben, world.channel(world.group(anna, ben, cleo)))
    first, second = world.comment(anna, post), world.comment(cleo, post)
    erased = erase(world, anna, "deleted")
    with pytest.raises(AnswersChanged):
        world.do(ForgetComment(erased, first.id, None))
    told = world.happens(ForgetComment(erased, first.id, NextAnswer(second.id)))
    assert told.first_response
    assert told.first_response_at == second.added_at
    assert world.find(Post, post.id).first_answer == second.id


def test_texts_on_a_post_that_is_gone_go_without_a_word() -> None:
    world = World()
    anna, ben = world.person("anna"), world.person("ben")
    post = world.post(ben, world.channel(world.group(anna, ben)))
    comment = world.comment(anna, post)
    world.do(EditComment(principal=anna, comment_id=comment.id, text="I did."))
    world.store(world.find(Post, post.id).delete(world.now))
    erased = erase(world, anna, "deleted")
    assert world.happened(ForgetComment(erased, comment.id)) == []
    assert world.find(Comment, comment.id).text == ""
    assert world.find(Comment, comment.id).author == FORMER_COLLEAGUE
