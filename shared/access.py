"""Who may do what: one table, one function, no input or output.

    authorize(principal, Action.COMMENT, Resource(content=True, role=GroupRole.MEMBER))

What a person may not see answers `NotVisible` (404, as if it weren't there); what they may see but
not do answers `NotAllowed` (403). Commands and queries call it with facts they have read; they
never look at roles themselves.

Two questions, asked in this order:

1. Does the person see the thing? `sees` below, the same for every action.
2. Does one of the hats that the table lists for the action fit? A `Hat` is a role of the platform
   (from the token), a role in the group (from a membership), or a relation to the thing (its
   author, organiser of the contest, ...).

Whether the state allows it (a closed contest, an archived group, a guideline that isn't
acknowledged) is no question of access; commands decide that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Category, Refusal
from shared.identity import Principal


class NotVisible(Refusal):
    """It isn't there, or this person may not know of it: the answer is the same for both."""

    category = Category.MISSING
    title = "There is no such thing"

    def __init__(self, detail: str = "It doesn't exist, or you may not see it.") -> None:
        super().__init__(detail)


class NotAllowed(Refusal):
    """It may be seen; this person may not do that with it."""

    category = Category.FORBIDDEN
    title = "You may not do this"

    def __init__(
        self, detail: str = "Ask someone whose role in the group or on the platform allows it."
    ) -> None:
        super().__init__(detail)


class PersonSuspended(NotAllowed):
    """A suspended person may read what they could read as an outsider, and do nothing."""

    title = "This account is suspended"

    def __init__(
        self, detail: str = "Ask an administrator of the platform to reinstate it."
    ) -> None:
        super().__init__(detail)


class Visibility(StrEnum):
    """How much outsiders see of a group."""

    OPEN = "open"  # the group and all that is in it
    CLOSED = "closed"  # that it exists and what it is for, nothing in it
    SECRET = "secret"  # nothing  # noqa: S105 - not a password


class GroupRole(StrEnum):
    """A person's role in a group, from their membership."""

    MEMBER = "member"
    MODERATOR = "moderator"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Resource:
    """The facts that access depends on; the defaults are those of a thing that everyone sees.

    Attributes:
        visibility: Of the group that it is, or that it is in.
        content: It is inside of a group (channel, post, contest, list of members), not the group
            itself.
        everyone: The group is the one of all active people, so everyone is a member.
        role: The person's role in the group; None for outsiders.
        invited: The person is invited to the group.
        suspended: The person is suspended on the platform.
        own: It is the person's own: author, entrant, asker, or the person themselves.
        organiser: The person organises the contest.
        juror: The person is on the contest's jury.
        draft: It hasn't been published yet.
        hidden: A moderator has hidden it.
    """

    visibility: Visibility = Visibility.OPEN
    content: bool = False
    everyone: bool = False
    role: GroupRole | None = None
    invited: bool = False
    suspended: bool = False
    own: bool = False
    organiser: bool = False
    juror: bool = False
    draft: bool = False
    hidden: bool = False


NOTHING_SPECIAL = Resource()
"""For actions that depend on the person alone, such as creating a group."""


class Hat(StrEnum):
    """Something that makes a person the right one for an action."""

    # Roles of the platform
    PERSON = "person"  # everyone who is signed in
    ADMIN = "admin"  # runs the platform
    EDITOR = "editor"  # internal communications: news and campaigns anywhere
    MODERATOR = "moderator"  # handles reports anywhere
    ANALYST = "analyst"  # reads the figures
    SERVICE = "service"  # a machine: provisioning, integrations
    # Roles in the group; each includes the ones before it
    MEMBER = "group member"
    GROUP_MODERATOR = "group moderator"
    GROUP_OWNER = "group owner"
    # Relations to the thing
    SELF = "self"  # it is theirs
    ORGANISER = "organiser"
    JUROR = "juror"
    INVITED = "invited"
    PASSER_BY = "passer-by"  # anyone at the open door of an open group


