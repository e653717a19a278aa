"""The example service on a real database and broker: notes are private, and counted once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from examples.notes.app import build_api, build_relay, build_worker, openapi
from examples.notes.config import NotesSettings
from shared.delivery.kafka import KafkaConnection
from shared.delivery.mongo import Driver
from shared.runtime.process import running
from shared.runtime.telemetry import Telemetry
from shared.web.identity import public_jwks
from tests.support.brokers import BrokerUnderTest
from tests.support.groups_publisher import open_groups_publisher
from tests.support.identity import PRIVATE_PEM, PSEUDONYM_KEY, login_told, token_of
from tests.support.mongodb import connected

PATIENCE = 60.0  # seconds until something that should take a fraction of one has failed


@pytest.fixture
async def notes(
    mongo_url: str, database_prefix: str, embedded_broker: BrokerUnderTest, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service, whose relay and worker run too."""
    (tmp_path / "keys.json").write_text(public_jwks(PRIVATE_PEM))
    settings = NotesSettings(
        mongodb_url=SecretStr(mongo_url),
        database_prefix=database_prefix,
        kafka_bootstrap=embedded_broker.bootstrap,
        kafka_session_timeout=3.0,
        jwt_key_file=tmp_path / "keys.json",
        pseudonym_key=SecretStr(PSEUDONYM_KEY.decode()),
        quota_notes=3,
    )
    async with AsyncExitStack() as stack:
        mongo = await stack.enter_async_context(connected(mongo_url, driver=Driver.MOTOR))
        stack.push_async_callback(mongo.drop, settings.database_name("notes"))
        parts = (settings, mongo, Telemetry("notes"))
        api = await stack.enter_async_context(build_api(*parts))
        stop = asyncio.Event()
        for build in (build_relay, build_worker):
            part = await stack.enter_async_context(build(*parts))
            await stack.enter_async_context(running(part, stop))
        transport = httpx.ASGITransport(api)
        database = mongo.database(settings.database_name("groups"))
        stack.push_async_callback(mongo.drop, settings.database_name("groups"))
        groups = await stack.enter_async_context(
            open_groups_publisher(database, mongo, KafkaConnection.of(settings))
        )
        await groups.publish(login_told("ada"), login_told("ben"))
        async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
            for person in ("ada", "ben"):
                await _known(client, person)
            yield client


def _as(person: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token_of(person)}"}


async def _known(client: httpx.AsyncClient, person: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await client.get("/v1/notes/count", headers=_as(person))).status_code == 403:
            await asyncio.sleep(0.05)


async def _counted(client: httpx.AsyncClient, person: str, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.get("/v1/notes/count", headers=_as(person))
            if answer.json() == {"written": wanted}:
                return
            await asyncio.sleep(0.05)


async def test_a_note_is_private_and_counts_once(notes: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "0b8d9c5e-6c0e-4b5e-9f6b-0a4a5a4c7d11"}
    body = {"text": "Lunch at noon?"}

    written = await notes.post("/v1/notes", json=body, headers=_as("ada") | key)
    again = await notes.post("/v1/notes", json=body, headers=_as("ada") | key)

    assert (written.status_code, again.status_code) == (201, 201)
    assert again.json() == written.json()
    address = f"/v1/notes/{written.json()['id']}"
    assert (await notes.get(address, headers=_as("ada"))).json()["text"] == body["text"]
    hidden = await notes.get(address, headers=_as("ben"))
    invented = await notes.get(f"{address[:-4]}0000", headers=_as("ben"))
    assert (hidden.status_code, invented.status_code) == (404, 404)
    assert hidden.json()["type"] == invented.json()["type"]
    await _counted(notes, "ada", 1)
    await _counted(notes, "ben", 0)


async def test_somebody_of_whom_nothing_was_told_writes_nothing(notes: httpx.AsyncClient) -> None:
    answer = await notes.post("/v1/notes", json={"text": "Hello?"}, headers=_as("cleo"))
    refused = (answer.status_code, answer.json()["type"])
    assert refused == (403, "urn:mitmach:problem:person-not-active")


async def test_what_was_refused_is_not_counted(notes: httpx.AsyncClient) -> None:
    texts = ["one", "two", "three", "one too many", "\u200b"]

    answers = [
        await notes.post("/v1/notes", json={"text": text}, headers=_as("ada")) for text in texts
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 422]
    await _counted(notes, "ada", 3)


def test_the_document_needs_nothing_that_runs() -> None:
    paths: dict[str, Any] = openapi()["paths"]
    assert {"/v1/notes", "/v1/notes/count", "/v1/notes/{note_id}"} <= paths.keys()
