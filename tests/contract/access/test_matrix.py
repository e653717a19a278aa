"""Every route of every service for every kind of person: one table, asked on the real platform.

Changing a cell is a decision about who may do what. Which of the callers stands in front of the
open group, and which in front of the closed one, says `access_world.py` beside this; what is asked
in a row says `access_requests.py`.

The importer and the recorder both have the role `importer` and are asked on platforms of their own:
the importer where nobody may record what has happened before, the recorder where MITMACH_HISTORY
allows it. Without the headers of the last rows both are a person like any other.
"""

import asyncio
from pathlib import Path

import pytest

from tests.contract.access.access_requests import ASKS, ask
from tests.contract.access.access_routes import routes
from tests.contract.access.access_world import CALLERS, RECORDER, AccessWorld
from tests.contract.openapi.answers_seen import AnswersSeen
from tests.support.platform import running_platform

# ok: done or answered. 404: they may not know of it. 403: they may, and may not do it. 409 and 422:
# it isn't access that stands in the way. -: they can't have what the row is about.
#                                 anonymous
#                                 |   outsider
#                                 |   |   person
#                                 |   |   |   member
#                                 |   |   |   |   moderator (of the group)
#                                 |   |   |   |   |   owner (of the group)
#                                 |   |   |   |   |   |   editor
#                                 |   |   |   |   |   |   |   analyst
#                                 |   |   |   |   |   |   |   |   admin
#                                 |   |   |   |   |   |   |   |   |   suspended
#                                 |   |   |   |   |   |   |   |   |   |   stranger
#                                 |   |   |   |   |   |   |   |   |   |   |   warden
#                                 |   |   |   |   |   |   |   |   |   |   |   |   service
#                                 |   |   |   |   |   |   |   |   |   |   |   |   |   importer
#                                 |   |   |   |   |   |   |   |   |   |   |   |   |   |   recorder
TABLE = """
# people
create_person                     401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
create_people                     401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
list_people                       401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
list_people (by status)           401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
list_people (by ids)              401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
read_person                       401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
change_person                     401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
change_person (self)              401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  ok  ok  ok
change_person (self, department)  401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
change_external_id                401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
suspend_person                    401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
reinstate_person                  401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
leave_organisation                401 403 403 403 403 403 403 403 ok  403 403 403 ok  403 403
erase_person                      401 403 403 403 403 403 403 403 ok  403 403 403 403 403 403
read_erasure                      401 403 403 403 403 403 403 403 ok  403 403 403 403 403 403
read_me                           401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
visit                             401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  ok  ok  ok
list_my_invitations               401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
# groups
create_group                      401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  403 ok  ok
create_group (pilot)              401 403 403 403 403 403 ok  403 ok  403 403 403 403 403 403
list_groups                       401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
list_groups (by ids)              401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
read_group                        401 ok  ok  ok  ok  ok  ok  ok  ok  ok  404 ok  ok  ok  ok
change_group                      401 403 403 403 403 ok  403 403 ok  403 404 403 403 403 403
archive_group                     401 403 403 403 403 ok  403 403 ok  403 404 403 403 403 403
restore_group                     401 403 403 403 403 ok  403 403 ok  403 404 403 403 403 403
delete_group                      401 403 403 403 403 409 403 403 ok  403 404 403 403 403 403
delete_group (alone in it)        401 ok  ok  ok  ok  ok  ok  ok  ok  -   ok  ok  -   ok  ok
# members
list_members                      401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  ok  ok  ok
join_group                        401 403 ok  ok  ok  ok  ok  ok  ok  403 404 403 403 ok  ok
join_group (invited)              401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  403 ok  ok
leave_group                       401 ok  ok  ok  ok  ok  ok  ok  ok  ok  404 ok  ok  ok  ok
read_member                       401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  ok  ok  ok
remove_member                     401 403 403 403 ok  ok  403 403 ok  403 404 403 ok  403 403
change_role                       401 403 403 403 403 ok  403 403 ok  403 404 403 403 403 403
# admission
request_membership                401 ok  409 409 409 409 409 409 ok  403 404 ok  403 409 409
list_requests                     401 404 403 403 ok  ok  403 403 ok  403 404 403 404 403 403
withdraw_request                  401 ok  ok  ok  ok  ok  ok  ok  ok  403 404 ok  403 ok  ok
approve_request                   401 403 403 403 ok  ok  403 403 ok  403 404 403 403 403 403
decline_request                   401 403 403 403 ok  ok  403 403 ok  403 404 403 403 403 403
invite                            401 403 403 403 ok  ok  403 403 ok  403 404 403 ok  403 403
list_invitations                  401 404 403 403 ok  ok  403 403 ok  403 404 403 ok  403 403
accept_invitation                 401 404 404 ok  ok  ok  404 404 404 ok  404 404 404 404 404
accept_invitation (invited)       401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  403 ok  ok
decline_invitation                401 404 404 404 404 404 404 404 404 404 404 404 404 404 404
decline_invitation (invited)      401 ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok  403 ok  ok
revoke_invitation                 401 403 403 403 ok  ok  403 403 ok  403 404 403 ok  403 403
# channels
create_channel                    401 403 403 403 ok  ok  403 403 ok  403 404 403 403 403 403
list_channels                     401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
read_channel                      401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
read_channels                     401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
change_channel                    401 404 403 403 ok  ok  403 403 ok  403 404 403 404 403 403
archive_channel                   401 404 403 403 ok  ok  403 403 ok  403 404 403 404 403 403
# posts
publish_post                      401 404 403 ok  ok  ok  ok  403 ok  403 404 403 404 403 403
publish_post (news)               401 404 403 403 ok  ok  ok  403 ok  403 404 403 404 403 403
edit_post                         401 404 403 403 403 403 403 403 403 403 404 403 404 403 403
edit_post (own)                   401 -   -   ok  ok  ok  ok  -   ok  -   -   -   -   -   -
delete_post                       401 404 403 403 ok  ok  403 403 ok  403 404 ok  404 403 403
delete_post (own)                 401 -   -   ok  ok  ok  ok  -   ok  -   -   -   -   -   -
read_post                         401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
list_posts                        401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok
list_posts (of a channel)         401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  403 ok  ok
read_feed                         401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok
read_history                      401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
# comments and reactions
add_comment                       401 404 403 ok  ok  ok  ok  403 ok  403 404 403 404 403 403
list_comments                     401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
edit_comment                      401 404 403 403 403 403 403 403 403 403 404 403 404 403 403
edit_comment (own)                401 -   -   ok  ok  ok  ok  -   ok  -   -   -   -   -   -
delete_comment                    401 404 403 403 ok  ok  403 403 ok  403 404 ok  404 403 403
delete_comment (own)              401 -   -   ok  ok  ok  ok  -   ok  -   -   -   -   -   -
react_to_post                     401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
take_back_reaction                401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
react_to_comment                  401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
take_back_comment_reaction        401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
# views and shares
view_post                         401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
view_posts                        401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
share_post                        401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
share_post (to the group)         401 404 403 ok  ok  ok  ok  403 ok  403 404 403 404 403 403
# contests
create_contest                    401 422 403 403 ok  ok  ok  403 ok  403 422 403 422 403 403
create_contest (for all)          401 403 403 403 403 403 ok  403 ok  403 403 403 404 403 403
list_contests                     401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok
read_contest                      401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
read_contest (draft)              401 404 404 404 ok  ok  404 404 404 404 404 404 404 404 404
change_contest                    401 404 404 404 ok  ok  404 404 404 404 404 404 404 404 404
announce_contest                  401 404 404 404 ok  ok  404 404 404 404 404 404 404 404 404
announce_contest (own)            401 -   -   -   ok  ok  ok  -   ok  -   -   -   -   -   -
advance_contest                   401 404 403 403 ok  ok  403 403 ok  403 404 403 404 403 403
cancel_contest                    401 404 403 403 ok  ok  403 403 ok  403 404 403 404 403 403
# entries
submit_entry                      401 404 403 ok  ok  ok  403 403 403 403 404 403 404 403 403
list_entries                      401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
read_entry                        401 404 ok  ok  ok  ok  ok  ok  ok  ok  404 ok  404 ok  ok
read_entry (unreviewed)           401 404 404 404 ok  ok  404 404 ok  404 404 404 404 404 404
edit_entry                        401 404 404 404 403 403 404 404 403 404 404 404 404 404 404
edit_entry (own)                  401 -   -   ok  ok  ok  -   -   -   -   -   -   -   -   -
withdraw_entry                    401 404 404 404 403 403 404 404 403 404 404 404 404 404 404
withdraw_entry (own)              401 -   -   ok  ok  ok  -   -   -   -   -   -   -   -   -
view_entry                        401 404 ok  ok  ok  ok  ok  ok  ok  403 404 ok  404 ok  ok
accept_entry                      401 404 404 404 ok  ok  404 404 ok  404 404 404 404 404 404
reject_entry                      401 404 404 404 ok  ok  404 404 ok  404 404 404 404 404 404
confirm_rejection                 401 404 403 403 409 409 403 403 409 403 404 409 404 403 403
propose_rejection                 401 404 403 403 ok  ok  403 403 ok  403 404 ok  404 403 403
# the vote
cast_ballot                       401 404 403 ok  ok  ok  403 403 403 403 404 403 404 403 403
withdraw_ballot                   401 404 403 ok  ok  ok  403 403 403 403 404 403 404 403 403
read_ballot                       401 404 404 404 404 404 404 404 404 404 404 404 404 404 404
read_ballot (own)                 401 -   -   ok  ok  ok  -   -   -   -   -   -   -   -   -
read_results                      401 404 409 409 409 409 409 409 409 409 404 409 404 409 409
# what has happened before
record_groups_history             401 403 403 403 403 403 403 403 403 403 403 403 403 403 ok
record_posts_history              401 403 403 403 403 403 403 403 403 403 403 403 403 403 ok
create_group (of before)          401 403 403 403 403 403 403 403 403 403 403 403 403 403 ok
create_group (as somebody)        401 403 403 403 403 403 403 403 403 403 403 403 403 403 ok
create_group (with their role)    401 403 403 403 403 403 403 403 403 403 403 403 403 403 ok
read_group (of before)            401 422 422 422 422 422 422 422 422 422 422 422 422 422 422
# figures
read_kpis                         401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_kpi_definitions              401 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 ok  ok
read_kpi                          401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_kpi (of the group)           401 403 403 403 403 ok  403 ok  ok  403 404 403 403 403 403
read_kpi_series                   401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_kpi_series (of the group)    401 403 403 403 403 ok  403 ok  ok  403 404 403 403 403 403
read_leading_posts                401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_leading_posts (of the group) 401 403 403 403 403 ok  403 ok  ok  403 404 403 403 403 403
read_post_figures                 401 404 403 404 403 ok  403 ok  ok  403 404 403 404 403 403
read_post_figures (own)           401 -   -   ok  ok  ok  ok  -   ok  -   -   -   -   -   -
read_formats                      401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_topics                       401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
read_group_figures                401 403 403 403 403 ok  403 ok  ok  403 404 403 403 403 403
read_contest_figures              401 403 403 403 ok  ok  403 ok  ok  403 403 403 403 403 403
read_contest_figures (own)        401 -   -   -   ok  ok  ok  -   ok  -   -   -   -   -   -
watch_live                        401 403 403 403 403 403 403 ok  ok  403 403 403 403 403 403
# for everybody: pages hold no figure of their own, probes and scrapers have no token
health_live                       ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
health_ready                      ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
metrics                           ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /                             ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /docs                         ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /docs/start.js                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /docs/{asset}                 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /openapi.json                 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /openapi/groups.json          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /openapi/posts.json           ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /openapi/contests.json        ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /openapi/metrics.json         ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /asyncapi.json                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /schemas/{kind}/{version}.jsonok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /board                        ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
GET /board/{name}                 ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
"""


