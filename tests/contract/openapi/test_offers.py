"""Nothing that the documents offer is always refused: each parameter and word of an enum works.

A client that is built from a document shows its filters and choices. One that never works is a
promise that nobody keeps: it is offered when it works.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from mitmach.services import SERVICES
from tests.contract.access import access_requests
from tests.contract.access.access_requests import ASKS, Ask, ask
from tests.contract.access.access_routes import routes
from tests.contract.access.access_world import AccessWorld
from tests.contract.openapi.answers_seen import AnswersSeen
from tests.support.platform import running_platform

# A cursor is only taken as it was given out, by the list that gave it; lists have their own tests.
GIVEN_OUT = {"cursor"}
# A value for parameters whose schema has neither words nor an example.
VALUES = {
    "q": "light",
    "limit": "5",
    "points": "2",
    "mine": "true",
    "archived": "true",
    "topic": "running",
    "format": "video",
    "group": "{group_id}",
    "group_id": "{group_id}",
    "channel_id": "{channel_id}",
    "author_id": "{person_id}",
}
# An example of a KPI for which a parameter is meant; others refuse it.
KPI_OF = {"department": "participation"}
# What else a request says with such a word, so that it isn't refused for what it lacks.
MEDIA = {"media": [{"url": "https://media.example.org/run.jpg"}]}
BESIDE: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("publish_post", "format"): {**MEDIA, "text": "https://news.example.org/"},
}
# By whom, where an administrator isn't the one who can.
WHO = {"change_contest": "owner"}
# Which phase can be entered next depends on where a contest stands: its own tests enter them all.
BY_STATE = {("advance_contest", "to")}


def documented() -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Id, document and operation of everything that is documented."""
    for service in SERVICES:
        document = service.openapi()
        for path, operations in document["paths"].items():
            for operation in operations.values():
                if path.startswith("/v1/"):
                    yield operation["operationId"], document, operation


def words_of(schema: Mapping[str, Any]) -> list[Any]:
    """The words of an enum, be it optional or not."""
    found = list(schema.get("enum", ()))
    for one in schema.get("anyOf", ()):
        found += words_of(one)
    return found


def parameters() -> Iterator[tuple[str, str, str]]:
    """Operation, query parameter and value: each word of an enum, else one that fits."""
    for name, _, operation in documented():
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "query" and parameter["name"] not in GIVEN_OUT:
                schema = parameter["schema"]
                examples = [str(one) for one in schema.get("examples", ())]
                known = VALUES.get(parameter["name"])
                values = words_of(schema) or ([known] if known else examples)
                for value in values:
                    yield name, parameter["name"], value


def choices() -> Iterator[tuple[str, str, Any]]:
    """Operation, field of its JSON body and one of the words that it offers."""
    for name, document, operation in documented():
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        for field, what in schema.get("properties", {}).items():
            for word in words_of(what):
                if (name, field) not in BY_STATE:
                    yield name, field, word


async def test_every_parameter_and_every_word_that_is_offered_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = routes(monkeypatch)
    asks: dict[str, tuple[str, Ask]] = {}
    for name, parameter, value in parameters():
        base = ASKS.get(name, Ask())
        fixed = {"name": kpi} if (kpi := KPI_OF.get(parameter)) else {}
        asked = replace(base, query=f"?{parameter}={value}", fixed={**base.fixed, **fixed})
        asks[f"{name}?{parameter}={value}"] = name, asked
    for name, field, word in choices():
        base = ASKS.get(name, Ask())
        body = {**(base.body or {}), **BESIDE.get((name, field), {}), field: word}
        asks[f"{name} {field}={word}"] = name, replace(base, body=body)
    monkeypatch.setattr(access_requests, "ASKS", {row: one for row, (_, one) in asks.items()})
    refused = []
    seen = AnswersSeen()
    async with running_platform(tmp_path) as platform:
        seen.watch(platform.http)
        world = AccessWorld(platform)
        await world.prepare()
        for name, of_one in groupby(asks, lambda row: asks[row][0]):
            rows, who = list(of_one), WHO.get(name, "admin")
            # No word stands in another's way: all that an operation offers is asked at once.
            answers = await asyncio.gather(*(ask(world, row, *there[name], who) for row in rows))
            refused += [
                f"{row}: {status} {problem}"
                for row, (status, problem) in zip(rows, answers, strict=True)
                if status >= 400
            ]

    assert len(asks) > 80
    assert refused == []
    assert seen.wrong == set()
