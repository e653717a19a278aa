"""Holds what the board writes against the queries of `docs/sql`, rounded as the board rounds."""

import asyncio
import json
import shutil
import subprocess
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from services.metrics import board
from tooling.sql_oracle import KPIS, ExportedLog, Figures, Row

NODE = shutil.which("node")
_PROGRAM = Path(__file__).with_name("board_texts.js")
ON_CARD, IN_TABLE = 3, 12  # formats and rows that the board shows


def _rounded(value: Any, digits: int) -> Decimal:
    step = Decimal(1).scaleb(-digits)
    return Decimal(repr(value)).quantize(step, ROUND_HALF_UP)


def percent(value: float) -> str:
    """A share as the board writes it: per cent with one digit, halves away from zero."""
    return f"{(Decimal(repr(value)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP):,}%"


def number(value: float) -> str:
    """A number as the board writes it: at most one digit behind the point."""
    told = f"{_rounded(value, 1):,}"
    return told.removesuffix(".0")


async def board_differences(figures: Figures, log: ExportedLog) -> list[str]:
    """Where the board writes something else than the queries come to, for each of its windows.

    Args:
        figures: What the platform answers the board with.
        log: All of its events, with people joined.
    """
    found: list[str] = []
    now = datetime.fromisoformat((await figures.get("/v1/kpis"))["items"][0]["as_of"])
    today = now.date()
    for shown, days in (
        (f"{today}/{today + timedelta(days=1)}", (0, 1)),
        ("7d", (-7, 0)),
        ("30d", (-30, 0)),
    ):
        since, until = (today + timedelta(days=offset) for offset in days)
        asked: dict[str, Any] = {"now": now, "window": f"{since}/{until}"}
        expected = _expected(log, asked, provisional=until > today)
        written = await _written(figures, shown)
        for part, texts in expected.items():
            if written[part] != texts:
                found.append(f"board {shown} {part}: written {written[part]}, queried {texts}")
    return found


async def _written(figures: Figures, window: str) -> dict[str, Any]:
    paths = {"kpis": "/v1/kpis", "formats": "/v1/stats/formats", "topics": "/v1/stats/topics"}
    answers = {name: await figures.get(f"{path}?window={window}") for name, path in paths.items()}
    assert NODE is not None
    done = await asyncio.to_thread(
        subprocess.run,
        [NODE, str(_PROGRAM), str(files(board))],
        input=json.dumps({**answers, "script": board.kpis_script()}),
        capture_output=True,
        text=True,
        check=True,
    )
    written: dict[str, Any] = json.loads(done.stdout)
    return written


def _expected(log: ExportedLog, asked: dict[str, Any], *, provisional: bool) -> dict[str, Any]:
    formats = log.ask("formats", **asked)
    rows = {name: log.ask(name, **asked)[0] for name in KPIS}
    cards = {name: _card(row, provisional=provisional) for name, row in rows.items()}
    if rows["reach"]["value"] is not None:
        leading = sorted(
            (row for row in formats if row["reach"] is not None), key=lambda row: -row["reach"]
        )
        cards["reach"]["parts"] = [percent(row["reach"]) for row in leading[:ON_CARD]]
    if rows["participation"]["value"] is not None:
        cards["participation"]["parts"] = [
            "Too few people to show"
            if rows["participation"][rung] is None
            else f"{percent(rows['participation'][f'{rung}_of_eligible'])}"
            f" ({number(rows['participation'][rung])})"
            for rung in ("creators", "interactors", "viewers", "inactive")
        ]
    topics = log.ask("topics", **asked)
    return {
        "cards": cards,
        "formats": [
            [row["format"].capitalize(), number(row["posts"]), _reach(row), *_cells(row)]
            for row in formats[:IN_TABLE]
        ]
        or [["No posts in this period"]],
        "topics": [[row["topic"], number(row["posts"]), *_cells(row)] for row in topics[:IN_TABLE]]
        or [["No posts in this period"]],
    }


def _card(row: Row, *, provisional: bool) -> dict[str, Any]:
    so_far = " so far" if provisional else ""
    if row["value"] is None:
        why = "Too few people to show" if row["suppressed"] else "Nothing to count yet"
        return {"value": f"–{so_far}", "numbers": why, "before": None, "parts": []}
    numbers = f"{number(row['numerator'])} of {number(row['denominator'])}"
    if row.get("low") is not None:
        numbers += f" · 95 % sure: {percent(row['low'])} to {percent(row['high'])}"
    before = None
    if row["previous"] is not None:
        change = row["value"] - row["previous"]
        trend = "■ unchanged" if abs(change) < 0.0005 else "▲ up" if change > 0 else "▼ down"
        before = f"{trend}: {percent(row['previous'])} in the period before"
    value = f"{percent(row['value'])}{so_far}"
    return {"value": value, "numbers": numbers, "before": before, "parts": []}


def _reach(row: Row) -> str:
    if row["reach_suppressed"]:
        return "Too few people to show"
    return "–" if row["reach"] is None else percent(row["reach"])


def _cells(row: Row) -> list[str]:
    def or_dash(value: Any, shown: str) -> str:
        return "–" if value is None else shown

    rate = or_dash(row["engagement"], percent(row["engagement"] or 0))
    both = f"{percent(row['low'] or 0)} – {percent(row['high'] or 0)}"
    return [
        or_dash(row["viewers"], number(row["viewers"] or 0)),
        or_dash(row["interactors"], number(row["interactors"] or 0)),
        "Too few people to show" if row["suppressed"] else rate,
        or_dash(row["low"], both),
        or_dash(row["lift"], f"× {_rounded(row['lift'] or 0, 2):,}"),
    ]
