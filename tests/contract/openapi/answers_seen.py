"""What was really answered, beside what the documents tell of it: statuses, headers, problems."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from mitmach.services import SERVICES
from tests.contract.openapi.client_rules import operations, problem_types

_PROBLEM = "application/problem+json"
# What caches, proxies, browsers and traces read, and no client acts on. All else is documented.
_PLUMBING = frozenset(
    {
        *("content-length", "content-type", "date", "server", "transfer-encoding", "connection"),
        *("cache-control", "vary", "traceparent", "x-accel-buffering", "x-content-type-options"),
    }
)
# What is in each answer that is documented to have it; others depend on what happened.
_ALWAYS = frozenset({"etag", "location", "retry-after", "www-authenticate"})
# Of all that is forbidden, only this becomes allowed by waiting.
_SOON_ALLOWED = "urn:mitmach:problem:person-not-active"


class AnswersSeen:
    """Compares answers with the documents, as they come.

    Attributes:
        wrong: A sentence for each difference.
        operations: Ids of the operations that were answered.
    """

    def __init__(self) -> None:
        self.wrong: set[str] = set()
        self.operations: set[str] = set()
        self._routes = sorted(_routes(), key=lambda route: route[0])

    def watch(self, client: httpx.AsyncClient) -> None:
        """Looks at every answer that the client gets from now on."""
        client.event_hooks = {"response": [self._saw]}

    async def _saw(self, answer: httpx.Response) -> None:
        kind = ""
        if answer.headers.get("content-type") == _PROBLEM:
            await answer.aread()
            kind = str(answer.json()["type"])
        request = answer.request
        self.compare(request.method, request.url.path, answer.status_code, answer.headers, kind)

    def compare(
        self, method: str, path: str, status: int, headers: Mapping[str, str], kind: str
    ) -> None:
        """Notes what an answer has and its document doesn't tell, and the other way round.

        Args:
            method: That of the request.
            path: That of the request.
            status: That of the answer.
            headers: Those of the answer, names in lower case.
            kind: The type of the problem; empty where it is none.
        """
        found = self._operation(method, path)
        if found is None:
            return
        document, operation = found
        name = operation["operationId"]
        self.operations.add(name)
        told = operation["responses"].get(str(status))
        if told is None:
            self.wrong.add(f"{name} isn't documented to answer {status}")
            return
        documented = {header.lower() for header in told.get("headers", ())}
        sent = set(headers.keys())
        self.wrong |= {f"{name} {status} sends {one}" for one in sent - _PLUMBING - documented}
        always = _ALWAYS
        if status == 403 and kind != _SOON_ALLOWED:
            always = _ALWAYS - {"retry-after"}
        self.wrong |= {f"{name} {status} lacks {one}" for one in documented & always - sent}
        if kind:
            schema = told["content"][_PROBLEM]["schema"]["$ref"].rpartition("/")[2]
            if kind not in problem_types(document, schema):
                self.wrong.add(f"{name} {status} is {kind}")

    def _operation(self, method: str, path: str) -> tuple[Any, Any] | None:
        for _, template, asked, document, operation in self._routes:
            if asked == method.lower() and template.fullmatch(path):
                return document, operation
        return None


def _routes() -> Iterator[tuple[int, re.Pattern[str], str, Any, Any]]:
    """All operations, those with fewer parameters first: `me` before any `{person_id}`."""
    for service in SERVICES:
        document = service.openapi()
        for path, method, operation in operations(document):
            if path.startswith("/v1/"):
                template = re.compile(re.sub(r"{\w+}", "[^/:]+", path))
                yield path.count("{"), template, method, document, operation
