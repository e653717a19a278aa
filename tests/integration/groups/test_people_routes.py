"""Inviting, reading, changing and erasing people over HTTP."""

from urllib.parse import quote

from tests.integration.groups.service import GroupsApi


async def test_a_directory_invites_and_the_first_visit_activates(api: GroupsApi) -> None:
    body = {
        "external_id": "kai",
        "name": " Kai ",
        "email": "kai@example.org",
        "department": "sales",
    }
    answer = await api.call("directory", "POST", "/v1/people", body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["id"], made["name"], made["record"]["status"]) == ("kai", "Kai", "invited")
    assert answer.headers["event-ids"]
    visited = await api.good("kai", "POST", "/v1/me/visits")
    assert (visited["counted"], visited["activated"]) == (True, True)
    again = await api.call("kai", "POST", "/v1/me/visits")
    assert again.json()["counted"] is False
    assert "event-ids" not in again.headers
    me = await api.good("kai", "GET", "/v1/me")
    assert me["person"]["record"]["status"] == "active"
    types = [event["type"] for event in await api.events()][-3:]
    assert types == [
        "mitmach.person.invited",
        "mitmach.person.activated",
        "mitmach.person.visited",
    ]


async def test_an_id_is_made_where_the_directory_has_none(api: GroupsApi) -> None:
    made = await api.good("ada", "POST", "/v1/people", {"name": "Kai"})
    assert len(made["id"]) == 36


async def test_creating_a_person_is_refused_where_it_must_be(api: GroupsApi) -> None:
    async def refused(who: str, **body: object) -> tuple[int, str]:
        return await api.refused(who, "POST", "/v1/people", body)

    assert await refused("mia", external_id="kai") == (403, "not-allowed")
    assert await refused("ada", external_id="mia") == (409, "person-exists")
    assert await refused("ada", external_id="me") == (422, "person-id-invalid")
    assert await refused("ada", external_id="a\nb") == (422, "person-id-invalid")
    assert await refused("ada", external_id=" a") == (422, "person-id-invalid")
    assert await refused("ada", department="slaes") == (422, "not-in-vocabulary")
    assert await refused("ada", status="active") == (422, "input-invalid")
    assert await refused("ada", email="nowhere") == (422, "input-invalid")


async def test_a_repeated_creation_is_answered_like_the_first(api: GroupsApi) -> None:
    first = await api.call("ada", "POST", "/v1/people", {"name": "Kai"}, key="k1")
    second = await api.call("ada", "POST", "/v1/people", {"name": "Kai"}, key="k1")
    assert second.status_code == first.status_code == 201
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["event-ids"] == first.headers["event-ids"]
    assert await api.refused("ada", "POST", "/v1/people", {"name": "Lea"}, key="k1") == (
        422,
        "idempotency-key-reused",
    )


async def test_a_repeated_creation_of_somebody_who_was_erased_creates_nobody(
    api: GroupsApi,
) -> None:
    body = {"external_id": "kai", "name": "Kai"}
    await api.good("ada", "POST", "/v1/people", body, key="k1")
    several = {"people": [{"external_id": "kim"}]}
    await api.good("ada", "POST", "/v1/people:batch", several, key="k2")
    for person in ("kai", "kim"):
        await api.good("ada", "POST", f"/v1/people/{person}:erase")
    gone = (410, "answer-gone")
    assert await api.refused("ada", "POST", "/v1/people", body, key="k1") == gone
    batch = await api.good("ada", "POST", "/v1/people:batch", several, key="k2")
    assert batch["items"][0]["problem"]["type"] == "urn:mitmach:problem:answer-gone"
    records = await api.database.find("idempotency", {})
    assert "Kai" not in str(records)
    assert api.ids["ada"] not in str(records)


async def test_the_left_are_found_by_id_and_by_those_who_run_the_platform(
    api: GroupsApi,
) -> None:
    read = await api.call("ada", "GET", "/v1/people/otto")
    changed = await api.call("ada", "POST", "/v1/people/otto:leave", if_match=read.headers["etag"])
    assert changed.headers["etag"] != read.headers["etag"]
    assert await api.refused(
        "ada", "POST", "/v1/people/otto:reinstate", if_match=read.headers["etag"]
    ) == (412, "person-changed")
    assert await api.refused("mia", "POST", "/v1/people/mia:leave") == (403, "not-allowed")
    again = await api.call("directory", "POST", "/v1/people/otto:leave")
    assert (again.status_code, again.headers.get("event-ids")) == (200, None)
    listed = (await api.good("mia", "GET", "/v1/people?limit=100"))["items"]
    assert "otto" not in [person["id"] for person in listed]
    left = (await api.good("ada", "GET", "/v1/people?status=left"))["items"]
    assert [person["id"] for person in left] == ["otto"]
    assert await api.refused("mia", "GET", "/v1/people?status=left") == (403, "not-allowed")
    # What they wrote stays under their name.
    assert (await api.good("mia", "GET", "/v1/people/otto"))["id"] == "otto"
    back = await api.good("ada", "POST", "/v1/people/otto:reinstate")
    assert (back["record"]["status"], back["record"]["left_at"]) == ("active", None)


