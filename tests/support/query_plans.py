"""What a query costs, as the database explains it: no time that a busy machine would change."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shared.delivery.mongo import Database


class Cost(NamedTuple):
    """Of one query.

    Attributes:
        collection: Name of the collection that was asked.
        keys: Entries of indexes that were looked at.
        documents: Documents that were read.
        stages: What the database did, such as `IXSCAN`, `COLLSCAN` (reads all there is) and `SORT`
            (reads all that matches before the first is known).
    """

    collection: str
    keys: int
    documents: int
    stages: frozenset[str]


class ExplainedDatabase(Database):
    """A database that remembers what its `find`s have cost."""

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self.costs: list[Cost] = []

    async def find(
        self,
        collection: str,
        filter: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        fields: Sequence[str] | None = None,
        hint: Sequence[tuple[str, int]] = (),
    ) -> list[dict[str, Any]]:
        """Finds, and notes the cost."""
        asked: dict[str, Any] = {"find": collection, "filter": filter, "limit": limit}
        asked |= {"sort": dict(sort)} | ({"hint": dict(hint)} if hint else {})
        explained = await self.handle.command("explain", asked, verbosity="executionStats")
        stats = explained["executionStats"]
        self.costs.append(
            Cost(
                collection,
                stats["totalKeysExamined"],
                stats["totalDocsExamined"],
                frozenset(_stages(explained["queryPlanner"]["winningPlan"])),
            )
        )
        return await super().find(
            collection, filter, sort=sort, limit=limit, fields=fields, hint=hint
        )

    def spent_on(self, collection: str) -> list[Cost]:
        """What queries on a collection have cost."""
        return [cost for cost in self.costs if cost.collection == collection]


def _stages(plan: Mapping[str, Any]) -> list[str]:
    below = [*plan.get("inputStages", ()), *filter(None, [plan.get("inputStage")])]
    return [plan["stage"], *(stage for inner in below for stage in _stages(inner))]
