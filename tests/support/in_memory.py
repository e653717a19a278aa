"""A service without a database: what is stored is a dictionary, and time stands still."""

from datetime import datetime, timedelta
from typing import Any

from shared.contract.events.envelope import EventData
from shared.contract.principal import (
    Claims,
    Identity,
    Principal,
    Standing,
    login_of,
    principal_of,
)
from shared.delivery.command import Changes, Command, Entity, Found, Key, Occurred

_KEY = b"a key for tests only"


def claims(person_id: str, *roles: str) -> Claims:
    """What the token of somebody says whose subject is their id."""
    return Claims(person_id, frozenset(roles), login_of(_KEY, person_id))


def principal(
    person_id: str,
    *roles: str,
    subject: str | None = None,
    standing: Standing = Standing.ACTIVE,
    human: bool = True,
) -> Principal:
    """Somebody with a token, active unless something else is said; or a program.

    Args:
        person_id: Who they are on the platform.
        roles: Those of the token.
        subject: What the identity provider calls them; their id where that makes no difference.
        standing: Where they stand.
        human: Whether the account is a human being's.
    """
    said = claims(person_id if subject is None else subject, *roles)
    return principal_of(said, Identity(person_id, standing, human))


class InMemory:
    """What a service knows, and all that has happened in it.

    A command sees only what its `reads` names, and writes nothing else, as in the service.

    Attributes:
        stored: Every entity.
        events: Every event, in order.
        now: The time of the next command.
    """

    def __init__(self, now: datetime) -> None:
        self.stored: dict[Key, Entity] = {}
        self.events: list[Occurred] = []
        self.now = now

    def changes(self, command: Command) -> Changes:
        """Executes a command as the committer does: reads, decides, stores."""
        found = Found()
        wanted: set[Key] = set()
        while fresh := {key for key in command.reads(found) if not found.knows(key)}:
            wanted |= fresh
            for key in fresh:
                found.put(key, self.stored.get(key))
        changes = command.decide(found, self.now)
        for entity in changes.put:
            assert (type(entity), entity.id) in wanted, "writes something that it hasn't read"
            self.store(entity)
        for key in changes.remove:
            assert key in wanted, "removes something that it hasn't read"
            self.stored.pop(key, None)
        self.events += changes.events
        return changes

    def do(self, command: Command) -> Any:
        """Executes a command; returns its reply."""
        return self.changes(command).reply

    def happened(self, command: Command) -> list[EventData]:
        """Executes a command; returns the events that it caused."""
        return [occurred.data for occurred in self.changes(command).events]

    def happens(self, command: Command) -> Any:
        """Executes a command that causes one event; returns that."""
        (event,) = self.happened(command)
        return event

    def store(self, entity: Entity) -> None:
        """Puts an entity there."""
        self.stored[type(entity), entity.id] = entity

    def wait(self, **duration: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**duration)