class Action(StrEnum):
    """Everything that can be done, in all four services."""

    # People
    READ_PEOPLE = "read people"
    READ_PERSON = "read a person"
    CREATE_PERSON = "create a person"
    CHANGE_PERSON = "change a person"
    SUSPEND_PERSON = "suspend a person"
    REINSTATE_PERSON = "reinstate a person"
    ERASE_PERSON = "erase a person"
    PROVISION = "provision people"
    VISIT = "visit the platform"
    # Groups and memberships
    READ_GROUP = "read a group"
    CREATE_GROUP = "create a group"
    CREATE_PILOT = "create a pilot"
    CHANGE_GROUP = "change a group"
    ARCHIVE_GROUP = "archive or restore a group"
    DELETE_EMPTY_GROUP = "delete an empty group"
    DELETE_GROUP = "delete a group with people in it"
    READ_MEMBERS = "read a group's members"
    JOIN_GROUP = "join a group"
    REQUEST_MEMBERSHIP = "ask for membership"
    DECIDE_MEMBERSHIP = "approve or decline a request for membership"
    INVITE = "invite someone"
    ANSWER_INVITATION = "accept or decline an invitation"
    LEAVE_GROUP = "leave a group"
    REMOVE_MEMBER = "remove a member"
    CHANGE_ROLE = "change a member's role"
    # Channels, guides and guidelines
    READ_CHANNEL = "read a channel"
    CREATE_CHANNEL = "create a channel"
    CHANGE_CHANNEL = "change or archive a channel"
    READ_GUIDE = "read a guide"
    WRITE_GUIDE = "write a group's guide or guideline"
    WRITE_GUIDE_FOR_ALL = "write a guide or guideline for everyone"
    FOLLOW_GUIDE = "complete a step or acknowledge a guideline"
    READ_GUIDE_PROGRESS = "read who got how far in a guide"
    # Posts
    READ_POST = "read a post"
    PUBLISH_POST = "publish in a channel"
    PUBLISH_NEWS = "publish in a news channel"
    EDIT_POST = "edit a post"
    DELETE_POST = "delete a post"
    PIN_POST = "pin a post"
    HIDE_POST = "hide or restore a post"
    READ_HISTORY = "read a post's earlier versions"
    COMMENT = "comment"
    EDIT_COMMENT = "edit a comment"
    DELETE_COMMENT = "delete a comment"
    REACT = "react"
    VIEW = "view"
    SHARE = "share"
    CONFIRM_READING = "confirm reading"
    VOTE_IN_POLL = "vote in a poll"
    CLOSE_POLL = "close a poll"
    ACCEPT_ANSWER = "accept an answer"
    READ_FEED = "read the own feed"
    FLAG = "flag"
    READ_FLAGS = "read what was flagged"
    DECIDE_FLAG = "decide about what was flagged"
    # Contests
    READ_CONTEST = "read a contest"
    CREATE_CONTEST = "create a contest in a group"
    CREATE_CONTEST_FOR_ALL = "create a contest for everyone"
    CHANGE_CONTEST = "change a contest"
    ADVANCE_CONTEST = "announce, advance or cancel a contest"
    ENTER_CONTEST = "submit an entry"
    READ_ENTRY = "read an entry"
    EDIT_ENTRY = "edit or withdraw an entry"
    REVIEW_ENTRY = "accept or reject an entry"
    CAST_BALLOT = "cast, change or delete the own ballot"
    APPOINT_JURY = "appoint jurors"
    SCORE = "score an entry"
    READ_RESULT = "read a result"
    AUDIT_CONTEST = "export a contest for recount"
    # Figures
    READ_DEFINITIONS = "read the definitions of the figures"
    READ_KPIS = "read the figures of the organisation"
    READ_GROUP_FIGURES = "read the figures of a group"
    READ_POST_FIGURES = "read the figures of a post"
    READ_CONTEST_FIGURES = "read the figures of a contest"
    WATCH_LIVE = "watch the live figures"


_A, _H = Action, Hat
_ADMIN = (_H.ADMIN,)
_HR = (_H.ADMIN, _H.SERVICE)
_RUN_GROUP = (_H.GROUP_OWNER, _H.ADMIN)
_MODERATE_GROUP = (_H.GROUP_MODERATOR, _H.ADMIN)
_CLEAN_UP = (_H.GROUP_MODERATOR, _H.MODERATOR, _H.ADMIN)
_OWN_OR_CLEAN_UP = (_H.SELF, *_CLEAN_UP)
_ORGANISE = (_H.ORGANISER, _H.ADMIN)
_FIGURES = (_H.ANALYST, _H.ADMIN)
_GROUP_FIGURES = (_H.GROUP_OWNER, _H.ANALYST, _H.ADMIN)

