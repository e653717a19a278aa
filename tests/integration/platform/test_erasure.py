"""A canary who did everything that the platform allows is erased, and looked for everywhere.

In every field and key of every collection of every database, in what is published afterwards, in
log lines, figures and answers. Two things are older than the erasure and expire by themselves, the
outbox and the broker's records: they name people by ids and never by anything else, so in these
only the ids may be found.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import TopicPartition

from mitmach.addresses import read_addresses
from mitmach.development import DevelopmentSecrets
from services.metrics.store.generations import database_names
from shared.contract.aliases import BALLOT, FLAG, MODERATION, REACTION, SHARE, VIEW, Aliases
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.topics import TOPICS, dlq_topic
from shared.contract.principal import login_of
from shared.contract.services import ServiceName
from shared.delivery.kafka import KafkaConnection, end_offsets, existing_partitions, open_reader
from shared.delivery.log import LOG, logged_events
from shared.delivery.mongo import Driver, Mongo, connect
from tests.support.platform import Platform, Visitor, running_platform

SUBJECT = "zora.needle@directory"
NAME = "Zora Needlewood"
EMAIL = "zora.needlewood@mail.example"
PHOTO = {"url": "https://media.example/1.jpg", "alt": "A cup"}
FORGOTTEN_WITHIN = 120.0  # seconds; about fifty on an idle machine


@dataclass
class Canary:
    """Somebody who does everything, and keeps the requests with an Idempotency-Key.

    Attributes:
        visitor: The person.
        texts: All that they wrote.
        keyed: Path, body and key of each such request.
    """

    visitor: Visitor
    texts: list[str]
    keyed: list[tuple[str, Any, str]]

    def text(self, what: str) -> str:
        """A text that is nowhere else."""
        self.texts.append(f"needle-{what}-{len(self.texts)}")
        return self.texts[-1]

    async def good(self, method: str, path: str, body: Any = None) -> Any:
        """A request that must succeed, once other services have heard of what it needs."""
        return await self.visitor.eventually(method, path, body)

    async def once(self, path: str, body: Any) -> Any:
        """A request with an Idempotency-Key."""
        self.keyed.append((path, body, f"canary-{len(self.keyed):04}"))
        async with asyncio.timeout(60):
            while not (answer := await self.again(self.keyed[-1])).is_success:
                await asyncio.sleep(0.2)
        return answer.json()

    async def again(self, request: tuple[str, Any, str]) -> httpx.Response:
        """The same request with the same key."""
        path, body, key = request
        headers = {"authorization": f"Bearer {self.visitor.token}", "idempotency-key": key}
        return await self.visitor.http.post(path, json=body, headers=headers)


@dataclass
class World:
    """The platform with a canary and others who see what they do.

    Attributes:
        admin: Runs the platform, and erases the canary.
        other: Somebody else.
    """

    platform: Platform
    mongo: Mongo
    kafka: KafkaConnection
    admin: Visitor
    other: Visitor
    canary: Canary
    posts: list[str]
    contests: list[str]

    def database_names(self) -> Iterator[str]:
        """Every database of the platform."""
        for service in ServiceName:
            yield from (
                database_names(f"mitmach_{service}")
                if service == "metrics"
                else (f"mitmach_{service}",)
            )


def schedule() -> dict[str, str]:
    now = datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    return {name: (now + timedelta(days=n)).isoformat() for n, name in enumerate(names, 1)}


async def contest_in_the_vote(
    organiser: Visitor | Canary, title: str, authors: list[tuple[Any, dict[str, Any]]]
) -> tuple[str, list[str]]:
    """A contest of this person's that takes votes, and an entry of each author."""
    body = {"title": title, "kind": "text", "schedule": schedule()}
    made = await organiser.good("POST", "/v1/contests", body)
    path = f"/v1/contests/{made['id']}"
    await organiser.good("POST", f"{path}:announce")
    await organiser.good("POST", f"{path}:advance", {"to": "submissions"})
    entries = []
    for author, content in authors:
        entry = await author.good("POST", f"{path}/entries", {**content, "consent": True})
        await organiser.good("POST", f"/v1/entries/{entry['id']}:accept")
        entries.append(str(entry["id"]))
    for phase in ("review", "voting"):
        await organiser.good("POST", f"{path}:advance", {"to": phase})
    return path, entries


@asynccontextmanager
async def world(tmp_path: Path, texts: str) -> AsyncIterator[World]:
    """Everything has happened, and every service has heard of it."""
    async with running_platform(
        tmp_path / "data", quotas=False, log=tmp_path / "log", erased_texts=texts
    ) as platform:
        addresses = read_addresses(tmp_path / "data")
        admin = await platform.visitor("the-admin", "admin")
        other = await platform.visitor("the-other", "editor")
        body = {"external_id": SUBJECT, "name": NAME, "email": EMAIL}
        await admin.good("POST", "/v1/people", body)
        visitor = await platform.visitor(SUBJECT, "editor")
        canary = Canary(visitor, [], [])
        posts = await what_they_write(canary, other)
        contests = await what_they_enter(canary, other)
        async with connect(addresses.mongodb, driver=Driver.MOTOR) as mongo:
            kafka = KafkaConnection(bootstrap=addresses.kafka)
            yield World(platform, mongo, kafka, admin, other, canary, posts, contests)


