"""What is shipped is the product with its documents: no wheel and no image has tools or tests."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = {"mitmach", "services", "shared"}
DOCUMENTS = "schemas"


def test_a_wheel_holds_the_product(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == PRODUCT
    documents = {
        f"shared/{file.relative_to(ROOT).as_posix()}" for file in (ROOT / DOCUMENTS).rglob("*.json")
    }
    assert documents
    assert documents <= set(names)


def test_an_image_holds_the_product() -> None:
    """Only whole folders are copied, so that no tool can come along inside of one."""
    lines = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines()]
    copied = [words[1:] for words in lines if words[:1] == ["COPY"] and words[1][:2] != "--"]
    assert {source for source, target in copied if source == target} - PRODUCT == {
        "requirements/runtime.txt"
    }
    assert [DOCUMENTS, f"shared/{DOCUMENTS}"] in copied
    assert len(copied) == len(PRODUCT) + 2


def test_an_image_is_built_from_nothing_but_the_product_and_its_locks() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert let_in - {"requirements", "pyproject.toml", "README.md"} == PRODUCT | {DOCUMENTS}


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
