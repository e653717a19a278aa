"""From claims to a person of the platform: what an API asks before anything else."""

from collections.abc import Collection, Mapping
from typing import Protocol

from shared.contract.principal import Claims, Identity, Principal, Standing, principal_of


class People(Protocol):
    """Knows whom a token leads to, and where they stand."""

    def recall(self, claims: Claims) -> Principal | None:
        """The caller, where that is known without asking anybody; else None."""
        ...

    async def find(self, claims: Claims) -> Principal:
        """The caller; somebody of whom nothing has been heard is `Standing.UNKNOWN`.

        Raises:
            Unavailable: It can't be found out now.
        """
        ...

    async def standings(self, people: Collection[str]) -> Mapping[str, Identity]:
        """Where people stand now, by their ids; those who have no login are left out.

        Raises:
            Unavailable: It can't be found out now.
        """
        ...

    def forget(self, claims: Claims, since: float) -> None:
        """Has the caller be read anew, unless what is known of them is younger than this moment.

        Args:
            claims: What the access token of the caller says.
            since: Seconds on the monotonic clock: since then more is known.
        """
        ...


class Everybody:
    """Stands for a directory where there are no people: whoever has a token is active.

    For an app that is never called (its OpenAPI document), and for tests and examples of a service
    alone. The subject then is the id.
    """

    def recall(self, claims: Claims) -> Principal:
        """The caller, active and with the roles of the token."""
        return principal_of(claims, Identity(claims.subject, Standing.ACTIVE))

    async def find(self, claims: Claims) -> Principal:
        """The caller, active and with the roles of the token."""
        return self.recall(claims)

    async def standings(self, people: Collection[str]) -> Mapping[str, Identity]:
        """All of them active."""
        return {person: Identity(person, Standing.ACTIVE) for person in people}

    def forget(self, claims: Claims, since: float) -> None:
        """Nothing: nothing is kept."""
