"""What becomes of a post itself: published, edited, hidden, confirmed as read."""

from services.metrics.projection.event import PostEvent
from services.metrics.projection.increments import PostIncrement
from services.metrics.projection.posts.accumulator import (
    EventHandler,
    PostsAccumulator,
    first_view,
    program_did,
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


def _confirmed(posts: PostsAccumulator, event: PostEvent, post: PostIncrement) -> None:
    data = event.data
    post.participants.viewed.add(event.actor)
    posts.tally(event.type, data)
    if data.first_view:
        first_view(event, post)


HANDLERS: dict[str, EventHandler] = {
    "mitmach.post.published": _published,
    "mitmach.post.edited": _edited,
    "mitmach.post.hidden": _changes_status("hidden"),
    "mitmach.post.restored": _changes_status("published"),
    "mitmach.post.deleted": _changes_status("deleted"),
    "mitmach.post.read_confirmed": _confirmed,
}
