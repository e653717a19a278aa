"""Measured routes: the few that are called for every view and reaction, without FastAPI's layers.

There a decoder of a fixed type reads the body, a plain function answers with bytes, and nothing is
solved, validated or modelled per request: parsing and response layers cost as much there as the
whole transaction. To everyone else they are routes like others: in OpenAPI, in access, in limits,
in problems, in the contract tests.

    @measured(router, "PUT", "/v1/posts/{post_id}/reaction", body=ReactionIn, answer=ReactionOut,
              summary="React to a post", operation_id="react", refusals=(PostNotFound,))
    async def react(call: Call[ReactionIn]) -> Reply:
        outcome = await call.execute(React(call.principal, call.path["post_id"], call.body.kind))
        return Reply(encode(ReactionOut(...)), outcome)

The middleware (`shared/web/http/middleware.py`) finds them by itself, before any other route and
without the router; where the router finds one (an id of another shape), `handle` answers the same
way.

call.py         what a handler is called with, and what it answers
route.py        registering one; reading, deciding, answering in two messages
table.py        finding one by a single match, without the router
documenting.py  what OpenAPI tells of them
"""

from shared.web.http.measured.call import Call, Handler, Reply
from shared.web.http.measured.documenting import SCHEMAS
from shared.web.http.measured.route import MeasuredRoute, measured
from shared.web.http.measured.table import MeasuredTable, structs_of

__all__ = [
    "SCHEMAS",
    "Call",
    "Handler",
    "MeasuredRoute",
    "MeasuredTable",
    "Reply",
    "measured",
    "structs_of",
]
