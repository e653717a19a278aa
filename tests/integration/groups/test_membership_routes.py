"""Members, requests, invitations and channels over HTTP."""

from shared.contract.ids import new_id
from tests.integration.groups.service import GroupsApi


async def test_joining_and_leaving_are_acknowledged_with_their_events(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    path = f"/v1/groups/{group_id}/members/me"
    joined = await api.call("otto", "PUT", path)
    assert joined.json()["standing"] == "member"
    assert joined.json()["member_count"] == 2
    assert joined.headers["event-ids"]
    again = await api.call("otto", "PUT", path)
    assert again.json() == joined.json()
    assert "event-ids" not in again.headers
    # No worker runs here that could have counted: alone, by its id and in a list it says the same.
    alone = await api.good("otto", "GET", f"/v1/groups/{group_id}")
    [named] = (await api.good("otto", "GET", f"/v1/groups?ids={group_id}"))["items"]
    listed = (await api.good("otto", "GET", "/v1/groups?mine=true"))["items"]
    for group in (alone, named, *(one for one in listed if one["id"] == group_id)):
        assert group["mine"] == {"standing": "member", "role": "member"}
        assert group["member_count"] == 2
    assert (await api.call("otto", "DELETE", path)).status_code == 204
    repeated = await api.call("otto", "DELETE", path)
    assert repeated.status_code == 204
    assert "event-ids" not in repeated.headers


async def test_the_last_owner_stays_until_there_is_another(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    members = f"/v1/groups/{group_id}/members"
    await api.good("otto", "PUT", f"{members}/me")
    assert await api.refused("mia", "DELETE", f"{members}/me") == (409, "last-owner")
    assert await api.refused("ada", "DELETE", f"{members}/mia") == (409, "last-owner")
    assert await api.refused("mia", "PUT", f"{members}/me/role", {"role": "member"}) == (
        409,
        "last-owner",
    )
    given = await api.good("mia", "PUT", f"{members}/otto/role", {"role": "owner"})
    assert given["role"] == "owner"
    await api.good("mia", "DELETE", f"{members}/me")


async def test_roles_are_given_by_owners_to_members(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    members = f"/v1/groups/{group_id}/members"
    await api.good("otto", "PUT", f"{members}/me")
    read = await api.call("mia", "GET", f"{members}/otto")
    assert (await api.good("otto", "GET", f"{members}/me")) == read.json()
    role = f"{members}/otto/role"
    changed = await api.call(
        "mia", "PUT", role, {"role": "moderator"}, if_match=read.headers["etag"]
    )
    assert changed.json()["role"] == "moderator"
    assert await api.refused(
        "mia", "PUT", role, {"role": "member"}, if_match=read.headers["etag"]
    ) == (412, "membership-changed")
    assert await api.refused("otto", "PUT", role, {"role": "owner"}) == (403, "not-allowed")
    assert await api.refused("mia", "PUT", role, {"role": "king"}) == (422, "input-invalid")
    assert await api.refused("mia", "PUT", f"{members}/lea/role", {"role": "owner"}) == (
        404,
        "member-not-found",
    )
    assert await api.refused("otto", "DELETE", f"{members}/mia") == (403, "not-allowed")
    await api.good("lea", "PUT", f"{members}/me")
    await api.good("otto", "DELETE", f"{members}/lea")
    assert await api.refused("mia", "GET", f"{members}/lea") == (404, "member-not-found")


async def test_members_are_listed_in_the_order_in_which_they_came(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    members = f"/v1/groups/{group_id}/members"
    people = [f"p{n}" for n in range(5)]
    await api.arrive(*people, "late")
    for who in people:
        await api.good(who, "PUT", f"{members}/me")
    await api.good("p0", "PATCH", "/v1/people/p0", {"name": "Person Zero"})
    first = await api.good("otto", "GET", f"{members}?limit=3")
    await api.good("late", "PUT", f"{members}/me")
    await api.good("p4", "DELETE", f"{members}/me")
    second = await api.good("otto", "GET", f"{members}?limit=3&cursor={first['next_cursor']}")
    seen = [member["person_id"] for page in (first, second) for member in page["items"]]
    assert seen == ["mia", "p0", "p1", "p2", "p3", "late"]
    assert first["items"][1]["name"] == "Person Zero"
    owners = await api.good("otto", "GET", f"{members}?role=owner")
    assert [member["person_id"] for member in owners["items"]] == ["mia"]


async def test_a_closed_group_lets_in_whom_its_owner_approves(api: GroupsApi) -> None:
    group_id = await api.group("mia", "closed")
    path = f"/v1/groups/{group_id}"
    assert await api.refused("otto", "PUT", f"{path}/members/me") == (403, "approval-needed")
    answer = await api.call("otto", "POST", f"{path}/requests", {"message": "Please"}, key="k")
    assert (answer.status_code, answer.json()["standing"]) == (201, "requested")
    replay = await api.call("otto", "POST", f"{path}/requests", {"message": "Please"}, key="k")
    assert replay.headers["idempotency-replayed"] == "true"
    await api.good("lea", "POST", f"{path}/requests", {})
    asked = await api.good("mia", "GET", f"{path}/requests")
    assert [(item["person_id"], item["message"]) for item in asked["items"]] == [
        ("otto", "Please"),
        ("lea", ""),
    ]
    assert (await api.good("otto", "GET", path))["mine"]["standing"] == "requested"
    approved = await api.good("mia", "POST", f"{path}/requests/otto:approve")
    assert approved["standing"] == "member"
    await api.good("mia", "POST", f"{path}/requests/lea:decline")
    assert await api.refused("mia", "POST", f"{path}/requests/lea:decline") == (
        404,
        "request-not-found",
    )
    assert await api.refused("otto", "POST", f"{path}/requests", {}) == (409, "already-member")
    await api.good("lea", "POST", f"{path}/requests", {})
    await api.good("lea", "DELETE", f"{path}/requests/me")
    assert (await api.good("mia", "GET", f"{path}/requests"))["items"] == []
    assert await api.refused("otto", "GET", f"{path}/requests") == (403, "not-allowed")


async def test_an_open_group_needs_no_request(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    assert await api.refused("otto", "POST", f"/v1/groups/{group_id}/requests", {}) == (
        409,
        "group-is-open",
    )


async def test_a_secret_group_opens_to_the_invited(api: GroupsApi) -> None:
    group_id = await api.group("mia", "secret")
    path = f"/v1/groups/{group_id}"
    invited = await api.call("mia", "POST", f"{path}/invitations", {"person_id": "otto"})
    assert (invited.status_code, invited.json()["standing"]) == (201, "invited")
    assert (await api.good("otto", "GET", path))["mine"]["standing"] == "invited"
    assert await api.refused("otto", "GET", f"{path}/channels") == (404, "group-not-found")
    waiting = await api.good("otto", "GET", "/v1/me/invitations")
    assert [item["group"]["id"] for item in waiting["items"]] == [group_id]
    sent = await api.good("mia", "GET", f"{path}/invitations")
    assert [item["person_id"] for item in sent["items"]] == ["otto"]
    accepted = await api.good("otto", "POST", f"{path}/invitations/me:accept")
    assert accepted["standing"] == "member"
    await api.good("otto", "GET", f"{path}/channels")
    assert (await api.good("otto", "GET", "/v1/me/invitations"))["items"] == []
    listed = await api.good("otto", "GET", "/v1/groups?mine=true")
    assert group_id in [group["id"] for group in listed["items"]]
    assert await api.refused("mia", "POST", f"{path}/invitations", {"person_id": "otto"}) == (
        409,
        "already-member",
    )
    assert await api.refused("mia", "POST", f"{path}/invitations", {"person_id": "nobody"}) == (
        404,
        "person-not-found",
    )


async def test_invitations_are_declined_and_taken_back(api: GroupsApi) -> None:
    group_id = await api.group("mia", "secret")
    path = f"/v1/groups/{group_id}"
    await api.good("mia", "POST", f"{path}/invitations", {"person_id": "otto"})
    await api.good("otto", "POST", f"{path}/invitations/me:decline")
    assert await api.refused("otto", "GET", path) == (404, "group-not-found")
    await api.good("mia", "POST", f"{path}/invitations", {"person_id": "lea"})
    await api.good("mia", "DELETE", f"{path}/invitations/lea")
    assert await api.refused("lea", "POST", f"{path}/invitations/me:accept") == (
        404,
        "group-not-found",
    )


async def test_channels_are_opened_changed_and_archived(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    path = f"/v1/groups/{group_id}/channels"
    body = {"kind": "news", "name": " News ", "description": "From us"}
    made = await api.call("mia", "POST", path, body, key="k1")
    assert made.status_code == 201
    channel = made.json()
    assert (channel["name"], channel["group_id"]) == ("News", group_id)
    replay = await api.call("mia", "POST", path, body, key="k1")
    assert replay.json() == channel
    address = f"/v1/channels/{channel['id']}"
    read = await api.call("otto", "GET", address)
    assert read.json() == channel
    tag = read.headers["etag"]
    assert (
        await api.call("otto", "GET", address, headers={"if-none-match": tag})
    ).status_code == 304
    changed = await api.good("mia", "PATCH", address, {"name": "Old news"}, if_match=tag)
    assert (changed["name"], changed["kind"]) == ("Old news", "news")
    assert await api.refused("mia", "PATCH", address, {"name": "X"}, if_match=tag) == (
        412,
        "channel-changed-meanwhile",
    )
    assert await api.refused("otto", "PATCH", address, {"name": "X"}) == (403, "not-allowed")
    assert await api.refused("mia", "PATCH", address, {"group_id": new_id()}) == (
        422,
        "input-invalid",
    )
    assert await api.refused("otto", "POST", path, body) == (403, "not-allowed")
    archived = await api.good("mia", "POST", f"{address}:archive")
    assert archived["archived_at"] is not None
    assert await api.refused("mia", "PATCH", address, {"name": "X"}) == (409, "channel-is-archived")
    shown = await api.good("mia", "GET", path)
    assert [each["kind"] for each in shown["items"]] == ["discussion"]
    hidden = await api.good("mia", "GET", f"{path}?archived=true")
    assert [each["id"] for each in hidden["items"]] == [channel["id"]]


async def test_a_secret_groups_channel_is_nowhere_for_outsiders(api: GroupsApi) -> None:
    group_id = await api.group("mia", "secret")
    channels = await api.good("mia", "GET", f"/v1/groups/{group_id}/channels")
    secret = channels["items"][0]["id"]
    for method, rest, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "X"}),
        ("POST", ":archive", None),
    ):
        real, fake = [
            (await api.call("otto", method, f"/v1/channels/{channel_id}{rest}", body)).json()
            for channel_id in (secret, new_id())
        ]
        assert real["type"] == "urn:mitmach:problem:channel-not-found"
        del real["instance"], fake["instance"]
        assert real == fake
