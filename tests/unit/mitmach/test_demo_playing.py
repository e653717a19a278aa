"""How the quarter is played: in order, with the contest's steps at their own time, and refusals."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mitmach.demo.client import Client, Ledger, RequestFailed
from mitmach.demo.contest import IMPORTER, PastContest
from mitmach.demo.happenings import ContestStep, Happening
from mitmach.demo.living import Life
from mitmach.demo.organisation import Colleague
from mitmach.demo.playing import LOT, QuarterPlayer
from mitmach.demo.quarter import quarter
from mitmach.demo.report import kpi_cells
from mitmach.demo.run import check_history_is_open
from mitmach.importing.acts import Act, AnyAct, PostViewed
from mitmach.importing.recording.recorder import Outcome

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


class Requests(Client):
    """A client whose requests go nowhere: it keeps them, and answers what a platform would.

    Args:
        counted_after: How often the contest is asked for until its votes are counted.
        refuses: What reading with the header of history is refused with.
    """

    def __init__(self, *, counted_after: int = 2, refuses: str = "") -> None:
        self.ledger = Ledger()
        self.sent: list[tuple[str, str, str, dict[str, Any]]] = []
        self.told: list[Sequence[str]] = []
        self._looks = counted_after
        self._refuses = refuses

    async def call(self, method: str, path: str, person: str, **more: Any) -> Any:
        await asyncio.sleep(0)
        if more.get("also") and method == "GET" and self._refuses:
            raise RequestFailed(self._refuses)
        self.sent.append((method, path, person, more))
        if method == "GET" and path == "/v1/contests/the-contest":
            self._looks -= 1
            return {"phase": "judged" if self._looks < 0 else "sealed"}
        if path.startswith("/v1/feed"):
            post = {"id": "a-post", "format": "video", "kind": "idea", "topics": ["ideas"]}
            return {"items": [{**post, "channel_id": "a-channel"}]}
        return {"id": f"entry-of-{path}-{len(self.sent)}" if "entries" in path else "the-contest"}

    def tell(self, person: str, tokens: Sequence[str]) -> None:
        assert person == IMPORTER
        self.told.append(tokens)


class Recorded:
    """A recording that keeps what it is given.

    Args:
        order: Gets everything that is played.
        refuses: The place of an act that is refused.
    """

    def __init__(self, order: list[Happening], *, refuses: int | None = None) -> None:
        self.lots: list[Sequence[AnyAct]] = []
        self._order = order
        self._refuses = refuses

    async def record(self, acts: Sequence[AnyAct]) -> Sequence[Outcome]:
        self.lots.append(acts)
        self._order += acts
        return [
            Outcome(refusal="not-allowed", detail="They may not.")
            if place == self._refuses
            else Outcome((f"{len(self.lots)}-{place}",))
            for place in range(len(acts))
        ]

    def person_id(self, source_id: str) -> str:
        return f"id of {source_id}"

    def group_id(self, source_id: str) -> str:
        return f"id of {source_id}"

    def tokens(self) -> Sequence[str]:
        return (f"after {sum(map(len, self.lots))}",)


class Steps(PastContest):
    """A contest that only keeps its steps, among everything that is played."""

    def __init__(self, order: list[Happening]) -> None:
        self._order = order
        self.finished = False

    async def take(self, steps: Sequence[ContestStep]) -> None:
        self._order += steps

    async def finish(self) -> None:
        self.finished = True


def player(order: list[Happening], **how: Any) -> tuple[QuarterPlayer, Recorded, Steps, list[int]]:
    recorded, steps, advanced = Recorded(order, **how), Steps(order), list[int]()
    playing = QuarterPlayer(recorded, steps, Ledger(), advance=advanced.append)
    return playing, recorded, steps, advanced


async def test_all_days_are_played_and_nobody_joins_before_it_is_noted_who_may_vote() -> None:
    days = list(quarter(1, 6, NOW))
    order: list[Happening] = []
    playing, recorded, steps, advanced = player(order)
    await playing.play(days)
    by_day: dict[Any, list[Happening]] = {}
    for happening in order:
        by_day.setdefault(happening.at.date(), []).append(happening)
    assert list(by_day) == sorted(by_day)
    for played, made in zip(by_day.values(), days, strict=True):
        for kind in (ContestStep, Act):
            of_kind = [one for one in made if isinstance(one, kind)]
            assert [one for one in played if isinstance(one, kind)] == of_kind
    for place, happening in enumerate(order):
        if isinstance(happening, ContestStep) and happening.kind in {"announce", "voting"}:
            acts = [one for one in order[:place] if isinstance(one, Act)]
            assert all(one.at <= happening.at for one in acts), "who joins later isn't in it"
    assert sum(advanced) == sum(map(len, days))
    assert steps.finished
    assert all(lot for lot in recorded.lots)


async def test_days_without_a_contest_are_handed_over_in_large_lots() -> None:
    day = [PostViewed(at=NOW, post="a", by="b")] * (LOT // 4)
    playing, recorded, _, _ = player([])
    await playing.play([day] * 9)
    assert [len(lot) for lot in recorded.lots] == [LOT, LOT, LOT // 4]


async def test_a_refused_act_ends_the_run_with_what_the_platform_says() -> None:
    playing, _, _, _ = player([], refuses=1)
    acts = [PostViewed(at=NOW, post="a-post", by="somebody")] * 2
    with pytest.raises(RequestFailed, match=r"a-post.*not-allowed. They may not\."):
        await playing.play([acts])


async def test_each_step_of_the_contest_says_when_it_happened_and_who_did_it() -> None:
    client, recorded = Requests(), Recorded([])
    contest = PastContest(client, recorded, run="1")
    steps = [one for day in quarter(1, 4, NOW) for one in day if isinstance(one, ContestStep)]
    by_day: dict[Any, list[ContestStep]] = {}
    for step in steps:
        by_day.setdefault(step.at.date(), []).append(step)
    for of_day in by_day.values():
        await contest.take(of_day)
    assert all(path != "/v1/contests/the-contest/results" for _, path, _, _ in client.sent)
    await contest.finish()
    writing = [sent for sent in client.sent if sent[0] != "GET"]
    assert len(writing) == len(steps)
    moments = {step.at.isoformat(): step for step in steps}
    for _, _, person, more in writing:
        step = moments[more["also"]["occurred-at"]]
        assert person == IMPORTER
        assert more["roles"] == ("importer",)
        assert more["also"]["act-as"] == f"id of {step.by}"
        organises = step.kind not in {"enter", "vote"}
        assert more["also"].get("act-as-roles") == ("editor" if organises else None)
    assert len({more["key"] for *_, more in writing}) == len(steps)
    assert client.sent[-2][3]["body"] == {"to": "published"}, "after it was counted"
    assert client.sent[-1][1] == "/v1/contests/the-contest/results"
    assert len(client.told) == len(by_day)
    assert client.sent[0][3]["body"]["group_id"] == f"id of {steps[0].group}"


async def test_days_go_on_while_the_votes_are_counted() -> None:
    client = Requests(counted_after=10**9)
    contest = PastContest(client, Recorded([]), run="1")
    contest.id = "the-contest"
    step = ContestStep(at=NOW - timedelta(days=1), kind="published", by="editor")
    async with asyncio.timeout(5):
        await contest.take([step])
        await contest.close()


async def test_a_platform_that_records_no_history_is_said_with_what_to_do() -> None:
    await check_history_is_open(Requests())
    with pytest.raises(RequestFailed, match="MITMACH_HISTORY=true"):
        await check_history_is_open(Requests(refuses="403 history-closed"))


async def test_life_goes_on_with_ordinary_requests_of_the_people_themselves() -> None:
    client = Requests()
    people = [
        Colleague(
            id=f"{temper}-{number}",
            name="Ada Adler",
            department="it",
            location="remote",
            temper=temper,
            presence=0.5,
            evening=False,
        )
        for temper in ("reader", "responder", "creator")
        for number in range(3)
    ]
    life = Life(client, people, random.Random(1), sleep=_no_sleep)
    for person in people * 12:
        await life.visit(person)
    assert all("also" not in more for *_, more in client.sent)
    assert {person for _, _, person, _ in client.sent} == {person.id for person in people}
    assert not any(more.get("roles") for *_, more in client.sent)
    deeds = {
        temper: {more.get("deed") for _, _, who, more in client.sent if who.startswith(temper)}
        for temper in ("reader", "responder", "creator")
    }
    assert deeds["reader"] == {"visits", "views", None}
    assert {"reactions", "comments"} <= deeds["responder"]
    assert "posts" in deeds["creator"]


async def _no_sleep(_seconds: float) -> None:
    """Nobody watches."""


@pytest.mark.parametrize(
    ("complete_days", "cells"),
    [(6, ("–", "–")), (7, ("50.0 %", "–")), (13, ("50.0 %", "–")), (14, ("50.0 %", "25.0 %"))],
)
def test_a_kpi_is_shown_as_far_as_there_are_complete_days(
    complete_days: int, cells: tuple[str, str]
) -> None:
    kpi = {"value": 0.5, "previous": 0.25, "suppressed": False}
    assert kpi_cells(kpi, 7, complete_days) == cells
