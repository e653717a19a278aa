"""What people answer to a post: reactions, comments, shares, votes in its poll."""

from datetime import datetime

from services.metrics.projection.event import PostEvent
from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.meanings import INTERACTIONS, Meaning
from services.metrics.projection.posts.accumulator import (
    EventHandler,
    PostsAccumulator,
    by_author,
    first_view,
)
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import PostShared
from shared.contract.events.responses import (
    CommentAdded,
    CommentDeleted,
    CommentHidden,
    CommentRestored,
    FirstResponseCorrected,
    PollVoted,
    ReactionAdded,
    ReactionRemoved,
)


def _reacted(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    posts.interacted(event, post)
    if event.data.comment_id is not None:
        post.comment_reactions += 1
        return
    post.reactions += 1
    if event.actor != event.data.author and event.time < post.counted_until:
        post.reactions_7d += 1


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


def as_declared(meaning: Meaning) -> EventHandler:
    """What takes in an event that says no more than its line in the table."""
    deeds, ends = meaning.deeds, bool(meaning.ends)
    interaction = meaning.event.type in INTERACTIONS
    counts = [(count.name, count.by) for count in meaning.counts]
    tallied = not meaning.surfaces

    def handle(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
        if interaction:
            posts.interacted(event, post)
        else:
            for deed in deeds:
                post.participants.did(deed, event.actor)
            if event.data.first_view:
                first_view(event, post)
        if ends:
            _stopped(event, post, own=by_author(event))
        for name, by in counts:
            setattr(post, name, getattr(post, name) + by)
        if tallied:
            posts.tally(event.type, event.data)

    return handle


APART: dict[type[EventData], EventHandler] = {
    PostShared: _shared,
    ReactionAdded: _reacted,
    ReactionRemoved: _reaction_removed,
    CommentAdded: _commented,
    CommentHidden: _comment_gone,
    CommentRestored: _comment_back,
    CommentDeleted: _comment_gone,
    FirstResponseCorrected: _answer_corrected,
    PollVoted: _voted,
}
