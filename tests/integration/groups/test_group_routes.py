"""Founding, reading, changing and ending groups over HTTP."""

from urllib.parse import quote

from shared.contract.ids import new_id
from tests.integration.groups.service import GroupsApi

EVERYONE = "00000000-0000-7000-8000-000000000000"


async def test_a_group_is_founded_with_an_owner_and_a_channel(api: GroupsApi) -> None:
    body = {
        "kind": "community",
        "name": "Lunchtime runners",
        "purpose": "No rush.",
        "topics": ["#Running", "Health  First"],
    }
    answer = await api.call("mia", "POST", "/v1/groups", body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["topics"] == ["running", "health-first"]
    assert made["mine"] == {"standing": "member", "role": "owner"}
    assert made["member_count"] == 1
    assert len(answer.headers["event-ids"].split(",")) == 3
    read = await api.call("mia", "GET", f"/v1/groups/{made['id']}")
    assert read.json() == made
    assert read.headers["etag"] == answer.headers["etag"]
    channels = await api.good("mia", "GET", f"/v1/groups/{made['id']}/channels")
    assert [channel["kind"] for channel in channels["items"]] == ["discussion"]


async def test_founding_a_group_is_refused_where_it_must_be(api: GroupsApi) -> None:
    async def refused(who: str, **body: object) -> tuple[int, str]:
        return await api.refused(who, "POST", "/v1/groups", {"name": "X"} | body)

    assert await refused("mia") == (422, "input-invalid")
    assert await refused("mia", kind="everyone") == (422, "input-invalid")
    assert await refused("mia", kind="community", name="  ") == (422, "text-unreadable")
    assert await refused("mia", kind="community", name="\u3164") == (422, "text-unreadable")
    assert await refused("mia", kind="community", purpose="a\x00") == (422, "text-unreadable")
    assert await refused("mia", kind="community", topics=["!"]) == (422, "topic-invalid")
    assert await refused("mia", kind="community", member_count=7) == (422, "input-invalid")
    assert await refused("mia", kind="pilot") == (403, "not-allowed")
    assert await refused("nobody", kind="community") == (403, "person-not-active")


async def test_a_repeated_foundation_is_answered_like_the_first(api: GroupsApi) -> None:
    body = {"kind": "community", "name": "Runners"}
    first = await api.call("mia", "POST", "/v1/groups", body, key="k1")
    second = await api.call("mia", "POST", "/v1/groups", body, key="k1")
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    other = await api.call("otto", "POST", "/v1/groups", body, key="k1")
    assert other.json()["id"] != first.json()["id"]


async def test_a_secret_group_is_nowhere_for_outsiders(api: GroupsApi) -> None:
    group_id = await api.group("mia", "secret", topics=["plot"])
    invented = new_id()
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", ":archive", None),
        ("POST", ":restore", None),
        ("GET", "/members", None),
        ("PUT", "/members/me", None),
        ("DELETE", "/members/me", None),
        ("GET", "/members/mia", None),
        ("DELETE", "/members/mia", None),
        ("PUT", "/members/mia/role", {"role": "member"}),
        ("POST", "/requests", {}),
        ("GET", "/requests", None),
        ("DELETE", "/requests/me", None),
        ("POST", "/requests/mia:approve", None),
        ("POST", "/requests/mia:decline", None),
        ("POST", "/invitations", {"person_id": "otto"}),
        ("GET", "/invitations", None),
        ("DELETE", "/invitations/otto", None),
        ("POST", "/invitations/me:accept", None),
        ("POST", "/invitations/me:decline", None),
        ("GET", "/channels", None),
        ("POST", "/channels", {"kind": "help", "name": "Help"}),
    ):
        answers = [
            await api.call("otto", method, f"/v1/groups/{candidate}{path}", body)
            for candidate in (group_id, invented)
        ]
        real, fake = (answer.json() for answer in answers)
        assert real["type"] == "urn:mitmach:problem:group-not-found", (method, path)
        del real["instance"], fake["instance"]
        assert real == fake
    for query in ("", "?topic=plot", "?q=runners", "?kind=community"):
        listed = await api.good("otto", "GET", f"/v1/groups{query}")
        assert group_id not in [group["id"] for group in listed["items"]]
    listed = await api.good("ada", "GET", "/v1/groups?topic=plot")
    assert [group["id"] for group in listed["items"]] == [group_id]


