"""Contests over HTTP, and the groups that they depend on: hidden, archived, deleted, joined."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.contract.events.contests import ContestDeleted
from shared.contract.events.groups import GroupArchived, GroupDeleted, MembershipJoined
from shared.contract.events.registry import decode_event
from shared.contract.events.topics import CONTESTS
from shared.contract.ids import new_id
from tests.integration.contests.service import ContestsService, announced, enter, id_of
from tooling.sample_events import sample

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_contest_for_all_tells_the_id_of_the_secret_group_that_votes_to_its_members_alone(
    contests: ContestsService,
) -> None:
    [olga, eva] = await contests.people("olga", "eva", roles=("editor",))
    [paul] = await contests.people("paul")
    secret = await contests.group("secret", {olga.id: "member"})
    body = {"title": "Best plan", "kind": "idea", "rules": {"voters": secret}}
    refused = {
        (await eva.call("POST", "/v1/contests", body | {"rules": {"voters": group}})).text
        for group in (secret, new_id())
    }
    assert len({re.sub(r"urn:mitmach:trace:\w+", "", text) for text in refused}) == 1
    path = await announced(olga, voters=secret)
    assert (await olga.good("GET", path))["rules"]["voters"] == secret
    for where in (path, "/v1/contests?limit=5"):
        assert secret not in (await paul.call("GET", where)).text
    tags = {(await who.call("GET", path)).headers["etag"] for who in (olga, paul)}
    assert len(tags) == 2
    told = [value for value in await contests.published(CONTESTS) if id_of(path).encode() in value]
    assert told
    assert not any(secret.encode() in value for value in told)


async def test_an_archived_group_takes_no_entries_and_no_votes_but_its_vote_ends(
    contests: ContestsService,
) -> None:
    lea, max_ = await contests.people("lea", "max")
    roles = {lea.id: "owner", max_.id: "member"}
    group_id = await contests.group("open", roles)
    now = datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    times = {name: (now + timedelta(hours=n)).isoformat() for n, name in enumerate(names, 1)}
    body = {"title": "Best plan", "kind": "photo", "group_id": group_id, "schedule": times}
    path = f"/v1/contests/{(await lea.good('POST', '/v1/contests', body))['id']}"
    await lea.good("POST", f"{path}:announce")
    await lea.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = await enter(max_, path)
    await lea.good("POST", f"/v1/entries/{entry}:accept")
    for phase in ("review", "voting"):
        await lea.good("POST", f"{path}:advance", {"to": phase})
    ballot = {"entry_ids": [entry]}
    await lea.good("PUT", f"{path}/ballot", ballot)

    await contests.groups.publish(sample(GroupArchived, group_id=group_id, visibility="open"))
    archived = {"_id": group_id, "archived": True}
    await contests.until(lambda: contests.database.find_one("groups", archived))
    refused = await lea.refused("PUT", f"{path}/ballot", ballot)
    assert refused == (409, "group-is-archived")
    assert await lea.refused("POST", "/v1/contests", body) == refused
    await lea.good("DELETE", f"{path}/ballot")
    await lea.good("POST", f"{path}:advance", {"to": "sealed"})
    await contests.phase(id_of(path), "judged")
    await lea.good("POST", f"{path}:advance", {"to": "published"})


async def test_with_a_group_its_contests_go_and_nothing_of_them_stays_stored(
    contests: ContestsService,
) -> None:
    lea, max_, mia = await contests.people("lea", "max", "mia")
    roles = {person.id: "member" for person in (max_, mia)} | {lea.id: "owner"}
    group_id = await contests.group("open", roles)
    body = {"title": "Best plan", "kind": "photo", "group_id": group_id}
    draft = await lea.good("POST", "/v1/contests", body)
    now = datetime.now(UTC)
    names = ("submissions_at", "review_at", "voting_at", "closes_at")
    times = {name: (now + timedelta(hours=n)).isoformat() for n, name in enumerate(names, 1)}
    made = await lea.good("POST", "/v1/contests", body | {"schedule": times})
    path = f"/v1/contests/{made['id']}"
    await lea.good("POST", f"{path}:announce")
    await lea.good("POST", f"{path}:advance", {"to": "submissions"})
    entry = await enter(max_, path)
    await lea.good("POST", f"/v1/entries/{entry}:accept")
    for phase in ("review", "voting"):
        await lea.good("POST", f"{path}:advance", {"to": phase})
    await mia.good("PUT", f"/v1/entries/{entry}/view")
    await mia.good("PUT", f"{path}/ballot", {"entry_ids": [entry]})

    await contests.groups.publish(sample(GroupDeleted, group_id=group_id, visibility="open"))

    async def gone() -> bool:
        return await contests.database.find_one("groups", {"_id": group_id}) is None

    await contests.until(gone)
    for person, where in ((lea, path), (max_, f"/v1/entries/{entry}")):
        status, _ = await person.refused("GET", where)
        assert status == 404
    inside = {
        "contests": {"group_id": group_id},
        "entries": {"contest_id": made["id"]},
        "ballots": {"contest_id": made["id"]},
        "participations": {"_id": {"$regex": f"^{made['id']}:"}},
        "entry_views": {"_id": {"$regex": f"^{entry}:"}},
        "memberships": {"group_id": group_id},
    }
    for collection, within in inside.items():
        assert await contests.database.count(collection, within) == 0, collection
    events = [decode_event(value) for value in await contests.published(CONTESTS)]
    told = {
        event.subject: (event.data.phase, event.data.reason)
        for event in events
        if isinstance(event.data, ContestDeleted)
    }
    assert told[made["id"]] == ("voting", "group_deleted")
    assert draft["id"] not in told


async def test_who_joins_during_the_vote_is_told_why_they_may_not_vote(
    contests: ContestsService,
) -> None:
    [olga] = await contests.people("olga", roles=("editor",))
    ann, ben, late = await contests.people("ann", "ben", "late")
    group_id = await contests.group("open", {ann.id: "member", ben.id: "member"})
    path, [entry] = await contests.voting(olga, [ann], voters=group_id)
    joined = sample(
        MembershipJoined, group_id=group_id, visibility="open", member=late.id, role="member"
    )
    await contests.groups.publish(joined)
    member = {"group_id": group_id, "person": late.id}
    await contests.until(lambda: contests.database.find_one("memberships", member))
    ballot = {"entry_ids": [entry]}
    assert await late.refused("PUT", f"{path}/ballot", ballot) == (403, "not-on-the-roll")
    assert (await late.good("GET", path))["may_vote"] is False
    assert (await ben.good("GET", path))["may_vote"] is True
    await ben.good("PUT", f"{path}/ballot", ballot)
    stored = await contests.database.find_one("contests", {"_id": id_of(path)})
    assert stored is not None
    assert stored["voters"]["people"] == 2
