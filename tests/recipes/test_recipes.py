"""The recipes of `docs/recipes/` do what they say: each is followed in a copy of the tree."""

from pathlib import Path

import pytest

from tests.recipes.pages import RECIPES, copy_tree, follow, run

# What each recipe adds is tried by these tests, which it changes or brings along: without servers,
# and on a real database and broker.
TRIED_BY = {
    "add-an-interaction.md": (
        "tests/unit/posts",
        "tests/unit/metrics/test_coverage_of_types.py",
        "tests/unit/metrics/test_meanings.py",
        "tests/unit/shared/test_access.py",
        "tests/unit/shared/test_quotas.py",
        "tests/contract/events/test_contract.py",
        "tests/contract/events/test_golden.py",
        "tests/contract/access/test_promises.py",
        "tests/contract/access/test_matrix.py::test_every_route_has_a_row_and_every_row_a_route",
        "tests/contract/test_use.py",
        "tests/integration/platform/test_counted_bookmark.py",
    ),
    "add-a-kpi.md": (
        "tests/unit/metrics/test_kpis.py",
        "tests/integration/metrics/test_counting.py",
    ),
    "add-a-service.md": (
        "tests/contract/events/test_golden.py",
        "tests/contract/deploy/test_rights.py",
        "tests/contract/deploy/test_compose.py",
        "tests/contract/access/test_matrix.py",
        "tests/integration/notes/test_notes.py",
    ),
}


def test_every_recipe_is_tried() -> None:
    assert {page.name for page in RECIPES.glob("add-*.md")} == TRIED_BY.keys()


def _followed(name: str, tmp_path: Path, *, generate: bool) -> tuple[Path, str]:
    """The copy after the recipe, and the Python files that it made or changed."""
    tree = copy_tree(tmp_path / "tree")
    touched = {
        file for file in follow(RECIPES / name, tree, generate=generate) if file.suffix == ".py"
    }
    return tree, " ".join(str(file.relative_to(tree)) for file in sorted(touched))


@pytest.mark.parametrize("name", sorted(TRIED_BY))
def test_a_recipe_fits_the_tree(name: str, tmp_path: Path) -> None:
    tree, files = _followed(name, tmp_path, generate=False)
    run(f"python -m ruff check {files}", tree)
    run(f"python -m ruff format --check {files}", tree)
    # Types would take a minute; that every name is still there shows at once.
    modules = files.removesuffix(".py").replace(".py ", ", ").replace("/", ".")
    run(f'python -c "import {modules}"', tree)


@pytest.mark.faults_long
@pytest.mark.timeout(1200)  # types of everything, without a cache, and a platform
@pytest.mark.parametrize("name", sorted(TRIED_BY))
def test_what_a_recipe_adds_works_on_real_parts(name: str, tmp_path: Path) -> None:
    tree, _ = _followed(name, tmp_path, generate=True)
    run("lint-imports --no-cache", tree)
    run("python -m mypy", tree)
    run("python -m tooling.generate --check", tree)
    run(f"python -m pytest -q -p no:cacheprovider {' '.join(TRIED_BY[name])}", tree)
    run("python -m pytest -q -p no:cacheprovider tests/contract/test_documents.py", tree)
