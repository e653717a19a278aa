"""What all routes of a service share, for as long as its app lives."""

import asyncio
from dataclasses import dataclass, field

from shared.delivery.committer import Committer
from shared.delivery.consistency import Copies
from shared.runtime.health import Health
from shared.runtime.settings import (
    HttpSettings,
    IdentitySettings,
    ServiceSettings,
    SettingsError,
    cors_origins,
)
from shared.runtime.telemetry import Telemetry
from shared.web.http.limits import Limits
from shared.web.http.requests.cursors import Cursors
from shared.web.http.scraping import Scrapers
from shared.web.identity import KeyStore, KeysUnreadable, People, TokenVerifier, derived_key
from shared.web.quotas import Quotas


@dataclass(slots=True, kw_only=True)
class WebContext:
    """What the routes of a service share.

    Attributes:
        service: The name of the service, as in metrics.
        verifier: Checks tokens.
        people: Knows whose they are.
        arrivals: Method and path of what somebody may do who isn't active yet.
        cursors: Signs the cursors of lists.
        limits: Rates and sizes that requests are held to.
        telemetry: The process's metrics and traces.
        health: What `/health/...` answers.
        committer: Executes commands; None in a service that only reads.
        scrapers: Who may read `/metrics`.
        quotas: How much one person may make in a day.
        public_url: Where clients reach the installation; empty where that isn't known.
        origins: The origins whose pages may read the answers (CORS); none by default.
        access_log: Whether each request is logged.
        history: Whether acts may be recorded at their own time.
        copies: Waits for what other services have acknowledged; None: nothing is waited for.
        closing: Set when the process is told to stop; endless streams end then.
    """

    service: str
    verifier: TokenVerifier
    people: People
    cursors: Cursors
    limits: Limits
    telemetry: Telemetry
    health: Health = field(default_factory=Health)
    committer: Committer | None = None
    scrapers: Scrapers = field(default_factory=Scrapers)
    quotas: Quotas = field(default_factory=Quotas)
    public_url: str = ""
    origins: tuple[str, ...] = ()
    access_log: bool = False
    history: bool = False
    arrivals: frozenset[tuple[str, str]] = frozenset()
    copies: Copies | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def from_settings(
        cls,
        settings: ServiceSettings,
        *,
        service: str,
        telemetry: Telemetry,
        people: People,
        arrivals: frozenset[tuple[str, str]] = frozenset(),
        verifier: TokenVerifier | None = None,
        health: Health | None = None,
        committer: Committer | None = None,
        quotas: Quotas | None = None,
        copies: Copies | None = None,
    ) -> "WebContext":
        """As the settings say; enter `verifier.running()` to keep its keys fresh.

        Raises:
            SettingsError: There are no keys to check tokens with.
        """
        verifier = verifier or build_verifier(settings)
        return cls(
            service=service,
            verifier=verifier,
            people=people,
            arrivals=arrivals,
            cursors=Cursors(cursor_key(settings)),
            limits=Limits.from_settings(settings),
            telemetry=telemetry,
            health=health or Health(),
            committer=committer,
            scrapers=Scrapers.from_settings(settings, verifier=verifier, people=people),
            quotas=quotas or Quotas(),
            copies=copies,
            access_log=settings.access_log,
            history=settings.history,
            public_url=settings.public_url,
            origins=cors_origins(settings.http_cors_origins),
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
        return derived_key(settings.pseudonym_key.get_secret_value().encode(), "cursors")
    raise SettingsError("Set MITMACH_CURSOR_KEY to sign cursors with.")
