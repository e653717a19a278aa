"""The two contexts of a route: what all routes of a service share, and what is known of a request.

`WebContext` lives as long as the app. `RequestContext` lives as long as one request; the middleware
fills it in before any route runs, so that a route finds its caller and its trace ready.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute

from shared.contract.principal import Principal
from shared.delivery.command import Command
from shared.delivery.committer import CommandResult, Committer, IdempotencyKey
from shared.runtime.health import Health
from shared.runtime.settings import HttpSettings, IdentitySettings, ServiceSettings, SettingsError
from shared.runtime.telemetry import Telemetry
from shared.web.http.cursors import Cursors
from shared.web.http.ids import folded_json, folded_path, ids_of
from shared.web.http.limits import RATE_LIMIT, Limits
from shared.web.http.problems import NOSNIFF, FieldError, InputInvalid, RawHeaders, TooManyRequests
from shared.web.http.scraping import Scrapers
from shared.web.identity import KeyStore, KeysUnreadable, TokenMissing, TokenVerifier
from shared.web.identity import derived_key as _derived_key
from shared.web.quotas import Quotas

SCOPE = "mitmach"
"""The key of the request's context in the ASGI scope."""

# Ids in one Event-Ids header (some 2 KiB). Proxies and clients refuse longer header lines; an
# answer for more events than this carries the ids in its body, beside what they belong to.
MOST_RECEIPTS = 50
LONGEST_KEY = 255
# Items that one request may ask for at no further cost. A list of 100 posts or 500 views takes a
# process as long as ten ordinary requests; charged as one, a person could keep it busy alone.
MANY = 50
KEY_PATTERN = r"^[\x21-\x7e]+$"


@dataclass(slots=True, kw_only=True)
class WebContext:
    """What the routes of a service share.

    Attributes:
        service: Its name, as in metrics.
        verifier: Checks tokens.
        cursors: Signs list cursors.
        limits: Rates and sizes.
        telemetry: Of the process.
        health: What `/health/...` answers.
        committer: Executes commands; None in a service that only reads.
        scrapers: Who may read `/metrics`.
        quotas: How much one person may make in a day.
        closing: Set when the process is told to stop; endless streams end then.
    """

    service: str
    verifier: TokenVerifier
    cursors: Cursors
    limits: Limits
    telemetry: Telemetry
    health: Health = field(default_factory=Health)
    committer: Committer | None = None
    scrapers: Scrapers = field(default_factory=Scrapers)
    quotas: Quotas = field(default_factory=Quotas)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def from_settings(
        cls,
        settings: ServiceSettings,
        *,
        service: str,
        telemetry: Telemetry,
        verifier: TokenVerifier | None = None,
        health: Health | None = None,
        committer: Committer | None = None,
        quotas: Quotas | None = None,
    ) -> "WebContext":
        """As the settings say; enter `verifier.running()` to keep its keys fresh.

        Raises:
            SettingsError: There are no keys to check tokens with.
        """
        verifier = verifier or build_verifier(settings)
        return cls(
            service=service,
            verifier=verifier,
            cursors=Cursors(cursor_key(settings)),
            limits=Limits.from_settings(settings),
            telemetry=telemetry,
            health=health or Health(),
            committer=committer,
            scrapers=Scrapers.from_settings(settings, verifier=verifier),
            quotas=quotas or Quotas(),
        )


def build_verifier(settings: IdentitySettings) -> TokenVerifier:
    """The verifier of a process, as the settings say; one can serve several services.

    Keys come from one place: an identity provider's address switches a key file off, so that nobody
    who holds the private key of a development installation stays an administrator.

    Raises:
        SettingsError: No key is configured, or the key file can't be used.
    """
    if settings.jwks_url is None and settings.jwt_key_file is None:
        raise SettingsError("Set MITMACH_JWKS_URL or MITMACH_JWT_KEY_FILE to check tokens with.")
    try:
        file = settings.jwt_key_file if settings.jwks_url is None else None
        keys = KeyStore(file=file, url=settings.jwks_url)
    except KeysUnreadable as error:
        raise SettingsError(f"The setting MITMACH_JWT_KEY_FILE is wrong: {error}.") from None
    return TokenVerifier(
        keys,
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        pseudonym_key=settings.pseudonym_key.get_secret_value().encode(),
        types=tuple(kind.lower() for kind in settings.jwt_types),
        roles_claim=settings.jwt_roles_claim,
        person_claim=settings.jwt_person_claim,
    )


def cursor_key(settings: ServiceSettings | HttpSettings) -> bytes:
    """The secret that signs cursors, the same in all replicas."""
    if settings.cursor_key is not None:
        return settings.cursor_key.get_secret_value().encode()
    if isinstance(settings, IdentitySettings):
        return _derived_key(settings.pseudonym_key.get_secret_value().encode(), "cursors")
    raise SettingsError("Set MITMACH_CURSOR_KEY to sign cursors with.")