def rows() -> dict[str, dict[str, str]]:
    """Cells by row and caller."""
    found = {}
    for line in TABLE.strip().splitlines():
        if not line.startswith("#"):
            cells = line[34:].split()
            found[line[:34].strip()] = dict(zip(CALLERS, cells, strict=True))
    return found


def operation(row: str) -> str:
    """The route that a row is about."""
    return row.partition(" (")[0]


def test_every_route_has_a_row_and_every_row_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    there, told = set(routes(monkeypatch)), {operation(row) for row in rows()}

    assert sorted(there - told) == [], "routes without a row"
    assert sorted(told - there) == [], "rows without a route"
    assert sorted(ASKS.keys() - rows().keys()) == [], "requests that no row asks"


@pytest.mark.parametrize("history", [False, True], ids=["without history", "with history"])
async def test_everybody_gets_the_answer_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: bool
) -> None:
    there = routes(monkeypatch)
    different = []
    seen = AnswersSeen()
    asking = ("person", RECORDER) if history else tuple(c for c in CALLERS if c != RECORDER)
    async with running_platform(tmp_path, quotas=False, history=str(history).lower()) as platform:
        seen.watch(platform.http)
        world = AccessWorld(platform)
        await world.prepare()
        for row, cells in rows().items():
            method, path = there[operation(row)]
            wanted = {column: cells[column] for column in asking if cells[column] != "-"}
            # What one of them does leaves the answer to another as it is: all ask at once.
            answers = await asyncio.gather(
                *(ask(world, row, method, path, column) for column in wanted)
            )
            for (column, cell), (status, problem) in zip(wanted.items(), answers, strict=True):
                got = "ok" if status < 400 else str(status)
                if got != cell:
                    different.append(f"{row}: {column} gets {got} {problem}, not {cell}")
                if path.startswith("/v1/") and got != "ok":
                    assert problem.startswith("urn:mitmach:problem:"), (row, column)

    assert different == []
    # Nearly every answer that there is has been given here: each is as its document tells it.
    assert seen.wrong == set()
    assert {name for name, (_, path) in there.items() if path.startswith("/v1/")} == seen.operations
