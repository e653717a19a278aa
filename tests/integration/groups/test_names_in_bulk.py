"""Names in bulk: what `?ids=` answers is what reading each of them would, and no more."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from services.groups.queries.channels import channels_by_id
from services.groups.queries.groups import groups_by_id
from services.groups.queries.people import people_by_id
from shared.contract.ids import new_id
from shared.contract.principal import Principal, Standing
from shared.delivery.mongo import Database, EntityStore, Mongo
from tests.integration.groups.service import GroupsApi, groups_settings, running_groups_api

LISTS = {"people": "/v1/people", "groups": "/v1/groups", "channels": "/v1/channels"}


def by_ids(kind: str, ids: Sequence[str]) -> str:
    return f"{LISTS[kind]}?{urlencode([('ids', one) for one in ids])}"


async def read_one_by_one(
    api: GroupsApi, who: str, kind: str, ids: Sequence[str]
) -> list[Mapping[str, Any]]:
    """What single requests show of these, in their order."""
    answers = [await api.call(who, "GET", f"{LISTS[kind]}/{quote(one, safe='')}") for one in ids]
    assert {answer.status_code for answer in answers} <= {200, 404}
    return [answer.json() for answer in answers if answer.status_code == 200]


async def populate(api: GroupsApi) -> dict[str, list[str]]:
    """People in all states, and groups and channels of all visibilities, some archived or gone."""
    for body in (
        {"external_id": "invited, only", "name": "Kai"},
        {"external_id": "suspended", "name": "Su"},
        {"external_id": "erased", "name": "Er", "email": "er@example.org"},
    ):
        await api.good("directory", "POST", "/v1/people", body)
    await api.good("ada", "POST", "/v1/people/suspended:suspend")
    await api.good("ada", "POST", "/v1/people/erased:erase")
    groups = {name: await api.group("otto", name) for name in ("open", "closed", "secret")}
    groups |= {name: await api.group("otto") for name in ("archived", "deleted")}
    channels = []
    for group_id in groups.values():
        path = f"/v1/groups/{group_id}/channels"
        await api.good("otto", "POST", path, {"kind": "ideas", "name": "Ideas"})
        listed = await api.good("otto", "GET", path)
        channels += [one["id"] for one in listed["items"]]
    await api.good("otto", "POST", f"/v1/channels/{channels[0]}:archive")
    await api.good(
        "otto", "POST", f"/v1/groups/{groups['secret']}/invitations", {"person_id": "lea"}
    )
    await api.good("otto", "POST", f"/v1/groups/{groups['archived']}:archive")
    await api.good("otto", "DELETE", f"/v1/groups/{groups['deleted']}")
    everyone = "00000000-0000-7000-8000-000000000000"
    return {
        "people": ["mia", "otto", "invited, only", "suspended", "erased", "nobody"],
        "groups": [*groups.values(), everyone, new_id()],
        "channels": [*channels, new_id()],
    }


async def test_many_at_once_are_shown_as_each_of_them_alone(api: GroupsApi) -> None:
    there = await populate(api)
    shown = {}
    for who in ("mia", "otto", "lea", "ada", "directory", "suspended"):
        for kind, ids in there.items():
            found = await api.good(who, "GET", by_ids(kind, ids))
            assert found == {
                "items": await read_one_by_one(api, who, kind, ids),
                "next_cursor": None,
            }, (who, kind)
            shown[who, kind] = len(found["items"])
    # What is hidden depends on who asks: if nothing were, nothing would have been tried.
    assert shown["mia", "people"] == shown["ada", "people"] == 4
    assert [shown[who, "groups"] for who in ("mia", "lea", "otto", "ada")] == [4, 5, 5, 5]
    assert shown["mia", "channels"] < shown["otto", "channels"]


async def test_a_record_is_shown_to_its_person_and_to_those_who_run_the_platform(
    api: GroupsApi,
) -> None:
    path = by_ids("people", ["mia", "otto"])
    records = {
        who: [one["record"] is not None for one in (await api.good(who, "GET", path))["items"]]
        for who in ("mia", "ada")
    }
    assert records == {"mia": [True, False], "ada": [True, True]}


async def test_each_comes_once_in_the_order_of_the_question(api: GroupsApi) -> None:
    found = await api.good("mia", "GET", by_ids("people", ["otto", "nobody", "lea", "otto", "mia"]))
    assert [one["id"] for one in found["items"]] == ["otto", "lea", "mia"]
    group = await api.group("mia")
    found = await api.good("mia", "GET", by_ids("groups", [group.upper()]))
    assert [one["id"] for one in found["items"]] == [group]


async def test_what_cant_be_asked_is_refused_and_told(api: GroupsApi) -> None:
    hundred = [new_id() for _ in range(100)]
    for kind in LISTS:
        assert (await api.good("mia", "GET", by_ids(kind, hundred)))["items"] == []
        answer = await api.call("mia", "GET", by_ids(kind, [*hundred, new_id()]))
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["field"], "at most 100" in error["message"]) == ("ids", True)
        malformed = {"people": "", "groups": f"{hundred[0]},{hundred[1]}", "channels": "mia"}[kind]
        answer = await api.call("mia", "GET", by_ids(kind, [hundred[0], malformed]))
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == ["ids/1"]
    assert await api.refused("mia", "GET", "/v1/channels") == (422, "input-invalid")


@pytest.mark.parametrize("other", ["q=mia", "limit=3", "status=active"])
async def test_no_other_parameter_is_left_without_effect(api: GroupsApi, other: str) -> None:
    answer = await api.call("ada", "GET", f"/v1/people?ids=mia&{other}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [other.partition("=")[0]]


class CountedDatabase(Database):
    """A database that counts the questions that it is asked."""

    asked = 0

    async def find(self, *args: Any, **more: Any) -> list[dict[str, Any]]:
        """Finds, and counts."""
        self.asked += 1
        return await super().find(*args, **more)

    async def aggregate(self, *args: Any) -> list[dict[str, Any]]:
        """Aggregates, and counts."""
        self.asked += 1
        return await super().aggregate(*args)


async def test_a_hundred_cost_as_many_questions_as_one(api: GroupsApi) -> None:
    otto = Principal(api.ids["otto"], standing=Standing.ACTIVE)
    groups = [await api.group("otto", name=f"Group {n}") for n in range(20)]
    listed = [await api.good("otto", "GET", f"/v1/groups/{one}/channels") for one in groups]
    channels = [channel["id"] for one in listed for channel in one["items"]]
    people = [api.ids[name] for name in ("otto", "mia", "lea")]
    for query, ids in ((people_by_id, people), (groups_by_id, groups), (channels_by_id, channels)):
        counts = []
        for wanted in (ids[:1], ids):
            database = CountedDatabase(api.database.handle)
            found: Mapping[str, object] = await query(EntityStore(database), otto, wanted)
            assert list(found) == wanted
            counts.append(database.asked)
        assert counts[0] == counts[1] <= 5, query


@asynccontextmanager
async def _limited(mongo: Mongo, prefix: str, folder: Path) -> AsyncIterator[GroupsApi]:
    settings = groups_settings(prefix, folder, http_person_rate=0.001, http_person_burst=50)
    async with running_groups_api(settings, mongo) as api:
        yield api


async def test_a_hundred_are_charged_like_a_page_of_a_hundred(
    mongo: Mongo, database_prefix: str, tmp_path: Path
) -> None:
    async with _limited(mongo, database_prefix, tmp_path) as api:

        async def left_after(path: str) -> int:
            answer = await api.call("mia", "GET", path)
            assert answer.status_code == 200
            return int(answer.headers["ratelimit"].partition("r=")[2].partition(";")[0])

        await api.arrive("mia")
        before = await left_after("/v1/me")
        after_a_page = await left_after("/v1/people?limit=100")
        after_ids = await left_after(by_ids("people", [f"p{n}" for n in range(100)]))
        assert before - after_a_page == after_a_page - after_ids == 3
