"""What an event may say: the one place where a person, or a trace, becomes an alias.

Commands tell events about people by their ids. As the event is sealed, everybody whom the API
doesn't show in that connection gets an alias (`shared.contract.aliases`), as the event's type lays
down (`EventData.naming`); and so does the trace of the request (`shared.contract.events.traces`).
Nothing else of an event changes.
"""

from typing import Any

import msgspec

from shared.contract.aliases import ENTRY, MEMBER, Aliases
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.events.envelope import EventData
from shared.contract.events.naming import SCOPED_BY_KEY, Naming
from shared.contract.events.traces import TraceAliases


class Disclosure:
    """Turns what happened into what may be published of it.

    Args:
        aliases: Makes the aliases of people.
        traces: Makes the aliases of traces.

    Attributes:
        trace: Gives the trace that an event may tell, see `TraceAliases.told`.
    """

    def __init__(self, aliases: Aliases, traces: TraceAliases) -> None:
        self._alias = aliases.of
        self.trace = traces.told

    def publishable(
        self, data: EventData, actor: str | None, within: str | None, masked: bool
    ) -> tuple[EventData, str | None]:
        """The data and the actor as an event may say them.

        Args:
            data: What happened; people are in it by their ids.
            actor: The id of the person who did it; None for the system.
            within: The group in which it happened, where that isn't open: people in there are told
                under aliases. None: all who read the event may see where it happened.
            masked: Whether the API doesn't show who entered the contest that it happened in.
        """
        naming = data.naming
        if naming is None:
            return data, actor
        shown = data
        if within is not None or masked or naming.masked:
            shown = self._renamed(data, naming, within, masked=masked or naming.masked)
        if actor is None:
            return shown, None
        for field in naming.actor_like:
            if getattr(data, field) == actor:
                return shown, getattr(shown, field)
        by_key = naming.actor in SCOPED_BY_KEY
        scope = getattr(data, data.key_field) if by_key else within
        return shown, self._alias(naming.actor, actor, scope)

    def _renamed(
        self, data: EventData, naming: Naming, within: str | None, *, masked: bool
    ) -> EventData:
        changes: dict[str, Any] = {}
        for path in naming.shown:
            if masked and path in naming.entrants:
                kind, scope = ENTRY, getattr(data, data.subject_field)
            elif within is not None:
                kind, scope = MEMBER, within
            else:
                continue
            field, _, part = path.partition(".")
            changes[field] = self._each(getattr(data, field), part, kind, scope)
        return msgspec.structs.replace(data, **changes) if changes else data

    def _each(self, value: Any, part: str, kind: str, scope: str) -> Any:
        """A person, or each of several, or the person in a part of each of several things."""
        if isinstance(value, str):
            # Whoever was erased is nobody, wherever it was.
            return value if value == FORMER_COLLEAGUE else self._alias(kind, value, scope)
        if value is None:
            return None
        if not part:
            return tuple(self._each(person, "", kind, scope) for person in value)
        return tuple(
            msgspec.structs.replace(
                thing, **{part: self._each(getattr(thing, part), "", kind, scope)}
            )
            for thing in value
        )
