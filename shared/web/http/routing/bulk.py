"""Many things by their ids in one request: `?ids=a&ids=b`, up to `MOST_IDS` of them.

    async def list_notes(
        request: Request, caller: Caller, paging: PageOf, ids: Annotated[Ids, NAMED_IDS] = None
    ) -> Page[NoteView]:
        if ids is not None:
            wanted = ids_alone(request, ids)
            notes = await queries.notes_by_id(store_of(request), caller, wanted)
            return in_order(wanted, notes, view)

An id comes once per `ids`, the way that OpenAPI writes lists where nothing else is said (`style:
form, explode: true`), so every generated client does it right. Ids with commas between them were
rejected: they would be a second form.

What isn't there, and what the caller may not see, is missing from the answer: one is
indistinguishable from the other, and neither spoils the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from fastapi import Query, Request

from shared.web.http.context import request_context
from shared.web.http.problems import FieldError, InputInvalid
from shared.web.http.requests.ids import Id
from shared.web.http.routing.pages import Page

MOST_IDS = 100
"""Ids in one request: as many as a page has items. Of UUIDs they take 4 KB of the head."""

T = TypeVar("T")
R = TypeVar("R")

Ids = list[Id]
"""Things that are asked for by their ids, as the type of a parameter `ids`."""

NAMED_IDS: Any = Query(
    min_length=1,
    max_length=MOST_IDS,
    description="These, by their ids: `ids` once for each (`?ids=a&ids=b`), in the order in which"
    " they are answered. Those that aren't there, or that the caller may not see, are missing from"
    " the answer. No other parameter goes with it, and there is no next page",
)
"""What is said of a parameter `ids`."""


def ids_alone(request: Request, ids: Sequence[str]) -> list[str]:
    """The ids, each once; charges the caller as for a page with as many items.

    Args:
        request: The route's request.
        ids: As they were sent.

    Raises:
        InputInvalid: Another parameter was sent too, and would have been without effect.
        TooManyRequests: The caller's rate doesn't allow as many now.
    """
    others = sorted(set(request.query_params) - {"ids"})
    if others:
        raise InputInvalid([FieldError(name, "Doesn't go together with `ids`") for name in others])
    request_context(request).charge_for(len(ids))
    return list(dict.fromkeys(ids))


def in_order(wanted: Sequence[str], found: Mapping[str, R], view: Callable[[R], T]) -> Page[T]:
    """What was found, in the order of the ids; all of it, so without a next page.

    Args:
        wanted: The ids, from `ids_alone`.
        found: By id, what there is and the caller may see.
        view: What the client sees of each.
    """
    return Page(items=[view(found[one]) for one in wanted if one in found], next_cursor=None)