async def test_a_closed_group_shows_what_it_is_and_not_what_is_in_it(api: GroupsApi) -> None:
    group_id = await api.group("mia", "closed")
    seen = await api.good("otto", "GET", f"/v1/groups/{group_id}")
    assert seen["mine"] is None
    for inside in ("/members", "/channels"):
        assert await api.refused("otto", "GET", f"/v1/groups/{group_id}{inside}") == (
            404,
            "group-not-found",
        )
    for method, path, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", ":archive", None),
        ("POST", "/channels", {"kind": "help", "name": "Help"}),
        ("POST", "/invitations", {"person_id": "lea"}),
        ("DELETE", "/members/mia", None),
        ("PUT", "/members/mia/role", {"role": "member"}),
        ("POST", "/requests/lea:approve", None),
    ):
        assert await api.refused("otto", method, f"/v1/groups/{group_id}{path}", body) == (
            403,
            "not-allowed",
        ), (method, path)


async def test_groups_are_listed_by_kind_topic_words_and_belonging(api: GroupsApi) -> None:
    runners = await api.group("mia", topics=["Sport"], name="Lunchtime runners")
    council = await api.group("mia", kind="working_group", name="Works council")
    readers = await api.group("otto", topics=["books"], name="Café der Bücher")

    async def listed(query: str, who: str = "mia") -> list[str]:
        page = await api.good(who, "GET", f"/v1/groups?{query}")
        return [group["id"] for group in page["items"]]

    assert await listed("") == [readers, council, runners, EVERYONE]
    assert await listed("kind=working_group") == [council]
    assert await listed("topic=SPORT") == [runners]
    assert await listed("q=cafe%20bucher") == [readers]
    assert await listed("q=run") == [runners]
    assert await listed("q=sport") == [runners]
    assert await listed("mine=true") == [council, runners, EVERYONE]
    assert await listed("mine=true", "lea") == [EVERYONE]
    await api.good("mia", "POST", f"/v1/groups/{council}:archive")
    assert await listed("kind=working_group") == []
    assert await listed("archived=true") == [council]
    assert await api.refused("mia", "GET", "/v1/groups?kind=club") == (422, "input-invalid")
    assert await api.refused("mia", "GET", "/v1/groups?topic=%21") == (422, "topic-invalid")


async def test_a_search_finds_words_of_every_script_and_no_others(api: GroupsApi) -> None:
    names = ("Łódź runners", "हिन्दी", "हिन्दू", "می\u200cخواهم", "C++", "C#", "C")
    made = {name: await api.group("mia", name=name) for name in names}

    async def found(q: str) -> set[str]:
        page = await api.good("otto", "GET", f"/v1/groups?q={quote(q)}")
        return {name for name in names if made[name] in {item["id"] for item in page["items"]}}

    assert await found("lodz") == {"Łódź runners"}
    assert await found("हिन्दी") == {"हिन्दी"}
    assert await found("हिन्द") == {"हिन्दी", "हिन्दू"}
    assert await found("میخواهم") == {"می\u200cخواهم"}
    assert await found("c++") == {"C++"}
    assert await found("#c#") == {"C#"}
    assert await found("c") == {"C++", "C#", "C"}


async def test_a_group_says_which_others_its_name_cant_be_told_from(api: GroupsApi) -> None:
    board = await api.group("mia", name="Works council")
    secret = await api.group("lea", name="Works council", visibility="secret")
    fake = await api.good(
        "otto", "POST", "/v1/groups", {"kind": "community", "name": "W\u043erks \u200bcouncil"}
    )
    assert fake["resembles"] == [board], "and not the secret one"

    async def resembling(group_id: str, who: str = "mia") -> list[str]:
        alone = await api.good(who, "GET", f"/v1/groups/{group_id}")
        listed = await api.good(who, "GET", "/v1/groups?q=council")
        (same,) = [item for item in listed["items"] if item["id"] == group_id]
        assert same["resembles"] == alone["resembles"]
        found: list[str] = alone["resembles"]
        return found

    assert await resembling(board) == [fake["id"]]
    assert await resembling(board, "lea") == [fake["id"]], "not even for its members"
    assert await resembling(secret, "lea") == [board, fake["id"]]
    named = await api.good("otto", "PATCH", f"/v1/groups/{fake['id']}", {"name": "Chess club"})
    assert named["resembles"] == []
    assert await resembling(board) == []


