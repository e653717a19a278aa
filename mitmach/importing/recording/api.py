"""The platform as an import talks to it: the public API, patiently.

A request is repeated until it is answered: a process or a database that is gone for a while stops
nothing. What is repeated has the same key and the same bytes, so it is done once.
"""

import asyncio
import math
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp
import msgspec

from shared.runtime.process import Stopped

PATIENCE = 500.0
"""Seconds that a request is repeated before the import stops; it can be taken up again then.

Less than the ten minutes for which a service waits for what a token names: later it would decide on
what it knows.
"""

FIRST_PATIENCE = 20.0
"""The same for the first request of a run: a wrong address doesn't become right by waiting."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_LATER = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
# Seconds in which a service has heard of somebody, or they aren't active.
_HEARD_OF = 10.0
_TIMEOUT = aiohttp.ClientTimeout(total=60)

# What an answer says of how far other services have to be, and a request hands back.
_TOKEN = "Consistency-Token"  # noqa: S105 - no secret

_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """An answer of the platform.

    Attributes:
        status: The HTTP status.
        body: What it says; None for an empty one.
        event_ids: Events that it acknowledges in its head.
    """

    status: int
    body: Any
    event_ids: tuple[str, ...]

    @property
    def refusal(self) -> str:
        """The slug of the problem; empty where it is none."""
        if self.status < HTTPStatus.BAD_REQUEST or not isinstance(self.body, dict):
            return ""
        return str(self.body.get("type", "")).rpartition(":")[2]

    @property
    def detail(self) -> str:
        """What the problem says."""
        return str(self.body.get("detail", "")) if isinstance(self.body, dict) else ""


class Api:
    """Sends requests of whoever imports.

    Args:
        http: The session.
        base: The address of the platform.
        token: Gives a token with the role `importer`; asked again when one isn't taken any more.
        seen: The last consistency token of each service that was written to; kept up to date.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        *,
        token: Callable[[], str],
        seen: dict[str, str] | None = None,
    ) -> None:
        self._http = http
        self._base = base.rstrip("/")
        self._token = token
        self._bearer = token()
        self._seen = {} if seen is None else seen

    @property
    def seen(self) -> tuple[str, ...]:
        """What others' requests need to find done what was written through this one."""
        return tuple(self._seen.values())

    async def arrive(self) -> None:
        """Makes the importer's account an active one.

        Raises:
            Stopped: The platform doesn't let it in.
        """
        answer = await self.send("POST", "/v1/me/visits", wrote="groups", patience=FIRST_PATIENCE)
        if answer.refusal or not isinstance(answer.body, dict):
            said = answer.detail or f"{self._base} answers like another server."
            raise Stopped(f"The importer isn't let in: {said}")

    async def until_counted(self) -> None:
        """Waits until the figures have all that was written through this one.

        Raises:
            Stopped: They don't come.
        """
        if self._seen:
            await self.send("GET", "/v1/kpis/definitions")

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        wrote: str = "",
        brings: Sequence[str] | None = None,
        patience: float | None = None,
    ) -> Answer:
        """Sends a request until it is answered.

        Args:
            method: The HTTP method.
            path: The path below the platform's address.
            body: JSON.
            headers: Those of the request.
            wrote: The service that is written to: later requests wait for what it tells others.
            brings: The consistency tokens that it brings; the last ones where it is left out.
            patience: Seconds that it is repeated; `PATIENCE` where it is left out.

        Raises:
            Stopped: There is no answer for so long, or none that one can go on with.
        """
        loop = asyncio.get_running_loop()
        patience = PATIENCE if patience is None else patience
        until, pause, said = loop.time() + patience, _FIRST_PAUSE, "no answer"
        renewed = False
        strangers = loop.time() + _HEARD_OF
        while loop.time() < until:
            try:
                async with self._http.request(
                    method,
                    self._base + path,
                    data=body,
                    headers=self._headers(headers, body is not None, brings),
                    timeout=_TIMEOUT,
                ) as response:
                    content = await response.read()
                    status = response.status
                    if status == HTTPStatus.UNAUTHORIZED and not renewed:
                        renewed, self._bearer = True, self._token()
                        continue
                    unheard = status == HTTPStatus.FORBIDDEN and "Retry-After" in response.headers
                    if status not in _LATER and not (unheard and loop.time() < strangers):
                        return self._answered(response, content, wrote)
                    said = f"{status} {content[:200].decode(errors='replace')}"
                    pause = max(pause, asked_pause(response.headers.get("Retry-After", "")))
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as failure:
                said = type(failure).__name__
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise Stopped(
            f"{self._base} hasn't answered {method} {path} for {patience:.0f} seconds"
            f" ({said}). Start the same command again: it goes on where it was."
        )

    def last_of(self, service: str) -> str:
        """The last consistency token of a service; empty where it was never written to."""
        return self._seen.get(service, "")

    def _headers(
        self, given: Mapping[str, str] | None, has_body: bool, brings: Sequence[str] | None
    ) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._bearer}", **(given or {})}
        if has_body:
            headers["Content-Type"] = "application/json"
        tokens = [*self._seen.values()] if brings is None else [one for one in brings if one]
        if tokens:
            headers[_TOKEN] = ",".join(tokens)
        return headers

    def _answered(self, response: aiohttp.ClientResponse, content: bytes, wrote: str) -> Answer:
        seen = response.headers.get(_TOKEN)
        if seen and wrote:
            self._seen[wrote] = seen
        ids = tuple(one for one in response.headers.get("Event-Ids", "").split(",") if one)
        body = _read(content)
        answer = Answer(response.status, body, ids)
        if response.status == HTTPStatus.UNAUTHORIZED:
            raise Stopped(f"The token isn't accepted: {answer.detail}")
        if answer.refusal == "history-closed":
            raise Stopped(f"{answer.detail} It has to be on while something is imported.")
        return answer


def asked_pause(retry_after: str) -> float:
    """Seconds that an answer asks for, within bounds: it says them, or a date (RFC 9110)."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return 0.0
        # A date without a zone (-0000) is one of UTC.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_PAUSE) if math.isfinite(seconds) else 0.0


def _read(content: bytes) -> Any:
    """What an answer says; None where it isn't JSON, as that of a proxy in between."""
    try:
        return msgspec.json.decode(content) if content else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
