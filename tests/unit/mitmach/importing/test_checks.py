"""Checks of a whole import, before anything is sent."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mitmach.importing import acts
from mitmach.importing.problems import Place, Problem
from mitmach.importing.report import FIRST_PLACES, MOST_SUBJECTS, Report
from tests.unit.mitmach.importing.exports import MONDAY, imported, lines, written

DAY = timedelta(days=1)


def act(day: int | str, kind: str, **fields: Any) -> dict[str, Any]:
    at = day if isinstance(day, str) else (MONDAY + day * DAY).isoformat()
    return {"at": at, "kind": kind, **fields}


WORLD = [
    act(0, "person", id="ada"),
    act(0, "person", id="ben"),
    act(0, "group", id="g", by="ada", name="Soup"),
    act(0, "channel", id="c", group="g", by="ada", name="Soup"),
    act(1, "post", id="p", channel="c", by="ada", text="Hi"),
    act(2, "comment", id="k", post="p", by="ben", text="Ho"),
]


def checked(tmp_path: Path, *more: dict[str, Any]) -> tuple[list[dict[str, Any]], Report]:
    """Which of the acts beyond the world are taken, and the report."""
    file = written(tmp_path, lines(*WORLD, *more), "acts.ndjson")
    sent, report = imported("ndjson", file)
    taken = [item.place.line for item in sent]
    assert set(range(1, len(WORLD) + 1)) <= set(taken)
    return [one for number, one in enumerate(more, len(WORLD) + 1) if number in taken], report


def test_what_makes_sense_is_taken(tmp_path: Path) -> None:
    more = [
        act(3, "comment", id="l", post="p", parent="k", by="ada", text="Ha"),
        act(3, "reaction", comment="l", by="ben", reaction="like"),
        act(4, "share", post="p", by="ben", to_group="g"),
        act(5, "delete", comment="k", by="ben"),
        act(6, "depart", person="ben"),
        # Acts after that are the platform's affair.
        act(7, "view", post="p", by="ben"),
    ]
    taken, report = checked(tmp_path, *more)
    assert taken == more
    assert report.problems == {}


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("unknown-person", act(3, "view", post="p", by="nobody")),
        ("unknown-person", act(3, "join", group="g", person="nobody")),
        ("unknown-group", act(3, "join", group="nowhere", person="ben")),
        ("unknown-group", act(3, "share", post="p", by="ben", to_group="nowhere")),
        ("unknown-channel", act(3, "post", id="q", channel="nowhere", by="ben", text="Hi")),
        ("unknown-post", act(3, "view", post="nothing", by="ben")),
        ("unknown-comment", act(3, "reaction", comment="nothing", by="ben", reaction="like")),
        ("unknown-comment", act(3, "comment", id="l", post="p", parent="x", by="ben", text="Hi")),
        ("before-its-cause", act(0, "reaction", post="p", by="ben", reaction="like")),
        ("before-its-cause", act(-1, "roles", person="ada", roles=[])),
        ("duplicate-id", act(3, "person", id="ada")),
        ("duplicate-id", act(3, "group", id="g", by="ben", name="Tea")),
        ("duplicate-id", act(3, "channel", id="c", group="g", name="Tea")),
        ("duplicate-id", act(3, "post", id="p", channel="c", by="ben", text="Mine")),
        ("duplicate-id", act(3, "comment", id="k", post="p", by="ben", text="Mine")),
        ("unclear-target", act(3, "reaction", by="ben", reaction="like")),
        ("unclear-target", act(3, "edit", post="p", comment="k", by="ben", text="Hi")),
        ("unclear-target", act(3, "delete", by="ben")),
        ("cycle", act(3, "comment", id="l", post="p", parent="l", by="ben", text="Hi")),
        ("before-1990", act("1989-12-31T23:59:59Z", "person", id="old")),
        ("in-the-future", act("2026-12-01T00:00:00Z", "view", post="p", by="ben")),
    ],
)
def test_what_makes_no_sense_is_reported_and_not_taken(
    tmp_path: Path, kind: str, refused: dict[str, Any]
) -> None:
    good = act(9, "view", post="p", by="ben")
    taken, report = checked(tmp_path, refused, good)
    assert taken == [good]
    assert {name: tally.count for name, tally in report.problems.items()} == {kind: 1}
    ((example,),) = [tally.first for tally in report.problems.values()]
    assert str(example.place) == f"acts.ndjson:{len(WORLD) + 1}"
    assert report.refused == {refused["kind"]: 1}


def test_what_names_something_that_is_not_taken_is_not_taken_either(tmp_path: Path) -> None:
    more = [
        act(3, "post", id="q", channel="c", by="nobody", text="Hi"),
        act(3, "comment", id="l", post="q", by="ben", text="Ho"),
        act(3, "reaction", comment="l", by="ada", reaction="like"),
    ]
    taken, report = checked(tmp_path, *more)
    assert taken == []
    assert sorted(report.problems) == ["unknown-comment", "unknown-person", "unknown-post"]


def test_comments_that_answer_each_other_in_a_circle_are_a_cycle(tmp_path: Path) -> None:
    more = [
        act(3, "comment", id="1", post="p", parent="3", by="ben", text="Hi"),
        act(4, "comment", id="2", post="p", parent="1", by="ben", text="Hi"),
        act(5, "comment", id="3", post="p", parent="2", by="ben", text="Hi"),
    ]
    taken, report = checked(tmp_path, *more)
    assert taken == []
    assert report.problems["cycle"].count == 1
    assert report.problems["unknown-comment"].count == 2


def test_an_answer_to_a_comment_on_another_post_is_not_taken(tmp_path: Path) -> None:
    more = [
        act(2, "post", id="q", channel="c", by="ada", text="Tea"),
        act(3, "comment", id="l", post="q", parent="k", by="ben", text="Ho"),
    ]
    taken, report = checked(tmp_path, *more)
    assert taken == more[:1]
    assert list(report.problems) == ["other-post"]


def test_deep_threads_are_folded_to_their_first_comment(tmp_path: Path) -> None:
    chain = [
        act(
            3 + n,
            "comment",
            id=f"k{n}",
            post="p",
            parent=f"k{n - 1}" if n else "k",
            by="ben",
            text="x",
        )
        for n in range(5)
    ]
    file = written(tmp_path, lines(*WORLD, *chain), "acts.ndjson")
    sent, report = imported("ndjson", file)
    parents = [item.act.parent for item in sent if isinstance(item.act, acts.CommentAdded)]
    assert parents == [None, *["k"] * 5]
    assert report.problems == {}


@pytest.mark.parametrize(
    ("deleted", "late"),
    [
        ({"post": "p"}, act(5, "view", post="p", by="ben")),
        ({"post": "p"}, act(5, "reaction", comment="k", by="ben", reaction="like")),
        ({"post": "p"}, act(5, "delete", post="p")),
        ({"comment": "k"}, act(5, "reaction", comment="k", by="ben", reaction="like")),
        ({"comment": "k"}, act(5, "edit", comment="k", by="ben", text="Hi")),
        ({"group": "g"}, act(5, "join", group="g", person="ben")),
        ({"group": "g"}, act(5, "post", id="q", channel="c", by="ada", text="Hi")),
        ({"group": "g"}, act(5, "view", post="p", by="ben")),
        ({"group": "g"}, act(5, "reaction", comment="k", by="ben", reaction="like")),
    ],
)
def test_what_was_deleted_stays_deleted(
    tmp_path: Path, deleted: dict[str, str], late: dict[str, Any]
) -> None:
    before = act(3, "view", post="p", by="ben")
    taken, report = checked(tmp_path, before, act(4, "delete", **deleted), late)
    assert taken == [before, act(4, "delete", **deleted)]
    assert {name: tally.count for name, tally in report.problems.items()} == {"deleted-target": 1}


def test_answers_to_a_deleted_comment_stay(tmp_path: Path) -> None:
    answer = act(5, "comment", id="l", post="p", parent="k", by="ada", text="Oh")
    taken, report = checked(tmp_path, act(4, "delete", comment="k"), answer)
    assert taken[-1] == answer
    assert report.problems == {}


def test_ten_years_without_an_act_are_a_hint(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        lines(act("2010-01-01T00:00:00Z", "person", id="old"), *WORLD),
        "acts.ndjson",
    )
    sent, report = imported("ndjson", file)
    assert len(sent) == 1 + len(WORLD)
    assert report.problems["long-gap"].count == 1
    assert "2010-01-01 to 2024-01-08" in report.problems["long-gap"].first[0].sentence
    assert report.as_json()["problems"]["long-gap"]["outcome"] == "hint"


def test_a_report_counts_all_and_shows_the_first(tmp_path: Path) -> None:
    wrong = [act(3, "view", post="nothing", by="ben") for _ in range(9)]
    _, report = checked(tmp_path, *wrong, act(4, "view", post="p", by="ben"))
    told = report.as_json()
    assert json.loads(json.dumps(told)) == told
    assert told["taken"]["view"] == 1
    assert told["refused"] == {"view": 9}
    assert told["problems"]["unknown-post"]["count"] == 9
    assert len(told["problems"]["unknown-post"]["first"]) == FIRST_PLACES
    shown = io.StringIO()
    report.show(Console(file=shown, width=160))
    assert "unknown-post" in shown.getvalue()
    assert "acts.ndjson:7" in shown.getvalue()


def test_names_from_a_file_are_shown_as_they_are_and_bounded() -> None:
    report = Report()
    for number in range(MOST_SUBJECTS + 50):
        subject = f"[red]:soup{number}:[/red]"
        place = Place("[bold]file", number)
        report.add(Problem(kind="unknown-emoji", place=place, sentence=subject, subject=subject))
    assert len(report.problems["unknown-emoji"].subjects) == MOST_SUBJECTS + 1
    assert report.problems["unknown-emoji"].subjects[""] == 50
    shown = io.StringIO()
    report.show(Console(file=shown, width=160))
    assert "[red]:soup1:[/red]" in shown.getvalue()
    assert "[bold]file:1" in shown.getvalue()
