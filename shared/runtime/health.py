"""Whether a process lives and whether it can work: what orchestrators ask, and nothing they don't.

Liveness asks nothing outside of the process: a database that is down is no reason to restart us.
It fails only when the process itself is stuck (a watchdog that wasn't fed, a loop that has ended).
Readiness asks the database, and the broker where the part needs it, under a time limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from shared.contract.errors import Unavailable

CHECK_TIMEOUT = 1.0
"""Seconds that a readiness check may take: less than the probe waits for its answer (1-3 s)."""


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to a probe.

    Attributes:
        ok: All checks are well: 200, else 503.
        checks: What each check found, by its name: `ok`, or in a few words what is wrong.
    """

    ok: bool
    checks: Mapping[str, str] = field(default_factory=dict)


class Watchdog:
    """Tells whether a loop still runs: the loop feeds it, liveness asks it.

    Args:
        longest: Seconds without being fed after which the loop counts as stuck.
        clock: Monotonic seconds.
    """

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._clock = clock
        self._fed = clock()

    def feed(self) -> None:
        """Notes that the loop runs."""
        self._fed = self._clock()

    def stalled(self) -> bool:
        """Whether the loop hasn't fed it for too long."""
        return self._clock() - self._fed > self._longest


class Health:
    """The health of one part of a process (an API, a relay, a worker, a consumer).

    Args:
        timeout: Seconds that each check may take.
    """

    def __init__(self, timeout: float = CHECK_TIMEOUT) -> None:
        self._timeout = timeout
        self._checks: dict[str, Callable[[], Awaitable[None]]] = {}
        self._stalled: dict[str, Callable[[], bool]] = {}
        self._reasons: dict[str, str] = {}

    def check(self, name: str, ask: Callable[[], Awaitable[None]]) -> None:
        """Adds a readiness check: `ask` returns when all is well and raises or hangs when not.

        What it raises as `Unavailable` is the answer to whoever asks, who may be anybody: it says
        what is wrong without names of hosts.
        """
        self._checks[name] = ask

    def watch(self, name: str, stalled: Callable[[], bool]) -> None:
        """Adds a liveness check, e.g. `watchdog.stalled`; true means: restart this process."""
        self._stalled[name] = stalled

    def unready(self, name: str, reason: str) -> None:
        """Takes the part out of service until `recovered(name)`, e.g. for a gap in a topic."""
        self._reasons[name] = reason

    def recovered(self, name: str) -> None:
        """Puts the part back into service: the reason that `unready` was given is over."""
        self._reasons.pop(name, None)

    def live(self) -> Report:
        """Whether the process lives: no watched loop stalls."""
        stuck = {name: "stalled" for name, stalled in self._stalled.items() if stalled()}
        return Report(ok=not stuck, checks=stuck)

    async def ready(self) -> Report:
        """Whether the part can work now; checks run side by side."""
        answers = await asyncio.gather(*(self._ask(ask) for ask in self._checks.values()))
        checks = dict(zip(self._checks, answers, strict=True)) | self._reasons
        return Report(ok=all(answer == "ok" for answer in checks.values()), checks=checks)

    async def _ask(self, ask: Callable[[], Awaitable[None]]) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                await ask()
        except TimeoutError:
            return "no answer in time"
        except Unavailable as unavailable:
            return unavailable.detail
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the answer is "not ready"
            return f"fails: {type(error).__name__}"
        return "ok"


class CombinedHealth(Health):
    """The health of a process with several parts.

    Args:
        parts: The health of each part by its name, which is put before the names of its checks.
    """

    def __init__(self, parts: Mapping[str, Health]) -> None:
        super().__init__()
        self._parts = parts

    def live(self) -> Report:
        """Whether all parts live."""
        reports = {name: part.live() for name, part in self._parts.items()}
        return _joined(reports | {"": super().live()})

    async def ready(self) -> Report:
        """Whether all parts can work now."""
        answers = await asyncio.gather(*(part.ready() for part in self._parts.values()))
        return _joined(dict(zip(self._parts, answers, strict=True)) | {"": await super().ready()})


def _joined(reports: Mapping[str, Report]) -> Report:
    checks = {
        f"{name}.{check}" if name else check: answer
        for name, report in reports.items()
        for check, answer in report.checks.items()
    }
    return Report(ok=all(report.ok for report in reports.values()), checks=checks)
