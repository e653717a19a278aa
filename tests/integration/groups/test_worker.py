"""What the worker does: it counts members, and clears what erasures and deletions left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.groups.app import build_relay, build_worker
from services.groups.worker.sweeper import Sweeper
from shared.delivery.command import SETTLED
from shared.delivery.committer import Committer
from shared.delivery.log import source_of
from shared.delivery.mongo import EntityStore, Mongo
from shared.runtime.process import running
from shared.runtime.telemetry import Telemetry
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api

EVERYONE = "00000000-0000-7000-8000-000000000000"


class Clock:
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
async def committer(api: GroupsApi, mongo: Mongo) -> AsyncIterator[Committer]:
    """A worker's own committer."""
    sessions = mongo.sessions(api.database)
    source = await source_of(api.database, "groups")
    async with Committer(api.database, sessions, source=source).running() as running:
        yield running
    await sessions.close()


@pytest.fixture
def clock() -> Clock:
    """The sweeper's."""
    return Clock()


@pytest.fixture
def sweeper(api: GroupsApi, committer: Committer, clock: Clock) -> Sweeper:
    """Not running: tests sweep themselves."""
    return Sweeper(EntityStore(api.database), committer, now=clock)


async def test_what_an_erased_owner_leaves_passes_to_the_longest_moderator(
    api: GroupsApi, sweeper: Sweeper, clock: Clock
) -> None:
    group_id, alone = await api.group("mia"), await api.group("mia")
    members = f"/v1/groups/{group_id}/members"
    await api.good("lea", "PUT", f"{members}/me")
    await api.good("otto", "PUT", f"{members}/me")
    await api.good("mia", "PUT", f"{members}/otto/role", {"role": "moderator"})
    secret = await api.group("lea", "secret")
    await api.good("lea", "POST", f"/v1/groups/{secret}/invitations", {"person_id": "mia"})
    mia = api.id_of("mia")
    await api.good("ada", "POST", "/v1/people/mia:erase")
    before = len(await api.events())
    await sweeper.sweep()
    owners = await api.good("lea", "GET", f"{members}?role=owner")
    assert [item["person_id"] for item in owners["items"]] == ["otto"]
    assert (await api.good("ada", "GET", f"/v1/groups/{alone}"))["archived_at"] is not None
    assert mia not in str(await api.database.find("memberships", {}))
    assert mia not in str(await api.database.find("groups", {}))
    told = (await api.events())[before:]
    assert mia not in str(told)
    await sweeper.sweep()
    assert len(await api.events()) == before + len(told)
    (person,) = await api.database.find("people", {"_id": mia})
    assert person["status"] == "erased"  # a command may still be under way
    clock.ahead = timedelta(seconds=SETTLED + 1)
    await sweeper.sweep()
    left = await api.database.find("people", {"_id": mia})
    assert left == []


async def test_who_leaves_is_in_charge_of_nothing_and_is_forgotten_when_their_time_is_up(
    api: GroupsApi, committer: Committer, clock: Clock
) -> None:
    days = timedelta(days=30)
    sweeper = Sweeper(EntityStore(api.database), committer, now=clock, forget_after=days)
    group_id, alone = await api.group("mia"), await api.group("mia")
    members = f"/v1/groups/{group_id}/members"
    await api.good("lea", "PUT", f"{members}/me")
    await api.good("otto", "PUT", f"{members}/me")
    secret = await api.group("lea", "secret")
    await api.good("lea", "POST", f"/v1/groups/{secret}/invitations", {"person_id": "mia"})
    left = await api.good("ada", "POST", "/v1/people/mia:leave")
    assert (left["record"]["status"], left["record"]["left_at"] is None) == ("left", False)
    await sweeper.sweep()
    shown = (await api.good("ada", "GET", members))["items"]
    assert {item["person_id"]: (item["role"], item["suspended"]) for item in shown} == {
        "mia": ("member", True),
        "lea": ("owner", False),
        "otto": ("member", False),
    }
    assert (await api.good("ada", "GET", f"/v1/groups/{alone}"))["archived_at"] is not None
    assert (await api.good("lea", "GET", f"/v1/groups/{secret}/invitations"))["items"] == []
    before = len(await api.events())
    clock.ahead = timedelta(seconds=SETTLED + 1)
    await sweeper.sweep()
    assert len(await api.events()) == before
    assert await api.database.count("people", {"unsettled_since": {"$type": "date"}}) == 0
    clock.ahead = days + timedelta(hours=1)
    await sweeper.sweep()
    told = (await api.events())[before:]
    assert [event["type"] for event in told][:1] == ["mitmach.person.erased"]
    assert await api.refused("ada", "GET", "/v1/people/mia") == (404, "person-not-found")


async def test_where_the_left_are_kept_nobody_is_forgotten(
    api: GroupsApi, sweeper: Sweeper, clock: Clock
) -> None:
    await api.good("ada", "POST", "/v1/people/mia:leave")
    clock.ahead = timedelta(days=10_000)
    await sweeper.sweep()
    assert (await api.good("ada", "GET", "/v1/people/mia"))["record"]["status"] == "left"


