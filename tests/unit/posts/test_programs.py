"""What programs do is told as theirs, answers nobody, and is counted in no number beside a post."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from services.posts.commands.comments import AddComment
from services.posts.commands.posts import PublishPost
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost
from services.posts.domain.counts import PostCounts
from services.posts.domain.engagement import CommentReaction, Engagement, engagement_id
from services.posts.domain.post import Post, PostContent
from services.posts.worker.engagement_counts import EngagementCounts
from shared.contract.events.responses import CommentDeleted
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.delivery.command import Command
from tests.unit.posts.world import NOON, World


class Office:
    """A post of Anna's, in a group where programs are members too."""

    def __init__(self) -> None:
        self.world = World()
        self.anna, self.ben = self.world.person("anna"), self.world.person("ben")
        self.bot = self.world.program("bot")
        group = self.world.group(self.anna, self.ben, self.bot)
        self.channel = self.world.channel(group)
        self.post = self.world.post(self.anna, self.channel)

    def first_answer(self) -> str | None:
        return self.world.find(Post, self.post.id).first_answer

    def acts(self, who: Principal) -> list[Command]:
        """Everything that can be done with the post, and taken back."""
        post_id, comment = self.post.id, self.world.comment(self.anna, self.post)
        return [
            ViewPost(who, post_id),
            ReactToPost(who, post_id, "like"),
            ReactToPost(who, post_id, "thanks"),
            TakeBackReaction(who, post_id),
            ReactToComment(who, comment.id, "like"),
            TakeBackCommentReaction(who, comment.id),
            AddComment(principal=who, comment_id=new_id(), post_id=post_id, text="I do."),
            SharePost(principal=who, post_id=post_id),
        ]


@pytest.fixture
def office() -> Office:
    return Office()


def test_every_act_says_whether_a_human_being_did_it(office: Office) -> None:
    for who, human in ((office.ben, True), (office.bot, False)):
        for act in office.acts(who):
            told = office.world.happens(act)
            assert (told.human, told.author_human) == (human, True), act


def test_a_token_with_the_role_service_is_a_programs_whatever_its_account(office: Office) -> None:
    both = office.world.person("both", "service", "admin")
    comment = AddComment(
        principal=both, comment_id=new_id(), post_id=office.post.id, text="It rains."
    )
    assert not office.world.happens(comment).human
    assert not office.world.post(both, office.channel).author_human


def test_a_post_of_a_program_is_told_as_such_whoever_acts_on_it(office: Office) -> None:
    command = PublishPost(
        principal=office.bot,
        post_id=new_id(),
        channel_id=office.channel,
        format="text",
        kind="news",
        tags=(),
        content=PostContent(text="It rains."),
    )
    published = office.world.happens(command)
    assert not published.author_human
    assert published.audience_size == 2
    viewed = office.world.happens(ViewPost(office.ben, command.post_id))
    assert (viewed.human, viewed.author_human, viewed.in_audience) == (True, False, True)


def test_a_program_answers_nobody(office: Office) -> None:
    by_bot = office.world.comment(office.bot, office.post)
    assert not by_bot.author_human
    assert office.first_answer() is None
    by_ben = office.world.comment(office.ben, office.post)
    assert office.first_answer() == by_ben.id
    deleted = office.world.happens(office.world.deletion(office.ben, by_ben.id))
    assert (deleted.first_response, deleted.first_response_at) == (True, None)


def test_a_programs_comment_that_somebody_else_deletes_stays_a_programs(office: Office) -> None:
    by_bot = office.world.comment(office.bot, office.post)
    admin = office.world.person("admin", "admin")
    deleted = office.world.happens(office.world.deletion(admin, by_bot.id))
    assert isinstance(deleted, CommentDeleted)
    assert not deleted.human
    assert not deleted.by_author


class Told:
    """An event as the worker reads it."""

    def __init__(self, data: Any) -> None:
        self.data, self.time = data, NOON + timedelta(minutes=1)
        self.partitionkey = data.post_id


def counted(office: Office, who: Principal) -> dict[str, int]:
    """What is counted beside the post for everything that somebody does with it."""
    fold = EngagementCounts().fold("any")
    for act in office.acts(who):
        for data in office.world.happened(act):
            fold.apply(Told(data))  # type: ignore[arg-type]
    of_post = fold.take().posts.get(office.post.id, Counter())
    return {name: count for name, count in of_post.items() if count}


def test_what_programs_do_is_not_counted(office: Office) -> None:
    assert counted(office, office.bot) == {}
    assert counted(office, office.ben) == {"views": 1, "viewers": 1, "comments": 1, "shares": 1}


def test_a_program_is_shown_the_same_numbers_as_everybody(office: Office) -> None:
    office.world.do(ReactToPost(office.bot, office.post.id, "like"))
    comment = office.world.comment(office.anna, office.post)
    change = office.world.do(ReactToComment(office.bot, comment.id, "like"))
    mine = office.world.find(Engagement, engagement_id(office.post.id, office.bot.person_id))
    assert mine.reaction == "like"
    shown = PostCounts(id=office.post.id).agreeing_with(mine)
    assert (shown.reactions, shown.viewers, shown.views) == ({}, 0, 0)
    assert not change.human
    (reaction,) = [
        stored for stored in office.world.stored.values() if isinstance(stored, CommentReaction)
    ]
    assert not reaction.human
