"""The groups service behind a real socket on a real database, and people who call it."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec
from pydantic import SecretStr

from services.groups.app import build_api
from services.groups.config import GroupsSettings
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Database, Mongo
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, person_id_of, token_of
from tests.support.retrying import RetryingTransport
from tooling.servers.http import running_http

_PLACES = re.compile(r"(/people/|/members/|/requests/|/invitations/|(?<=[?&])ids=)([^/?&:]+)")
"""Where somebody's id stands in a path."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

ROLES = {"ada": ("admin",), "eda": ("editor",), "directory": ("service",)}
"""Who has roles on the platform, in all tests."""


class GroupsApi:
    """A running service, whose people are called by name: requests and answers are translated.

    Attributes:
        client: Speaks to it.
        database: What it stores.
        ids: The ids that the service has made, by what the identity provider calls people.
    """

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database
        self.ids: dict[str, str] = {}
        self._names: dict[str, str] = {}

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
        """A request of somebody, with names for ids; the answer, with names for ids."""
        answer = await self.raw(
            who,
            method,
            self._path(path),
            self._body(body),
            key=key,
            if_match=if_match,
            headers=headers,
        )
        await self._learn(answer)
        return self._named(answer)

    async def raw(
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
        """A request of somebody, as it is sent."""
        sent = {"authorization": f"Bearer {token_of(who, ROLES.get(who, ()))}", **(headers or {})}
        if key is not None:
            sent["idempotency-key"] = key
        if if_match is not None:
            sent["if-match"] = if_match
        return await self.client.request(method, path, json=body, headers=sent)

    def id_of(self, name: str) -> str:
        """The id of somebody; an invented one for a name that nobody has."""
        return self.ids.get(name) or person_id_of(name)

    def _path(self, path: str) -> str:
        """The path with ids for names, where people stand in one."""
        if path.startswith(("/v1/groups?", "/v1/channels?")):
            return path

        def place(found: re.Match[str]) -> str:
            name = unquote(found[2].replace("+", " "))
            return found[1] + (name if name == "me" else self.id_of(name))

        return _PLACES.sub(place, path)

    def _body(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {
                key: self.id_of(value)
                if key == "person_id" and isinstance(value, str)
                else self._body(value)
                for key, value in body.items()
            }
        return [self._body(item) for item in body] if isinstance(body, list) else body

    async def _learn(self, answer: httpx.Response) -> None:
        """Looks up who is new: what tells names and ids apart is in the database alone."""
        if answer.request.method == "POST" and answer.is_success:
            for person in await self.database.find("people", {"external_id": {"$type": "string"}}):
                self.ids[person["external_id"]] = person["_id"]
                self._names[person["_id"]] = person["external_id"]

    def _named(self, answer: httpx.Response) -> httpx.Response:
        headers = {
            name: self._with_names(value)
            for name, value in answer.headers.items()
            if name not in ("content-length", "content-encoding")
        }
        content = answer.content
        if content and "json" in answer.headers.get("content-type", ""):
            content = json.dumps(self._with_names(answer.json()), ensure_ascii=False).encode()
        return httpx.Response(
            answer.status_code, headers=headers, content=content, request=answer.request
        )

    def _with_names(self, value: Any) -> Any:
        """A value of JSON with names for ids."""
        if isinstance(value, str):
            return _ID.sub(lambda found: self._names.get(found[0], found[0]), value)
        if isinstance(value, dict):
            return {key: self._with_names(item) for key, item in value.items()}
        return [self._with_names(item) for item in value] if isinstance(value, list) else value

    async def good(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What a request is answered that must succeed; None for an empty answer."""
        answer = await self.call(who, method, path, body, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def refused(
        self, who: str, method: str, path: str, body: Any = None, **more: Any
    ) -> tuple[int, str]:
        """Status and problem of a request that must be refused."""
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

    async def events(self, *, logins: bool = False) -> list[dict[str, Any]]:
        """Everything in the log, in the order in which it was committed.

        Args:
            logins: With what is told of logins, which goes along with much else.
        """
        logs = await self.database.find(LOG, {}, sort=[("at", 1), ("_id", 1)])
        bodies = [event.body for log in logs for event in logged_events(log)]
        return [
            self._with_names(event)
            for event in map(msgspec.json.decode, bodies)
            if logins or event["type"] != "mitmach.login.told"
        ]


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