async def test_what_belonged_to_a_deleted_group_is_removed_once_nothing_can_follow(
    api: GroupsApi, sweeper: Sweeper, clock: Clock
) -> None:
    group_id, kept = await api.group("mia"), await api.group("mia")
    await api.good("otto", "PUT", f"/v1/groups/{group_id}/members/me")
    await api.good("ada", "DELETE", f"/v1/groups/{group_id}")
    await sweeper.sweep()
    assert await api.database.count("memberships", {"group_id": group_id}) == 2
    clock.ahead = timedelta(seconds=SETTLED + 1)
    await sweeper.sweep()
    for collection, wanted in (
        ("groups", {"_id": group_id}),
        ("memberships", {"group_id": group_id}),
        ("channels", {"group_id": group_id}),
    ):
        assert await api.database.count(collection, wanted) == 0
    assert await api.database.count("memberships", {"group_id": kept}) == 1


async def test_members_are_counted_from_events(
    mongo: Mongo, database_prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    settings = groups_settings(
        database_prefix, tmp_path, kafka_bootstrap=kafka_bootstrap, kafka_session_timeout=3.0
    )
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(running_groups_api(settings, mongo))
        telemetry, stop = Telemetry("groups"), asyncio.Event()
        for build in (build_relay, build_worker):
            part = await stack.enter_async_context(build(settings, mongo, telemetry))
            await stack.enter_async_context(running(part, stop))
        await api.arrive("ada", "mia", "otto", "lea")
        group_id = await api.group("mia")
        members = f"/v1/groups/{group_id}/members"
        await api.good("otto", "PUT", f"{members}/me")
        await api.good("lea", "PUT", f"{members}/me")
        await _until(api, group_id, 3)
        await api.good("otto", "DELETE", f"{members}/me")
        await api.good("mia", "DELETE", f"{members}/lea")
        await api.good("otto", "PUT", f"{members}/me")
        await _until(api, group_id, 2)
        await _until(api, EVERYONE, 4)
        # A program belongs to groups too, and isn't among those that are counted.
        await api.good("ada", "POST", "/v1/people", {"external_id": "robot", "account": "service"})
        await api.arrive("robot")
        await api.good("robot", "PUT", f"{members}/me")
        await api.good("ada", "POST", "/v1/people/lea:suspend")
        await _until(api, EVERYONE, 3)
        await api.good("ada", "POST", "/v1/people/lea:reinstate")
        await _until(api, EVERYONE, 4)
        await api.good("ada", "POST", "/v1/people/lea:erase")
        await _until(api, EVERYONE, 3)


async def test_suspended_members_are_neither_counted_nor_shown(
    mongo: Mongo, database_prefix: str, tmp_path: Path, kafka_bootstrap: str
) -> None:
    settings = groups_settings(
        database_prefix, tmp_path, kafka_bootstrap=kafka_bootstrap, kafka_session_timeout=3.0
    )
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(running_groups_api(settings, mongo))
        telemetry, stop = Telemetry("groups"), asyncio.Event()
        for build in (build_relay, build_worker):
            part = await stack.enter_async_context(build(settings, mongo, telemetry))
            await stack.enter_async_context(running(part, stop))
        others = ("otto", "lea", "kai", "pia")
        await api.arrive("ada", "mia", *others)
        group_id = await api.group("mia")
        members = f"/v1/groups/{group_id}/members"
        for person_id in others:
            await api.good(person_id, "PUT", f"{members}/me")
        await _until(api, group_id, 5)
        for person_id in ("otto", "lea"):
            await api.good("ada", "POST", f"/v1/people/{person_id}:suspend")
        await _until(api, group_id, 3)
        assert await _names(api, "mia", members) == {"mia": False, "kai": False, "pia": False}
        assert await api.refused("mia", "GET", f"{members}/otto") == (404, "member-not-found")
        assert (await api.good("ada", "GET", f"{members}/otto"))["suspended"]
        everyone = dict.fromkeys(("mia", *others), False)
        assert await _names(api, "ada", members) == everyone | {"otto": True, "lea": True}

        await api.good("mia", "DELETE", f"{members}/lea")  # she was counted out already
        await api.good("ada", "POST", "/v1/people/otto:reinstate")
        await _until(api, group_id, 4)
        assert await _names(api, "mia", members) == dict.fromkeys(
            ("mia", "otto", "kai", "pia"), False
        )


async def _names(api: GroupsApi, who: str, members: str) -> dict[str, bool]:
    """Who is listed, and whether it says that they are suspended."""
    items = (await api.good(who, "GET", members))["items"]
    return {item["person_id"]: item["suspended"] for item in items}


async def _until(api: GroupsApi, group_id: str, members: int) -> None:
    """Reads the group until it has so many members."""
    async with asyncio.timeout(20):
        while (await api.good("mia", "GET", f"/v1/groups/{group_id}"))["member_count"] != members:
            await asyncio.sleep(0.05)
