"""Answers about contests and entries that several modules give, and what they show to whom."""

from datetime import datetime
from typing import Any

from fastapi import Request
from msgspec.structs import asdict
from pydantic import Field

from services.contests.api.fields import A_CONTEST, AN_ENTRY
from services.contests.commands.context import ContestContext
from services.contests.domain.audience import belongs
from services.contests.domain.entry import Entry, Status
from services.contests.domain.rejection import Rejection
from services.contests.domain.rules import TieBreak
from services.contests.domain.visibility import names_author, told_group
from shared.contract.events.vocabulary import ContestKind, Phase, RejectionCategory
from shared.web.http import AnswerId, Caller, OutputModel, etag, set_etag
from shared.web.http.routing.media import MediaView, media_views


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

    id: AnswerId = Field(examples=[A_CONTEST])
    group_id: AnswerId
    organiser_id: AnswerId
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


def contest_view(context: ContestContext, caller: Caller) -> ContestView:
    """What a person sees of the contest in front of them."""
    contest, who, groups = context.contest, context.who, context.groups
    trusted = context.organises(caller)
    description, rules = contest.description, contest.rules
    schedule = description.schedule
    hidden: dict[str, Any] = {} if trusted else {"by": None, "reason": None}
    told = {
        name: told_group(contest, groups, group_id, who, caller)
        for name, group_id in (("entrants", rules.entrants), ("voters", rules.voters))
    }
    return ContestView(
        id=contest.id,
        group_id=contest.group_id,
        organiser_id=contest.organiser,
        title=description.title,
        text=description.text,
        kind=description.kind,
        rules=RulesView(**asdict(rules) | told),
        schedule=None if schedule is None else ScheduleView(**asdict(schedule)),
        phase=contest.phase,
        trail=[StepView(**asdict(step) | hidden) for step in contest.trail],
        created_at=contest.created_at,
        changed_at=contest.changed_at,
        version=contest.version,
        organises=trusted,
        may_enter=belongs(who, rules.entrants),
        may_vote=belongs(who, rules.voters)
        and (not contest.voters_are_fixed or contest.has_voter(who)),
    )


def contest_etag(shown: ContestView) -> str:
    """The version that If-Match is compared with, and whatever depends on who looks."""
    rights = (shown.organises, shown.may_enter, shown.may_vote)
    return etag(shown.version, *rights, shown.rules.entrants, shown.rules.voters)


def changed_contest(request: Request, context: ContestContext, caller: Caller) -> ContestView:
    """The answer to a command about a contest, with its ETag."""
    shown = contest_view(context, caller)
    set_etag(request, contest_etag(shown))
    return shown


class RejectionView(OutputModel):
    """Why an entry was rejected; or, while it still stands, why somebody proposes that."""

    category: RejectionCategory
    reason: str = Field(examples=["It shows people who weren't asked."])
    proposed_at: datetime | None = Field(
        description="During the vote: when the first of two people proposed it"
    )
    rejected_at: datetime | None = Field(description="Null while it is only proposed")
    during_vote: bool
    rejected_by: list[str] = Field(
        description="Who rejected or proposed it and who confirmed that; for the organisers"
    )


class EntryView(OutputModel):
    """An entry, as this person sees it."""

    id: AnswerId = Field(examples=[AN_ENTRY])
    contest_id: AnswerId
    author_id: AnswerId | None = Field(description="Null while entrants are anonymous")
    title: str = Field(examples=["The corner by the window"])
    text: str
    media: list[MediaView]
    status: Status
    rejection: RejectionView | None = Field(
        description="For its author and the organisers; a proposal only for those who decide"
        " about it"
    )
    mine: bool
    submitted_at: datetime
    changed_at: datetime
    version: int


def entry_view(entry: Entry, context: ContestContext, caller: Caller) -> EntryView:
    """What a person who sees the contest sees of the entry."""
    organiser = context.organises(caller)
    named = names_author(context.contest, entry, caller.person_id, organiser=organiser)
    decides = organiser or context.rejects_in_vote(caller)
    return _entry_view(entry, caller, named=named, decides=decides, organiser=organiser)


def entry_etag(shown: EntryView) -> str:
    """The version that If-Match is compared with, and whatever depends on who looks."""
    rejection = shown.rejection
    people = rejection is not None and bool(rejection.rejected_by)
    return etag(shown.version, shown.author_id, rejection is not None, people)


def own_entry(request: Request, entry: Entry, caller: Caller) -> EntryView:
    """The answer to a command of an entry's author, with its ETag."""
    shown = _entry_view(entry, caller, named=True, decides=False, organiser=False)
    set_etag(request, entry_etag(shown))
    return shown


def reviewed_entry(request: Request, entry: Entry, caller: Caller) -> EntryView:
    """The answer to a command that only organisers may give, with its ETag."""
    shown = _entry_view(entry, caller, named=True, decides=True, organiser=True)
    set_etag(request, entry_etag(shown))
    return shown


def changed_entry(
    request: Request, entry: Entry, context: ContestContext, caller: Caller
) -> EntryView:
    """The answer to a command of somebody who needn't be an organiser, with its ETag."""
    shown = entry_view(entry, context, caller)
    set_etag(request, entry_etag(shown))
    return shown


def _entry_view(
    entry: Entry, caller: Caller, *, named: bool, decides: bool, organiser: bool
) -> EntryView:
    mine = entry.author == caller.person_id
    told = decides or (mine and entry.status == "rejected")
    return EntryView(
        id=entry.id,
        contest_id=entry.contest_id,
        author_id=entry.author if named else None,
        title=entry.content.title,
        text=entry.content.text,
        media=media_views(entry.content.media),
        status=entry.status,
        rejection=_rejection_view(entry.rejection, organiser=organiser) if told else None,
        mine=mine,
        submitted_at=entry.submitted_at,
        changed_at=entry.changed_at,
        version=entry.version,
    )


def _rejection_view(rejection: Rejection | None, *, organiser: bool) -> RejectionView | None:
    if rejection is None:
        return None
    people = [person for person in (rejection.by, rejection.confirmed_by) if person is not None]
    return RejectionView(
        category=rejection.category,
        reason=rejection.reason,
        proposed_at=rejection.at if rejection.during_vote else None,
        rejected_at=rejection.rejected_at,
        during_vote=rejection.during_vote,
        rejected_by=people if organiser else [],
    )
