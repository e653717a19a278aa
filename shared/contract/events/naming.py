"""Whom an event names: what each type says of it, beside its fields.

What the API shows to everybody who sees a thing, an event may say too: whose post it is, who wrote
a comment. Everything else that somebody did is told under an alias (`shared.contract.aliases`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.contract import aliases

SCOPED_BY_KEY = frozenset({aliases.POLL_VOTE, aliases.FLAG, aliases.BALLOT, aliases.MODERATION})
"""Kinds of acts that are told under another alias for each post, or each contest."""

NOBODY_APART: Final[Mapping[str, str]] = MappingProxyType({})
"""Everybody in a group that isn't open is told in its scope: see `Disclosure.publishable`."""


class Naming(NamedTuple):
    """Which people an event type names, and as what.

    Attributes:
        shown: Fields with people whom the API names where it shows the thing. `ranking.entrant`: in
            each part of the field `ranking`.
        entrants: Those of the fields above with somebody who entered a contest: they have an alias
            for each entry while entrants are masked.
        masked: The API never shows who is in `entrants` together with what this event tells.
        actor: The kind of act, whose alias the actor has.
        actor_like: Fields that tell who the actor is anyway, since another field says that they are
            the same person (`own`, `by_author`): so the actor is named as that field names them.
    """

    shown: tuple[str, ...] = ()
    entrants: tuple[str, ...] = ()
    masked: bool = False
    actor: str = aliases.MODERATION
    actor_like: tuple[str, ...] = ()
