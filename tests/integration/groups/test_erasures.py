"""The record of an erasure: who asked for it, and which services are done with it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.groups.worker.erasures import ErasureRecord
from services.groups.worker.sweeper import Sweeper
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id
from shared.contract.events.envelope import EventData
from shared.contract.events.erasures import (
    ContestsPersonForgotten,
    MetricsPersonForgotten,
    PostsPersonForgotten,
)
from shared.contract.events.registry import Event
from shared.delivery.command import SETTLED
from shared.delivery.committer import Committer
from shared.delivery.log import source_of
from shared.delivery.mongo import EntityStore, Mongo
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api

LATER = datetime(2027, 1, 2, 3, 4, 5, 678000, UTC)
SERVICES = ("groups", "posts", "contests", "metrics")
"""In the order in which the answer lists them."""


def said(data: EventData, at: datetime = LATER) -> Event:
    return Event(
        id="01936f3e-8a10-7c55-9d0b-3f6a5c1e2b47",
        source="/mitmach/posts/01936f00aa007000b0000000",
        type=data.type,
        subject=getattr(data, data.subject_field),
        time=at,
        sequence="1",
        predecessor="0",
        partitionkey="",
        actor=None,
        traceparent=None,
        data=data,
    )


async def hear(mongo: Mongo, api: GroupsApi, *events: Event) -> None:
    """Stores what services say, as a flush does."""
    projection = ErasureRecord()
    fold = projection.fold("mitmach.posts-forgotten.v1/0")
    for event in events:
        fold.apply(event)
    sessions = mongo.sessions(api.database)
    session = await sessions.open()
    async with session.transaction() as transaction:
        await transaction.find("erasures", {})
        await projection.write([("any", fold.take())], transaction)
        await transaction.commit()
    await sessions.close()


async def erasure(api: GroupsApi, person_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.good("ada", "GET", f"/v1/people/{person_id}/erasure")
    return found


async def test_an_erasure_says_who_asked_for_it_and_what_becomes_of_texts(api: GroupsApi) -> None:
    await api.good("ada", "POST", "/v1/people/otto:erase")
    found = await erasure(api, "otto")
    assert found["id"] == erasure_id(api.id_of("otto"))
    assert found["texts"] == "kept"
    assert found["finished_at"] is None
    assert found["services"] == [{"service": one, "finished_at": None} for one in SERVICES]
    (event,) = [event for event in await api.events() if event["type"] == "mitmach.person.erased"]
    assert (event["data"]["erasure"], event["data"]["texts"]) == (found["id"], "kept")
    assert event["actor"] == found["requested_by"] == "ada"


async def test_who_isnt_erased_has_no_erasure_and_only_administrators_ask(api: GroupsApi) -> None:
    assert await api.refused("ada", "GET", "/v1/people/otto/erasure") == (404, "erasure-not-found")
    await api.good("ada", "POST", "/v1/people/otto:erase")
    for who in ("mia", "directory"):
        refused = await api.refused(who, "GET", "/v1/people/otto/erasure")
        assert refused == (403, "not-allowed")


async def test_an_erasure_is_finished_when_the_last_service_says_so(
    api: GroupsApi, mongo: Mongo
) -> None:
    await api.good("ada", "POST", "/v1/people/otto:erase")
    id_ = erasure_id(api.id_of("otto"))
    kinds = (PostsPersonForgotten, ContestsPersonForgotten, MetricsPersonForgotten)
    times = [LATER + timedelta(seconds=n) for n in range(len(kinds))]
    for kind, at in zip(kinds, times, strict=True):
        await hear(mongo, api, said(kind(erasure=id_), at))
        assert (await erasure(api, "otto"))["finished_at"] is None
    again = LATER + timedelta(days=1)
    await hear(mongo, api, said(PostsPersonForgotten(erasure=id_), again))
    done = {one["service"]: one["finished_at"] for one in (await erasure(api, "otto"))["services"]}
    assert done["groups"] is None
    assert datetime.fromisoformat(done["posts"]) == LATER  # what was said first stays
    stored = {"finished.groups": LATER - timedelta(days=1)}
    await api.database.update("erasures", [{"q": {"_id": id_}, "u": {"$set": stored}}])
    assert datetime.fromisoformat((await erasure(api, "otto"))["finished_at"]) == times[-1]


async def test_what_is_said_of_an_unknown_erasure_makes_none(api: GroupsApi, mongo: Mongo) -> None:
    await hear(mongo, api, said(PostsPersonForgotten(erasure=erasure_id("nobody"))))
    assert await api.database.count("erasures", {}) == 0


@pytest.mark.parametrize("texts", ["kept", "deleted"])
async def test_the_installation_decides_what_becomes_of_texts(
    mongo: Mongo, database_prefix: str, tmp_path: Path, texts: str
) -> None:
    settings = groups_settings(database_prefix, tmp_path, erased_texts=texts)
    async with running_groups_api(settings, mongo) as api:
        await api.arrive("ada", "otto")
        await api.good("ada", "POST", "/v1/people/otto:erase")
        assert (await erasure(api, "otto"))["texts"] == texts


async def test_what_an_administrator_asked_once_isnt_done_again_after_the_erasure(
    api: GroupsApi, mongo: Mongo
) -> None:
    invitation = {"external_id": "zoe", "name": "Zoe"}
    await api.good("ada", "POST", "/v1/people", invitation, key="the-same-key")
    zoe = api.id_of("zoe")
    await api.good("ada", "POST", "/v1/people/zoe:erase")
    later = datetime.now(UTC) + timedelta(seconds=SETTLED + 1)
    sessions = mongo.sessions(api.database)
    source = await source_of(api.database, "groups")
    async with Committer(api.database, sessions, source=source).running() as committer:
        await Sweeper(EntityStore(api.database), committer, now=lambda: later).sweep()
    await sessions.close()
    assert zoe not in str(await api.database.find("idempotency", {}))
    repeated = await api.refused("ada", "POST", "/v1/people", invitation, key="the-same-key")
    assert repeated == (410, "answer-gone")
    assert await api.database.count("people", {"profile.name": "Zoe"}) == 0
    assert (await erasure(api, "zoe"))["services"][0]["finished_at"] is not None


async def test_who_asked_for_an_erasure_is_nobody_once_they_are_erased_too(
    api: GroupsApi, mongo: Mongo
) -> None:
    await api.arrive("eva")
    await api.good("ada", "POST", "/v1/people/otto:erase")
    asked = {"$set": {"requested_by": api.id_of("eva")}}
    otto = erasure_id(api.id_of("otto"))
    await api.database.update("erasures", [{"q": {"_id": otto}, "u": asked}])
    await api.good("ada", "POST", "/v1/people/eva:erase")
    later = datetime.now(UTC) + timedelta(seconds=SETTLED + 1)
    sessions = mongo.sessions(api.database)
    source = await source_of(api.database, "groups")
    async with Committer(api.database, sessions, source=source).running() as committer:
        await Sweeper(EntityStore(api.database), committer, now=lambda: later).sweep()
    await sessions.close()
    assert (await erasure(api, "otto"))["requested_by"] == FORMER_COLLEAGUE
