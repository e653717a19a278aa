"""Windows: half-open ranges of UTC days, over which every KPI is computed."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

# Days. A longer window would have to read more than a year of bitmaps for one answer.
LONGEST = 366

# Windows that end with yesterday, by their names; the numbers are days.
TRAILING = {"7d": 7, "30d": 30}
# From 1990 on: before it nothing can be recorded to have happened.
_DAY = "((?:199[0-9]|2[0-9]{3})-[0-9]{2}-[0-9]{2})"
_BETWEEN = re.compile(f"{_DAY}/{_DAY}")


class Window(NamedTuple):
    """A range of UTC days: those from `start` on that lie before `end`."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"

    @property
    def days(self) -> int:
        """How many days it holds."""
        return (self.end - self.start).days

    @property
    def previous(self) -> "Window":
        """The window of the same length that ends where this one starts."""
        return self.earlier(1)

    def earlier(self, count: int) -> "Window":
        """The window of the same length, so many before this one."""
        shift = (self.end - self.start) * count
        return Window(self.start - shift, self.end - shift)

    @property
    def last_day(self) -> date:
        """The last day it holds."""
        return self.end - timedelta(days=1)

    @property
    def begins(self) -> datetime:
        """The first moment of the window."""
        return datetime.combine(self.start, time(), UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after the window."""
        return datetime.combine(self.end, time(), UTC)

    def each_day(self) -> Iterator[date]:
        """The days of the window, in order."""
        return (self.start + timedelta(days=n) for n in range(self.days))


def parse_window(text: str, today: date) -> Window:
    """The window that a text such as `7d`, `30d` or `2026-11-01/2026-11-08` names.

    The first two are whole days and end with yesterday. The second date isn't part of the window;
    it may be tomorrow: an answer then reaches into the running day and is marked provisional.

    Args:
        text: `7d`, `30d` or `FROM/TO`.
        today: The day in UTC.

    Raises:
        ValueError: It is none of these, holds no day or too many, or reaches beyond today.
    """
    if text in TRAILING:
        return Window(today - timedelta(days=TRAILING[text]), today)
    if (between := _BETWEEN.fullmatch(text)) is None:
        raise ValueError("a window is 7d, 30d or FROM/TO with dates such as 2026-11-01/2026-11-08")
    found = Window(date.fromisoformat(between[1]), date.fromisoformat(between[2]))
    if not 1 <= found.days <= LONGEST:
        raise ValueError(f"a window holds between 1 and {LONGEST} days; TO isn't part of it")
    if found.end > today + timedelta(days=1):
        raise ValueError("a window can't end later than tomorrow (TO isn't part of it)")
    return found
