"""Moments as exports write them: milliseconds or seconds since 1970."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_milliseconds(milliseconds: int) -> datetime | None:
    """A moment; None where no calendar has it."""
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def from_seconds(seconds: str) -> datetime | None:
    """A moment from seconds with a fraction, as Slack writes them: `1355517523.000005`."""
    whole, _, fraction = seconds.partition(".")
    if not (whole.isdecimal() and whole.isascii() and len(whole) <= len("99999999999")):
        return None
    if fraction and not (fraction.isdecimal() and fraction.isascii()):
        return None
    try:
        return EPOCH + timedelta(seconds=int(whole), microseconds=int(f"{fraction:0<6}"[:6]))
    except OverflowError:
        return None