async def test_many_are_invited_at_once_and_each_stands_for_itself(api: GroupsApi) -> None:
    people = [{"external_id": f"p{n}", "name": f"Person {n}"} for n in range(498)]
    people += [{"external_id": "mia"}, {"external_id": "x", "location": "atlantis"}]
    answer = await api.call("ada", "POST", "/v1/people:batch", {"people": people})
    items = answer.json()["items"]
    assert [item["status"] for item in items] == ["created"] * 498 + ["refused"] * 2
    assert items[0]["person"]["id"] == "p0"
    assert items[498]["problem"]["type"] == "urn:mitmach:problem:person-exists"
    assert items[499]["problem"]["type"] == "urn:mitmach:problem:not-in-vocabulary"
    known = {event["id"] for event in await api.events(logins=True)}
    assert {event_id for item in items for event_id in item["event_ids"]} <= known
    people.append({"external_id": "one-too-many"})
    assert await api.refused("ada", "POST", "/v1/people:batch", {"people": people}) == (
        422,
        "input-invalid",
    )
    assert await api.refused("mia", "POST", "/v1/people:batch", {"people": [{}]}) == (
        403,
        "not-allowed",
    )


async def test_an_entry_that_cant_be_read_is_refused_alone_and_says_why(api: GroupsApi) -> None:
    people: list[object] = [
        {"external_id": f"p{n}", "email": f"p{n}@example.org"} for n in range(9)
    ]
    people.insert(3, {"external_id": "bad", "email": "no-at-sign"})
    people += [
        {"name": "x" * 101},
        {"nickname": "Kim"},
        "kim",
        {"external_id": "x" * 256},
        {"external_id": "me"},
    ]
    answer = await api.call("ada", "POST", "/v1/people:batch", {"people": people})
    assert answer.status_code == 200
    items = answer.json()["items"]
    refused = {n: item["problem"] for n, item in enumerate(items) if item["status"] == "refused"}
    assert sorted(refused) == [3, 10, 11, 12, 13, 14]
    assert refused[3]["type"] == "urn:mitmach:problem:input-invalid"
    fields = {n: [error["field"] for error in refused[n]["errors"]] for n in refused}
    assert fields == {
        3: ["/people/3/email"],
        10: ["/people/10/name"],
        11: ["/people/11/nickname"],
        12: ["/people/12"],
        13: ["/people/13/external_id"],
        14: [],
    }
    assert refused[14]["type"] == "urn:mitmach:problem:person-id-invalid"
    assert "no-at-sign" not in answer.text
    assert (await api.good("ada", "GET", "/v1/people/p8"))["record"]["email"] == "p8@example.org"


async def test_a_repeated_batch_with_a_key_creates_nobody_twice(api: GroupsApi) -> None:
    body = {"people": [{"name": "Kai"}, {"name": "Kim"}]}
    first = await api.good("ada", "POST", "/v1/people:batch", body, key="k1")
    assert await api.good("ada", "POST", "/v1/people:batch", body, key="k1") == first
    other = await api.good("ada", "POST", "/v1/people:batch", {"people": [{"name": "Z"}]}, key="k1")
    assert other["items"][0]["problem"]["type"] == "urn:mitmach:problem:idempotency-key-reused"


async def test_colleagues_see_a_name_and_those_who_run_the_platform_a_record(
    api: GroupsApi,
) -> None:
    body = {"external_id": "kai", "name": "Kai", "email": "kai@example.org"}
    await api.good("ada", "POST", "/v1/people", body)
    await api.arrive("kai")
    for who, sees in (("mia", False), ("ada", True), ("directory", True), ("kai", True)):
        seen = await api.good(who, "GET", "/v1/people/kai")
        assert (seen["record"] is not None) is sees
        assert not sees or seen["record"]["external_id"] == "kai"
    assert "kai@example.org" not in (await api.call("mia", "GET", "/v1/people/kai")).text
    assert await api.refused("mia", "GET", "/v1/people/nobody") == (404, "person-not-found")
    endless = await api.raw("mia", "GET", "/v1/people/" + "x" * 300)
    assert endless.json()["type"] == "urn:mitmach:problem:not-visible"