# Whoever sees the thing and wears one of the hats may do it.
ALLOWED: Mapping[Action, tuple[Hat, ...]] = {
    # People
    _A.READ_PEOPLE: (_H.PERSON,),
    _A.READ_PERSON: (_H.PERSON,),
    _A.CREATE_PERSON: _HR,
    _A.CHANGE_PERSON: (_H.SELF, *_HR),
    _A.SUSPEND_PERSON: _HR,
    _A.REINSTATE_PERSON: _HR,
    _A.ERASE_PERSON: _ADMIN,
    _A.PROVISION: _HR,
    _A.VISIT: (_H.PERSON,),
    # Groups and memberships
    _A.READ_GROUP: (_H.PERSON,),
    _A.CREATE_GROUP: (_H.PERSON,),
    _A.CREATE_PILOT: (_H.EDITOR, _H.ADMIN),
    _A.CHANGE_GROUP: _RUN_GROUP,
    _A.ARCHIVE_GROUP: _RUN_GROUP,
    _A.DELETE_EMPTY_GROUP: _RUN_GROUP,
    _A.DELETE_GROUP: _ADMIN,
    _A.READ_MEMBERS: (_H.PERSON,),
    _A.JOIN_GROUP: (_H.PASSER_BY, _H.INVITED, _H.ADMIN),
    _A.REQUEST_MEMBERSHIP: (_H.PERSON,),
    _A.DECIDE_MEMBERSHIP: _MODERATE_GROUP,
    _A.INVITE: (_H.GROUP_MODERATOR, _H.ADMIN, _H.SERVICE),
    _A.ANSWER_INVITATION: (_H.INVITED,),
    _A.LEAVE_GROUP: (_H.MEMBER,),
    _A.REMOVE_MEMBER: (_H.GROUP_MODERATOR, _H.ADMIN, _H.SERVICE),
    _A.CHANGE_ROLE: _RUN_GROUP,
    # Channels, guides and guidelines
    _A.READ_CHANNEL: (_H.PERSON,),
    _A.CREATE_CHANNEL: (_H.GROUP_OWNER, _H.GROUP_MODERATOR, _H.ADMIN),
    _A.CHANGE_CHANNEL: (_H.GROUP_OWNER, _H.GROUP_MODERATOR, _H.ADMIN),
    _A.READ_GUIDE: (_H.PERSON,),
    _A.WRITE_GUIDE: _MODERATE_GROUP,
    _A.WRITE_GUIDE_FOR_ALL: (_H.EDITOR, _H.ADMIN),
    _A.FOLLOW_GUIDE: (_H.PERSON,),
    _A.READ_GUIDE_PROGRESS: (_H.SELF, _H.GROUP_OWNER, _H.ADMIN),
    # Posts
    _A.READ_POST: (_H.PERSON,),
    _A.PUBLISH_POST: (_H.MEMBER, _H.EDITOR, _H.ADMIN),
    _A.PUBLISH_NEWS: (_H.GROUP_MODERATOR, _H.EDITOR, _H.ADMIN),
    _A.EDIT_POST: (_H.SELF,),
    _A.DELETE_POST: _OWN_OR_CLEAN_UP,
    _A.PIN_POST: (_H.GROUP_MODERATOR, _H.EDITOR, _H.ADMIN),
    _A.HIDE_POST: _CLEAN_UP,
    _A.READ_HISTORY: (_H.PERSON,),
    _A.COMMENT: (_H.MEMBER, _H.EDITOR, _H.ADMIN),
    _A.EDIT_COMMENT: (_H.SELF,),
    _A.DELETE_COMMENT: _OWN_OR_CLEAN_UP,
    _A.REACT: (_H.PERSON,),
    _A.VIEW: (_H.PERSON,),
    _A.SHARE: (_H.PERSON,),
    _A.CONFIRM_READING: (_H.PERSON,),
    _A.VOTE_IN_POLL: (_H.PERSON,),
    _A.CLOSE_POLL: _OWN_OR_CLEAN_UP,
    _A.ACCEPT_ANSWER: (_H.SELF, _H.GROUP_MODERATOR),
    _A.READ_FEED: (_H.PERSON,),
    _A.FLAG: (_H.PERSON,),
    _A.READ_FLAGS: _CLEAN_UP,
    _A.DECIDE_FLAG: _CLEAN_UP,
    # Contests
    _A.READ_CONTEST: (_H.PERSON,),
    _A.CREATE_CONTEST: (_H.GROUP_MODERATOR, _H.EDITOR, _H.ADMIN),
    _A.CREATE_CONTEST_FOR_ALL: (_H.EDITOR, _H.ADMIN),
    _A.CHANGE_CONTEST: _ORGANISE,
    _A.ADVANCE_CONTEST: _ORGANISE,
    _A.ENTER_CONTEST: (_H.MEMBER,),
    _A.READ_ENTRY: (_H.PERSON,),
    _A.EDIT_ENTRY: (_H.SELF,),
    _A.REVIEW_ENTRY: _ORGANISE,
    _A.CAST_BALLOT: (_H.MEMBER,),
    _A.APPOINT_JURY: _ORGANISE,
    _A.SCORE: (_H.JUROR,),
    _A.READ_RESULT: (_H.PERSON,),
    _A.AUDIT_CONTEST: _ORGANISE,
    # Figures
    _A.READ_DEFINITIONS: (_H.PERSON,),
    _A.READ_KPIS: _FIGURES,
    _A.READ_GROUP_FIGURES: _GROUP_FIGURES,
    _A.READ_POST_FIGURES: (_H.SELF, *_GROUP_FIGURES),
    _A.READ_CONTEST_FIGURES: (_H.ORGANISER, *_FIGURES),
    _A.WATCH_LIVE: _FIGURES,
}

