"""The hot loop of the service: the events about posts are by far the most.

A view, seven of ten events, is handled in `apply` itself; every other type has a function, of its
own or as its line in `meanings.py` declares. Acts are counted on the post alone and become tallies
by format when the increments are handed over: once per post and flush instead of once per event.
Acts of programs are tallied and nothing else: no post was viewed or answered by one.
"""

from services.metrics.projection.event import PostEvent
from services.metrics.projection.meanings import ABOUT_POSTS
from services.metrics.projection.posts import lifecycle, responses
from services.metrics.projection.posts.accumulator import VIEWED, PostsAccumulator, program_did

_APART = lifecycle.APART | responses.APART
_HANDLERS = {
    meaning.event.type: _APART[meaning.event] if meaning.apart else responses.as_declared(meaning)
    for meaning in ABOUT_POSTS
    if meaning.event.type != VIEWED
}

# Of these the order doesn't matter: they add to counts, or put a person into a day's set. The
# others say how a post is now. (Those that say which comment answers it first do both.)
ADDITIVE_TYPES = frozenset(meaning.event.type for meaning in ABOUT_POSTS if not meaning.state)


class PostsFold(PostsAccumulator):
    """One partition of the posts topic since its last flush."""

    def apply(self, event: PostEvent) -> None:
        """Adds an event, in full or (if it raises) not at all."""
        moment = event.time
        if not self._day_begins <= moment < self._day_ends:
            self._turn_to(moment)
        data = event.data
        post = self._posts.get(data.post_id)
        if post is None or post.participants.day is not self._day:
            # An event without a post is of a type that is newer than this reader.
            if not data.post_id:
                self.tally(event.type, data)
                self._stamp(event)
                return
            post = self._touch(event) if post is None else self._on_this_day(post)
        self._stamp(event)
        if event.type == VIEWED and data.human:
            post.participants.viewed.add(event.actor)
            post.viewed += 1
            if data.first_view:
                post.viewers += 1
                if data.own:
                    post.viewers_own += 1
                elif moment >= post.counted_until:
                    post.viewers_late += 1
                elif not data.in_audience:
                    post.viewers_spill += 1
            return
        handle = _HANDLERS.get(event.type) if data.human else program_did
        if handle is None:
            self.tally(event.type, data)
        else:
            handle(self, event, post)
