"""Docstrings and comments say something: no empty entries, no torn values, no one-word openings."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("services", "shared", "mitmach", "tooling", "examples")
FILES = [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]

# "telemetry: Of the process." An entry says what it is, its unit, its effect; a genitive or a
# relative clause without a noun says nothing to whoever doesn't know already.
ENTRY = re.compile(r"^\s{4,}\*{0,2}\w+(?: \([^)]*\))?: ")
NOTHING = (
    r"(?:(?:Of|Whose|Which|Where|Theirs|Its|The same|Who|What)\b[^.]{0,18}|When|Why|How|Whom)\.\s*$"
)
EMPTY = re.compile(ENTRY.pattern + NOTHING)

# "Numbers.", "Being here.": a first line is a sentence about something. What an answer is
# (`...View`) stands in OpenAPI, where "A group." is enough beside its fields.
FEWEST_WORDS = 3

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def docstrings(text: str) -> Iterator[tuple[str, str]]:
    """Name and docstring of everything in a file that has one."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Documented) and (said := ast.get_docstring(node)):
            yield getattr(node, "name", "the module"), said


def empty_entries(text: str) -> list[str]:
    return [
        f"{name}: {line.strip()}"
        for name, said in docstrings(text)
        for line in said.split("\n")
        if EMPTY.match(line)
    ]


def empty_openings(text: str) -> list[str]:
    return [
        f"{name}: {said.splitlines()[0]}"
        for name, said in docstrings(text)
        if len(said.splitlines()[0].split()) < FEWEST_WORDS and not name.endswith("View")
    ]


def torn_paragraphs(text: str) -> list[str]:
    """Prose whose next line is indented as if it were code or a list."""
    found = []
    for name, said in docstrings(text):
        lines = said.split("\n")
        for before, line in pairwise(lines):
            prose = re.match(r"[A-Z`]", before) and not re.search(r":$|\s{2,}", before)
            if prose and re.match(r" {4}[^ ]", line):
                found.append(f"{name}: {before} / {line.strip()}")
    return found


def torn_values(text: str) -> list[str]:
    """Values in brackets of their own for the sake of a comment behind them."""
    behind = comments_behind(text)
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        last = node.end_lineno or node.lineno
        lines = range(node.lineno, last + 1)
        # `X = (`, the value with its comment, `)`; or a comment behind the closing bracket.
        alone = len(lines) == 3 and lines[1] in behind and not isinstance(node.value, ast.Call)
        if len(lines) > 1 and (last in behind or alone):
            found.append(f"line {node.lineno}: {ast.unparse(node)[:60]}")
    return found


def comments_behind(text: str) -> set[int]:
    """Lines that have code and a comment behind it; those for the tools don't count."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = text.split("\n")
    return {
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT
        and lines[token.start[0] - 1][: token.start[1]].strip()
        and not re.match(r"# (noqa|type:|pragma)", token.string)
    }


@every_file
def test_docstrings_and_comments_say_something(file: Path) -> None:
    text = file.read_text()
    assert empty_entries(text) == []
    assert empty_openings(text) == []
    assert torn_paragraphs(text) == []
    assert torn_values(text) == []


def test_damage_is_found() -> None:
    damaged = (
        '"""Numbers."""\n'
        "LONGEST = (\n"
        "    3.0  # seconds\n"
        ")\n"
        "A, B = (\n"
        "    1,\n"
        "    2,\n"
        ")  # both\n"
        "def f(telemetry):\n"
        '    """Answers whoever asks, and nobody else\n'
        "        before that.\n"
        "\n"
        "    Args:\n"
        "        telemetry: Of the process.\n"
        '    """\n'
    )
    assert empty_entries(damaged) == ["f: telemetry: Of the process."]
    assert empty_openings(damaged) == ["the module: Numbers."]
    assert len(torn_values(damaged)) == 2
    assert len(torn_paragraphs(damaged)) == 1
