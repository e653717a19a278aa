"""The list of groups costs what it shows, however many secret ones there are."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.groups.domain.group import Group
from services.groups.domain.membership import Membership, MembershipStanding, membership_id
from services.groups.queries.groups import GroupFilter, list_groups
from shared.contract.ids import new_id
from shared.contract.principal import Principal, Standing
from shared.delivery.mongo import EntityStore, document
from tests.integration.groups.service import GroupsApi
from tests.support.query_plans import ExplainedDatabase

HIDDEN = 3_000
LIMIT = 20
MOMENT = datetime(2025, 3, 3, tzinfo=UTC)
ALL = GroupFilter()


def group(visibility: str, *, archived: bool = False) -> Group:
    made: dict[str, Any] = {
        "kind": "community",
        "visibility": visibility,
        "name": "Runners",
        "created_at": MOMENT,
    }
    more: dict[str, Any] = {"tags": ("running",), "words": ("runners", "running")}
    return Group(id=new_id(), archived_at=MOMENT if archived else None, **made, **more)


def membership(of: Group, person_id: str) -> Membership:
    return Membership(
        id=membership_id(of.id, person_id),
        group_id=of.id,
        person_id=person_id,
        standing=MembershipStanding.MEMBER,
        since=MOMENT,
    )


async def test_secret_groups_of_others_cost_nothing_and_own_ones_are_shown(api: GroupsApi) -> None:
    database = ExplainedDatabase(api.database.handle)
    mia = Principal(api.ids["mia"], standing=Standing.ACTIVE)
    shown = [group("open") for _ in range(15)] + [group("closed") for _ in range(15)]
    own = [group("secret") for _ in range(60)]
    archived = [group("open", archived=True), group("secret", archived=True)]
    hidden = [group("secret") for _ in range(HIDDEN)]
    await database.insert("groups", [document(made) for made in [*shown, *own, *archived, *hidden]])
    await database.insert(
        "memberships", [document(membership(made, mia.person_id)) for made in own]
    )
    newest = sorted((made.id for made in [*shown, *own]), reverse=True)

    async def listed(wanted: GroupFilter = ALL, after: str | None = None) -> list[str]:
        database.costs.clear()
        rows = await list_groups(EntityStore(database), mia, wanted, after=after, limit=LIMIT)
        for cost in database.spent_on("groups"):
            assert cost.documents <= LIMIT + len(own) + 1, cost
            assert "COLLSCAN" not in cost.stages, cost
            # A word is a range of the index, not one value of it: what matches is sorted.
            assert "SORT" not in cost.stages or wanted.q is not None, cost
        return [row.group.id for row in rows][:LIMIT]

    assert await listed() == newest[:LIMIT]
    assert await listed(GroupFilter(kind="community")) == newest[:LIMIT]
    assert await listed(GroupFilter(tag="running")) == newest[:LIMIT]
    assert await listed(GroupFilter(q="Run")) == newest[:LIMIT]
    assert await listed(after=newest[LIMIT - 1]) == newest[LIMIT : 2 * LIMIT]
    assert (
        await listed(GroupFilter(mine=True))
        == sorted((made.id for made in own), reverse=True)[:LIMIT]
    )
    assert await listed(GroupFilter(archived=True)) == [archived[0].id]
    admin = Principal(api.ids["ada"], frozenset({"admin"}), Standing.ACTIVE)
    everything = await list_groups(EntityStore(database), admin, ALL, limit=LIMIT)
    latest = sorted((made.id for made in [*shown, *own, *hidden]), reverse=True)
    assert [row.group.id for row in everything][:LIMIT] == latest[:LIMIT]


@pytest.mark.parametrize("visibility", ["open", "secret"])
async def test_pages_of_the_list_follow_each_other_without_a_gap(
    api: GroupsApi, visibility: str
) -> None:
    mine = [group(visibility) for _ in range(7)]
    await api.database.insert("groups", [document(made) for made in mine])
    own = [document(membership(made, api.ids["mia"])) for made in mine]
    await api.database.insert("memberships", own)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await api.good(
            "mia", "GET", f"/v1/groups?mine=true&limit=2{cursor and f'&cursor={cursor}'}"
        )
        found += [item["id"] for item in page["items"] if item["kind"] != "everyone"]
        cursor = page["next_cursor"]
    assert found == sorted((made.id for made in mine), reverse=True)
