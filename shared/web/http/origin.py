"""What is answered for the whole origin: its OpenAPI document, AsyncAPI, and the events' schemas.

All of it is generated and committed (`schemas/`), and shipped with the product, so that any process
can serve it without knowing the code of other services. One service does: the one to which proxies
send `PATHS`. They are public, as the pages about them are: they say what can be asked, and of
nobody anything.

    GET /openapi.json                           every operation behind this address
    GET /asyncapi.json                          every topic and event
    GET /schemas/mitmach.post.published/1.json  what an event's `dataschema` names
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response

import shared
from shared.web.http.problems import RouteMissing
from shared.web.http.routing.versions import is_known

PATHS = ("/docs", "/openapi.json", "/asyncapi.json", "/schemas")
"""Starts of the paths that concern the whole origin."""

_OPENAPI = "openapi/origin.json"
_ASYNCAPI = "asyncapi.json"
# Documents change with the version that is installed. Schemas only gain: a client that keeps one
# for an hour reads every event with it that it could read before.
_ASK_EACH_TIME = "public, no-cache"
_FOR_AN_HOUR = "public, max-age=3600"


class _Served(NamedTuple):
    content: bytes
    tag: str  # a digest of the content, so the same in all processes of one version


def documents_folder() -> Path:
    """Where the documents are: inside of what is installed, or beside the code of a checkout."""
    package = Path(shared.__file__).parent
    installed = package / "schemas"
    return installed if installed.is_dir() else package.parent / "schemas"


@cache
def _files() -> Mapping[str, Path]:
    """The files that may be served, by their path in the folder: no other path is ever opened."""
    folder = documents_folder()
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*.json"))
        if path.parent != folder / "openapi" or path.name == Path(_OPENAPI).name
    }


@lru_cache(maxsize=256)
def _served(name: str, public_url: str) -> _Served:
    if name not in _files():
        raise RouteMissing
    document = json.loads(_files()[name].read_bytes())
    if public_url:
        document = _at_address(document, name, public_url)
    # Without the blanks of the committed file, which are more than half of it.
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return _Served(content, f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"')


def _at_address(document: dict[str, Any], name: str, public_url: str) -> dict[str, Any]:
    """The document with the address of the installation where it names itself or a server."""
    if name == _OPENAPI:
        return document | {"servers": [{"url": public_url}]}
    if "$id" in document:  # a schema is called what events say in `dataschema`
        return document | {"$id": f"{public_url}/schemas/{name}"}
    return document


def origin_documents(public_url: str) -> APIRouter:
    """The routes of these documents.

    Args:
        public_url: Where the installation is reached, for documents that name it; empty where that
            isn't known.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/openapi.json")
    async def openapi(request: Request) -> Response:
        return _answer(request, _OPENAPI, public_url, "application/json", _ASK_EACH_TIME)

    @router.get("/asyncapi.json")
    async def asyncapi(request: Request) -> Response:
        return _answer(request, _ASYNCAPI, public_url, "application/json", _ASK_EACH_TIME)

    @router.get("/schemas/{kind}/{version}.json")
    async def schema(request: Request, kind: str, version: str) -> Response:
        if kind == "openapi":  # beside the schemas, and not one of them
            raise RouteMissing
        name = f"{kind}/{version}.json"
        return _answer(request, name, public_url, "application/schema+json", _FOR_AN_HOUR)

    return router


def _answer(request: Request, name: str, public_url: str, media: str, caching: str) -> Response:
    content, tag = _served(name, public_url)
    headers = {"ETag": tag, "Cache-Control": caching}
    if is_known(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media, headers=headers)
