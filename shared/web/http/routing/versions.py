"""Versions of resources: ETag on answers, If-Match before changes, 304 where nothing is new.

And where a new one is.
"""

import hashlib
import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Request

from shared.web.http.context import request_context
from shared.web.http.problems import PRIVATE


class NotModified(Exception):  # noqa: N818 - an answer, handled by the app
    """The client has this version already: 304.

    Args:
        tag: The ETag of that version.
    """

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
"""Versions of a resource, by their numbers."""

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


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether the client has this version already.

    Args:
        if_none_match: The request's header, empty where there is none.
        tag: The ETag of the version that is about to be answered.
    """
    tags = [_as_given_out(part) for part in if_none_match.split(",")]
    return tag in tags or "*" in tags


def revalidate(request: Request, tag: str) -> None:
    """Sets the ETag of the answer; answers 304 when the client has that version already.

    Args:
        request: The route's request.
        tag: From `etag`: the version that is about to be answered.

    Raises:
        NotModified: The client's If-None-Match names this version.
    """
    context = request_context(request)
    context.answer_headers.append(PRIVATE)
    if is_known(context.headers.get(b"if-none-match", b"").decode("latin-1"), tag):
        raise NotModified(tag)
    context.answer_headers.append((b"etag", tag.encode()))


def set_etag(request: Request, tag: str) -> None:
    """Puts an ETag on the answer to a write, so that the next one needs no reading in between.

    Args:
        request: The route's request.
        tag: From `etag`, the same that reading the resource would give.
    """
    request_context(request).answer_headers.append((b"etag", tag.encode()))


def set_location(request: Request, things: str, id_: str) -> None:
    """Says where what was created can be read: `/v1/notes/...`, from the root of the origin.

    Args:
        request: The route's request.
        things: What they are called in the path: `notes`.
        id_: The id of the new one, whatever characters it is made of.
    """
    location = f"/v1/{things}/{quote(id_, safe='')}"
    request_context(request).answer_headers.append((b"location", location.encode()))


CREATED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Location": {
                "description": "The path at which it can be read",
                "schema": {"type": "string", "format": "uri-reference"},
            }
        }
    }
}
"""`responses=problems(...) | CREATED` for routes that call `set_location`."""

CONDITIONAL: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the client's version is the current one"}
}
"""`responses=problems(...) | CONDITIONAL` for routes that call `revalidate`."""
