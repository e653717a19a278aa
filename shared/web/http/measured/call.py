"""What a measured route is called with, and what it answers."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from shared.contract.principal import Principal
from shared.delivery.command import Command
from shared.delivery.committer import CommandResult
from shared.web.http.context import RequestContext, WebContext
from shared.web.http.ids import folded_json

B = TypeVar("B")


class Reply:
    """The answer of a measured route.

    Args:
        body: JSON, or nothing.
        outcome: Of the command; gives receipts and replay header.
        status: Where it isn't the route's.
        headers: More headers, names in lower case.
    """

    __slots__ = ("body", "headers", "outcome", "status")

    def __init__(
        self,
        body: bytes = b"",
        outcome: CommandResult | None = None,
        *,
        status: int = 0,
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        self.body = body
        self.outcome = outcome
        self.status = status
        self.headers = headers


class Call(Generic[B]):
    """What a measured route is called with.

    Attributes:
        body: Decoded; None where the route takes none.
        path: The ids in the path, all of them UUIDs.
        principal: Who asks.
        context: Request headers, trace, web.
    """

    __slots__ = ("_ids", "_method", "_path", "_route", "body", "context", "path", "principal")

    def __init__(
        self,
        context: RequestContext,
        principal: Principal,
        path: Mapping[str, str],
        body: B,
        request: tuple[str, str, str, frozenset[str]],
    ) -> None:
        self.context = context
        self.principal = principal
        self.path = path
        self.body = body
        self._method, self._route, self._path, self._ids = request

    @property
    def web(self) -> WebContext:
        """What the routes of this service share."""
        return self.context.web

    @property
    def traceparent(self) -> str:
        """The trace of this request."""
        return self.context.traceparent

    def execute(self, command: Command, *, once: Any = None) -> Awaitable[CommandResult]:
        """Executes a command, at most once where the client sent an Idempotency-Key.

        Args:
            command: What to do.
            once: The type of the command's reply, on POSTs that create.
        """
        context = self.context
        committer = context.web.committer
        if committer is None:
            raise RuntimeError(f"{context.web.service} has no committer")
        demand = None
        if once is not None and b"idempotency-key" in context.headers:
            body = folded_json(context.body, self._ids)
            demand = context.once(self._method, self._route, self._path, body, once)
        command = context.web.quotas.within(command)
        return committer.execute(command, once=demand, traceparent=context.traceparent)


Handler = Callable[[Call[Any]], Awaitable[Reply]]