async def what_they_write(canary: Canary, other: Visitor) -> list[str]:
    """Groups, posts, comments, reactions, views and shares of the canary; the posts."""
    me = canary.visitor.id
    group = (await canary.once("/v1/groups", {"kind": "community", "name": "Runners"}))["id"]
    await other.good("PUT", f"/v1/groups/{group}/members/me")
    closed = {"kind": "community", "visibility": "closed", "name": "Reserved"}
    asked = (await other.good("POST", "/v1/groups", closed))["id"]
    await canary.once(f"/v1/groups/{asked}/requests", {"message": canary.text("message")})
    invited = (await other.good("POST", "/v1/groups", closed))["id"]
    await other.good("POST", f"/v1/groups/{invited}/invitations", {"person_id": me})
    channel = (await canary.good("GET", f"/v1/groups/{group}/channels"))["items"][0]["id"]
    await canary.good("PATCH", f"/v1/people/{me}", {"name": NAME})

    body = {"channel_id": channel, "title": canary.text("title"), "text": canary.text("text")}
    own = (await canary.once("/v1/posts", body))["id"]
    await canary.good("PATCH", f"/v1/posts/{own}", {"text": canary.text("edited")})
    gone = (await canary.once("/v1/posts", {**body, "text": canary.text("deleted")}))["id"]
    await canary.good("DELETE", f"/v1/posts/{gone}")
    others = (await other.eventually("POST", "/v1/posts", {"channel_id": channel, "text": "?"}))[
        "id"
    ]
    answer = await other.good("POST", f"/v1/posts/{own}/comments", {"text": "I do."})
    path = f"/v1/posts/{others}"
    comment = await canary.once(f"{path}/comments", {"text": canary.text("comment")})
    edited = {"text": canary.text("edited-comment")}
    await canary.good("PATCH", f"/v1/comments/{comment['id']}", edited)
    await canary.once(
        f"/v1/posts/{own}/comments", {"text": canary.text("reply"), "parent_id": answer["id"]}
    )
    deleted = await canary.once(f"{path}/comments", {"text": canary.text("deleted-comment")})
    await canary.good("DELETE", f"/v1/comments/{deleted['id']}")
    await canary.good("PUT", f"{path}/view")
    await canary.good("PUT", f"{path}/reaction", {"kind": "like"})
    await canary.good("PUT", f"/v1/comments/{answer['id']}/reaction", {"kind": "like"})
    await canary.once(f"{path}/shares", {})
    await other.reads(path, lambda found: found["counts"]["comments"] == 1)
    return [own, others]


async def what_they_enter(canary: Canary, other: Visitor) -> list[str]:
    """Contests of the canary and of somebody else, entries and ballots; the contests."""
    title, text = canary.text("entry-title"), canary.text("entry")
    theirs = {"title": "Morning", "text": "Fog."}
    rival, _ = await contest_in_the_vote(other, "Light", [(canary, {"title": title, "text": text})])
    own, entries = await contest_in_the_vote(canary, "Shade", [(other, theirs)])
    await canary.good("PUT", f"{own}/ballot", {"entry_ids": entries})
    await canary.good("PUT", f"/v1/entries/{entries[0]}/view")
    reason = {"reason": canary.text("reason"), "category": "copyright"}
    await canary.good("POST", f"/v1/entries/{entries[0]}:propose-rejection", reason)
    draft = {"title": canary.text("draft"), "kind": "text", "schedule": schedule()}
    await canary.once("/v1/contests", draft)
    return [rival, own]


def needles(world: World) -> dict[str, list[str]]:
    """What is looked for: who they are, and what they wrote."""
    me = world.canary.visitor.id
    key = DevelopmentSecrets(world.platform.data).pseudonym_key.encode()
    aliases = Aliases(key)
    within = [
        aliases.of(kind, me, contest.rpartition("/")[2])
        for kind in (BALLOT, MODERATION)
        for contest in world.contests
    ]
    everywhere = [aliases.of(kind, me) for kind in _KINDS]
    return {
        "ids": [me, me.replace("-", ""), *everywhere, *within],
        "login": [login_of(key, SUBJECT)],
        "names": [SUBJECT, NAME, *NAME.lower().split(), EMAIL, world.canary.visitor.token[-40:]],
        "texts": world.canary.texts,
    }


_KINDS = (VIEW, REACTION, SHARE, FLAG, MODERATION)


def found_in(text: str, wanted: list[str]) -> list[str]:
    lower = text.lower()
    return [needle for needle in wanted if needle.lower() in lower]


