"""Rejecting an entry: by one reviewer before the vote, by two people once it has begun.

Before the vote a rejection is part of the review: the author learns why and may submit another
entry. During the vote it makes votes void, and it can't be made good. So one organiser,
administrator or platform moderator proposes it, another confirms it, neither of them has entered
the contest, and the published result says that it happened. A proposal that nobody confirms
before the vote ends has no effect.
"""

from datetime import datetime

import msgspec

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import RejectionCategory


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """Why an entry was rejected, or is proposed to be, and by whom.

    Attributes:
        category: Why, in a word that the published result may tell everybody.
        reason: Why, in the reviewer's words, for the author and the organisers.
        by: The person who rejected the entry, or proposed to.
        at: When that person did.
        during_vote: The vote had begun, so that two people are needed.
        confirmed_by: The second person; None before the vote, and while there is only a proposal.
        confirmed_at: When the second person agreed.
    """

    category: RejectionCategory
    reason: str
    by: str
    at: datetime
    during_vote: bool = False
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    @property
    def rejected_at(self) -> datetime | None:
        """When the entry fell; None while that is only proposed."""
        return self.confirmed_at if self.during_vote else self.at


class RejectionNeedsTwo(Refusal):
    """Nobody throws an entry out of a running vote alone."""

    category = Category.CONFLICT
    title = "Once the vote has begun, two people are needed to reject an entry"


class RejectionNotProposed(Refusal):
    """There is no proposal to confirm."""

    category = Category.CONFLICT
    title = "Nobody has proposed to reject this entry"
