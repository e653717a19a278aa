"""A person's requests: with their token, repeated when the platform says "later", with receipts.

A receipt is the header `Event-Ids` of an acknowledged answer, or the ids in the entries of a batch:
each names an event that will be published. The ledger that they make is the client's own and knows
nothing of databases or brokers.

The header `Consistency-Token` of an answer goes with the person's later requests, so that each
service knows what they have written in the others.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

# Tokens that go with a request; the API takes no more.
_MOST_TOKENS = 8
# How often a request is sent before the demo gives up: half a minute, in all.
_TRIES = 12
# Seconds until the second try; doubled with each further try, up to `_LONGEST`.
_PAUSE = 0.2
_LONGEST = 3.0


class RequestFailed(Exception):  # noqa: N818
    """The platform refused what the demo thinks is right; the message is the platform's."""


@dataclass(slots=True)
class Ledger:
    """What answers have acknowledged.

    Attributes:
        receipts: Ids of all events that answers acknowledged.
        repeated: Receipts that an earlier answer may have given, perhaps to another client: the
            platform had carried out the request already.
        requests: How many requests were answered, by status.
        deeds: How many events were acknowledged, by what the client did.
    """

    receipts: set[str] = field(default_factory=set)
    repeated: set[str] = field(default_factory=set)
    requests: Counter[int] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)


class Client:
    """Sends the requests of all people: what their browsers would do.

    Args:
        http: The session that sends the requests.
        base: The address of the platform.
        token: Makes a token for a person and roles.
        ledger: Gets the receipts.
        rng: Decides how long to wait before another try.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base: str,
        *,
        token: Callable[[str, tuple[str, ...]], str],
        ledger: Ledger,
        rng: random.Random,
    ) -> None:
        self.ledger = ledger
        self._http = http
        self._base = base
        self.make_token = token
        self._tokens: dict[tuple[str, tuple[str, ...]], str] = {}
        self._written: dict[str, list[str]] = {}
        self._rng = rng

    async def call(
        self,
        method: str,
        path: str,
        person: str,
        *,
        body: Any = None,
        roles: tuple[str, ...] = (),
        key: str | None = None,
        deed: str = "other",
        fine: tuple[int, ...] = (),
        also: Mapping[str, str] | None = None,
    ) -> Any:
        """Sends a request until it is answered; returns the decoded answer.

        Args:
            method: The HTTP method.
            path: The path below the platform's address.
            person: What the identity provider calls the person who asks.
            body: The content, sent as JSON.
            roles: The platform roles in the person's token.
            key: The Idempotency-Key, so that a repetition has one effect.
            deed: The name under which the ledger counts the events.
            fine: Statuses of refusals that are expected here; the answer is then None.
            also: Further headers, such as when it happened and who did it.

        Raises:
            RequestFailed: The platform refused, or never answered.
        """
        headers = {"authorization": f"Bearer {self._bearer(person, roles)}", **(also or {})}
        if key is not None:
            headers["idempotency-key"] = key
        pause, said = _PAUSE, "no answer"
        for _ in range(_TRIES):
            brought = self._written.get(person, [])[-_MOST_TOKENS:]
            if brought:
                headers["consistency-token"] = ",".join(brought)
            try:
                async with self._http.request(
                    method, self._base + path, json=body, headers=headers
                ) as answer:
                    self.ledger.requests[answer.status] += 1
                    self._keep(person, brought, answer.headers.get("consistency-token"))
                    if answer.status in fine:
                        return None
                    if answer.status < 400:
                        return await self._acknowledged(answer, deed)
                    said = f"{answer.status} {(await answer.text())[:300]}"
                    if answer.status not in (429, 503) and "retry-after" not in answer.headers:
                        raise RequestFailed(f"{method} {path}: {said}")
                    pause = max(pause, float(answer.headers.get("retry-after", 0)) * 0.5)
            except aiohttp.ClientConnectionError as error:
                said = type(error).__name__
            await asyncio.sleep(pause * (0.5 + self._rng.random()))
            pause = min(pause * 2, _LONGEST)
        raise RequestFailed(f"{method} {path}: {said}")

    def tell(self, person: str, tokens: Sequence[str]) -> None:
        """Tells somebody what others have done, as a message about it would.

        Args:
            person: Whose later requests are to find it done.
            tokens: What the answers to those others said.
        """
        self._written[person] = list(tokens)

    def _keep(self, person: str, brought: Sequence[str], answered: str | None) -> None:
        """Keeps an answer's token, which says what those that were brought said, in their place."""
        if answered is not None:
            kept = [token for token in self._written.get(person, ()) if token not in brought]
            self._written[person] = [*kept, answered]

    async def _acknowledged(self, answer: aiohttp.ClientResponse, deed: str) -> Any:
        content = await answer.json() if answer.content_type.endswith("json") else None
        receipts = [id_ for id_ in answer.headers.get("event-ids", "").split(",") if id_]
        if not receipts:
            receipts = list(_receipts_within(content))
        self.ledger.receipts.update(receipts)
        if "idempotency-replayed" in answer.headers:
            self.ledger.repeated.update(receipts)
        self.ledger.deeds[deed] += len(receipts)
        return content

    def forget_tokens(self) -> None:
        """Has all tokens signed anew: those that it has may have expired."""
        self._tokens.clear()

    def _bearer(self, person: str, roles: tuple[str, ...]) -> str:
        known = self._tokens.get((person, roles))
        if known is None:
            known = self._tokens[person, roles] = self.make_token(person, roles)
        return known


def _receipts_within(content: Any) -> list[str]:
    """The ids in the entries of a batch."""
    if not isinstance(content, Mapping):
        return []
    found: list[str] = []
    for entry in content.get("items") or content.get("results") or ():
        if isinstance(entry, Mapping):
            found += entry.get("event_ids") or ()
    return found
