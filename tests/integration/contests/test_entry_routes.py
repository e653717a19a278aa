"""Entries over HTTP: who sees them, and their review."""

from typing import Any

import pytest

from tests.integration.contests.service import (
    PHOTO,
    ContestsService,
    announced,
    enter,
    id_of,
)

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_entries_are_anonymous_shuffled_and_paged(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    authors = await contests.people(*(f"author{n}" for n in range(6)))
    path, entries = await contests.voting(olga, authors)
    reader, other = await contests.people("reader", "other")

    async def listed(who: Any, limit: int = 100) -> list[Any]:
        found, cursor = [], ""
        while True:
            page = await who.good("GET", f"{path}/entries?limit={limit}{cursor}")
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    seen = await listed(reader)
    assert sorted(entry["id"] for entry in seen) == sorted(entries)
    assert [entry["author_id"] for entry in seen] == [None] * 6
    assert await listed(reader, limit=2) == seen
    orders = {
        tuple(entry["id"] for entry in await listed(who)) for who in (reader, other, *authors)
    }
    assert len(orders) > 1
    mine = await authors[0].good("GET", f"{path}/entries?mine=true")
    assert [(entry["id"], entry["author_id"]) for entry in mine["items"]] == [
        (entries[0], authors[0].id)
    ]
    assert all(entry["author_id"] for entry in await listed(olga))
    first, again = [await reader.call("PUT", f"/v1/entries/{entries[0]}/view") for _ in range(2)]
    assert (first.status_code, "event-ids" in first.headers) == (204, True)
    assert (again.status_code, "event-ids" in again.headers) == (204, False)


async def test_an_entry_is_reviewed_with_a_reason_for_its_author(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben = await contests.people("ann", "ben")
    path = await announced(olga)
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = f"/v1/entries/{await enter(ann, path)}"
    assert await ben.refused("GET", entry) == (404, "entry-not-found")
    tag = (await ann.call("GET", entry)).headers["etag"]
    edited = await ann.good("PATCH", entry, {"title": "Noon"}, if_match=tag)
    assert (edited["title"], edited["media"]) == ("Noon", [PHOTO])
    assert await ann.refused("PATCH", entry, {"title": "?"}, if_match=tag) == (
        412,
        "entry-changed",
    )
    assert await ann.refused("POST", f"{entry}:accept") == (403, "not-allowed")
    rejected = await olga.good("POST", f"{entry}:reject", {"reason": "Too dark."})
    assert (rejected["status"], rejected["rejection"]["rejected_by"]) == ("rejected", [olga.id])
    told = (await ann.good("GET", entry))["rejection"]
    assert (told["reason"], told["category"], told["rejected_by"]) == ("Too dark.", "other", [])
    accepted = await olga.good("POST", f"{entry}:accept")
    assert (accepted["status"], accepted["rejection"]) == ("accepted", None)
    assert (await ben.good("GET", entry))["author_id"] is None
    no_consent = {"title": "Mine", "media": [PHOTO], "consent": False}
    assert await ben.refused("POST", f"{path}/entries", no_consent) == (422, "entry-incomplete")
    one_too_many = {"title": "Mine", "media": [PHOTO], "consent": True}
    assert await ann.refused("POST", f"{path}/entries", one_too_many) == (409, "too-many-entries")
    cancelled = await olga.good("POST", f"{path}:cancel", {"reason": "Too few entries."})
    assert cancelled["phase"] == "cancelled"
    assert await ann.refused("DELETE", entry) == (409, "contest-phase-wrong")


async def test_two_people_reject_an_entry_in_the_vote_and_each_learns_what_is_for_them(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [mona] = await contests.people("mona", roles=("moderator",))
    ann, ben = await contests.people("ann", "ben")
    path, [first, _] = await contests.voting(olga, [ann, ben])
    entry = f"/v1/entries/{first}"
    why = {"reason": "It shows us.", "category": "privacy"}
    assert await olga.refused("POST", f"{entry}:reject", why) == (409, "rejection-needs-two")
    assert await ann.refused("POST", f"{entry}:propose-rejection", why) == (403, "not-allowed")
    nothing = await mona.refused("POST", f"{entry}:confirm-rejection")
    assert nothing == (409, "rejection-not-proposed")

    proposed = await mona.good("POST", f"{entry}:propose-rejection", why)
    assert (proposed["status"], proposed["author_id"]) == ("accepted", None)
    assert await mona.refused("POST", f"{entry}:confirm-rejection") == (409, "rejection-needs-two")
    assert (await olga.good("GET", entry))["rejection"]["rejected_by"] == [mona.id]
    for reader in (ann, ben):  # the entry stands: nobody is to vote by what somebody proposes
        assert (await reader.good("GET", entry))["rejection"] is None
    await ben.good("PUT", f"{path}/ballot", {"entry_ids": [first]})

    tag = (await olga.call("GET", entry)).headers["etag"]
    await olga.good("POST", f"{entry}:confirm-rejection", if_match=tag)
    told = (await ann.good("GET", entry))["rejection"]
    assert (told["reason"], told["during_vote"], told["rejected_by"]) == ("It shows us.", True, [])
    by = (await olga.good("GET", entry))["rejection"]["rejected_by"]
    assert by == [mona.id, olga.id]
    assert await ben.refused("GET", entry) == (404, "entry-not-found")

    await olga.good("POST", f"{path}:advance", {"to": "sealed"})
    await contests.phase(id_of(path), "judged")
    await olga.good("POST", f"{path}:advance", {"to": "published"})
    result = await ben.good("GET", f"{path}/results")
    [fallen] = result["rejected"]
    assert (fallen["entry_id"], fallen["category"]) == (first, "privacy")
    assert set(fallen) == {"entry_id", "category", "rejected_at"}


async def test_an_organiser_who_enters_sees_and_decides_no_more_than_others(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [ada] = await contests.people("ada", roles=("admin",))
    [ann] = await contests.people("ann")
    path = await announced(olga)
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    rival = f"/v1/entries/{await enter(ann, path)}"
    assert (await olga.good("GET", rival))["author_id"] == ann.id
    mine = f"/v1/entries/{await enter(olga, path)}"
    for entry in (mine, rival):
        refused = await olga.refused("POST", f"{entry}:accept")
        assert refused == (403, "entrant-cannot-decide")
    assert await olga.refused("GET", rival) == (404, "entry-not-found")
    assert [entry["mine"] for entry in (await olga.good("GET", f"{path}/entries"))["items"]] == [
        True
    ]
    assert (await olga.good("GET", path))["organises"] is False
    listed = (await olga.good("GET", "/v1/contests?limit=1"))["items"]
    assert [entry["organises"] for entry in listed] == [False]
    closing = await olga.refused("POST", f"{path}:advance", {"to": "review"})
    assert closing == (403, "entrant-cannot-decide")
    assert await olga.refused("POST", f"{path}:cancel", {"reason": "?"}) == closing
    await ada.good("POST", f"{rival}:accept")
    late = {"title": "Mine too", "media": [PHOTO], "consent": True}
    assert await ada.refused("POST", f"{path}/entries", late) == (403, "reviewer-cannot-enter")
    assert (await ann.good("GET", rival))["status"] == "accepted"
