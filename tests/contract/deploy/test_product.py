"""What is shipped is the product alone: no wheel and no image has tools, tests or benchmarks."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = {"mitmach", "services", "shared"}


def test_a_wheel_holds_the_product() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PRODUCT


def test_an_image_holds_the_product() -> None:
    """Only whole folders are copied, so that no tool can come along inside of one."""
    lines = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines()]
    copied = [words[1:] for words in lines if words[:1] == ["COPY"] and words[1][:2] != "--"]
    assert {source for source, target in copied if source == target} - PRODUCT == {
        "requirements/runtime.txt"
    }
    assert len(copied) == len(PRODUCT) + 1


def test_an_image_is_built_from_nothing_but_the_product_and_its_locks() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert let_in - {"requirements", "pyproject.toml", "README.md"} == PRODUCT


@pytest.mark.parametrize(
    ("package", "unknown"),
    [
        *((package, {"tooling", "tests", "benchmarks"}) for package in sorted(PRODUCT)),
        ("tooling", {"tests", "benchmarks"}),
        ("benchmarks", {"tests"}),
    ],
)
def test_what_judges_is_unknown_to_what_it_judges(package: str, unknown: set[str]) -> None:
    """The import contracts say it of packages that are shipped; benchmarks are scripts."""
    for file in (ROOT / package).rglob("*.py"):
        imported = {name.split(".")[0] for name in _imports(ast.parse(file.read_text()))}
        assert not imported & unknown, file


def _imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
