"""The list of contests costs what it shows, however many there are that somebody may not see."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from services.contests.domain.contest import Contest
from services.contests.domain.rules import Description
from services.contests.queries.contests import list_contests
from shared.audience import EVERYONE, Group, Membership, Person, membership_id
from shared.contract.access import GroupRole, Visibility
from shared.contract.ids import new_id
from shared.contract.principal import Principal, Standing
from shared.delivery.mongo import EntityStore, document
from tests.integration.contests.service import ContestsService
from tests.support.query_plans import ExplainedDatabase

pytestmark = pytest.mark.asyncio(loop_scope="package")

HIDDEN = 1_000
LIMIT = 20
MOMENT = datetime(2025, 3, 3, tzinfo=UTC)
FAR_AHEAD = 2**47  # ids that are newer than what other tests make


class Shelf:
    """Contests and groups that were put into the database."""

    def __init__(self, service: ContestsService) -> None:
        self.database = ExplainedDatabase(service.database.handle)
        self.mia = Principal(new_id(), frozenset(), Standing.ACTIVE)
        self._made = 0
        self._put: list[tuple[str, list[str]]] = []

    def contest(self, group_id: str, *, draft: bool = False, organiser: str = "olga") -> Contest:
        self._made += 1
        return Contest(
            id=new_id(unix_ms=FAR_AHEAD + self._made),
            group_id=group_id,
            readers=group_id,
            organiser=organiser,
            description=Description(title="Best coffee", kind="idea"),
            phase="draft" if draft else "announced",
            trail=[],
            announced_at=None if draft else MOMENT,
            created_at=MOMENT,
            changed_at=MOMENT,
        )

    def membership(self, group_id: str, role: GroupRole = GroupRole.MEMBER) -> Membership:
        place = membership_id(group_id, self.mia.person_id)
        return Membership(
            id=place, group_id=group_id, person=self.mia.person_id, role=role, number=1
        )

    async def put(self, collection: str, *entities: Any) -> None:
        await self.database.insert(collection, [document(entity) for entity in entities])
        self._put.append((collection, [entity.id for entity in entities]))

    async def clear(self) -> None:
        """Takes away what would be the newest in the lists of other tests."""
        for collection, ids in self._put:
            await self.database.delete(collection, {"_id": {"$in": ids}})

    async def listed(self, **asked: Any) -> list[str]:
        """The ids that the list shows, which reads little more."""
        self.database.costs.clear()
        given: dict[str, Any] = {"phase": None, "kind": None, "group_id": None, "before": None}
        rows = await list_contests(
            EntityStore(self.database), self.mia, limit=LIMIT, **given | asked
        )
        spent = self.database.spent_on("contests")
        assert sum(query.documents for query in spent) <= 3 * LIMIT
        for query in spent:
            assert not query.stages & {"COLLSCAN", "SORT"}, query
        return [row.contest.id for row in rows]


@pytest_asyncio.fixture(loop_scope="package")
async def shelf(contests: ContestsService) -> AsyncIterator[Shelf]:
    made = Shelf(contests)
    yield made
    await made.clear()


async def test_contests_and_drafts_of_others_cost_nothing(shelf: Shelf) -> None:
    led, joined, hidden = new_id(), new_id(), new_id()
    groups = [Group(id=key, visibility=Visibility.SECRET) for key in (led, joined, hidden)]
    await shelf.put("groups", *groups)
    await shelf.put("people", Person(id=shelf.mia.person_id, status="active"))
    await shelf.put("memberships", shelf.membership(led, GroupRole.OWNER), shelf.membership(joined))
    seen = [shelf.contest(group_id) for group_id in (led, joined, EVERYONE) for _ in range(10)]
    mine = shelf.contest(joined, draft=True, organiser=shelf.mia.person_id)
    seen += [shelf.contest(led, draft=True), mine]
    others = [shelf.contest(hidden) for _ in range(HIDDEN)]
    others += [shelf.contest(EVERYONE, draft=True) for _ in range(HIDDEN)]
    await shelf.put("contests", *seen, *others)
    newest = sorted((contest.id for contest in seen), reverse=True)
    first = await shelf.listed()
    assert first == newest[:LIMIT]
    rest = await shelf.listed(before=first[-1])
    assert rest[: len(newest) - LIMIT] == newest[LIMIT:]
    assert await shelf.listed(group_id=joined) == sorted(
        (contest.id for contest in seen if contest.group_id == joined), reverse=True
    )


async def test_a_group_that_changes_its_visibility_takes_its_contests_along(
    contests: ContestsService, shelf: Shelf
) -> None:
    owner, outsider = await contests.people("owner", "outsider")
    group_id = await contests.group("open", {owner.id: "owner"})
    contest = shelf.contest(group_id)
    await shelf.put("contests", contest)
    for visibility, readers in (("closed", group_id), ("open", EVERYONE)):
        await contests.groups.found_group(group_id, visibility, {})

        async def told(readers: str = readers) -> bool:
            stored = await shelf.database.find_one("contests", {"_id": contest.id})
            return stored is not None and stored["readers"] == readers

        await contests.until(told)
    page = await outsider.good("GET", "/v1/contests")
    assert contest.id in [entry["id"] for entry in page["items"]]
