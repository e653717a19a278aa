"""Answers on their way out: what is noted of them, what is added to them, and HEAD."""

from collections.abc import Iterable

from starlette.types import Message, Scope, Send

from shared.web.http.context import RequestContext
from shared.web.http.problems import NO_STORE, RawHeaders


def as_get(scope: Scope, send: Send) -> tuple[Scope, Send]:
    """Turns a HEAD request into a GET whose body isn't sent: HEAD is answered wherever GET is.

    The routes, the access rules and the limits see a GET, so none of them can forget HEAD or treat
    it otherwise. The answer ends with its headers: an endless stream isn't begun, since the server
    then says that the client is gone.

    Args:
        scope: That of the HEAD request. It stays as it is: the server looks there for the method.
        send: Takes the answer to the server.
    """

    async def only_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return {**scope, "method": "GET"}, only_headers


async def send_whole(
    send: Send, context: RequestContext, status: int, headers: RawHeaders, body: bytes
) -> None:
    """Sends a whole answer in two messages, and notes in the context that it is out."""
    context.status = status
    context.started = context.finished = True
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def watch_answer(send: Send, scope: Scope, context: RequestContext, *, private: bool) -> Send:
    """Notes how the answer goes, and adds to it the context's headers, and that it is private."""

    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            context.started = True
            context.status = message["status"]
            route = scope.get("route")
            if route is not None:
                context.route = route.path
            headers = [*message.get("headers", ()), *context.answer_headers]
            if private and all(name != b"cache-control" for name, _ in headers):
                headers.append(NO_STORE)
            message["headers"] = headers
        elif not message.get("more_body", False):
            context.finished = True
        await send(message)

    return noted


def with_headers(send: Send, more: Iterable[tuple[bytes, bytes]]) -> Send:
    """A `send` that adds these headers to the answer."""

    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *more]
        await send(message)

    return added
