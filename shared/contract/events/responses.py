"""Events about what people answer a post with: comments, accepted answers, reactions, poll votes.

Emitted by the posts service; they say of the post what `shared.contract.events.posts` lays down.
"""

from shared.contract import aliases
from shared.contract.events.naming import Naming
from shared.contract.events.posts import AboutPost, ActOnPost, Interaction, Retraction
from shared.contract.events.vocabulary import (
    ContentStatus,
    Count,
    Id,
    Moment,
    PersonOrAlias,
    ReactionKind,
)

_COMMENT = ("author", "comment_author")
_REACTION = Naming(_COMMENT, actor=aliases.REACTION, actor_like=_COMMENT)
_VOTE = Naming(("author",), actor=aliases.POLL_VOTE)
_ANSWER = Naming(_COMMENT, actor_like=("author",))


class CommentAdded(Interaction, frozen=True, kw_only=True):
    """A person commented on a post or replied to a comment.

    Attributes:
        comment_id: The comment.
        comment_author: The comment's author.
        first_response: It answers the post: its first comment by a human being other than its
            author, among those that stand.
        parent_id: The comment that it replies to.
        parent_author: That comment's author.
    """

    type = "mitmach.comment.added"
    subject_field = "comment_id"
    naming = Naming((*_COMMENT, "parent_author"), actor_like=("comment_author",))

    comment_id: Id
    comment_author: PersonOrAlias
    first_response: bool
    parent_id: Id | None = None
    parent_author: PersonOrAlias | None = None


class CommentEdited(ActOnPost, frozen=True, kw_only=True):
    """The wording of a comment changed.

    Attributes:
        comment_id: The comment.
        comment_author: The comment's author.
    """

    type = "mitmach.comment.edited"
    subject_field = "comment_id"
    naming = Naming(_COMMENT, actor_like=("comment_author",))

    comment_id: Id
    comment_author: PersonOrAlias


class CommentHidden(Retraction, frozen=True, kw_only=True):
    """A moderator hid a comment: it counts as taken back until it is restored.

    Attributes:
        comment_id: The comment.
        comment_author: The comment's author.
        commented_at: When the comment was written.
        first_response: It was the post's first response until now.
        first_response_at: When the comment was written that is it since; left out: none is, nobody
            has answered the post (or nothing changed, as `first_response` says).
    """

    type = "mitmach.comment.hidden"
    subject_field = "comment_id"
    naming = Naming(_COMMENT)

    comment_id: Id
    comment_author: PersonOrAlias
    commented_at: Moment
    first_response: bool
    first_response_at: Moment | None = None


class CommentRestored(ActOnPost, frozen=True, kw_only=True):
    """A hidden comment can be seen again and counts again.

    Attributes:
        comment_id: The comment.
        comment_author: The comment's author.
        commented_at: When the comment was written.
        was_interacting: Its author had another interaction with the post that wasn't taken back.
        first_response: It is the post's first response, since it is earlier than what was it.
        first_response_at: When it was written, if so.
    """

    type = "mitmach.comment.restored"
    subject_field = "comment_id"
    naming = Naming(_COMMENT)

    comment_id: Id
    comment_author: PersonOrAlias
    commented_at: Moment
    was_interacting: bool
    first_response: bool
    first_response_at: Moment | None = None


class CommentDeleted(Retraction, frozen=True, kw_only=True):
    """A comment is gone, by its author or a moderator.

    Attributes:
        comment_id: The comment.
        comment_author: The comment's author.
        commented_at: When the comment was written.
        by_author: Done by its author; else by a moderator.
        previous: The status before. A hidden one was taken back already: don't subtract it again.
        first_response: It was the post's first response until now.
        first_response_at: When the comment was written that is it since; left out: none is, nobody
            has answered the post (or nothing changed, as `first_response` says).
    """

    type = "mitmach.comment.deleted"
    subject_field = "comment_id"
    naming = Naming(_COMMENT, actor_like=("comment_author",))

    comment_id: Id
    comment_author: PersonOrAlias
    commented_at: Moment
    by_author: bool
    previous: ContentStatus
    first_response: bool
    first_response_at: Moment | None = None


