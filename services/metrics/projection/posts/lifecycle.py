"""What becomes of a post itself: published, edited, hidden, restored, deleted."""

from services.metrics.projection.event import PostEvent
from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.posts.accumulator import (
    EventHandler,
    PostsAccumulator,
    program_did,
)
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import (
    PostDeleted,
    PostEdited,
    PostHidden,
    PostPublished,
    PostRestored,
)


def _published(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    post.facts_changed, post.facts_said = True, event.sequence
    post.status, post.status_said = "published", event.sequence
    post.author = event.data.author
    post.audience_size = event.data.audience_size
    if not event.data.author_human:
        program_did(posts, event, post)
        return
    posts.tally(event.type, event.data)
    # Not the actor: a post that was written ahead is published by the clock.
    post.participants.created.add(event.data.author)
    posts.contributed(event, post, event.data.author).posts += 1


def _edited(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    edited = posts.again(event)
    edited.facts_changed, edited.author = True, event.data.author
    if event.data.author_human:
        posts.tally(event.type, event.data)
    else:
        program_did(posts, event, post)


def _changes_status(status: str) -> EventHandler:
    def handle(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
        post.status, post.status_said = status, event.sequence
        posts.tally(event.type, event.data)

    return handle


APART: dict[type[EventData], EventHandler] = {
    PostPublished: _published,
    PostEdited: _edited,
    PostHidden: _changes_status("hidden"),
    PostRestored: _changes_status("published"),
    PostDeleted: _changes_status("deleted"),
}
