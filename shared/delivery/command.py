"""Commands: the shape of every write. A command names what it must know, and decides purely.

    found = Found()                  what the committer has read so far
    command.reads(found)             the entities it needs, asked again until it names nothing new
    command.decide(found, now)       a Refusal, or Changes: entities to store, events, the reply

State and events of a decision are committed together (`shared.delivery.committer`); there is no
way to store only the state, or to publish only the events.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol, Self, TypeAlias, TypeVar

import msgspec

from shared.contract.events.envelope import EventData
from shared.contract.events.naming import NOBODY_APART

# Seconds after a change until no command can commit any more that didn't see it: such a command has
# 3 s for that (`committer.LONGEST`), and servers' clocks differ a little.
SETTLED = 10.0


class Entity(msgspec.Struct, frozen=True, kw_only=True, rename={"id": "_id"}):
    """A thing that a service stores: a document in `collection`, found by `id`.

    Fields hold what BSON can hold: str, int, float, bool, bytes, None, datetime (UTC, aware),
    lists, dicts and nested `msgspec.Struct`s. A new field needs a default, so that documents of the
    version before can be read.

    Attributes:
        collection: Name of the collection.
        changes_with: For a kind that changes seldom and is read often: gives, by what was read so
            far and the entity's id, a number of another entity that grows in the same transaction
            whenever this entity comes, changes or goes. A process that read it at this number
            needn't read it again (`shared.delivery.committer.entity_cache`). It gives None while
            the other entity wasn't found.
        id: What it is found by, unique in the collection.
    """

    collection: ClassVar[str]
    changes_with: "ClassVar[ChangesWith | None]" = None
    id: str

    @property
    def is_gone(self) -> bool:
        """Whether nothing but its place is left: whoever asks for it finds nothing to read."""
        return False

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is as decisions find it; None: nobody asks.

        Asked only for acts at their own time: an earlier one can't rest on it.
        """
        return None

    def recorded(self, moment: datetime, at: datetime) -> Self:  # noqa: ARG002
        """How it is stored where an act at its own time has written it.

        What a worker waits by is counted from when it was recorded.

        Args:
            moment: The moment as of which it was decided.
            at: The present.
        """
        return self


E = TypeVar("E", bound=Entity)
Key = tuple[type[Entity], str]


class Found:
    """What was read for a batch of commands, and on top of it what earlier ones of them wrote."""

    __slots__ = ("_entities",)

    def __init__(self, entities: dict[Key, Entity | None] | None = None) -> None:
        self._entities: dict[Key, Entity | None] = {} if entities is None else entities

    def get(self, kind: type[E], entity_id: str) -> E | None:
        """The entity, or None if it doesn't exist or hasn't been read yet."""
        return self._entities.get((kind, entity_id))  # type: ignore[return-value]

    def knows(self, key: Key) -> bool:
        """Whether this was read, be it there or not."""
        return key in self._entities

    def unread(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys that weren't read yet."""
        return [key for key in keys if key not in self._entities]

    def put(self, key: Key, entity: Entity | None) -> None:
        """Remembers what was read or written; None for "isn't there"."""
        self._entities[key] = entity


def found(*entities: Entity) -> Found:
    """What was read, for a test of a command: `command.decide(found(post, membership), now)`."""
    return Found({(type(entity), entity.id): entity for entity in entities})


ChangesWith: TypeAlias = Callable[[Found, str], int | None]
"""See `Entity.changes_with`."""


class Occurred(NamedTuple):
    """An event to publish.

    Attributes:
        data: The event's type, by its class, and its fields.
        actor: The id of whoever did it; None for the system.
        within: The scope of the group that it happened in (`shared.audience.Group.scope`), where
            that isn't open: nobody in there is named to data teams. None: everybody may see where
            it happened.
        masked: Whether it happened in a contest that doesn't show who has entered it.
        apart: Who is told apart from everything else in that group, since the group may have been
            open when that was made, and an event have named them: by field with people, the field
            whose value is their scope.
    """

    data: EventData
    actor: str | None = None
    within: str | None = None
    masked: bool = False
    apart: Mapping[str, str] = NOBODY_APART


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision changes. Nothing in it means: acknowledged, and nothing happened.

    Attributes:
        reply: What the route answers with; for a command that is executed once per Idempotency-Key
            an entity that is stored, or a named tuple of such entities.
        put: Whole entities to insert or replace.
        remove: Entities to delete.
        events: What happened, in this order.
    """

    reply: Any = None
    put: Sequence[Entity] = ()
    remove: Sequence[Key] = ()
    events: Sequence[Occurred] = ()


class Command(Protocol):
    """A frozen value, e.g. `ReactToPost(actor, post_id, kind)`. Both methods are pure."""

    def reads(self, found: Found) -> Iterable[Key]:
        """Names every entity that `decide` will look at, as far as `found` allows to tell."""
        ...

    def decide(self, found: Found, now: datetime) -> Changes:
        """Decides; raises a `Refusal` when it can't be done. `now` is UTC."""
        ...


class PastAct(NamedTuple):
    """An act at its own time.

    Attributes:
        command: The act.
        moment: When it happened: it is decided as of then.
        recorder: Whose account needn't have been there by then, see `check_order`; empty: nobody's.
    """

    command: Command
    moment: datetime
    recorder: str = ""


class OrderedCommand(Command, Protocol):
    """A command that rests on more than the entities that it reads say by themselves."""

    def rests_on(self, found: Found) -> datetime | None:
        """Since when what else it rests on is so; an earlier act at its own time is refused."""
        ...


class StandingCommand(Command, Protocol):
    """A command of whose moment nothing is asked in some cases."""

    def stands_anyway(self, found: Found) -> bool:
        """Whether this is one of them, such as that it was recorded before."""
        ...


class FollowingCommand(Command, Protocol):
    """What a worker does because of an act that was recorded later than it happened.

    It rests on that act alone. Whatever else has changed since doesn't stop it: it would never
    come.
    """

    follows: ClassVar[bool]


class ReplayedCommand(Command, Protocol):
    """A command that can be executed once per Idempotency-Key.

    A repeated request gets what there is now, so it is asked anew whether they may see that. Both
    methods are pure.
    """

    def shown_reads(self, found: Found, reply: Any) -> Iterable[Key]:
        """Names every entity that `check_shown` will look at, as far as `found` allows to tell.

        Args:
            found: The entities that the committer has read so far.
            reply: The reply of the first execution, of what is stored now.
        """
        ...

    def check_shown(self, found: Found, reply: Any) -> None:
        """Returns where whoever repeats the request may see the reply.

        Args:
            found: What was read for `shown_reads`.
            reply: The reply of the first execution, of what is stored now.

        Raises:
            Refusal: They may not, or not any more: as if they asked to read it.
        """
        ...


def check_repeatable(command: Command) -> None:
    """Raises `TypeError` where nothing says who may see the reply of a repeated command."""
    if not hasattr(command, "check_shown"):
        raise TypeError(f"{type(command).__name__} doesn't say who may see its reply once more")
