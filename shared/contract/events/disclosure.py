"""What an event may say: the one place where a person, or a trace, becomes an alias.

Commands tell events about people by their ids. As the event is sealed, everybody whom the API
doesn't show in that connection gets an alias (`shared.contract.aliases`), as the event's type lays
down (`EventData.naming`); and so does the trace of the request (`shared.contract.events.traces`).
Nothing else of an event changes.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.contract.aliases import ENTRY, MEMBER, Aliases
from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.events.envelope import EventData
from shared.contract.events.naming import NOBODY_APART, SCOPED_BY_KEY, Naming
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
        self,
        data: EventData,
        actor: str | None,
        within: str | None,
        masked: bool,
        apart: Mapping[str, str] = NOBODY_APART,
    ) -> tuple[EventData, str | None]:
        """The data and the actor as an event may say them.

        Args:
            data: What happened; people are in it by their ids.
            actor: The id of the person who did it; None for the system.
            within: The scope of the group in which it happened, where that isn't open: people in
                there are told under aliases. None: all who read the event may see where it
                happened.
            masked: Whether the API doesn't show who entered the contest that it happened in.
            apart: By field with people, as `Naming.shown` has it, the field whose value is their
                scope instead of the group's: in the same part for `ranking.entrant`.
        """
        naming = data.naming
        if naming is None:
            return data, actor
        shown = data
        if within is not None or masked or naming.masked:
            shown = self._renamed(data, naming, within, masked or naming.masked, apart)
        if actor is None:
            return shown, None
        for field in naming.actor_like:
            if getattr(data, field) == actor:
                return shown, getattr(shown, field)
        by_key = naming.actor in SCOPED_BY_KEY
        scope = getattr(data, data.key_field) if by_key else within
        return shown, self._alias(naming.actor, actor, scope)

    def _renamed(
        self,
        data: EventData,
        naming: Naming,
        within: str | None,
        masked: bool,
        apart: Mapping[str, str],
    ) -> EventData:
        changes: dict[str, Any] = {}
        for path in naming.shown:
            if masked and path in naming.entrants:
                kind, own = ENTRY, data.subject_field
            elif within is not None:
                kind, own = MEMBER, apart.get(path, "")
            else:
                continue
            field, _, part = path.partition(".")
            if part:
                changes[field] = tuple(
                    msgspec.structs.replace(
                        thing, **{part: self._told(thing, part, kind, own, within)}
                    )
                    for thing in getattr(data, field)
                )
            else:
                changes[field] = self._told(data, field, kind, own, within)
        return msgspec.structs.replace(data, **changes) if changes else data

    def _told(self, thing: Any, field: str, kind: str, own: str, within: str | None) -> Any:
        """The person, or each of several, in a field of an event or of a part of one.

        Their scope is what is in the thing's field `own`; where that is empty, the group.
        """
        value = getattr(thing, field)
        scope = getattr(thing, own) if own else within
        if value is None:
            return None
        if isinstance(value, str):
            return self._person(kind, value, scope)
        return tuple(self._person(kind, person, scope) for person in value)

    def _person(self, kind: str, person: str, scope: str | None) -> str:
        # Whoever was erased is nobody, wherever it was.
        return person if person == FORMER_COLLEAGUE else self._alias(kind, person, scope)
