"""Draft a contest, change the draft, list and read contests."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType
from pydantic import Field

from services.contests.api.fields import Text, Time, Title
from services.contests.api.models import ContestView, changed_contest, contest_etag, contest_view
from services.contests.commands.contests import ChangeContest, CreateContest
from services.contests.commands.context import ContestContext
from services.contests.domain.audience import GroupUnknown
from services.contests.domain.contest import (
    Contest,
    ContestNotFound,
    ContestRulesFixed,
    ContestVersionChanged,
)
from services.contests.domain.patches import DescriptionPatch, RulesPatch, SchedulePatch
from services.contests.domain.rules import (
    MOST_PER_PERSON,
    ContestRulesInvalid,
    Description,
    Rules,
    Schedule,
    TieBreak,
)
from services.contests.queries import contests
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended, NotAllowed, NotVisible
from shared.contract.events.vocabulary import ContestKind, Phase
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    Caller,
    Id,
    IfMatch,
    InputModel,
    Page,
    PageOf,
    PatchModel,
    PathId,
    execute,
    id_for,
    problems,
    revalidate,
    set_location,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["contests"])

_PerPerson = Annotated[int, Field(ge=1, le=MOST_PER_PERSON)]


class RulesIn(InputModel):
    """What is agreed before anyone enters; fixed at announcement."""

    entrants: Id | None = Field(
        default=None, description="The group whose members may enter; the contest's by default"
    )
    voters: Id | None = Field(
        default=None, description="The group whose members may vote; the contest's by default"
    )
    entries_per_person: _PerPerson = 1
    votes_min: _PerPerson = Field(default=1, description="Entries that a ballot chooses at least")
    votes_max: _PerPerson = Field(default=1, description="Entries that a ballot chooses at most")
    votes_changeable: bool = Field(
        default=True, description="A vote can be replaced and taken back until voting closes"
    )
    tie_break: TieBreak = Field(
        default="earliest_entry", description="What decides between equally many votes"
    )
    anonymous: bool = Field(
        default=True, description="Who entered what is shown only with the result"
    )
    reviewed: bool = Field(
        default=True, description="Entries are shown, and can be voted for, once accepted"
    )

    def rules(self, group_id: str) -> Rules:
        """The rules of a contest in this group; a group that isn't named is the contest's own."""
        given = self.model_dump(exclude={"entrants", "voters"})
        return Rules(entrants=self.entrants or group_id, voters=self.voters or group_id, **given)


class ScheduleIn(InputModel):
    """When each phase begins; `closes_at` ends the vote."""

    submissions_at: Time = Field(examples=["2030-05-06T08:00:00Z"])
    review_at: Time = Field(examples=["2030-05-13T08:00:00Z"])
    voting_at: Time = Field(examples=["2030-05-15T08:00:00Z"])
    closes_at: Time = Field(examples=["2030-05-22T16:00:00Z"])
    publish_at: Time | None = Field(
        default=None, description="Left out, the organiser publishes by hand"
    )

    def schedule(self) -> Schedule:
        """The schedule that is asked for."""
        return Schedule(**self.model_dump())


class ContestIn(InputModel):
    """A contest to draft."""

    title: Title = Field(examples=["Best coffee corner"])
    text: Text = Field(default="", examples=["Show us where you meet."])
    kind: ContestKind = Field(examples=["photo"])
    group_id: Id = Field(default=EVERYONE, description="Where it takes place: a group, or all")
    rules: RulesIn = Field(default_factory=RulesIn)
    schedule: ScheduleIn | None = Field(default=None, description="Needed to announce it")

    def description(self) -> Description:
        """The description that a new draft gets."""
        return Description(
            title=self.title,
            text=self.text,
            kind=self.kind,
            rules=self.rules.rules(self.group_id),
            schedule=None if self.schedule is None else self.schedule.schedule(),
        )


class RulesPatchIn(PatchModel):
    """What is to be different in the rules; what is left out stays."""

    entrants: Id | UnsetType = Field(UNSET, description="The group whose members may enter")
    voters: Id | UnsetType = Field(UNSET, description="The group whose members may vote")
    entries_per_person: _PerPerson | UnsetType = UNSET
    votes_min: _PerPerson | UnsetType = UNSET
    votes_max: _PerPerson | UnsetType = UNSET
    votes_changeable: bool | UnsetType = UNSET
    tie_break: TieBreak | UnsetType = UNSET
    anonymous: bool | UnsetType = UNSET
    reviewed: bool | UnsetType = UNSET


class SchedulePatchIn(PatchModel):
    """What is to be different in the times; what is left out stays.

    Where there is no schedule yet, all but `publish_at` are needed.
    """

    submissions_at: Time | UnsetType = UNSET
    review_at: Time | UnsetType = UNSET
    voting_at: Time | UnsetType = UNSET
    closes_at: Time | UnsetType = UNSET
    publish_at: Time | UnsetType | None = Field(
        UNSET, description="Null: the organiser publishes by hand"
    )


class ContestPatchIn(PatchModel):
    """What is to be different in a draft; what is left out stays, in rules and schedule too."""

    title: Title | UnsetType = Field(UNSET, examples=["Best coffee corner 2030"])
    text: Text | UnsetType = UNSET
    kind: ContestKind | UnsetType = UNSET
    rules: RulesPatchIn | UnsetType = UNSET
    schedule: SchedulePatchIn | UnsetType | None = Field(
        UNSET, description="Null takes all times away"
    )

    def patch(self) -> DescriptionPatch:
        """What was sent."""
        fields = self.sent()
        if isinstance(self.rules, RulesPatchIn):
            fields["rules"] = RulesPatch(**self.rules.sent())
        if isinstance(self.schedule, SchedulePatchIn):
            fields["schedule"] = SchedulePatch(**self.schedule.sent())
        return DescriptionPatch(**fields)


@router.post(
    "/contests",
    status_code=201,
    operation_id="create_contest",
    summary="Draft a contest",
    description="For everyone editors may; in a group its owners and moderators. Nobody else sees"
    " a draft.",
    responses=problems(
        DailyQuotaReached,
        NotVisible,
        ContestNotFound,
        NotAllowed,
        AccountSuspended,
        GroupUnknown,
        GroupIsArchived,
        ContestRulesInvalid,
    )
    | CREATED,
)
async def create_contest(request: Request, caller: Caller, body: ContestIn) -> ContestView:
    command = CreateContest(caller, id_for(request), body.group_id, body.description())
    contest: Contest = (await execute(request, command, once=Contest)).reply
    set_location(request, "contests", contest.id)
    context = await contests.read_contest(store_of(request), caller, contest.id)
    return changed_contest(request, context, caller)


@router.patch(
    "/contests/{contest_id}",
    operation_id="change_contest",
    summary="Change a draft",
    responses=problems(
        DailyQuotaReached,
        ContestNotFound,
        NotAllowed,
        AccountSuspended,
        ContestRulesFixed,
        ContestVersionChanged,
        ContestRulesInvalid,
        GroupUnknown,
        GroupIsArchived,
    ),
)
async def change_contest(
    request: Request, caller: Caller, contest_id: PathId, body: ContestPatchIn, expected: IfMatch
) -> ContestView:
    command = ChangeContest(caller, contest_id, body.patch(), expected)
    context: ContestContext = (await execute(request, command)).reply
    return changed_contest(request, context, caller)


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
    rows = await contests.list_contests(
        store_of(request),
        caller,
        phase=phase,
        kind=kind,
        group_id=group_id,
        before=None if paging.after is None else paging.after[0],
        limit=paging.limit + 1,
    )
    return paging.page(
        rows,
        position=lambda context: (context.contest.id,),
        view=lambda context: contest_view(context, caller),
    )


@router.get(
    "/contests/{contest_id}",
    operation_id="read_contest",
    summary="Read a contest",
    responses=problems(ContestNotFound) | CONDITIONAL,
)
async def read_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestView:
    context = await contests.read_contest(store_of(request), caller, contest_id)
    shown = contest_view(context, caller)
    revalidate(request, contest_etag(shown))
    return shown
