"""Routes of the vote: my ballot, and the published result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from pydantic import Field

from services.contests import queries
from services.contests.api.fields import A_CONTEST, AN_ENTRY, ANOTHER_ENTRY, store_of
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
from services.contests.domain.eligibility import NotOnTheRoll
from services.contests.domain.entry import Entry
from services.contests.domain.publication import publication
from services.contests.domain.rules import MOST_PER_PERSON
from services.contests.domain.tally import Result, ResultsNotPublished
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import RejectionCategory
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    CONDITIONAL,
    Call,
    Caller,
    OutputModel,
    PathId,
    Reply,
    etag,
    measured,
    problems,
    revalidate,
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


class BallotAnswer(msgspec.Struct, frozen=True):
    """My vote."""

    contest_id: str
    entry_ids: list[str]
    cast_at: datetime
    changed_at: datetime


class BallotView(OutputModel):
    """My vote."""

    contest_id: str = Field(examples=[A_CONTEST])
    entry_ids: list[str] = Field(examples=[[AN_ENTRY, ANOTHER_ENTRY]])
    cast_at: datetime
    changed_at: datetime


class RankView(OutputModel):
    """An entry's place."""

    rank: int | None = Field(description="Null where few ballots hide it", examples=[1])
    winner: bool = Field(description="Its rank is 1, and somebody voted for it")
    entry_id: str = Field(examples=[AN_ENTRY])
    title: str = Field(examples=["The corner by the window"])
    author_id: str
    votes: int | None = Field(
        description="Ballots that chose it; null where few ballots hide it", examples=[41]
    )


class RejectedEntryView(OutputModel):
    """An entry that two people rejected while others voted."""

    entry_id: str = Field(examples=[ANOTHER_ENTRY])
    category: RejectionCategory = Field(description="Why")
    rejected_at: datetime


class ResultView(OutputModel):
    """A published result.

    A vote that counts for an entry is one choice on one ballot: `votes` counts choices, `ballots`
    people.
    """

    contest_id: str = Field(examples=[A_CONTEST])
    few_ballots: bool = Field(
        description="Fewer than five people voted, or fewer than five of them for an entry that"
        " stood. Numbers and ranks would tell their votes, so only who has won is told; with a"
        " single ballot nobody has"
    )
    ranking: list[RankView] = Field(
        description="All entries that stood, best first; by the time of entry where few ballots"
        " hide the ranks"
    )
    rejected: list[RejectedEntryView] = Field(
        description="Entries that were rejected during the vote"
    )
    ballots: int | None = Field(description="People who voted; null if few", examples=[97])
    votes: int | None = Field(
        description="Choices on ballots, of entries that stood; null if few ballots", examples=[181]
    )
    void_votes: int | None = Field(
        description="Choices on ballots, of entries that fell afterwards; null if few ballots",
        examples=[2],
    )
    eligible_voters: int = Field(
        description="People who could vote: those who belonged to the voters when the vote began",
        examples=[300],
    )
    judged_at: datetime
    published_at: datetime


def _answer(ballot: Ballot) -> bytes:
    answer = BallotAnswer(ballot.contest_id, ballot.choices, ballot.cast_at, ballot.changed_at)
    return msgspec.json.encode(answer)


_VOTING = (ContestNotFound, NotAllowed, AccountSuspended, VotingNotOpen, BallotFinal)


@measured(
    router,
    "PUT",
    "/contests/{contest_id}/ballot",
    body=BallotIn,
    answer=BallotAnswer,
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
    tags=("voting",),
)
async def cast_ballot(call: Call[BallotIn]) -> Reply:
    command = CastBallot(call.principal, call.path["contest_id"], call.body.entry_ids)
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
    tags=("voting",),
)
async def withdraw_ballot(call: Call[None]) -> Reply:
    command = WithdrawBallot(call.principal, call.path["contest_id"])
    return Reply(outcome=await call.execute(command))


@router.get(
    "/contests/{contest_id}/ballot",
    operation_id="read_ballot",
    summary="Read my vote",
    responses=problems(ContestNotFound, BallotNotFound),
)
async def read_ballot(request: Request, caller: Caller, contest_id: PathId) -> BallotView:
    ballot = await queries.ballot(store_of(request), caller, contest_id)
    return BallotView(
        contest_id=ballot.contest_id,
        entry_ids=ballot.choices,
        cast_at=ballot.cast_at,
        changed_at=ballot.changed_at,
    )


@router.get(
    "/contests/{contest_id}/results",
    operation_id="read_results",
    summary="Read the published result",
    description="Before the publication nobody gets it, organisers and administrators included.",
    responses=problems(ContestNotFound, ResultsNotPublished) | CONDITIONAL,
)
async def read_results(request: Request, caller: Caller, contest_id: PathId) -> ResultView:
    seen, result, entries = await queries.result(store_of(request), caller, contest_id)
    revalidate(request, etag(seen.contest.version))
    return _view(seen.contest.changed_at, seen.contest.eligible_voters, result, entries)


def _view(
    published_at: datetime, eligible: int, result: Result, entries: Mapping[str, Entry]
) -> ResultView:
    told = publication(result.tally)
    return ResultView(
        contest_id=result.id,
        few_ballots=told.few_ballots,
        ranking=[
            RankView(
                rank=place.rank,
                winner=place.winner,
                entry_id=place.entry_id,
                title=entries[place.entry_id].content.title,
                author_id=entries[place.entry_id].author_id,
                votes=place.votes,
            )
            for place in told.places
            if place.entry_id in entries
        ],
        rejected=[
            RejectedEntryView(
                entry_id=one.entry_id, category=one.category, rejected_at=one.rejected_at
            )
            for one in told.rejected
        ],
        ballots=told.ballots,
        votes=told.votes,
        void_votes=told.void_votes,
        eligible_voters=eligible,
        judged_at=result.judged_at,
        published_at=published_at,
    )
