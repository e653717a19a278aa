"""Every role is replaced by a new process while 200 requests a second go on, as an upgrade does it.

One process of each role takes part. A role's successor is started, gets requests once it is ready,
and only then the old process is told to end: it finishes what it has, and gives back what it holds.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from mitmach.demo.client import Client, Ledger
from mitmach.development import DevelopmentSecrets
from mitmach.reconciliation import reconcile
from mitmach.services import SERVICES
from shared.delivery.kafka import KafkaConnection
from shared.delivery.lease import holder_of
from shared.delivery.mongo import Mongo
from shared.delivery.relay import RELAY_LEASE
from tests.integration.platform.balancer import Balancer
from tests.integration.platform.load import PEOPLE, PlatformLoad, caused_by_people
from tests.support.brokers import BrokerUnderTest
from tooling.servers.role_processes import RoleProcess, running_roles, settings_of_roles

RATE = 200  # requests per second
MOST_OPEN = 400  # a machine that is too slow for the rate gets less, not ever more at once
DRAIN = 1.0  # seconds
# Half of this would pass before a group notices that a member has gone without leaving.
SESSION_TIMEOUT = 60

# As docs/operations.md has it: readers before writers.
ORDER = ("consumer", "worker", "relay", "api")
ROLES = {
    f"{service.name}-{role}": (f"services.{service.name}", role)
    for service in SERVICES
    for role in service.roles
}
LOOKED_AT = ("/v1/contests", "/v1/kpis", "/v1/feed")


@asynccontextmanager
async def steady_load(load: PlatformLoad, looking: Client) -> AsyncIterator[None]:
    """Starts requests at the rate, whether or not those before were answered."""
    enough = asyncio.Event()

    async def start_them() -> None:
        loop = asyncio.get_running_loop()
        began, number = loop.time(), 0
        opened: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as together:
            while not enough.is_set():
                due = int((loop.time() - began) * RATE)
                for one in range(number, due):
                    if len(opened) < MOST_OPEN:
                        task = together.create_task(do(one))
                        opened.add(task)
                        task.add_done_callback(opened.discard)
                number = max(number, due)
                await asyncio.sleep(1 / RATE)

    async def do(number: int) -> None:
        if number % 10 == 0:
            path = LOOKED_AT[number // 10 % len(LOOKED_AT)]
            person = PEOPLE[number % len(PEOPLE)]
            await looking.call("GET", path, person, roles=("analyst",))
        else:
            await load.do_something(f"operation-{number}")

    loading = asyncio.create_task(start_them())
    try:
        yield
    finally:
        enough.set()
        await loading


async def leaders(mongo: Mongo, prefix: str) -> dict[str, str | None]:
    """Who holds the relays' leases, by service."""
    return {
        service.name: await holder_of(mongo.database(prefix + service.name), RELAY_LEASE)
        for service in SERVICES
        if "relay" in service.roles
    }


class Cluster:
    """The processes, and what stands before them."""

    def __init__(
        self,
        roles: dict[str, RoleProcess],
        settings: Mapping[str, str],
        folder: Path,
        balancer: Balancer,
        react: Callable[[str, AsyncIterator[bytes]], Coroutine[Any, Any, None]],
    ) -> None:
        self._roles = roles
        self._react = react
        self._settings = settings
        self._folder = folder
        self._balancer = balancer
        self.ended: dict[str, int] = {}
        for name in ROLES:
            self._route(name, add=roles[name])

    def _route(
        self, name: str, *, add: RoleProcess | None = None, remove: RoleProcess | None = None
    ) -> None:
        service, role = name.rsplit("-", 1)
        if role == "api":
            if add is not None:
                self._balancer.add(service, add.http)
            if remove is not None:
                self._balancer.remove(service, remove.http)

    async def replace(self, names: Sequence[str]) -> None:
        """Starts a successor of each, and ends the old ones when it is ready."""
        new = {
            name: RoleProcess(f"{name}-new", ROLES[name], self._settings, self._folder)
            for name in names
        }
        old = {name: self._roles[name] for name in names}
        self._roles |= {f"{name}-new": role for name, role in new.items()}
        await asyncio.gather(*(role.ready() for role in new.values()))
        for name in names:
            self._route(name, add=new[name], remove=old[name])
        await asyncio.gather(*(self._end(name, role) for name, role in old.items()))

    async def _end(self, name: str, role: RoleProcess) -> None:
        # Who chose it before may not have sent yet. A pod waits longer, before it is told to end.
        await asyncio.sleep(DRAIN)
        async with self._late_request(name, role):
            role.ask_to_end()
        self.ended[name] = await asyncio.to_thread(role.ended)

    @asynccontextmanager
    async def _late_request(self, name: str, role: RoleProcess) -> AsyncIterator[None]:
        """To the API of posts a request whose second half comes after the block."""
        if name != "posts-api":
            yield
            return
        told = asyncio.Event()

        async def halves() -> AsyncIterator[bytes]:
            yield b'{"kind":'
            await told.wait()
            await asyncio.sleep(DRAIN)  # by then it has seen the signal
            yield b'"like"}'

        asking = asyncio.create_task(self._react(role.http, halves()))
        await asyncio.sleep(DRAIN)
        yield
        told.set()
        await asking


