"""Say anew which comment answers a post first; the service does it by itself, so access is free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.posts.commands import events
from services.posts.commands.telling import occurred
from services.posts.domain.audience import Group
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from shared.delivery.command import Changes, Found, Key


@dataclass(frozen=True, slots=True)
class CorrectFirstAnswer:
    """Says which comment answers a post first, where the post says something else.

    Posts that have lost their first answer are looked at for a while (`worker/first_answers.py`).
    A change begins that while anew: a deletion of the comment that is named here may be committed
    at the same moment by somebody who still saw another one on the post.

    Attributes:
        post_id: The post.
        comment_id: The earliest comment of another human being than the author that stood when that
            was looked up; None: there was none.
    """

    post_id: str
    comment_id: str | None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post, its group, the comment, and the one that answers the post first so far."""
        yield Post, self.post_id
        if self.comment_id is not None:
            yield Comment, self.comment_id
        post = found.get(Post, self.post_id)
        if post is not None:
            yield Group, post.group_id
            if post.first_answer is not None:
                yield Comment, post.first_answer

    def decide(self, found: Found, now: datetime) -> Changes:
        """Corrected; nothing happens when the post is right, or what was looked up isn't so now."""
        post = found.get(Post, self.post_id)
        if post is None or post.deleted_at is not None or post.answer_unsettled_since is None:
            return Changes()
        said = _standing(found, post.first_answer)
        first = _standing(found, self.comment_id)
        if first is None:
            # What was looked up is gone, or nobody's answer stands, as the post says.
            if self.comment_id is not None or post.first_answer is None or said is not None:
                return Changes()
        elif said is not None and _order(said) <= _order(first):
            return Changes()
        corrected = post.correct_first_answer(None if first is None else first.id, now)
        event = events.first_response_corrected(post, first)
        told = occurred(event, post, found.get(Group, post.group_id))
        return Changes(put=(corrected,), events=(told,))


def _standing(found: Found, comment_id: str | None) -> Comment | None:
    comment = None if comment_id is None else found.get(Comment, comment_id)
    return None if comment is None or comment.deleted_at is not None else comment


def _order(comment: Comment) -> tuple[datetime, str]:
    """By what answers follow each other; `queries/comments.py` sorts by the same."""
    return comment.added_at, comment.id
