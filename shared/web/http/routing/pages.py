"""Lists in pages: where a page begins, how long it is, and the cursor of the next."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import Field

from shared.web.http.context import request_context
from shared.web.http.requests.cursors import LONGEST as LONGEST_CURSOR
from shared.web.http.requests.ids import fold, folded_path, route_ids
from shared.web.http.routing.models import OutputModel

T = TypeVar("T")
R = TypeVar("R")


class Page(OutputModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="For the next page; null on the last")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """The name in OpenAPI, which clients make a class name of: `PostPage`."""
        return f"{params[0].__name__.removesuffix('View')}Page"


class Paging:
    """Where the page begins and how long it is; makes the cursor of the next.

    Read `limit + 1` rows after `after`, in a total order, and hand them to `page`. A long page is
    charged as more than one request.
    """

    __slots__ = ("_caller", "_query", "_request", "after", "limit")

    def __init__(self, request: Request, limit: int, cursor: str | None) -> None:
        context = request_context(request)
        context.charge_for(limit)
        ids = route_ids(request.scope["route"]).query
        filters = sorted(
            (name, fold(value) if name in ids else value)
            for name, value in request.query_params.multi_items()
            if name not in {"cursor", "limit"}
        )
        caller = context.principal.person_id if context.principal is not None else ""
        self.limit = limit
        self._request = request
        self._caller = caller
        self._query = repr((folded_path(request.scope), filters, caller))
        self.after: tuple[Any, ...] | None = None
        if cursor is not None:
            self.after = context.web.cursors.decode(self._query, cursor)

    def cursor_of(self, path: str, position: tuple[Any, ...]) -> str:
        """A cursor for another list, asked for by the same caller without filters.

        Args:
            path: The path of that list, ids in lower case.
            position: The sort values of the last row that is known.
        """
        cursors = request_context(self._request).web.cursors
        return cursors.encode(repr((path, [], self._caller)), position)

    def page(
        self,
        rows: Sequence[R],
        *,
        position: Callable[[R], tuple[Any, ...]],
        view: Callable[[R], T],
    ) -> Page[T]:
        """The page of these rows; one row more than `limit` means that there is a next page.

        Args:
            rows: At most `limit + 1`.
            position: The sort values of a row.
            view: What the client sees of a row.
        """
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        cursors = request_context(self._request).web.cursors
        following = cursors.encode(self._query, position(shown[-1])) if more else None
        return Page(items=[view(row) for row in shown], next_cursor=following)


def _paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=100, description="How many items at most")] = 20,
    cursor: Annotated[
        str | None,
        Query(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before"),
    ] = None,
) -> Paging:
    return Paging(request, limit, cursor)


PageOf = Annotated[Paging, Depends(_paging)]
"""`?limit=` and `?cursor=`, as a parameter of a list route."""
