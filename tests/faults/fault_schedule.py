"""What breaks, at random: processes, servers and lines, one or two at a time.

The dice decide what, whom and for how long; the same seed gives the same strikes. Every strike
takes back what it did before it ends.
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

CALM = (0.5, 3.0)  # seconds between strikes
PAST_LEASES = (6.0, 9.0)  # seconds: a lease lasts five, a broker's session three
SHORT = (0.0, 4.0)


@dataclass
class Scene:
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


async def kill_a_process(scene: Scene) -> str:
    role = scene.dice.choice(scene.roles)
    await asyncio.to_thread(role.kill)
    await scene.wait(SHORT)
    role.start_again()
    return role.name


async def freeze_a_process(scene: Scene) -> str:
    role = scene.dice.choice(scene.roles)
    role.freeze()
    try:
        await scene.wait(PAST_LEASES)
    finally:
        role.thaw()
    return role.name


async def kill_the_database(scene: Scene) -> str:
    scene.mongod.child.signal(SIGKILL)
    await scene.wait(SHORT)
    await asyncio.to_thread(scene.mongod.start)
    return ""


async def freeze_the_database(scene: Scene) -> str:
    scene.mongod.child.signal(SIGSTOP)
    try:
        await scene.wait(SHORT)
    finally:
        scene.mongod.child.signal(SIGCONT)
    return ""


async def kill_the_broker(scene: Scene) -> str:
    if not scene.broker.keeps_log:
        # The embedded one comes back without topics, and makes up those that an old client sends to
        # with as many partitions as it likes. The platform that it belongs to starts anew with it.
        return "not done: the embedded one isn't for many processes"
    scene.broker.kill()
    await scene.wait(SHORT)
    await scene.broker.start()
    return ""


async def freeze_the_broker(scene: Scene) -> str:
    scene.broker.freeze()
    try:
        await scene.wait(PAST_LEASES)
    finally:
        scene.broker.thaw()
    return ""


def _line(scene: Scene) -> tuple[FaultProxy, str]:
    name = scene.dice.choice(("database", "broker"))
    return (scene.database_line if name == "database" else scene.broker_line), name


async def swallow_a_line(scene: Scene) -> str:
    proxy, name = _line(scene)
    directions = scene.dice.choice(([], [Direction.TO_CLIENT], [Direction.TO_SERVER]))
    proxy.swallow(*directions)
    try:
        await scene.wait(PAST_LEASES)
    finally:
        proxy.heal()
    return name


async def cut_a_line_in_mid_message(scene: Scene) -> str:
    proxy, name = _line(scene)
    for _ in range(3):
        proxy.cut_after(scene.dice.randrange(5000), scene.dice.choice(list(Direction)))
        await scene.wait((0.3, 1.0))
    proxy.heal()
    return name


async def slow_a_line_down(scene: Scene) -> str:
    proxy, name = _line(scene)
    proxy.latency = scene.dice.uniform(0.05, 0.3)
    try:
        await scene.wait(PAST_LEASES)
    finally:
        proxy.heal()
    return name


Strike = Callable[[Scene], Awaitable[str]]

# Strikes of one row would get in each other's way.
STRIKES: tuple[tuple[Strike, ...], ...] = (
    (kill_a_process, freeze_a_process),
    (kill_the_database, freeze_the_database),
    (kill_the_broker, freeze_the_broker),
    (swallow_a_line, cut_a_line_in_mid_message, slow_a_line_down),
)


async def storm(scene: Scene, seconds: float, say: Callable[[str], None]) -> None:
    """Strikes until the time is over; says each one when it has been taken back."""
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def strike(choices: Sequence[Strike]) -> None:
        chosen = scene.dice.choice(choices)
        since = loop.time() - began
        whom = await chosen(scene)
        said = f"{chosen.__name__.replace('_', ' ')} {whom}".strip()
        say(f"{since:6.1f} - {loop.time() - began:5.1f} s  {said}")

    while loop.time() - began < seconds:
        rows = scene.dice.sample(STRIKES, scene.dice.choice((1, 1, 2)))
        async with asyncio.TaskGroup() as together:
            for row in rows:
                together.create_task(strike(row))
        await scene.wait(CALM)
