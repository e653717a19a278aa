"""Follows a recipe of `docs/recipes/`: does to a copy of the tree what the page tells its reader.

A page says in a sentence of a fixed form where a block of code goes, and the block follows:

    New file `services/posts/api/bookmarks.py`:
    In `services/posts/api/__init__.py`, after `from services.posts.api import shares`:
    In `shared/contract/events/registry.py`, before `posts.PostShared,`:
    In `services/posts/config.py`, instead of `quota_shares: int`:
    In `shared/contract/services.py`, after the last `METRICS = "metrics"`:
    In `tests/contract/access/test_promises.py`, at the end:
    Run:

What stands in the second pair of backquotes is part of exactly one line of the file; the block
takes over that line's indentation; functions and classes stand apart. A page whose sentence no
longer fits the code fails its test.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "recipes"

_STEP = re.compile(
    r"^(?:New file `(?P<new>[^`\n]+)`"
    r"|In `(?P<file>[^`\n]+)`, "
    r"(?:(?P<where>after|before|instead of)(?: the (?P<which>first|last))? "
    r"`(?P<anchor>[^`\n]+)`|at the end)"
    r"|(?P<run>Run)):\n\n```(?:\w+)\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_GENERATES = re.compile(r"\bmake generate\b|\bpytest\b")
_BLOCKS = re.compile(r"^```\w", re.MULTILINE)

# What a tree consists of; the rest of a checkout is large, or belongs to this machine.
_LEFT_OUT = shutil.ignore_patterns(
    ".git",
    ".venv*",
    ".mitmach",
    ".hypothesis",
    "node_modules",
    ".*_cache",
    "__pycache__",
    "node_modules",
    "secrets",
    "sbom.cdx.json",
)


class StaleRecipeError(AssertionError):
    """A page tells its reader to do something that can't be done to this tree."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a page says.

    Attributes:
        file: The file that is made or changed; empty for commands.
        block: The code, or the commands.
        where: `new`, `after`, `before`, `instead of`, `at the end` or `run`.
        anchor: Part of the line that the code belongs to; empty where there is none.
        which: Several lines may have the anchor, and the `first` or the `last` of them is meant.
    """

    file: str
    block: str
    where: str
    anchor: str = ""
    which: str = ""


def steps_of(page: Path) -> list[Step]:
    """The steps of a page, in its order.

    Raises:
        StaleRecipeError: A block of code stands behind no sentence that says where it goes.
    """
    text = page.read_text(encoding="utf-8")
    steps = []
    for match in _STEP.finditer(text):
        where = match["where"] or (
            "new" if match["new"] else "run" if match["run"] else "at the end"
        )
        file = match["new"] or match["file"] or ""
        steps.append(Step(file, match["block"], where, match["anchor"] or "", match["which"] or ""))
    if len(steps) != len(_BLOCKS.findall(text)):
        raise StaleRecipeError(f"{page.name}: {len(steps)} steps, but more or fewer blocks of code")
    return steps


def copy_tree(target: Path) -> Path:
    """A copy of this tree that a recipe may change: what is tracked, without caches and servers."""
    shutil.copytree(ROOT, target, ignore=_LEFT_OUT)
    return target


def follow(page: Path, tree: Path, *, generate: bool = True) -> list[Path]:
    """Does to a copy of the tree what a page says; gives the files that it named.

    Args:
        page: The recipe.
        tree: The copy.
        generate: Also what writes documents and pinned bytes anew, which takes some seconds.

    Raises:
        StaleRecipeError: A step doesn't fit the tree.
        subprocess.CalledProcessError: A command of the page failed.
    """
    touched = []
    for step in steps_of(page):
        if step.where == "run":
            for line in step.block.strip().splitlines():
                if generate or not _GENERATES.search(line):
                    run(line, tree)
        else:
            touched.append(_write(step, tree))
    return touched


def run(command: str, tree: Path) -> str:
    """Runs a command of a page in the copy, with this environment's Python; gives its output.

    `make` is told to install nothing: the environment is the one in which the test runs.
    """
    environment = Path(sys.executable).parents[1]
    make = f"make VENV={environment} -o {environment}/.ready -o {environment}/tools/.ready"
    done = subprocess.run(
        ["sh", "-ec", re.sub(r"\bmake\b", make, command)],
        cwd=tree,
        env={
            **os.environ,
            "PATH": f"{environment / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(tree),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def _write(step: Step, tree: Path) -> Path:
    path = tree / step.file
    if step.where == "new":
        if path.exists():
            raise StaleRecipeError(f"{step.file} is there already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.block, encoding="utf-8")
        return path
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    if step.where == "at the end":
        apart = "\n\n" if path.suffix == ".py" else ""
        path.write_text("".join(lines) + apart + step.block, encoding="utf-8")
        return path
    places = [number for number, line in enumerate(lines) if step.anchor in line]
    if step.which:
        places = places[-1:] if step.which == "last" else places[:1]
    if len(places) != 1:
        raise StaleRecipeError(f"{step.file} has `{step.anchor}` in {len(places)} lines")
    place = places[0]
    indentation = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
    block = textwrap.indent(step.block, indentation)
    if step.where == "before" and re.match("class |def |async def |@", block):
        block += "\n\n"
    first, behind = {"after": (place + 1,) * 2, "before": (place,) * 2}.get(
        step.where, (place, place + 1)
    )
    path.write_text("".join([*lines[:first], block, *lines[behind:]]), encoding="utf-8")
    return path
