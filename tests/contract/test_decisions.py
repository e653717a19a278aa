"""Every decision has a record that says when and whether it holds, and a line in the index."""

import re
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "adr"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)


def head(record: Path) -> tuple[str, str, str, str]:
    """Number, title, status and date of a record."""
    form = r"# (\d+)\. (.+)\n\n- Status: (.+)\n- Date: (\d{4}-\d\d-\d\d)\n\n"
    found = re.match(form, record.read_text())
    assert found, f"{record.name} doesn't begin with number, title, status and date"
    number, title, status, day = found.groups()
    return number, title, status, day


@every_record
def test_a_record_says_whether_and_since_when_it_holds(record: Path) -> None:
    number, _, status, day = head(record)
    assert int(number) == int(record.name[:4])
    assert date.fromisoformat(day).isoformat() == day
    superseded = re.fullmatch(r"superseded by (\d+)", status)
    if superseded:
        assert list(FOLDER.glob(f"{int(superseded[1]):04}-*.md"))
    else:
        assert status in {"proposed", "accepted", "rejected"}


def test_records_are_numbered_without_gaps() -> None:
    assert [int(head(record)[0]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_index_has_a_line_for_every_record() -> None:
    index = (FOLDER / "README.md").read_text().splitlines()
    listed = [line for line in index if re.match(r"\| \d", line)]
    assert listed == [
        f"| {number} | [{title}]({record.name}) | {status} | {day} |"
        for record in RECORDS
        for number, title, status, day in [head(record)]
    ]
