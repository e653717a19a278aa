"""The route of a contest's figures."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request

from services.metrics.api.access import contest_facts, known_caller
from services.metrics.api.models import ShareView, share
from services.metrics.api.sources import sources_of
from services.metrics.kpis.measures import SUPPRESSED, Measure, is_few, ratio
from services.metrics.store.read.communities import find_contest, find_group
from shared.contract.access import Action, NotAllowed, NotVisible, authorize
from shared.web.http import AnswerId, Caller, OutputModel, PathId, problems

router = APIRouter(prefix="/v1/stats", tags=["stats"])


class RankedEntryView(OutputModel):
    """An entry's place in the published ranking; numbers are null where few ballots hide them."""

    entry_id: AnswerId
    rank: int | None
    winner: bool
    votes: int | None
    result: float | None
    jury_points: float | None


class ContestResultsView(OutputModel):
    """What the publication of the results opened; with fewer than five ballots only who has won."""

    entries: int
    entrants: int
    few_ballots: bool
    ballots: int | None
    votes: int | None
    void_votes: int | None
    ranking: list[RankedEntryView]


class ContestFiguresView(OutputModel):
    """How many take part in a contest; `results` is null until they are published.

    `ballots` is the share of people who have one, of those who may vote. One to four of them aren't
    told: beside a result they would say whose votes made it.
    """

    contest_id: AnswerId
    kind: str
    group_id: AnswerId
    phase: str
    submitted: int
    withdrawn: int
    accepted: int
    rejected: int
    entry_views: int | None
    entrants: ShareView
    ballots: ShareView
    results: ContestResultsView | None


@router.get(
    "/contests/{contest_id}",
    operation_id="read_contest_figures",
    summary="One contest",
    description="For those who organise it, analysts and administrators: how many enter and vote."
    " For what, nobody learns before the results are public. Fewer than five views of entries are"
    " not told.",
    responses=problems(NotVisible, NotAllowed),
)
async def read_contest(request: Request, caller: Caller, contest_id: PathId) -> ContestFiguresView:
    sources = sources_of(request)
    stored = await find_contest(sources.database, contest_id)
    if stored is None:
        authorize(caller, Action.READ_CONTEST_FIGURES)
        raise NotVisible
    group = await find_group(sources.database, stored["group_id"])
    facts = contest_facts(group, stored.get("organiser"), await known_caller(sources, caller))
    authorize(caller, Action.READ_CONTEST_FIGURES, facts)
    counts = ("submitted", "withdrawn", "accepted", "rejected")
    entry_views = stored.get("entry_views", 0)
    results = stored.get("results")
    return ContestFiguresView(
        contest_id=contest_id,
        kind=stored["kind"],
        group_id=stored["group_id"],
        phase=stored["phase"],
        **{name: stored.get(name, 0) for name in counts},
        entry_views=None if is_few(entry_views) else entry_views,
        entrants=share(
            ratio(stored.get("entrants", 0), could_enter(stored)),
        ),
        ballots=share(_turnout(stored.get("ballots", 0), stored.get("eligible_voters", 0))),
        results=None if results is None else ContestResultsView.model_validate(results),
    )


def could_enter(stored: Mapping[str, Any]) -> int:
    """How many could enter, by the stored figures of a contest: never fewer than have.

    Who came after the announcement and entered is one more. Before the results that isn't told
    where it would say whose an entry is, so until then some may be missing.
    """
    entrants: int = stored.get("entrants", 0)
    heard: int = (stored.get("eligible_entrants") or 0) + stored.get("late_entrants", 0)
    return max(entrants, stored.get("eligible_in_result") or heard)


def _turnout(ballots: int, eligible: int) -> Measure:
    return SUPPRESSED if is_few(ballots) else ratio(ballots, eligible)
