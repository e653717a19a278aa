"""The groups service behind a real socket on a real database, and people who call it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from pydantic import SecretStr

from services.groups.app import build_api
from services.groups.config import GroupsSettings
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database, Mongo
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, token_of
from tests.support.retrying import RetryingTransport
from tooling.servers.http import running_http

ROLES = {"ada": ("admin",), "eda": ("editor",), "directory": ("service",)}
"""Who has roles on the platform, in all tests."""


class GroupsApi:
    """A running service.

    Attributes:
        client: Speaks to it.
        database: What it stores.
    """

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database

    async def call(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A request of somebody."""
        sent = {"authorization": f"Bearer {token_of(who, ROLES.get(who, ()))}", **(headers or {})}
        if key is not None:
            sent["idempotency-key"] = key
        if if_match is not None:
            sent["if-match"] = if_match
        return await self.client.request(method, path, json=body, headers=sent)

    async def good(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What a request is answered that must succeed; None for an empty answer."""
        answer = await self.call(who, method, path, body, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def refused(
        self, who: str, method: str, path: str, body: Any = None, **more: Any
    ) -> tuple[int, str]:
        """AccountStatus and problem of a request that must be refused."""
        answer = await self.call(who, method, path, body, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["status"] == answer.status_code
        return answer.status_code, problem["type"].rpartition(":")[2]

    async def arrive(self, *people: str) -> None:
        """These visit."""
        for who in people:
            await self.good(who, "POST", "/v1/me/visits")

    async def group(self, owner: str, visibility: str = "open", **more: Any) -> str:
        """The id of a new group."""
        body = {"kind": "community", "visibility": visibility, "name": "Runners", **more}
        made = await self.good(owner, "POST", "/v1/groups", body)
        group_id: str = made["id"]
        return group_id

    async def events(self) -> list[dict[str, Any]]:
        """Everything in the log, in the order in which it was committed."""
        logs = await self.database.find(LOG, {}, sort=[("at", 1), ("_id", 1)])
        return [msgspec.json.decode(event.body) for log in logs for event in logged_events(log)]


def groups_settings(prefix: str, folder: Path, **more: Any) -> GroupsSettings:
    """Settings of a service for tests."""
    keys = folder / "keys.json"
    keys.write_text(public_jwks(PRIVATE_PEM))
    values: dict[str, Any] = {
        "database_prefix": prefix,
        "jwt_key_file": keys,
        "pseudonym_key": SecretStr(PSEUDONYM_KEY.decode()),
        "http_port": 0,
        "http_person_rate": 0,
        "quotas": False,
        "departments": ("sales", "research"),
        "locations": ("berlin",),
    }
    return GroupsSettings(**values | more)


@asynccontextmanager
async def running_groups_api(settings: GroupsSettings, mongo: Mongo) -> AsyncIterator[GroupsApi]:
    """Serves the API on a free port as long as the block runs."""
    async with (
        build_api(settings, mongo, Telemetry("groups")) as app,
        running_http(app, settings) as address,
        httpx.AsyncClient(base_url=address, timeout=20.0, transport=RetryingTransport()) as client,
    ):
        yield GroupsApi(client, mongo.database(settings.database_name("groups")))
