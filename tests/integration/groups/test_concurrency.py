"""Two API processes on one database: what must never be true together isn't."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.delivery.mongo import Driver
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api
from tests.support.mongodb import connected

ROUNDS = 8  # each a chance to meet in the same instant


@pytest.fixture
async def two(
    mongo_url: str, driver: Driver, database_prefix: str, tmp_path: Path
) -> AsyncIterator[tuple[GroupsApi, GroupsApi]]:
    """Two APIs that share nothing but the database; they start at the same time."""
    settings = groups_settings(database_prefix, tmp_path)
    async with (
        connected(mongo_url, driver=driver) as first_mongo,
        connected(mongo_url, driver=driver) as second_mongo,
    ):
        first = running_groups_api(settings, first_mongo)
        second = running_groups_api(settings, second_mongo)
        started = await asyncio.gather(first.__aenter__(), second.__aenter__())
        await started[0].arrive("ada", "mia", "otto")
        started[1].ids = started[0].ids
        yield started[0], started[1]
        await second.__aexit__(None, None, None)
        await first.__aexit__(None, None, None)


async def test_the_last_two_owners_who_leave_at_once_leave_one_behind(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    here, there = two
    for turn in range(ROUNDS):
        group_id = await here.group("mia")
        members = f"/v1/groups/{group_id}/members"
        await here.good("otto", "PUT", f"{members}/me")
        await here.good("mia", "PUT", f"{members}/otto/role", {"role": "owner"})
        second = (
            ("otto", "DELETE", f"{members}/me")
            if turn % 2
            else ("ada", "DELETE", f"{members}/otto")
        )
        answers = await asyncio.gather(
            here.call("mia", "DELETE", f"{members}/me"), there.call(*second)
        )
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        left = await here.good("ada", "GET", f"{members}?role=owner")
        assert len(left["items"]) == 1


async def test_an_owner_who_leaves_while_the_other_steps_down_stays(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    here, there = two
    for _ in range(ROUNDS):
        group_id = await here.group("mia")
        members = f"/v1/groups/{group_id}/members"
        await here.good("otto", "PUT", f"{members}/me")
        await here.good("mia", "PUT", f"{members}/otto/role", {"role": "owner"})
        answers = await asyncio.gather(
            here.call("mia", "DELETE", f"{members}/me"),
            there.call("otto", "PUT", f"{members}/me/role", {"role": "member"}),
        )
        assert sorted(answer.is_success for answer in answers) == [False, True]


async def test_one_of_two_who_create_the_same_person_succeeds(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    for turn in range(ROUNDS):
        body = {"external_id": f"kai{turn}"}
        answers = await asyncio.gather(
            *(api.call("ada", "POST", "/v1/people", body) for api in two)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_key_that_two_processes_see_at_once_founds_one_group(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    for turn in range(ROUNDS):
        body = {"kind": "community", "name": "Runners"}
        answers = await asyncio.gather(
            *(api.call("mia", "POST", "/v1/groups", body, key=f"k{turn}") for api in two)
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1


async def test_processes_that_start_together_make_one_group_of_everyone(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    made = [event for event in await two[0].events() if event["type"] == "mitmach.group.created"]
    assert len(made) == 1


async def test_somebody_who_joins_while_leaving_is_either_in_or_out(
    two: tuple[GroupsApi, GroupsApi],
) -> None:
    here, there = two
    group_id = await here.group("mia")
    me = f"/v1/groups/{group_id}/members/me"
    for _ in range(ROUNDS):
        await asyncio.gather(here.good("otto", "PUT", me), there.good("otto", "DELETE", me))
    seen = await here.good("otto", "GET", f"/v1/groups/{group_id}")
    told = [
        event["type"].rpartition(".")[2]
        for event in await here.events()
        if event["data"].get("group_id") == group_id and "membership" in event["type"]
    ][1:]
    assert told == ["joined", "left"] * (len(told) // 2) + ["joined"] * (len(told) % 2)
    assert (seen["mine"] is not None) is (len(told) % 2 == 1)