async def test_the_list_of_groups_is_stable_under_new_ones(api: GroupsApi) -> None:
    made = [await api.group("mia", name=f"Group {n}") for n in range(5)]
    first = await api.good("otto", "GET", "/v1/groups?limit=2")
    await api.group("mia", name="In between")
    second = await api.good("otto", "GET", f"/v1/groups?limit=2&cursor={first['next_cursor']}")
    third = await api.good("otto", "GET", f"/v1/groups?limit=2&cursor={second['next_cursor']}")
    seen = [group["id"] for page in (first, second, third) for group in page["items"]]
    assert seen == [*reversed(made), EVERYONE]
    assert third["next_cursor"] is None
    mixed = f"/v1/groups?limit=2&kind=pilot&cursor={first['next_cursor']}"
    assert await api.refused("otto", "GET", mixed) == (422, "cursor-of-another-query")
    assert await api.refused("otto", "GET", "/v1/groups?cursor=abc") == (422, "cursor-invalid")


async def test_a_change_needs_the_right_version_and_tells_the_new_one(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    path = f"/v1/groups/{group_id}"
    read = await api.call("mia", "GET", path)
    tag = read.headers["etag"]
    cached = await api.call("mia", "GET", path, headers={"if-none-match": tag})
    assert cached.status_code == 304
    changed = await api.call("mia", "PATCH", path, {"purpose": "Fun"}, if_match=tag)
    assert changed.json()["purpose"] == "Fun"
    assert changed.json()["name"] == "Runners"
    assert changed.headers["event-ids"]
    for method, action, body in (
        ("PATCH", "", {"purpose": "More"}),
        ("POST", ":archive", None),
        ("DELETE", "", None),
    ):
        assert await api.refused("mia", method, path + action, body, if_match=tag) == (
            412,
            "group-changed-meanwhile",
        )
    again = await api.call(
        "mia", "PATCH", path, {"purpose": "Fun"}, if_match=changed.headers["etag"]
    )
    assert again.json() == changed.json()
    assert "event-ids" not in again.headers


async def test_an_archived_group_is_read_only(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    path = f"/v1/groups/{group_id}"
    assert (await api.good("mia", "POST", f"{path}:archive"))["archived_at"] is not None
    for who, method, rest, body in (
        ("mia", "PATCH", "", {"name": "X"}),
        ("otto", "PUT", "/members/me", None),
        ("mia", "POST", "/channels", {"kind": "help", "name": "Help"}),
        ("mia", "POST", "/invitations", {"person_id": "otto"}),
    ):
        assert await api.refused(who, method, path + rest, body) == (409, "group-is-archived")
    assert (await api.good("mia", "POST", f"{path}:restore"))["archived_at"] is None
    await api.good("otto", "PUT", f"{path}/members/me")


async def test_owners_delete_empty_groups_and_administrators_any(api: GroupsApi) -> None:
    group_id = await api.group("mia")
    await api.good("otto", "PUT", f"/v1/groups/{group_id}/members/me")
    assert await api.refused("mia", "DELETE", f"/v1/groups/{group_id}") == (409, "group-not-empty")
    assert await api.refused("otto", "DELETE", f"/v1/groups/{group_id}") == (403, "not-allowed")
    await api.good("otto", "DELETE", f"/v1/groups/{group_id}/members/me")
    answer = await api.call("mia", "DELETE", f"/v1/groups/{group_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await api.refused("mia", "GET", f"/v1/groups/{group_id}") == (404, "group-not-found")
    crowded = await api.group("mia")
    await api.good("otto", "PUT", f"/v1/groups/{crowded}/members/me")
    await api.good("ada", "DELETE", f"/v1/groups/{crowded}")
    listed = await api.good("mia", "GET", "/v1/groups?mine=true")
    assert [group["id"] for group in listed["items"]] == [EVERYONE]


async def test_the_group_of_everyone_is_built_in(api: GroupsApi) -> None:
    path = f"/v1/groups/{EVERYONE}"
    group = await api.good("mia", "GET", path)
    assert (group["kind"], group["mine"]["role"]) == ("everyone", "member")
    channels = await api.good("mia", "GET", f"{path}/channels")
    assert [channel["kind"] for channel in channels["items"]] == ["news", "discussion"]
    assert (await api.good("ada", "PATCH", path, {"name": "Alle"}))["name"] == "Alle"
    assert await api.refused("mia", "PATCH", path, {"name": "Mine"}) == (403, "not-allowed")
    for who, method, rest in (
        ("ada", "DELETE", ""),
        ("ada", "POST", ":archive"),
        ("mia", "PUT", "/members/me"),
        ("mia", "DELETE", "/members/me"),
        ("mia", "GET", "/members"),
    ):
        assert await api.refused(who, method, path + rest) == (409, "group-is-built-in")
    made = [e for e in await api.events() if e["data"].get("group_kind") == "everyone"]
    assert [e["type"] for e in made[:3]] == [
        "mitmach.group.created",
        "mitmach.channel.created",
        "mitmach.channel.created",
    ]
    assert all("actor" not in event for event in made[:3])
