"""Routes that show contests: list, read."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from msgspec.structs import asdict
from pydantic import Field

from services.contests import queries
from services.contests.api.fields import A_CONTEST, store_of
from services.contests.commands.context import ContestContext, organises, shown_group
from services.contests.domain.audience import belongs
from services.contests.domain.contest import ContestNotFound
from services.contests.domain.eligibility import is_on
from services.contests.domain.phases import voters_are_fixed
from services.contests.domain.rules import TieBreak
from shared.contract.access import NotAllowed
from shared.contract.events.vocabulary import ContestKind, Phase
from shared.web.http import (
    CONDITIONAL,
    Caller,
    Id,
    OutputModel,
    Page,
    PageOf,
    PathId,
    etag,
    problems,
    revalidate,
)

router = APIRouter(prefix="/v1", tags=["contests"])


class RulesView(OutputModel):
    """What was agreed."""

    entrants: str | None = Field(description="Null for a group that I may not know of")
    voters: str | None = Field(description="Null for a group that I may not know of")
    entries_per_person: int
    votes_min: int
    votes_max: int
    votes_changeable: bool
    tie_break: TieBreak
    anonymous: bool
    reviewed: bool


class ScheduleView(OutputModel):
    """When each phase begins."""

    submissions_at: datetime
    review_at: datetime
    voting_at: datetime
    closes_at: datetime
    publish_at: datetime | None


class StepView(OutputModel):
    """A step of the contest; who took it and why is for those who organise it."""

    phase: Phase
    at: datetime
    by: str | None
    reason: str | None


class ContestView(OutputModel):
    """A contest, as this person sees it."""

    id: str = Field(examples=[A_CONTEST])
    group_id: str
    organiser_id: str
    title: str = Field(examples=["Best coffee corner"])
    text: str
    kind: ContestKind
    rules: RulesView
    schedule: ScheduleView | None
    phase: Phase
    trail: list[StepView]
    created_at: datetime
    changed_at: datetime
    version: int
    organises: bool = Field(description="I prepare it and review its entries")
    may_enter: bool = Field(description="I am one of those who may enter")
    may_vote: bool = Field(description="I am one of those who may vote")


def view(seen: ContestContext, caller: Caller) -> ContestView:
    """What this person sees of the contest."""
    contest, who = seen.contest, seen.who
    trusted = organises(seen, caller)
    description, rules = contest.description, contest.rules
    schedule = description.schedule
    hidden: dict[str, Any] = {} if trusted else {"by": None, "reason": None}
    return ContestView(
        id=contest.id,
        group_id=contest.group_id,
        organiser_id=contest.organiser_id,
        title=description.title,
        text=description.text,
        kind=description.kind,
        rules=RulesView(
            **asdict(rules)
            | {
                "entrants": shown_group(seen, rules.entrants, caller),
                "voters": shown_group(seen, rules.voters, caller),
            }
        ),
        schedule=None if schedule is None else ScheduleView(**asdict(schedule)),
        phase=contest.phase,
        trail=[StepView(**asdict(step) | hidden) for step in contest.trail],
        created_at=contest.created_at,
        changed_at=contest.changed_at,
        version=contest.version,
        organises=trusted,
        may_enter=belongs(who, rules.entrants),
        may_vote=belongs(who, rules.voters)
        and (not voters_are_fixed(contest) or is_on(contest.voters, rules.voters, who)),
    )


@router.get(
    "/contests",
    operation_id="list_contests",
    summary="List contests, newest first",
    responses=problems(NotAllowed),
)
async def list_contests(
    request: Request,
    caller: Caller,
    paging: PageOf,
    *,
    phase: Annotated[Phase | None, Query(description="Only those in this phase")] = None,
    kind: Annotated[ContestKind | None, Query(description="Only those of this kind")] = None,
    group_id: Annotated[Id | None, Query(description="Only in this group")] = None,
) -> Page[ContestView]:
    rows = await queries.contests(
        store_of(request),
        caller,
        phase=phase,
        kind=kind,
        group_id=group_id,
        before=None if paging.after is None else paging.after[0],
        limit=paging.limit + 1,
    )
    return paging.page(
        rows, position=lambda seen: (seen.contest.id,), view=lambda seen: view(seen, caller)
    )


@router.get(
    "/contests/{contest_id}",
    operation_id="read_contest",
    summary="Read a contest",
    responses=problems(ContestNotFound) | CONDITIONAL,
)
async def read_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestView:
    answer = view(await queries.contest(store_of(request), caller, contest_id), caller)
    rights = (answer.organises, answer.may_enter, answer.may_vote)
    revalidate(request, etag(answer.version, *rights, answer.rules.entrants, answer.rules.voters))
    return answer
