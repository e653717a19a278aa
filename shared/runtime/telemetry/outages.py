"""Loops that try again: pauses that grow, and a log that isn't filled by one and the same outage.

    outage = Outage(log, "the relay starts over")
    while True:
        try:
            await work()
            outage.over()
        except Unavailable as failure:
            await asyncio.sleep(outage.failed(failure.detail))

An outage is one thing however often it is met: its first failure is logged, then what is new, then
that it lasts, less and less often, and its end with the time that it took.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping

FIRST_PAUSE = 0.25
"""Seconds before the second try: what passes at once, such as a new primary, costs no more."""

LONGEST_PAUSE = 3.0
"""Seconds between two tries at most: when the broker is back, nobody waits longer than that."""

REMIND_AFTER = 20.0
"""Seconds until it is said again that an outage lasts; each further time takes twice as long."""

REMIND_AT_MOST = 600.0
"""Seconds between two reminders at most: whoever looks at the last ten minutes sees the outage."""

MOST_REASONS = 3
"""Reasons of one outage that are logged when they come up; a text that is another each time isn't
to fill the log."""


class Outage:
    """What keeps failing in one loop.

    Args:
        log: The logger of the module that has the loop.
        message: What is told, the same each time; the reason stands beside it.
        first: Seconds of the first pause.
        longest: Seconds of the longest pause.
        level: How the failure is logged; its end is as important.
        facts: What stands beside the message in each line.
        clock: Monotonic seconds.

    Attributes:
        failures: How often it has failed since it last went well.
    """

    def __init__(
        self,
        log: logging.Logger,
        message: str,
        *,
        first: float = FIRST_PAUSE,
        longest: float = LONGEST_PAUSE,
        level: int = logging.WARNING,
        facts: Mapping[str, object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failures = 0
        self._log = log
        self._message = message
        self._first = first
        self._longest = longest
        self._level = level
        self._facts = dict(facts or {})
        self._clock = clock
        self._doublings = 0
        self._since = 0.0
        self._remind_at = 0.0
        self._reminder = REMIND_AFTER
        self._reasons: set[str] = set()

    def failed(
        self, reason: str, *, error: BaseException | None = None, progress: bool = False
    ) -> float:
        """Notes a failure, and logs it if that says anything new.

        Args:
            reason: Why, in a few words.
            error: Where it failed, for the log; only what isn't expected needs that.
            progress: Whether this try has got further than the one before: then the next pause is
                as short as the first.

        Returns:
            Seconds to wait before the next try: each pause is twice the one before, up to the
            longest, and up to a third shorter by chance, so that processes don't come all at once.
        """
        now = self._clock()
        if not self.failures:
            self._since, self._remind_at = now, now
            self._reminder = REMIND_AFTER
            self._reasons.clear()
        self.failures += 1
        fresh = reason not in self._reasons and len(self._reasons) < MOST_REASONS
        if fresh or now >= self._remind_at:
            if now >= self._remind_at:
                self._remind_at = now + self._reminder
                self._reminder = min(2 * self._reminder, REMIND_AT_MOST)
            self._reasons.add(reason)
            self._say(self._message, reason=reason, tries=self.failures, error=error)
        self._doublings = 0 if progress or self.failures == 1 else self._doublings + 1
        pause = min(self._first * 2.0 ** min(self._doublings, 20), self._longest)
        return pause * random.uniform(2 / 3, 1)

    def over(self) -> None:
        """Notes that it went well; logs the end of what was told as an outage."""
        if self.failures:
            seconds = round(self._clock() - self._since, 1)
            self._say(f"over: {self._message}", seconds=seconds, tries=self.failures)
            self.failures = 0

    def _say(self, message: str, *, error: BaseException | None = None, **facts: object) -> None:
        self._log.log(self._level, message, extra={**self._facts, **facts}, exc_info=error)
