"""Who may do what: one table, one function, no input or output.

    authorize(principal, Action.COMMENT, Resource(content=True, role=GroupRole.MEMBER))

What a person may not see answers `NotVisible` (404, as if it weren't there); what they may see but
not do answers `NotAllowed` (403). Commands and queries call it with facts they have read; they
never look at roles themselves.

Three questions, asked in this order:

1. Is the person active? Whoever isn't yet, or isn't any more, gets nothing, whatever their token
   says; somebody suspended reads what an outsider reads (`check_standing`).
2. Does the person see the thing? `sees`, the same for every action.
3. Do they hold one of the grants that the table lists for the action? A `Grant` is a role of the
   platform (from the token), a role in the group (from a membership), or a relation to the thing
   (its author, organiser of the contest, ...).

Whether the state allows it (a closed contest, an archived group, a guideline that isn't
acknowledged) is no question of access; commands decide that.

actions.py        everything that can be done
grants.py         roles and relations, and the facts about a thing that they depend on
table.py          which grants allow an action
authorization.py  the three questions, and what a person is answered who may not
"""

from shared.contract.access.actions import HUMANS_ONLY, READING, Action
from shared.contract.access.authorization import (
    AccountSuspended,
    NotAllowed,
    NotVisible,
    PersonHasLeft,
    PersonNotActive,
    PersonWasErased,
    authorize,
    check_standing,
    sees,
)
from shared.contract.access.grants import (
    MODERATORS,
    NOTHING_SPECIAL,
    Grant,
    GroupRole,
    Resource,
    Visibility,
    holds,
)
from shared.contract.access.table import ALLOWED

__all__ = [
    "ALLOWED",
    "HUMANS_ONLY",
    "MODERATORS",
    "NOTHING_SPECIAL",
    "READING",
    "AccountSuspended",
    "Action",
    "Grant",
    "GroupRole",
    "NotAllowed",
    "NotVisible",
    "PersonHasLeft",
    "PersonNotActive",
    "PersonWasErased",
    "Resource",
    "Visibility",
    "authorize",
    "check_standing",
    "holds",
    "sees",
]
