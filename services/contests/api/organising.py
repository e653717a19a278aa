"""Routes of contests: draft, announce, advance, cancel, list, read."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from msgspec import UNSET
from msgspec.structs import asdict
from pydantic import Field

from services.contests import queries
from services.contests.api.words import A_CONTEST, ID, Id, Text, Time, Title, store_of
from services.contests.commands.advancing import AdvanceContest, AnnounceContest, CancelContest
from services.contests.commands.knowing import Seen, organises
from services.contests.commands.organising import ChangeContest, CreateContest
from services.contests.domain.audience import GroupUnknown, belongs
from services.contests.domain.contest import (
    LONGEST_REASON,
    MOST_PER_PERSON,
    ContestAnnounced,
    ContestChanged,
    ContestNotFound,
    ContestPhaseWrong,
    ContestRulesInvalid,
    ContestUnscheduled,
    Description,
    Revision,
    Rules,
    Schedule,
    TieBreak,
)
from shared.access import NotAllowed, PersonSuspended
from shared.audience import EVERYONE, GroupArchived
from shared.events.vocabulary import ContestKind, Phase
from shared.http import (
    CONDITIONAL,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    etag,
    execute,
    problems,
    revalidate,
)
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["contests"])

Reason = Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
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


class NewContest(InputModel):
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


class ContestChange(InputModel):
    """What is to be different in a draft; `rules` and `schedule` are replaced as a whole."""

    title: Title = Field(default="", examples=["Best coffee corner 2030"])
    text: Text = ""
    kind: ContestKind = "photo"
    rules: RulesIn = Field(default_factory=RulesIn)
    schedule: ScheduleIn | None = None

    def revision(self, group_id: str) -> Revision:
        """As the service knows it: only what was sent."""
        sent = self.model_fields_set
        schedule = None if self.schedule is None else self.schedule.schedule()
        return Revision(
            title=self.title if "title" in sent else UNSET,
            text=self.text if "text" in sent else UNSET,
            kind=self.kind if "kind" in sent else UNSET,
            rules=self.rules.rules(group_id) if "rules" in sent else UNSET,
            schedule=schedule if "schedule" in sent else UNSET,
        )


class Advance(InputModel):
    """The phase to enter now."""

    to: Literal["submissions", "review", "voting", "sealed", "published"] | None = Field(
        default=None,
        description="The phase after the present one, so that the same request twice skips none;"
        " left out, whichever is next. `judged` comes by itself",
        examples=["voting"],
    )
    reason: Reason | None = Field(default=None, examples=["All entries have been reviewed."])


class Cancel(InputModel):
    """Why a contest won't be finished."""

    reason: Reason = Field(examples=["Too few entries."])


class RulesOut(OutputModel):
    """What was agreed."""

    entrants: str
    voters: str
    entries_per_person: int
    votes_min: int
    votes_max: int
    votes_changeable: bool
    tie_break: TieBreak
    anonymous: bool
    reviewed: bool


class ScheduleOut(OutputModel):
    """When each phase begins."""

    submissions_at: datetime
    review_at: datetime
    voting_at: datetime
    closes_at: datetime
    publish_at: datetime | None


class StepOut(OutputModel):
    """A step of the contest; who took it and why is for those who organise it."""

    phase: Phase
    at: datetime
    by: str | None
    reason: str | None


class ContestOut(OutputModel):
    """A contest, as this person sees it."""

    id: str = Field(examples=[A_CONTEST])
    group_id: str
    organiser_id: str
    title: str = Field(examples=["Best coffee corner"])
    text: str
    kind: ContestKind
    rules: RulesOut
    schedule: ScheduleOut | None
    phase: Phase
    trail: list[StepOut]
    created_at: datetime
    changed_at: datetime
    version: int
    organises: bool = Field(description="I prepare it and review its entries")
    may_enter: bool = Field(description="I am one of those who may enter")
    may_vote: bool = Field(description="I am one of those who may vote")


