"""Acts at their own time: what may be recorded of what has happened before, and when it can't be.

An act that is recorded later is decided as of the moment at which it happened. Its ids, its event's
`time` and whatever follows from it carry that moment; `recordedtime` in the event tells when it was
recorded, and that it was.
"""

from datetime import UTC, datetime

from shared.contract.errors import Category, Refusal

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before it nobody had an intranet: such a moment is a mistake of whoever wrote it down."""

RECORDER = "importer"
"""The platform role of those who may record acts of others, where the operator allows it."""

ROLES_OF_OTHERS = frozenset({"admin", "editor", "moderator", "analyst", "service"})
"""The platform roles that a recorded act may be done with: all but the recorder's own."""


class MomentRefused(Refusal):
    """Nothing can have happened here at that moment."""

    category = Category.INVALID
    title = "Nothing can be recorded at this moment"


class RecordedTooLate(Refusal):
    """What the act rests on wasn't so yet at that moment, or has changed since."""

    category = Category.CONFLICT
    title = "At that moment it wasn't so yet"


def check_moment(moment: datetime, now: datetime) -> None:
    """Returns if something can have happened at that moment.

    Args:
        moment: When it is said to have happened.
        now: The present.

    Raises:
        MomentRefused: It is before `EARLIEST`, or hasn't come yet.
    """
    if moment < EARLIEST:
        raise MomentRefused(f"Acts are recorded from {EARLIEST:%Y} on.")
    if moment > now:
        raise MomentRefused("It lies in the future.")