# What a suspended person may still do: read what is open to all.
READING = frozenset(action for action in Action if action.value.startswith("read "))

_MEMBERS = frozenset(GroupRole)
_MODERATORS = frozenset({GroupRole.MODERATOR, GroupRole.OWNER})

_FITS: Mapping[Hat, Callable[[Principal, Resource], bool]] = {
    Hat.PERSON: lambda _principal, _resource: True,
    Hat.ADMIN: lambda principal, _: "admin" in principal.roles,
    Hat.EDITOR: lambda principal, _: "editor" in principal.roles,
    Hat.MODERATOR: lambda principal, _: "moderator" in principal.roles,
    Hat.ANALYST: lambda principal, _: "analyst" in principal.roles,
    Hat.SERVICE: lambda principal, _: "service" in principal.roles,
    Hat.MEMBER: lambda _, resource: (
        not resource.suspended and (resource.everyone or resource.role in _MEMBERS)
    ),
    Hat.GROUP_MODERATOR: lambda _, resource: (
        not resource.suspended and resource.role in _MODERATORS
    ),
    Hat.GROUP_OWNER: lambda _, resource: (
        not resource.suspended and resource.role is GroupRole.OWNER
    ),
    Hat.SELF: lambda _, resource: resource.own,
    Hat.ORGANISER: lambda _, resource: resource.organiser,
    Hat.JUROR: lambda _, resource: resource.juror,
    Hat.INVITED: lambda _, resource: resource.invited,
    Hat.PASSER_BY: lambda _, resource: resource.visibility is Visibility.OPEN,
}


def wears(principal: Principal, hat: Hat, resource: Resource) -> bool:
    """Whether the hat fits this person in front of this thing."""
    return _FITS[hat](principal, resource)


def sees(principal: Principal, resource: Resource) -> bool:
    """Whether the person may know that the thing exists.

    Administrators and platform moderators see everything but other people's drafts, because they
    answer for it and handle reports; so does a service, because it provisions.
    """
    if resource.draft and not (resource.own or resource.organiser):
        return False
    roles = principal.roles
    if roles and not roles.isdisjoint(("admin", "moderator", "service")):
        return True
    role = None if resource.suspended else resource.role
    if resource.hidden and not (resource.own or role in _MODERATORS):
        return False
    if resource.visibility is Visibility.OPEN or resource.everyone or role is not None:
        return True
    if resource.content:
        return False
    return resource.visibility is Visibility.CLOSED or resource.invited


def authorize(principal: Principal, action: Action, resource: Resource = NOTHING_SPECIAL) -> None:
    """Returns if the person may do it, else raises.

    Raises:
        NotVisible: They may not know that it exists.
        PersonSuspended: They are suspended and wanted more than to read.
        NotAllowed: They see it, and none of the action's hats fits.
    """
    if not sees(principal, resource):
        raise NotVisible
    if resource.suspended and action not in READING:
        raise PersonSuspended
    for hat in ALLOWED[action]:
        if _FITS[hat](principal, resource):
            return
    raise NotAllowed
