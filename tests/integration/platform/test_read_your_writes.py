"""Who writes in one service and then asks another brings what they were answered, and is known."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from mitmach.development import DevelopmentSecrets
from mitmach.platform import create_topics
from mitmach.services import SERVICES
from shared.delivery.kafka import KafkaConnection
from tests.support.brokers import BrokerUnderTest
from tests.support.platform import running_platform
from tooling.servers.http import NO_TLS
from tooling.servers.role_processes import RoleProcess, running_roles, settings_of_roles

CLIENTS = 200
PATIENCE = 120.0  # seconds for what a busy machine does slowly
ROLES = {
    "groups-api-1": ("services.groups", "api"),
    "groups-api-2": ("services.groups", "api"),
    "groups-relay": ("services.groups", "relay"),
    "posts-api-1": ("services.posts", "api"),
    "posts-api-2": ("services.posts", "api"),
    "posts-worker": ("services.posts", "worker"),
}
GROUP = {"kind": "community", "name": "Runners", "visibility": "open"}
LATER = (429, 503)


@dataclass
class Person:
    """Somebody who keeps the last token that an answer has carried, and brings it everywhere.

    Attributes:
        http: Sends their requests.
        token: Their access token.
        written: The Consistency-Token of the last answer that had one.
        brings: Whether they bring it.
        answered: How often their requests were answered with each status.
    """

    http: httpx.AsyncClient
    token: str
    written: str = ""
    brings: bool = True
    answered: Counter[int] = field(default_factory=Counter)

    async def ask(self, method: str, url: str, body: Any = None) -> httpx.Response:
        """Sends a request once."""
        headers = {"authorization": f"Bearer {self.token}"}
        if self.written and self.brings:
            headers["consistency-token"] = self.written
        answer = await self.http.request(method, url, headers=headers, json=body)
        self.answered[answer.status_code] += 1
        self.written = answer.headers.get("consistency-token", self.written)
        return answer

    async def good(self, method: str, url: str, body: Any = None) -> Any:
        """The answer to a request that may be put off, and must not be refused."""
        async with asyncio.timeout(PATIENCE):
            while (answer := await self.ask(method, url, body)).status_code in LATER:
                await asyncio.sleep(0.1)
        assert answer.is_success, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


@dataclass
class Cluster:
    """Two processes of each API.

    Attributes:
        roles: All processes, by name.
        secrets: Signs tokens.
        http: Sends requests.
    """

    roles: dict[str, RoleProcess]
    secrets: DevelopmentSecrets
    http: httpx.AsyncClient

    def person(self, name: str) -> Person:
        """Somebody with a token who was never here."""
        return Person(self.http, self.secrets.token(name, []))

    def groups(self, number: int) -> str:
        """The address of one of the two."""
        return f"{self.roles[f'groups-api-{number % 2 + 1}'].http}/v1"

    def posts(self, number: int) -> str:
        """The address of one of the two."""
        return f"{self.roles[f'posts-api-{number % 2 + 1}'].http}/v1"


@asynccontextmanager
async def running_cluster(
    folder: Path, mongo_url: str, prefix: str, broker: BrokerUnderTest
) -> AsyncIterator[Cluster]:
    secrets = DevelopmentSecrets(folder)
    settings = settings_of_roles(secrets, mongodb=mongo_url, kafka=broker.bootstrap, session=3)
    settings["MITMACH_DATABASE_PREFIX"] = prefix
    await create_topics(KafkaConnection(bootstrap=broker.bootstrap), SERVICES)
    limits = httpx.Limits(max_connections=64)
    async with (
        running_roles(ROLES, settings, folder) as roles,
        httpx.AsyncClient(verify=NO_TLS, timeout=60, limits=limits) as http,
    ):
        yield Cluster(roles, secrets, http)


async def founded(cluster: Cluster) -> tuple[str, str]:
    """A group and its channel, of which nobody has heard yet."""
    founder = cluster.person("founder")
    await founder.good("POST", f"{cluster.groups(0)}/me/visits")
    group = (await founder.good("POST", f"{cluster.groups(0)}/groups", GROUP))["id"]
    channels = await founder.good("GET", f"{cluster.groups(0)}/groups/{group}/channels")
    channel = channels["items"][0]["id"]
    return group, channel


@pytest.mark.timeout(300)
async def test_two_hundred_join_and_post_at_once(
    tmp_path: Path,
    mongo_url: str,
    database_prefix: str,
    embedded_broker: BrokerUnderTest,
) -> None:
    async with running_cluster(tmp_path, mongo_url, database_prefix, embedded_broker) as cluster:
        group, channel = await founded(cluster)
        post = {"channel_id": channel, "text": "Who joins?"}
        people = [cluster.person(f"person-{number}") for number in range(CLIENTS)]

        async def join_and_post(number: int, person: Person) -> None:
            groups, posts = cluster.groups(number), cluster.posts(number // 2)
            await person.good("POST", f"{groups}/me/visits")
            await person.good("PUT", f"{groups}/groups/{group}/members/me")
            made = await person.good("POST", f"{posts}/posts", post)
            # The other process hasn't met them yet; a measured route, and one that reads.
            other = cluster.posts(number // 2 + 1)
            await person.good("PUT", f"{other}/posts/{made['id']}/view")
            await person.good("GET", f"{other}/posts/{made['id']}")

        await asyncio.gather(
            *(join_and_post(number, person) for number, person in enumerate(people))
        )
        answered = sum((person.answered for person in people), Counter())
        assert set(answered) <= {200, 201, 204, *LATER}, answered
        assert answered[201] == CLIENTS

        # While the news can't travel, a "no" is what it costs not to bring the token; with it the
        # answer is "later", and right as soon as there is somebody who listens.
        worker = cluster.roles["posts-worker"]
        worker.freeze()
        late = cluster.person("late")
        await late.good("POST", f"{cluster.groups(0)}/me/visits")
        await late.good("PUT", f"{cluster.groups(1)}/groups/{group}/members/me")
        late.brings = False
        refused = await late.ask("POST", f"{cluster.posts(0)}/posts", post)
        assert (refused.status_code, refused.json()["type"]) == (
            403,
            "urn:mitmach:problem:person-not-active",
        )
        late.brings = True
        behind = await late.ask("POST", f"{cluster.posts(0)}/posts", post)
        assert (behind.status_code, behind.json()["type"]) == (
            503,
            "urn:mitmach:problem:not-caught-up",
        )
        assert behind.headers["retry-after"] == "1"
        worker.thaw()
        await late.good("POST", f"{cluster.posts(0)}/posts", post)

        # The same when it is killed in the middle of its work.
        worker.kill()
        newest = cluster.person("newest")
        await newest.good("POST", f"{cluster.groups(0)}/me/visits")
        await newest.good("PUT", f"{cluster.groups(0)}/groups/{group}/members/me")
        assert (await newest.ask("POST", f"{cluster.posts(1)}/posts", post)).status_code == 503
        worker.start_again()
        await newest.good("POST", f"{cluster.posts(1)}/posts", post)
        assert set(newest.answered) <= {200, 201, 204, *LATER}, newest.answered


def schedule() -> dict[str, str]:
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    now = datetime.now(UTC)
    return {name: (now + timedelta(days=n)).isoformat() for n, name in enumerate(names, 1)}


async def refusals(people: Sequence[Person]) -> set[int]:
    answered = sum((person.answered for person in people), Counter())
    return {status for status in answered if status >= 400 and status not in LATER}


async def test_every_service_knows_what_the_others_have_answered(tmp_path: Path) -> None:
    async with running_platform(tmp_path, quotas=False) as platform:
        mia = Person(platform.http, platform.token("mia", "analyst"))
        await mia.good("POST", "/v1/me/visits")
        for path in ("/v1/feed", "/v1/contests", "/v1/kpis/definitions"):
            await mia.good("GET", path)
        group = (await mia.good("POST", "/v1/groups", GROUP))["id"]
        contest = {"title": "Light", "kind": "text", "group_id": group, "schedule": schedule()}
        made = await mia.good("POST", "/v1/contests", contest)
        channel = (await mia.good("GET", f"/v1/groups/{group}/channels"))["items"][0]["id"]
        post = await mia.good("POST", "/v1/posts", {"channel_id": channel, "text": "Who comes?"})
        assert (await mia.good("GET", f"/v1/stats/posts/{post['id']}"))["post_id"] == post["id"]

        ben = Person(platform.http, platform.token("ben"))
        await ben.good("POST", "/v1/me/visits")
        await ben.good("PUT", f"/v1/posts/{post['id']}/reaction", {"kind": "like"})
        mia.written = ben.written  # handed over: tokens belong to what was written
        figures = await mia.good("GET", f"/v1/stats/posts/{post['id']}")
        assert figures["reactions"] == 1, figures
        await mia.good("POST", f"/v1/contests/{made['id']}:announce")
        await mia.good("GET", f"/v1/stats/contests/{made['id']}")
        assert await refusals([mia, ben]) == set()
