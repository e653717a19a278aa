"""The clock, and moments as the database stores them and as days are counted."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The clock of a deployed service."""
    return datetime.now(UTC)


def to_milliseconds(moment: datetime) -> datetime:
    """As precisely as the database stores it: what is answered now equals what is read later."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def day_of(moment: datetime) -> str:
    """The UTC day as ISO text: what counts once per day counts by it."""
    return moment.astimezone(UTC).date().isoformat()