async def test_a_person_changes_their_name_and_the_directory_the_rest(api: GroupsApi) -> None:
    assert (await api.good("mia", "PATCH", "/v1/people/mia", {"name": "Mia"}))["name"] == "Mia"
    path = "/v1/people/mia"
    assert await api.refused("mia", "PATCH", path, {"department": "sales"}) == (403, "not-allowed")
    assert await api.refused("otto", "PATCH", path, {"name": "M"}) == (403, "not-allowed")
    assert await api.refused("ada", "PATCH", path, {"account": "service"}) == (422, "input-invalid")
    moved = await api.good("directory", "PATCH", path, {"department": "sales"})
    assert (moved["name"], moved["department"]) == ("Mia", "sales")
    cleared = await api.good("directory", "PATCH", path, {"department": None})
    assert cleared["department"] is None


async def test_a_change_of_a_stale_version_is_refused_and_an_unchanged_one_not_sent_again(
    api: GroupsApi,
) -> None:
    read = await api.call("mia", "GET", "/v1/people/mia")
    tag = read.headers["etag"]
    cached = await api.call("mia", "GET", "/v1/people/mia", headers={"if-none-match": tag})
    assert cached.status_code == 304
    first = await api.call("mia", "PATCH", "/v1/people/mia", {"name": "M"}, if_match=tag)
    assert first.status_code == 200
    assert first.headers["etag"] != tag
    assert await api.refused("mia", "PATCH", "/v1/people/mia", {"name": "N"}, if_match=tag) == (
        412,
        "person-changed",
    )


async def test_a_suspended_person_reads_and_does_nothing(api: GroupsApi) -> None:
    open_group, secret_group = await api.group("mia"), await api.group("otto", "secret")
    assert await api.refused("mia", "POST", "/v1/people/otto:suspend") == (403, "not-allowed")
    await api.good("ada", "POST", "/v1/people/otto:suspend")
    await api.good("otto", "GET", f"/v1/groups/{open_group}")
    assert await api.refused("otto", "GET", f"/v1/groups/{secret_group}") == (
        404,
        "group-not-found",
    )
    assert await api.refused("otto", "PUT", f"/v1/groups/{open_group}/members/me") == (
        403,
        "person-suspended",
    )
    assert await api.refused("otto", "POST", "/v1/me/visits") == (403, "person-suspended")
    listed = await api.good("otto", "GET", "/v1/groups?limit=100")
    assert secret_group not in [group["id"] for group in listed["items"]]
    await api.good("ada", "POST", "/v1/people/otto:reinstate")
    await api.good("otto", "PUT", f"/v1/groups/{open_group}/members/me")


async def test_a_person_is_shown_with_those_whose_name_looks_the_same(api: GroupsApi) -> None:
    await api.good("mia", "PATCH", "/v1/people/mia", {"name": "Ada Chief"})
    renamed = await api.good("otto", "PATCH", "/v1/people/otto", {"name": "\u0410d\u0430 Chief"})
    assert renamed["resembles"] == ["mia"]
    assert (await api.good("lea", "GET", "/v1/people/mia"))["resembles"] == ["otto"]
    listed = (await api.good("lea", "GET", "/v1/people"))["items"]
    assert {item["id"]: item["resembles"] for item in listed if item["resembles"]} == {
        "mia": ["otto"],
        "otto": ["mia"],
    }
    await api.good("ada", "POST", "/v1/people/otto:erase")
    assert (await api.good("lea", "GET", "/v1/people/mia"))["resembles"] == []


async def test_an_erased_person_is_gone(api: GroupsApi) -> None:
    await api.good("mia", "PATCH", "/v1/people/mia", {"name": "Mia Unmistakable"})
    assert await api.refused("directory", "POST", "/v1/people/mia:erase") == (403, "not-allowed")
    await api.good("ada", "POST", "/v1/people/mia:erase")
    assert await api.refused("ada", "GET", "/v1/people/mia") == (404, "person-not-found")
    assert await api.refused("mia", "POST", "/v1/me/visits") == (403, "person-was-erased")
    assert "unmistakable" not in str(await api.database.find("people", {})).lower()
    listed = await api.good("ada", "GET", "/v1/people?limit=100")
    assert "mia" not in [person["id"] for person in listed["items"]]
    erased = (await api.events())[-1]
    assert erased["type"] == "mitmach.person.erased"
    assert erased["subject"] == "mia"


