"""A repeated Idempotency-Key is answered while whoever has it may see the answer still."""

import pytest

from tests.integration.groups.service import ROLES, GroupsApi

ZOE = {"external_id": "zoe", "name": "Zoe", "email": "zoe@example.org"}


async def test_a_suspended_administrator_doesnt_get_the_record_again(api: GroupsApi) -> None:
    await api.good("ada", "POST", "/v1/people", ZOE, key="k")
    await api.good("directory", "PATCH", "/v1/people/zoe", {"email": "new@example.org"})
    await api.good("directory", "POST", "/v1/people/ada:suspend")
    assert await api.refused("ada", "POST", "/v1/people", ZOE, key="k") == (403, "person-suspended")
    await api.good("directory", "POST", "/v1/people/ada:reinstate")
    again = await api.good("ada", "POST", "/v1/people", ZOE, key="k")
    assert again["record"]["email"] == "new@example.org"


async def test_who_isnt_an_administrator_any_more_doesnt_get_the_record_again(
    api: GroupsApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api.good("ada", "POST", "/v1/people", ZOE, key="k")
    monkeypatch.setitem(ROLES, "ada", ())
    assert await api.refused("ada", "POST", "/v1/people", ZOE, key="k") == (403, "not-allowed")


async def test_a_suspended_founder_doesnt_learn_what_their_secret_group_is_called_now(
    api: GroupsApi,
) -> None:
    secret = {"kind": "community", "visibility": "secret", "name": "Hush"}
    group = (await api.good("mia", "POST", "/v1/groups", secret, key="g"))["id"]
    path, channel = f"/v1/groups/{group}", {"name": "Plans", "kind": "discussion"}
    await api.arrive("otto")
    asked = (
        ("/v1/groups", secret, "g"),
        (f"{path}/channels", channel, "c"),
        (f"{path}/invitations", {"person_id": "otto"}, "i"),
    )
    for where, body, key in asked:
        await api.good("mia", "POST", where, body, key=key)
    await api.good("directory", "POST", "/v1/people/mia:suspend")
    await api.good("ada", "PATCH", path, {"name": "Layoffs"})
    for where, body, key in asked:
        assert (await api.refused("mia", "POST", where, body, key=key))[0] == 404


async def test_who_asked_to_join_isnt_told_more_once_the_group_is_secret(api: GroupsApi) -> None:
    path = f"/v1/groups/{await api.group('mia', 'closed')}"
    await api.arrive("otto")
    await api.good("otto", "POST", f"{path}/requests", {}, key="r")
    await api.good("mia", "PATCH", path, {"visibility": "secret"})
    refused = await api.refused("otto", "POST", f"{path}/requests", {}, key="r")
    assert refused == (404, "group-not-found")
