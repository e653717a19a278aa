"""What the table of access says, compared with what the routes do: each grant of each action works.

`test_matrix.py` asks every route as every caller; here its answers are held against
`shared/contract/access/table.py`. An action that no route checks, or a grant that never lets
anybody in, is a promise that nobody keeps.
"""

import pytest

from shared.contract.access import ALLOWED, Action, Grant
from tests.contract.access.access_world import GROUP_ROLES
from tests.contract.access.test_matrix import rows

# What each caller of the matrix is, in front of what is there. The one who owns or moderates the
# group organises its contests. What is their own, or invites them, they have in rows of their own.
_PERSON = {Grant.PERSON}
_LEADS = {*_PERSON, Grant.MEMBER, Grant.GROUP_MODERATOR, Grant.ORGANISER}
HOLDS: dict[str, set[Grant]] = {
    "outsider": _PERSON,
    "person": {*_PERSON, Grant.PASSER_BY},
    "member": {*_PERSON, Grant.MEMBER},
    "moderator": _LEADS,
    "owner": {*_LEADS, Grant.GROUP_OWNER},
    "editor": {*_PERSON, Grant.PASSER_BY, Grant.EDITOR},
    "analyst": {*_PERSON, Grant.PASSER_BY, Grant.ANALYST},
    "admin": {*_PERSON, Grant.ADMIN},
    "stranger": _PERSON,
    "warden": {*_PERSON, Grant.MODERATOR},
    "service": {Grant.SERVICE},
    "importer": {*_PERSON, Grant.PASSER_BY, Grant.IMPORTER},
    "recorder": {*_PERSON, Grant.PASSER_BY, Grant.IMPORTER},
}

# Rows of the matrix by action; `own:` where the caller holds `self` or made the contest, `founded:`
# where the group is theirs, `invited:` where they are invited. 409 comes after access was granted.
ROWS: dict[Action, tuple[str, ...]] = {
    Action.READ_PEOPLE: ("list_people",),
    Action.READ_PERSON: ("read_person", "list_people (by ids)"),
    Action.CREATE_PERSON: ("create_person", "create_people"),
    Action.CHANGE_PERSON: ("change_person", "own: change_person (self)"),
    Action.CHANGE_EXTERNAL_ID: ("change_external_id",),
    Action.SUSPEND_PERSON: ("suspend_person",),
    Action.REINSTATE_PERSON: ("reinstate_person",),
    Action.LEAVE_ORGANISATION: ("leave_organisation",),
    Action.ERASE_PERSON: ("erase_person",),
    Action.READ_ERASURE: ("read_erasure",),
    Action.VISIT: ("visit",),
    Action.READ_GROUP: ("read_group", "list_groups"),
    Action.CREATE_GROUP: ("create_group",),
    Action.CREATE_PILOT: ("create_group (pilot)",),
    Action.CHANGE_GROUP: ("change_group",),
    Action.ARCHIVE_GROUP: ("archive_group", "restore_group"),
    Action.DELETE_EMPTY_GROUP: ("delete_group", "founded: delete_group (alone in it)"),
    Action.DELETE_GROUP: ("delete_group",),
    Action.READ_MEMBERS: ("list_members", "read_member"),
    Action.JOIN_GROUP: ("join_group", "invited: join_group (invited)"),
    Action.REQUEST_MEMBERSHIP: ("request_membership", "withdraw_request"),
    Action.DECIDE_MEMBERSHIP: ("list_requests", "approve_request", "decline_request"),
    Action.INVITE: ("invite", "list_invitations", "revoke_invitation"),
    Action.ANSWER_INVITATION: (
        "invited: accept_invitation (invited)",
        "invited: decline_invitation (invited)",
    ),
    Action.LEAVE_GROUP: ("leave_group",),
    Action.REMOVE_MEMBER: ("remove_member",),
    Action.CHANGE_ROLE: ("change_role",),
    Action.READ_CHANNEL: ("list_channels", "read_channel", "list_posts (of a channel)"),
    Action.CREATE_CHANNEL: ("create_channel",),
    Action.CHANGE_CHANNEL: ("change_channel", "archive_channel"),
    Action.READ_POST: ("read_post", "list_posts", "list_comments"),
    Action.PUBLISH_POST: ("publish_post",),
    Action.PUBLISH_NEWS: ("publish_post (news)",),
    Action.EDIT_POST: ("edit_post", "own: edit_post (own)"),
    Action.DELETE_POST: ("delete_post", "own: delete_post (own)"),
    Action.READ_HISTORY: ("read_history",),
    Action.COMMENT: ("add_comment", "share_post (to the group)"),
    Action.EDIT_COMMENT: ("edit_comment", "own: edit_comment (own)"),
    Action.DELETE_COMMENT: ("delete_comment", "own: delete_comment (own)"),
    Action.REACT: ("react_to_post", "react_to_comment"),
    Action.VIEW: ("view_post", "view_entry"),
    Action.SHARE: ("share_post",),
    Action.READ_FEED: ("read_feed",),
    Action.READ_CONTEST: ("read_contest", "list_contests", "list_entries", "read_entry"),
    Action.CREATE_CONTEST: ("create_contest",),
    Action.CREATE_CONTEST_FOR_ALL: ("create_contest (for all)",),
    Action.CHANGE_CONTEST: ("change_contest",),
    Action.ADVANCE_CONTEST: ("advance_contest", "cancel_contest", "own: announce_contest (own)"),
    Action.ENTER_CONTEST: ("submit_entry",),
    Action.EDIT_ENTRY: ("edit_entry", "own: edit_entry (own)", "own: withdraw_entry (own)"),
    Action.REVIEW_ENTRY: ("accept_entry", "reject_entry"),
    Action.REJECT_IN_VOTE: ("propose_rejection", "confirm_rejection"),
    Action.CAST_BALLOT: ("cast_ballot", "withdraw_ballot"),
    Action.READ_RESULT: ("read_results",),
    Action.RECORD_ACT: (
        "record_groups_history",
        "record_posts_history",
        "create_group (of before)",
        "create_group (as somebody)",
        "create_group (with their role)",
    ),
    Action.READ_DEFINITIONS: ("read_kpi_definitions",),
    Action.READ_KPIS: ("read_kpis", "read_kpi", "read_formats", "read_topics"),
    Action.READ_GROUP_FIGURES: ("read_group_figures", "read_kpi (of the group)"),
    Action.READ_POST_FIGURES: ("read_post_figures", "own: read_post_figures (own)"),
    Action.READ_CONTEST_FIGURES: (
        "read_contest_figures",
        "own: read_contest_figures (own)",
    ),
    Action.WATCH_LIVE: ("watch_live",),
}