async def test_the_list_of_people_is_stable_under_newcomers(api: GroupsApi) -> None:
    for n in range(6):
        await api.good("ada", "POST", "/v1/people", {"external_id": f"p{n}", "name": f"Person {n}"})
    seen: list[str] = []
    cursor = ""
    for turn in range(40):  # newcomers stand before and behind the page alike
        page = await api.good("mia", "GET", f"/v1/people?limit=2{cursor}")
        seen += [person["id"] for person in page["items"]]
        await api.good("ada", "POST", "/v1/people", {"external_id": f"a{turn}", "name": "Newcomer"})
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    else:
        raise AssertionError("the list has no end")
    there = {"ada", "eda", "directory", "lea", "mia", "otto", *(f"p{n}" for n in range(6))}
    assert there <= set(seen)
    assert len(seen) == len(set(seen))
    assert [api.ids[name] for name in seen] == sorted(api.ids[name] for name in seen)


async def test_people_are_found_by_the_beginnings_of_their_names(api: GroupsApi) -> None:
    await api.good("ada", "POST", "/v1/people", {"external_id": "k1", "name": "Käthe Müller"})
    await api.good("ada", "POST", "/v1/people", {"external_id": "k2", "name": "Katharina Mai"})

    async def found(q: str) -> list[str]:
        page = await api.good("mia", "GET", f"/v1/people?q={quote(q)}")
        return [person["id"] for person in page["items"]]

    assert sorted(await found("kat")) == ["k1", "k2"]
    assert await found("mull kath") == ["k1"]
    assert await found("!!") == []


async def test_only_those_who_run_the_platform_list_by_status(api: GroupsApi) -> None:
    await api.good("ada", "POST", "/v1/people/otto:suspend")
    page = await api.good("ada", "GET", "/v1/people?status=suspended")
    assert [person["id"] for person in page["items"]] == ["otto"]
    assert await api.refused("mia", "GET", "/v1/people?status=suspended") == (403, "not-allowed")


async def test_nobody_comes_in_without_a_token(api: GroupsApi) -> None:
    answer = await api.client.get("/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:mitmach:problem:token-missing")


async def test_whatever_a_directory_calls_people_they_take_part(api: GroupsApi) -> None:
    subjects = [
        "Zs/Vyg+PkAt=",
        "_Zk1Vyg",
        "-Zk1Vyg",
        "CORP\\jdoe",
        "uid=jane,ou=people",
        "CN=Jane Doe, OU=People",
        "jane:suspend",
        "me:accept",
        "a/../b%2F",
        "x" * 255,
    ]
    batch = {"people": [{"external_id": subject, "name": "Jane"} for subject in subjects[1:]]}
    await api.good("directory", "POST", "/v1/people", {"external_id": subjects[0]}, key="first")
    made = await api.good("directory", "POST", "/v1/people:batch", batch)
    assert [item["status"] for item in made["items"]] == ["created"] * 9
    closed = await api.group("mia", "closed")
    for subject in subjects:
        name = quote(subject, safe="")
        await api.good(subject, "POST", "/v1/me/visits")
        assert (await api.good("mia", "GET", f"/v1/people/{name}"))["id"] == subject
        await api.good(subject, "PATCH", f"/v1/people/{name}", {"name": "Jane Doe"})
        await api.good(subject, "POST", f"/v1/groups/{closed}/requests", {}, key="k")
        await api.good("mia", "POST", f"/v1/groups/{closed}/requests/{name}:approve")
        role = f"/v1/groups/{closed}/members/{name}/role"
        await api.good("mia", "PUT", role, {"role": "moderator"})
        await api.good("mia", "DELETE", f"/v1/groups/{closed}/members/{name}")
        await api.good("mia", "POST", f"/v1/groups/{closed}/invitations", {"person_id": subject})
        await api.good(subject, "POST", f"/v1/groups/{closed}/invitations/me:accept")
        await api.good("ada", "POST", f"/v1/people/{name}:suspend")
        await api.good("ada", "POST", f"/v1/people/{name}:reinstate")
    members = await api.good("mia", "GET", f"/v1/groups/{closed}/members?limit=100")
    assert {member["person_id"] for member in members["items"]} == {"mia", *subjects}
    listed: list[str] = []
    path: str | None = "/v1/people?limit=2"
    while path is not None:
        page = await api.good("ada", "GET", path)
        listed += [person["id"] for person in page["items"]]
        cursor = page["next_cursor"]
        path = None if cursor is None else f"/v1/people?limit=2&cursor={cursor}"
    assert set(subjects) <= set(listed)
    assert len(listed) == len(set(listed))
