"""Entries over HTTP: who sees them, and their review."""

from typing import Any

import pytest

from tests.support.contests_service import (
    PHOTO,
    ContestsService,
    announced,
    enter,
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
    assert sorted(one["id"] for one in seen) == sorted(entries)
    assert [one["author_id"] for one in seen] == [None] * 6
    assert await listed(reader, limit=2) == seen
    orders = {tuple(one["id"] for one in await listed(who)) for who in (reader, other, *authors)}
    assert len(orders) > 1
    mine = await authors[0].good("GET", f"{path}/entries?mine=true")
    assert [(one["id"], one["author_id"]) for one in mine["items"]] == [(entries[0], authors[0].id)]
    assert all(one["author_id"] for one in await listed(olga))
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
    assert (rejected["status"], rejected["reason"]) == ("rejected", "Too dark.")
    assert (await ann.good("GET", entry))["reason"] == "Too dark."
    accepted = await olga.good("POST", f"{entry}:accept")
    assert (accepted["status"], accepted["reason"]) == ("accepted", None)
    assert (await ben.good("GET", entry))["author_id"] is None
    no_consent = {"title": "Mine", "media": [PHOTO], "consent": False}
    assert await ben.refused("POST", f"{path}/entries", no_consent) == (422, "entry-incomplete")
    one_too_many = {"title": "Mine", "media": [PHOTO], "consent": True}
    assert await ann.refused("POST", f"{path}/entries", one_too_many) == (409, "too-many-entries")
    cancelled = await olga.good("POST", f"{path}:cancel", {"reason": "Too few entries."})
    assert cancelled["phase"] == "cancelled"
    assert await ann.refused("DELETE", entry) == (409, "contest-phase-wrong")
