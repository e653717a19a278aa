"""What ordinary routes are written with: caller, ids, pages, versions, base models."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

from shared.contract.principal import Principal
from shared.web.http.context import request_context
from shared.web.http.cursors import LONGEST as LONGEST_CURSOR
from shared.web.http.ids import fold, folded_path, ids_of
from shared.web.http.problems import PRIVATE

T = TypeVar("T")
R = TypeVar("R")


def _no_guess(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


def _be_strict(node: Any) -> None:
    """Makes a schema refuse "1" and true for numbers, and 1 and "yes" for truth values.

    Parts of it are shared with other schemas and come by again with each of them.
    """
    if isinstance(node, dict):
        if node.get("type") == "function-before" and node["function"]["function"] is _no_guess:
            return
        for part in node.values():
            _be_strict(part)
        kind = node.get("type")
        if kind in {"float", "bool"}:
            node["strict"] = True
        elif kind == "int":  # not strict: in JSON 1.0 is an integer too
            inner = node.copy()
            node.clear()
            node.update(no_info_before_validator_function(_no_guess, inner))
    elif isinstance(node, list | tuple):
        for part in node:
            _be_strict(part)


class InputModel(BaseModel):
    """A request body: unknown fields are refused, and numbers and truth values aren't guessed.

    pydantic's own strict mode would refuse times, UUIDs and enums too, because FastAPI hands over
    what it has parsed and not JSON. So it is set for the three types that JSON has itself.
    (For query parameters, which are all texts, write plain parameters.)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        schema = handler(source)
        _be_strict(schema)
        return schema


class OutputModel(BaseModel):
    """A response body. Every field is always there; what isn't known is null."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


def principal_of(request: Request) -> Principal:
    """Who asks.

    Raises:
        TokenMissing: Nobody has signed in.
    """
    return request_context(request).caller()


Caller = Annotated[Principal, Depends(principal_of)]
"""The signed-in caller, as a parameter of a route."""


class Page(OutputModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next_cursor: str | None


class Paging:
    """Where the page begins and how long it is; makes the cursor of the next.

    Read `limit + 1` rows after `after`, in a total order, and hand them to `page`. A long page is
    charged as more than one request.
    """

    __slots__ = ("_query", "_request", "after", "limit")

    def __init__(self, request: Request, limit: int, cursor: str | None) -> None:
        context = request_context(request)
        context.charge_for(limit)
        ids = ids_of(request.scope["route"]).query
        filters = sorted(
            (name, fold(value) if name in ids else value)
            for name, value in request.query_params.multi_items()
            if name not in {"cursor", "limit"}
        )
        caller = context.principal.person_id if context.principal is not None else ""
        self.limit = limit
        self._request = request
        self._query = repr((folded_path(request.scope), filters, caller))
        self.after: tuple[Any, ...] | None = None
        if cursor is not None:
            self.after = context.web.cursors.decode(self._query, cursor)

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


class NotModified(Exception):  # noqa: N818 - an answer, handled by the app
    """The client has this version already: 304."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


def etag(version: int, *more: object) -> str:
    """The ETag of a resource.

    Args:
        version: What If-Match is compared with.
        more: Whatever else the answer shows and changes without a new version, e.g. counts.
    """
    if not more:
        return f'"{version}"'
    mix = hashlib.blake2b(repr(more).encode(), digest_size=8).hexdigest()
    return f'"{version}-{mix}"'


Versions = frozenset[int]

_OUR_TAG = re.compile(r'"([0-9]{1,15})(?:-[0-9a-f]{16})?"')

# A proxy that compresses our answers changes their tags: nginx, HAProxy and Envoy make them weak
# (W/"3"), Apache's mod_deflate and mod_brotli say with what ("3-gzip", "3-br"), Jetty doubles the
# hyphen. What comes back names our version all the same. RFC 9110 lets no weak tag match in
# If-Match, for bytes that may differ; ours are compared with versions, and no bytes are patched.
_BY_PROXY = re.compile(r'(?:--?|;)(?:gzip|br|zstd|deflate)"$')


def _as_given_out(tag: str) -> str:
    """A tag that came back, without what proxies have made of it."""
    return _BY_PROXY.sub('"', tag.strip().removeprefix("W/"))


def _if_match(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=1024,
            description="Do it only to this version: its ETag, or one of several, or *. What"
            " compressing proxies make of an ETag is recognised: weak, or with a suffix",
        ),
    ] = None,
) -> Versions | None:
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (_OUR_TAG.fullmatch(_as_given_out(tag)) for tag in if_match.split(","))
    return frozenset(int(ours.group(1)) for ours in tags if ours is not None)


IfMatch = Annotated[Versions | None, Depends(_if_match)]
"""The versions that `If-Match` allows, to hand to a command as `expected`; None for any.

A tag that wasn't given out here matches no version, so the command refuses (412).
"""


def revalidate(request: Request, tag: str) -> None:
    """Sets the ETag of the answer; answers 304 when the client has that version already."""
    context = request_context(request)
    context.answer_headers.append(PRIVATE)
    known = context.headers.get(b"if-none-match")
    if known is not None:
        tags = [_as_given_out(part) for part in known.decode("latin-1").split(",")]
        if tag in tags or "*" in tags:
            raise NotModified(tag)
    context.answer_headers.append((b"etag", tag.encode()))


def set_etag(request: Request, tag: str) -> None:
    """Puts an ETag on the answer to a write, so that the next one needs no reading in between.

    Args:
        request: The route's request.
        tag: From `etag`, the same that reading the resource would give.
    """
    request_context(request).answer_headers.append((b"etag", tag.encode()))


CONDITIONAL: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the client's version is the current one"}
}
"""`responses=problems(...) | CONDITIONAL` for routes that call `revalidate`."""
