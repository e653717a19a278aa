"""An erasure: who asked for it and when, what becomes of texts, and which service is done with it.

It outlives the person and doesn't name them: its id is a digest of theirs, so whoever still has the
id finds it, and nobody finds the id from it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from shared.contract.errors import Category, Refusal
from shared.contract.events.vocabulary import TextsPolicy
from shared.contract.moments import to_milliseconds
from shared.contract.services import ServiceName
from shared.delivery.command import Entity


class ErasureNotFound(Refusal):
    """Nobody with this id was erased."""

    category = Category.MISSING
    title = "There is no such erasure"


class Erasure(Entity, frozen=True, kw_only=True):
    """That somebody was erased; the id is a digest of theirs.

    Attributes:
        requested_at: When it was asked for; from then on they can do nothing.
        requested_by: Who asked for it; None for themselves, and where their time was up.
        texts: Whether what they wrote goes, or stays without their name.
        finished: By service, when it said that nothing there names them any more.
    """

    collection: ClassVar[str] = "erasures"
    requested_at: datetime
    requested_by: str | None
    texts: TextsPolicy
    finished: Mapping[str, datetime] = msgspec.field(default_factory=dict)

    @property
    def finished_at(self) -> datetime | None:
        """When the last service was done with it; None while one of them isn't."""
        if not all(service in self.finished for service in ServiceName):
            return None
        return max(self.finished.values())

    def finish(self, service: ServiceName, now: datetime) -> "Erasure":
        """The erasure since this service is done with it; what it said first stays."""
        if service in self.finished:
            return self
        return replace(self, finished={**self.finished, service: to_milliseconds(now)})
