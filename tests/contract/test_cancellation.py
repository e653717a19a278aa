"""Nobody may swallow a cancellation: a process that is told to stop would go on."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    file
    for folder in ("services", "shared", "mitmach", "tooling", "examples", "benchmarks")
    for file in sorted((ROOT / folder).rglob("*.py"))
]


def swallowed(tree: ast.AST) -> list[int]:
    """Lines in which a cancellation ends without being raised again.

    `suppress(CancelledError)` around waiting for a task that was cancelled swallows a cancellation
    of the waiting task as well; `asyncio.wait([task])` doesn't.
    """
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")):
                names = node.args
            case ast.ExceptHandler(type=ast.Tuple(elts=names)):
                pass
            case ast.ExceptHandler(type=ast.expr() as name):
                names = [name]
            case _:
                continue
        caught = {
            name.attr if isinstance(name, ast.Attribute) else ast.unparse(name) for name in names
        }
        raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        if caught & {"CancelledError", "BaseException"} and not raises:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_cancellation_is_swallowed(file: Path) -> None:
    assert swallowed(ast.parse(file.read_text())) == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("with suppress(asyncio.CancelledError):\n    await task", [1]),
        ("try:\n    await task\nexcept CancelledError:\n    pass", [3]),
        ("try:\n    await task\nexcept (OSError, BaseException):\n    pass", [3]),
        ("try:\n    await task\nexcept BaseException:\n    undo()\n    raise", []),
        ("with suppress(OSError):\n    await task", []),
    ],
)
def test_what_swallows_one_is_seen(text: str, lines: list[int]) -> None:
    assert swallowed(ast.parse(text)) == lines
