"""Interactions: what counts as one, and under which word. One line for each.

An interaction is somebody's act on what is there. It makes them active on its day, and, on a post,
one of its interactors. The fold, the counters of Prometheus and the live figures follow from here;
what more an event says (a reply, another vote) a function in `posts/responses.py` takes in.
"""

from collections.abc import Sequence
from typing import NamedTuple

from shared.contract.events.ballots import BallotCast
from shared.contract.events.envelope import EventData
from shared.contract.events.posts import PostShared
from shared.contract.events.responses import CommentAdded, PollVoted, ReactionAdded


class InteractionKind(NamedTuple):
    """A kind of interaction.

    Attributes:
        event: The class of its events.
        kind: What it is called in figures.
        apart: Whether the event says more than that it happened, so that a function of its own
            takes it in.
    """

    event: type[EventData]
    kind: str
    apart: bool = False


INTERACTIONS: Sequence[InteractionKind] = (
    InteractionKind(CommentAdded, "comment", apart=True),
    InteractionKind(ReactionAdded, "reaction", apart=True),
    InteractionKind(PostShared, "share", apart=True),
    InteractionKind(PollVoted, "poll_vote", apart=True),
    InteractionKind(BallotCast, "ballot", apart=True),
)
