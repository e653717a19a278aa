"""Who may do what: one table, one function, no input or output.

    authorize(principal, Action.COMMENT, Resource(content=True, role=GroupRole.MEMBER))

What a person may not see answers `NotVisible` (404, as if it weren't there); what they may see but
not do answers `NotAllowed` (403). Commands and queries call it with facts they have read; they
never look at roles themselves.

Two questions, asked in this order:

1. Does the person see the thing? `sees`, the same for every action.
2. Does one of the hats that the table lists for the action fit? A `Hat` is a role of the platform
   (from the token), a role in the group (from a membership), or a relation to the thing (its
   author, organiser of the contest, ...).

Whether the state allows it (a closed contest, an archived group, a guideline that isn't
acknowledged) is no question of access; commands decide that.

refusals.py  what a person hears who may not
resource.py  the facts about a thing and the person in front of it
actions.py   everything that can be done
hats.py      what makes a person the right one
table.py     which hats fit an action
deciding.py  the two questions
"""

from shared.contract.access.actions import READING, Action
from shared.contract.access.deciding import authorize, sees
from shared.contract.access.hats import Hat, wears
from shared.contract.access.refusals import NotAllowed, NotVisible, PersonSuspended
from shared.contract.access.resource import (
    MODERATORS,
    NOTHING_SPECIAL,
    GroupRole,
    Resource,
    Visibility,
)
from shared.contract.access.table import ALLOWED

__all__ = [
    "ALLOWED",
    "MODERATORS",
    "NOTHING_SPECIAL",
    "READING",
    "Action",
    "GroupRole",
    "Hat",
    "NotAllowed",
    "NotVisible",
    "PersonSuspended",
    "Resource",
    "Visibility",
    "authorize",
    "sees",
    "wears",
]