@pytest.mark.faults
@pytest.mark.apache
@pytest.mark.faults_long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("driver", ["motor"], indirect=True)
async def test_a_rolling_restart_of_every_role_fails_no_request_and_counts_all_once(
    tmp_path: Path,
    mongo: Mongo,
    mongo_url: str,
    database_prefix: str,
    apache_broker: BrokerUnderTest,
) -> None:
    secrets = DevelopmentSecrets(tmp_path)
    settings = settings_of_roles(
        secrets, mongodb=mongo_url, kafka=apache_broker.bootstrap, session=SESSION_TIMEOUT
    )
    settings["MITMACH_DATABASE_PREFIX"] = database_prefix
    kafka = KafkaConnection(bootstrap=apache_broker.bootstrap)
    ledger, dice = Ledger(), random.Random(5)
    async with (
        running_roles(ROLES, settings, tmp_path) as roles,
        Balancer() as balancer,
    ):
        session = cast(aiohttp.ClientSession, balancer)
        client = Client(session, "", token=secrets.token, ledger=ledger, rng=dice)
        load = PlatformLoad(client, [client], dice)

        async def react(address: str, body: AsyncIterator[bytes]) -> None:
            headers = {
                "authorization": f"Bearer {secrets.token(PEOPLE[0], [])}",
                "content-type": "application/json",
            }
            path = f"/v1/posts/{load.post_ids[0]}/reaction"
            async with (
                aiohttp.ClientSession(address) as http,
                http.put(path, data=body, headers=headers) as answer,
            ):
                assert answer.status == 200, await answer.text()
                receipts = answer.headers.get("event-ids", "")
                ledger.receipts.update(one for one in receipts.split(",") if one)

        cluster = Cluster(roles, settings, tmp_path, balancer, react)
        await load.set_up()
        async with steady_load(load, client):
            for role in ORDER:
                before = await leaders(mongo, database_prefix)
                await cluster.replace([name for name in ROLES if name.endswith(f"-{role}")])
                if role == "relay":
                    after = await leaders(mongo, database_prefix)
                    kept = [name for name in before if before[name] == after[name] is not None]
                    assert kept == [], "the old leader has ended without giving its lease back"

        assert balancer.broken == Counter(), "connections were cut in the midst of a request"
        # 503 says "later" and was obeyed; 403 and 404 while posts hadn't heard of the group yet.
        assert {status for status in ledger.requests if status >= 400} <= {403, 404, 503}
        metrics = balancer.addresses("metrics")[0]
        reconciliation = await reconcile(mongo, kafka, metrics, prefix=database_prefix)
        assert reconciliation.agrees, (reconciliation.differences(), reconciliation.published.gaps)
        caused = await caused_by_people(mongo, database_prefix)
        assert ledger.receipts <= caused, "an acknowledged event is in no log"
        # Of a PUT whose first answer was 503 "not known", the second finds nothing left to do.
        assert ledger.receipts == caused or ledger.requests[503], ledger.requests
    assert cluster.ended == dict.fromkeys(ROLES, 0)
