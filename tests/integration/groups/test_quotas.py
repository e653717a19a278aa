"""Quotas over HTTP: exact, also where requests are repeated or come at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.delivery.mongo import Mongo
from shared.web.quotas import DailyUse
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api

GROUPS = 3
USED_UP = (429, "daily-quota-reached")
BODY = {"kind": "community", "visibility": "closed", "name": "Runners"}


@pytest.fixture
async def api(mongo: Mongo, database_prefix: str, tmp_path: Path) -> AsyncIterator[GroupsApi]:
    """The service with small quotas, with mia and otto already here."""
    settings = groups_settings(
        database_prefix,
        tmp_path,
        quotas=True,
        quota_groups=GROUPS,
        quota_joins=4,
        groups_per_person=6,
        channels_per_group=3,
    )
    async with running_groups_api(settings, mongo) as running:
        await running.arrive("mia", "otto", "ada")
        yield running


async def test_a_day_has_so_many_groups_and_a_repeated_request_counts_once(api: GroupsApi) -> None:
    ids = set()
    for _ in range(5):
        answer = await api.good("mia", "POST", "/v1/groups", BODY, key="first")
        ids.add(answer["id"])
    assert len(ids) == 1
    for key in ("second", "third"):
        await api.good("mia", "POST", "/v1/groups", BODY, key=key)
    refused = await api.call("mia", "POST", "/v1/groups", BODY, key="fourth")
    assert refused.status_code == 429
    now = datetime.now(UTC)
    left = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
    assert abs(int(refused.headers["retry-after"]) - left) <= 60
    assert "at most 3 groups" in refused.json()["detail"]
    assert (await api.call("mia", "POST", "/v1/groups", BODY, key="third")).status_code == 201
    await api.good("otto", "POST", "/v1/groups", BODY)
    for _ in range(GROUPS + 1):
        await api.good("ada", "POST", "/v1/groups", BODY)


async def test_groups_that_are_founded_at_once_are_counted_exactly(api: GroupsApi) -> None:
    answers = await asyncio.gather(
        *(api.call("mia", "POST", "/v1/groups", BODY) for _ in range(4 * GROUPS))
    )
    assert [answer.status_code for answer in answers].count(201) == GROUPS
    assert await api.database.count("groups", {"kind": "community"}) == GROUPS
    (use,) = await api.database.find(DailyUse.collection, {})
    assert use["used"] == {"groups": GROUPS}


async def test_to_join_and_leave_in_turns_comes_to_an_end(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    path = f"/v1/groups/{group_id}/members/me"
    for _ in range(4):
        await api.good("otto", "PUT", path)
        await api.good("otto", "PUT", path)
        await api.good("otto", "DELETE", path)
    assert await api.refused("otto", "PUT", path) == USED_UP


async def test_one_person_is_in_so_many_groups_and_a_group_has_so_many_channels(
    api: GroupsApi,
) -> None:
    first, second = [f"/v1/groups/{await api.group('mia')}/members/me" for _ in range(2)]
    groups = [await api.group("ada") for _ in range(5)]
    await api.good("ada", "PUT", first)
    assert await api.refused("ada", "POST", "/v1/groups", BODY) == (409, "too-many-groups")
    assert await api.refused("ada", "PUT", second) == (409, "too-many-groups")
    await api.good("ada", "DELETE", first)
    await api.good("ada", "PUT", second)
    channels = f"/v1/groups/{groups[0]}/channels"
    channel = {"kind": "help", "name": "Shoes"}
    for _ in range(2):
        await api.good("ada", "POST", channels, channel)
    assert await api.refused("ada", "POST", channels, channel) == (409, "too-many-channels")