class RequestContext:
    """One request and its answer."""

    __slots__ = (
        "admitted_at",
        "answer_headers",
        "body",
        "finished",
        "headers",
        "place",
        "principal",
        "route",
        "started",
        "status",
        "token",
        "traceparent",
        "web",
    )

    def __init__(self, web: WebContext, headers: dict[bytes, bytes], traceparent: str) -> None:
        self.web = web
        self.headers = headers  # of the request, names in lower case
        self.traceparent = traceparent
        self.principal: Principal | None = None
        self.token = ""  # of whom the principal is; for answers that last longer than it
        self.body = b""  # of the request, whole
        self.place = ""  # the person whose place it has; empty without one
        self.admitted_at = 0.0  # when the person's budget was asked, on the clock of the limits
        self.answer_headers: RawHeaders = [NOSNIFF]  # added to whatever the route answers
        self.route = "unmatched"
        self.status = 500
        self.started = False
        self.finished = False

    def caller(self) -> Principal:
        """Who asks.

        Raises:
            TokenMissing: The route was left open and no one has signed in.
        """
        if self.principal is None:
            raise TokenMissing
        return self.principal

    def charge_for(self, items: int) -> None:
        """Takes more from the person's budget where much is asked for at once.

        Args:
            items: That are asked for; every `MANY` of them count as one request more.

        Raises:
            TooManyRequests: There isn't as much left; nothing was taken for the items.
        """
        limiter = self.web.limits.person
        more = items // MANY
        if more and limiter.on and self.principal is not None:
            count = min(more, limiter.burst)
            left, wait = limiter.take(self.principal.person_id, self.admitted_at, count)
            others = [one for one in self.answer_headers if one[0] != RATE_LIMIT]
            self.answer_headers = [*others, limiter.told(left, wait)]
            if wait:
                self.answer_headers.append((b"ratelimit-policy", self.web.limits.policy))
                raise TooManyRequests(wait)

    def once(
        self, method: str, route: str, path: str, body: bytes, reply: Any
    ) -> IdempotencyKey | None:
        """What the request's Idempotency-Key asks for; None where there is none.

        Args:
            method: Of the request.
            route: Its template.
            path: Its path, ids folded.
            body: What it asks for, ids folded.
            reply: The type of the command's reply.

        Raises:
            InputInvalid: The key isn't 1 to 255 visible ASCII characters.
        """
        raw = self.headers.get(b"idempotency-key")
        if raw is None:
            return None
        if not 0 < len(raw) <= LONGEST_KEY or not all(0x21 <= byte <= 0x7E for byte in raw):
            raise InputInvalid([FieldError("Idempotency-Key", "1 to 255 visible ASCII characters")])
        # The person comes last: an id may have blanks in it, the others have none.
        key = f"{method} {route} {raw.decode('ascii')} {self.caller().person_id}"
        return IdempotencyKey(key, fingerprint(method, path, body), reply)

    def receipt(self, outcome: CommandResult) -> None:
        """Adds what the outcome says to the headers of the answer."""
        self.answer_headers += receipt(outcome.event_ids, replayed=outcome.replayed)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Tells whether a repeated Idempotency-Key comes with the same request."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (method.encode(), path.encode(), body):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def receipt(event_ids: Sequence[str], *, replayed: bool = False) -> RawHeaders:
    """`Event-Ids`: the events that the answer acknowledges; `Idempotency-Replayed` where it is."""
    headers: RawHeaders = []
    if event_ids and len(event_ids) <= MOST_RECEIPTS:
        headers.append((b"event-ids", ",".join(event_ids).encode()))
    if replayed:
        headers.append((b"idempotency-replayed", b"true"))
    return headers


def request_context(request: Request) -> RequestContext:
    """What the middleware knows of this request."""
    context: RequestContext = request.scope[SCOPE]
    return context


def web_context(request: Request) -> WebContext:
    """What the routes of this service share."""
    return request_context(request).web


async def execute(request: Request, command: Command, *, once: Any = None) -> CommandResult:
    """Executes a command for a route; receipts and replay headers are added to its answer.

    Args:
        request: The route's request.
        command: What to do.
        once: The type of the command's reply, on POSTs that create: an Idempotency-Key, where the
            client sent one, then lets it happen once.

    Raises:
        Refusal: As `Committer.execute`.
    """
    context = request_context(request)
    committer = context.web.committer
    if committer is None:
        raise RuntimeError(f"{context.web.service} has no committer")
    demand = None
    if once is not None and b"idempotency-key" in context.headers:
        route: APIRoute = request.scope["route"]
        body = folded_json(context.body, ids_of(route).body)
        path = folded_path(request.scope)
        demand = context.once(request.method, route.path, path, body, once)
    command = context.web.quotas.within(command)
    outcome = await committer.execute(command, once=demand, traceparent=context.traceparent)
    context.receipt(outcome)
    return outcome
