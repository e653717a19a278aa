"""Events of contests tell of nobody that they entered whom the API doesn't show there."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.audience import Group, Membership
from shared.contract.events.groups import GroupChanged, MembershipJoined
from shared.contract.events.topics import CONTESTS
from tests.integration.contests.service import ContestsService, Somebody, enter, id_of
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_who_came_after_the_announcement_isnt_told_by_what_they_enter(
    contests: ContestsService,
) -> None:
    """The list of a group's members says since when each is in it."""
    lea, max_, vera = await contests.people("lea", "max", "vera")
    group_id = await contests.group("open", {lea.id: "owner", max_.id: "member"})
    path = await submissions(lea, group_id)
    await contests.groups.publish(
        sample(
            MembershipJoined, group_id=group_id, member=vera.id, role="member", visibility="open"
        )
    )
    known = {"group_id": group_id, "person": vera.id}
    await contests.until(lambda: contests.database.count(Membership.collection, known))
    entries = [await enter(author, path) for author in (max_, vera)]
    told = await told_of(contests, path, "mitmach.entry.submitted")
    own = ("entry_id", "entrant")
    assert {event["data"]["entry_id"] for event in told} == set(entries)
    said = [{name: is_ for name, is_ in event["data"].items() if name not in own} for event in told]
    assert said[0] == said[1]


async def test_a_group_that_becomes_secret_doesnt_betray_who_has_entered(
    contests: ContestsService,
) -> None:
    lea, max_ = await contests.people("lea", "max")
    group_id = await contests.group("open", {lea.id: "owner", max_.id: "member"})
    shown = {"anonymous": False, "reviewed": False, "entries_per_person": 2}
    path = await submissions(lea, group_id, **shown)
    before = await enter(max_, path)
    await contests.groups.publish(sample(GroupChanged, group_id=group_id, visibility="secret"))
    closed = {"_id": group_id, "visibility": "secret"}
    await contests.until(lambda: contests.database.count(Group.collection, closed))
    since = await enter(max_, path)
    for entry in (before, since):
        await lea.good("PUT", f"/v1/entries/{entry}/view")
    told = await told_of(contests, path, "mitmach.entry.accepted", "mitmach.entry.viewed")
    names: dict[str, set[str]] = {before: set(), since: set()}
    for event in told:
        names[event["data"]["entry_id"]].add(event["data"]["entrant"])
    assert max_.id in names[before]
    assert len(names[before]) == 2
    assert len(names[since]) == 1
    assert not names[before] & names[since]


async def submissions(organiser: Somebody, group_id: str, **rules: Any) -> str:
    """The path of a contest of a group that takes entries."""
    times = ("submissions_at", "review_at", "voting_at", "closes_at")
    now = datetime.now(UTC)
    body = {
        "title": "Best plan",
        "kind": "photo",
        "group_id": group_id,
        "rules": {"entrants": group_id, "voters": group_id, **rules},
        "schedule": {
            name: (now + timedelta(hours=n)).isoformat() for n, name in enumerate(times, 1)
        },
    }
    contest = await organiser.good("POST", "/v1/contests", body)
    path = f"/v1/contests/{contest['id']}"
    await organiser.good("POST", f"{path}:announce")
    await organiser.good("POST", f"{path}:advance", {"to": "submissions"})
    return path


async def told_of(contests: ContestsService, path: str, *types: str) -> list[dict[str, Any]]:
    """What was told of a contest, of these types."""
    events = [json.loads(value) for value in await contests.published(CONTESTS)]
    about = [event for event in events if event["data"]["contest_id"] == id_of(path)]
    return [event for event in about if event["type"] in types]