# Let in without the grant, since nothing is done: who is in the group joins it, who isn't leaves
# it, and a group with people in it isn't deleted by its owner.
NOTHING_TO_DO = {
    *(("join_group", role) for role in GROUP_ROLES),
    *(("leave_group", caller) for caller in HOLDS.keys() - set(GROUP_ROLES)),
    ("delete_group", "owner"),
}
MORE: dict[str, set[Grant]] = {
    "": set(),
    "own": {Grant.SELF, Grant.ORGANISER},
    "founded": {Grant.GROUP_OWNER},
    "invited": {Grant.INVITED},
}
MATRIX = rows()
GRANTED = {"ok", "409"}


def parts(row: str) -> tuple[set[Grant], str]:
    """What the caller holds besides in this row, and its name in the matrix."""
    kind, _, name = row.rpartition(": ")
    return MORE[kind], name


@pytest.mark.parametrize("action", Action, ids=lambda action: action.name)
def test_each_grant_of_an_action_lets_somebody_in_and_nothing_else_does(action: Action) -> None:
    allowed = set(ALLOWED[action])
    let_in: set[Grant] = set()
    for row in ROWS[action]:
        more, name = parts(row)
        for caller, grants in HOLDS.items():
            cell = MATRIX[name][caller]
            if (name, caller) in NOTHING_TO_DO:
                continue
            held = (grants | more) & allowed
            if cell in GRANTED:
                assert held, f"{caller} is let in by {name} and holds nothing of {allowed}"
                let_in |= held
    assert allowed - let_in == set()


def test_every_action_is_asked_by_a_row_of_the_matrix() -> None:
    assert ROWS.keys() == set(Action)
    assert {parts(row)[1] for rows_ in ROWS.values() for row in rows_} <= MATRIX.keys()
