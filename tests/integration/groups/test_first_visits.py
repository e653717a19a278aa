"""Whom a token leads to: one person for each that the identity provider knows, for good."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from shared.delivery.mongo import Mongo
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api

AT_ONCE = 8


async def test_first_visits_at_once_make_one_person(
    mongo: Mongo, database_prefix: str, tmp_path: Path
) -> None:
    settings = groups_settings(database_prefix, tmp_path)
    async with (
        running_groups_api(settings, mongo) as here,
        running_groups_api(settings, mongo) as there,
    ):
        for turn in range(4):
            visits = [
                api.raw(f"kai{turn}", "POST", "/v1/me/visits")
                for api in (here, there)
                for _ in range(AT_ONCE // 2)
            ]
            answers = await asyncio.gather(*visits)
            assert {answer.status_code for answer in answers} == {200}
            visited = [answer.json() for answer in answers]
            (person_id,) = {visit["person_id"] for visit in visited}
            assert sum(visit["activated"] for visit in visited) == 1
            stored = await here.database.find("people", {"external_id": f"kai{turn}"})
            assert [person["_id"] for person in stored] == [person_id]
            assert await here.database.count("logins", {"person": person_id}) == 1
        told = [event["type"] for event in await here.events()]
        assert told.count("mitmach.person.activated") == 4


async def test_who_is_invited_while_they_come_is_one_person(api: GroupsApi) -> None:
    for turn in range(AT_ONCE):
        body = {"external_id": f"kai{turn}"}
        invited, visited = await asyncio.gather(
            api.raw("ada", "POST", "/v1/people", body),
            api.raw(f"kai{turn}", "POST", "/v1/me/visits"),
        )
        assert visited.status_code == 200
        assert invited.status_code in {201, 409}
        if invited.status_code == 201:
            assert invited.json()["id"] == visited.json()["person_id"]
        assert await api.database.count("people", body) == 1


@pytest.fixture
async def invited_only(
    mongo: Mongo, database_prefix: str, tmp_path: Path
) -> AsyncIterator[GroupsApi]:
    """A service without self-registration, in which nobody has been yet."""
    settings = groups_settings(database_prefix, tmp_path, self_registration=False)
    async with running_groups_api(settings, mongo) as running:
        yield running


async def test_where_people_have_to_be_invited_the_first_administrator_comes_by_themselves(
    invited_only: GroupsApi,
) -> None:
    api = invited_only
    assert await api.refused("ada", "GET", "/v1/people") == (403, "person-not-active")
    for uninvited in ("mia", "eda", "directory"):
        assert await api.refused(uninvited, "POST", "/v1/me/visits") == (403, "not-invited")
    assert await api.database.count("people", {}) == 0
    assert (await api.good("ada", "POST", "/v1/me/visits"))["activated"]
    for name, account in (("mia", "human"), ("directory", "service")):
        body = {"external_id": name, "account": account}
        await api.good("ada", "POST", "/v1/people", body)
        assert (await api.good(name, "POST", "/v1/me/visits"))["person_id"] == name
    await api.good("directory", "POST", "/v1/people", {"external_id": "otto"})
    assert await api.refused("eda", "POST", "/v1/me/visits") == (403, "not-invited")


async def test_what_led_to_somebody_erased_leads_to_nobody_ever_again(api: GroupsApi) -> None:
    await api.good("ada", "POST", "/v1/people/mia:erase")
    erased = (403, "person-was-erased")
    assert await api.refused("mia", "POST", "/v1/me/visits") == erased
    assert await api.refused("mia", "GET", "/v1/groups") == erased
    exists = (409, "person-exists")
    for who in ("ada", "directory"):
        assert await api.refused(who, "POST", "/v1/people", {"external_id": "mia"}) == exists
    batch = {"people": [{"external_id": "mia"}, {"external_id": "kai"}]}
    made = await api.good("directory", "POST", "/v1/people:batch", batch)
    assert [item["status"] for item in made["items"]] == ["refused", "created"]
    assert await api.database.count("people", {"external_id": "mia"}) == 0
    (login,) = await api.database.find("logins", {"standing": "erased"})
    assert login["person"] is None
    assert await api.refused("mia", "POST", "/v1/me/visits") == erased


async def test_those_who_run_the_platform_find_people_by_what_the_directory_calls_them(
    api: GroupsApi,
) -> None:
    await api.good("directory", "POST", "/v1/people", {"external_id": "CORP\\kai", "name": "Kai"})
    await api.good("ada", "POST", "/v1/people/otto:suspend")
    await api.good("ada", "POST", "/v1/people/lea:erase")

    async def found(who: str, external_id: str, more: str = "") -> list[str]:
        path = f"/v1/people?external_id={quote(external_id, safe='')}{more}"
        page = await api.good(who, "GET", path)
        assert page["next_cursor"] is None
        return [person["record"]["external_id"] for person in page["items"]]

    for who in ("ada", "directory"):
        for name in ("mia", "otto", "CORP\\kai", "ada"):
            assert await found(who, name) == [name]
        for nobody in ("lea", "nobody", "MIA", "me"):
            assert await found(who, nobody) == []
    assert await found("ada", "otto", "&status=suspended") == ["otto"]
    assert await found("ada", "otto", "&status=active") == []
    for who in ("mia", "eda"):
        refused = await api.refused(who, "GET", "/v1/people?external_id=mia")
        assert refused == (403, "not-allowed")
    empty = await api.refused("ada", "GET", "/v1/people?external_id=")
    assert empty == (422, "input-invalid")
