"""Acts of before, as posts, comments, reactions, views and shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from msgspec import UNSET

from services.posts.api.comments import CommentIn, CommentPatchIn
from services.posts.api.posts import PostIn, PostPatchIn
from services.posts.api.reactions import ReactionIn
from services.posts.api.shares import ShareIn
from services.posts.commands.comments import AddComment, EditComment
from services.posts.commands.posts import DeletePost, EditPost, PublishPost
from services.posts.commands.reactions import (
    ReactToComment,
    ReactToPost,
    TakeBackCommentReaction,
    TakeBackReaction,
)
from services.posts.commands.shares import SharePost
from services.posts.commands.views import ViewPost
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import Engagement, engagement_id
from services.posts.domain.post import Post, PostContent
from shared.contract.tags import normalise_tags
from shared.delivery.command import Changes, Found, Key
from shared.web.http import given, read_text
from shared.web.http.routing.history import (
    AskedAct,
    BuildAct,
    MadeOnce,
    RecordedBefore,
    add_history_route,
)
from shared.web.http.routing.media import media_of

router = APIRouter(prefix="/v1")


def _publish(asked: AskedAct) -> MadeOnce:
    body = asked.read(PostIn)
    command = PublishPost(
        principal=asked.principal,
        post_id=asked.id,
        channel_id=body.channel_id,
        format=body.format,
        kind=body.kind,
        tags=normalise_tags(body.topics),
        content=PostContent(title=body.title, text=body.text, media=media_of(body.media)),
        past=True,
    )
    return MadeOnce(command, Post, command.post_id)


def _edit(asked: AskedAct) -> EditPost:
    body = asked.read(PostPatchIn)
    return EditPost(
        principal=asked.principal,
        post_id=asked.target,
        title=given(body.title),
        text=given(body.text),
        media=None if body.media is UNSET else media_of(body.media),
        tags=None if body.topics is UNSET else normalise_tags(body.topics),
        expected=None,
    )


def _comment(asked: AskedAct) -> MadeOnce:
    body = asked.read(CommentIn)
    command = AddComment(
        principal=asked.principal,
        comment_id=asked.id,
        post_id=asked.target,
        text=read_text("/text", body.text),
        parent_id=body.parent_id,
    )
    return MadeOnce(command, Comment, command.comment_id)


@dataclass(frozen=True, slots=True)
class SharedOnce:
    """A share at its own time, which is recorded once: it has no id that would tell."""

    command: SharePost

    def reads(self, found: Found) -> Iterable[Key]:
        """As the command does."""
        return self.command.reads(found)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Decides as the command does, unless that was done.

        Raises:
            RecordedBefore: They passed the post on at this moment.
        """
        key = engagement_id(self.command.post_id, self.command.principal.person_id)
        engagement = found.get(Engagement, key)
        if engagement is not None and engagement.shared_at(now):
            raise RecordedBefore
        return self.command.decide(found, now)


def _share(asked: AskedAct) -> SharedOnce:
    return SharedOnce(
        SharePost(
            principal=asked.principal,
            post_id=asked.target,
            to_group_id=asked.read(ShareIn).to_group_id,
        )
    )


ACTS: dict[str, BuildAct] = {
    "publish_post": _publish,
    "edit_post": _edit,
    "delete_post": lambda asked: DeletePost(
        principal=asked.principal, post_id=asked.target, expected=None
    ),
    "add_comment": _comment,
    "edit_comment": lambda asked: EditComment(
        principal=asked.principal,
        comment_id=asked.target,
        text=asked.read(CommentPatchIn).text,
        expected=None,
    ),
    "react_to_post": lambda asked: ReactToPost(
        asked.principal, asked.target, asked.read(ReactionIn).kind
    ),
    "take_back_reaction": lambda asked: TakeBackReaction(asked.principal, asked.target),
    "react_to_comment": lambda asked: ReactToComment(
        asked.principal, asked.target, asked.read(ReactionIn).kind
    ),
    "take_back_comment_reaction": lambda asked: TakeBackCommentReaction(
        asked.principal, asked.target
    ),
    "view_post": lambda asked: ViewPost(asked.principal, asked.target),
    "share_post": _share,
}
"""By the `operationId` of the route that each stands for.

Deleting a comment isn't among them: which answer comes next has to be looked up before. It is sent
to its own route.
"""

add_history_route(router, "posts", ACTS)
