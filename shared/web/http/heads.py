"""HEAD: answered wherever GET is, with the same headers and without a body."""

from starlette.types import Message, Scope, Send


def as_get(scope: Scope, send: Send) -> tuple[Scope, Send]:
    """Turns a HEAD request into a GET whose body isn't sent.

    The routes, the access rules and the limits see a GET, so none of them can forget HEAD or treat
    it otherwise. The answer ends with its headers: an endless stream isn't begun, since the server
    then says that the client is gone.

    Args:
        scope: Of the HEAD request. It stays as it is: the server looks there for the method.
        send: Where the answer goes.
    """

    async def only_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return {**scope, "method": "GET"}, only_headers
