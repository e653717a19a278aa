"""Who may read `/metrics`: whoever can reach a port of its own; on a port for all, not everyone.

The figures there need no minimum of people and know no secret groups. In containers and clusters
each process has a port that no proxy sends anyone to, and networks decide who reaches it. The
platform in one process has one port for everything: there only programs on the same machine may,
and who presents the scrape token, and people who may read the organisation's figures anyway.
"""

import hmac

from fastapi import Request

from shared.contract.access import Action, authorize
from shared.runtime.settings import HttpSettings
from shared.web.http.proxies import parse_address
from shared.web.identity import People, TokenMissing, TokenVerifier

# What proxies add. Behind one on this machine everybody comes from this machine.
_FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


class Scrapers:
    """Who may read `/metrics` of a process.

    Args:
        token: What a scraper has to present; None: nothing, unless the port is `shared`.
        shared: Whether everybody who uses the platform reaches the port.
        verifier: Checks the tokens of people; None: there are none to check.
        people: Knows whose they are.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        shared: bool = False,
        verifier: TokenVerifier | None = None,
        people: People | None = None,
    ) -> None:
        self._token = None if token is None else token.encode()
        self._shared = shared
        self._verifier = verifier
        self._people = people

    @classmethod
    def from_settings(
        cls,
        settings: HttpSettings,
        *,
        shared: bool = False,
        verifier: TokenVerifier | None = None,
        people: People | None = None,
    ) -> "Scrapers":
        """With the token of the settings."""
        token = settings.metrics_token
        return cls(
            None if token is None else token.get_secret_value(),
            shared=shared,
            verifier=verifier,
            people=people,
        )

    async def admit(self, request: Request) -> None:
        """Returns if this request may read the metrics.

        Raises:
            TokenMissing: It presents nothing, and has to.
            TokenInvalid: It presents something that is neither the scrape token nor a person's.
            NotAllowed: The person may not read the organisation's figures.
        """
        if self._token is None and (not self._shared or _from_this_machine(request)):
            return
        scheme, _, presented = request.headers.get("authorization", "").partition(" ")
        presented = presented.strip(" \t")
        if scheme.lower() != "bearer" or not presented:
            raise TokenMissing
        if self._token is not None and hmac.compare_digest(presented.encode(), self._token):
            return
        if self._verifier is None or self._people is None:
            raise TokenMissing("Send the scrape token, the setting MITMACH_METRICS_TOKEN.")
        claims = await self._verifier.authenticate(presented)
        authorize(await self._people.find(claims), Action.READ_KPIS)


def _from_this_machine(request: Request) -> bool:
    """Whether a program here asks, and no browser or proxy on behalf of somebody.

    A page from elsewhere can let a browser ask this machine under a name of its own, so the name
    that is asked for must be one of this machine's, too.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = request.headers.get("host", "")
    name = "127.0.0.1" if host.partition(":")[0].lower() == "localhost" else host
    peer = request.client.host if request.client is not None else ""
    return all(
        address is not None and address.is_loopback
        for address in (parse_address(peer), parse_address(name))
    )
