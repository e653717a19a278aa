"""What each event about posts and contests means to the figures: one line for each.

From these lines follow what the fold does with an event, which sorts of acts are tallied, which
stored columns posts have and what they are made of, the kinds that Prometheus and the live figures
show, and a part of `docs/metrics.md`. What an event says beyond its line (a reply, another vote) a
function takes in that is written for it: in `posts/lifecycle.py`, `posts/responses.py`,
`contests.py`. These do what the line says, too; `tests/unit/metrics/test_meanings.py` compares.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.metrics.projection.increments import Surface
from services.metrics.projection.participants import Deed
from shared.contract.events.ballots import (
    BallotCast,
    BallotChanged,
    BallotWithdrawn,
    ResultsPublished,
)
from shared.contract.events.contests import (
    ContestAnnounced,
    ContestDeleted,
    ContestPhaseChanged,
    EntryAccepted,
    EntryRejected,
    EntrySubmitted,
    EntryViewed,
    EntryWithdrawn,
)
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import (
    PostDeleted,
    PostEdited,
    PostHidden,
    PostPublished,
    PostReadConfirmed,
    PostRestored,
    PostShared,
    PostViewed,
)
from shared.contract.events.responses import (
    CommentAdded,
    CommentDeleted,
    CommentHidden,
    CommentRestored,
    FirstResponseCorrected,
    PollVoted,
    PollVoteWithdrawn,
    ReactionAdded,
    ReactionChanged,
    ReactionRemoved,
)
from shared.contract.events.topics import CONTESTS, POSTS


class Count(NamedTuple):
    """A count that an event changes.

    Attributes:
        name: The field of `PostIncrement`, or of `ContestIncrement`.
        by: What an event adds to it that changes it.
        surface: The surface on which events are tallied that change it; empty where this isn't the
            count that they are tallied by.
        column: The stored column of posts that it is a part of: added where an act begins,
            subtracted where one ends. Empty: none.
    """

    name: str
    by: int = 1
    surface: Surface = ""
    column: str = ""


class Meaning(NamedTuple):
    """What an event means.

    Attributes:
        event: The class of its events.
        begins: The act that begins with it, or stands again, by its kind in figures; or empty.
        ends: The act that it takes back; or empty.
        counts: Which counts it changes, each of them or some, as the event says.
        deeds: What whoever did it has done on that day. An act that begins with a deed of
            `interacted` is an interaction, one with `contributed` a contribution: these are counted
            by kind.
        state: Whether it says how the post or contest is now, so that the last word counts: such
            an event is never counted late.
        apart: Whether it says more than stands here, so that a function of its own takes it in.
    """

    event: type[EventData]
    begins: str = ""
    ends: str = ""
    counts: tuple[Count, ...] = ()
    deeds: tuple[Deed, ...] = ()
    state: bool = False
    apart: bool = False

    @property
    def surfaces(self) -> Mapping[Surface, str]:
        """The surfaces on which it is tallied, each with the count that it is tallied by.

        An event about a post that has none is tallied at once, on the surface `post`.
        """
        return {count.surface: count.name for count in self.counts if count.surface}


MEANINGS: Sequence[Meaning] = (
    # Posts
    Meaning(PostPublished, begins="post", deeds=("created", "contributed"), state=True, apart=True),
    Meaning(PostEdited, state=True, apart=True),
    Meaning(PostHidden, ends="post", state=True, apart=True),
    Meaning(PostRestored, begins="post", state=True, apart=True),
    Meaning(PostDeleted, ends="post", state=True, apart=True),
    Meaning(
        PostViewed,
        begins="view",
        counts=(Count("viewed", surface="post", column="viewed"),),
        deeds=("viewed",),
        apart=True,
    ),
    Meaning(PostReadConfirmed, deeds=("viewed",)),
    # What people answer to them
    Meaning(
        CommentAdded,
        begins="comment",
        counts=(
            Count("comments", surface="post", column="comments"),
            Count("replies", surface="comment", column="comments"),
            Count("comments_7d", column="comments_7d"),
        ),
        deeds=("interacted", "contributed"),
        apart=True,
    ),
    Meaning(
        CommentHidden,
        ends="comment",
        counts=(
            Count("comments_gone", column="comments"),
            Count("comments_7d", by=-1, column="comments_7d"),
        ),
        apart=True,
    ),
    Meaning(
        CommentRestored,
        begins="comment",
        counts=(
            Count("comments_gone", by=-1, column="comments"),
            Count("comments_7d", column="comments_7d"),
        ),
        apart=True,
    ),
    Meaning(
        CommentDeleted,
        ends="comment",
        counts=(
            Count("comments_gone", column="comments"),
            Count("comments_7d", by=-1, column="comments_7d"),
        ),
        apart=True,
    ),
    Meaning(FirstResponseCorrected, state=True, apart=True),
    Meaning(
        ReactionAdded,
        begins="reaction",
        counts=(
            Count("reactions", surface="post", column="reactions"),
            Count("comment_reactions", surface="comment"),
            Count("reactions_7d", column="reactions_7d"),
        ),
        deeds=("interacted",),
        apart=True,
    ),
    Meaning(ReactionChanged, deeds=("interacted",)),
    Meaning(
        ReactionRemoved,
        ends="reaction",
        counts=(
            Count("reactions_gone", surface="post", column="reactions"),
            Count("comment_reactions_gone", surface="comment"),
            Count("reactions_7d", by=-1, column="reactions_7d"),
        ),
        apart=True,
    ),
    Meaning(
        PostShared,
        begins="share",
        counts=(Count("shares_given", surface="post"), Count("shares", column="shares")),
        deeds=("interacted",),
        apart=True,
    ),
    Meaning(
        PollVoted,
        begins="poll_vote",
        counts=(
            Count("poll_votes", surface="post", column="poll_votes"),
            Count("poll_votes_changed", surface="changed"),
        ),
        deeds=("interacted",),
        apart=True,
    ),
    Meaning(
        PollVoteWithdrawn,
        ends="poll_vote",
        counts=(Count("poll_votes_gone", surface="post", column="poll_votes"),),
    ),
    # Contests
    Meaning(ContestAnnounced, state=True, apart=True),
    Meaning(ContestPhaseChanged, state=True, apart=True),
    Meaning(ContestDeleted, state=True, apart=True),
    Meaning(ResultsPublished, state=True, apart=True),
    Meaning(
        EntrySubmitted,
        begins="entry",
        counts=(Count("submitted"), Count("entrants"), Count("late_entrants")),
        deeds=("created", "contributed"),
        apart=True,
    ),
    Meaning(
        EntryWithdrawn,
        ends="entry",
        counts=(Count("withdrawn"), Count("entrants", by=-1)),
        apart=True,
    ),
    Meaning(
        EntryAccepted,
        begins="entry",
        counts=(Count("accepted"), Count("rejected", by=-1), Count("entrants")),
        apart=True,
    ),
    Meaning(
        EntryRejected,
        ends="entry",
        counts=(Count("rejected"), Count("accepted", by=-1), Count("entrants", by=-1)),
        apart=True,
    ),
    Meaning(
        EntryViewed, begins="view", counts=(Count("entry_views"),), deeds=("viewed",), apart=True
    ),
    Meaning(BallotCast, begins="ballot", counts=(Count("ballots"),), deeds=("interacted",)),
    Meaning(BallotChanged, counts=(Count("ballots_changed"),), deeds=("interacted",)),
    Meaning(BallotWithdrawn, ends="ballot", counts=(Count("ballots", by=-1),)),
)

ABOUT_POSTS = [meaning for meaning in MEANINGS if meaning.event.topic == POSTS]
ABOUT_CONTESTS = [meaning for meaning in MEANINGS if meaning.event.topic == CONTESTS]


def _kinds(deed: Deed) -> Mapping[str, str]:
    """The kinds of the acts with which such a deed is done, by event type."""
    return {one.event.type: one.begins for one in MEANINGS if one.begins and deed in one.deeds}


INTERACTIONS = _kinds("interacted")
CONTRIBUTIONS = _kinds("contributed")


def _columns() -> Mapping[str, Mapping[str, int]]:
    columns: dict[str, dict[str, int]] = {}
    for meaning in MEANINGS:
        for count in meaning.counts:
            if count.column:
                sign = -count.by if meaning.ends else count.by
                columns.setdefault(count.column, {})[count.name] = sign
    return columns


# The stored columns of posts that acts change: the counts each is made of, and whether these are
# added (1) or subtracted (-1).
COLUMNS_OF_ACTS = _columns()
