"""Contests over HTTP: who sees and does what, what is refused and how, what is told."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contract.events.groups import MembershipLeft
from shared.contract.events.registry import decode_event
from shared.contract.events.topics import BALLOTS, CONTESTS
from shared.contract.ids import new_id
from tests.integration.contests.service import (
    PHOTO,
    ContestsService,
    Somebody,
    announced,
    enter,
    id_of,
)
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_contest_from_the_draft_to_the_published_result(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben, cleo, dora = await contests.people("ann", "ben", "cleo", "dora")
    emil, fay = await contests.people("emil", "fay")
    path, entries = await contests.voting(olga, [ann, ben], votes_max=2)

    ballot = {"entry_ids": [entries[1]]}
    for voter in (ann, cleo, emil, fay):
        answer = await voter.call("PUT", f"{path}/ballot", ballot)
        assert answer.status_code == 200
        assert len(answer.headers["event-ids"].split(",")) == 2
    await dora.good("PUT", f"{path}/ballot", {"entry_ids": entries})
    assert (await dora.good("GET", f"{path}/ballot"))["entry_ids"] == sorted(entries)

    ordered = await olga.good("POST", f"{path}:advance", {"to": "sealed", "reason": "All voted."})
    assert ordered["phase"] == "voting"
    await contests.phase(id_of(path), "sealed")
    assert await cleo.refused("PUT", f"{path}/ballot", ballot) == (409, "voting-not-open")
    assert await olga.refused("GET", f"{path}/results") == (409, "results-not-published")
    await contests.phase(id_of(path), "judged")
    assert await olga.refused("GET", f"{path}/results") == (409, "results-not-published")
    await olga.good("POST", f"{path}:advance", {"to": "published"})

    result = await cleo.good("GET", f"{path}/results")
    assert [
        (ranked["rank"], ranked["author_id"], ranked["votes"]) for ranked in result["ranking"]
    ] == [
        (1, ben.id, 5),
        (2, ann.id, 1),
    ]
    assert [ranked["winner"] for ranked in result["ranking"]] == [True, False]
    assert (result["ballots"], result["votes"], result["void_votes"]) == (5, 6, 0)
    assert result["eligible_voters"] >= 5
    trail = (await olga.good("GET", path))["trail"]
    assert [(step["phase"], step["by"] == olga.id) for step in trail] == [
        ("draft", True),
        ("announced", True),
        ("submissions", True),
        ("review", True),
        ("voting", True),
        ("sealed", True),  # ordered
        ("sealed", False),
        ("judged", False),
        ("published", True),
    ]
    assert all(step["by"] is None for step in (await cleo.good("GET", path))["trail"])
    await _told(contests, id_of(path))


async def _told(contests: ContestsService, contest_id: str) -> None:
    def mine(values: list[bytes]) -> list[Any]:
        events = [decode_event(value) for value in values]
        return [event for event in events if event.partitionkey == contest_id]

    public = mine(await contests.published(CONTESTS))
    types = [event.type.removeprefix("mitmach.") for event in public]
    assert types.count("ballot.cast") == 5
    assert types.count("entry.submitted") == types.count("entry.accepted") == 2
    assert types[-2:] == ["contest.phase_changed", "results.published"]
    assert [
        event.data.phase for event in public if event.type == "mitmach.contest.phase_changed"
    ] == [
        "submissions",
        "review",
        "voting",
        "sealed",
        "judged",
        "published",
    ]
    restricted = mine(await contests.published(BALLOTS))
    assert [event.type for event in restricted] == ["mitmach.ballot.recorded"] * 5


async def test_phases_begin_by_themselves(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben = await contests.people("ann", "ben")
    now = datetime.now(UTC)
    schedule = {
        "submissions_at": now,
        "review_at": now + timedelta(seconds=1.5),
        "voting_at": now + timedelta(seconds=1.5),
        "closes_at": now + timedelta(seconds=3),
        "publish_at": now + timedelta(seconds=4),
    }
    body = {
        "title": "Quick",
        "kind": "photo",
        "rules": {"reviewed": False},
        "schedule": {name: time.isoformat() for name, time in schedule.items()},
    }
    contest = await olga.good("POST", "/v1/contests", body)
    path = f"/v1/contests/{contest['id']}"
    await olga.good("POST", f"{path}:announce")
    await contests.phase(contest["id"], "submissions")
    entry = await enter(ann, path)
    await contests.phase(contest["id"], "voting")
    await ben.good("PUT", f"{path}/ballot", {"entry_ids": [entry]})
    await contests.phase(contest["id"], "published")
    result = await ben.good("GET", f"{path}/results")
    # One ballot: neither its number nor a winner, who would be that vote.
    assert [(ranked["entry_id"], ranked["rank"]) for ranked in result["ranking"]] == [(entry, None)]
    assert (result["few_ballots"], result["ballots"]) == (True, None)


async def test_each_refusal_has_its_type(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben = await contests.people("ann", "ben")
    path, [anns, bens] = await contests.voting(olga, [ann, ben], votes_changeable=False)
    ballot = f"{path}/ballot"
    refused = [
        (ann, [anns], 409, "vote-for-own-entry"),
        (ann, [], 422, "votes-out-of-range"),
        (ann, [bens, anns], 422, "votes-out-of-range"),
        (ann, [bens, bens], 422, "vote-repeated"),
        (ann, [new_id()], 409, "entry-not-eligible"),
        (ann, [bens] * 21, 422, "input-invalid"),
    ]
    for voter, choices, status, problem in refused:
        assert await voter.refused("PUT", ballot, {"entry_ids": choices}) == (status, problem)
    for body in ({}, {"entry_ids": bens}, {"entry_ids": [1]}, {"entry_ids": [bens], "more": 1}):
        assert await ann.refused("PUT", ballot, body) == (422, "input-invalid")

    await ann.good("PUT", ballot, {"entry_ids": [bens]})
    await ann.good("PUT", ballot, {"entry_ids": [bens]})
    stranger = contests.somebody("nobody-knows-me")
    unknown = await stranger.refused("PUT", ballot, {"entry_ids": [bens]})
    assert unknown == (403, "person-not-active")
    assert await ann.refused("DELETE", ballot) == (409, "ballot-final")
    assert await ben.refused("GET", ballot) == (404, "ballot-not-found")
    await ben.good("DELETE", f"/v1/entries/{bens}")
    [cleo] = await contests.people("cleo")
    voted = await cleo.refused("PUT", ballot, {"entry_ids": [bens]})
    assert voted == (409, "entry-not-eligible")
    late = {"title": "Late", "media": [PHOTO], "consent": True}
    assert await cleo.refused("POST", f"{path}/entries", late) == (409, "entries-not-accepted")
    nowhere = f"/v1/contests/{new_id()}"
    assert await cleo.refused("GET", nowhere) == (404, "contest-not-found")
    assert await cleo.refused("PUT", f"{nowhere}/ballot", {"entry_ids": [bens]}) == (
        404,
        "contest-not-found",
    )
    assert await cleo.refused("GET", f"/v1/entries/{new_id()}") == (404, "entry-not-found")
    assert await cleo.refused("POST", f"{path}:advance", {"to": "sealed"}) == (403, "not-allowed")
    assert await olga.refused("POST", f"{path}:advance", {"to": "published"}) == (
        409,
        "contest-phase-wrong",
    )
    assert await olga.refused("PATCH", path, {"title": "New"}) == (409, "contest-announced")


async def test_a_vote_that_was_taken_back_is_gone_and_can_be_cast_again(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben = await contests.people("ann", "ben")
    path, [entry] = await contests.voting(olga, [ann])
    ballot = {"entry_ids": [entry]}
    await ben.good("PUT", f"{path}/ballot", ballot)
    answer = await ben.call("DELETE", f"{path}/ballot")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "event-ids" in answer.headers
    again = await ben.call("DELETE", f"{path}/ballot")
    assert (again.status_code, "event-ids" in again.headers) == (204, False)
    assert await ben.refused("GET", f"{path}/ballot") == (404, "ballot-not-found")
    await ben.good("PUT", f"{path}/ballot", ballot)


async def test_a_double_click_moves_a_contest_one_phase(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    path = await announced(olga)
    bodies: tuple[dict[str, str] | None, ...] = (None, {})
    for body in bodies:
        status, _ = await olga.refused("POST", f"{path}:advance", body)
        assert status in {400, 415, 422}
    clicks = [olga.good("POST", f"{path}:advance", {"to": "submissions"}) for _ in range(2)]
    assert [answer["phase"] for answer in await asyncio.gather(*clicks)] == ["submissions"] * 2
    phases = [step["phase"] for step in (await olga.good("GET", path))["trail"]]
    assert phases == ["draft", "announced", "submissions"]


async def test_a_repeated_creation_is_answered_as_before(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    body = {"title": "Best tea", "kind": "text"}
    first = await olga.call("POST", "/v1/contests", body, idempotency_key="once")
    again = await olga.call("POST", "/v1/contests", body, idempotency_key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    other = await olga.refused(
        "POST", "/v1/contests", body | {"text": "Now."}, idempotency_key="once"
    )
    assert other == (422, "idempotency-key-reused")

    ann = (await contests.people("ann"))[0]
    path = await announced(olga)
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = {"title": "Mine", "media": [PHOTO], "consent": True}
    answers = [
        await ann.call("POST", f"{path}/entries", entry, idempotency_key="mine") for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["event-ids"] == answers[1].headers["event-ids"]


async def test_who_has_left_a_secret_group_isnt_told_by_a_repeated_key_of_its_contests(
    contests: ContestsService,
) -> None:
    [olga, ann] = await contests.people("olga", "ann")
    group = await contests.group("secret", {olga.id: "owner", ann.id: "member"})
    now = datetime.now(UTC)
    times = ("submissions_at", "review_at", "voting_at", "closes_at")
    schedule = {name: (now + timedelta(days=n)).isoformat() for n, name in enumerate(times, 1)}
    rules = {"entrants": group, "voters": group}
    body = {"title": "Tea", "kind": "photo", "group_id": group, "rules": rules}
    body |= {"schedule": schedule}
    key = {"idempotency_key": "the-same"}
    path = f"/v1/contests/{(await olga.good('POST', '/v1/contests', body, **key))['id']}"
    await olga.good("POST", f"{path}:announce")
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = {"title": "Mine", "media": [PHOTO], "consent": True}
    await ann.good("POST", f"{path}/entries", entry, **key)
    await contests.groups.publish(
        *(
            sample(MembershipLeft, group_id=group, member=who.id, visibility="secret")
            for who in (ann, olga)
        )
    )

    async def left() -> bool:
        return await contests.database.count("memberships", {"group_id": group}) == 0

    await contests.until(left)
    for who, where, said in ((ann, f"{path}/entries", entry), (olga, "/v1/contests", body)):
        assert (await who.refused("GET", path))[0] == 404
        assert (await who.refused("POST", where, said, **key))[0] == 404


async def test_a_draft_is_redrafted_by_whoever_saw_its_last_version(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    draft = await olga.good("POST", "/v1/contests", {"title": "Best tea", "kind": "text"})
    path = f"/v1/contests/{draft['id']}"
    read = await olga.call("GET", path)
    tag = read.headers["etag"]
    assert (await olga.call("GET", path, if_none_match=tag)).status_code == 304
    changed = await olga.good("PATCH", path, {"rules": {"votes_max": 3}}, if_match=tag)
    assert (changed["rules"]["votes_max"], changed["title"], changed["version"]) == (
        3,
        "Best tea",
        2,
    )
    assert await olga.refused("PATCH", path, {"title": "?"}, if_match=tag) == (
        412,
        "contest-changed",
    )
    assert await olga.refused("POST", f"{path}:announce") == (409, "contest-unscheduled")
    for schedule in (
        {"submissions_at": "0001-01-01T00:00:00+14:00"},
        {"submissions_at": "2030-01-01T00:00:00"},
    ):
        late = dict.fromkeys(("review_at", "voting_at", "closes_at"), "9999-12-31T23:59:59-12:00")
        body = {"schedule": late | schedule}
        assert await olga.refused("PATCH", path, body) == (422, "input-invalid")
    for unseen in ({"title": "  "}, {"title": "\u200b"}, {"text": "a\x00b"}):
        assert await olga.refused("PATCH", path, unseen) == (422, "text-unreadable")
    assert await olga.refused("PATCH", path, {"rules": {"votes_min": 4}}) == (
        422,
        "contest-rules-invalid",
    )


async def test_the_answer_to_a_write_carries_the_tag_that_reading_gives(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [ann] = await contests.people("ann")
    path = await announced(olga)
    again = ("advance", {"to": "submissions"})  # is answered without a step
    for step, why in (again, again, ("cancel", {"reason": "Too few."})):
        tag = (await olga.call("POST", f"{path}:{step}", why)).headers["etag"]
        assert (await olga.call("GET", path, if_none_match=tag)).status_code == 304

    path = await announced(olga)
    await olga.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = {"title": "Morning", "media": [PHOTO], "consent": True}
    written = await ann.call("POST", f"{path}/entries", entry)
    where = f"/v1/entries/{written.json()['id']}"
    changes: list[tuple[Somebody, str, str, Any]] = [
        (ann, "PATCH", where, {"title": "Noon"}),
        (olga, "POST", f"{where}:reject", {"reason": "A copy."}),
        (olga, "POST", f"{where}:accept", None),
        (ann, "DELETE", where, None),
    ]
    for who, method, to, body in changes:
        tag = (await who.call(method, to, body)).headers["etag"]
        assert (await who.call("GET", where, if_none_match=tag)).status_code == 304


async def test_a_contest_in_a_group_is_seen_and_run_by_its_people(
    contests: ContestsService,
) -> None:
    lea, max_, otto = await contests.people("lea", "max", "otto")
    [ada] = await contests.people("ada", roles=("admin",))
    roles = {lea.id: "owner", max_.id: "member"}
    group_id = await contests.group("closed", roles)
    body = {"title": "Best plan", "kind": "idea", "group_id": group_id}
    assert await max_.refused("POST", "/v1/contests", body) == (403, "not-allowed")
    draft = await lea.good("POST", "/v1/contests", body)
    assert draft["rules"]["voters"] == draft["rules"]["entrants"] == group_id
    path = f"/v1/contests/{draft['id']}"
    for stranger in (max_, otto, ada):
        assert await stranger.refused("GET", path) == (404, "contest-not-found")
    now = datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    times = {name: (now + timedelta(hours=n)).isoformat() for n, name in enumerate(names, 1)}
    await lea.good("PATCH", path, {"schedule": times})
    await lea.good("POST", f"{path}:announce")
    seen = await max_.good("GET", path)
    assert (seen["may_vote"], seen["may_enter"], seen["organises"]) == (True, True, False)
    assert await otto.refused("GET", path) == (404, "contest-not-found")
    assert (await ada.good("GET", path))["organises"] is True
    where = f"/v1/contests?group_id={group_id}"
    found = [(await who.good("GET", where))["items"] for who in (max_, otto)]
    assert [[entry["id"] for entry in items] for items in found] == [[draft["id"]], []]
    await lea.good("POST", f"{path}:advance", {"to": "submissions"})
    idea = {"title": "Longer breaks", "text": "By five minutes.", "consent": True}
    entry = await max_.good("POST", f"{path}/entries", idea)
    assert await otto.refused("GET", f"/v1/entries/{entry['id']}") == (404, "entry-not-found")
    assert await ada.refused("POST", f"{path}/entries", idea) == (403, "not-allowed")


async def test_contests_are_listed_page_by_page_newest_first(contests: ContestsService) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    [paul] = await contests.people("paul")
    lea = (await contests.people("lea"))[0]
    group_id = await contests.group("open", {lea.id: "owner"})
    made = []
    for number in range(5):
        body = {"title": f"Number {number}", "kind": "idea", "group_id": group_id}
        contest = await olga.good("POST", "/v1/contests", body)
        made.append(contest["id"])
    where = f"/v1/contests?group_id={group_id}&limit=2"
    assert (await paul.good("GET", where))["items"] == []
    found, cursor = [], ""
    while True:
        page = await olga.good("GET", f"{where}{cursor}")
        found += [entry["id"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == made[::-1]
    drafts = await olga.good("GET", f"{where}&phase=draft&kind=photo")
    assert drafts["items"] == []
