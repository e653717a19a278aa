"""The vote: cast my ballot, take it back, read it."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.datastructures import State

from services.contests.api.fields import A_CONTEST, AN_ENTRY, ANOTHER_ENTRY
from services.contests.commands.ballots import CastBallot, WithdrawBallot
from services.contests.domain.ballot import (
    Ballot,
    BallotFinal,
    BallotNotFound,
    EntryNotEligible,
    VoteForOwnEntry,
    VoteRepeated,
    VotesOutOfRange,
    VotingNotOpen,
)
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.roll import NotOnTheRoll
from services.contests.domain.rules import MOST_PER_PERSON
from services.contests.queries import ballots
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.aliases import BALLOT, Aliases
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    AnswerId,
    Call,
    Caller,
    OutputModel,
    PathId,
    Reply,
    StructTime,
    measured,
    problems,
    store_of,
)
from shared.web.http.requests.ids import ID_MARK
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["voting"])

_Choice = Annotated[
    str, msgspec.Meta(max_length=36, extra_json_schema={"format": "uuid"}, extra=ID_MARK)
]


class BallotIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vote: the chosen entries, in any order."""

    entry_ids: Annotated[list[_Choice], msgspec.Meta(max_length=MOST_PER_PERSON)]


class CastBallotView(msgspec.Struct, frozen=True):
    """My vote."""

    contest_id: AnswerId
    entry_ids: list[AnswerId]
    cast_at: StructTime
    changed_at: StructTime


class BallotView(OutputModel):
    """My vote."""

    contest_id: AnswerId = Field(examples=[A_CONTEST])
    entry_ids: list[AnswerId] = Field(examples=[[AN_ENTRY, ANOTHER_ENTRY]])
    cast_at: datetime
    changed_at: datetime


def _answer(ballot: Ballot) -> bytes:
    answer = CastBallotView(ballot.contest_id, ballot.choices, ballot.cast_at, ballot.changed_at)
    return msgspec.json.encode(answer)


def _voter(state: State, principal: Principal, contest_id: str) -> str:
    """The person's alias as a voter of this contest: who reads the ballots learns no more."""
    aliases: Aliases = state.aliases
    return aliases.of(BALLOT, principal.person_id, contest_id)


_VOTING = (ContestNotFound, NotAllowed, AccountSuspended, VotingNotOpen, BallotFinal)


@measured(
    router,
    "PUT",
    "/contests/{contest_id}/ballot",
    body=BallotIn,
    answer=CastBallotView,
    operation_id="cast_ballot",
    summary="Vote, or replace my vote",
    description="Nobody else learns for what, and until the publication nobody learns how often"
    " anything was chosen. Who may vote is fixed when the vote begins: whoever joins or comes back"
    " later may only change a ballot that they have.",
    refusals=(
        DailyQuotaReached,
        *_VOTING,
        NotOnTheRoll,
        GroupIsArchived,
        VotesOutOfRange,
        VoteRepeated,
        VoteForOwnEntry,
        EntryNotEligible,
    ),
    examples={"two entries": {"entry_ids": [AN_ENTRY, ANOTHER_ENTRY]}},
)
async def cast_ballot(call: Call[BallotIn]) -> Reply:
    contest_id = call.path["contest_id"]
    voter = _voter(call.state, call.principal, contest_id)
    command = CastBallot(call.principal, contest_id, voter, call.body.entry_ids)
    outcome = await call.execute(command)
    return Reply(_answer(outcome.reply), outcome)


@measured(
    router,
    "DELETE",
    "/contests/{contest_id}/ballot",
    operation_id="withdraw_ballot",
    summary="Take my vote back",
    refusals=_VOTING,
    status=204,
)
async def withdraw_ballot(call: Call[None]) -> Reply:
    contest_id = call.path["contest_id"]
    voter = _voter(call.state, call.principal, contest_id)
    command = WithdrawBallot(call.principal, contest_id, voter)
    return Reply(outcome=await call.execute(command))


@router.get(
    "/contests/{contest_id}/ballot",
    operation_id="read_ballot",
    summary="Read my vote",
    responses=problems(ContestNotFound, BallotNotFound),
)
async def read_ballot(request: Request, caller: Caller, contest_id: PathId) -> BallotView:
    ballot = await ballots.read_ballot(
        store_of(request), caller, contest_id, _voter(request.app.state, caller, contest_id)
    )
    return BallotView(
        contest_id=ballot.contest_id,
        entry_ids=ballot.choices,
        cast_at=ballot.cast_at,
        changed_at=ballot.changed_at,
    )
