"""Faults at random: processes, servers and connections, one or two at a time.

The dice decide what, whom and for how long; the same seed gives the same schedule. Every fault is
taken back before the next of its kind.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from signal import SIGCONT, SIGKILL, SIGSTOP

from mitmach.embedded.mongod import Mongod
from tests.support.brokers import BrokerUnderTest
from tests.support.fault_proxy import Direction, FaultProxy
from tooling.servers.role_processes import RoleProcess

CALM = (0.5, 3.0)  # seconds between faults
PAST_LEASES = (6.0, 9.0)  # seconds: a lease lasts five, a broker's session three
SHORT = (0.0, 4.0)


@dataclass
class FaultTargets:
    """All that can break.

    Attributes:
        dice: Decide everything.
        roles: Processes of services.
        mongod: The only member of its set.
        broker: Either kind.
        database_line: Between some of the roles and the database.
        broker_line: Between everybody and the broker.
    """

    dice: random.Random
    roles: Sequence[RoleProcess]
    mongod: Mongod
    broker: BrokerUnderTest
    database_line: FaultProxy
    broker_line: FaultProxy

    async def wait(self, bounds: tuple[float, float]) -> None:
        """For a while."""
        await asyncio.sleep(self.dice.uniform(*bounds))


async def kill_a_process(targets: FaultTargets) -> str:
    role = targets.dice.choice(targets.roles)
    await asyncio.to_thread(role.kill)
    await targets.wait(SHORT)
    role.start_again()
    return role.name


async def freeze_a_process(targets: FaultTargets) -> str:
    role = targets.dice.choice(targets.roles)
    role.freeze()
    try:
        await targets.wait(PAST_LEASES)
    finally:
        role.thaw()
    return role.name


async def kill_the_database(targets: FaultTargets) -> str:
    targets.mongod.child.signal(SIGKILL)
    await targets.wait(SHORT)
    await asyncio.to_thread(targets.mongod.start)
    return ""


async def freeze_the_database(targets: FaultTargets) -> str:
    targets.mongod.child.signal(SIGSTOP)
    try:
        await targets.wait(SHORT)
    finally:
        targets.mongod.child.signal(SIGCONT)
    return ""


async def kill_the_broker(targets: FaultTargets) -> str:
    if not targets.broker.keeps_log:
        # The embedded one comes back without topics, and makes up those that an old client sends to
        # with as many partitions as it likes. The platform that it belongs to starts anew with it.
        return "not done: the embedded one isn't for many processes"
    targets.broker.kill()
    await targets.wait(SHORT)
    await targets.broker.start()
    return ""


async def freeze_the_broker(targets: FaultTargets) -> str:
    targets.broker.freeze()
    try:
        await targets.wait(PAST_LEASES)
    finally:
        targets.broker.thaw()
    return ""


def _line(targets: FaultTargets) -> tuple[FaultProxy, str]:
    name = targets.dice.choice(("database", "broker"))
    return (targets.database_line if name == "database" else targets.broker_line), name


async def swallow_a_line(targets: FaultTargets) -> str:
    proxy, name = _line(targets)
    directions = targets.dice.choice(([], [Direction.TO_CLIENT], [Direction.TO_SERVER]))
    proxy.swallow(*directions)
    try:
        await targets.wait(PAST_LEASES)
    finally:
        proxy.heal()
    return name


async def cut_a_line_in_mid_message(targets: FaultTargets) -> str:
    proxy, name = _line(targets)
    for _ in range(3):
        proxy.cut_after(targets.dice.randrange(5000), targets.dice.choice(list(Direction)))
        await targets.wait((0.3, 1.0))
    proxy.heal()
    return name


async def slow_a_line_down(targets: FaultTargets) -> str:
    proxy, name = _line(targets)
    proxy.latency = targets.dice.uniform(0.05, 0.3)
    try:
        await targets.wait(PAST_LEASES)
    finally:
        proxy.heal()
    return name


Fault = Callable[[FaultTargets], Awaitable[str]]

# Of a row only one is active: they would get in each other's way.
FAULTS: tuple[tuple[Fault, ...], ...] = (
    (kill_a_process, freeze_a_process),
    (kill_the_database, freeze_the_database),
    (kill_the_broker, freeze_the_broker),
    (swallow_a_line, cut_a_line_in_mid_message, slow_a_line_down),
)


async def inject_faults(targets: FaultTargets, seconds: float, say: Callable[[str], None]) -> None:
    """Injects faults until the time is over; says each when it has been taken back."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def inject(choices: Sequence[Fault]) -> None:
        chosen = targets.dice.choice(choices)
        since = loop.time() - began
        whom = await chosen(targets)
        said = f"{chosen.__name__.replace('_', ' ')} {whom}".strip()
        say(f"{since:6.1f} - {loop.time() - began:5.1f} s  {said}")

    while loop.time() - began < seconds:
        rows = targets.dice.sample(FAULTS, targets.dice.choice((1, 1, 2)))
        async with asyncio.TaskGroup() as together:
            for row in rows:
                together.create_task(inject(row))
        await targets.wait(CALM)
