"""Everything that can be done, and what of it is only reading."""

from enum import StrEnum


class Action(StrEnum):
    """Everything that can be done, in all four services: each is checked by at least one route."""

    # People
    READ_PEOPLE = "read people"
    READ_PERSON = "read a person"
    CREATE_PERSON = "create a person"
    CHANGE_PERSON = "change a person"
    CHANGE_EXTERNAL_ID = "say what the identity provider calls a person"
    SUSPEND_PERSON = "suspend a person"
    REINSTATE_PERSON = "reinstate a person"
    LEAVE_ORGANISATION = "have a person leave the organisation"
    ERASE_PERSON = "erase a person"
    READ_ERASURE = "read how far an erasure is"
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
    # Channels
    READ_CHANNEL = "read a channel"
    CREATE_CHANNEL = "create a channel"
    CHANGE_CHANNEL = "change or archive a channel"
    # Posts
    READ_POST = "read a post"
    PUBLISH_POST = "publish in a channel"
    PUBLISH_NEWS = "publish in a news channel"
    EDIT_POST = "edit a post"
    DELETE_POST = "delete a post"
    READ_HISTORY = "read a post's earlier versions"
    COMMENT = "comment"
    EDIT_COMMENT = "edit a comment"
    DELETE_COMMENT = "delete a comment"
    REACT = "react"
    VIEW = "view"
    SHARE = "share"
    READ_FEED = "read the own feed"
    # Contests
    READ_CONTEST = "read a contest and its entries"
    CREATE_CONTEST = "create a contest in a group"
    CREATE_CONTEST_FOR_ALL = "create a contest for everyone"
    CHANGE_CONTEST = "change a contest"
    ADVANCE_CONTEST = "announce, advance or cancel a contest"
    ENTER_CONTEST = "submit an entry"
    EDIT_ENTRY = "edit or withdraw an entry"
    REVIEW_ENTRY = "accept or reject an entry"
    REJECT_IN_VOTE = "propose or confirm the rejection of an entry during the vote"
    CAST_BALLOT = "cast, change or delete the own ballot"
    READ_RESULT = "read a result"
    # History
    RECORD_ACT = "record an act of before"
    # Figures
    READ_DEFINITIONS = "read the definitions of the figures"
    READ_KPIS = "read the figures of the organisation"
    READ_GROUP_FIGURES = "read the figures of a group"
    READ_POST_FIGURES = "read the figures of a post"
    READ_CONTEST_FIGURES = "read the figures of a contest"
    WATCH_LIVE = "watch the live figures"


# What only human beings may do, whatever roles a program has: programs neither win nor decide who
# does. All else that they may not do follows from the grants that they can hold.
HUMANS_ONLY = frozenset({Action.ENTER_CONTEST, Action.CAST_BALLOT})

# What a suspended person may still do: read what is open to all.
READING = frozenset(action for action in Action if action.value.startswith("read "))
