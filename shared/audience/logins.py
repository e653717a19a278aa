"""The copy of logins alone: for a service that keeps nothing else of people and groups."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from shared.audience.copy import store_logins
from shared.contract.events.envelope import EventData
from shared.contract.events.logins import LoginTold
from shared.contract.events.topics import LOGINS
from shared.contract.moments import utc_now
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection


class LoginNews(msgspec.Struct):
    """The last that was told of each login.

    Attributes:
        logins: By login.
    """

    logins: dict[str, LoginTold] = msgspec.field(default_factory=dict)

    def apply(self, data: EventData) -> None:
        """Adds one event."""
        if isinstance(data, LoginTold):
            self.logins[data.login] = data

    def size(self) -> int:
        """How many documents it concerns."""
        return len(self.logins)


class LoginsCopy(TypedProjection[LoginNews]):
    """The projection of logins.

    Args:
        service: The name of the service that keeps it.
        now: Tells the time, in UTC.
    """

    topics: Sequence[str] = (LOGINS,)
    state = LoginNews

    def __init__(self, service: str, now: Callable[[], datetime] = utc_now) -> None:
        self.name = f"mitmach.{service}.logins"
        self._now = now

    async def write(self, taken: Sequence[tuple[str, LoginNews]], transaction: Transaction) -> None:
        """Stores what was heard: each says how things are now, so a repeat changes nothing."""
        for _, news in taken:
            await store_logins(transaction, news.logins, self._now())
