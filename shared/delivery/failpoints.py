"""Named places where a fault test makes a process die, stop, or wait; nearly free when off.

Set `MITMACH_FAILPOINTS="committer.before_commit=kill@20,relay.acknowledged=sleep:0.5"`: at the
twentieth visit of the first place the process ends itself with SIGKILL; the second waits half a
second at each visit. Actions: `kill`, `stop` (SIGSTOP), `sleep:SECONDS`, `raise`. `@N` means "at
the Nth visit only", `@N+` "from the Nth on".
"""

import asyncio
import os
import signal
from typing import NamedTuple

VARIABLE = "MITMACH_FAILPOINTS"


class InjectedFault(Exception):  # noqa: N818
    """What the action `raise` raises."""


class _Plan(NamedTuple):
    """What happens at a place.

    Attributes:
        action: `kill`, `stop`, `sleep` or `raise`.
        seconds: How long to sleep.
        visit: Number of the visit at which it happens; 0 for every visit.
        onwards: Whether it also happens at all later visits.
    """

    action: str
    seconds: float
    visit: int
    onwards: bool


def parse(text: str) -> dict[str, _Plan]:
    """Reads the setting.

    Raises:
        ValueError: It names an unknown action.
    """
    plans: dict[str, _Plan] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        place, _, what = part.partition("=")
        what, _, visit = what.partition("@")
        action, _, seconds = what.partition(":")
        if action not in {"kill", "stop", "sleep", "raise"}:
            raise ValueError(f"unknown failpoint action {action!r} in {part!r}")
        plans[place] = _Plan(
            action, float(seconds or 0), int(visit.rstrip("+") or 0), visit.endswith("+")
        )
    return plans


_plans = parse(os.environ.get(VARIABLE, ""))
_visits: dict[str, int] = {}


async def failpoint(place: str) -> None:
    """Does what the environment has planned for this place; ordinarily nothing."""
    if not _plans or (plan := _plans.get(place)) is None:
        return
    visit = _visits[place] = _visits.get(place, 0) + 1
    if plan.visit and visit != plan.visit and not (plan.onwards and visit > plan.visit):
        return
    if plan.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif plan.action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif plan.action == "raise":
        raise InjectedFault(place)
    else:
        await asyncio.sleep(plan.seconds)
