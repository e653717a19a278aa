"""Whether a process lives and whether it can work: what orchestrators ask, and nothing they don't.

Liveness asks nothing outside of the process: a database that is down is no reason to restart us.
It fails only when the process itself is stuck (a watchdog that wasn't fed, a loop that has ended).
Readiness asks the database, and the broker where the part needs one, under a time limit.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

# Seconds for one readiness check: the answer must come before the probe gives up (1-3 s).
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to a probe: 200 when `ok`, else 503; `checks` says which and why."""

    ok: bool
    checks: Mapping[str, str] = field(default_factory=dict)


class Watchdog:
    """Something that must move: fed by a loop, asked by liveness.

    Args:
        longest: Seconds without being fed after which the loop counts as stuck.
        clock: Monotonic seconds.
    """

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._clock = clock
        self._fed = clock()

    def feed(self) -> None:
        """It moves."""
        self._fed = self._clock()

    def stalled(self) -> bool:
        """It hasn't moved for too long."""
        return self._clock() - self._fed > self._longest


class Health:
    """The health of one part of a process (an API, a relay, a worker, a consumer).

    Args:
        patience: Seconds that each check may take.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._checks: dict[str, Callable[[], Awaitable[None]]] = {}
        self._stalled: dict[str, Callable[[], bool]] = {}
        self._reasons: dict[str, str] = {}

    def check(self, name: str, ask: Callable[[], Awaitable[None]]) -> None:
        """Adds a readiness check: `ask` returns when all is well and raises or hangs when not."""
        self._checks[name] = ask

    def watch(self, name: str, stalled: Callable[[], bool]) -> None:
        """Adds a liveness check, e.g. `watchdog.stalled`; true means: restart this process."""
        self._stalled[name] = stalled

    def unready(self, name: str, reason: str) -> None:
        """Takes the part out of service until `recovered(name)`, e.g. for a gap in a topic."""
        self._reasons[name] = reason

    def recovered(self, name: str) -> None:
        """What `unready` was told about is over."""
        self._reasons.pop(name, None)

    def live(self) -> Report:
        """Whether the process moves."""
        stuck = {name: "stalled" for name, stalled in self._stalled.items() if stalled()}
        return Report(ok=not stuck, checks=stuck)

    async def ready(self) -> Report:
        """Whether the part can work now; checks run side by side."""
        answers = await asyncio.gather(*(self._ask(ask) for ask in self._checks.values()))
        checks = dict(zip(self._checks, answers, strict=True)) | self._reasons
        return Report(ok=all(answer == "ok" for answer in checks.values()), checks=checks)

    async def _ask(self, ask: Callable[[], Awaitable[None]]) -> str:
        try:
            async with asyncio.timeout(self._patience):
                await ask()
        except TimeoutError:
            return "no answer in time"
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the answer is "not ready"
            return f"fails: {type(error).__name__}"
        return "ok"


def together(parts: Mapping[str, Health]) -> Health:
    """One health for a process with several parts; their checks are prefixed with their names."""
    return _Together(parts)


class _Together(Health):
    def __init__(self, parts: Mapping[str, Health]) -> None:
        super().__init__()
        self._parts = parts

    def live(self) -> Report:
        reports = {name: part.live() for name, part in self._parts.items()}
        return _joined(reports | {"": super().live()})

    async def ready(self) -> Report:
        answers = await asyncio.gather(*(part.ready() for part in self._parts.values()))
        return _joined(dict(zip(self._parts, answers, strict=True)) | {"": await super().ready()})


def _joined(reports: Mapping[str, Report]) -> Report:
    checks = {
        f"{name}.{check}" if name else check: answer
        for name, report in reports.items()
        for check, answer in report.checks.items()
    }
    return Report(ok=all(report.ok for report in reports.values()), checks=checks)
