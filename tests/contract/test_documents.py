"""What the documents name is there: files, links, make targets, settings, tests."""

import re
from pathlib import Path

import pytest

from mitmach.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page
    for where in ("*.md", ".github/**/*.md", "docs/**/*.md", "benchmarks/*.md")
    for page in sorted(ROOT.glob(where))
]
# What is made on each machine isn't there before.
TOP = {one.name for one in ROOT.iterdir()} - {".mitmach", ".venv", "secrets"}

# Of the command line, compose and the tests, beside those of the services.
OTHER_SETTINGS = {"METRICS_URL", "DATA", "SECRETS_DIR", "PORT", "OPERATOR", "NETWORK", "GOLDEN"}

FAILPOINT = re.compile(r'failpoint\("([a-z_.]+)"\)')

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code(page: Path) -> list[str]:
    """Everything that is written as code: in lines between back-ticks, and in blocks."""
    text = page.read_text()
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    for block in blocks:
        text = text.replace(block, "")
    lines = [line for block in blocks for line in block.splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", text)


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    targets = [link for link in links if not re.match(r"\w+:", link)]
    assert [one for one in targets if not (page.parent / one).exists()] == []


@each_page
def test_files_that_are_named_exist(page: Path) -> None:
    paths = [
        one for one in code(page) if re.fullmatch(r"\.?[\w-]+(/[\w.-]+)*/?", one) and "/" in one
    ]
    made = re.findall(r"^New file `([^`]+)`", page.read_text(), re.MULTILINE)  # by its reader
    mine = [path for path in paths if path.split("/")[0] in TOP and path not in made]
    assert [path for path in mine if not (ROOT / path).exists()] == []


# Mitmach is on no index: the package of that name on the public one is somebody else's.
FROM_AN_INDEX = re.compile(
    r"\b(?:pip3?|pipx|uv|uvx|poetry|conda)\b(?: [^\s,;`]+)*? ['\"]?mitmach(?![-\w./:])"
)
# Where people read what to type: pages, messages, recipes, workflows.
TEXTS = {".md", ".py", ".yml", ".yaml", ".toml", ".sh", ".html", ".txt", ".json", ".ts", "", ".env"}


def test_nobody_is_told_to_install_mitmach_from_an_index() -> None:
    places = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for folder in sorted(one for one in TOP if one in {".github", ".ci"} or one[0] != ".")
        for file in sorted([ROOT / folder, *(ROOT / folder).rglob("*")])
        if file.suffix in TEXTS and file.is_file() and file != Path(__file__)
        if "node_modules" not in file.parts
        for found in [FROM_AN_INDEX.search(file.read_text(encoding="utf-8", errors="replace"))]
        if found
    ]
    assert places == []


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("pip install 'mitmach[parquet]'", True),
        ("pip3 install --upgrade mitmach==1.0", True),
        ("python -m pip install mitmach", True),
        ("pipx install mitmach", True),
        ("uv tool install mitmach", True),
        ("pip install --no-deps --no-build-isolation -e .", False),
        ("pip install dist/mitmach-0.1.0-py3-none-any.whl", False),
        ("pip install pyarrow", False),
        ("pip install pyarrow, then mitmach reads it", False),
    ],
)
def test_what_counts_as_installing_from_an_index(line: str, *, forbidden: bool) -> None:
    assert bool(FROM_AN_INDEX.search(line)) is forbidden


@each_page
def test_make_targets_that_are_named_exist(page: Path) -> None:
    named = {one for line in code(page) for one in re.findall(r"(?:^|\s)make ([a-z0-9-]+)", line)}
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named <= targets


@each_page
def test_settings_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"MITMACH_([A-Z_]+)", page.read_text()))
    fields = {name for service in SERVICES for name in service.settings.model_fields}
    known = {name.upper() for name in fields} | OTHER_SETTINGS
    assert {one for one in named if one not in known} == set()


@each_page
def test_tests_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", page.read_text())
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / file).is_file()
        or not re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text(), re.MULTILINE)
    ]
    assert missing == []


def test_the_promise_names_every_failpoint() -> None:
    sources = [file for folder in ("shared", "services") for file in (ROOT / folder).rglob("*.py")]
    places = {one for file in sources for one in FAILPOINT.findall(file.read_text())}
    promised = set(code(ROOT / "docs" / "promise.md"))
    assert places
    assert places <= promised