class FirstResponseCorrected(AboutPost, frozen=True, kw_only=True):
    """Another comment answers a post first than the last event that spoke of it said.

    By the system, within seconds after the post's first response was deleted, where a comment was
    added, or the next one deleted, at the same moment. A comment that is named here was told by
    `comment.added` before, with `first_response` false unless it is the first again.

    Attributes:
        comment_id: The comment that is the post's first response; left out: nobody has answered it.
        first_response_at: When that was written.
    """

    type = "mitmach.first_response.corrected"

    comment_id: Id | None = None
    first_response_at: Moment | None = None


class ReactionAdded(Interaction, frozen=True, kw_only=True):
    """A person reacted to a post or to a comment on it; they have at most one reaction to each.

    Attributes:
        reaction: The reaction.
        comment_id: The comment that was reacted to; left out: it was the post.
        comment_author: That comment's author.
    """

    type = "mitmach.reaction.added"
    naming = _REACTION

    reaction: ReactionKind
    comment_id: Id | None = None
    comment_author: PersonOrAlias | None = None


class ReactionChanged(ActOnPost, frozen=True, kw_only=True):
    """A person chose another reaction: one less of the previous kind, one more of this.

    Attributes:
        reaction: The reaction.
        previous: The one before.
        comment_id: The comment that was reacted to; left out: it was the post.
        comment_author: That comment's author.
    """

    type = "mitmach.reaction.changed"
    naming = _REACTION

    reaction: ReactionKind
    previous: ReactionKind
    comment_id: Id | None = None
    comment_author: PersonOrAlias | None = None


class ReactionRemoved(Retraction, frozen=True, kw_only=True):
    """A person took their reaction back.

    Attributes:
        previous: The reaction that is gone.
        comment_id: The comment that was reacted to; left out: it was the post.
        comment_author: That comment's author.
    """

    type = "mitmach.reaction.removed"
    naming = _REACTION

    previous: ReactionKind
    comment_id: Id | None = None
    comment_author: PersonOrAlias | None = None


class PollVoted(Interaction, frozen=True, kw_only=True):
    """A person voted in the poll of a post, or changed their vote (then `previous` isn't empty).

    Attributes:
        options: Positions of the chosen options, from 0.
        previous: Those chosen before.
    """

    type = "mitmach.poll.voted"
    naming = _VOTE

    options: tuple[Count, ...]
    previous: tuple[Count, ...]


class PollVoteWithdrawn(Retraction, frozen=True, kw_only=True):
    """A person took their vote in a poll back.

    Attributes:
        previous: Positions of the options that were chosen.
    """

    type = "mitmach.poll.vote_withdrawn"
    naming = _VOTE

    previous: tuple[Count, ...]


class AnswerAccepted(AboutPost, frozen=True, kw_only=True):
    """A comment was accepted as the answer to a question.

    Attributes:
        comment_id: The answer.
        comment_author: The answer's author.
        by_author: Accepted by the one who asked; else by a moderator.
        previous: The comment that was the accepted answer before.
    """

    type = "mitmach.answer.accepted"
    naming = _ANSWER

    comment_id: Id
    comment_author: PersonOrAlias
    by_author: bool
    previous: Id | None = None


class AnswerWithdrawn(AboutPost, frozen=True, kw_only=True):
    """A question has no accepted answer any more.

    Attributes:
        comment_id: The comment that was the accepted answer until now.
        comment_author: The answer's author.
        by_author: Withdrawn by the one who asked; else by a moderator.
    """

    type = "mitmach.answer.withdrawn"
    naming = _ANSWER

    comment_id: Id
    comment_author: PersonOrAlias
    by_author: bool