async def stored(world: World) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Every document of every database, with the name of its collection."""
    for name in world.database_names():
        database = world.mongo.database(name)
        for collection in await database.handle.list_collection_names():
            if collection != "open_log" and not collection.startswith("system."):
                async for document in database.stream(collection, {}):
                    yield collection, document


async def records(kafka: KafkaConnection) -> list[bytes]:
    """The value of every record there is."""
    topics = [*TOPICS, *map(dlq_topic, ServiceName)]
    values: list[bytes] = []
    async with open_reader(kafka) as reader:
        places = [tuple(place) for place in await existing_partitions(kafka, topics)]
        ends = await end_offsets(reader, places)
        reader.assign([TopicPartition(*place) for place, end in ends.items() if end])
        await reader.seek_to_beginning()
        while batches := await reader.getmany(timeout_ms=1500):
            values += [record.value for batch in batches.values() for record in batch]
    return values


async def forgotten(world: World) -> dict[str, Any]:
    """The record of the erasure, once every service has said that it is done."""
    path = f"/v1/people/{world.canary.visitor.id}/erasure"
    async with asyncio.timeout(FORGOTTEN_WITHIN):
        while True:
            shown: dict[str, Any] = await world.admin.good("GET", path)
            if shown["finished_at"] is not None:
                return shown
            await asyncio.sleep(0.5)


ANSWERS = (
    "/v1/people",
    "/v1/groups",
    "/v1/posts",
    "/v1/feed",
    "/v1/contests",
    f"/v1/posts?author_id={FORMER_COLLEAGUE}",
)


async def no_document_names_them(
    here: World, wanted: Mapping[str, list[str]], everybodys: list[str]
) -> None:
    """Every field and key; the outbox names people by ids alone, and a login leads to nobody."""
    left = []
    async for collection, document in stored(here):
        text = str(document)
        if collection == LOG:
            text += str([event.body for event in logged_events(document)])
            looked_for = [*wanted["names"], *wanted["texts"]]
        else:
            looked_for = [*everybodys, *wanted["login"]]
        found = found_in(text, looked_for)
        if collection == "logins" and found == wanted["login"]:
            assert (document["person"], document["standing"]) == (None, "erased")
            continue
        left += [(collection, needle) for needle in found]
    assert left == []


async def no_later_record_names_them(here: World, wanted: Mapping[str, list[str]]) -> None:
    """What is published after the erasure; and what was before has neither names nor texts."""
    values = await records(here.kafka)
    assert found_in(str(values), [*wanted["names"], *wanted["texts"]]) == []
    events = [json.loads(value) for value in values]
    (told,) = [event for event in events if event["type"] == "mitmach.person.erased"]
    since = [event for event in events if event["time"] > told["time"]]
    assert len(since) >= len(ServiceName) - 1
    assert found_in(str(since), [*wanted["ids"], *wanted["login"]]) == []


async def no_answer_names_them(here: World, everybodys: list[str]) -> None:
    """Figures, and what administrators and others are answered."""
    assert found_in((await here.admin.http.get("/metrics")).text, everybodys) == []
    for asking in (here.admin, here.other):
        paths = [f"/v1/posts/{here.posts[1]}", f"/v1/posts/{here.posts[1]}/comments"]
        paths += [*ANSWERS, *here.contests, *(f"{one}/entries" for one in here.contests)]
        for path in paths:
            answer = await asking.call("GET", path)
            assert found_in(answer.text, everybodys) == [], path


@pytest.mark.parametrize("texts", [pytest.param("deleted", marks=pytest.mark.faults_long), "kept"])
async def test_nothing_that_names_an_erased_person_is_left_anywhere(
    tmp_path: Path, texts: str
) -> None:
    async with world(tmp_path, texts) as here:
        wanted = needles(here)
        everybodys = [*wanted["ids"], *wanted["names"]]
        if texts == "deleted":
            everybodys += wanted["texts"]
        before = [document async for document in stored(here)]
        assert all(found_in(str(before), [needle]) for needle in (*wanted["login"], NAME, EMAIL))

        me = here.canary.visitor.id
        await here.admin.good("POST", f"/v1/people/{me}:erase")
        record = await forgotten(here)
        assert record["id"] == erasure_id(me)
        assert (record["requested_by"], record["texts"]) == (here.admin.id, texts)

        await no_document_names_them(here, wanted, everybodys)
        await no_later_record_names_them(here, wanted)
        assert found_in((tmp_path / "log").read_text(), everybodys + wanted["login"]) == []
        await no_answer_names_them(here, everybodys)
        kept = await here.other.call("GET", f"/v1/posts/{here.posts[0]}")
        if texts == "kept":
            assert kept.json()["author_id"] == FORMER_COLLEAGUE
            assert found_in(kept.text, wanted["texts"])
        else:
            assert kept.status_code == 404

        # Their token, with whatever key, gets nothing back.
        assert here.canary.keyed
        for request in here.canary.keyed:
            answer = await here.canary.again(request)
            assert answer.status_code == 403, answer.text
            assert found_in(answer.text, everybodys + wanted["login"] + wanted["texts"]) == []
        assert (await here.canary.visitor.call("POST", "/v1/me/visits")).status_code == 403
        assert (await here.admin.call("GET", f"/v1/people/{me}")).status_code == 404
