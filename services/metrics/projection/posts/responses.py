"""What people answer to a post: reactions, comments, shares, votes in its poll."""

from datetime import datetime

from services.metrics.projection.event import PostEvent
from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.interactions import INTERACTIONS
from services.metrics.projection.posts.accumulator import EventHandler, PostsAccumulator, by_author


def _reacted(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.interacted(event, post)
    if event.data.comment_id is not None:
        post.comment_reactions += 1
        return
    post.reactions += 1
    if event.actor != event.data.author and event.time < post.counted_until:
        post.reactions_7d += 1


def _reacted_otherwise(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    post.participants.interacted.add(event.actor)
    posts.tally(event.type, event.data)


def _reaction_removed(_posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    data = event.data
    _stopped(event, post, own=by_author(event))
    if data.comment_id is not None:
        post.comment_reactions_gone += 1
        return
    post.reactions_gone += 1
    if event.actor != data.author and event.time < post.counted_until:
        post.reactions_7d -= 1


def _stopped(event: PostEvent, post: PostIncrement, *, own: bool) -> None:
    """Who has taken back all that they did with a post isn't among its interactors any more."""
    if not event.data.still_interacting and not own:
        post.interactors -= 1
        post.interactors_7d -= event.time < post.counted_until


def _commented(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    data = event.data
    posts.interacted(event, post)
    posts.contributed(event, post, event.actor).comments += 1
    if data.parent_id is None:
        post.comments += 1
    else:
        post.replies += 1
    if event.actor != data.author:
        post.comments_7d += event.time < post.counted_until
        if data.first_response:
            _answered(event, post, event.time)


def _answered(event: PostEvent, post: PostIncrement, moment: datetime | None) -> None:
    """Takes what the owner of the post says: it knows which comments stand, in which order."""
    post.response_told, post.first_response_at = event.sequence, moment


def _comment_gone(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.tally(event.type, event.data)
    # A hidden comment was taken back when it was hidden. Deleting it takes nothing back again.
    if bytes(event.data.previous) != b'"hidden"':
        _comment_counts(event, post, -1)
        _stopped(event, post, own=event.data.own)
    if event.data.first_response:
        _answered(event, post, event.data.first_response_at)


def _comment_back(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.tally(event.type, event.data)
    _comment_counts(event, post, 1)
    if event.data.first_response:
        _answered(event, post, event.data.first_response_at)
    if not event.data.was_interacting and not event.data.own:
        post.interactors += 1
        post.interactors_7d += event.time < post.counted_until


def _answer_corrected(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.tally(event.type, event.data)
    _answered(event, post, event.data.first_response_at)


def _comment_counts(event: PostEvent, post: PostIncrement, change: int) -> None:
    # Not by their ids: of people who were erased these tell nothing.
    post.comments_gone -= change
    if not event.data.own and event.time < post.counted_until:
        post.comments_7d += change


def _shared(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.interacted(event, post)
    # People: three hundred shares of the same person are one.
    post.shares += event.data.first_share
    post.shares_given += 1


def _voted(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    if bytes(event.data.previous) in {b"", b"[]"}:
        posts.interacted(event, post)
        post.poll_votes += 1
    else:
        post.participants.interacted.add(event.actor)
        post.poll_votes_changed += 1


def _vote_withdrawn(_posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    post.poll_votes_gone += 1
    _stopped(event, post, own=by_author(event))


def _took_part(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    """What an interaction is that says nothing more."""
    posts.interacted(event, post)
    posts.tally(event.type, event.data)


HANDLERS: dict[str, EventHandler] = {
    one.event.type: _took_part for one in INTERACTIONS if not one.apart
} | {
    "mitmach.post.shared": _shared,
    "mitmach.reaction.added": _reacted,
    "mitmach.reaction.changed": _reacted_otherwise,
    "mitmach.reaction.removed": _reaction_removed,
    "mitmach.comment.added": _commented,
    "mitmach.comment.hidden": _comment_gone,
    "mitmach.comment.restored": _comment_back,
    "mitmach.comment.deleted": _comment_gone,
    "mitmach.first_response.corrected": _answer_corrected,
    "mitmach.poll.voted": _voted,
    "mitmach.poll.vote_withdrawn": _vote_withdrawn,
}