def view(seen: Seen, caller: Caller) -> ContestOut:
    """What this person sees of the contest."""
    contest, person, _ = seen
    trusted = organises(seen, caller)
    description, rules = contest.description, contest.rules
    schedule = description.schedule
    hidden: dict[str, Any] = {} if trusted else {"by": None, "reason": None}
    return ContestOut(
        id=contest.id,
        group_id=contest.group_id,
        organiser_id=contest.organiser_id,
        title=description.title,
        text=description.text,
        kind=description.kind,
        rules=RulesOut(**asdict(rules)),
        schedule=None if schedule is None else ScheduleOut(**asdict(schedule)),
        phase=contest.phase,
        trail=[StepOut(**asdict(step) | hidden) for step in contest.trail],
        created_at=contest.created_at,
        changed_at=contest.changed_at,
        version=contest.version,
        organises=trusted,
        may_enter=belongs(person, rules.entrants),
        may_vote=belongs(person, rules.voters),
    )


_CHANGING = (ContestNotFound, NotAllowed, PersonSuspended)


@router.post(
    "/contests",
    status_code=201,
    operation_id="create_contest",
    summary="Draft a contest",
    description="For everyone editors may; in a group its owners and moderators. Nobody else sees"
    " a draft.",
    responses=problems(
        NotAllowed, PersonSuspended, GroupUnknown, GroupArchived, ContestRulesInvalid
    ),
)
async def create_contest(request: Request, caller: Caller, body: NewContest) -> ContestOut:
    command = CreateContest(caller, new_id(), body.group_id, body.description())
    return view((await execute(request, command, once=Seen)).reply, caller)


@router.get(
    "/contests",
    operation_id="list_contests",
    summary="List contests, newest first",
)
async def list_contests(
    request: Request,
    caller: Caller,
    paging: PageOf,
    *,
    phase: Annotated[Phase | None, Query(description="Only those in this phase")] = None,
    kind: Annotated[ContestKind | None, Query(description="Only those of this kind")] = None,
    group_id: Annotated[str | None, Query(pattern=ID, description="Only in this group")] = None,
) -> Page[ContestOut]:
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
async def read_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestOut:
    answer = view(await queries.contest(store_of(request), caller, contest_id), caller)
    revalidate(request, etag(answer.version, answer.organises, answer.may_enter, answer.may_vote))
    return answer


@router.patch(
    "/contests/{contest_id}",
    operation_id="change_contest",
    summary="Change a draft",
    responses=problems(
        *_CHANGING, ContestAnnounced, ContestChanged, ContestRulesInvalid, GroupUnknown
    ),
)
async def change_contest(
    request: Request, caller: Caller, contest_id: PathId, body: ContestChange, if_match: IfMatch
) -> ContestOut:
    seen = await queries.contest(store_of(request), caller, contest_id)
    revision = body.revision(seen.contest.group_id)
    command = ChangeContest(caller, contest_id, revision, if_match)
    return view((await execute(request, command)).reply, caller)


@router.post(
    "/contests/{contest_id}:announce",
    operation_id="announce_contest",
    summary="Announce a contest",
    description="From now on people see it, and its rules are fixed.",
    responses=problems(*_CHANGING, ContestAnnounced, ContestUnscheduled),
)
async def announce_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestOut:
    entrants, voters = await queries.audience_sizes(store_of(request), contest_id)
    command = AnnounceContest(caller, contest_id, entrants, voters)
    return view((await execute(request, command)).reply, caller)


@router.post(
    "/contests/{contest_id}:advance",
    operation_id="advance_contest",
    summary="Move a contest on before its time",
    description="To the next phase. The end of the vote is set to a second from now; the contest is"
    " sealed then, and counted some seconds later.",
    responses=problems(*_CHANGING, ContestPhaseWrong),
)
async def advance_contest(
    request: Request, caller: Caller, contest_id: PathId, body: Advance | None = None
) -> ContestOut:
    wanted = body or Advance()
    command = AdvanceContest(caller, contest_id, wanted.to, wanted.reason)
    return view((await execute(request, command)).reply, caller)


@router.post(
    "/contests/{contest_id}:cancel",
    operation_id="cancel_contest",
    summary="Cancel a contest",
    description="Possible until its publication. What was sealed stays sealed.",
    responses=problems(*_CHANGING, ContestPhaseWrong),
)
async def cancel_contest(
    request: Request, caller: Caller, contest_id: PathId, body: Cancel
) -> ContestOut:
    command = CancelContest(caller, contest_id, body.reason)
    return view((await execute(request, command)).reply, caller)
