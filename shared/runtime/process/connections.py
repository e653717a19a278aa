"""What one client's connection may hold, and for how long: sizes and deadlines of requests.

uvicorn bounds only the pause between two requests. Here a head has a size and a time, a body has a
time (its size is the business of `shared/web/http/requests/bodies.py`), and so has an answer that
isn't taken. The deadlines cost a request nothing: once a second the server looks at its
connections, and each remembers what it was waiting for at the last look. Rejected: a timer per
request, made and cancelled for all of them because of the few that are slow.
"""

import time
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from shared.runtime.telemetry import new_traceparent
from shared.web.http.middleware import record_malformed
from shared.web.http.problems import http_problem
from shared.web.http.requests.bodies import SLOW

# Seconds in which an answer that fills the connection must be taken. Those are of 100 KiB and more;
# a telephone at the edge of its network needs half a minute for them.
ANSWER_TIME = 60.0
# Seconds that a request whose time is over gets to be answered with 408, before it is cut off.
_LAST_WORDS = 5.0
# Bytes on the wire for each byte of a body at most: a chunk that carries a single byte needs six.
_WRAPPING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalLimits:
    """How large a request may be, and how long it may take to arrive.

    Attributes:
        head: Bytes of a request's head that are always taken; a head of twice as many never is.
        body: Bytes of a request's body at most.
        head_time: Seconds from the first byte of a head to its last; also until the first byte.
        body_time: Seconds from the first byte of a request to its last.
    """

    head: int
    body: int
    head_time: float
    body_time: float


class Connection(HttpToolsProtocol):
    """A connection of one client, with bounds.

    Attributes:
        bounds: What its requests are held to; set by `connection_class`.
    """

    bounds: ClassVar[ArrivalLimits]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # What hasn't arrived whole: a request, named by its scope; first of all, anything.
        self._arriving: object | None = self
        self._size = 0  # bytes of it, without those that came together with what was before it
        self._seen: object | None = None  # what was waited for at the last look
        self._since = 0.0

    def data_received(self, data: bytes) -> None:
        """Takes the bytes that came, in pieces that are no larger than a head may be."""
        most = self.bounds.head
        if len(data) <= most:
            self._take(data)
            return
        for start in range(0, len(data), most):
            if self.transport.is_closing():
                return
            self._take(data[start : start + most])

    def _take(self, data: bytes) -> None:
        before = self._arriving
        super().data_received(data)
        if self._arriving is None:
            return
        self._size = self._size + len(data) if self._arriving is before else 0
        if self._in_head():
            if self._size > self.bounds.head:
                self._refuse(431, "Request header fields too large", "Send fewer and shorter ones.")
        elif self._size > _WRAPPING * self.bounds.body + self.bounds.head:
            self.transport.close()  # a body of wrapping, or trailers without end

    def on_message_begin(self) -> None:
        """Notes that a request begins to arrive."""
        super().on_message_begin()
        self._arriving = self.scope

    def on_headers_complete(self) -> None:
        """Takes the whole head. Trailers, which may follow a body in chunks, are dropped."""
        super().on_headers_complete()
        self.headers = []

    def on_message_complete(self) -> None:
        """Notes that the whole request has arrived."""
        super().on_message_complete()
        self._arriving = None

    def send_400_response(self, msg: str) -> None:
        """Answers what isn't HTTP."""
        del msg
        self._refuse(400, "Bad request", "Send a request as RFC 9112 describes it.")

    def enforce_deadline(self, now: float) -> None:
        """Gives up what the client has been too slow with; called about once a second.

        Args:
            now: Monotonic seconds.
        """
        waited_for = self._waited_for()
        if waited_for is not self._seen or waited_for is None:
            self._seen, self._since = waited_for, now
            return
        waited = now - self._since
        if waited_for is self.flow:
            if waited >= ANSWER_TIME:
                self.transport.abort()
        elif waited_for is not self._arriving or self._in_head():
            if waited >= self.bounds.head_time:
                self._give_up_head()
        elif waited >= self.bounds.body_time:
            self._give_up_body(waited - self.bounds.body_time)

    def _latest(self) -> RequestResponseCycle | None:
        """The request whose head came last; None before the first."""
        return cast("RequestResponseCycle | None", self.cycle)

    def _answered(self) -> bool:
        latest = self._latest()
        return latest is None or latest.response_complete

    def _in_head(self) -> bool:
        latest = self._latest()
        return latest is None or latest.scope is not self._arriving

    def _waited_for(self) -> object | None:
        """What is up to the client now, and None where it's our turn."""
        if self.flow.write_paused:
            return self.flow
        answered = self._answered()
        if self._arriving is not None:
            if self._in_head():
                return self._arriving if answered else None
            return None if self.pipeline else self._arriving
        # Between two requests uvicorn's own timer runs, unless bytes came that begin nothing.
        return self._latest() if answered and self.timeout_keep_alive_task is None else None

    def _give_up_head(self) -> None:
        if self._arriving is self.scope:
            self._refuse(408, "Request timeout", "Send the whole head at once.")
        else:
            self.transport.close()

    def _give_up_body(self, over: float) -> None:
        if self.cycle.response_started or over >= _LAST_WORDS:
            self.transport.close()
        else:
            cast("dict[str, Any]", self.cycle.scope)[SLOW] = True
            self.cycle.message_event.set()  # wakes the reader of the body, which answers

    def _refuse(self, status: int, title: str, detail: str) -> None:
        """Answers and closes; where an answer to an earlier request is due, only closes."""
        if self._answered():
            traceparent = new_traceparent()
            _, headers, body = http_problem(status, title, detail, traceparent)
            record_malformed(status, title, traceparent)
            headers.append((b"connection", b"close"))
            lines = [b"%b: %b\r\n" % header for header in headers]
            self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", body]))
        self.transport.close()


def connection_class(bounds: ArrivalLimits) -> type[Connection]:
    """The class of connections with these bounds, for uvicorn to build."""
    return type("BoundedConnection", (Connection,), {"bounds": bounds})


def enforce_deadlines(connections: set[Any]) -> None:
    """Gives up what clients have been too slow with."""
    now = time.monotonic()
    for connection in list(connections):
        connection.enforce_deadline(now)
