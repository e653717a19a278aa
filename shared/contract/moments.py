"""The clock, and moments as the database stores them and as days are counted."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache


def utc_now() -> datetime:
    """The clock of a deployed service."""
    return datetime.now(UTC)


@lru_cache(maxsize=16)  # all commands of a commit have the same moment
def to_milliseconds(moment: datetime) -> datetime:
    """As precisely as the database stores it: what is answered now equals what is read later."""
    return moment - timedelta(microseconds=moment.microsecond % 1000)  # a third of `replace`


def day_of(moment: datetime) -> str:
    """The UTC day as ISO text: what counts once per day counts by it."""
    return moment.astimezone(UTC).date().isoformat()
