"""Routes that prepare contests: draft one, change the draft."""

from typing import Annotated

from fastapi import APIRouter, Request
from msgspec import UNSET
from pydantic import Field

from services.contests import queries
from services.contests.api.contests import ContestView, view
from services.contests.api.fields import Text, Time, Title, store_of
from services.contests.commands.contests import ChangeContest, CreateContest
from services.contests.commands.context import ContestContext
from services.contests.domain.audience import GroupUnknown
from services.contests.domain.contest import (
    ContestNotFound,
    ContestRulesFixed,
    ContestVersionChanged,
)
from services.contests.domain.rules import (
    MOST_PER_PERSON,
    ContestRulesInvalid,
    Description,
    DescriptionPatch,
    Rules,
    Schedule,
    TieBreak,
)
from shared.audience import EVERYONE
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import ContestKind
from shared.contract.ids import new_id
from shared.contract.refusals import GroupIsArchived
from shared.web.http import (
    Caller,
    Id,
    IfMatch,
    InputModel,
    PathId,
    execute,
    problems,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["contests"])

_Number = Annotated[int, Field(ge=1, le=MOST_PER_PERSON)]


class RulesIn(InputModel):
    """What is agreed before anyone enters; fixed at announcement."""

    entrants: Id | None = Field(
        default=None, description="The group whose members may enter; the contest's by default"
    )
    voters: Id | None = Field(
        default=None, description="The group whose members may vote; the contest's by default"
    )
    entries_per_person: _Number = 1
    votes_min: _Number = Field(default=1, description="Entries that a ballot chooses at least")
    votes_max: _Number = Field(default=1, description="Entries that a ballot chooses at most")
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
        """As the service knows them."""
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
        """As the service knows it."""
        return Schedule(**self.model_dump())


class ContestIn(InputModel):
    """A contest to draft."""

    title: Title = Field(examples=["Best coffee corner"])
    text: Text = Field(default="", examples=["Show us where you meet."])
    kind: ContestKind = Field(examples=["photo"])
    group_id: Id = Field(default=EVERYONE, description="Where it takes place; all by default")
    rules: RulesIn = Field(default_factory=RulesIn)
    schedule: ScheduleIn | None = Field(default=None, description="Needed to announce it")

    def description(self) -> Description:
        """As the service knows it."""
        return Description(
            title=self.title,
            text=self.text,
            kind=self.kind,
            rules=self.rules.rules(self.group_id),
            schedule=None if self.schedule is None else self.schedule.schedule(),
        )


class ContestPatchIn(InputModel):
    """What is to be different in a draft; `rules` and `schedule` are replaced as a whole."""

    title: Title = Field(default="", examples=["Best coffee corner 2030"])
    text: Text = ""
    kind: ContestKind = "photo"
    rules: RulesIn = Field(default_factory=RulesIn)
    schedule: ScheduleIn | None = None

    def revision(self, group_id: str) -> DescriptionPatch:
        """As the service knows it: only what was sent."""
        sent = self.model_fields_set
        schedule = None if self.schedule is None else self.schedule.schedule()
        return DescriptionPatch(
            title=self.title if "title" in sent else UNSET,
            text=self.text if "text" in sent else UNSET,
            kind=self.kind if "kind" in sent else UNSET,
            rules=self.rules.rules(group_id) if "rules" in sent else UNSET,
            schedule=schedule if "schedule" in sent else UNSET,
        )


@router.post(
    "/contests",
    status_code=201,
    operation_id="create_contest",
    summary="Draft a contest",
    description="For everyone editors may; in a group its owners and moderators. Nobody else sees"
    " a draft.",
    responses=problems(
        DailyQuotaReached,
        NotAllowed,
        AccountSuspended,
        GroupUnknown,
        GroupIsArchived,
        ContestRulesInvalid,
    ),
)
async def create_contest(request: Request, caller: Caller, body: ContestIn) -> ContestView:
    command = CreateContest(caller, new_id(), body.group_id, body.description())
    return view((await execute(request, command, once=ContestContext)).reply, caller)


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
    request: Request, caller: Caller, contest_id: PathId, body: ContestPatchIn, if_match: IfMatch
) -> ContestView:
    seen = await queries.contest(store_of(request), caller, contest_id)
    revision = body.revision(seen.contest.group_id)
    command = ChangeContest(caller, contest_id, revision, if_match)
    return view((await execute(request, command)).reply, caller)
