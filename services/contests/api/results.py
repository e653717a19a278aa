"""The published result of a contest."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.contests.api.fields import A_CONTEST, AN_ENTRY, ANOTHER_ENTRY
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.publication import publication
from services.contests.domain.tally import ResultsNotPublished
from services.contests.queries.results import PublishedResult, read_result
from shared.contract.events.vocabulary import RejectionCategory
from shared.web.http import (
    CONDITIONAL,
    AnswerId,
    Caller,
    OutputModel,
    PathId,
    etag,
    problems,
    revalidate,
    store_of,
)

router = APIRouter(prefix="/v1", tags=["voting"])


class RankView(OutputModel):
    """An entry's place."""

    rank: int | None = Field(description="Null where few ballots hide it", examples=[1])
    winner: bool = Field(description="Its rank is 1, and somebody voted for it")
    entry_id: AnswerId = Field(examples=[AN_ENTRY])
    title: str = Field(examples=["The corner by the window"])
    author_id: AnswerId
    votes: int | None = Field(
        description="Ballots that chose it; null where few ballots hide it", examples=[41]
    )


class RejectedEntryView(OutputModel):
    """An entry that two people rejected while others voted."""

    entry_id: AnswerId = Field(examples=[ANOTHER_ENTRY])
    category: RejectionCategory = Field(description="Why")
    rejected_at: datetime


class ResultView(OutputModel):
    """A published result.

    A vote that counts for an entry is one choice on one ballot: `votes` counts choices, `ballots`
    people.
    """

    contest_id: AnswerId = Field(examples=[A_CONTEST])
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


def result_view(published: PublishedResult) -> ResultView:
    """What everybody who sees the contest is told of its result."""
    contest, result, entries = published
    told = publication(result.tally)
    return ResultView(
        contest_id=contest.id,
        few_ballots=told.few_ballots,
        ranking=[
            RankView(
                rank=ranked.rank,
                winner=ranked.winner,
                entry_id=ranked.entry_id,
                title=entries[ranked.entry_id].content.title,
                author_id=entries[ranked.entry_id].author,
                votes=ranked.votes,
            )
            for ranked in told.ranking
            if ranked.entry_id in entries
        ],
        rejected=[
            RejectedEntryView(
                entry_id=entry.entry_id, category=entry.category, rejected_at=entry.rejected_at
            )
            for entry in told.rejected
        ],
        ballots=told.ballots,
        votes=told.votes,
        void_votes=told.void_votes,
        eligible_voters=contest.eligible_voters,
        judged_at=result.judged_at,
        published_at=contest.changed_at,
    )


@router.get(
    "/contests/{contest_id}/results",
    operation_id="read_results",
    summary="Read the published result",
    description="Before the publication nobody gets it, organisers and administrators included.",
    responses=problems(ContestNotFound, ResultsNotPublished) | CONDITIONAL,
)
async def read_results(request: Request, caller: Caller, contest_id: PathId) -> ResultView:
    published = await read_result(store_of(request), caller, contest_id)
    revalidate(request, etag(published.contest.version))
    return result_view(published)
